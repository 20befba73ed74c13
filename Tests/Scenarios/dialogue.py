"""A command at a terminal of its own, and a person who reads and types."""

import fcntl
import os
import select
import subprocess
import termios
import time

from waiting import TooLate


class Dialogue:
    """Everything that the terminal shows is kept in `screen`."""

    def __init__(self, command, **options):
        self.screen, self._read = "", 0
        self._master, self._slave = os.openpty()
        self.process = subprocess.Popen(list(map(str, command)), stdin=self._slave, stdout=self._slave, stderr=self._slave,
                                        start_new_session=True, preexec_fn=self._take_terminal, **options)

    @staticmethod
    def _take_terminal():
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._master)
        os.close(self._slave)

    @property
    def shows_typing(self):
        """Whether the terminal shows what is typed."""
        return bool(termios.tcgetattr(self._slave)[3] & termios.ECHO)

    def expect(self, words, deadline=20):
        """Reads on until the words have come, which the person has not seen before."""
        end = time.monotonic() + deadline
        while words not in self.screen[self._read:]:
            if time.monotonic() > end or not self._take(0.2) and self.process.poll() is not None:
                raise TooLate(f"the terminal does not say {words!r}; it says:\n{self.screen}")
        self._read = self.screen.index(words, self._read) + len(words)

    def type(self, line):
        os.write(self._master, f"{line}\n".encode())

    def answer(self, question, line):
        self.expect(question)
        self.type(line)

    def answer_hidden(self, question, line):
        """Answers once the terminal hides what is typed, and has it shown again afterwards."""
        self.expect(question)
        assert not self.shows_typing, "the terminal would show the secret"
        self.type(line)

    def press(self, byte):
        """A key that the terminal turns into a signal, such as Ctrl-C."""
        os.write(self._master, byte)

    def end(self, deadline=20):
        """Waits for the command's end; its exit status."""
        end = time.monotonic() + deadline
        while self.process.poll() is None and time.monotonic() < end:
            self._take(0.1)
        while self._take(0):
            pass
        return self.process.wait(timeout=1)

    def _take(self, wait):
        ready, _, _ = select.select([self._master], [], [], wait)
        if ready:
            self.screen += os.read(self._master, 65536).decode(errors="replace").replace("\r\n", "\n")
        return bool(ready)
