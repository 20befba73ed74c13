"""A Debian machine with a real systemd, in a container of systemd-nspawn.

The tests themselves run in a network and mount namespace of their own (scripts/test-systemd makes it), which the
container shares: a server that a test starts on 127.0.0.1 is the container's 127.0.0.1, also after a reboot.
"""

import json
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from root_image import image
from waiting import TooLate, wait_until

CGROUPS = Path("/sys/fs/cgroup")
ENVIRONMENT = ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "TERM=dumb", "LC_ALL=C.UTF-8", "SYSTEMD_PAGER=",
               "SYSTEMD_COLORS=0", "DEBIAN_FRONTEND=noninteractive", "HOME=/root"]


class Result:
    """What a command in the machine said, and how it ended."""

    def __init__(self, command, done):
        self.command, self.code, self.out, self.err = command, done.returncode, done.stdout, done.stderr

    @property
    def said(self):
        return self.out + self.err

    def __repr__(self):
        return f"{' '.join(map(str, self.command))}\nexit {self.code}\n{self.said}"


class Machine:
    """A machine that is installed, booted, rebooted and thrown away."""

    def __init__(self, release, folder):
        self.release = release
        self.folder = Path(tempfile.mkdtemp(prefix=f"{release}-", dir=folder))
        self.root = self.folder / "root"
        self.cgroup = CGROUPS / f"kccsyncd-test-{os.getpid()}-{self.folder.name}"
        self.console = self.folder / "console.log"
        self.container = self.leader = None
        self.unpack()

    def unpack(self):
        self.root.mkdir()
        subprocess.run(["tar", "--zstd", "-xpf", image(self.release), "-C", self.root], check=True)
        (self.root / "etc/hostname").write_text("shop\n")
        (self.root / "etc/resolv.conf").unlink(missing_ok=True)
        (self.root / "etc/resolv.conf").write_text("")
        # The journal outlives a reboot. The kernel's own log is the host's.
        (self.root / "var/log/journal").mkdir(exist_ok=True)
        settings = self.root / "etc/systemd/journald.conf.d"
        settings.mkdir(parents=True)
        (settings / "test.conf").write_text("[Journal]\nStorage=persistent\nReadKMsg=no\nAudit=no\n")
        # Without a network nothing can be downloaded, and nothing has to wait for it.
        (self.root / "etc/apt/sources.list").write_text("")
        for source in (self.root / "etc/apt/sources.list.d").glob("*"):
            source.unlink()

    # -- power

    def boot(self):
        """Starts systemd and waits until it is done with starting."""
        self.cgroup.mkdir(exist_ok=True)
        with open(self.console, "ab") as console:
            # Without a systemd on the host there is nobody to register with, and the cgroup is made here.
            self.container = subprocess.Popen(
                ["systemd-nspawn", "--quiet", "--boot", f"--directory={self.root}", "--machine=shop", "--register=no",
                 "--keep-unit", "--resolv-conf=off", "--console=pipe", "--kill-signal=SIGRTMIN+3"],
                stdin=subprocess.DEVNULL, stdout=console, stderr=console, preexec_fn=self._enter_cgroup)
        self.leader = wait_until(self._find_leader, "the container's first process", 30)
        private = Path(f"/proc/{self.leader}/root/run/systemd/private")
        wait_until(lambda: self._alive() and private.is_socket(), "systemd's socket in the container", 60)
        state = self.run("systemctl", "is-system-running", "--wait", expect=None, timeout=120).out.strip()
        failed = self.run("systemctl", "list-units", "--failed", "--plain", "--no-legend").out
        assert state == "running", f"the machine is {state}: {failed}\n{self.console.read_text(errors='replace')}"

    def _enter_cgroup(self):
        (self.cgroup / "cgroup.procs").write_text(str(os.getpid()))

    def _alive(self):
        assert self.container.poll() is None, f"the container ended:\n{self.console.read_text(errors='replace')}"
        return True

    def _find_leader(self):
        """The process that is number 1 in the container."""
        self._alive()
        parents = [self.container.pid]
        while parents:
            parent = parents.pop()
            for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
                status = Path(f"/proc/{child}/status").read_text()
                numbers = next(line.split()[1:] for line in status.splitlines() if line.startswith("NSpid:"))
                if len(numbers) > 1 and numbers[-1] == "1":
                    return int(child)
                parents.append(int(child))
        return None

    def _down(self, verb, code):
        self.run("systemctl", "--no-block", verb, expect=None)
        try:
            ended = self.container.wait(60)
        except subprocess.TimeoutExpired:
            raise TooLate(f"{verb} took more than a minute:\n{self.console.read_text(errors='replace')}") from None
        self.container = self.leader = None
        assert ended == code, f"the container ended with {ended} after {verb}"

    def reboot(self):
        # With --keep-unit nspawn leaves starting again to its caller, and says so by this status.
        self._down("reboot", 133)
        self.boot()

    def power_off(self):
        self._down("poweroff", 0)

    def throw_away(self):
        """Whatever state it is in."""
        if self.container and self.container.poll() is None:
            self.container.send_signal(signal.SIGTERM)
            try:
                self.container.wait(30)
            except subprocess.TimeoutExpired:
                self.container.kill()
                self.container.wait()
        for folder, _, _ in os.walk(self.cgroup, topdown=False):
            os.rmdir(folder)
        shutil.rmtree(self.folder)

    # -- commands

    def run(self, *command, expect=0, timeout=60, user=None, stdin=""):
        """Runs a command in the machine; `expect` is its exit status, None for any."""
        become = ["runuser", "-u", user, "--"] if user else []
        command = [str(word) for word in command]
        done = subprocess.run(["nsenter", "--target", str(self.leader), "--all", "--", *ENVIRONMENT, *become, *command],
                              capture_output=True, text=True, timeout=timeout, input=stdin)
        result = Result(command, done)
        assert expect is None or result.code == expect, f"expected exit {expect}: {result!r}"
        return result

    def json(self, *command, **options):
        return json.loads(self.run(*command, **options).out)

    def kccsyncd(self, *arguments, **options):
        return self.run("kccsyncd", *arguments, **options)

    def install(self, package, expect=0):
        """`apt-get install FILE`, as an administrator would; it asks nothing."""
        shutil.copy(package, self.root / "root")
        return self.run("apt-get", "install", "--yes", "--quiet", "--allow-downgrades", "-o", "Dpkg::Options::=--force-confdef",
                        "-o", "Dpkg::Options::=--force-confold", f"/root/{Path(package).name}", expect=expect, timeout=180)

    def path(self, path):
        """A path of the machine as it is here."""
        return self.root / str(path).lstrip("/")

    def write(self, path, text, mode=0o644, group="root"):
        """Writes a file of root's."""
        file = self.path(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        file.chmod(mode)
        self.run("chgrp", group, path)

    def mode(self, path):
        """`MODE OWNER:GROUP` of a path."""
        return self.run("stat", "--format=%a %U:%G", path).out.strip()

    # -- systemd

    def property(self, unit, name):
        return self.run("systemctl", "show", "--value", f"--property={name}", unit).out.strip()

    def state(self, unit="kccsyncd.service"):
        return self.property(unit, "ActiveState")

    def pid(self, unit="kccsyncd.service"):
        return int(self.property(unit, "MainPID"))

    def journal(self, *matches):
        """Entries as dictionaries of their fields."""
        self.run("journalctl", "--sync")
        lines = self.run("journalctl", "--output=json", "--no-pager", *matches).out.splitlines()
        return [json.loads(line) for line in lines]

    def messages(self, unit="kccsyncd"):
        return [entry["MESSAGE"] for entry in self.journal("--unit", unit)]

    def wait_message(self, text, unit="kccsyncd", deadline=30, after=0):
        """Waits for a line of the unit's journal, and returns it; `after` lines are old."""
        return wait_until(lambda: next((line for line in self.messages(unit)[after:] if text in line), None),
                          f"the journal of {unit} says {text!r}", deadline, every=0.3)

    def query(self, sql, instance=""):
        """Rows of the order store, read by its owner so that no file of root's is left beside it."""
        found = self.run("sqlite3", "-readonly", "-json", f"/var/lib/kccsyncd{instance}/kccsyncd.sqlite", sql, user="kccsyncd").out
        return json.loads(found or "[]")
