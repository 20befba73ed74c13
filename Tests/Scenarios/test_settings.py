"""Configurations that are refused, and how; what `check`, `status` and `locations` show."""

import pytest

from people import NOBODY, till
from stores import ago


def test_all_problems_at_once_with_place_expectation_and_nearest_key(web):
    web.adjust(shop_url="mystore.example.com", download_pos_orders="sometimes", acess_token="x")
    for command in (("check-config",), ("run",), ("run", "--once"), ("orders", "list")):
        result = web.cli(*command, expect=78)
        for words in ("channels.web.shop_url", "https://", "channels.web.download_pos_orders", "generic_customer",
                      "channels.web.acess_token", "access_token"):
            assert words in result.err, f"{words} in {result!r}"
    assert not web.database.exists()


@pytest.mark.parametrize("settings, words", [
    ({"shop_url": "http://mystore.myshopify.com"}, "https://mystore.myshopify.com"),
    ({"shop_url": "https://shop.example.com"}, "myshopify.com"),
    ({"order_poll_interval": "1s"}, "5s"),
    ({"order_poll_interval": "soon"}, "time span"),
    ({"order_ref_format": "WEB"}, "{0}"),
    ({"generic_customer": "far too long a code"}, "generic_customer"),
    ({"access_token_file": None}, "access_token"),
    ({"access_token_file": "/nowhere/token"}, "/nowhere/token"),
    ({"only_import_orders_for_chosen_location": True}, "channel_location"),
    ({"start_date": "2026-11-16"}, "date"),
    ({"enabled": 1}, "enabled"),
    ({"stock": 3}, "stock"),
])
def test_what_is_refused(web, settings, words):
    web.adjust(**settings)
    result = web.cli("check-config", expect=78)
    assert words in result.err


def test_a_token_that_others_can_read_is_refused(web, store):
    token = web.folder / f"{store.name}.token"
    token.chmod(0o644)
    assert str(token) in web.cli("check-config", expect=78).err
    token.chmod(0o600)
    web.adjust(access_token_file=None, access_token=store.token)
    web.config.chmod(0o644)
    assert "read" in web.cli("check-config", expect=78).err
    web.config.chmod(0o600)
    web.cli("check-config")


def test_channels_of_one_shop_must_agree(box, new_store):
    store = new_store()
    box.channel("a", store)
    box.channel("b", store, order_poll_interval="30s", api_version="2026-04")
    result = box.cli("check-config", expect=78)
    assert "order_poll_interval" in result.err and "api_version" in result.err


def test_a_good_file(web):
    assert "ok" in web.cli("check-config").out


def test_check_says_what_it_tried(web, store):
    store.place()
    out = web.cli("check").out
    for words in ("reachable", "token accepted", "2026-07", "read_orders", "locations", "names and addresses readable"):
        assert words in out
    assert "FAILED" not in out and "warning" not in out
    web.cli("check", "web")
    web.cli("check", "other", expect=64)


def test_check_of_a_location_that_is_not_there_names_those_that_are(web, store):
    web.adjust(channel_location="Atlantis")
    result = web.cli("check", expect=78)
    assert "Atlantis" in result.out and store.location(0) in result.out and store.location(1) in result.out
    web.once(expect=None)
    assert "Atlantis" in web.cli("status").out


def test_check_of_an_inactive_location(web, store):
    store.simulator.post("locations", shop=store.name, index=1, isActive=False)
    web.adjust(channel_location=store.location(1))
    assert "inactive" in web.cli("check", expect=None).out


def test_check_of_read_all_orders_against_the_start_date(web, store):
    store.scopes(without=["read_all_orders"])
    assert "enough" in web.cli("check").out
    web.adjust(start_date=ago(days=80).date())
    out = web.cli("check", expect=None).out
    assert "warning" in out and "read_all_orders" in out and "start_date" in out


def test_check_of_the_clock(web, store):
    store.simulator.post("clock", date_offset_seconds=-600)
    try:
        out = web.cli("check", expect=None).out
    finally:
        store.simulator.post("clock", date_offset_seconds=0)
    assert "warning" in out and "clock" in out and "600 s" in out.replace("599", "600").replace("601", "600")


def test_locations_marks_the_chosen_and_refreshes(web, store):
    result = web.cli("locations", "web", expect=None)
    assert result.code != 0 and result.err
    web.adjust(channel_location=store.location(1))
    found = {each["name"]: each["chosen"] for each in web.json("locations", "web", "--refresh")}
    assert found == {store.location(0): False, store.location(1): True}
    store.simulator.post("locations", shop=store.name, name="New Depot")
    assert "New Depot" not in web.cli("locations", "web").out
    assert "New Depot" in web.cli("locations", "web", "--refresh").out
    line = next(line for line in web.cli("locations", "web").out.splitlines() if store.location(1) in line)
    assert line.startswith("*")


def test_status_counts_by_state_and_reason(web, store):
    store.place_many([{}, {"payment": "pending"}, {"lines": [{"sku": None, "price": "1.00", "quantity": 1}]},
                      till(NOBODY)])
    web.once()
    channel = web.status()
    assert channel["orders"] == {"imported": 1, "skipped": 2, "failed": 1, "pending": 0, "ignored": 0}
    assert channel["reasons"] == {"unpaid": 1, "pos_not_downloaded": 1, "line_without_sku": 1}
    assert channel["last_error"] is None and channel["paused"] is False and channel["last_poll_at"]
    text = web.cli("status").out
    assert "line_without_sku" in text and "explain" in text


def test_client_credentials_instead_of_a_token(web, store):
    secret = web.folder / "secret.token"
    web.write_secret(secret, store.facts["clientSecret"])
    web.secrets.add(store.facts["clientSecret"])
    web.adjust(access_token_file=None, client_id=store.facts["clientId"], client_secret_file=str(secret))
    name = store.place()
    web.once()
    assert web.standing(name) == ("imported", None)
    web.write_secret(secret, "wrong-secret-canary")
    result = web.once(expect=77)
    assert "client" in result.err and "wrong-secret-canary" not in result.err
