"""One daemon, many shops, each with a fault of its own that lasts: nobody delays the others, nothing is hot."""

import time

from comparison import differences
from fault_kinds import FAULTS
from stores import ago, stamp
from waiting import wait_until

ORDERS = 40
# Long enough for the second try after 5 s, and for a loop that does not wait to betray itself.
LASTS = 9


def test_many_shops_in_trouble_and_one_in_health(box, new_store):
    lasting = {name: fault for name, (fault, codes) in FAULTS.items() if 0 not in codes}
    stores = {}
    for number, (name, fault) in enumerate(lasting.items()):
        stores[f"c{number}"] = store = new_store()
        store.label = name
        add(store, fault, times=-1)
    hanging, healthy = new_store(), new_store()
    hanging.fault("hang", operation="OrderRead", times=1)
    for channel, store in {**stores, "hanging": hanging, "healthy": healthy}.items():
        store.seed(ORDERS, mix="plain", days=5, ending=stamp(ago(hours=1)))
        box.channel(channel, store, order_ref_format=channel + "-{0}")
    with box.daemon() as daemon:
        began = time.monotonic()
        wait_until(lambda: equal(box, healthy), "the healthy shop is not delayed", deadline=6)
        wait_until(lambda: time.monotonic() - began > LASTS, "the trouble lasts", deadline=LASTS + 5, every=0.5)
        shown = {each["name"]: each for each in box.json("status")["channels"]}
        text = box.cli("status").out
        for channel, store in stores.items():
            assert shown[channel]["last_error"] and shown[channel]["error_since"], store.label
            assert shown[channel]["last_error"] in text, store.label
            said = [line for line in daemon.lines(f"{channel}: ") if "cannot be polled" in line or "paused" in line]
            assert len(said) == 1, f"{store.label}: {said}"
            assert store.ledger()["requests"] <= 12, f"{store.label}: {store.ledger()['byOperation']}"
        assert shown["healthy"]["last_error"] is None
        for store in stores.values():
            store.clear_faults()
        patient = [channel for channel in stores if shown[channel]["paused"] or "absurd" in stores[channel].label]
        mended = [channel for channel in stores if channel not in patient]
        assert len(mended) > 10 and len(patient) > 2
        for channel in mended:
            wait_until(lambda: daemon.lines(f"{channel}: recovered"), f"{channel} recovers", deadline=20)
            wait_until(lambda: equal(box, stores[channel]), f"{channel} is complete", deadline=10)
        wait_until(lambda: equal(box, hanging), "a request that hung is given up and made again", deadline=45)
    with box.daemon():
        for channel in patient:
            wait_until(lambda: equal(box, stores[channel]), f"{channel} is complete after a restart", deadline=15)
    assert box.query('SELECT count(*) FROM "order"') == [(ORDERS * (len(stores) + 2),)]


def add(store, fault, **more):
    fault = {**fault, **more}
    store.fault(fault.pop("kind"), **fault)


def equal(box, store):
    """Whether this store's orders are all here as they are."""
    dump = store.dump(full=True)
    missing, _, different = differences(box, dump, domain=store.domain)
    return not missing and not different
