"""`setup`: a channel asked for at a terminal or given by options, tried against Shopify, and only then stored."""

import contextlib
import os
import shutil
import signal
import stat
import subprocess
import tempfile
from pathlib import Path

import pytest

from dialogue import Dialogue
from harness import BINARY, Box, free_port
from inspection import nothing_leaked
from stores import Store
from waiting import wait_until


class Desk(Box):
    """A box whose configuration `setup` writes, with a folder of credentials beside it."""

    def __init__(self, folder):
        super().__init__(folder)
        self.credentials = self.folder.parent / "credentials"
        # Commands and daemons read them as systemd would hand them over.
        self.environment = {"CREDENTIALS_DIRECTORY": str(self.credentials)}

    def begin(self, text="", end="\n"):
        """A file that has no channel yet."""
        lines = [f'[daemon] # ours{end}', f'database = "{self.database}"{end}',
                 f'control_socket = "{self.folder}/control.sock"{end}', text]
        self.config.write_text("".join(lines), encoding="utf-8", newline="")
        self.config.chmod(0o640)

    def setup(self, *arguments, told=None, expect=0):
        return self.cli("setup", *arguments, "--credentials", self.credentials, told=told, expect=expect)

    @contextlib.contextmanager
    def dialogue(self, *arguments):
        with Dialogue([BINARY, "setup", *arguments, "--config", self.config, "--credentials", self.credentials],
                      cwd=self.folder, env={**os.environ, "TZ": "Europe/London"}) as talk:
            yield talk
            talk.end()
            for secret in self.secrets:
                assert secret not in talk.screen, "the terminal showed a secret"

    def stored(self, name):
        """A credential's content; None where there is none. Its mode is looked at, too."""
        path = self.credentials / name
        if not path.exists():
            return None
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(self.credentials.stat().st_mode) == 0o700
        return path.read_text()

    @property
    def untouched(self):
        """Whether nothing at all was stored."""
        return not self.credentials.exists() or not list(self.credentials.iterdir())


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path / "kcc")
    desk.begin()
    yield desk
    nothing_leaked(desk)


def wrong(desk, text="shpat_wr0ngc4nary"):
    desk.secrets.add(text)
    return text


def given(desk, store):
    """The options that answer everything, with the token on standard input."""
    desk.secrets.add(store.token)
    return {"told": store.token + "\n"}, ("--url", store.url, "--token-file", "-", "--location", store.location(0))


# -- at a terminal

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
    assert "1 of 1 channel can work; nothing to mend." in check and f"location {store.location(0)}" in check
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
        talk.expect("client id and secret refused (invalid_client)")
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


# -- without a terminal

def test_by_options_alone(desk, store):
    streams, options = given(desk, store)
    before = desk.config.read_bytes()
    said = desk.setup("web", *options, **streams).out
    assert "token accepted" in said and "Locations" not in said
    after = desk.config.read_bytes()
    assert after.startswith(before + b"\n[channels.web]\n")
    assert stat.S_IMODE(desk.config.stat().st_mode) == 0o640
    assert desk.stored("web") == store.token + "\n"
    assert desk.setup("web", *options, **streams).out.count("added") == 0, "the same again changes nothing"
    assert desk.config.read_bytes() == after
    assert not [path for path in [*desk.folder.iterdir(), *desk.credentials.iterdir()] if path.name.startswith(".")]


def test_a_secret_in_a_file_or_out_of_a_pipe(desk, store):
    desk.secrets.add(store.token)
    file = desk.folder / "given.token"
    desk.write_secret(file, store.token)
    reader, writer = os.pipe()
    os.write(writer, store.token.encode())
    os.close(writer)
    desk.setup("web", "--url", store.url, "--token-file", file, "--location", "none")
    done = subprocess.run([BINARY, "setup", "web", "--token-file", f"/dev/fd/{reader}", "--config", desk.config, "--credentials",
                           desk.credentials], capture_output=True, text=True, stdin=subprocess.DEVNULL, pass_fds=[reader],
                          check=False)
    os.close(reader)
    assert done.returncode == 0, done.stderr
    assert desk.stored("web") == store.token + "\n"


@pytest.mark.parametrize("options, missing", [
    ((), "--url"),
    (("--url", "http://127.0.0.1:9"), "--location"),
    (("--url", "http://127.0.0.1:9", "--location", "none"), "--token-file, or --client-id,"),
    (("--url", "http://127.0.0.1:9", "--location", "none", "--client-id", "a"), "--client-secret-file"),
    (("--url", "http://127.0.0.1:9", "--location", "none", "--client-secret-file", "a"), "--client-id"),
])
def test_an_option_that_is_missing_is_named(desk, options, missing):
    result = desk.setup("web", *options, expect=64)
    assert result.err == f"{missing} is missing: without a terminal there is nobody to ask\n"
    assert desk.untouched


@pytest.mark.parametrize("arguments, words", [
    (("Web!",), 'expected a channel\'s name of 1 to 32 lower-case letters, digits, "_" and "-", beginning with a letter or digit, found "Web!"'),
    (("web", "--token-file", "a", "--client-id", "b"), "--token-file and --client-id: give one of them"),
    (("web", "--instance", "acme"), "--config and --instance: give one of them"),
    (("web", "--url", "https://www.example.com", "--location", "none"),
     '--url: expected the shop\'s address, such as "https://mystore.myshopify.com", found "https://www.example.com"; '
     "take the myshopify.com address from the Shopify admin, Settings, Domains"),
    (("web", "--url", "mystore", "--location", "none", "--client-id", "a b"),
     '--client-id: expected the app\'s client id, without spaces, found "a b"'),
    (("web", "--url", "mystore", "--location", "none", "--token-file", "/nonexistent"),
     '--token-file: "/nonexistent" cannot be read: no such file'),
    (("web", "--url", "mystore", "--location", "none", "--token-file", "-"),
     "--token-file: expected a secret on one line, without spaces, found nothing in it"),
])
def test_wrong_use(desk, arguments, words):
    result = desk.setup(*arguments, expect=64)
    assert words in result.err
    assert desk.untouched


def test_a_location_that_is_not_there(desk, store):
    streams, options = given(desk, store)
    result = desk.setup("web", *options[:-1], "The Moon", **streams, expect=64)
    assert result.err.startswith("--location: expected one of the shop's active locations, ")
    assert store.location(0) in result.err and result.err.endswith(' or none, found "The Moon"\n')
    assert desk.untouched


def test_refused_unreachable_and_unknown_shops_write_nothing(desk, store):
    before = desk.config.read_bytes()
    streams, options = given(desk, store)
    refused = desk.setup("web", *options, told=wrong(desk), expect=77)
    assert "FAILED   token refused (401)" in refused.out and refused.err == "web: nothing was written\n"
    options = list(options)
    options[1] = f"http://127.0.0.1:{free_port()}"
    assert "FAILED" in desk.setup("web", *options, **streams, expect=69).out
    options[1] = store.url.replace(store.name, "nosuchshop")
    assert "does not know the shop" in desk.setup("web", *options, **streams, expect=69).out
    store.scopes(without=["read_orders", "read_all_orders"])
    options[1] = store.url
    assert "scope read_orders is missing" in desk.setup("web", *options, **streams, expect=77).out
    store.fault("status", status=402, times=-1)
    assert "frozen" in desk.setup("web", *options, **streams, expect=77).out
    assert desk.untouched and desk.config.read_bytes() == before


def test_what_a_location_needs_is_warned_of(desk, store):
    store.scopes(without=["write_inventory"])
    streams, options = given(desk, store)
    said = desk.setup("web", *options, **streams).out
    assert said.count("scope write_inventory is missing: stock levels wait") == 1


def test_a_broken_file_stays_as_it_is(desk, store):
    streams, options = given(desk, store)
    for text, words in (("[channels.web\n", "no valid TOML"), ("[nonsense]\n", "nonsense: unknown key"),
                        ('[channels.pos]\nshop_url = "mystore"\n', 'channels.pos.shop_url: expected the shop\'s address')):
        desk.begin(text)
        before = desk.config.read_bytes()
        result = desk.setup("web", *options, **streams, expect=78)
        assert words in result.err and "nothing was written" in result.err
        assert desk.untouched and desk.config.read_bytes() == before


# -- a channel that is there

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
