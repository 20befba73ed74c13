"""`setup` without a terminal: everything by options, a secret from a file or a pipe."""

import os
import stat
import subprocess

import pytest

from desk import given, wrong
from harness import BINARY, free_port


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
    assert said.count("scope write_inventory is missing: stock levels are held back") == 1


def test_a_broken_file_stays_as_it_is(desk, store):
    streams, options = given(desk, store)
    for text, words in (("[channels.web\n", "no valid TOML"), ("[nonsense]\n", "nonsense: unknown key"),
                        ('[channels.pos]\nshop_url = "mystore"\n', 'channels.pos.shop_url: expected the shop\'s address')):
        desk.begin(text)
        before = desk.config.read_bytes()
        result = desk.setup("web", *options, **streams, expect=78)
        assert words in result.err and "nothing was written" in result.err
        assert desk.untouched and desk.config.read_bytes() == before
