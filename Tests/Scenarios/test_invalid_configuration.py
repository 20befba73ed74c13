"""What commands do while the configuration file is invalid: whatever needs only the store or the daemon goes on."""

import pytest

DAEMON = "the running daemon's settings are used; see: kccsyncd check-config"


def broken(box, how):
    """Makes the file invalid in one of the ways in which that happens."""
    text = box.config.read_text()
    box.config.write_text({
        "unknown key": text.replace("[channels.", "[channels.web2]\nshop_ulr = 1\n[channels.", 1),
        "wrong value": text + "\n[channels.other]\nshop_url = \"ftp://x\"\n",
        "no TOML": text + "\n[channels.other\n",
        "no TOML at the top": "= 5\n" + text,
    }[how])


@pytest.fixture
def filled(web, store):
    web.adjust(channel_location="Main Warehouse")
    store.stock(TEA=10)
    name = store.place(lines=[{"sku": "TEA", "quantity": 1}])
    web.once()
    web.cli("stock", "set", "web", "TEA", "20")
    return web, name


WAYS = ["unknown key", "wrong value", "no TOML", "no TOML at the top"]


@pytest.mark.parametrize("how", WAYS)
def test_with_a_daemon_every_command_uses_its_settings(filled, how):
    shop, name = filled
    with shop.daemon():
        broken(shop, how)
        shop.cli("check-config", expect=78)
        for command in (("orders", "list"), ("orders", "show", name), ("orders", "explain", name), ("stock", "list"),
                        ("stock", "explain", "web", "TEA"), ("status",), ("queue", "list"), ("shipments", "list"),
                        ("customers", "list"), ("channels", "list"), ("locations", "web"), ("stock", "set", "web", "TEA", "21"),
                        ("stock", "retry"), ("orders", "ack", name), ("db", "check")):
            result = shop.cli(*command)
            assert result.err.count("warning: ") == 1 and "invalid (" in result.err, f"{command}: {result!r}"
            if command[0] != "db":
                assert DAEMON in result.err, f"{command}: {result!r}"
        assert "web" in shop.cli("status").out and "web" in shop.cli("channels", "list").out
        shop.cli("orders", "show", "no-such-order", expect=64)
        shop.cli("reload", expect=78)
        # Only with the file as it was the daemon reloads, and its watchers say nothing of a fault.
        shop.write()
        shop.cli("reload")
        assert "invalid" not in shop.cli("orders", "list").err


@pytest.mark.parametrize("how", WAYS)
def test_without_a_daemon_the_store_is_read(filled, how, tmp_path):
    shop, name = filled
    broken(shop, how)
    for command, words in ((("orders", "list"), name), (("orders", "show", name), name), (("stock", "list"), "TEA"),
                           (("status",), "no daemon runs"), (("queue", "list"), ""), (("shipments", "list"), ""),
                           (("customers", "list"), ""), (("db", "check"), "ok"),
                           (("db", "backup", tmp_path / "copy.sqlite"), "backup made")):
        result = shop.cli(*command)
        assert words in result.out
        assert result.err.count("warning: ") == 1
        assert f"{shop.database} is read without the settings of channels; see: kccsyncd check-config" in result.err
        assert "not in the configuration" not in result.out + result.err, "nobody knows which channels there are"
    for command in (("orders", "explain", name), ("stock", "explain", "web", "TEA"), ("channels", "list"),
                    ("stock", "set", "web", "TEA", "5"), ("orders", "ack", name), ("run", "--once"), ("check",)):
        assert "problem" in shop.cli(*command, expect=78).err
    assert [each["level"] for each in shop.json("stock", "list")] == ["20"]


def test_a_file_that_is_not_there_is_no_invalid_one(filled):
    shop, _ = filled
    with shop.daemon():
        shop.config.rename(shop.config.with_suffix(".away"))
        assert "no such file" in shop.cli("orders", "list", expect=78).err
        shop.write()
        shop.config.chmod(0o666)
        assert "others cannot change" in shop.cli("orders", "list", expect=78).err
        shop.config.chmod(0o600)
