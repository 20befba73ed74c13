"""Cost: the model's examples, the bucket, the ledger."""

import pytest

IDS = "query($n: Int!) { orders(first: $n, sortKey: UPDATED_AT) { nodes { id updatedAt } } }"


def cost(answer):
    """The cost block."""
    return answer["extensions"]["cost"]


@pytest.mark.parametrize("size,points", [(1, 3), (3, 4), (5, 5), (10, 6), (20, 7), (25, 8), (50, 9), (100, 11), (250, 13)])
def test_a_list_costs_by_the_logarithm(sim, size, points):
    sim.post("seed", count=250, mix="plain")
    found = cost(sim.graphql(IDS, {"n": size}))
    assert found["requestedQueryCost"] == found["actualQueryCost"] == points


@pytest.mark.parametrize("query,points", [
    ("{ shop { id } }", 1), ("{ ordersCount { count } }", 10), ("{ shop { name plan { shopifyPlus } } }", 2),
    ("{ orders(first: 10) { nodes { totalPriceSet { shopMoney { amount } } } pageInfo { hasNextPage } } }", 6),
    ("{ orders(first: 10) { nodes { id } edges { node { id } } } }", 6),
    ("{ orders(first: 10) { nodes { customer { defaultEmailAddress { emailAddress } } } } }", 14),
    ("{ orders(first: 10) { nodes { transactions(first: 250) { id } fulfillmentsCount { count } } } }", 14),
    ("{ orders(first: 10) { nodes { lineItems(first: 50) { nodes { taxLines { title } } } } } }", 2 + 4 * (1 + 2 + 7 * 2)),
    ('{ nodes(ids: ["gid://shopify/Order/1", "gid://shopify/Order/2"]) { id } }', 1),
    ("{ locations(first: 5) { nodes { address { city } hasUnfulfilledOrders } } }", 2 + 3 * 2)])
def test_examples(sim, query, points):
    assert cost(sim.graphql(query))["requestedQueryCost"] == points


def test_nodes_cost_one_node_however_many(sim, documents):
    ids = sim.post("seed", count=50, mix="plain")["ids"]
    one = cost(sim.graphql(documents["OrderRead"], {"ids": ids[:1], "both": True}))
    many = cost(sim.graphql(documents["OrderRead"], {"ids": ids, "both": True}))
    assert one["requestedQueryCost"] == many["requestedQueryCost"] < 150
    assert 10 < many["actualQueryCost"] < many["requestedQueryCost"]


def test_short_answers_cost_less(sim):
    assert cost(sim.graphql(IDS, {"n": 250}))["actualQueryCost"] == 2


def test_bucket_empties_and_fills(sim):
    sim.post("bucket", maximum=100, restore=1, available=20)
    first = cost(sim.graphql(IDS, {"n": 250}))
    assert first["throttleStatus"]["maximumAvailable"] == 100
    answer = sim.graphql("{ ordersCount { count } orders(first: 250) { nodes { id } } }")
    assert "data" not in answer
    assert answer["errors"] == [{"message": "Throttled", "extensions": {
        "code": "THROTTLED", "documentation": "https://shopify.dev/api/usage/rate-limits"}}]
    found = cost(answer)
    assert found["actualQueryCost"] is None and found["requestedQueryCost"] == 23
    assert found["throttleStatus"]["currentlyAvailable"] < 23
    assert sim.get("ledger")["byOperation"]["(anonymous)"]["throttled"] == 1


def test_each_app_has_its_own_bucket(sim):
    sim.post("tokens", token="shpat_second", app="second")
    sim.post("bucket", available=0)
    assert "errors" in sim.graphql(IDS, {"n": 250})
    assert "data" in sim.graphql(IDS, {"n": 250}, token="shpat_second")


def test_too_dear(sim):
    answer = sim.graphql("{ orders(first: 250) { nodes { lineItems(first: 250) { nodes { id taxLines { title } duties { id } } } "
                         "fulfillmentOrders(first: 250) { nodes { lineItems(first: 250) { nodes { id } } } } } } }")
    assert answer["errors"][0]["extensions"]["code"] == "MAX_COST_EXCEEDED"
    assert "data" not in answer


def test_ledger_counts_by_operation(sim, documents):
    sim.post("seed", count=5)
    sim.graphql(documents["OrderList"], {"first": 5, "query": "", "sortKey": "UPDATED_AT", "after": None})
    sim.graphql(documents["ShopIdentity"])
    ledger = sim.get("ledger")
    assert ledger["requests"] == 2 and ledger["byOperation"]["OrderList"]["nodes"] == 5
    assert [e["operation"] for e in ledger["entries"]] == ["OrderList", "ShopIdentity"]


def test_input_limit(sim):
    answer = sim.graphql("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": ["gid://shopify/Order/1"] * 251})
    assert answer["errors"][0]["message"] == "The input array size of 251 is greater than the maximum allowed of 250."
    assert answer["errors"][0]["extensions"]["code"] == "MAX_INPUT_SIZE_EXCEEDED"
