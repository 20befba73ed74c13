"""Variants, stock, compare and set, keys, and what orders do to all that."""

import pytest

READ = """query($ids: [ID!]!, $location: ID!) { nodes(ids: $ids) { ... on InventoryItem { id sku tracked
  inventoryLevel(locationId: $location, includeInactive: true) { isActive quantities(names: ["available", "committed", "on_hand"]) { name quantity } } } } }"""


@pytest.fixture
def stock(sim, documents):
    """A shop with three variants, and short ways to ask for things."""
    return Stock(sim, documents)


class Stock:
    def __init__(self, sim, documents):
        self.sim, self.documents = sim, documents
        made = sim.post("products", products=[{"sku": sku, "available": 10} for sku in ("TEA-1", "TEA-2", "MUG-1")])["products"]
        self.ids = {one["sku"]: one["inventoryItemId"] for one in made}
        self.locations = [place["id"] for place in sim.get("shops")["shops"][0]["locations"]]

    def rows(self, *rows):
        return [{"inventoryItemId": self.ids.get(sku, sku), "locationId": self.locations[0], "quantity": to, "changeFromQuantity": since}
                for sku, since, to in rows]

    def set(self, *rows, key="k1", version="2026-07"):
        given = {"name": "available", "reason": "correction", "quantities": self.rows(*rows)}
        answer = self.sim.graphql(self.documents["InventorySet"], {"input": given, "key": key}, version=version)
        assert "errors" not in answer, answer
        return [(e["code"], e["field"][2] if e["field"] else None) for e in answer["data"]["inventorySetQuantities"]["userErrors"]]

    def adjust(self, sku, by, since=None, key="a1"):
        given = {"name": "available", "reason": "correction", "changes": [{
            "inventoryItemId": self.ids[sku], "locationId": self.locations[0], "delta": by, "changeFromQuantity": since}]}
        answer = self.sim.graphql(self.documents["InventoryAdjust"], {"input": given, "key": key})
        return [e["code"] for e in answer["data"]["inventoryAdjustQuantities"]["userErrors"]]

    def available(self, sku, location=0):
        return self.sim.get("stock", sku=sku)["products"][0]["levels"][str(location)]["available"]

    def quantities(self, sku, location=0):
        node = self.sim.graphql(READ, {"ids": [self.ids[sku]], "location": self.locations[location]})["data"]["nodes"][0]
        return {q["name"]: q["quantity"] for q in node["inventoryLevel"]["quantities"]}


@pytest.mark.parametrize("version", ["2026-04", "2026-07", "2026-10"])
def test_compare_and_set(stock, version):
    assert stock.set(("TEA-1", 10, 7), ("TEA-2", None, 4), version=version) == []
    assert (stock.available("TEA-1"), stock.available("TEA-2")) == (7, 4)
    assert stock.set(("TEA-1", 10, 9), ("MUG-1", 10, 1), key="k2", version=version) == [("CHANGE_FROM_QUANTITY_STALE", "0")]
    assert (stock.available("TEA-1"), stock.available("MUG-1")) == (7, 10), "one stale row and nothing is written"


def test_all_bad_rows_are_named_and_none_is_written(stock):
    errors = stock.set(("TEA-1", 10, 1), ("gid://shopify/InventoryItem/9", 0, 1), ("TEA-1", 10, 2), ("MUG-1", 10, 2_000_000_000))
    assert errors == [("INVALID_INVENTORY_ITEM", "1"), ("NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR", "2")]
    assert stock.set(("MUG-1", 10, 2_000_000_000), key="k2") == [("INVALID_QUANTITY_TOO_HIGH", "0")]
    assert stock.available("TEA-1") == 10


def test_a_key_runs_once(stock):
    assert stock.set(("TEA-1", 10, 7)) == []
    stock.sim.post("stock", sku="TEA-1", available=5)
    assert stock.set(("TEA-1", 10, 7)) == [], "the answer of the first run"
    assert stock.available("TEA-1") == 5 and stock.sim.get("effects")["replays"] == 1
    assert stock.set(("TEA-1", 5, 7)) == [("IDEMPOTENCY_KEY_PARAMETER_MISMATCH", None)]
    stock.sim.post("stock/keys", state="IDEMPOTENCY_CONCURRENT_REQUEST")
    assert stock.set(("TEA-1", 10, 7)) == [("IDEMPOTENCY_CONCURRENT_REQUEST", None)]
    stock.sim.post("clock", advance_seconds=86_401)
    assert stock.set(("TEA-1", 5, 7)) == [], "a key is forgotten after a day"


def test_what_the_mutation_insists_on(stock):
    text = stock.documents["InventorySet"]
    given = {"name": "available", "reason": "correction", "quantities": stock.rows(("TEA-1", 10, 3))}
    answer = stock.sim.graphql(text.replace("@idempotent(key: $key)", "").replace(", $key: String!", ""), {"input": given})
    assert answer["errors"][0]["message"] == "The @idempotent directive is required for this mutation but was not provided."
    assert answer["errors"][0]["extensions"]["code"] == "BAD_REQUEST" and answer["data"] == {"inventorySetQuantities": None}
    del given["quantities"][0]["changeFromQuantity"]
    error = stock.sim.graphql(text, {"input": given, "key": "k"})["errors"][0]
    assert error["message"] == "InventoryQuantityInput must include the following argument: changeFromQuantity."
    assert error["extensions"]["code"] == "INVALID_FIELD_ARGUMENTS" and error["path"] == ["inventorySetQuantities"]
    stock.sim.post("scopes", without=["write_inventory"])
    assert stock.sim.graphql(text, {"input": given, "key": "k"})["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"


def test_an_adjustment_commutes_with_sales(stock):
    assert stock.adjust("TEA-1", -3) == [] and stock.available("TEA-1") == 7
    assert stock.adjust("TEA-1", -3) == [] and stock.available("TEA-1") == 7, "the same key"
    assert stock.adjust("TEA-1", 1, since=99, key="a2") == ["CHANGE_FROM_QUANTITY_STALE"]


def test_a_write_makes_an_inactive_level(stock):
    made = stock.sim.post("products", products=[{"sku": "NEW-1"}])["products"][0]
    stock.ids["NEW-1"] = made["inventoryItemId"]
    assert stock.set(("NEW-1", 0, 5)) == []
    level = stock.sim.get("stock", sku="NEW-1")["products"][0]["levels"]["0"]
    assert level == {"available": 5, "committed": 0, "active": False}
    variables = {"item": made["inventoryItemId"], "location": stock.locations[0], "key": "act"}
    assert stock.sim.graphql(stock.documents["InventoryActivate"], variables)["data"]["inventoryActivate"]["userErrors"] == []
    assert stock.sim.get("stock", sku="NEW-1")["products"][0]["levels"]["0"] == {"available": 5, "committed": 0, "active": True}


def test_an_order_takes_stock_and_a_dispatch_takes_no_more(stock):
    ref = stock.sim.place({"lines": [{"sku": "TEA-1", "quantity": 3}]})[0]
    assert stock.quantities("TEA-1") == {"available": 7, "committed": 3, "on_hand": 10}
    stock.sim.change(ref["id"], "fulfil", lines=[{"line": 0, "quantity": 2}])
    assert stock.quantities("TEA-1") == {"available": 7, "committed": 1, "on_hand": 8}
    stock.sim.change(ref["id"], "fulfil")
    assert stock.quantities("TEA-1") == {"available": 7, "committed": 0, "on_hand": 7}


@pytest.mark.parametrize("change, args, available", [
    ("cancel", {}, 10), ("cancel", {"refund": False}, 10), ("refund", {}, 7),
    ("refund", {"lines": [{"line": 0, "quantity": 1, "restock": "CANCEL"}]}, 8),
    ("edit", {"remove": [{"line": 0, "quantity": 2}]}, 9), ("edit", {"add": [{"sku": "TEA-1", "quantity": 1}]}, 6)])
def test_what_changes_give_back(stock, change, args, available):
    ref = stock.sim.place({"lines": [{"sku": "TEA-1", "quantity": 3}]})[0]
    stock.sim.change(ref["id"], change, **args)
    assert stock.available("TEA-1") == available


def test_returned_units_are_offered_again(stock):
    ref = stock.sim.place({"lines": [{"sku": "TEA-1", "quantity": 3}]})[0]
    stock.sim.change(ref["id"], "fulfil")
    stock.sim.change(ref["id"], "refund", lines=[{"line": 0, "quantity": 1, "restock": "RETURN"}])
    assert stock.available("TEA-1") == 8


def test_stock_follows_the_location(stock):
    stock.sim.post("stock", sku="TEA-1", location=1, available=10)
    web = stock.sim.place({"lines": [{"sku": "TEA-1", "quantity": 2}], "fulfilmentOrders": "none"})[0]
    assert (stock.available("TEA-1"), stock.available("TEA-1", 1)) == (8, 10), "sold before it is routed"
    stock.sim.change(web["id"], "attach_fulfilment_orders", location=1)
    assert (stock.available("TEA-1"), stock.available("TEA-1", 1)) == (10, 8)
    stock.sim.change(web["id"], "move", fulfilment_order=0, location=0)
    assert (stock.available("TEA-1"), stock.available("TEA-1", 1)) == (8, 10)
    stock.sim.place({"sourceName": "pos", "lines": [{"sku": "TEA-1"}]})
    assert stock.available("TEA-1", 1) == 9


def test_nobody_buys_what_is_sold_out(stock):
    stock.sim.post("orders", if_available=True, orders=[{"lines": [{"sku": "MUG-1", "quantity": 9}]}])
    with pytest.raises(RuntimeError, match="sold out: MUG-1"):
        stock.sim.post("orders", if_available=True, orders=[{"lines": [{"sku": "MUG-1", "quantity": 2}]}])
    assert [(c["from"], c["to"], c["cause"]) for c in stock.sim.get("stock/history", sku="MUG-1")["changes"]] == [(0, 10, "hand"), (10, 1, "order")]


def test_the_search_finds_more_than_the_sku(stock):
    stock.sim.post("products", products=[{"sku": s} for s in ("tea-1", "TEA-1-X", "XTEA-1", "it's:a\\b \"c\"", "ÜB 1")])

    def found(query):
        nodes = stock.sim.graphql("query($q: String) { productVariants(first: 9, query: $q) { nodes { inventoryItem { sku } } } }", {"q": query})
        return [n["inventoryItem"]["sku"] for n in nodes["data"]["productVariants"]["nodes"]]
    assert found("sku:'TEA-1'") == ["TEA-1", "tea-1", "TEA-1-X"]
    assert found("sku:'TEA-2' OR sku:'MUG-1'") == ["TEA-2", "MUG-1"]
    assert found("sku:'it\\'s:a\\\\b \"c\"'") == ["it's:a\\b \"c\""] and found("sku:'üb 1'") == ["ÜB 1"]
    assert found("sku:'nothing'") == []


def test_a_large_catalogue_in_pages(stock):
    stock.sim.post("products/seed", count=1000, available=5)
    stock.sim.post("products/change", sku="SKU-000700", delete=True)
    seen, after, pages = [], None, 0
    while pages == 0 or after:
        page = stock.sim.graphql(stock.documents["Catalogue"], {"first": 250, "after": after})["data"]["productVariants"]
        seen += [n["inventoryItem"]["sku"] for n in page["nodes"]]
        after, pages = page["pageInfo"]["endCursor"] if page["pageInfo"]["hasNextPage"] else None, pages + 1
    assert len(seen) == len(set(seen)) == 1002 and pages == 5 and "SKU-000700" not in seen
