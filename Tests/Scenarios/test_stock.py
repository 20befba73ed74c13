"""Levels told to the program, and what the shop offers."""

import json

import pytest

from stores import ago, stamp
from waiting import wait_until

FAST = {"index_lag": "1s"}
NOW = "UPDATE stock_item SET due_at_ms = 0"


@pytest.fixture
def shop(box, store):
    """A channel that sends the stock of the shop's first location."""
    box.channel("web", store, channel_location=store.location(0), stock=dict(FAST))
    box.once()
    return box


def row(box, sku):
    return next(each for each in box.json("stock", "list") if each["sku"] == sku)


def tell(box, *levels):
    """Levels as a file of KCC's columns."""
    path = box.folder / "levels.csv"
    path.write_text("STOCK_CODE,STOCK_LEVEL\n" + "".join(f"{sku},{units}\n" for sku, units in levels))
    return box.cli("stock", "import", path)


def test_a_level_reaches_the_shop_and_an_unchanged_one_costs_nothing(shop, store):
    store.stock(TEA=10, MUG=10)
    assert shop.cli("stock", "set", "web", "TEA", "7").out == "web: TEA is 7\n"
    shop.once()
    assert store.available("TEA") == 7 and store.writes() == [("TEA", 10, 7)]
    found = row(shop, "TEA")
    assert (found["level"], found["target"], found["confirmed"], found["state"]) == ("7", 7, 7, "confirmed")
    store.reset_ledger()
    shop.cli("stock", "set", "web", "TEA", "7")
    shop.once()
    operations = set(store.ledger()["byOperation"])
    assert operations <= {"ShopIdentity", "Locations", "OrderList"}, operations


def test_superseded_levels_are_never_sent(shop, store):
    store.stock(TEA=10)
    for units in (3, 4, 5):
        shop.cli("stock", "set", "web", "TEA", units)
    shop.once()
    assert store.writes() == [("TEA", 10, 5)]


def test_sites_add_up_and_rules_apply(shop, store):
    store.stock(TEA=0, MUG=0, POT=0)
    shop.adjust(stock={**FAST, "sites": ["MAIN", "SHOP1"], "percent": 50, "rounding": "up", "maximum": 9,
                       "items": {"MUG": {"percent": 100, "maximum": 75}}})
    path = shop.folder / "sites.tsv"
    path.write_text("\ufeffSTOCK_CODE\tSTOCK_LEVEL\tSITE\r\nTEA\t4\tMAIN\r\nTEA\t5.5\tSHOP1\r\nTEA\t100\tELSEWHERE\r\n"
                    "MUG\t80\tMAIN\r\n\"POT\"\t-3\tMAIN\r\n", encoding="utf-8")
    assert "5 levels changed, 0 as before, 0 lines not taken" in shop.cli("stock", "import", path).out
    shop.once()
    assert [store.available(sku) for sku in ("TEA", "MUG", "POT")] == [5, 75, 0]


def test_a_sale_that_kcc_does_not_know_is_held_back_and_explained(shop, store):
    store.stock(TEA=10)
    name = store.place(lines=[{"sku": "TEA", "quantity": 2}])
    shop.once()
    shop.cli("orders", "ack", name)  # the channel hands its orders off
    second = store.place(lines=[{"sku": "TEA", "quantity": 3}])
    shop.once()
    shop.cli("stock", "set", "web", "TEA", "20")
    shop.once()
    assert store.available("TEA") == 15
    text = shop.cli("stock", "explain", "web", "TEA").out
    assert "held back     5" in text and f"3 of {second}: not acknowledged" in text and "target        15" in text
    told = shop.json("stock", "explain", "web", "TEA")["items"][0]
    assert told["held_back"] == 5 and told["offered"] == 15 and {o["order"] for o in told["orders"] if o["counts"]} == {name, second}


def test_a_hand_off_that_stalls_is_told_with_its_units(shop, store):
    store.stock(TEA=10)
    at = stamp(ago(days=2))
    old = [store.place(createdAt=at, processedAt=at, updatedAt=at, lines=[{"sku": "TEA", "quantity": 2}]) for _ in range(2)]
    shop.once()
    shop.cli("stock", "set", "web", "TEA", "10")
    assert "KCC has never confirmed an order" in shop.cli("status").out
    shop.cli("orders", "ack", old[0])
    status = shop.cli("status").out
    assert "2 units are held back" in status and "for more than a day: 1;" in status


def test_a_cancelled_order_gives_its_units_back(shop, store):
    store.stock(TEA=10)
    name = store.place(lines=[{"sku": "TEA", "quantity": 2}])
    other = store.place(lines=[{"sku": "MUG", "quantity": 1}])
    shop.once()
    shop.cli("orders", "ack", other)
    shop.cli("stock", "set", "web", "TEA", "8")
    shop.once()
    assert store.available("TEA") == 6
    store.change(name, "cancel")
    shop.once()
    shop.once()
    assert store.available("TEA") == 8


def test_skus_that_cannot_be_sent_are_told_once(shop, store):
    store.products({"sku": "FREE", "available": 1, "tracked": False}, {"sku": "TWICE", "available": 1}, {"sku": "TWICE", "available": 2},
                   {"sku": "NEW"}, {"sku": "tea", "available": 3})
    tell(shop, ("FREE", 4), ("TWICE", 5), ("NEW", 6), ("GONE", 7), ("TEA", 8))
    said = shop.once().said
    for sku, why in (("FREE", "not track"), ("TWICE", "2 variants"), ("GONE", "no variant with this SKU")):
        assert any(sku in line and why in line for line in said.splitlines()), said
    states = {each["sku"]: each["state"] for each in shop.json("stock", "list")}
    assert states == {"FREE": "not_tracked", "TWICE": "duplicate_sku", "NEW": "confirmed", "GONE": "unknown_sku", "TEA": "unknown_sku"}
    assert store.available("NEW") == 6 and store.available("TWICE") == 5 and store.available("tea") == 3
    assert sorted(store.writes()) == [("TWICE", 1, 5), ("TWICE", 2, 5)] + [("NEW", 0, 6)] or ("NEW", 0, 6) in store.writes()
    assert "4 SKUs have a problem (2 unknown_sku, 1 not_tracked, 1 duplicate_sku)" in shop.cli("status").out
    shop.alter(NOW)
    assert "GONE" not in shop.once().said


def test_odd_skus_arrive(shop, store):
    odd = ["A B", "it's", 'say "hi"', "a:b", "back\\slash", "ÜBER-1", "*", "A,B"]
    store.products(*[{"sku": sku, "available": 1} for sku in odd])
    path = shop.folder / "odd.csv"
    path.write_text("STOCK_CODE,STOCK_LEVEL\n" + "".join('"' + sku.replace('"', '""') + f'",{place + 2}\n'
                                                         for place, sku in enumerate(odd)), encoding="utf-8")
    shop.cli("stock", "import", path)
    shop.once()
    assert [store.available(sku) for sku in odd] == list(range(2, 10))


def test_a_bad_row_holds_up_nobody(shop, store):
    store.stock(**{f"SKU_{number}": 1 for number in range(20)})
    store.products({"sku": "BUNDLE", "available": 1, "mutable": False})
    tell(shop, *[(f"SKU-{number}", 5) for number in range(20)], ("BUNDLE", 5))
    shop.once()
    assert all(store.available(f"SKU-{number}") == 5 for number in range(20))
    assert row(shop, "BUNDLE")["state"] == "refused" and "not allowed to be adjusted" in row(shop, "BUNDLE")["reason"]
    assert store.requests("InventorySet") == 2


def test_a_variant_made_anew_is_found_again(shop, store):
    store.stock(TEA=1)
    shop.cli("stock", "set", "web", "TEA", "3")
    shop.once()
    store.simulator.post("products/change", shop=store.name, sku="TEA", delete=True)
    store.stock(TEA=0)
    shop.cli("stock", "set", "web", "TEA", "4")
    shop.once()
    shop.alter(NOW)
    shop.once()
    assert store.available("TEA") == 4


@pytest.mark.parametrize("kind, more", [("drop_after", {}), ("drop_before", {}), ("status", {"status": 502, "execute": True}),
                                        ("truncated", {}), ("throttled", {})])
def test_an_answer_that_does_not_come_is_asked_for_again_with_the_same_key(shop, store, kind, more):
    store.stock(TEA=10)
    shop.cli("stock", "set", "web", "TEA", "7")
    store.fault(kind, operation="InventorySet", **more)
    shop.once(expect=None)
    shop.alter("UPDATE push_job SET next_at_ms = 0")
    shop.once()
    assert store.available("TEA") == 7 and store.writes() == [("TEA", 10, 7)]
    assert row(shop, "TEA")["state"] == "confirmed"


def test_a_hand_in_the_admin_does_not_stay(shop, store):
    store.stock(TEA=10)
    shop.cli("stock", "set", "web", "TEA", "7")
    shop.once()
    store.by_hand("TEA", available=99)
    shop.alter("UPDATE stock_channel SET verified_at_ms = 0")
    said = shop.once().said
    assert "Shopify's stock is not as it was last seen: TEA" in said
    shop.once()
    assert store.available("TEA") == 7


def test_every_api_version_takes_levels(box, new_store):
    for number, version in enumerate(("2026-04", "2026-07", "2026-10")):
        store = new_store()
        store.stock(TEA=10)
        box.channel(f"v{number}", store, channel_location=store.location(0), api_version=version, stock=dict(FAST),
                    order_ref_format=f"{number}-{{0}}")
        box.cli("stock", "set", f"v{number}", "TEA", number + 1)
        box.once()
        assert store.available("TEA") == number + 1


def test_without_guard_a_level_is_sent_as_it_is(shop, store):
    store.stock(TEA=10)
    first = store.place(lines=[{"sku": "TEA", "quantity": 2}])
    shop.adjust(stock={"oversell_guard": False})
    shop.once()
    shop.cli("orders", "ack", first)
    shop.cli("stock", "set", "web", "TEA", "20")
    shop.once()
    assert store.available("TEA") == 20
    store.place(lines=[{"sku": "TEA", "quantity": 3}])
    shop.once()
    assert store.available("TEA") == 17, "not repeated because the figure moved"


def test_mistakes_get_an_answer(shop, store):
    assert "expected a number such as 41 or 2.5" in shop.cli("stock", "set", "web", "TEA", "lots", expect=64).err
    assert "channel nope is not configured; channels are: " in shop.cli("stock", "set", "nope", "TEA", "1", expect=64).err
    later = stamp(ago(days=-1))
    assert "expected a time that has passed" in shop.cli("stock", "set", "web", "TEA", "1", "--as-of", later, expect=64).err
    assert "no level is stored for channel web" in shop.cli("stock", "explain", "web", "NOPE", expect=None).err
    path = shop.folder / "bad.csv"
    path.write_text("STOCK_CODE,STOCK_LEVEL\nTEA,1\nPOT,\"1,234\"\n,5\nMUG,x\n")
    strict = shop.cli("stock", "import", path, "--strict", expect=64)
    assert "nothing was taken" in strict.err and shop.json("stock", "list") == []
    result = shop.cli("stock", "import", path, expect=64)
    assert "line 3: STOCK_LEVEL of \"POT\"" in result.err and "without thousands separators" in result.err
    assert "line 4: STOCK_CODE is empty" in result.err and "line 5" in result.err
    assert "1 level changed" in result.out and [each["sku"] for each in shop.json("stock", "list")] == ["TEA"]


@pytest.mark.parametrize("scope, consequence", [("write_inventory", "stock levels are held back until it is granted"),
                                                ("read_products", "SKUs cannot be looked up")])
def test_without_a_scope_levels_wait_and_despatches_do_not(shop, store, scope, consequence):
    store.stock(TEA=10)
    name = store.place(lines=[{"sku": "TEA", "quantity": 1}])
    store.scopes(without=[scope, scope.replace("write", "read")])
    shop.once()
    shop.cli("stock", "set", "web", "TEA", "7")
    shop.cli("shipments", "add", name, "--tracking", "A1")
    store.reset_ledger()
    shop.once(expect=77)
    assert len(store.order(name)["fulfillments"]) == 1 and store.available("TEA") == 9
    assert not {"Catalogue", "SkuLookup", "InventoryLevels", "InventorySet"} & set(store.ledger()["byOperation"])
    for said in (shop.cli("check", expect=None).out, shop.cli("status").out):
        assert f"scope {scope} is missing" in said and consequence in said
    store.scopes(without=[])
    shop.once()
    assert store.available("TEA") == 7 or store.available("TEA") == 6


def test_without_the_scope_despatches_wait_and_levels_do_not(shop, store):
    store.stock(TEA=10)
    name = store.place(lines=[{"sku": "POT", "quantity": 1}])
    store.scopes(without=[f"write_{kind}_fulfillment_orders" for kind in ("merchant_managed", "third_party", "assigned")])
    shop.once()
    shop.cli("stock", "set", "web", "TEA", "7")
    shop.cli("shipments", "add", name, "--tracking", "A1")
    shop.once(expect=77)
    assert store.available("TEA") == 7 and store.order(name)["fulfillments"] == []
    assert "despatches from the shop's own locations are not sent to Shopify" in shop.cli("status").out
    store.scopes(without=[])
    shop.once()
    assert len(store.order(name)["fulfillments"]) == 1


def test_an_older_file_changes_nothing(shop, store):
    store.stock(TEA=10)
    path = shop.folder / "old.csv"
    path.write_text("STOCK_CODE,STOCK_LEVEL\nTEA,7\n")
    shop.cli("stock", "import", path)
    path.write_text("STOCK_CODE,STOCK_LEVEL\nTEA,99\n")
    result = shop.cli("stock", "import", path, "--as-of", stamp(ago(hours=1)))
    assert "1 older than what is known" in result.out and row(shop, "TEA")["level"] == "7"


def test_two_channels_may_not_set_one_location(box, store):
    box.channel("web", store, channel_location=store.location(0))
    box.channel("two", store, channel_location=store.location(0), order_ref_format="2-{0}")
    assert "only one channel may set the stock of a location" in box.cli("check-config", expect=78).said
    number = store.facts["locations"][0]["id"]
    box.adjust("two", channel_location=number)
    assert box.once().code == 0
    box.cli("stock", "set", "two", "TEA", "5")
    store.stock(TEA=1)
    box.once()
    assert store.available("TEA") == 1
    assert "only one may set its stock" in box.cli("status").out


def test_a_running_daemon_sends_within_seconds(shop, store):
    store.stock(TEA=10)
    with shop.daemon() as daemon:
        shop.cli("stock", "set", "web", "TEA", "7")
        wait_until(lambda: store.available("TEA") == 7, "the level is in the shop", 30)
        # From now on the figure is our own, and nothing is waited for.
        for units in (6, 5):
            shop.cli("stock", "set", "web", "TEA", units)
            wait_until(lambda: store.available("TEA") == units, "the next one is", 30)
        assert "TEA" not in "".join(daemon.lines("warning"))


def test_the_inbox_takes_files(box, store):
    inbox = box.folder / "inbox"
    inbox.mkdir()
    box.daemon_table["inbox"] = str(inbox)
    box.channel("web", store, channel_location=store.location(0), stock=dict(FAST))
    store.stock(TEA=10, MUG=10)
    name = store.place(lines=[{"sku": "TEA", "quantity": 1}])
    with box.daemon() as daemon:
        wait_until(lambda: box.orders().get(name), "the order is there")
        (inbox / "half.csv.part").write_text("STOCK_CODE,STOCK_LEVEL\nMUG,1\n")
        (inbox / "levels.csv").write_text("STOCK_CODE,STOCK_LEVEL\nTEA,8\nMUG,lots\n")
        (inbox / "sent.csv").write_text(f"ORDER_REF,CONSIGNMENT_REF\n{name},JD1\n")
        (inbox / "picture.csv").write_text("nothing,of,ours\n1,2,3\n")
        wait_until(lambda: (inbox / "failed" / "levels.csv.report").exists(), "a file with a bad line is in failed", 30)
        wait_until(lambda: (inbox / "done" / "sent.csv").exists() and (inbox / "failed" / "picture.csv").exists(), "the others too", 30)
        assert "line 3: STOCK_LEVEL of \"MUG\"" in (inbox / "failed" / "levels.csv.report").read_text()
        assert sorted(path.name for path in inbox.iterdir()) == ["done", "failed", "half.csv.part"]
        wait_until(lambda: store.available("TEA") == 8, "the good line is in the shop", 30)
        wait_until(lambda: store.order(name)["fulfillments"], "the order is fulfilled", 30)
        with open(inbox / "failed" / "picture.csv", "a") as late:
            late.write("4,5,6\n")
        daemon.wait_log("picture.csv", "was written on after it had been taken in")


def test_sites_levels_and_retry_over_the_command_line(box, store):
    """`stock set --site`, `stock forget` and `stock retry`, with a daemon and without."""
    store.stock(TEA=10)
    box.channel("web", store, channel_location=store.location(0))
    box.sites = {"MAIN": 1, "SHOP1": 4}
    box.write()
    box.once()
    wrong = box.cli("stock", "set", "web", "TEA", "20", "--site", "main", expect=64)
    assert 'site "main" is not in [sites] (MAIN, SHOP1); did you mean MAIN?' in wrong.err
    box.cli("stock", "set", "web", " TEA", "20", "--site", "MAIN")
    rejected = box.cli("stock", "set", "web", "TEA", "20", expect=64)
    assert "a level without a site is rejected because the SKU has levels at sites (MAIN 20)" in rejected.err
    assert "1 SKU is tried again" not in box.cli("stock", "retry").out
    assert "not configured" in box.cli("stock", "retry", "wbe", expect=64).err
    assert "removed the level of TEA: 20 at MAIN" in box.cli("stock", "forget", "web", "TEA", "--site", "MAIN").out
    assert box.json("stock", "list") == []
    assert "has no level of it" in box.cli("stock", "forget", "web", "TEA", expect=64).err
