"""What a channel means in its shop: start, location, scopes and clock, and what commands say when something is wrong with it."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from desk import given
from stores import ago, stamp
from waiting import wait_until

OWN = "write_merchant_managed_fulfillment_orders"


def guides_scopes(store):
    """The app has what KCC's guide lists, and not the shop's own fulfilment orders."""
    store.scopes(without=["read_merchant_managed_fulfillment_orders", OWN])


@pytest.mark.parametrize("days, accepted", [(0, True), (89, True), (91, False), (400, False)],
                         ids=["today", "89 days ago", "91 days ago", "400 days ago"])
def test_c2_a_rejected_start_date_is_said_before_the_first_sync_and_after(box, store, days, accepted):
    now = ago()
    box.channel("web", store, start_date=(now - datetime.timedelta(days=days)).date())
    # A start date is a day: right after midnight nothing older than this moment is of today.
    order = store.place(createdAt=stamp(now))
    said = box.cli("check-config").said
    assert ("is rejected (more than 90 days" in said) != accepted
    assert "ok" in box.cli("check-config").out
    check = box.cli("check", expect=0 if accepted else 78).out
    assert ("FAILED" in check and "so the channel imports nothing" in check) != accepted
    box.once(expect=None)
    status = box.cli("status").out
    assert ("PAUSED" in status and "set start_date to" in status) != accepted
    assert (order in box.orders()) == accepted
    box.adjust(start_date=ago(days=2).date())
    assert "is rejected" not in box.cli("check-config").said
    box.once()
    assert box.standing(order) == ("imported", None) and "is rejected" not in box.cli("status").out


@pytest.mark.parametrize("name", ["America/New_York", "Asia/Kolkata", "Pacific/Auckland", "Europe/London"])
def test_c3_the_machines_zone_does_not_matter(box, new_store, name):
    zone = ZoneInfo(name)
    store = new_store(timezone=name)
    box.channel("web", store)
    day = datetime.datetime.now(zone).date() - datetime.timedelta(days=2)
    midnight = datetime.datetime.combine(day, datetime.time(), zone)
    before, after = (stamp(midnight + datetime.timedelta(minutes=minutes)) for minutes in (-1, 1))
    placed = [store.place(createdAt=at, processedAt=at, updatedAt=at) for at in (before, after)]
    box.once()
    since = box.cli("orders", "list", "--since", day).out
    assert placed[1] in since and placed[0] not in since
    assert f"{day.day} {day:%b} {day.year} 00:01" in since
    assert "1 order ignored" in box.cli("orders", "ignore", "--channel", "web", "--before", day).out
    assert box.standing(placed[0]) == ("ignored", "ignored")


def test_c6_setup_names_the_scope_that_the_guide_lacks(desk, store):
    guides_scopes(store)
    streams, options = given(desk, store)
    said = desk.setup("web", *options, **streams).out
    assert said.count(f"scope {OWN} is missing") == 1
    assert "despatches from the shop's own locations are not sent to Shopify, and the location of web orders is unknown" in said
    assert "write_third_party_fulfillment_orders" not in said


@pytest.mark.parametrize("without", [[], ["read_merchant_managed_fulfillment_orders", OWN], ["write_inventory"],
                                     ["read_customers", "write_customers"]],
                         ids=["all granted", "the guide's", "no stock", "no customers"])
def test_c6_the_table_of_scopes(web, store, without):
    store.scopes(without=without)
    web.adjust(channel_location=store.location(0))
    out = web.cli("check", "--scopes", expect=None).out
    assert "KCC'S GUIDE" in out
    for scope in [OWN, "write_inventory", "read_customers"]:
        row = next(line for line in out.splitlines() if f"  {scope}  " in line)
        assert ("MISSING" in row) == (scope in without), row
    row = next(line for line in out.splitlines() if "  write_files  " in line)
    assert row.startswith("Files") and row.endswith("not needed")


@pytest.mark.parametrize("answer, synced", [("", False), ("none", False), ("1", True), ("2", True)],
                         ids=["Enter", "none", "the first", "the second"])
def test_c7_setup_says_what_a_location_means_for_stock(desk, store, answer, synced):
    desk.secrets.add(store.token)
    with desk.dialogue("web", "--url", store.url) as talk:
        talk.answer("[token]", "")
        talk.answer_hidden("Access token (not shown)", store.token)
        talk.expect("Enter chooses none, and then no stock levels are sent to Shopify")
        talk.answer("[none]", answer)
        assert talk.end() == 0, talk.screen
        assert ("no location chosen, so no stock levels will sync" in talk.screen) != synced
    assert ("channel_location" in desk.config.read_text()) == synced


@pytest.mark.parametrize("daemon", [False, True], ids=["no store yet", "a daemon that could not reach the shop"])
def test_c7_locations_before_the_first_sync_names_refresh(web, store, daemon):
    def body():
        result = web.cli("locations", "web", expect=64)
        assert result.err.endswith("run: kccsyncd locations web --refresh\n")
    if daemon:
        store.fault("status", status=503, times=-1)
        with web.daemon():
            body()
        store.clear_faults()
    else:
        body()
    assert store.location(0) in web.cli("locations", "web", "--refresh").out


@pytest.mark.parametrize("body", [
    '{"error":"shop_not_permitted"}',
    "Oauth error shop_not_permitted: Client credentials cannot be performed on this shop.",
    "<html><body>Oauth error shop_not_permitted: Client credentials cannot be performed on this shop.</body></html>",
    '{"error":"shop_not_permitted","error_description":"Client credentials cannot be performed on this shop."}',
], ids=["JSON", "text", "HTML", "JSON with a description"])
def test_c8_an_app_of_another_organisation(box, store, body):
    secret = box.folder / "client.token"
    box.channel("web", store)
    box.secrets.add(store.facts["clientSecret"])
    box.write_secret(secret, store.facts["clientSecret"])
    box.adjust(access_token_file=None, client_id=store.facts["clientId"], client_secret_file=str(secret))
    store.fault("status", operation="oauth", status=400, body=body, times=-1)
    check = box.cli("check", expect=77).out
    assert "FAILED" in check and "app and shop belong to different organisations" in check
    assert "kccsyncd setup web" in check
    box.once(expect=77)
    with box.daemon():
        wait_until(lambda: "different organisations" in box.cli("status").out, "status says it")


@pytest.mark.parametrize("recorded", [True, False], ids=["recorded before", "in the file alone"])
def test_h4_run_once_renames_a_channel_and_keeps_its_orders(box, store, recorded):
    box.channel("web", store)
    order = store.place()
    box.once()
    start = box.json("orders", "explain", order)["rules"][1]["inputs"].get("start_date")
    if recorded:
        assert "recorded: web becomes shop" in box.cli("channels", "rename", "web", "shop").out
    box.channels["shop"] = box.channels.pop("web")
    box.write()
    box.once()
    assert box.orders()[order]["channel"] == "shop" and box.standing(order) == ("imported", None)
    names = {channel["name"]: channel for channel in box.json("channels", "list")}
    assert list(names) == ["shop"] and names["shop"]["former_names"] == (["web"] if recorded else [])
    after = box.json("orders", "explain", order)["rules"][1]["inputs"].get("start_date")
    assert start is not None and (after == start) == recorded
