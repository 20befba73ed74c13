"""Changes to orders, versions, dumps, background activity, the story, and the server itself."""

import http.client
import json
import signal
import subprocess
import time

import pytest
from simulator.client import Simulator

NODE = "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Order { name note updatedAt } } }"


def digest(sim, ref):
    """(updatedAt, digest, version) now."""
    entry = sim.get("order", id=ref["id"])
    return entry["updatedAt"], entry["digest"], entry["version"]


def test_touch_and_silent(sim):
    ref = sim.place({"createdAt": "2026-11-20T10:00:00Z"})[0]
    before = digest(sim, ref)
    sim.change(ref["id"], "silent", set={"note": "quiet"})
    quiet = digest(sim, ref)
    assert quiet[0] == before[0] and quiet[1] != before[1]
    sim.change(ref["id"], "touch")
    assert digest(sim, ref)[0] > quiet[0]


def test_changes_reach_rendered_orders_at_once(sim):
    ref = sim.place({})[0]
    for text in ("one", "two"):
        sim.change(ref["id"], "note", value=text)
        assert sim.graphql(NODE, {"ids": [ref["id"]]})["data"]["nodes"][0]["note"] == text


def test_delete(sim):
    ref = sim.place({})[0]
    sim.change(ref["id"], "delete")
    assert sim.graphql(NODE, {"ids": [ref["id"]]})["data"]["nodes"] == [None]
    assert sim.graphql("{ orders(first: 5) { nodes { id } } }")["data"]["orders"]["nodes"] == []
    assert sim.get("dump") == {"count": 0, "orders": []}


def test_fulfilment_orders_come_later_and_hold(sim):
    ref = sim.place({"fulfilmentOrders": "none", "lines": [{"quantity": 2}, {}], "createdAt": "2026-11-20T10:00:00Z"})[0]
    moved = digest(sim, ref)[0]
    assert sim.get("order", id=ref["id"])["order"]["fulfillmentOrders"] == []
    sim.change(ref["id"], "attach_fulfilment_orders", split=[0, 1])
    sim.change(ref["id"], "hold", fulfilment_order=0)
    order = sim.get("order", id=ref["id"])["order"]
    assert [f["status"] for f in order["fulfillmentOrders"]] == ["ON_HOLD", "OPEN"]
    assert [f["assignedLocation"]["name"] for f in order["fulfillmentOrders"]] == ["Main Warehouse", "High Street Shop"]
    assert digest(sim, ref)[0] == moved and order["displayFulfillmentStatus"] == "ON_HOLD"
    sim.change(ref["id"], "release_hold")
    sim.change(ref["id"], "fulfil", lines=[{"line": 0, "quantity": 1}], tracking={"number": "RM1", "company": "Royal Mail"})
    order = sim.get("order", id=ref["id"])["order"]
    assert order["fulfillmentOrders"][0]["lineItems"][0]["remainingQuantity"] == 1
    assert order["fulfillments"][0]["trackingInfo"][0]["number"] == "RM1"
    assert order["displayFulfillmentStatus"] == "PARTIALLY_FULFILLED"
    sim.change(ref["id"], "move", fulfilment_order=1, location=0)
    order = sim.get("order", id=ref["id"])["order"]
    assert [f["status"] for f in order["fulfillmentOrders"]] == ["IN_PROGRESS", "CLOSED", "OPEN"]


def test_address_customer_and_others(sim):
    ref = sim.place({})[0]
    sim.change(ref["id"], "address", shippingAddress={"zip": "M1 1AA"}, billingAddress=None)
    sim.change(ref["id"], "customer", customer={"lastName": "Shaw"})
    sim.change(ref["id"], "tags", value=["b", "a"])
    order = sim.get("order", id=ref["name"])["order"]
    assert order["shippingAddress"]["zip"] == "M1 1AA" and order["billingAddress"] is None
    assert order["customer"]["lastName"] == "Shaw" and order["tags"] == ["a", "b"]
    sim.change(ref["id"], "customer", customer=None)
    assert sim.get("order", id=ref["id"])["order"]["customer"] is None


def test_till_orders(sim):
    sim.post("seed", count=80, mix="pos")
    orders = [e["order"] for e in sim.get("dump", full=1)["orders"]]
    assert all(o["sourceName"] == "pos" and o["retailLocation"] and o["shippingAddress"] is None for o in orders)
    assert {bool(o["customer"]) for o in orders} == {True, False}
    assert any(o["customer"] and o["customer"]["lastName"] is None for o in orders)


def test_misspelt_requests_are_refused(sim):
    for name, args in (("orders", {"orders": [{"adress": 1}]}), ("change", {"id": "#1", "change": "pay"}), ("nonsense", {}),
                       ("seed", {"shop": "none", "count": 1}), ("orders", {"orders": [{"lines": [{"prize": "1"}]}]})):
        with pytest.raises(RuntimeError):
            sim.post(name, **args)


def test_same_seed_same_orders(sim):
    def everything():
        sim.post("reset")
        sim.post("seed", count=30, seed=9, ending="2026-11-20T00:00:00Z")
        return sim.get("dump")
    assert everything() == everything()


def test_activity_is_decided_by_its_seed(sim):
    def names():
        sim.post("reset")
        sim.post("seed", count=20, seed=3, ending="2026-11-20T00:00:00Z")
        sim.post("activity", per_second=400, seconds=0.25, seed=4)
        deadline = time.monotonic() + 10
        while sim.get("activity")["running"] and time.monotonic() < deadline:
            time.sleep(0.02)
        assert sim.get("activity")["changes"] == 100
        return [(e["name"], e["version"]) for e in sim.get("dump")["orders"]]
    assert names() == names()


def test_story(sim):
    said = [sim.post("demo/step") for _ in range(13)]
    assert [s["step"] for s in said] == list(range(1, 14)) and said[3]["said"].startswith("Imran's bank transfer")
    sim.post("demo/reset")
    assert sim.post("demo/step")["step"] == 1


def test_recording(sim, documents):
    sim.post("seed", count=60, mix="plain")
    found = sim.post("record", query=documents["OrderRead"], variables={"both": True})
    assert found["orders"] == 60 and found["bytes"] > 60_000


def test_a_big_shop(sim):
    start = time.monotonic()
    last = sim.post("seed", count=200_000, mix="plain")["lastId"]
    answer = sim.graphql("{ orders(first: 250, sortKey: UPDATED_AT, query: \"updated_at:>='2020-01-01T00:00:00Z'\") { nodes { id updatedAt } } }")
    assert len(answer["data"]["orders"]["nodes"]) == 250
    assert sim.change(last, "touch")["version"] == 2
    assert time.monotonic() - start < 10


def test_keep_alive_and_pipelining(sim):
    connection = http.client.HTTPConnection("127.0.0.1", sim.port)
    sim.post("ledger/reset")
    for _ in range(5):
        connection.request("POST", "/admin/api/2026-07/graphql.json", json.dumps({"query": "{ shop { id } }"}),
                           {"X-Shopify-Access-Token": "shpat_demo", "Content-Type": "application/json"})
        assert json.loads(connection.getresponse().read())["data"]
    connection.close()
    assert sim.get("ledger")["connections"] == 1


def test_clock(sim):
    sim.post("clock", frozen_at="2026-12-01T12:00:00Z")
    ref = sim.place({})[0]
    assert ref["updatedAt"] == "2026-12-01T12:00:00Z"
    assert sim.graphql("{ shop { id } }", raw=True)[1]["Date"] == "Tue, 01 Dec 2026 12:00:00 GMT"
    sim.post("clock", advance_seconds=90)
    assert sim.change(ref["id"], "touch")["updatedAt"] == "2026-12-01T12:01:30Z"


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, None])
def test_it_ends(how):
    sim = Simulator.start("--demo", "--shops", 2)
    assert len(sim.get("dump")["orders"]) == 40 and sim.get("health")["shops"] == ["demo", "shop2"]
    process = sim.process
    if how is None:
        sim.post("shutdown")
    else:
        process.send_signal(how)
    assert process.wait(5) == 0
    process.stdout.close()


def test_it_ends_with_its_parent():
    parent = subprocess.Popen(["sleep", "60"])
    sim = Simulator.start("--parent-pid", parent.pid)
    parent.kill()
    parent.wait()
    assert sim.process.wait(5) == 0
    sim.process.stdout.close()


def test_people_are_those_of_the_orders_each_part_once(sim):
    sim.place({}, {}, {"email": "other@example.com", "customer": None, "shippingAddress": None,
                       "billingAddress": {"address1": "2 Back Lane", "zip": "LS1 1AA"}})
    parts = sim.get("people")["people"]
    assert sum(part.get("email") == "ada.marsh@example.com" and "firstName" not in part for part in parts) == 1
    assert {part["address1"] for part in parts if "address1" in part} == {"14 Mill Lane", "2 Back Lane"}
    assert {part["email"] for part in parts if "email" in part} == {"ada.marsh@example.com", "other@example.com"}
