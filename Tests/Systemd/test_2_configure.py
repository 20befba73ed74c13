"""From an installed package to orders in the database, and what an administrator sees of it."""

import re

from shop import CONFIGURATION, QUICK, orders, wait_order
from waiting import wait_until


def test_setup_connects_the_shop(machine, store):
    """Without a terminal: the address, and the token on standard input; neither is echoed."""
    done = machine.kccsyncd("setup", "web", "--url", store.url, "--token-file", "-", "--location", store.location(0),
                            stdin=store.token + "\n")
    assert store.token not in done.said
    assert "[channels.web]" in machine.path(CONFIGURATION).read_text()
    assert machine.mode("/etc/kccsyncd/credentials/web") == "600 root:root"
    assert machine.mode(CONFIGURATION) == "640 root:kccsyncd"
    machine.kccsyncd("check-config")


def test_it_starts_and_is_ready(machine, store):
    first = store.place()
    machine.write("/etc/systemd/system/kccsyncd.service.d/test.conf", QUICK)
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "start", "kccsyncd.service")
    assert machine.state() == "active"
    wait_order(machine, first)
    assert [row["name"] for row in machine.query('SELECT name FROM "order"')] == [first]


def test_systemctl_status_has_one_line_that_says_how_it_is(machine):
    status = wait_until(lambda: machine.property("kccsyncd.service", "StatusText"), "a status text")
    assert status.startswith("1 channel")
    shown = machine.run("systemctl", "status", "--no-pager", "kccsyncd.service").out
    assert "Active: active (running)" in shown and f'Status: "{machine.property("kccsyncd.service", "StatusText")}"' in shown


def test_the_files_of_the_service_are_its_own(machine):
    assert machine.mode("/var/lib/kccsyncd") == "700 kccsyncd:kccsyncd"
    assert machine.mode("/var/lib/kccsyncd/kccsyncd.sqlite") == "600 kccsyncd:kccsyncd"
    assert machine.mode("/run/kccsyncd/control.sock") == "660 kccsyncd:kccsyncd"


def test_the_process_shows_no_secret_and_leaves_no_core(machine, store):
    pid = machine.pid()
    shown = machine.run("sh", "-c", f"tr '\\0' '\\n' < /proc/{pid}/cmdline; tr '\\0' '\\n' < /proc/{pid}/environ").out
    assert "run" in shown and store.token not in shown
    core, = [line.split() for line in machine.run("cat", f"/proc/{pid}/limits").out.splitlines() if "core file" in line]
    assert core[4:6] == ["0", "0"]


def test_the_journal_has_fields_to_ask_for(machine, store):
    """One entry for what happened, with a message id and the channel's name; the token in none."""
    entries = machine.journal("--unit", "kccsyncd", "KCC_CHANNEL=web", "MESSAGE_ID=16fb4a0bd3cd4e8482c5e6275f9b3a68")
    assert len(entries) == 1 and entries[0]["PRIORITY"] == "6" and entries[0]["SYSLOG_IDENTIFIER"] == "kccsyncd"
    assert entries[0]["_SYSTEMD_UNIT"] == "kccsyncd.service"
    ready = machine.journal("--unit", "kccsyncd", "MESSAGE_ID=449b89f16208453b8b0c78f01a58c29f")
    assert len(ready) == 1
    assert store.token not in machine.run("journalctl", "--no-pager", "--output=export").out


def test_the_journal_explains_itself(machine):
    """journalctl -x shows the catalog's text below the entry."""
    shown = machine.run("journalctl", "-x", "--no-pager", "--unit=kccsyncd", "MESSAGE_ID=449b89f16208453b8b0c78f01a58c29f").out
    assert re.search(r"^░░ Subject: ", shown, re.M), shown
    assert re.search(r"^░░ Defined-By: kccsyncd", shown, re.M), shown


def test_a_good_configuration_is_taken_by_reload(machine, store):
    text = machine.path(CONFIGURATION).read_text()
    pid = machine.pid()
    machine.write(CONFIGURATION, text.replace("[channels.web]\n", '[channels.web]\nmissing_sku = "MISC"\n'), 0o640, "kccsyncd")
    machine.run("systemctl", "reload", "kccsyncd.service")
    assert (machine.state(), machine.pid()) == ("active", pid)
    machine.wait_message("changed configuration")


def test_a_bad_configuration_is_refused_by_reload_and_the_old_one_stays(machine, store):
    """The reload fails, the journal says why with the line, and orders come in as before."""
    text = machine.path(CONFIGURATION).read_text()
    pid = machine.pid()
    machine.write(CONFIGURATION, text + "nonsense = 1\n", 0o640, "kccsyncd")
    machine.run("systemctl", "reload", "kccsyncd.service", expect=1)
    machine.wait_message("nonsense: unknown key")
    machine.write(CONFIGURATION, text, 0o640, "kccsyncd")
    assert (machine.state(), machine.pid()) == ("active", pid)
    wait_order(machine, store.place())


def test_a_file_in_the_inbox_is_taken_in(machine, store):
    """What the hardened unit may write besides its own folders."""
    text = machine.path(CONFIGURATION).read_text()
    machine.write(CONFIGURATION, '[daemon]\ninbox = "/var/spool/kccsyncd/inbox"\n\n' + text, 0o640, "kccsyncd")
    machine.run("systemctl", "reload", "kccsyncd.service")
    machine.write("/var/spool/kccsyncd/inbox/levels.csv", "STOCK_CODE,STOCK_LEVEL\nTEA-250,5\n", 0o660, "kccsyncd")
    wait_until(lambda: machine.path("/var/spool/kccsyncd/inbox/done/levels.csv").exists(), "the file is in done")
    assert machine.mode("/var/spool/kccsyncd/inbox/done").endswith(" kccsyncd:kccsyncd")


def test_a_member_of_the_group_may_use_the_daemon_and_others_may_not(machine):
    machine.run("useradd", "--groups", "kccsyncd", "ada")
    machine.run("useradd", "bob")
    assert "web" in machine.run("kccsyncd", "status", user="ada").out
    machine.run("runuser", "-u", "bob", "--", "sh", "-c", "! kccsyncd status && ! cat /etc/kccsyncd/kccsyncd.toml")


def test_reading_as_root_leaves_no_files_of_roots(machine):
    machine.kccsyncd("orders", "list")
    assert machine.run("find", "/var/lib/kccsyncd", "!", "-user", "kccsyncd").out == ""
    assert orders(machine)
