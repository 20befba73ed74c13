"""Fulfilment orders and fulfilments: what staff do to them, pick-ups, and faults of single requests."""

import pytest

VIEW = """query($id: ID!) { order(id: $id) { cancelledAt fulfillments(first: 250) { id status }
  lineItems(first: 5) { nodes { unfulfilledQuantity currentQuantity } }
  fulfillmentOrders(first: 20) { nodes { id status supportedActions { action } deliveryMethod { methodType }
    lineItems(first: 5) { nodes { id remainingQuantity } } } } } }"""
READY = """mutation($input: FulfillmentOrderLineItemsPreparedForPickupInput!) {
  fulfillmentOrderLineItemsPreparedForPickup(input: $input) { userErrors { field code message } } }"""


def view(sim, order):
    return sim.graphql(VIEW, {"id": order})["data"]["order"]


def parts(sim, order):
    """(status, remaining, actions) of each fulfilment order."""
    return [(fo["status"], [line["remainingQuantity"] for line in fo["lineItems"]["nodes"]],
             [each["action"] for each in fo["supportedActions"]]) for fo in view(sim, order)["fulfillmentOrders"]["nodes"]]


@pytest.fixture
def order(sim):
    return sim.place({"lines": [{"sku": "A", "quantity": 2}]})[0]["id"]


def test_a_cancelled_order_is_closed_with_its_units_left(sim, order):
    sim.change(order, "cancel", refund=False)
    assert parts(sim, order) == [("CLOSED", [2], [])] and view(sim, order)["cancelledAt"]


def test_a_cancelled_fulfilment_opens_its_units_again(sim, order):
    sim.change(order, "fulfil")
    sim.change(order, "cancel_fulfilment")
    assert [each["status"] for each in view(sim, order)["fulfillments"]] == ["CANCELLED"]
    assert [(status, left) for status, left, _ in parts(sim, order)] == [("CLOSED", [0]), ("OPEN", [2])]
    assert view(sim, order)["lineItems"]["nodes"][0]["unfulfilledQuantity"] == 2


def test_a_split_moves_units_into_a_fulfilment_order_of_their_own(sim, order):
    sim.change(order, "split", lines=[{"line": 0, "quantity": 1}])
    assert [(status, left) for status, left, _ in parts(sim, order)] == [("OPEN", [1]), ("OPEN", [1])]


def test_a_closed_fulfilment_order_keeps_its_units_and_allows_nothing(sim, order):
    sim.change(order, "close_fulfilment_order")
    assert parts(sim, order) == [("CLOSED", [2], [])] and view(sim, order)["cancelledAt"] is None


def test_a_pick_up_is_marked_as_ready_with_a_mail_each_time(sim):
    order = sim.place({"fulfilmentOrders": [{"location": 0, "lines": [0], "method": "PICK_UP"}]})[0]["id"]
    (fo,) = view(sim, order)["fulfillmentOrders"]["nodes"]
    assert fo["deliveryMethod"] == {"methodType": "PICK_UP"}
    for _ in range(2):
        answer = sim.graphql(READY, {"input": {"lineItemsByFulfillmentOrder": [{"fulfillmentOrderId": fo["id"]}]}})
        assert answer["data"]["fulfillmentOrderLineItemsPreparedForPickup"]["userErrors"] == []
    assert sim.get("effects")["mails"] == {fo["id"]: 2}


def test_a_parcel_cannot_be_marked_as_ready(sim, order):
    (fo,) = view(sim, order)["fulfillmentOrders"]["nodes"]
    answer = sim.graphql(READY, {"input": {"lineItemsByFulfillmentOrder": [{"fulfillmentOrderId": fo["id"]}]}})
    (error,) = answer["data"]["fulfillmentOrderLineItemsPreparedForPickup"]["userErrors"]
    assert error["code"] == "NO_LINE_ITEMS_TO_PREPARE_FOR_FULFILLMENT_ORDER"


def test_a_fault_hits_the_request_that_names_a_text_and_no_other(sim, order):
    sim.fault("rejected", match=order, times=-1)
    other = sim.place({})[0]["id"]
    assert sim.graphql(VIEW, {"id": order})["errors"][0]["extensions"]["code"] == "INVALID_VARIABLE"
    assert view(sim, other)["fulfillments"] == []


def test_one_node_fails_alone(sim, order):
    other = sim.place({})[0]["id"]
    sim.fault("node_error", value=order)
    answer = sim.graphql("query($ids: [ID!]!) { nodes(ids: $ids) { ... on Order { id } } }", {"ids": [other, order]})
    assert answer["data"]["nodes"] == [{"id": other}, None] and answer["errors"][0]["path"][:2] == ["nodes", 1]
