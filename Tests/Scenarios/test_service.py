"""The daemon as systemd sees it: READY, STATUS, WATCHDOG and STOPPING on a real notify socket."""

import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import time

import pytest

from harness import BINARY


class NotifySocket:
    """What systemd listens on; keeps every message with the time of its arrival."""

    def __init__(self, path):
        self.path, self.messages = str(path), []
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)

    def wait_for(self, text, seconds=20, count=1):
        """Until so many messages hold the text."""
        deadline = time.monotonic() + seconds
        while sum(text in message for _, message in self.messages) < count:
            left = deadline - time.monotonic()
            assert left > 0, f"no {text!r} within {seconds} s; heard {[message for _, message in self.messages]}"
            self.socket.settimeout(left)
            try:
                message = self.socket.recv(4096).decode()
            except TimeoutError:
                continue
            self.messages.append((time.monotonic(), message))


@pytest.fixture
def unit(tmp_path):
    """Starts the daemon with a notify socket and a watchdog, on a shop that nobody answers for."""
    notify = NotifySocket(tmp_path / "notify")
    token = tmp_path / "token"
    token.write_text("shpat_x\n")
    token.chmod(0o600)
    configuration = tmp_path / "kccsyncd.toml"
    configuration.write_text(f"""
[daemon]
database = "{tmp_path}/k.sqlite"
control_socket = "{tmp_path}/c.sock"
[channels.web]
shop_url = "http://127.0.0.1:9"
access_token_file = "{token}"
""")
    configuration.chmod(0o600)
    environment = {**os.environ, "NOTIFY_SOCKET": notify.path, "WATCHDOG_USEC": "1500000"}
    process = subprocess.Popen(
        [BINARY, "run", "--config", configuration], env=environment, stderr=open(tmp_path / "log", "w"))
    yield notify, process, configuration
    if process.poll() is None:
        process.kill()
        process.wait()


def test_ready_comes_once_all_is_open_and_the_watchdog_is_fed(unit):
    """A shop that cannot be reached is no reason not to be ready, nor to be killed."""
    notify, process, _ = unit
    notify.wait_for("READY=1")
    first = len(notify.messages)
    notify.wait_for("WATCHDOG=1", count=4)
    fed = [when for when, message in notify.messages[first:] if "WATCHDOG=1" in message]
    assert all(later - earlier < 1.5 for earlier, later in zip(fed, fed[1:])), "later than systemd would wait"
    notify.wait_for("STATUS=1 channel")
    assert process.poll() is None


def test_a_start_that_waits_asks_for_time_and_says_for_what(unit):
    """systemd would end it after TimeoutStartSec=, and an administrator would see nothing but "starting"."""
    notify, process, configuration = unit
    notify.wait_for("READY=1")
    process.terminate()
    assert process.wait(timeout=10) == 0
    database = configuration.parent / "k.sqlite"
    notify.messages.clear()
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as intruder:
        intruder.execute("BEGIN EXCLUSIVE")
        again = subprocess.Popen([BINARY, "run", "--config", configuration], stderr=subprocess.DEVNULL,
                                 env={**os.environ, "NOTIFY_SOCKET": notify.path})
        try:
            notify.wait_for(f"STATUS=the start waits: {database}: another program holds it")
            notify.wait_for("EXTEND_TIMEOUT_USEC=", count=2)
            assert not any("READY=1" in message for _, message in notify.messages)
            intruder.execute("ROLLBACK")
            notify.wait_for("READY=1")
        finally:
            again.kill()
            again.wait()


def test_a_stop_is_announced_and_quick(unit):
    """SIGTERM: STOPPING=1, then status 0."""
    notify, process, _ = unit
    notify.wait_for("READY=1")
    process.send_signal(signal.SIGTERM)
    notify.wait_for("STOPPING=1")
    assert process.wait(timeout=10) == 0


def test_the_watchdog_starves_when_the_process_hangs(unit):
    """A stopped process says nothing, so that systemd would end and restart it."""
    notify, process, _ = unit
    notify.wait_for("WATCHDOG=1")
    process.send_signal(signal.SIGSTOP)
    notify.socket.setblocking(False)
    try:
        while True:
            notify.socket.recv(4096)
    except BlockingIOError:
        pass
    notify.socket.settimeout(2.5)
    with pytest.raises(TimeoutError):
        notify.socket.recv(4096)
    process.send_signal(signal.SIGCONT)
    notify.wait_for("WATCHDOG=1", count=2)


def test_a_reload_is_announced_and_answered(unit):
    """RELOADING=1 and READY=1 again, whether the file was taken or not."""
    notify, _, configuration = unit
    notify.wait_for("READY=1")
    configuration.write_text(configuration.read_text() + "missing_sku = \"MISC\"\n")
    done = subprocess.run([BINARY, "reload", "--config", configuration], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "the changed configuration is in force\n")
    notify.wait_for("RELOADING=1")
    notify.wait_for("READY=1", count=2)
    configuration.write_text(configuration.read_text() + "nonsense = 1\n")
    done = subprocess.run([BINARY, "reload", "--config", configuration], capture_output=True, text=True, check=False)
    assert done.returncode == 78
    assert "channels.web.nonsense: unknown key" in done.stderr
    notify.wait_for("READY=1", count=3)
