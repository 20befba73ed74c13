"""Large orders, money in several currencies, test orders, draft orders, and the start date."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from comparison import differences
from people import LINE
from stores import ago, stamp


def test_an_order_of_260_lines_and_60_refunds_is_complete(web, store):
    store.seed(2, mix="wide", days=1)
    web.once()
    dump = store.dump(full=True)
    assert differences(web, dump) == ([], [], {})
    for row in dump.values():
        order = web.order(row["name"])
        assert len(order["lines"]) >= 260 and len(order["refunds"]) == 60
        assert order["reason"] != "totals_differ", order["detail"]


@pytest.mark.parametrize("mix", ["web", "pos", "money"])
def test_believable_orders_are_stored_as_they_are(web, store, mix):
    store.seed(60, mix=mix, days=5)
    web.adjust(download_pos_orders="customer_details", generic_customer="POSSALES", missing_sku="MISC",
               ignore_financial_status=True)
    web.once()
    assert differences(web, store.dump(full=True)) == ([], [], {})
    odd = {name: order["detail"] for name, order in web.orders().items() if order["reason"] == "totals_differ"}
    assert odd == {}, "an honest order was found not to add up"


@pytest.mark.parametrize("currency, price, shown", [("JPY", "1200", "1200"), ("KWD", "3.125", "3.125"),
                                                    ("EUR", "0.05", "0.05"), ("GBP", "99999.99", "99999.99")])
def test_amounts_keep_their_currency_and_its_decimals(box, new_store, currency, price, shown):
    store = new_store(currency=currency)
    box.channel("web", store)
    name = store.place(lines=[{**LINE, "price": price}], shipping=[])
    box.once()
    order = box.order(name)
    assert (order["currency"], order["total"], order["lines"][0]["unit_price"]) == (currency, shown, shown)
    assert order["difference"].strip("0.") == ""


def test_both_money_sets_are_kept(web, store):
    name = store.place(presentment="JPY", rate="191.27")
    web.once()
    order, shopify = web.order(name), store.order(name)["totalPriceSet"]
    assert order["total"] == "12.45" and order["presentment_currency"] == "JPY"
    assert order["presentment_total"] == shopify["presentmentMoney"]["amount"].removesuffix(".0")


def test_test_orders(web, store):
    name = store.place(test=True)
    web.once()
    assert web.standing(name) == ("skipped", "test_order")
    web.adjust(import_test_orders=True)
    web.once()
    assert web.standing(name) == ("imported", None)


def test_draft_orders_come_in_with_their_type(web, store):
    name = store.place(sourceName="shopify_draft_order")
    web.once()
    assert web.orders()[name]["order_type"] == "draft" and web.standing(name) == ("imported", None)


def test_the_start_date_is_midnight_in_the_shops_zone(box, new_store):
    zone = ZoneInfo("America/New_York")
    store = new_store(timezone=zone.key)
    day = datetime.datetime.now(zone).date() - datetime.timedelta(days=3)
    midnight = datetime.datetime.combine(day, datetime.time(), zone)
    before, after = (stamp(midnight + datetime.timedelta(minutes=minutes)) for minutes in (-1, 0))
    early = store.place(createdAt=before, processedAt=before, updatedAt=stamp(ago(hours=5)))
    late = store.place(createdAt=after, processedAt=after, updatedAt=stamp(ago(hours=5)))
    box.channel("web", store, start_date=day)
    box.once()
    assert box.standing(early) == ("skipped", "before_start_date")
    assert box.standing(late) == ("imported", None)


def test_without_a_start_date_it_is_seven_days_before_the_first_sync_and_stays(web, store):
    old, new = ago(days=7, hours=1), ago(days=6, hours=23)
    orders = [store.place(createdAt=stamp(at), processedAt=stamp(at), updatedAt=stamp(ago(hours=6))) for at in (old, new)]
    web.once()
    assert [web.standing(name) for name in orders] == [("skipped", "before_start_date"), ("imported", None)]
    start = web.query("SELECT start_at_ms FROM channel")
    web.once()
    assert web.query("SELECT start_at_ms FROM channel") == start


def test_processed_at_counts_not_created_at(web, store):
    name = store.place(createdAt=stamp(ago(hours=4)), processedAt=stamp(ago(days=30)), updatedAt=stamp(ago(hours=3)))
    web.once()
    assert web.standing(name) == ("skipped", "before_start_date")


def test_a_start_date_too_far_back_is_refused_at_the_first_sync(web, store):
    store.place()
    web.adjust(start_date=ago(days=95).date())
    result = web.once(expect=None)
    assert web.orders() == {}
    assert "start_date" in result.err and "90 days" in result.err
    assert "start_date" in web.cli("status").out
    web.adjust(start_date=ago(days=85).date())
    web.once()
    assert len(web.orders()) == 1
