"""`setup` of a channel that is there: its secret renewed or mended, and what contradicts the file refused."""

import shutil

import pytest

from desk import given, wrong
from waiting import wait_until


@pytest.fixture
def outlet(desk, store):
    streams, options = given(desk, store)
    desk.setup("outlet", *options, **streams)
    return desk


def revoked(desk, store):
    """The old token is valid no more; the new one."""
    store.simulator.post("tokens/revoke", shop=store.name)
    token = store.token + "new"
    desk.secrets.add(token)
    store.simulator.post("tokens", shop=store.name, token=token)
    return token


def test_a_revoked_token_is_replaced_as_status_says(outlet, store):
    order = store.place()
    with outlet.daemon():
        wait_until(lambda: order in outlet.orders(), "it polls")
        token = revoked(outlet, store)
        wait_until(lambda: outlet.status("outlet")["paused"], "it is paused")
        assert "run kccsyncd setup outlet" in outlet.cli("status").out
        assert "run kccsyncd setup outlet" in outlet.cli("check", expect=77).out
        before = outlet.config.read_bytes()
        outlet.setup("outlet", "--token-file", "-", told=wrong(outlet), expect=77)
        assert outlet.stored("outlet") == store.token + "\n", "a refused token replaces nothing"
        said = outlet.setup("outlet", "--token-file", "-", told=token).out
        assert f"stored: {outlet.credentials}/outlet" in said
        assert "next: restart the daemon; it has its credentials from its start\n" in said
    assert outlet.stored("outlet") == token + "\n" and outlet.config.read_bytes() == before
    later = store.place()
    outlet.once()
    assert outlet.standing(later) == ("imported", None)


def test_a_renewal_asks_for_nothing_but_the_secret(outlet, store):
    token = revoked(outlet, store)
    with outlet.dialogue("outlet") as talk:
        talk.expect(f"outlet is in {outlet.config}. Its secret is replaced when Shopify has accepted the new one.")
        talk.answer_hidden("Access token", token)
        assert talk.end() == 0, talk.screen
        assert "address" not in talk.screen.replace("addresses", "")


def test_a_credential_that_is_missing_or_spoilt_is_mended(outlet, store):
    for spoil in (lambda path: path.unlink(), lambda path: path.write_text("two\nlines\n"), lambda path: path.chmod(0o644)):
        spoil(outlet.credentials / "outlet")
        outlet.setup("outlet", "--token-file", "-", told=store.token)
        assert outlet.stored("outlet") == store.token + "\n"


def test_options_that_contradict_the_file(outlet, store, new_store):
    lines = outlet.config.read_text().splitlines()
    def line(key):
        return 1 + next(number for number, text in enumerate(lines) if text.startswith(key))
    for options, words in (
        (("--url", new_store().url), f"--url: channels.outlet has shop_url = \"{store.url}\", line {line('shop_url')} of"),
        (("--client-id", "a"), f"--client-id: channels.outlet has access_token_credential, an access token, line {line('access')} of"),
        (("--location", store.location(1)), f"--location: channels.outlet has channel_location = "),
        (("--location", "none"), "--location: channels.outlet has channel_location = "),
    ):
        more = ("--token-file", "-") if options[0] != "--client-id" else ()
        result = outlet.setup("outlet", *options, *more, told=store.token, expect=64)
        assert words in result.err and "change it there, or leave the option out" in result.err
    assert outlet.config.read_text().splitlines() == lines


def test_channels_of_one_shop_share_one_credential(outlet, store):
    streams, options = given(outlet, store)
    outlet.config.write_text(outlet.config.read_text() + 'order_poll_interval = "30s"\n')
    outlet.setup("pos", *options[:-1], store.location(1), **streams)
    text = outlet.config.read_text()
    assert text.count('access_token_credential = "outlet"') == 2 and text.count('order_poll_interval = "30s"') == 2
    assert outlet.stored("pos") is None
    result = outlet.setup("third", *options[:2], "--client-id", "a", "--location", "none", expect=64)
    assert "--client-id: channels.outlet, which is of the same shop, has access_token_credential" in result.err
    # Two that were set up by hand have two credentials: both get the new secret, or the file would be refused.
    own = outlet.credentials / "own"
    outlet.write_secret(own, store.token)
    at = text.rindex('"outlet"')
    outlet.config.write_text(text[:at] + '"own"' + text[at + len('"outlet"'):])
    token = revoked(outlet, store)
    outlet.setup("pos", "--token-file", "-", told=token)
    assert outlet.stored("own") == outlet.stored("outlet") == token + "\n"
    assert outlet.once().code == 0


def test_a_secret_that_is_kept_in_another_way_is_stored_and_the_line_named(desk, store):
    desk.channel("web", store)
    line = 1 + next(number for number, text in enumerate(desk.config.read_text().splitlines())
                    if text.startswith("access_token_file"))
    before = desk.config.read_bytes()
    said = desk.setup("web", "--token-file", "-", told=store.token).out
    assert f'next: put access_token_credential = "web" in place of access_token_file in line {line} of {desk.config}' in said
    assert desk.stored("web") == store.token + "\n" and desk.config.read_bytes() == before


def test_a_name_that_is_another_credential_is_refused(desk, store, new_store):
    streams, options = given(desk, store)
    desk.setup("web", *options, **streams)
    text = desk.config.read_text()
    desk.config.write_text(text.replace('access_token_credential = "web"', 'access_token_credential = "shared"'))
    shutil.move(desk.credentials / "web", desk.credentials / "shared")
    streams, options = given(desk, new_store())
    result = desk.setup("shared", *options, **streams, expect=78)
    assert f'shared: channels.web.access_token_credential in {desk.config} names the credential "shared" already' in result.err
