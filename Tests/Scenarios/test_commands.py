"""The commands that decide about orders: the same with a running daemon and without."""

import contextlib

import pytest

from people import LINE
from stores import ago, stamp


@pytest.fixture(params=["alone", "daemon"])
def way(request):
    """How a command's work is done: by itself under the lock, or by the running daemon."""
    return request.param


@contextlib.contextmanager
def done(box, way):
    """The same commands in both ways; the first poll has been made."""
    box.once()
    with box.daemon() if way == "daemon" else contextlib.nullcontext():
        yield


def test_ignore_and_take_back(web, store, way):
    name = store.place()
    with done(web, way):
        web.cli("orders", "ignore", name)
        assert web.standing(name) == ("ignored", "ignored")
        assert web.export() == {}
        web.cli("orders", "refetch", name)
        assert web.standing(name) == ("ignored", "ignored")
        web.cli("orders", "reimport", name)
        assert web.standing(name) == ("imported", None)


def test_ignored_orders_stay_ignored_whatever_happens_to_them(web, store):
    name = store.place(payment="pending")
    web.once()
    web.cli("orders", "ignore", name)
    store.change(name, "pay")
    web.once()
    assert web.standing(name) == ("ignored", "ignored")
    assert web.orders()[name]["financial_status"] == "PAID", "what is stored is kept up to date"


def test_ignore_many_by_date(web, store, way):
    old, new = ago(days=3), ago(days=1)
    names = [store.place(createdAt=stamp(at), processedAt=stamp(at)) for at in (old, new)]
    with done(web, way):
        said = web.cli("orders", "ignore", "--channel", "web", "--before", stamp(ago(days=2)))
        assert "1 order" in said.out
        assert [web.standing(name)[0] for name in names] == ["ignored", "imported"]


def test_several_references_at_once_and_one_that_is_not_there(web, store, way):
    names = [store.place(), store.place()]
    with done(web, way):
        result = web.cli("orders", "ack", names[0], "#4711", names[1], expect=64)
        assert "#4711" in result.err and "not in the store" in result.err
        assert all(web.orders()[name]["acknowledged_at"] for name in names), "the others are done all the same"


def test_the_way_of_an_order_through_the_hand_off(web, store, way):
    name = store.place()
    with done(web, way):
        assert web.orders()[name]["hand_off"] == "waiting"
        web.cli("orders", "ack", name)
        assert web.orders()[name]["acknowledged_at"]
        store.change(name, "note", value="later")
        web.cli("orders", "refetch", name)
        assert web.orders()[name]["changed_fields"] == ["note"]
        web.cli("orders", "settle", name)
        assert web.orders()[name]["changed_fields"] == []
        web.cli("orders", "resend", name)
        assert web.orders()[name]["acknowledged_at"] is None
        assert set(web.export("--unacknowledged")) == {name}
        history = [entry["what"] for entry in web.order(name)["history"]]
        assert history[0].startswith("imported") and len(history) >= 5, history


def test_a_payment_by_hand(web, store, way):
    web.adjust(ignore_financial_status=True)
    name = store.place(payment="pending")
    with done(web, way):
        web.cli("orders", "payment", name, "12.45", "--kind", "cheque", "--reference", "000123")
        entered, = [each for each in web.order(name)["payments"] if each["entered_by_hand"]]
        assert (entered["kind"], entered["amount"], entered["counts"]) == ("cheque", "12.45", True)
        store.change(name, "pay")
        web.cli("orders", "refetch", name)
        payments = web.order(name)["payments"]
        assert [each["counts"] for each in payments if each["entered_by_hand"]] == [False]
        assert sum(float(each["amount"]) for each in payments if each["counts"]) == 12.45


@pytest.mark.parametrize("arguments", [("0", "--kind", "cash"), ("-1", "--kind", "cash"), ("ten", "--kind", "cash"),
                                       ("1.00", "--kind", "gold"), ("1.00",)])
def test_payments_that_make_no_sense(web, store, arguments):
    web.adjust(ignore_financial_status=True)
    name = store.place(payment="pending")
    web.once()
    web.cli("orders", "payment", name, *arguments, expect=64)
    assert web.order(name)["payments"] == [] or not any(p["entered_by_hand"] for p in web.order(name)["payments"])


def test_no_payment_by_hand_for_what_is_paid_or_not_imported(web, store):
    paid, unpaid = store.place(), store.place(payment="pending")
    web.once()
    for name in (paid, unpaid):
        web.cli("orders", "payment", name, "12.45", "--kind", "cash", expect=64)


def test_list_filters(web, store):
    paid, unpaid = store.place(), store.place(payment="pending")
    at = stamp(ago(days=5))
    old = store.place(createdAt=at, processedAt=at)
    web.once()
    assert set(web.orders("--state", "imported")) == {paid, old}
    assert set(web.orders("--state", "skipped", "--channel", "web")) == {unpaid}
    assert set(web.orders("--since", stamp(ago(days=2)))) == {paid, unpaid}
    assert "channel other: neither in the configuration nor in the order store" in web.cli(
        "orders", "list", "--channel", "other", expect=64).err
    web.cli("orders", "list", "--state", "lost", expect=64)


def test_the_keys_that_programs_rely_on(web, store):
    name = store.place(lines=[{**LINE, "quantity": 2}])
    store.change(name, "refund", lines=[{"line": 0, "quantity": 1, "restock": "RETURN"}])
    web.once()
    listed = {"channel", "shop", "id", "name", "ref", "state", "reason", "order_type", "site", "customer",
              "financial_status", "currency", "total", "placed_at", "updated_at", "revision", "acknowledged_at",
              "changed_after_handoff"}
    shown = {"lines", "shipping", "payments", "addresses", "refunds", "history"}
    assert listed <= set(web.orders()[name])
    order = web.order(name)
    assert listed | shown <= set(order)
    assert {"urn", "name", "generic"} <= set(order["customer"])
    assert {"id", "sku", "title", "quantity", "current_quantity", "unit_price", "discount", "tax"} <= set(order["lines"][0])
    rules = web.json("orders", "explain", name)["rules"]
    assert all({"rule", "outcome", "inputs"} <= set(rule) for rule in rules) and len(rules) == 12
    assert {rule["outcome"] for rule in rules} <= {"pass", "refuse", "not_applicable"}
    channel, = web.json("status")["channels"]
    assert {"name", "shop", "last_poll_at", "last_error", "paused", "orders", "budget"} <= set(channel)
    assert all({"id", "name", "active", "chosen"} <= set(each) for each in web.json("locations", "web"))


def test_explain_shows_every_rule_in_order_and_the_first_refusal(web, store):
    name = store.place(test=True, payment="pending")
    web.once()
    rules = web.json("orders", "explain", name)["rules"]
    assert [rule["rule"] for rule in rules] == [
        "ignored", "start date", "test order", "cancelled", "POS routing", "location", "payment", "customer data",
        "customer missing", "ref", "lines", "totals"]
    refused = [rule["rule"] for rule in rules if rule["outcome"] == "refuse"]
    assert refused == ["test order", "payment"]
    assert web.standing(name) == ("skipped", "test_order")


def test_rehearsal_of_a_run_writes_nothing(web, store):
    name, unpaid = store.place(), store.place(payment="pending")
    said = web.cli("run", "--dry-run").out
    assert name in said and "imported" in said and unpaid in said and "unpaid" in said
    assert not web.database.exists()
    web.once()
    later = store.place()
    before = web.database.read_bytes()
    assert later in web.cli("run", "--dry-run").out
    assert web.database.read_bytes() == before


def test_refetch_while_shopify_is_down_says_so(web, store, way):
    name = store.place()
    with done(web, way):
        store.fault("status", status=503, times=-1)
        result = web.cli("orders", "refetch", name, expect=69)
        assert "503" in result.err


def test_reading_commands_before_anything_is_stored(web):
    for command in (("orders", "list"), ("orders", "show", "1"), ("customers", "list"), ("db", "check")):
        result = web.cli(*command, expect=None)
        assert result.code in (64, 78) and "not there" in result.err, repr(result)

