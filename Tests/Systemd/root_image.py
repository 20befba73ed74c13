"""A minimal Debian as a tarball, made once with mmdebstrap from the mirror that this machine's apt is set up with."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

# What a minimal server has, what our package depends on (nothing is downloaded during a test), and sqlite3 to look with.
PACKAGES = ["systemd", "systemd-sysv", "dbus", "ca-certificates", "tzdata", "libexpat1", "libxml2", "libsqlite3-0", "libsystemd0",
            "libstdc++6", "sqlite3", "man-db", "curl"]
CURL = {"bookworm": "libcurl4", "trixie": "libcurl4t64"}


class NoImage(Exception):
    """The image cannot be made here."""


def cache():
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "kccsyncd-test"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def mirror():
    """Debian's own archive among apt's sources: the one whose label is "Debian"."""
    listed = subprocess.run(["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", "Label: Debian"],
                            capture_output=True, text=True, check=True).stdout.split()
    if not listed:
        raise NoImage("apt knows no Debian mirror; run apt-get update")
    return listed[0]


def image(release):
    """The tarball of a release's minimal system."""
    packages = [*PACKAGES, CURL[release]]
    key = hashlib.sha256(" ".join(packages).encode()).hexdigest()[:12]
    tarball = cache() / f"{release}-{key}.tar.zst"
    if not tarball.exists():
        part = tarball.with_name("." + tarball.name)
        made = subprocess.run(["mmdebstrap", "--quiet", "--variant=minbase", f"--include={','.join(packages)}", release,
                               str(part), f"deb {mirror()} {release} main"], capture_output=True, text=True)
        if made.returncode != 0:
            raise NoImage(f"mmdebstrap cannot make {release}:\n{made.stderr}")
        part.rename(tarball)
    return tarball


if __name__ == "__main__":
    try:
        print(image(sys.argv[1]))
    except NoImage as error:
        sys.exit(f"root_image: {error}")
