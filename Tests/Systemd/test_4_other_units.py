"""The nightly backup, the socket for the KCC link, and a second merchant's instance."""

import re

from shop import CONFIGURATION, channel, orders, wait_order
from waiting import wait_until

BACKUPS = "/var/lib/kccsyncd/backups"


def backups(machine, folder=BACKUPS):
    return sorted(path.name for path in machine.path(folder).glob("*"))


def test_the_timer_is_set_for_the_night(machine):
    assert machine.run("systemctl", "is-enabled", "kccsyncd-backup.timer").out.strip() == "enabled"
    assert machine.state("kccsyncd-backup.timer") == "active"
    assert machine.property("kccsyncd-backup.timer", "NextElapseUSecRealtime")


def test_a_copy_can_be_made_there_before_the_first_night(machine):
    machine.run("kccsyncd", "db", "backup", f"{BACKUPS}/by-hand.sqlite")
    assert machine.mode(f"{BACKUPS}/by-hand.sqlite") == "600 kccsyncd:kccsyncd"
    machine.run("rm", f"{BACKUPS}/by-hand.sqlite")


def test_a_backup_is_a_whole_order_store_of_its_own(machine):
    machine.run("systemctl", "start", "kccsyncd-backup.service")
    assert machine.property("kccsyncd-backup.service", "Result") == "success"
    [name] = backups(machine)
    assert re.fullmatch(r"kccsyncd-\d{4}-\d\d-\d\dT\d{6}Z\.sqlite", name)
    assert machine.mode(BACKUPS) == "700 kccsyncd:kccsyncd" and machine.mode(f"{BACKUPS}/{name}") == "600 kccsyncd:kccsyncd"
    # Immutable: looking leaves nothing beside it.
    count = machine.run("sqlite3", f"file:{BACKUPS}/{name}?immutable=1", 'SELECT count(*) FROM "order"', user="kccsyncd").out
    assert int(count) == len(orders(machine)) > 0


def test_seven_backups_are_kept_and_other_files_left_alone(machine):
    for day in range(1, 10):
        machine.run("touch", f"{BACKUPS}/kccsyncd-2020-01-0{day}T020000Z.sqlite", user="kccsyncd")
    machine.run("touch", f"{BACKUPS}/before-the-move.sqlite", user="kccsyncd")
    [newest] = [name for name in backups(machine) if not name.startswith(("kccsyncd-2020", "before"))]
    wait_until(lambda: machine.run("date", "-u", "+%Y-%m-%dT%H%M%SZ").out.strip() not in newest, "the next second")
    machine.run("systemctl", "start", "kccsyncd-backup.service")
    left = backups(machine)
    assert left[0] == "before-the-move.sqlite" and newest in left and len(left) == 8
    assert left[1:6] == [f"kccsyncd-2020-01-0{day}T020000Z.sqlite" for day in range(5, 10)]


def test_a_failed_backup_is_seen_and_removes_none(machine):
    before = backups(machine)
    machine.run("mv", "/usr/bin/kccsyncd", "/usr/bin/kccsyncd.away")
    machine.run("systemctl", "start", "kccsyncd-backup.service", expect=1)
    machine.run("mv", "/usr/bin/kccsyncd.away", "/usr/bin/kccsyncd")
    assert machine.state("kccsyncd-backup.service") == "failed"
    assert backups(machine) == before
    machine.run("systemctl", "reset-failed", "kccsyncd-backup.service")


def test_systemd_holds_the_socket_of_the_link(machine):
    """A call that comes while the daemon is down waits for it."""
    text = machine.path(CONFIGURATION).read_text()
    link = """
[channels.web.kcc]
username = "khaos"
password_credential = "web-kcc"
company_class = "Web"
sales_source = "WEB"
site = "MAIN"

[sites]
MAIN = 1

[kcc]
listen = "systemd"
public_url = "https://sync.example.com/kcc"
"""
    machine.write("/etc/kccsyncd/credentials/web-kcc", "correct-horse-battery\n", 0o600)
    machine.write(CONFIGURATION, text + link, 0o640, "kccsyncd")
    machine.run("systemctl", "stop", "kccsyncd.service")
    machine.run("systemctl", "enable", "--now", "kccsyncd.socket")
    assert machine.state() == "inactive"
    answered = machine.run("curl", "--silent", "--fail", "--max-time", "30", "http://127.0.0.1:8484/healthz")
    assert answered.out.strip() == "ok"
    assert machine.state() == "active"


def test_a_second_merchant_has_an_instance_of_the_unit(machine, store, other_store):
    """Own configuration, credentials, order store, socket; the first is not touched."""
    before = orders(machine)
    machine.run("mkdir", "/etc/kccsyncd/acme")
    machine.write("/etc/kccsyncd/acme/credentials/web", other_store.token + "\n", 0o600)
    machine.run("install", "-d", "-g", "kccsyncd", "-m", "2770", "/var/spool/kccsyncd-acme/inbox")
    own = '[daemon]\ninbox = "/var/spool/kccsyncd-acme/inbox"\n\n'
    machine.write("/etc/kccsyncd/acme/kccsyncd.toml", own + channel(other_store), 0o640, "kccsyncd")
    machine.run("systemctl", "enable", "--now", "kccsyncd@acme.service", "kccsyncd-backup@acme.timer")
    name = other_store.place(name="#7001")
    wait_order(machine, name, "--instance", "acme")
    assert orders(machine) == before
    assert machine.mode("/var/lib/kccsyncd-acme/kccsyncd.sqlite") == "600 kccsyncd:kccsyncd"
    pid = machine.pid("kccsyncd@acme.service")
    assert machine.run("nsenter", "--target", pid, "--mount", "--", "ls", "/var/lib").out.split() == ["kccsyncd-acme"]


def test_an_instance_reloads_and_backs_up_its_own(machine, other_store):
    machine.run("systemctl", "reload", "kccsyncd@acme.service")
    machine.run("systemctl", "start", "kccsyncd-backup@acme.service")
    assert len(backups(machine, "/var/lib/kccsyncd-acme/backups")) == 1


def test_an_unconfigured_instance_is_said(machine):
    machine.run("systemctl", "start", "kccsyncd@nobody.service", expect=1)
    machine.wait_message("/etc/kccsyncd/nobody/kccsyncd.toml", "kccsyncd@nobody")
    machine.run("systemctl", "reset-failed", "kccsyncd@nobody.service")


def test_every_event_that_happened_is_explained(machine):
    happened = {entry["MESSAGE_ID"] for entry in machine.journal("SYSLOG_IDENTIFIER=kccsyncd") if "MESSAGE_ID" in entry}
    assert len(happened) >= 6
    for each in happened:
        shown = machine.run("journalctl", "-x", "--no-pager", "--lines=1", f"MESSAGE_ID={each}").out
        assert re.search(r"^░░ What happened: .*(\n░░.*)*\n░░ What it means: .*(\n░░.*)*\n░░ What to do: ", shown, re.M), shown
