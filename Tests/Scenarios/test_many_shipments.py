"""Many shipments at once: how they are read, and that one in trouble delays none of the others."""

import pytest


@pytest.fixture
def shop(box, store):
    box.channel("web", store)
    return box


def many(store, count, sku="TEA-250"):
    """Orders of two units each."""
    return store.place_many([{"lines": [{"sku": sku, "price": "8.50", "quantity": 2}]}] * count)


def told(shop, tmp_path, names, parts=1):
    """Shipments of orders as a file, each with a number of its own."""
    file = tmp_path / "many.csv"
    rows = [f"{name},{name[1:]}-{part},TEA-250,{2 // parts},N{name[1:]}-{part}" for name in names for part in range(parts)]
    file.write_text("ORDER_REF,SHIPMENT_ID,STOCK_CODE,QUANTITY,CONSIGNMENT_REF\n" + "\n".join(rows) + "\n")
    shop.cli("shipments", "import", str(file))


FAILING = {"a 502": ("status", {"status": 502}, 69), "a connection that breaks": ("drop_before", {}, 69),
           "half an answer": ("truncated", {}, 69), "a failure of Shopify's own": ("internal_error", {"data": "none"}, 69),
           "a request that is rejected as a whole": ("rejected", {}, 0)}


@pytest.mark.parametrize("name", FAILING)
def test_f11_one_cycle_sends_the_other_pushes_and_ends_with_the_worst_outcome(shop, store, tmp_path, name):
    names = many(store, 6)
    shop.once()
    told(shop, tmp_path, names)
    kind, more, status = FAILING[name]
    store.fault(kind, operation="FulfilmentCreate", times=1, **more)
    shop.once(expect=status)
    states = sorted(row["state"] for row in shop.json("shipments", "list"))
    assert states == ["done"] * 5 + ["parked" if kind == "rejected" else "retryable"]


REJECTED = {"INVALID_VARIABLE": None, "an argument that is too long": {"errors": [{"message": "The input array size of 999 is greater "
            "than the maximum allowed of 512.", "extensions": {"code": "MAX_INPUT_SIZE_EXCEEDED"}}]},
            "null beside an error with a code": {"data": {"fulfillmentCreate": None}, "errors": [
                {"message": "Invalid id: gid://shopify/FulfillmentOrder/0", "path": ["fulfillmentCreate"],
                 "extensions": {"code": "RESOURCE_NOT_FOUND"}}]},
            "too many points": {"errors": [{"message": "Query cost is 1001", "extensions": {"code": "MAX_COST_EXCEEDED"}}]}}


@pytest.mark.parametrize("name", REJECTED)
def test_f10_a_request_that_is_rejected_as_a_whole_parks_its_job_alone(shop, store, tmp_path, name):
    names = many(store, 21)
    shop.once()
    told(shop, tmp_path, names)
    store.fault("rejected", operation="FulfilmentCreate", times=-1, match=f"N{names[10][1:]}-0", body=REJECTED[name])
    shop.once()
    jobs = {row["order"]: (row["state"], row["reason"]) for row in shop.json("shipments", "list")}
    state, reason = jobs.pop(names[10])
    assert state == "parked" and ("Shopify refused the request" in reason or "more points than one may" in reason)
    assert {state for state, _ in jobs.values()} == {"done"}
    assert shop.status()["queue"]["parked"] == 1
    store.clear_faults()
    shop.cli("queue", "retry", "--all")
    shop.once()
    assert {row["state"] for row in shop.json("shipments", "list")} == {"done"}
    assert len(store.simulator.get("effects", shop=store.name)["mails"]) == 21


READINGS = {"40 orders": (40, 1, None), "20 orders with two shipments each": (20, 2, None), "one order": (1, 1, None),
            "one of 40 orders cannot be read": (40, 1, "node_error"),
            "every reading with one of 40 orders is rejected": (40, 1, "rejected")}


@pytest.mark.parametrize("name", READINGS)
def test_f14_waiting_shipments_are_read_together(shop, store, tmp_path, capsys, name):
    count, each, fault = READINGS[name]
    first, *names = many(store, count + 1)
    shop.once()
    told(shop, tmp_path, [first])
    store.reset_ledger()
    shop.once()
    single = store.ledger()["byOperation"]["FulfilmentView"]["actual"]
    told(shop, tmp_path, names, each)
    bad = store.gid(names[count // 2])
    if fault == "node_error":
        store.fault(fault, operation="FulfilmentView", times=-1, value=bad)
    elif fault:
        store.fault(fault, operation="FulfilmentView", times=-1, match=f'"{bad}"')
    store.reset_ledger()
    shop.once(expect=None)
    views = store.ledger()["byOperation"]["FulfilmentView"]
    open_jobs = [row["state"] for row in shop.json("shipments", "list") if row["state"] != "done"]
    assert open_jobs == ([] if fault is None else ["retryable" if fault == "node_error" else "parked"])
    before = count * each * single
    # The points are a figure to compare between runs, and pytest hides what passing tests print.
    with capsys.disabled():
        print(f"\n{name}: {views['requests']} readings, {views['actual']} points for {count * each} shipments; "
              f"read one by one: {count * each} readings, {before} points")
    if fault is None and count > 1:
        assert views["requests"] <= 2 and views["actual"] * 10 < before
