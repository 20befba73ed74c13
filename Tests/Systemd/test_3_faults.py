"""What systemd does when the daemon hangs, dies, or must not be started again."""

import signal

from shop import CONFIGURATION, CREDENTIALS, orders, restarts, wait_order, wait_restarted


def send(machine, number):
    machine.run("sh", "-c", f"kill -{int(number)} {machine.pid()}")


def test_a_hung_daemon_is_restarted_by_the_watchdog(machine, store):
    """SIGSTOP: a process that lives and does nothing."""
    pid, before = machine.pid(), orders(machine)
    send(machine, signal.SIGSTOP)
    machine.wait_message("Watchdog timeout")
    wait_restarted(machine, pid)
    assert restarts(machine) == 1
    name = store.place()
    wait_order(machine, name)
    assert orders(machine) == {**before, name: "imported"}


def test_a_killed_daemon_is_restarted(machine, store):
    pid, before = machine.pid(), orders(machine)
    send(machine, signal.SIGKILL)
    wait_restarted(machine, pid)
    assert restarts(machine) == 2
    name = store.place()
    wait_order(machine, name)
    assert orders(machine) == {**before, name: "imported"}


def test_a_wrong_configuration_ends_the_start_and_is_not_tried_again(machine):
    """Exit status 78: trying again would not mend it."""
    text = machine.path(CONFIGURATION).read_text()
    machine.write(CONFIGURATION, text + "nonsense = 1\n", 0o640, "kccsyncd")
    old = len(machine.messages())
    machine.run("systemctl", "restart", "kccsyncd.service", expect=1)
    assert machine.state() == "failed"
    assert machine.property("kccsyncd.service", "ExecMainStatus") == "78"
    assert restarts(machine) == 0
    machine.wait_message("nonsense: unknown key", after=old)
    machine.write(CONFIGURATION, text, 0o640, "kccsyncd")
    machine.run("systemctl", "restart", "kccsyncd.service")
    assert machine.state() == "active"


def test_a_missing_credential_is_said_and_a_restored_one_mends_it(machine):
    machine.run("mv", f"{CREDENTIALS}/web", "/root/web")
    old = len(machine.messages())
    machine.run("systemctl", "restart", "kccsyncd.service", expect=1)
    machine.wait_message("access_token_credential", after=old)
    machine.run("mv", "/root/web", f"{CREDENTIALS}/web")
    machine.run("systemctl", "restart", "kccsyncd.service")
    assert machine.state() == "active"


def test_it_stops_at_once(machine):
    before = machine.run("systemctl", "stop", "kccsyncd.service", timeout=10)
    assert before.code == 0 and machine.property("kccsyncd.service", "Result") == "success"
    machine.run("systemctl", "start", "kccsyncd.service")


def test_the_order_stores_of_others_are_not_to_be_seen(machine):
    """From inside the unit: nothing of /var/lib but its own folder, nothing writable but its own."""
    pid = machine.pid()
    listed = machine.run("nsenter", "--target", pid, "--mount", "--", "ls", "/var/lib").out.split()
    assert listed == ["kccsyncd"]
    # The uid of the process, in its mounts: what the daemon itself could do.
    for path in ["/etc/kccsyncd/x", "/usr/bin/x", "/var/tmp/../lib/x"]:
        machine.run("nsenter", "--target", pid, "--mount", "--", "touch", path, expect=1)
