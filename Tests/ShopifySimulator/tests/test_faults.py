"""Faults: each kind does what it says, as often as it should, to whom it should."""

import gzip
import http.client
import json
import socket
import time

import pytest

QUERY = "query Q { orders(first: 3) { nodes { id customer { id } } } }"


def raw(sim, timeout=5):
    """(status, headers, body) of one request."""
    return sim.graphql(QUERY, raw=True)


@pytest.fixture
def shop(sim):
    """Three orders."""
    sim.post("seed", count=3, mix="plain")
    return sim


@pytest.mark.parametrize("status", [401, 402, 403, 404, 423, 429, 430, 500, 503, 504])
def test_statuses(shop, status):
    shop.fault("status", status=status, headers={"Retry-After": "2"})
    found, headers, body = raw(shop)
    assert found == status and isinstance(json.loads(body)["errors"], str) and headers["Retry-After"] == "2"
    assert raw(shop)[0] == 200


def test_status_with_body_and_execution(shop):
    shop.fault("status", status=502, body="<html>Bad gateway</html>", execute=True)
    found, headers, body = raw(shop)
    assert found == 502 and body.startswith(b"<html>") and headers["Content-Type"].startswith("text/html")
    assert shop.get("ledger")["byOperation"]["Q"]["requested"] > 0


def test_aim_and_count(shop):
    shop.post("shops", shop="other")
    shop.fault("status", status=500, operation="Q", shop="demo", times=2, after=1)
    assert [raw(shop)[0] for _ in range(5)] == [200, 500, 500, 200, 200]
    assert shop.graphql("{ shop { id } }", shop="other")["data"]
    fault = shop.get("faults")["faults"][0]
    assert (fault["seen"], fault["fired"]) == (3, 2)


@pytest.mark.parametrize("kind,reset", [("drop_before", False), ("drop_after", False), ("drop_before", True), ("drop_after", True)])
def test_drops(shop, kind, reset):
    shop.fault(kind, reset=reset)
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        raw(shop)
    assert ("requested" in str(shop.get("ledger")["byOperation"])) and raw(shop)[0] == 200
    assert (shop.get("ledger")["entries"][0]["requested"] > 0) == (kind == "drop_after")


def test_truncated(shop):
    shop.fault("truncated")
    with pytest.raises(http.client.IncompleteRead):
        raw(shop)
    shop.fault("truncated", honest=True, fraction=0.3)
    with pytest.raises(ValueError):
        json.loads(raw(shop)[2])


@pytest.mark.parametrize("kind,check", [
    ("html", lambda s, h, b: h["Content-Type"].startswith("text/html") and b.startswith(b"<!DOCTYPE")),
    ("empty", lambda s, h, b: b == b""), ("not_json", lambda s, h, b: b == b'{"data":{"orders":'),
    ("wrong_json", lambda s, h, b: json.loads(b)["data"]["orders"] == [1, 2, 3]),
    ("errors_as_string", lambda s, h, b: isinstance(json.loads(b)["errors"], str)),
    ("redirect", lambda s, h, b: s == 302 and h["Location"].startswith("https://")),
    ("bad_gzip", lambda s, h, b: h["Content-Encoding"] == "gzip"),
    ("content_type", lambda s, h, b: h["Content-Type"] == "text/html" and json.loads(b)["data"]),
    ("fall_forward", lambda s, h, b: h["X-Shopify-API-Version"] == "2026-01"),
    ("no_cost", lambda s, h, b: "extensions" not in json.loads(b)),
    ("search_warning", lambda s, h, b: json.loads(b)["extensions"]["search"][0]["warnings"]),
    ("null_node", lambda s, h, b: json.loads(b)["data"]["orders"]["nodes"][0] is None),
    ("throttled", lambda s, h, b: json.loads(b)["errors"][0]["extensions"]["code"] == "THROTTLED"),
    ("internal_error", lambda s, h, b: json.loads(b)["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"),
    ("access_denied", lambda s, h, b: json.loads(b)["errors"][0]["path"] == ["orders", "nodes", 0, "customer"])])
def test_kinds(shop, kind, check):
    shop.fault(kind)
    assert check(*raw(shop))
    status, _, body = raw(shop)
    assert status == 200 and (kind == "throttled" or len(json.loads(body)["data"]["orders"]["nodes"]) == 3)


def test_root_denied_and_no_data(shop):
    shop.fault("access_denied", path=None)
    answer = json.loads(raw(shop)[2])
    assert answer["data"] is None and answer["errors"][0]["path"] == ["orders"]
    shop.fault("internal_error", data="none")
    assert "data" not in json.loads(raw(shop)[2])


def test_huge(shop):
    shop.fault("huge", mib=2)
    assert 2 * 1024 * 1024 - 100 < len(raw(shop)[2]) < 2 * 1024 * 1024 + 100


def test_delay_and_slow(shop):
    shop.fault("delay", seconds=0.3)
    start = time.monotonic()
    assert raw(shop)[0] == 200 and time.monotonic() - start >= 0.3
    shop.fault("slow", bytes=200, every=0.05)
    start = time.monotonic()
    assert json.loads(raw(shop)[2])["data"] and time.monotonic() - start >= 0.1


def test_hang_does_not_stop_others(shop):
    shop.fault("hang")
    body = json.dumps({"query": QUERY}).encode()
    with socket.create_connection(("127.0.0.1", shop.port), timeout=0.3) as line:
        line.sendall(b"POST /admin/api/2026-07/graphql.json HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                     b"Host: demo.localhost\r\nX-Shopify-Access-Token: shpat_demo\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        with pytest.raises(TimeoutError):
            line.recv(10)
        assert raw(shop)[0] == 200


def test_token_requests_have_their_own(shop):
    shop.fault("status", status=503, operation="oauth")
    assert raw(shop)[0] == 200
    assert shop.request("POST", "/admin/oauth/access_token", "{}", {"Content-Type": "application/json"})[0] == 503


def test_gzip(shop, documents):
    ids = [e["id"] for e in shop.get("dump")["orders"]]
    for _ in range(2):
        status, headers, body = shop.graphql(documents["OrderRead"], {"ids": [*ids, "gid://shopify/Order/9"], "both": True}, raw=True,
                                             headers={"Accept-Encoding": "gzip"})
        assert headers["Content-Encoding"] == "gzip"
        packed = json.loads(gzip.decompress(body))["data"]
        assert packed == shop.graphql(documents["OrderRead"], {"ids": [*ids, "gid://shopify/Order/9"], "both": True})["data"]
    shop.post("options", gzip=False)
    assert "Content-Encoding" not in shop.graphql(QUERY, raw=True, headers={"Accept-Encoding": "gzip"})[1]


def test_misspelt_faults_are_refused(shop):
    with pytest.raises(RuntimeError, match="unknown fault"):
        shop.fault("explode")
    with pytest.raises(RuntimeError, match="unknown fault key"):
        shop.fault("delay", second=1)
