"""Every fault of the simulator in the middle of a poll: nothing lost, nothing twice, nothing hot.

A poll's first batch is 125 orders; the faults hit the second one, so that something is stored already.
"""

import pytest

from comparison import differences
from fault_kinds import FAULTS
from stores import Store, ago, stamp

ORDERS = 300
TROUBLE = (" warning ", " error ")


def trouble_lines(result):
    """What a run said of the shop's trouble; single orders aside."""
    return [line for line in result.err.splitlines()
            if any(level in line for level in TROUBLE) and "KCC_ORDER" not in line and "more orders need" not in line]


def seeded(store, count=ORDERS):
    store.seed(count, mix="plain", days=5, ending=stamp(ago(hours=1)))
    store.reset_ledger()


def add(store, fault, **more):
    fault = {**fault, **more}
    store.fault(fault.pop("kind"), **fault)


def equal(box, store):
    return differences(box, store.dump(full=True)) == ([], [], {})


@pytest.fixture(scope="module")
def crowd(simulator):
    """A store of 250 orders that never changes, and what it holds: rendered once for all tests here."""
    store = Store(simulator)
    seeded(store, 250)
    return store, store.dump(full=True)


@pytest.mark.parametrize("fault, codes", FAULTS.values(), ids=FAULTS)
def test_while_orders_are_read(box, crowd, fault, codes):
    store, dump = crowd
    box.channel("web", store)
    store.clear_faults()
    store.reset_ledger()
    add(store, fault, operation="OrderRead", after=1, times=1)
    runs = 0
    while True:
        runs += 1
        assert runs <= 4, "it does not come to an end"
        result = box.once(expect=None)
        status = box.status()
        if result.code == 0:
            assert status["last_error"] is None and not status["paused"]
            if differences(box, dump) == ([], [], {}):
                break
            continue
        assert result.code in codes, repr(result)
        assert len(trouble_lines(result)) == 1, repr(result)
        assert status["last_error"] and status["error_since"], "status shows it while it lasts"
        assert box.query('SELECT count(*) FROM "order"') >= [(125,)], "the batch before the fault is kept"
    assert store.faults()[0]["fired"], "the fault was met"
    assert store.ledger()["requests"] <= runs * 3 + 20, "requests stay bounded"


def test_while_orders_are_listed(web, store):
    """One store meets all of them one after another, at its very first request and at the listing."""
    seeded(store)
    for name, (fault, codes) in FAULTS.items():
        for operation in ("ShopIdentity", "OrderList"):
            store.reset_ledger()
            add(store, fault, operation=operation, times=1)
            result = web.once(expect=None)
            expected = codes | {0} if name == "a search warning" and operation == "ShopIdentity" else codes
            assert result.code in expected, f"{name}, {operation}: {result!r}"
            assert len(trouble_lines(result)) <= 1, f"{name}, {operation}: {result!r}"
            assert store.ledger()["requests"] <= 20, f"{name}, {operation}"
            store.clear_faults()
    web.once()
    assert equal(web, store)
    assert web.status()["last_error"] is None


def test_an_order_that_comes_back_null_is_asked_for_again(web, store):
    seeded(store, 20)
    store.fault("null_node", operation="OrderRead", index=0, times=1)
    web.once()
    assert len(web.orders()) == 19
    web.alter("UPDATE revisit SET due_at_ms = 0")
    web.once()
    assert equal(web, store)


def test_a_field_that_is_denied_for_a_moment_is_no_crash_and_no_lie(web, store):
    seeded(store, 20)
    store.fault("access_denied", operation="OrderRead", path="shippingAddress", times=1)
    web.once()
    held = [name for name, order in web.orders().items() if order["state"] == "failed"]
    assert {web.standing(name) for name in held} == {("failed", "customer_data_withheld")}
    assert len(held) >= 15
    web.cli("orders", "refetch", *held)
    assert equal(web, store)


def test_one_order_that_cannot_be_read_does_not_hold_back_the_others(web, store):
    """An order whose answer has a shape that we cannot take, for ever."""
    names = [store.place() for _ in range(5)]
    odd = store.place(overrides={"totalPriceSet": {"shopMoney": {"amount": "99999999999999999999999.99"}}})
    web.once(expect=None)
    assert {web.standing(name) for name in names} == {("imported", None)}
    found = {order["id"]: order for order in web.json("orders", "list")}[store.gid(odd)]
    assert found["state"] in ("failed", "imported") and found["reason"]
    assert found["state"] == "failed" or found["hand_off"] == "held"
    store.reset_ledger()
    web.once()
    assert store.ledger()["requests"] <= 6


def test_throttling_of_a_small_bucket_is_waited_for(web, store):
    seeded(store)
    store.simulator.post("bucket", shop=store.name, maximum=300, restore=400, available=10)
    web.once(expect=None)
    while not equal(web, store):
        web.once(expect=None)
        assert store.ledger()["requests"] <= 40
    assert store.ledger()["byOperation"]["OrderRead"]["throttled"] <= 2, "the bucket is watched, not run against"
