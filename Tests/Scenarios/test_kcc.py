"""The whole circle with KCC's stand-in: orders out of the shop into KCC, stock and despatches back.

The stand-in checks every order that it gets against KCC's contract; a violation fails the test.
"""

import base64
import contextlib
import json
import socket
import subprocess
import urllib.error
import urllib.request

import pytest
from harness import BINARY
from waiting import wait_until

PASSWORD = "correct-horse-battery"


def call(url, body=None, user="khaos", password=PASSWORD, method=None, **headers):
    """(status, headers, text) of one request."""
    if user is not None:
        headers["Authorization"] = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


@pytest.fixture
def linked(web, store):
    """The usual channel with a link, and its base URL."""
    store.stock(TEA=20, POT=5)
    web.adjust(channel_location=store.location(0), order_ref_format=f"{store.name.upper()}-{{0}}", stock={"index_lag": "1s"})
    web.base = web.link()
    return web


def imported(box, count):
    wait_until(lambda: len([o for o in box.orders().values() if o["state"] == "imported"]) == count, f"{count} orders imported")


LINES = [{"sku": "TEA", "price": "8.50", "quantity": 2}, {"sku": "POT", "price": "19.99", "quantity": 1}]


@pytest.mark.parametrize("form", ["json", "xml"])
def test_the_whole_circle(linked, store, new_cloud, form):
    linked.kcc["format"] = form
    linked.write()
    name = store.place(lines=LINES)
    with linked.daemon() as daemon:
        imported(linked, 1)
        kcc = new_cloud(linked.base)
        kcc.poll(drain=True)
        # An order placed in the shop is in KCC, with the shop's total.
        book = kcc.books()
        assert list(book) == [linked.orders()[name]["ref"]]
        ref, order = next(iter(book.items()))
        assert order["total"] == linked.orders()[name]["total"], order
        assert kcc.violations() == []
        # KCC's stock is the shop's available: what the order took is gone from both.
        kcc.stock(TEA=18, POT=4)
        kcc.flush()
        wait_until(lambda: store.available("TEA") == 18 and store.available("POT") == 4, "the shop offers KCC's stock", deadline=60)
        # KCC's despatch is a fulfilment with its number, and one mail.
        kcc.despatch(ref, consignment="JD0001")
        kcc.flush()
        wait_until(lambda: store.order(name)["fulfillments"], "the shop has the fulfilment")
        sent = store.order(name)["fulfillments"]
        assert [info["number"] for each in sent for info in each["trackingInfo"]] == ["JD0001"]
        effects = store.simulator.get("effects", shop=store.name)
        assert [effects["mails"].get(e["id"]) for e in effects["entries"] if e["kind"] == "fulfilment"] == [1]
        assert linked.orders()[name]["acknowledged_at"]
        assert "KCC" in linked.cli("orders", "explain", name).out
        assert "KCC has despatched 1 shipment" in daemon.log and "1 shipments" not in daemon.log
        assert daemon.process.poll() is None
    assert kcc.violations() == []


def test_everything_twice_and_out_of_order_is_one_of_each(linked, store, new_cloud):
    names = store.place_many([{"lines": LINES}] * 4)
    with linked.daemon():
        imported(linked, 4)
        kcc = new_cloud(linked.base, shuffle=True, senders=2, faults={"post_twice": 0.5, "post_drop_unread": 0.3})
        kcc.poll(drain=True)
        refs = list(kcc.books())
        assert len(refs) == 4
        for ref in refs[:3]:
            kcc.despatch(ref, consignment=f"N-{ref}")
        part = kcc.despatch(refs[3], lines=[{"sku": "TEA", "quantity": 1}], consignment="PART-1")
        kcc.despatch(refs[3], consignment="PART-2")
        kcc.correct(part["id"], consignment="PART-1B")
        kcc.flush(timeout=60)
        wait_until(lambda: linked.query("SELECT count(*) FROM push_job WHERE finished_at_ms IS NULL") == [(0,)], "all is told", deadline=90)
    for name in names:
        units = sum(line["quantity"] for sent in store.order(name)["fulfillments"] for line in sent["fulfillmentLineItems"])
        assert units == 3, name
    effects = store.simulator.get("effects", shop=store.name)
    fulfilments = [e for e in effects["entries"] if e["kind"] == "fulfilment"]
    assert len(fulfilments) == 5
    assert all(effects["mails"].get(e["id"]) == 1 for e in fulfilments)


def test_a_page_whose_answer_is_lost_comes_again_and_no_order_is_missing(linked, store, new_cloud):
    store.place_many([{"lines": LINES}] * 5)
    with linked.daemon():
        imported(linked, 5)
        kcc = new_cloud(linked.base)
        url = f"{linked.base}/web/orders"
        # Three answers that nobody stores.
        lost = [call(url) for _ in range(3)]
        assert all(len(json.loads(text)["Orders"]) == 5 for _, _, text in lost)
        assert not any(order["acknowledged_at"] for order in linked.orders().values())
        kcc.poll(drain=True)
        assert len(kcc.books()) == 5
        assert all(order["acknowledged_at"] for order in linked.orders().values())


def test_orders_asked_for_by_name(linked, store):
    name = store.place(lines=LINES)
    with linked.daemon():
        imported(linked, 1)
        url = f"{linked.base}/web/orders"
        ref = linked.orders()[name]["ref"]
        token = call(url)[1]["Sirion-Continuation"]
        assert json.loads(call(url, **{"Sirion-Continuation": token})[2])["Orders"] == []
        assert linked.orders()[name]["acknowledged_at"]
        status, headers, text = call(url, **{"Sirion-Continuation": token, "SpecificIDs": f'"{ref},NO-SUCH"'})
        assert (status, headers["Sirion-Continuation"]) == (200, token)
        assert [order["Header"]["AssociatedRef"] for order in json.loads(text)["Orders"]] == [ref]
        assert linked.orders()[name]["acknowledged_at"] is None
        assert "asked again for 1 order" in linked.cli("status").out


def test_an_order_that_cannot_be_mapped_says_why_and_holds_up_no_other(linked, store, new_cloud):
    linked.adjust(kcc={**linked.channels["web"]["kcc"], "sales_source": {"draft": "DRAFT"}})
    web = store.place(lines=LINES)
    draft = store.place(lines=LINES, sourceName="shopify_draft_order")
    with linked.daemon() as daemon:
        imported(linked, 2)
        kcc = new_cloud(linked.base)
        kcc.poll(drain=True)
        assert list(kcc.books()) == [linked.orders()[draft]["ref"]]
        assert "cannot be sent" in linked.cli("orders", "explain", web).out
        assert f"1 order ({web}) cannot be sent to KCC" in linked.cli("status").out
        assert linked.status()["kcc"]["not_sent"] == 1
        linked.adjust(kcc={**linked.channels["web"]["kcc"], "sales_source": "WEB"})
        linked.cli("reload")
        kcc.poll(drain=True)
        assert len(kcc.books()) == 2
        assert len(daemon.lines("web: not sent to KCC: ")) == 1


def test_answers_to_what_is_wrong(linked, store):
    store.place(lines=LINES)
    with linked.daemon() as daemon:
        base = f"{linked.base}/web"
        assert call(f"{base}/orders", user=None)[0] == 401
        assert call(f"{base}/orders", user=None)[1]["WWW-Authenticate"].startswith("Basic ")
        assert call(f"{base}/orders", password="wrong")[0] == 401
        assert call(f"{linked.base}/nobody/orders")[0] == 404
        assert call(f"{linked.base}/web/../web/orders")[0] == 404
        assert call(f"{base}/orders", body=b"{}")[0] == 405
        assert call(f"{base}/stock")[1]["Allow"] == "POST"
        for body in (b"", b"[]", b"{", b"{}", b"\xff\xfe", b"<StockStatuses>", b"<Wrong/>", b"null"):
            assert call(f"{base}/stock", body=body)[0] == 400, body
        bomb = b'<!DOCTYPE a [<!ENTITY b "c">]><StockStatuses><Statuses>&b;</Statuses></StockStatuses>'
        assert "document type" in call(f"{base}/stock", body=bomb)[2]
        assert call(f"{base}/stock", {"Statuses": []})[0] == 200
        assert call(f"{base}/statuses", {"Statuses": [{"Status": "Received"}]})[0] == 200
        assert "wrong user name or password for channel web" in daemon.log
        notices = linked.json("kcc", "list")
        assert {each["kind"] for each in notices} == {"body_unreadable", "row_unusable"}
        assert "document type" in linked.cli("status").out
        assert "DOCTYPE" in linked.cli("kcc", "body", "web", "stock").out
        linked.cli("kcc", "dismiss", "--all")
        assert linked.cli("kcc", "list").out == "nothing about KCC waits for you\n"


def test_a_disabled_channel_moves_nothing(linked, store):
    store.place(lines=LINES)
    with linked.daemon():
        imported(linked, 1)
    linked.adjust(enabled=False)
    with linked.daemon():
        status, headers, text = call(f"{linked.base}/web/orders", **{"Sirion-Continuation": "k1.5.7"})
        assert (status, headers["Sirion-Continuation"], json.loads(text)["Orders"]) == (200, "k1.5.7", [])
        row = {"StockCode": "TEA", "StockID": "1", "SiteID": 1, "Levels": {"Available": 3.0, "OnOrder": 0}}
        assert call(f"{linked.base}/web/stock", {"Statuses": [row]})[0] == 200
    assert linked.query("SELECT level_micros FROM kcc_level") == [(3_000_000,)]


def test_what_kcc_gets_is_what_export_prints(linked, store):
    store.place(lines=LINES)
    with linked.daemon():
        imported(linked, 1)
        printed = linked.cli("orders", "export", "--format", "kcc-json").out
        assert printed.rstrip("\n") == call(f"{linked.base}/web/orders")[2]


def test_pages_for_people(linked, store):
    store.place(lines=LINES, email="secret.person@example.org")
    address = linked.kcc["listen"]
    with linked.daemon():
        imported(linked, 1)
        status, headers, page = call(f"http://{address}/", user=None)
        assert status == 200 and "default-src 'none'" in headers["Content-Security-Policy"]
        assert "never asked for orders" in page and "<script" not in page and "secret.person" not in page
        assert "kccsyncd_orders" in call(f"http://{address}/metrics", user=None)[2]
        assert call(f"http://{address}/healthz", user=None)[2] == "ok\n"
        assert call(f"http://{address}/", user=None, method="HEAD")[2] == ""
        for strange in ({"X-Forwarded-For": "203.0.113.9"}, {"Host": "evil.example"}):
            assert call(f"http://{address}/", user=None, **strange)[0] == 404
    linked.kcc["status_password"] = "look-but-do-not-touch"
    linked.secrets.add("look-but-do-not-touch")
    linked.write()
    with linked.daemon():
        far = {"X-Forwarded-For": "203.0.113.9"}
        assert call(f"http://{address}/", user=None, **far)[0] == 401
        assert call(f"http://{address}/", user="status", password="look-but-do-not-touch", **far)[0] == 200


def test_whoever_guesses_is_shut_out_and_kcc_is_not(linked, store):
    with linked.daemon():
        url = f"{linked.base}/web/config.json"
        import concurrent.futures
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            found = list(pool.map(lambda n: call(url, password=f"guess{n}", **{"X-Forwarded-For": "203.0.113.9"})[0], range(60)))
        assert set(found) <= {401, 429} and found.count(429) >= 20
        assert call(url, **{"X-Forwarded-For": "203.0.113.9"})[0] == 429
        assert call(url, **{"X-Forwarded-For": "198.51.100.7"})[0] == 200
        assert call(url)[0] == 200


def test_a_reload_changes_the_form_and_refuses_another_place(linked, store):
    store.place(lines=LINES)
    with linked.daemon():
        imported(linked, 1)
        linked.kcc["format"] = "xml"
        linked.write()
        linked.cli("reload")
        assert call(f"{linked.base}/web/orders")[2].startswith("<?xml")
        assert "<Format>XML</Format>" in call(f"{linked.base}/web/config.xml")[2]
        linked.kcc["public_url"] += "/elsewhere"
        linked.write()
        assert "kcc.public_url" in linked.cli("reload", expect=78).err


def test_the_socket_that_systemd_hands_over(linked, store):
    address = linked.kcc["listen"]
    linked.kcc["listen"] = "systemd"
    linked.write()
    assert "systemd has handed over no socket" in linked.cli("run", expect=78).err
    log = open(linked.folder / "activated.log", "wb")
    process = subprocess.Popen(["systemd-socket-activate", "--listen", address, BINARY, "run", "--config", linked.config],
                               stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        # The daemon starts when somebody calls, and answers whoever called.
        wait_until(lambda: refused(address) is False, "systemd listens")
        assert call(f"http://{address}/healthz", user=None)[2] == "ok\n"
    finally:
        process.terminate()
        assert process.wait(20) == 0


def refused(address):
    """Whether nobody listens there."""
    host, port = address.split(":")
    with contextlib.closing(socket.socket()) as probe:
        return probe.connect_ex((host, int(port))) != 0


def test_tls_without_a_proxy(linked, store):
    certificate, key = linked.folder / "tls.pem", linked.folder / "tls.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", certificate],
                   check=True, capture_output=True)
    key.chmod(0o600)
    linked.kcc.update(tls_certificate=str(certificate), tls_key=str(key), public_url=linked.base.replace("http:", "https:"))
    linked.write()
    with linked.daemon():
        url = linked.kcc["public_url"] + "/web/config.json"
        shown = subprocess.run(["curl", "--silent", "--cacert", certificate, "--user", f"khaos:{PASSWORD}", url],
                               check=True, capture_output=True, text=True).stdout
        assert json.loads(shown)["EndpointConfig"]["OrderDownload"]["URL"] == linked.kcc["public_url"] + "/web/orders"
        old = subprocess.run(["curl", "--silent", "--tls-max", "1.1", "--cacert", certificate, url], capture_output=True, check=False)
        assert old.returncode != 0
