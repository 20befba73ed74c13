"""A limit of memory that the kernel keeps: a cgroup of its own (version 1's memory controller)."""

import os
from pathlib import Path

CONTROLLER = Path("/sys/fs/cgroup/memory")


class MemoryLimit:
    """Processes that enter it share the limit; whoever needs more is killed by the kernel."""

    def __init__(self, name):
        self.group = CONTROLLER / f"kccsyncd-test-{os.getpid()}-{name}"

    @staticmethod
    def is_possible():
        return os.geteuid() == 0 and (CONTROLLER / "memory.limit_in_bytes").exists()

    def __enter__(self):
        self.group.mkdir()
        return self

    def __exit__(self, *_):
        self.group.rmdir()

    def take(self, pid):
        (self.group / "cgroup.procs").write_text(str(pid))

    def tighten(self):
        """To what is used now, and as far below as the kernel can make room."""
        limit = int((self.group / "memory.usage_in_bytes").read_text())
        try:
            while limit > 1 << 20:
                (self.group / "memory.limit_in_bytes").write_text(str(limit))
                limit = limit * 95 // 100
        except OSError:
            # No more room can be made: the next page that somebody needs is one too many.
            return
