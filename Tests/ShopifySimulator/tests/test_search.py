"""Search: dates, quotes, unknown fields, cursors, lag, limits."""

import base64
import json

import pytest

LIST = """query L($first: Int, $after: String, $query: String, $sort: OrderSortKeys = UPDATED_AT, $reverse: Boolean, $last: Int, $before: String) {
  orders(first: $first, after: $after, last: $last, before: $before, query: $query, sortKey: $sort, reverse: $reverse) {
    nodes { id name updatedAt } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""


def ask(sim, query=None, version="2026-07", **variables):
    """(names, whole answer)."""
    answer = sim.graphql(LIST, {"first": 50, "query": query, **variables} if "last" not in variables else {"query": query, **variables},
                         version=version)
    return [n["name"] for n in answer["data"]["orders"]["nodes"]], answer


@pytest.fixture
def three(sim):
    """Three orders: at ten o'clock and a fraction, a second later, an hour later."""
    sim.place({"name": "#A", "createdAt": "2026-11-20T10:00:00.250000Z", "updatedAt": "2026-11-20T10:00:00.250000Z", "tags": ["gift"]},
              {"name": "#B", "createdAt": "2026-11-20T10:00:01.750000Z", "updatedAt": "2026-11-20T10:00:01.750000Z", "test": True},
              {"name": "#C", "createdAt": "2026-11-20T11:00:00Z", "updatedAt": "2026-11-20T11:00:00Z", "payment": "pending"})
    return sim


@pytest.mark.parametrize("version,query,names", [
    ("2026-07", "updated_at:>='2026-11-20T10:00:00Z'", ["#A", "#B", "#C"]),
    ("2026-07", "updated_at:>='2026-11-20T10:00:01Z'", ["#B", "#C"]),
    ("2026-07", "updated_at:>'2026-11-20T10:00:00Z'", ["#A", "#B", "#C"]),
    ("2026-10", "updated_at:>'2026-11-20T10:00:00Z'", ["#B", "#C"]),
    ("2026-07", "updated_at:<='2026-11-20T10:00:01Z'", ["#A"]),
    ("2026-10", "updated_at:<='2026-11-20T10:00:01Z'", ["#A", "#B"]),
    ("2026-10", "updated_at:<'2026-11-20T10:00:01Z'", ["#A"]),
    ("2026-07", "updated_at:'2026-11-20T10:00:01Z'", ["#B"]),
    ("2026-07", "updated_at:>='2026-11-20T10:00:01Z' updated_at:<'2026-11-20T10:30:00Z'", ["#B"]),
    ("2026-07", "updated_at:>='2026-11-20T11:00:00+01:00'", ["#A", "#B", "#C"]),
    ("2026-07", "created_at:>='2026-11-20T10:00:01Z' AND test:false", ["#C"]),
    ("2026-07", "financial_status:pending", ["#C"]), ("2026-07", "tag:gift OR test:true", ["#A", "#B"]),
    ("2026-07", "-tag:gift", ["#B", "#C"]), ("2026-07", "name:#B", ["#B"]), ("2026-07", "NOT (tag:gift OR test:true)", ["#C"]),
    ("2026-07", "status:open source_name:web", ["#A", "#B", "#C"]), ("2026-07", "id:5600000000001", ["#B"])])
def test_filters(three, version, query, names):
    found, answer = ask(three, query, version)
    assert found == names
    assert "search" not in answer["extensions"]


def test_unquoted_date_loses_its_time_and_warns(three):
    found, answer = ask(three, "updated_at:>=2026-11-20T10:30:00Z")
    assert found == ["#A", "#B", "#C"]
    note = answer["extensions"]["search"][0]
    assert note["path"] == ["orders"]
    assert note["warnings"] == [{"field": "30", "message": "Invalid search field for this query.", "code": "invalid_field"}]
    assert note["parsed"]["and"][0]["range_gte"].startswith("2026-11-20T00:00:00")
    assert note["parsed"]["and"][1] == {"field": "30", "match_all": "00Z"}


def test_unknown_field_is_ignored_with_a_warning(three):
    found, answer = ask(three, "colour:red")
    assert found == ["#A", "#B", "#C"]
    assert answer["extensions"]["search"][0]["warnings"][0]["field"] == "colour"


def test_dates_without_a_zone_are_the_shops(sim):
    sim.post("shops", shop="ny", timezone="America/New_York")
    sim.post("orders", shop="ny", orders=[{"createdAt": "2026-11-20T04:00:00Z"}, {"createdAt": "2026-11-20T06:00:00Z"}])
    answer = sim.graphql(LIST, {"first": 5, "query": "created_at:>='2026-11-20'"}, shop="ny")
    assert len(answer["data"]["orders"]["nodes"]) == 1


def test_cursor_names_the_last_row_with_its_fraction(three):
    _, answer = ask(three, first=1)
    cursor = answer["data"]["orders"]["pageInfo"]["endCursor"]
    assert json.loads(base64.b64decode(cursor)) == {"last_id": 5600000000000, "last_value": "2026-11-20 10:00:00.250000"}
    assert answer["data"]["orders"]["nodes"][0]["updatedAt"] == "2026-11-20T10:00:00Z"


@pytest.mark.parametrize("sort", ["UPDATED_AT", "CREATED_AT", "PROCESSED_AT", "ID"])
@pytest.mark.parametrize("reverse", [False, True])
def test_pages_give_every_order_once(sim, sort, reverse):
    sim.post("seed", count=70)
    seen, after = [], None
    while True:
        found, answer = ask(sim, first=9, after=after, sort=sort, reverse=reverse)
        seen += found
        page = answer["data"]["orders"]["pageInfo"]
        assert page["hasPreviousPage"] == (after is not None)
        if not page["hasNextPage"]:
            break
        after = page["endCursor"]
    assert len(seen) == len(set(seen)) == 70
    backwards, answer = ask(sim, last=9, sort=sort, reverse=reverse)
    assert backwards == seen[-9:]
    before = answer["data"]["orders"]["pageInfo"]["startCursor"]
    assert ask(sim, last=9, before=before, sort=sort, reverse=reverse)[0] == seen[-18:-9]


def test_an_order_that_moves_while_paging_is_not_lost(sim):
    refs = sim.place(*[{"createdAt": f"2026-11-20T10:00:0{i}Z"} for i in range(6)])
    first, answer = ask(sim, first=3)
    sim.change(refs[4]["id"], "touch")
    rest, _ = ask(sim, first=50, after=answer["data"]["orders"]["pageInfo"]["endCursor"])
    assert sorted(first + rest) == sorted(r["name"] for r in refs)
    assert rest[-1] == refs[4]["name"]


def test_search_lags_but_nodes_do_not(three):
    ref = three.get("dump")["orders"][0]
    three.post("lag", seconds=0.6)
    three.change(ref["id"], "touch")
    new = three.place({"name": "#NEW"})[0]
    names, answer = ask(three)
    assert names == ["#A", "#B", "#C"]
    assert answer["data"]["orders"]["nodes"][0]["updatedAt"] == "2026-11-20T10:00:00Z"
    direct = three.graphql("query($ids: [ID!]!) { nodes(ids: $ids) { ... on Order { name updatedAt } } }", {"ids": [ref["id"], new["id"]]})
    assert direct["data"]["nodes"][0]["updatedAt"] > "2026-11-21"
    assert direct["data"]["nodes"][1]["name"] == "#NEW"
    three.post("clock", advance_seconds=1)
    assert ask(three)[0] == ["#B", "#C", "#A", "#NEW"]


def test_paging_ends_at_25000_and_counts_stop_after_it(sim):
    sim.post("seed", count=25_300, mix="plain")
    sim.post("bucket", maximum=100_000, restore=10_000)
    after, seen = None, 0
    while True:
        answer = sim.graphql("query($after: String) { orders(first: 250, after: $after, sortKey: UPDATED_AT) "
                             "{ nodes { id } pageInfo { hasNextPage endCursor } } }", {"after": after})
        seen += len(answer["data"]["orders"]["nodes"])
        if not answer["data"]["orders"]["pageInfo"]["hasNextPage"]:
            break
        after = answer["data"]["orders"]["pageInfo"]["endCursor"]
    assert seen == 25_000
    count = sim.graphql("{ a: ordersCount(limit: null) { count precision } b: ordersCount { count precision } }")["data"]
    assert count == {"a": {"count": 25_001, "precision": "AT_LEAST"}, "b": {"count": 10_000, "precision": "AT_LEAST"}}


def test_bad_cursor_and_page_size(sim):
    assert "cursor" in sim.graphql(LIST, {"first": 5, "after": "rubbish"})["errors"][0]["message"]
    assert sim.graphql(LIST, {"first": 251})["errors"]
    assert sim.graphql(LIST, {})["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
