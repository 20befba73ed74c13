"""A disk that can lose its power: ext4 in a file, whose file system is shut down under the program.

The ioctl is the one that file systems are tested with (EXT4_IOC_SHUTDOWN in the kernel's fs/ext4): from then on nothing
reaches the file any more, not the file system's journal either, and mounting it again replays what had been flushed. So
what a program wrote without a flush that was waited for is gone.
"""

import fcntl
import os
import struct
import subprocess

from waiting import wait_until

SHUTDOWN = 0x8004587D
# Not even the journal is written out.
NO_LOG_FLUSH = 2


class Disk:
    """Mounted from the start; `cut` and `repair` as often as wanted."""

    def __init__(self, folder, megabytes=256):
        assert os.geteuid() == 0, "cutting a disk's power needs root, to mount a file system of its own"
        self.image, self.place = folder / "disk.img", folder / "disk"
        self.place.mkdir()
        with open(self.image, "wb") as image:
            image.truncate(megabytes << 20)
        self._do("mkfs.ext4", "-q", "-F", str(self.image))
        self.mount()

    def mount(self):
        # A device of its own each time: `mount -o loop` would take the one that there is for the image, and where another
        # mount namespace has kept that mounted, with the file system that was shut down.
        self.device = self._do("losetup", "--find", "--show", str(self.image)).strip()
        # The journal is written out by flushes alone, and not every five seconds besides.
        self._do("mount", "-o", "commit=300", self.device, str(self.place))

    def cut(self):
        """Nothing that is not flushed by now will ever be."""
        descriptor = os.open(self.place, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        finally:
            os.close(descriptor)

    def turn_read_only(self):
        """As the kernel does by itself after an error (errors=remount-ro)."""
        self._do("mount", "-o", "remount,abort", str(self.place))

    def repair(self):
        """Power is back, or the disk mended; nobody may have a file of it open."""
        self.unmount()
        checked = subprocess.run(["e2fsck", "-p", str(self.image)], capture_output=True, text=True)
        # e2fsck(8): 0 no errors, 1 errors corrected. What was flushed in order leaves nothing else behind.
        assert checked.returncode in (0, 1), f"e2fsck ended with {checked.returncode}: {checked.stdout}{checked.stderr}"
        self.mount()

    def unmount(self):
        wait_until(lambda: subprocess.run(["umount", str(self.place)], capture_output=True).returncode == 0,
                   f"{self.place} is not used any more")
        # Where it is still mounted elsewhere it goes with that mount.
        self._do("losetup", "--detach", self.device)

    @staticmethod
    def _do(*command):
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, f"{' '.join(command)}: {done.stderr.strip()}: this needs root and loop devices"
        return done.stdout
