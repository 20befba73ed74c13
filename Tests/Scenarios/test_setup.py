"""`setup` at a terminal: a channel is asked for, tried against Shopify, and only then stored."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest

from desk import wrong
from harness import BINARY


def test_a_dialogue_makes_a_channel_that_works(desk, store):
    desk.secrets.add(store.token)
    order = store.place()
    with desk.dialogue("outlet") as talk:
        talk.answer("address", f"{store.domain}")
        talk.expect('expected the shop\'s address, such as "https://mystore.myshopify.com", found "')
        talk.answer("address", store.url)
        talk.answer('"token", or a "client"', "both")
        talk.expect('expected token or client, found "both"')
        talk.answer("[token]", "")
        talk.answer_hidden("Access token (not shown)", wrong(desk))
        talk.expect("FAILED   token refused (401)")
        talk.expect("Shopify refuses that one")
        assert desk.untouched
        talk.answer_hidden("Access token (not shown)", "shpss_" + wrong(desk, "m1xedup"))
        talk.expect("expected an access token, found a client secret (shpss_…)")
        talk.expect("Access token (not shown)")
        for place in ("cmdline", "environ"):
            assert store.token.encode() not in Path(f"/proc/{talk.process.pid}/{place}").read_bytes()
        talk.type(store.token)
        talk.expect("ok       token accepted")
        talk.expect(f"1  {store.location(1)}")
        talk.answer("[none]", "the moon")
        talk.expect(f"expected one of the shop's active locations, {store.location(1)}")
        talk.answer("[none]", store.location(0))
        assert talk.end() == 0, talk.screen
        assert talk.shows_typing
        assert f"stored: {desk.credentials}/outlet, mode 0600\nadded: [channels.outlet] to {desk.config}" in talk.screen
        assert f"next: kccsyncd run --config {desk.config}\n" in talk.screen
    assert desk.stored("outlet") == store.token + "\n"
    assert f"# {store.location(0)}: where its stock levels go.\n" in desk.config.read_text()
    check = desk.cli("check", "outlet").out
    assert "1 channel checked: ok\n" in check and f"location {store.location(0)}" in check
    desk.once()
    assert desk.standing(order) == ("imported", None)


def test_the_address_is_mended_and_that_is_said(desk, store):
    """The check that follows cannot reach a shop of Shopify's own: what was made of the address is the point."""
    for text in ("mystore", "mystore.myshopify.com", "http://mystore.myshopify.com/admin",
                 "https://admin.shopify.com/store/MyStore/settings"):
        result = desk.setup("web", "--url", text, "--token-file", "/nonexistent", "--location", "none", expect=64)
        assert result.err.splitlines()[0] == "  taken as https://mystore.myshopify.com"


def test_a_client_id_and_secret(desk, store):
    secret = store.facts["clientSecret"]
    desk.secrets.add(secret)
    with desk.dialogue("web") as talk:
        talk.answer("address", store.url)
        talk.answer("[token]", "client")
        talk.answer("Client id", "not the id")
        talk.expect('expected the app\'s client id, without spaces, found "not the id"')
        talk.answer("[token]", "client")
        talk.answer("Client id", "wrong-id")
        talk.answer_hidden("Client secret", wrong(desk))
        talk.expect("expected a client secret, found an access token (shpat_…)")
        talk.answer_hidden("Client secret", wrong(desk, "shpss_wr0ngc4nary"))
        talk.expect("client id and secret rejected (invalid_client)")
        talk.answer("[token]", "client")
        talk.answer("Client id", store.facts["clientId"])
        talk.answer_hidden("Client secret", secret)
        talk.answer("[none]", "")
        assert talk.end() == 0, talk.screen
    assert desk.stored("web") == secret + "\n"
    assert f'client_id = "{store.facts["clientId"]}"\n' in desk.config.read_text()
    assert "channel_location" not in desk.config.read_text()
    assert desk.once().code == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT], ids=lambda each: each.name)
def test_ended_in_the_middle_of_a_secret(desk, store, number):
    """The terminal shows again what is typed, and nothing was written."""
    before = desk.config.read_bytes()
    with desk.dialogue("web", "--url", store.url) as talk:
        talk.answer("[token]", "")
        talk.expect("Access token (not shown)")
        assert not talk.shows_typing
        if number == signal.SIGINT:
            talk.press(b"\x03")
        else:
            talk.process.send_signal(number)
        assert talk.end() == 128 + number
        assert talk.shows_typing
        assert "interrupted; nothing was written" in talk.screen
    assert desk.untouched and desk.config.read_bytes() == before


def test_ended_at_another_question(desk):
    with desk.dialogue("web") as talk:
        talk.expect("address")
        talk.press(b"\x03")
        assert talk.end() == 130
    with desk.dialogue("web") as talk:
        talk.expect("address")
        talk.press(b"\x04")
        assert talk.end() == 64
        assert "the questions were not answered; nothing was written" in talk.screen
    assert desk.untouched


def test_standard_input_that_is_a_terminal_is_not_shown_either(desk, store):
    desk.secrets.add(store.token)
    with desk.dialogue("web", "--url", store.url, "--token-file", "-", "--location", "none") as talk:
        talk.answer_hidden("Access token (not shown)", store.token)
        assert talk.end() == 0, talk.screen


def test_a_shop_that_shopify_does_not_know_is_asked_for_again(desk, store):
    desk.secrets.add(store.token)
    with desk.dialogue("web", "--location", "none") as talk:
        talk.answer("address", store.url.replace(store.name, "nosuchshop"))
        talk.answer("[token]", "")
        talk.answer_hidden("Access token", wrong(desk))
        talk.expect("Shopify does not know the shop (404)")
        talk.answer("address", store.url)
        talk.answer("[token]", "")
        talk.answer_hidden("Access token", store.token)
        assert talk.end() == 0, talk.screen


def test_a_file_that_somebody_else_changes_meanwhile_is_left_to_them(desk, store):
    desk.secrets.add(store.token)
    with desk.dialogue("web", "--url", store.url) as talk:
        talk.answer("[token]", "")
        talk.answer_hidden("Access token", store.token)
        talk.expect("[none]")
        desk.begin("# changed\n")
        talk.type("none")
        assert talk.end() == 75
        assert f"{desk.config}: was changed while this ran; nothing was written: run it again" in talk.screen
    assert desk.untouched and desk.config.read_text().endswith("# changed\n")




# -- whose files they are

@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who is not")
def test_somebody_who_may_not_write_is_told_so_before_any_question(store):
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        command = [shutil.copy(BINARY, folder), "setup", "web", "--config", f"{folder}/kccsyncd.toml", "--credentials",
                   f"{folder}/credentials"]
        done = subprocess.run(command, capture_output=True, text=True, user=65534, cwd="/", check=False)
        assert (done.returncode, done.stderr) == (
            77, f"{folder}/credentials: cannot be written: permission denied; run this as root\n")


# A machine's own folders, seen by one process and what it starts only.
OWN_MACHINE = """
set -e
mount --make-rprivate /
cp -a /etc "$1/etc" && mkdir -p "$1/lib" "$1/run"
mount --bind "$1/etc" /etc && mount --bind "$1/lib" /var/lib && mount --bind "$1/run" /run
rm -rf /etc/kccsyncd && mkdir -p /var/lib/kccsyncd-acme /run/kccsyncd-acme
shift
groupadd -f kccsyncd
exec "$@"
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can put other folders in place of /etc and /var/lib")
def test_an_instance_has_places_of_its_own(tmp_path, store):
    order = store.place()
    script = f"""
        set -e
        {BINARY} setup web --instance acme --url {store.url} --token-file - --location none
        {BINARY} check-config --instance acme
        {BINARY} run --once --config /etc/kccsyncd/acme/kccsyncd.toml
        {BINARY} orders list --instance acme
        stat -c '%a %U:%G %n' /etc/kccsyncd /etc/kccsyncd/acme /etc/kccsyncd/acme/* /etc/kccsyncd/acme/credentials/web \
            /var/lib/kccsyncd-acme/kccsyncd.sqlite
    """
    done = subprocess.run(["unshare", "--mount", "sh", "-c", OWN_MACHINE, "sh", tmp_path, "sh", "-c", script],
                          capture_output=True, text=True, input=store.token, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert store.token not in done.stdout + done.stderr
    assert "next: systemctl enable --now kccsyncd@acme\n" in done.stdout
    assert order in done.stdout
    assert done.stdout.splitlines()[-6:] == [
        "750 root:kccsyncd /etc/kccsyncd", "750 root:kccsyncd /etc/kccsyncd/acme", "700 root:root /etc/kccsyncd/acme/credentials",
        "640 root:kccsyncd /etc/kccsyncd/acme/kccsyncd.toml", "600 root:root /etc/kccsyncd/acme/credentials/web",
        "600 root:root /var/lib/kccsyncd-acme/kccsyncd.sqlite"]
