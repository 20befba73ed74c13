"""File systems that fill up, turn read-only or fail, and the tools that make them."""

import contextlib
import os
import subprocess


def do(*command):
    """A command that must work; what it needs is said where it does not."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(map(str, command))}: {done.stderr.strip()}; this test needs root and may mount"


class SmallDisk:
    """A tmpfs at a place; it can be filled, enlarged, and mounted for reading only."""

    def __init__(self, place, size="8m"):
        self.place = place
        place.mkdir(parents=True, exist_ok=True)
        do("mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "kccsyncd-test", place)

    def fill(self):
        """To the last byte."""
        ballast = os.open(self.place / "ballast", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        for size in (1 << 20, 1 << 12, 1):
            with contextlib.suppress(OSError):
                while True:
                    os.write(ballast, b"\0" * size)
        os.close(ballast)

    def empty(self):
        (self.place / "ballast").unlink()

    def remount(self, options):
        do("mount", "-o", f"remount,{options}", self.place)

    def unmount(self):
        subprocess.run(["umount", "--lazy", str(self.place)], check=False)


def failing(daemon, call, error="EIO"):
    """Has the kernel's call fail in a process from now on, by strace; ends with the process."""
    tracer = subprocess.Popen(["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}",
                               "-e", f"inject={call}:error={error}", "-p", str(daemon.pid)],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    return tracer
