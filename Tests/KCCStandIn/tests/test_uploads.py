"""Uploads: sent until taken, twice, out of order, in both formats; the life of a despatch."""

import json
import re
import xml.etree.ElementTree as ElementTree

import pytest
from fake_third_party import valid_order
from kcc_standin.client import ControlError, StillBusy


def levels(party):
    """Levels in the order in which they were taken."""
    return [row["Levels"]["Available"] for body in party.bodies("stock") for row in json.loads(body)["Statuses"]]


def statuses(party):
    """Status entries in the order in which they were taken."""
    return [entry for body in party.bodies("statuses") for entry in json.loads(body)["Statuses"]]


@pytest.fixture
def ordered(party, web):
    """The channel with one order of two lines."""
    order = valid_order("SPY1", GrossTotal=31.5)
    order["Items"].append({**order["Items"][0], "SKU": "MUG", "Quantity": 1, "ImportRef": "gid://shopify/LineItem/2", "WebItemRef": "2"})
    del order["Items"][1]["ValueDiscount"]
    order["Payments"][0]["Amount"] = 31.5
    party.orders.append(order)
    web.poll()
    assert web.violations() == []
    return web


@pytest.mark.parametrize("refusal", [400, 500, 503, 302, 204, 401])
def test_anything_but_200_is_sent_again_with_the_same_bytes(party, web, refusal):
    party.answers = [refusal, refusal]
    web.stock(TEA=3)
    web.idle()
    assert [status for _, _, status in party.posts] == [refusal, refusal, 200]
    assert len({body for _, body, _ in party.posts}) == 1
    done = web.outbox(done=1)["done"][0]
    assert (done["attempts"], done["answers"]) == (3, [str(refusal), str(refusal), "200"])


@pytest.mark.parametrize("kind", ["post_drop_at_once", "post_drop_unread"])
def test_an_answer_that_is_not_read_is_no_answer(party, web, kind):
    web.fault(kind)
    web.stock(TEA=3)
    web.idle()
    assert len(set(body for _, body, _ in party.posts)) == 1 and web.outbox()["taken"] == 1
    assert [call["fault"] for call in web.ledger("stock") if "fault" in call] == [kind]
    if kind == "post_drop_unread":
        assert len(party.posts) == 2


def test_a_listener_that_is_gone_is_tried_until_it_is_back(party, web):
    party.close()
    web.stock(TEA=3)
    with pytest.raises(StillBusy):
        web.idle(timeout=0.5)
    assert web.poll()["status"] is None
    party.open(party.port)
    web.flush()
    assert levels(party) == [3.0] and web.poll()["status"] == 200


def test_every_upload_twice(party, connect):
    web = connect(faults={"post_twice": 1.0})
    for level in range(5):
        web.stock(TEA=level)
    web.idle()
    assert sorted(levels(party)) == sorted([float(level) for level in range(5)] * 2)


def test_out_of_order(party, connect):
    web = connect(hold=True, shuffle=True)
    for level in range(20):
        web.stock(TEA=level)
    assert party.posts == [] and len(web.outbox()["waiting"]) == 20
    web.settings(hold=False)
    web.idle()
    assert sorted(levels(party)) == [float(level) for level in range(20)] != levels(party)


def test_a_resend_comes_after_newer_data(party, connect):
    web = connect(backoff_first=0.5)
    party.answers = [500]
    web.stock(TEA=1)
    web.stock(TEA=2)
    web.idle()
    assert levels(party) == [2.0, 1.0]


def test_rows_come_in_hundreds_and_an_empty_upload_is_one(party, web):
    web.post("stock/seed", count=250)
    web.post("stock/post", all=True)
    web.post("stock/post")
    web.idle()
    assert sorted(len(json.loads(body)["Statuses"]) for body in party.bodies("stock")) == [0, 50, 100, 100]


def test_build_items_and_items_without_a_figure(party, web):
    web.post("stock", levels=[{"code": "SET", "controlled": False, "relationship": [12, 0]}, {"code": "FEE", "controlled": False}])
    web.idle()
    rows = json.loads(party.bodies("stock")[0])["Statuses"]
    assert rows[0]["RelationshipPotential"] == {"FromChildren": 12, "FromParents": 0} and "Levels" not in rows[0]
    assert set(rows[1]) == {"StockCode", "StockID", "SiteID"}


def test_renames_keep_the_id_and_deletions_are_told(party, web):
    first = web.stock(TEA=3)["stock_ids"]["TEA"]
    web.post("stock/rename", code="TEA", new_code="TEA-2")
    web.post("stock/delete", code="TEA-2")
    web.idle()
    items = [json.loads(body) for body in party.bodies("items")]
    assert (items[0]["Items"][0]["StockCode"], items[0]["Items"][0]["StockID"]) == ("TEA-2", first)
    assert items[1] == {"Items": [], "Deleted": [first]}
    assert json.loads(party.bodies("stock")[1])["Statuses"][0]["StockCode"] == "TEA-2"


def test_items_in_bulk(party, web):
    web.post("stock/seed", count=12)
    web.post("items", per_call=5)
    web.idle()
    assert [len(json.loads(body)["Items"]) for body in party.bodies("items")] == [5, 5, 2]


def test_a_company_tells_all_its_channels(party, connect):
    one = connect("one", company="firm")
    connect("two", company="firm")
    one.stock(TEA=3)
    one.kcc.post("idle")
    assert levels(party) == [3.0, 3.0]


@pytest.mark.parametrize("more", [{"chunked": True}, {"expect_continue": True}, {"senders": 4}])
def test_ways_of_sending(party, connect, more):
    web = connect(**more)
    for level in range(10):
        web.stock(TEA=level)
    web.idle()
    assert sorted(levels(party)) == [float(level) for level in range(10)]


def test_the_life_of_a_despatch(party, ordered):
    shipment = ordered.despatch("SPY1", consignment="JD1")
    ordered.idle()
    told = statuses(party)
    assert [entry["Shipments"][0]["Status"] if entry["Shipments"] else "-" for entry in told] == [
        "-", "Released", "Picking", "Packing", "Shipping", "Invoicing", "Issue", "Archived"]
    assert [entry["Status"] for entry in told] == ["Received"] + ["Shipping"] * 5 + ["Complete"] * 2
    assert {entry["Shipments"][0]["ID"] for entry in told[1:]} == {shipment["id"]}
    assert told[1]["Shipments"][0]["Packages"] == [] and told[3]["Shipments"][0]["Packages"][0]["ConsignmentRef"] == ""
    last = told[-1]["Shipments"][0]
    assert last["Packages"][0]["ConsignmentRef"] == "JD1" and set(last["Packages"][0]["Courier"]) == {"ID", "Code", "Name"}
    assert [item["Quantity"] for item in last["Items"]] == [2.0, 1.0]
    assert last["Items"][1]["ImportRef"] == "gid://shopify/LineItem/2" and last["Items"][1]["WebsiteItemRef"] == "2"
    assert told[0]["CustomData"] == "gid://shopify/Order/SPY1"


def test_echoes_can_be_off_or_cut(party, ordered):
    ordered.settings(echo=["ImportRef"], import_ref_length=10, status_field="OrderStatus")
    ordered.despatch("SPY1", statuses=["Issue"])
    ordered.idle()
    entry = statuses(party)[0]
    assert entry["OrderStatus"] == "Complete" and not {"AssociatedRef", "CustomData", "Status"} & set(entry)
    assert entry["Shipments"][0]["Items"][0]["ImportRef"] == "gid://shop" and "WebsiteItemRef" not in entry["Shipments"][0]["Items"][0]


def test_partial_growth_correction_less_and_back(party, ordered):
    first = ordered.despatch("SPY1", lines=[{"line": 0, "quantity": 1}], statuses=["Issue"], consignment="A")
    ordered.correct(first["id"], consignment=["A2", "A3"], code="INV-NEW")
    ordered.correct(first["id"], lines=[{"line": 0, "quantity": 2}])
    second = ordered.despatch("SPY1", statuses=["Picking", "Issue"])
    ordered.correct(second["id"], lines=[{"sku": "MUG", "quantity": 0}])
    ordered.correct(second["id"], status="Picking")
    ordered.idle()
    told = [(entry["Status"], each["Code"] == "INV-NEW", [item["Quantity"] for item in each["Items"]], each["Status"])
            for entry in statuses(party) for each in entry["Shipments"]]
    assert told == [("PartialShip", False, [1.0], "Issue"), ("PartialShip", True, [1.0], "Issue"), ("PartialShip", True, [2.0], "Issue"),
                    ("PartialShip", False, [1.0], "Picking"), ("Complete", False, [1.0], "Issue"),
                    ("PartialShip", False, [], "Issue"), ("PartialShip", False, [], "Picking")]
    numbers = [package.get("ConsignmentRef") for package in statuses(party)[1]["Shipments"][0]["Packages"]]
    assert numbers == ["A2", "A3"]
    with pytest.raises(ControlError):
        ordered.despatch("SPY9")


def test_cancellation_and_raw_entries(party, ordered):
    ordered.post("cancel", ref="SPY1")
    ordered.post("statuses/raw", entries=[{"OrderCode": "SO1", "OrderID": "1", "Status": "Nonsense", "Shipments": []}])
    ordered.post("statuses")
    ordered.idle()
    assert [entry["Status"] for entry in statuses(party)] == ["Cancelled", "Nonsense"] and len(party.bodies("statuses")) == 3


def test_xml_in_kccs_own_style(party, connect):
    party.forms.update(statuses="XML", stock="XML", items="XML")
    party.orders.append(valid_order("SPY1"))
    web = connect()
    web.stock(TEA_250=3)
    web.poll()
    web.post("items")
    web.despatch("SPY1", statuses=["Packing", "Issue"], consignment="A&B")
    web.idle()
    body = party.bodies("statuses")[-1]
    assert body.startswith(b'\xef\xbb\xbf<?xml') and b"xmlns:xsi=" in body and b"xmlns:xsd=" in body
    assert re.search(rb'<Courier ID="7" Code="RM24">Royal Mail 24</Courier>', body)
    tree = ElementTree.fromstring(body.decode("utf-8-sig"))
    assert tree.find("Statuses/SalesOrderStatus/Shipments/Shipment/Packages/ShipmentPackage/ConsignmentRef").text == "A&B"
    assert b"<ConsignmentRef />" in party.bodies("statuses")[0]
    row = ElementTree.fromstring(party.bodies("stock")[0].decode("utf-8-sig")).find("Statuses/StockStatus")
    assert (row.findtext("StockCode"), row.findtext("Levels/Available")) == ("TEA-250", "3.0")
    assert b"<StockControlled>True</StockControlled>" in party.bodies("items")[0]
