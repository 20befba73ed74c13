"""Tokens, scopes, plans, versions, and errors in Shopify's shapes."""

import json

import pytest

CUSTOMER = "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Order { name customer { id firstName } } } }"


def test_bad_token_is_a_string_error(sim):
    status, headers, body = sim.graphql("{ shop { id } }", token="nonsense", raw=True)
    assert status == 401 and json.loads(body)["errors"].startswith("[API] Invalid API key or access token")
    assert "Date" in headers and headers["X-Shopify-API-Version"] == "2026-07"
    sim.post("tokens/revoke", token="shpat_demo")
    assert sim.graphql("{ shop { id } }", raw=True)[0] == 401


def test_missing_scope_is_an_error_per_occurrence(sim):
    ids = sim.post("seed", count=2, mix="plain")["ids"]
    sim.post("scopes", without=["read_customers"])
    for _ in range(2):  # the second time out of the rendered elements
        answer = sim.graphql(CUSTOMER, {"ids": [ids[0], "gid://shopify/Order/1", ids[1]]})
        assert [e["path"] for e in answer["errors"]] == [["nodes", 0, "customer"], ["nodes", 2, "customer"]]
        error = answer["errors"][0]
        assert error["message"] == "Access denied for customer field. Required access: `read_customers` access scope."
        assert error["extensions"] == {"code": "ACCESS_DENIED", "documentation": "https://shopify.dev/api/usage/access-scopes",
                                       "requiredAccess": "`read_customers` access scope."}
        assert error["locations"][0]["line"] == 1
        assert answer["data"]["nodes"][0]["customer"] is None and answer["data"]["nodes"][0]["name"]
        assert answer["data"]["nodes"][1] is None


def test_missing_order_scope_is_fatal(sim, documents):
    ids = sim.post("seed", count=2)["ids"]
    sim.post("scopes", without=["read_orders", "read_all_orders"])
    for name, variables, root in (("OrderRead", {"ids": ids, "both": True}, "nodes"),
                                  ("OrderList", {"first": 5, "query": "", "sortKey": "UPDATED_AT"}, "orders")):
        answer = sim.graphql(documents[name], variables)
        assert answer["data"] is None and answer["errors"][0]["path"] == [root]
        assert answer["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"


def test_fulfilment_orders_are_a_silent_subset(sim):
    sim.post("locations", name="Third Party", isFulfillmentService=True)
    ref = sim.place({"lines": [{}, {}], "fulfilmentOrders": [{"location": 0, "lines": [0]}, {"location": 2, "lines": [1]}]})[0]
    query = "query($id: ID!) { order(id: $id) { fulfillmentOrders(first: 5) { nodes { id assignedLocation { name } } } } }"

    def places():
        answer = sim.graphql(query, {"id": ref["id"]})
        assert "errors" not in answer
        return [n["assignedLocation"]["name"] for n in answer["data"]["order"]["fulfillmentOrders"]["nodes"]]
    assert places() == ["Main Warehouse", "Third Party"]
    sim.post("scopes", without=["write_third_party_fulfillment_orders"])
    assert places() == ["Main Warehouse"]
    sim.post("scopes", scopes=["read_orders", "read_locations"])
    assert places() == []


def test_sixty_days(sim):
    old, new = sim.place({"createdAt": "2026-01-05T10:00:00Z"}, {})
    sim.post("scopes", without=["read_all_orders"])
    answer = sim.graphql("query($ids: [ID!]!) { nodes(ids: $ids) { id } orders(first: 5) { nodes { id } } ordersCount { count } }",
                         {"ids": [old["id"], new["id"]]})
    assert "errors" not in answer
    assert answer["data"] == {"nodes": [None, {"id": new["id"]}], "orders": {"nodes": [{"id": new["id"]}]}, "ordersCount": {"count": 1}}


def test_plan_that_withholds_customer_data(sim, documents):
    ref = sim.place({})[0]
    sim.post("plan", plan="basic")
    answer = sim.graphql(documents["OrderRead"], {"ids": [ref["id"]], "both": True})
    order = answer["data"]["nodes"][0]
    assert order["email"] is None and order["customer"]["firstName"] is None and order["shippingAddress"]["zip"] is None
    assert order["shippingAddress"]["city"] and order["totalPriceSet"]
    assert all(e["message"].startswith("This app is not approved to") and len(e["path"]) > 2 for e in answer["errors"])
    sim.post("plan", plan="basic", customer_data="refused")
    answer = sim.graphql(documents["OrderRead"], {"ids": [ref["id"]], "both": True})
    assert answer["data"] is None and "access the Order object" in answer["errors"][0]["message"]


@pytest.mark.parametrize("asked,answered", [("2026-07", "2026-07"), ("2026-10", "2026-10"), ("2025-01", "2026-01"), ("2031-01", "2026-01")])
def test_versions(sim, asked, answered):
    status, headers, _ = sim.graphql("{ shop { id } }", version=asked, raw=True)
    assert (status, headers["X-Shopify-API-Version"]) == (200, answered)


def test_client_credentials(sim):
    def grant(secret, kind):
        body = {"grant_type": "client_credentials", "client_id": "client-demo", "client_secret": secret}
        data = json.dumps(body) if kind == "application/json" else "&".join(f"{k}={v}" for k, v in body.items())
        status, _, answer = sim.request("POST", "/admin/oauth/access_token", data, {"Content-Type": kind})
        return status, json.loads(answer)
    for kind in ("application/json", "application/x-www-form-urlencoded"):
        status, answer = grant("secret-demo", kind)
        assert status == 200 and answer["expires_in"] == 86399 and "read_orders" in answer["scope"]
        assert "data" in sim.graphql("{ shop { id } }", token=answer["access_token"])
    assert grant("wrong", "application/json")[1] == {"error": "invalid_client"}
    sim.post("oauth", expires_in=60)
    token = grant("secret-demo", "application/json")[1]["access_token"]
    sim.post("clock", advance_seconds=61)
    assert sim.graphql("{ shop { id } }", token=token, raw=True)[0] == 401


def test_unknown_field(sim):
    answer = sim.graphql("query Q { shop { nope } }")
    assert answer == {"errors": [{"message": "Field 'nope' doesn't exist on type 'Shop'", "locations": [{"line": 1, "column": 18}],
                                  "path": ["query Q", "shop", "nope"],
                                  "extensions": {"code": "undefinedField", "typeName": "Shop", "fieldName": "nope"}}]}


def test_requests_that_are_no_graphql(sim):
    headers = {"X-Shopify-Access-Token": "shpat_demo", "Content-Type": "application/json"}
    path = "/admin/api/2026-07/graphql.json"
    assert sim.request("POST", path, "{", headers)[0] == 400
    assert sim.request("POST", path, "{}", headers)[0] == 400
    assert sim.request("POST", path, "{}", {**headers, "Content-Type": "text/plain"})[0] == 400
    assert sim.request("POST", path, "{}", {**headers, "Host": "nobody.localhost"})[0] == 404
    assert sim.graphql("{ shop {")["errors"][0]["message"].startswith("Syntax Error")
    assert sim.graphql("query($n: Int!) { orders(first: $n) { nodes { id } } }", {"n": "x"})["errors"][0]["extensions"]["code"] == "INVALID_VARIABLE"


def test_clients_documents_run(sim, documents):
    ids = sim.post("seed", count=30)["ids"]
    sim.post("seed", count=1, mix="wide")
    wide = sim.get("dump")["orders"][-1]["id"]
    whole = sim.get("order", id=wide)["order"]
    ids.append(wide)
    sim.post("products", products=[{"sku": "A-1", "available": 3}])
    variables = {"first": 20, "query": "", "sortKey": "UPDATED_AT", "ids": ids, "after": None, "both": True,
                 "location": sim.get("shops")["shops"][0]["locations"][0]["id"]}
    part = whole["fulfillmentOrders"][0]["id"]
    sent = sim.place({})[0]["id"]
    sim.change(sent, "fulfil")
    sent = sim.get("order", id=sent)["order"]["fulfillments"][0]["id"]
    # What changes something has tests of its own.
    reading = {name: text for name, text in documents.items() if f"mutation {name}" not in text}
    for name, text in reading.items():
        target = {"RefundLinesPage": whole["refunds"][0]["id"], "FulfilmentOrderLinesPage": part,
                  "FulfilmentViewLinesPage": part, "FulfilmentViewSentPage": sent}.get(name, wide)
        used = {k: v for k, v in {**variables, "id": target}.items() if f"${k}" in text}
        answer = sim.graphql(text, used)
        assert "errors" not in answer and all(v is not None for v in answer["data"].values()), name


def test_execution_agrees_with_the_dump(sim, documents):
    ids = sim.post("seed", count=60)["ids"]
    whole = {e["id"]: e["order"] for e in sim.get("dump", full=1)["orders"]}

    def same(found, truth):
        if isinstance(found, dict) and set(found) == {"nodes", "pageInfo"}:
            assert found["pageInfo"]["hasNextPage"] == (len(truth) > len(found["nodes"]))
            found, truth = found["nodes"], truth[:len(found["nodes"])]
        if isinstance(found, list):
            assert len(found) == len(truth)
            for one, other in zip(found, truth):
                same(one, other)
        elif isinstance(found, dict):
            for key, value in found.items():
                same(value, truth[key])
        else:
            assert found == truth
    for entry in sim.graphql(documents["OrderRead"], {"ids": ids, "both": True})["data"]["nodes"]:
        same(entry, whole[entry["id"]])


def test_status_that_2026_10_added(sim):
    ref = sim.place({})[0]
    sim.change(ref["id"], "cancel")
    query = "query($id: ID!) { order(id: $id) { displayFulfillmentStatus } }"
    found = [sim.graphql(query, {"id": ref["id"]}, version=v)["data"]["order"]["displayFulfillmentStatus"] for v in ("2026-07", "2026-10")]
    assert found == ["UNFULFILLED", "FULFILLMENT_NOT_REQUIRED"]


@pytest.mark.parametrize("query", ["mutation { x }", "subscription { x }", '{ nodes(ids: ["gid://shopify/Order/²"]) { id } }',
                                   '{ nodes(ids: ["rubbish"]) { id } }', "{ nodes(ids: null) { id } }", "query A { shop { id } } query B { shop { id } }"])
def test_odd_requests_are_errors_not_failures(sim, query):
    answer = sim.graphql(query)
    assert isinstance(answer["errors"], list) and not answer.get("data")


def test_a_shop_can_be_made_to_measure(sim):
    made = sim.post("shops", shop="alpha", name="Alpha Ltd", currency="EUR", timezone="Europe/Dublin", plan="plus", token="shpat_a",
                    scopes=["read_orders"], locations=[{"name": "Depot"}])
    assert made["token"] == "shpat_a" and made["scopes"] == ["read_orders"] and [p["name"] for p in made["locations"]] == ["Depot"]
    shop = sim.graphql("{ shop { name currencyCode ianaTimezone plan { shopifyPlus } } }", shop="alpha", token="shpat_a")["data"]["shop"]
    assert shop == {"name": "Alpha Ltd", "currencyCode": "EUR", "ianaTimezone": "Europe/Dublin", "plan": {"shopifyPlus": True}}
    with pytest.raises(RuntimeError, match="no such token"):
        sim.post("scopes", shop="alpha", token="shpat_x", scopes=[])
