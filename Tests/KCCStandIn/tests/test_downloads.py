"""The configuration file, the continuation, redelivery, imports that fail."""

import json
import time

import pytest
from fake_third_party import valid_order


def orders(party, count, first=1):
    """The third party gets more orders."""
    party.orders += [valid_order(f"SPY{first + number}") for number in range(count)]


@pytest.mark.parametrize("ending", ["json", "xml"])
def test_configuration(party, connect, ending):
    shown = connect(ending=ending).get("channel")
    assert shown["endpoints"]["OrderDownload"] == {"URL": f"{party.base}/orders", "Format": "JSON", "Frequency": 5}
    assert shown["violations"] == {}


@pytest.mark.parametrize("path,value,code", [
    ("OrderDownload", None, "required"), ("StockUpload", None, "required"), ("StockStatusUpload.Format", None, "required"),
    ("OrderDownload.Frequency", None, "required"), ("OrderDownload.Frequency", 2.5, "frequency"),
    ("OrderDownload.Frequency", "5", "frequency"), ("OrderDownload.Format", "Json", "enum"), ("StockUpload.URL", "/items", "url"),
    ("StockUpload.Frequency", 5, "unknown_field")])
def test_a_wrong_configuration_is_named(party, connect, path, value, code):
    config = party.config()
    place, (*way, last) = config["EndpointConfig"], path.split(".")
    for step in way:
        place = place[step]
    place[last] = value
    if value is None:
        del place[last]
    party.config_text = json.dumps(config)
    assert f"config_{code}" in connect().get("channel")["violations"]


def test_the_continuation_starts_with_a_date_and_is_then_what_was_given(party, web):
    orders(party, 5)
    party.page_size = 3
    told = web.poll(drain=True)
    assert [poll["orders"] for poll in told["polls"]] == [3, 2, 0] and web.violations() == []
    sent = [headers.get("Sirion-Continuation") for name, headers in party.gets if name == "orders"]
    assert sent == ["2025-06-30 12:00:00Z", "k3", "k5"]
    assert set(web.books()) == {"SPY1", "SPY2", "SPY3", "SPY4", "SPY5"}
    assert web.books()["SPY1"]["total"] == "21.5" and web.books()["SPY1"]["state"] == "imported"


def test_the_continuation_can_be_set_and_left_out(party, web):
    web.post("continuation", value=None)
    web.poll()
    assert "Sirion-Continuation" not in party.gets[-1][1]
    party.continuation = False
    web.poll()
    assert any(line.startswith("continuation ") for line in web.violations())
    assert web.get("channel")["continuation"] == "k0"


@pytest.mark.parametrize("kind,known", [("poll_drop_at_once", False), ("poll_drop_unread", False), ("poll_drop_after", False),
                                        ("poll_die_between", True)])
def test_an_answer_that_was_not_taken_leaves_the_continuation(party, web, kind, known):
    orders(party, 2)
    web.fault(kind)
    assert not web.poll()["taken"] and web.get("channel")["continuation"].startswith("2025")
    assert set(web.books()) == ({"SPY1", "SPY2"} if known else set())
    assert web.poll()["taken"] and web.get("channel")["continuation"] == "k2"
    counts = web.get("books")["counts"]
    assert (counts["orders"], counts["imported"], counts["redeliveries"]) == (2, 2, 2 if known else 0)


def test_a_redelivery_that_differs_is_noted_and_is_no_second_order(party, web):
    orders(party, 1)
    web.fault("poll_die_between")
    web.poll()
    party.orders[0]["Header"]["OrderNote"] = "changed"
    web.poll()
    book = web.books()["SPY1"]
    assert (book["deliveries"], book["different"], len(web.books())) == (2, 1, 1)


def test_unknown_codes_fail_silently_until_they_are_retried(party, connect):
    web = connect(stock_list=True, stock_posts=False)
    orders(party, 2)
    party.orders[1]["Items"][0]["SKU"] = "MUG"
    web.stock(TEA_250=10)
    web.poll()
    assert web.books()["SPY2"]["state"] == "failed" and "MUG" in web.books()["SPY2"]["reason"]
    party.orders[1]["Items"][0].update(SKU="509", AlternateMapping=[{"Mapping": "Barcode"}])
    web.post("stock", levels=[{"code": "MUG", "barcodes": ["509"], "available": 4}])
    assert web.retry()["refs"] == ["SPY2"] and party.gets[-1][1]["SpecificIDs"] == '"SPY2"'
    book = web.books()["SPY2"]
    assert book["state"] == "imported" and book["lines"][0]["code"] == "MUG"
    assert web.retry("SPY1", "SPY2")["orders"] == 2 and web.get("channel")["continuation"] == "k2"
    assert party.gets[-1][1]["SpecificIDs"] == '"SPY1,SPY2"'
    assert web.violations() == [] and web.get("books")["counts"]["imported"] == 2


def test_orders_consume_stock_and_say_so(party, web):
    web.stock(TEA_250=10)
    orders(party, 1)
    web.poll()
    web.flush()
    rows = [row for body in party.bodies("stock") for row in json.loads(body)["Statuses"]]
    assert [row["Levels"]["Available"] for row in rows] == [10.0, 8.0]
    web.post("cancel", ref="SPY1")
    web.flush()
    assert web.get("stock", code="TEA-250")["items"][0]["levels"]["1"]["available"] == "10"


def test_imports_may_be_late(party, connect):
    web = connect(import_delay=60)
    orders(party, 1)
    web.poll()
    assert web.books()["SPY1"]["state"] == "downloaded" and web.get("channel")["busy"]
    web.post("import")
    assert web.books()["SPY1"]["state"] == "imported"
    web.settings(import_delay=0.1)
    orders(party, 1, first=2)
    web.poll()
    web.idle()
    assert web.books()["SPY2"]["state"] == "imported"


def test_orders_that_break_the_contract_are_not_imported(party, web):
    party.orders.append(valid_order("SPY1", GrossTotal=22))
    web.poll()
    assert web.books()["SPY1"]["state"] == "failed" and web.violations()[0].startswith("total SPY1")


def test_polls_come_by_frequency(party, connect):
    web = connect(polling=True, compression=6000)
    orders(party, 1)
    end = time.monotonic() + 10
    while len([1 for name, _ in party.gets if name == "orders"]) < 4 and time.monotonic() < end:
        time.sleep(0.02)
    assert len(web.ledger("orders")) >= 4 and len(web.books()) == 1


def test_orders_in_xml(party, connect):
    party.forms["orders"] = "XML"
    orders(party, 3)
    web = connect()
    assert web.poll()["orders"] == 3 and web.violations() == [] and web.books()["SPY3"]["total"] == "21.5"


def test_a_challenge_is_answered(party, connect):
    web = connect(challenge=True)
    web.poll()
    assert [call["status"] for call in web.ledger("orders")] == [401, 200] and web.violations() == []


def test_a_public_address_is_rewritten(party, connect):
    config = json.dumps(party.config()).replace(f"http://127.0.0.1:{party.port}", "https://sync.example.com")
    party.config_text = config
    web = connect(rewrite={"https://sync.example.com": f"http://127.0.0.1:{party.port}"})
    assert web.poll()["status"] == 200
