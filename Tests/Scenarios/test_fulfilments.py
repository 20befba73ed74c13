"""Despatches told to the program, and what the shop has of them."""

import json

import pytest

from stores import ago, stamp
from waiting import wait_until

TEA = {"sku": "TEA-250", "price": "8.50", "quantity": 2}
POT = {"sku": "POT", "price": "20.00", "quantity": 1}
FAST = "UPDATE push_job SET next_at_ms = 0"


@pytest.fixture
def shop(box, store):
    box.channel("web", store)
    return box


def sent(store, name):
    """The fulfilments of an order: (sorted lines, numbers, carrier)."""
    order = store.order(name)
    skus, found = {line["id"]: line["sku"] for line in nodes(order["lineItems"])}, order["fulfillments"]
    return [(sorted((skus[line["lineItem"]["id"]], line["quantity"]) for line in nodes(f["fulfillmentLineItems"])),
             [info["number"] for info in f["trackingInfo"]],
             {info["company"] for info in f["trackingInfo"]}) for f in found]


def nodes(found):
    return found["nodes"] if isinstance(found, dict) else found


def effects(store):
    return store.simulator.get("effects", shop=store.name)


def job(box):
    return box.json("queue", "list")[-1]


def shipment(box):
    return box.json("shipments", "list")[0]


def test_a_whole_order_is_sent_with_its_number_and_one_mail(shop, store):
    name = store.place(lines=[TEA, POT])
    shop.once()
    assert "shipment queued" in shop.cli("shipments", "add", name, "--tracking", "JD0001", "--carrier", "royal mail").out
    shop.once()
    assert sent(store, name) == [([("POT", 1), ("TEA-250", 2)], ["JD0001"], {"Royal Mail"})]
    assert list(effects(store)["mails"].values()) == [1]
    assert shipment(shop)["state"] == "done" and shop.json("queue", "list") == []


def test_the_same_shipment_told_twice_is_one_fulfilment(shop, store):
    name = store.place(lines=[TEA])
    shop.once()
    for _ in range(2):
        shop.cli("shipments", "add", name, "--tracking", "A1", "--id", "S-7")
        shop.once()
    assert len(sent(store, name)) == 1 and len(effects(store)["entries"]) == 1


def test_an_order_leaves_in_parts_and_a_surplus_is_raised(shop, store):
    name = store.place(lines=[TEA, POT])
    shop.once()
    shop.cli("shipments", "add", name, "--line", "TEA-250=1", "--tracking", "P1", "--tracking", "P2")
    shop.once()
    shop.cli("shipments", "add", name, "--line", "TEA-250=2", "--line", "POT=1")
    shop.once()
    assert sent(store, name) == [([("TEA-250", 1)], ["P1", "P2"], {None}), ([("POT", 1), ("TEA-250", 1)], [], set())]
    assert "shipment_exceeds_order: 1 of TEA-250" in shipment(shop)["reason"]


def test_the_same_sku_on_two_lines_and_two_locations_is_two_calls(shop, store):
    name = store.place(lines=[TEA, {**TEA, "price": "8.00"}],
                       fulfilmentOrders=[{"location": 0, "lines": [0]}, {"location": 1, "lines": [1]}])
    shop.once()
    shop.cli("shipments", "add", name, "--line", "TEA-250=3", "--tracking", "T")
    shop.once()
    assert [lines for lines, _, _ in sent(store, name)] == [[("TEA-250", 2)], [("TEA-250", 1)]]
    assert sorted(effects(store)["mails"].values()) == [1, 1]


def test_held_units_wait_and_say_so_and_go_when_released(shop, store):
    name = store.place(lines=[TEA])
    shop.once()
    store.change(name, "hold", reason="INCORRECT_ADDRESS")
    shop.cli("shipments", "add", name)
    shop.once()
    assert sent(store, name) == []
    assert (job(shop)["state"], "on hold (incorrect address)" in job(shop)["last_error"]) == ("retryable", True)
    store.change(name, "release_hold")
    shop.cli("queue", "retry", "--all")
    shop.once()
    assert len(sent(store, name)) == 1


def test_a_cycle_ends_while_the_second_shipment_of_an_order_stands_behind_one_that_waits(shop, store):
    """The second is due by its own time; only its turn has not come."""
    name = store.place(lines=[TEA, POT])
    other = store.place(lines=[TEA])
    shop.once()
    store.change(name, "hold", reason="INCORRECT_ADDRESS")
    for number, sku in enumerate(["TEA-250=2", "POT=1"], 1):
        shop.cli("shipments", "add", name, "--id", f"S{number}", "--line", sku, "--tracking", f"JD{number}")
    shop.cli("shipments", "add", other, "--tracking", "JD3")
    shop.once()
    assert sent(store, name) == [] and sent(store, other) == [([("TEA-250", 2)], ["JD3"], {None})]
    store.change(name, "release_hold")
    shop.alter(FAST)
    shop.once()
    assert sorted(numbers for _, numbers, _ in sent(store, name)) == [["JD1"], ["JD2"]]


def test_what_was_fulfilled_by_hand_is_done_and_gets_our_number_with_one_mail(shop, store):
    name = store.place(lines=[TEA])
    shop.once()
    store.change(name, "fulfil")
    shop.cli("shipments", "add", name, "--tracking", "N1", "--carrier", "DPD")
    shop.once()
    assert sent(store, name) == [([("TEA-250", 2)], ["N1"], {"DPD"})]
    assert [entry["kind"] for entry in effects(store)["entries"]] == ["tracking"]
    assert list(effects(store)["mails"].values()) == [1]


def test_a_corrected_number_replaces_ours_without_a_second_mail(shop, store):
    name = store.place(lines=[TEA])
    shop.once()
    shop.cli("shipments", "add", name, "--id", "S1", "--tracking", "WRONG")
    shop.once()
    assert "tracking changed" in shop.cli("shipments", "add", name, "--id", "S1", "--tracking", "RIGHT").out
    shop.once()
    assert sent(store, name) == [([("TEA-250", 2)], ["RIGHT"], {None})]
    assert list(effects(store)["mails"].values()) == [1]


def test_f4_a_corrected_carrier_reaches_the_shop_without_a_second_mail(shop, store):
    name = store.place(lines=[TEA])
    shop.once()
    shop.cli("shipments", "add", name, "--id", "S1", "--tracking", "T1", "--carrier", "DPD Local")
    shop.once()
    assert "tracking changed" in shop.cli("shipments", "add", name, "--id", "S1", "--tracking", "T1", "--carrier", "ups").out
    shop.once()
    assert sent(store, name) == [([("TEA-250", 2)], ["T1"], {"UPS"})]
    assert list(effects(store)["mails"].values()) == [1]


def test_f5_what_staff_entered_stays_beside_our_number(shop, store):
    name = store.place(lines=[TEA])
    shop.once()
    store.change(name, "fulfil", tracking={"number": "STAFF1", "company": "UPS", "url": "https://ups.example/STAFF1"})
    shop.cli("shipments", "add", name, "--tracking", "T1", "--carrier", "DPD")
    shop.once()
    assert sent(store, name) == [([("TEA-250", 2)], ["STAFF1", "T1"], {"UPS"})]
    assert effects(store)["entries"][-1]["tracking"]["urls"] == ["https://ups.example/STAFF1"]


def test_f6_two_numbers_of_an_unknown_carrier_have_a_link_each(shop, store):
    name = store.place(lines=[TEA])
    shop.once()
    shop.cli("shipments", "add", name, "--tracking", "T1;T2", "--carrier", "Bob", "--url", "https://bob.example/track")
    shop.once()
    assert effects(store)["entries"][-1]["tracking"] == {
        "numbers": ["T1", "T2"], "urls": ["https://bob.example/track"] * 2, "company": "Bob"}


def test_f12_an_empty_number_is_rejected(shop, store):
    name = store.place(lines=[TEA])
    shop.once()
    refused = shop.cli("shipments", "add", name, "--tracking", "", expect=64)
    assert "--tracking: expected a tracking number, found \"\"" in refused.err
    assert shop.json("shipments", "list") == []


def test_f13_a_file_with_an_unknown_sku_is_taken_without_that_line_or_not_at_all(shop, store, tmp_path):
    name = store.place(lines=[TEA, POT])
    shop.once()
    file = tmp_path / "ships.csv"
    file.write_text(f"ORDER_REF,STOCK_CODE,QUANTITY\n{name},TEA-250,2\n{name},NOPE,1\n")
    reason = f"line 3: order {name}: has no line with SKU NOPE; its lines are TEA-250 (2), POT (1)"
    strict = shop.cli("shipments", "import", str(file), "--strict", expect=64)
    assert reason in strict.err and "nothing was taken, because of --strict" in strict.err
    assert shop.json("shipments", "list") == []
    # A reference that is known with other lines is found before anything is stored, too.
    shop.cli("shipments", "add", name, "--id", "S1", "--line", "POT=1")
    known = tmp_path / "known.csv"
    known.write_text(f"ORDER_REF,SHIPMENT_ID,STOCK_CODE,QUANTITY\n{name},S2,TEA-250,1\n{name},S1,TEA-250,1\n")
    strict = shop.cli("shipments", "import", str(known), "--strict", expect=64)
    assert "shipment S1: was reported before with other lines or quantities" in strict.err and "taken" not in strict.out
    assert [entry["id"] for entry in shop.json("shipments", "list")] == ["S1"]
    shop.cli("queue", "discard", str(job(shop)["id"]))
    assert reason in shop.cli("shipments", "import", str(file), expect=64).err
    shop.once()
    assert [lines for lines, _, _ in sent(store, name)] == [[("TEA-250", 2)]]


def test_other_lines_under_a_known_id_are_refused(shop, store):
    name = store.place(lines=[TEA, POT])
    shop.once()
    shop.cli("shipments", "add", name, "--id", "S1", "--line", "POT=1")
    refused = shop.cli("shipments", "add", name, "--id", "S1", "--line", "TEA-250=1", expect=64)
    assert "reported before with other lines" in refused.err


@pytest.mark.parametrize("path", [None, "fulfillmentOrders"], ids=["the request", "the reading"])
def test_a_shipment_that_shopify_denies_is_parked_alone_with_its_words(shop, store, path):
    name, other = store.place(lines=[TEA]), store.place(lines=[POT])
    shop.once()
    operation = "FulfilmentCreate" if path is None else "FulfilmentView"
    if path is None:
        store.fault("access_denied", operation=operation, path=None, times=1)
        shop.cli("shipments", "add", name, "--tracking", "T1")
        shop.once(expect=None)
        parked = job(shop)
        assert parked["state"] == "parked" and "Shopify says: Access denied for fulfillmentCreate field" in parked["last_error"]
        assert parked["remedy"].endswith(f"; then run: kccsyncd queue retry {parked['id']}")
        shop.cli("shipments", "add", other)
    else:
        store.fault("access_denied", operation=operation, path=path, times=2)
        shop.cli("shipments", "add", name, "--tracking", "T1")
        shop.once(expect=None)
        assert job(shop)["state"] == "parked" and path in job(shop)["last_error"]
        shop.cli("shipments", "add", other)
        store.clear_faults()
    shop.once()
    assert len(sent(store, other)) == 1
    assert "pushes wait" not in shop.cli("status", expect=None).out
    assert shop.status()["queue"]["parked"] == 1


def test_a_cancelled_order_is_parked_with_what_to_do_and_blocks_no_other(shop, store):
    name, other = store.place(lines=[TEA]), store.place(lines=[POT])
    shop.once()
    store.change(name, "cancel")
    shop.cli("shipments", "add", name)
    shop.cli("shipments", "add", other)
    shop.once()
    assert job(shop)["state"] == "parked" and "cancelled" in job(shop)["last_error"] and job(shop)["remedy"]
    assert len(sent(store, other)) == 1
    assert shop.status()["queue"]["parked"] == 1
    shop.cli("queue", "discard", str(job(shop)["id"]))
    assert shop.json("queue", "list") == []


def test_a_late_despatch_goes_without_a_mail(shop, store, tmp_path):
    placed = stamp(ago(days=6))
    name = store.place(lines=[TEA], createdAt=placed, processedAt=placed)
    shop.once()
    file = tmp_path / "late.csv"
    file.write_text(f"ORDER_REF,CONSIGNMENT_REF,DESPATCHED_AT\r\n{name},OLD1,{ago(days=5).date()}\r\n")
    shop.cli("shipments", "import", str(file))
    shop.once()
    assert sent(store, name) == [([("TEA-250", 2)], ["OLD1"], {None})] and effects(store)["mails"] == {}


def test_a_file_with_bad_lines_keeps_the_good_ones_and_names_the_others(shop, store, tmp_path):
    name = store.place(lines=[TEA, POT])
    shop.once()
    file = tmp_path / "ships.csv"
    file.write_text(f"\ufeffORDER_REF\tSHIPMENT_ID\tSTOCK_CODE\tQUANTITY\tCOURIER\n{name}\tS1\tTEA-250\t2\tEvri\n"
                    f"{name}\tS1\tPOT\tmany\t\n#9999\tS2\t\t\t\n", encoding="utf-8")
    result = shop.cli("shipments", "import", str(file), expect=64)
    assert "line 3: QUANTITY: expected a whole number above 0, found \"many\"" in result.err
    assert "#9999: not in the store" in result.err
    assert "1 shipment taken, 2 refused" in result.out
    shop.once()
    assert sent(store, name) == [([("TEA-250", 2)], [None], {"Evri"})]


def test_nothing_is_sent_while_upload_order_status_is_off(shop, store):
    shop.adjust(upload_order_status=False)
    name = store.place(lines=[TEA])
    shop.once()
    shop.cli("shipments", "add", name)
    shop.once()
    assert sent(store, name) == [] and job(shop)["state"] == "available"
    shop.adjust(upload_order_status=True, send_shipping_notification=False)
    shop.once()
    assert len(sent(store, name)) == 1 and effects(store)["mails"] == {}


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "truncated"])
def test_a_lost_answer_is_looked_up_before_anything_is_sent_again(shop, store, kind):
    name = store.place(lines=[TEA])
    shop.once()
    shop.cli("shipments", "add", name, "--tracking", "X")
    store.fault(kind, operation="FulfilmentCreate", times=1)
    shop.once(expect=None)
    assert job(shop)["state"] == "retryable"
    shop.alter(FAST)
    shop.once()
    assert "may still be under way" in job(shop)["last_error"], "less than a minute has passed"
    age_intent(shop)
    shop.once()
    assert sent(store, name) == [([("TEA-250", 2)], ["X"], {None})]
    assert list(effects(store)["mails"].values()) == [1]
    assert shop.json("queue", "list") == []


def test_a_pick_up_is_marked_as_ready_and_a_parcel_at_the_same_location_goes_by_itself(shop, store):
    name = store.place(lines=[TEA, POT], fulfilmentOrders=[{"location": 0, "lines": [0]},
                                                           {"location": 0, "lines": [1], "method": "PICK_UP"}])
    shop.once()
    shop.cli("shipments", "add", name, "--tracking", "P1")
    shop.once()
    assert sent(store, name) == [([("TEA-250", 2)], ["P1"], {None})]
    assert [entry["kind"] for entry in effects(store)["entries"]] == ["fulfilment", "pickup"]
    shop.cli("queue", "retry", "--all")
    shop.once()
    assert sorted(effects(store)["mails"].values()) == [1, 1]
    explained = shop.cli("orders", "explain", name).out
    assert "pick-up, marked as ready: 1 unit" in explained


def test_an_order_of_more_lines_than_a_request_may_name_goes_whole(shop, store):
    lines = [{"sku": f"SKU-{number}", "price": "1.00", "quantity": 1} for number in range(520)]
    name = store.place(lines=lines)
    shop.once()
    shop.cli("shipments", "add", name, "--tracking", "BIG")
    shop.once()
    assert [(len(units), numbers) for units, numbers, _ in sent(store, name)] == [(520, ["BIG"])]


def age_intent(box):
    """Lets two minutes pass for the request under way."""
    for number, text in box.query("SELECT id, intent FROM push_job WHERE intent IS NOT NULL"):
        intent = json.loads(text)
        for case in intent.values():
            case["sentAt"] -= 120
        box.alter("UPDATE push_job SET intent = ?, next_at_ms = 0 WHERE id = ?", json.dumps(intent), number)


def test_the_daemon_sends_at_once_what_it_is_told(shop, store):
    name = store.place(lines=[TEA])
    with shop.daemon():
        wait_until(lambda: shop.orders().get(name), "it is imported")
        shop.cli("shipments", "add", name, "--tracking", "D1")
        wait_until(lambda: sent(store, name), "it is sent")
    assert "fulfilment of" in shop.logs[-1].read_text() and "customer notified" in shop.logs[-1].read_text()
