"""Access that Shopify refuses: each with its remedy in `check` and `status`, said once, and over when it is mended."""

import pytest

from waiting import wait_until


def token_revoked(store):
    store.simulator.post("tokens/revoke", shop=store.name)
    return lambda: store.simulator.post("tokens", shop=store.name, token=store.token)


def with_status(code):
    def frozen(store):
        store.fault("status", status=code, times=-1)
        return store.clear_faults
    return frozen


def scope_missing(store):
    store.scopes(without=["read_orders", "read_all_orders"])
    return lambda: store.scopes(without=[])


def orders_refused(store):
    store.plan("standard", customer_data="refused")
    return lambda: store.plan("standard", customer_data="full")


# What is wrong: how to bring it about, and words of the trouble and of its remedy.
REFUSALS = {
    "token refused": (token_revoked, ["token", "401"], ["token"]),
    "frozen": (with_status(402), ["frozen", "402"], ["owner", "bill"]),
    "locked": (with_status(423), ["locked", "423"], ["owner", "support"]),
    "forbidden": (with_status(403), ["403"], ["scopes"]),
    "scope missing": (scope_missing, ["read_orders"], ["scope", "install"]),
    "orders refused": (orders_refused, ["orders", "protected customer data"], ["app"]),
}


@pytest.mark.parametrize("bring_about, words, remedy", REFUSALS.values(), ids=REFUSALS)
def test_with_its_remedy_in_check_and_status(web, store, bring_about, words, remedy):
    store.place()
    web.once()
    mend = bring_about(store)
    name = store.place()
    with web.daemon() as daemon:
        daemon.wait_log("paused")
        status = web.status()
        assert status["paused"] and status["error_since"]
        assert all(word in status["last_error"] for word in words), status["last_error"]
        assert all(word in status["remedy"] for word in remedy), status["remedy"]
        text = web.cli("status").out
        assert "PAUSED" in text and status["last_error"] in text and status["remedy"] in text
        check = web.cli("check", expect=77)
        assert "FAILED" in check.out and all(word in check.out for word in words + remedy), check.out
        store.reset_ledger()
        wait_until(lambda: web.status()["paused"], "it rests")
        assert len(daemon.lines("paused")) == 1
        assert store.ledger()["requests"] == 0, "a paused shop is left alone"
    assert web.status()["last_error"], "what the daemon left is shown without it"
    result = web.once(expect=77)
    assert web.standing(name) is None and "paused" in result.err
    mend()
    web.once()
    assert web.standing(name) == ("imported", None)
    assert web.status()["last_error"] is None and web.status()["paused"] is False
    assert "FAILED" not in web.cli("check").out


def test_trouble_that_turns_into_another_is_said_too(web, store):
    store.fault("status", status=503, times=1)
    with web.daemon() as daemon:
        daemon.wait_log("cannot be polled", "503")
        store.fault("status", status=402, times=-1)
        daemon.wait_log("paused", "402", deadline=10)
        assert web.status()["error_code"] == "shop_frozen" or "402" in web.status()["last_error"]


def test_one_paused_shop_does_not_stop_the_other(box, new_store):
    frozen, healthy = new_store(), new_store()
    box.channel("frozen", frozen)
    box.channel("healthy", healthy)
    box.once()
    frozen.fault("status", status=402, times=-1)
    name = healthy.place()
    box.once(expect=77)
    assert box.standing(name) == ("imported", None)
    assert box.status("frozen")["paused"] and not box.status("healthy")["paused"]


@pytest.mark.parametrize("scope, words", [("read_customers", "customer"), ("read_locations", "locations"),
                                          ("write_merchant_managed_fulfillment_orders", "fulfil")])
def test_a_scope_that_is_only_wanted_is_a_warning(web, store, scope, words):
    store.scopes(without=[scope])
    name = store.place()
    web.once()
    assert web.standing(name) is not None
    check = web.cli("check", expect=None)
    assert "warning" in check.out and words in check.out
    assert any(words in warning for warning in web.status()["warnings"])
    assert words in web.cli("status").out


def test_a_version_that_fell_forward_is_a_warning_with_its_remedy(web, store):
    store.fault("fall_forward", version="2026-10", times=-1)
    name = store.place()
    with web.daemon() as daemon:
        wait_until(lambda: web.standing(name) == ("imported", None), "orders come in all the same")
        said = daemon.wait_log("2026-10", "api_version")
        assert len(said) == 1
        check = web.cli("check", expect=None).out
        assert "warning" in check and "2026-10" in check and "api_version" in check
        assert "2026-10" in web.cli("status").out and "api_version" in web.cli("status").out


def test_client_credentials_are_renewed_when_the_token_ends(box, store):
    """The token ends within the run: a 401 is answered by one forced renewal, and a second one by a pause."""
    store.simulator.post("oauth", shop=store.name, expires_in=1)
    secret = box.folder / "secret.token"
    box.write_secret(secret, store.facts["clientSecret"])
    box.channel("web", store, access_token_file=None, client_id=store.facts["clientId"],
                client_secret_file=str(secret))
    box.secrets.add(store.facts["clientSecret"])
    first = store.place()
    with box.daemon() as daemon:
        wait_until(lambda: box.standing(first), "the first poll")
        second = store.place()
        wait_until(lambda: box.standing(second), "a poll with a new token", deadline=10)
        assert not daemon.lines(" error ") and not daemon.lines("paused")
        store.simulator.post("oauth", shop=store.name, installed=False)
        daemon.wait_log("paused", deadline=15)
        assert store.ledger()["requests"] < 40
        assert box.status()["remedy"]


def test_what_kept_a_new_shop_from_its_first_answer_is_shown_after_one_cycle(web, store):
    mend = token_revoked(store)
    result = web.once(expect=77)
    assert "token" in result.err
    status = web.status()
    assert status["paused"] and status["error_code"] == "token_refused" and status["error_since"]
    text = web.cli("status").out
    assert "PAUSED: token refused (401)" in text and "kccsyncd setup web" in text and "CHANNEL" not in text.split("\n", 1)[1]
    mend()
    web.once()
    assert web.status()["last_error"] is None


def test_a_scope_that_is_taken_away_is_missing_wherever_it_is_told(web, store):
    store.place()
    with web.daemon() as daemon:
        wait_until(lambda: web.status()["last_poll_at"], "the first poll")
        store.scopes(without=["read_orders", "read_all_orders", "read_customers"])
        store.place()
        daemon.wait_log("paused")
        status = web.status()
        assert "read_orders" in status["last_error"] and "is missing" in status["last_error"], status["last_error"]
        assert any("read_customers is missing" in warning for warning in status["warnings"]), status["warnings"]
        assert "read_orders" in web.cli("check", expect=77).out
        assert not daemon.lines("although it has")
