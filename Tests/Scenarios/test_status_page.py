"""The status page and its neighbours, as a browser and a monitoring system see them."""

import base64
import contextlib
import html.parser
import http.client
import json
import re
import socket

import pytest

from people import ADDRESS, CUSTOMER, LINE, NELL_IN_KCC, WHOLE
from waiting import wait_until

PASSWORD = "canary-of-the-link-f00d"
STATUS_PASSWORD = "canary-of-the-page-f00d"
VOID = {"meta", "br", "link", "img", "input", "hr"}
PROXIED = {"X-Forwarded-For": "192.0.2.7"}
FOREIGN = {"Host": "status.example.com"}


class Page(html.parser.HTMLParser):
    """What a document says; every element that is opened must be closed, in order."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.code, self.words = [], [], [], []
        self.feed(text)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"
        self.words.append(" " if tag in ("th", "td") else "")

    def handle_data(self, data):
        if "style" in self.open:
            return
        self.words.append(data)
        if "code" in self.open:
            self.code.append(data)

    @property
    def text(self):
        return re.sub(r"\s+", " ", "".join(self.words))

    @property
    def heading(self):
        found = re.search(r"(\d+ things? needs? you|All is well|Starting|Every channel is off)", self.text)
        return found and found[1]


@pytest.fixture
def linked(web):
    """The usual channel, with a link to KCC on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    password = web.folder / "kcc.token"
    web.write_secret(password, PASSWORD)
    web.secrets.add(PASSWORD)
    web.kcc = {"listen": f"127.0.0.1:{port}", "public_url": "https://sync.example.com/kcc"}
    web.sites = {"MAIN": 1}
    web.adjust(kcc={"username": "khaos", "password_file": str(password), "company_class": "Web", "sales_source": "WEB",
                    "site": "MAIN"})
    web.port = port
    return web


def basic(user, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def ask(box, path="/", method="GET", headers=None, body=None):
    """(status, headers, text) of a request to the link's listener."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", box.port, timeout=20)) as connection:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()


def look(box, expected=200):
    status, _, text = ask(box)
    assert status == expected
    return Page(text)


def polled(box, orders=0):
    wait_until(lambda: box.status()["last_poll_at"] and sum(box.status()["orders"].values()) >= orders, "it has polled")


def test_a_fresh_installation_says_what_is_next(linked):
    with linked.daemon():
        polled(linked)
        status, headers, text = ask(linked)
    assert status == 200 and headers["content-type"] == "text/html; charset=utf-8"
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script" not in policy and "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff" and headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    page = Page(text)
    assert page.heading == "1 thing needs you"
    assert "https://sync.example.com/kcc/web/config.xml" in page.code
    assert "No orders yet" in page.text and "no levels told yet" in page.text
    tags = [tag for tag, _ in page.tags]
    assert not {"script", "link", "img", "iframe", "form"} & set(tags)
    assert tags.count("h1") == 1 and tags.count("main") == 1 and ("html", {"lang": "en-GB"}) in page.tags
    assert ("meta", {"http-equiv": "refresh", "content": "30"}) in page.tags
    assert all(attributes.get("scope") for tag, attributes in page.tags if tag == "th")
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = " ".join(attributes.get("aria-labelledby", "") for _, attributes in page.tags).split()
    assert set(named) <= set(ids)


def test_orders_are_counted_and_all_is_well_once_kcc_calls(linked, store):
    store.place_many([{}, {}, {"payment": "pending"}])
    with linked.daemon():
        polled(linked, 3)
        call = basic("khaos", PASSWORD)
        status, headers, _ = ask(linked, "/kcc/web/orders", headers=call)
        assert status == 200
        ask(linked, "/kcc/web/orders", headers={**call, "Sirion-Continuation": headers["sirion-continuation"]})
        page = look(linked)
    assert page.heading == "All is well"
    assert "Imported Skipped Ignored Pending Failed 2 1 0 0 0" in page.text and "Skipped: 1 unpaid" in page.text
    assert "In all 2 imported, 1 skipped." in page.text and "Waiting for KCC none" in page.text
    assert not page.code[:-1], "nothing is to be typed but what the footer says"


def test_troubles_come_with_their_remedies_and_as_text(linked, store):
    linked.adjust(channel_location="<script>alert('x')</script>")
    failed = store.place(lines=[{**LINE, "sku": None}])
    cancelled = store.place()
    with linked.daemon():
        polled(linked, 2)
        store.change(cancelled, "cancel")
        linked.cli("shipments", "add", cancelled)
        wait_until(lambda: linked.status()["queue"]["parked"], "it is parked")
        stranger = {"OrderCode": "<img src=x>", "OrderID": "1", "Status": "Shipping", "AssociatedRef": "<img src=x>", "Shipments": []}
        post = {**basic("khaos", PASSWORD), "Content-Type": "application/json"}
        assert ask(linked, "/kcc/web/statuses", "POST", post, json.dumps({"Statuses": [stranger]}))[0] == 200
        assert ask(linked, "/kcc/web/statuses", "POST", post, "<b>not what was expected</b>")[0] == 400
        page = look(linked)
        lines = linked.cli("status").out
    assert page.heading == "6 things need you"
    assert "script" not in [tag for tag, _ in page.tags] and "img" not in [tag for tag, _ in page.tags]
    assert "<script>alert('x')</script>" in page.text and "<img src=x>" in page.text
    commands = {f"kccsyncd orders explain {failed.lstrip('#')}", "kccsyncd queue list", "kccsyncd kcc dismiss 1",
                "kccsyncd kcc dismiss 2", "kccsyncd kcc body web statuses"}
    assert commands <= set(page.code), page.code
    assert "1 order failed: line_without_sku" in lines and "1 job is parked and waits for you" in lines
    assert f"orders explain {failed.lstrip('#')}" in lines, "a shell takes what follows a # for a comment"


def test_a_channel_that_is_halted_says_why_and_one_that_is_off_is_no_trouble(linked, new_store):
    other, resting = new_store(), new_store()
    linked.channel("outlet", other)
    linked.channel("resting", resting, enabled=False)
    other.simulator.post("tokens/revoke", shop=other.name)
    with linked.daemon():
        wait_until(lambda: linked.status("outlet")["paused"], "it is paused")
        polled(linked)
        page = look(linked)
    assert page.heading == "2 things need you"
    assert page.text.count("Token refused (401)") == 2 and "kccsyncd setup outlet" in page.code
    assert re.search(r"outlet\W+PAUSED", page.text) and re.search(r"resting\W+off", page.text)
    assert "Link not set up" in page.text


def test_nobody_is_named_and_no_secret_is_told(linked, store):
    store.place_many([WHOLE, {**WHOLE, "payment": "pending"}, {**WHOLE, "lines": [{**LINE, "sku": None}]}])
    with linked.daemon():
        polled(linked, 3)
        told = ask(linked)[2] + ask(linked, "/metrics")[2] + ask(linked, "/healthz")[2]
    people = [*CUSTOMER.values(), *(ADDRESS[key] for key in ("address1", "city", "zip", "phone")), NELL_IN_KCC["COMPANY_NAME"]]
    for word in [*people, store.token, PASSWORD, "khaos", str(linked.folder)]:
        assert word not in told, word


def test_a_store_that_cannot_be_read_is_said(linked):
    with linked.daemon():
        polled(linked)
        linked.alter("ALTER TABLE push_job RENAME TO elsewhere")
        try:
            page = look(linked, expected=503)
            assert ask(linked, "/metrics")[0] == 503
        finally:
            linked.alter("ALTER TABLE elsewhere RENAME TO push_job")
        assert "The order store cannot be read" in page.text and "journalctl -u kccsyncd" in page.code
        assert look(linked).heading, "it is looked at anew each time"


@pytest.mark.parametrize("headers", [PROXIED, FOREIGN, {"Forwarded": "for=192.0.2.7"}])
def test_through_the_proxy_there_is_no_page_without_a_password(linked, headers):
    with linked.daemon():
        for path in ("/", "/metrics"):
            status, _, text = ask(linked, path, headers=headers)
            assert status == 404 and "kccsyncd" not in text
        assert ask(linked, "/healthz", headers=headers)[::2] == (200, "ok\n")


def test_through_the_proxy_the_password_opens_the_page(linked):
    password = linked.folder / "status.token"
    linked.write_secret(password, STATUS_PASSWORD)
    linked.secrets.add(STATUS_PASSWORD)
    linked.kcc["status_password_file"] = str(password)
    linked.write()
    with linked.daemon():
        polled(linked)
        for headers in (PROXIED, FOREIGN):
            status, found, _ = ask(linked, headers=headers)
            assert status == 401 and found["www-authenticate"].startswith("Basic ")
            assert ask(linked, headers={**headers, **basic("status", STATUS_PASSWORD)})[0] == 200
            assert ask(linked, "/metrics", headers={**headers, **basic("status", STATUS_PASSWORD)})[0] == 200
        assert ask(linked, headers={**PROXIED, **basic("status", PASSWORD)})[0] == 401
        assert ask(linked, headers={**PROXIED, **basic("khaos", PASSWORD)})[0] == 401
        assert ask(linked)[0] == 200, "on this machine it is open"


def test_figures_health_and_methods(linked, store):
    file = linked.folder / "metrics.prom"
    linked.daemon_table["metrics_file"] = str(file)
    linked.write()
    store.place_many([{}, {"payment": "pending"}])
    with linked.daemon():
        wait_until(lambda: file.exists() and file.read_text().count("kccsyncd_orders{") == 2, "figures with the orders", 40)
        status, headers, text = ask(linked, "/metrics")
        assert status == 200 and headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
        assert text.endswith("# EOF\n")
        # What counts polls and time has moved on meanwhile.
        still = re.compile(r"^(# .*|kccsyncd_(orders|queue|stock|shop).*)$", re.M)
        assert still.findall(text) == still.findall(file.read_text())
        assert ask(linked, "/healthz")[::2] == (200, "ok\n")
        for path in ("/", "/metrics", "/healthz"):
            status, headers, text = ask(linked, path, "HEAD")
            assert (status, text) == (200, "") and int(headers["content-length"]) > 0
            status, headers, _ = ask(linked, path, "POST", body="x")
            assert status == 405 and headers["allow"] == "GET, HEAD"
        assert ask(linked, "/index.html")[0] == 404
