"""A running daemon as a child process."""

import os
import signal
import subprocess

from waiting import TooLate, wait_until

READY = " ready: "
# What a process that crashed leaves in its log.
CRASHED = ("Fatal error", "Crash:", "Thread 0 crashed", "Swift runtime failure", "Illegal instruction")


class Daemon:
    """`kccsyncd run`, with its journal in a file."""

    def __init__(self, binary, config, log_path, environment=None):
        self.log_path = log_path
        with open(log_path, "wb") as log:
            self.process = subprocess.Popen([str(binary), "run", "--config", str(config)], stdout=log, stderr=log,
                                            stdin=subprocess.DEVNULL,
                                            env={**os.environ, "TZ": "Europe/London", **(environment or {})})

    @property
    def pid(self):
        return self.process.pid

    @property
    def log(self):
        return self.log_path.read_text(errors="replace")

    def lines(self, *words):
        """The journal's lines that hold all of the words."""
        return [line for line in self.log.splitlines() if all(word in line for word in words)]

    def wait_ready(self):
        wait_until(lambda: READY in self.log or self.process.poll() is not None, "the daemon is ready")
        assert self.process.poll() is None, f"the daemon ended with {self.process.returncode}:\n{self.log}"

    def wait_log(self, *words, deadline=20):
        """Waits for a line of the journal."""
        try:
            return wait_until(lambda: self.lines(*words), f"the journal says {words}", deadline)
        except TooLate as error:
            raise TooLate(f"{error}\n{self.log}") from None

    def hang_up(self):
        self.process.send_signal(signal.SIGHUP)

    def stop(self, within=10):
        """SIGTERM must end it with 0 within seconds."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            code = self.process.wait(within)
        except subprocess.TimeoutExpired:
            raise TooLate(f"SIGTERM did not end the daemon within {within} s:\n{self.log}") from None
        assert code == 0, f"the daemon ended with {code}:\n{self.log}"

    def kill(self):
        """SIGKILL, whatever it is doing; harmless when it has ended."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
