"""What no output may hold, looked for in everything that a test made: secrets, and the customers of its orders.

The customers are read from the order stores of the test: whoever was imported is looked for. Words count when they are unmistakable:
e-mail addresses, telephone numbers, streets, and names with forename and surname.
"""

import contextlib
import json
import sqlite3
import stat
import tarfile
import urllib.error
import urllib.request
from pathlib import Path

# Commands whose work it is to show an order or a customer to whoever may read the store.
SHOWS_CUSTOMERS = {("orders", "show"), ("orders", "list"), ("orders", "explain"), ("orders", "export"), ("orders", "payments"),
                   ("orders", "settle"), ("customers", "list"), ("customers", "show"), ("customers", "export"),
                   ("customers", "import"), ("customers", "redact"), ("kcc", "body"), ("run", "--dry-run")}
# Files that people other than the service's user may get to see.
SEEN = {".log", ".prom", ".report", ".gz"}
COUNTS = {"tests": 0, "outputs": 0, "pages": 0, "files": 0, "secrets": 0, "customers": 0}


def customers(database):
    """What is known of the people in an order store."""
    found = set()
    with contextlib.suppress(sqlite3.DatabaseError), contextlib.closing(
            sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        for (text,) in connection.execute('SELECT snapshot FROM "order" UNION ALL SELECT snapshot FROM order_revision').fetchall():
            with contextlib.suppress(ValueError):
                collect(json.loads(text), found)
    return found


def collect(value, found):
    """Walks through a snapshot."""
    if isinstance(value, dict):
        for key in ("email", "phone", "address1"):
            if isinstance(value.get(key), str) and len(value[key]) >= 8:
                found.add(value[key])
        if value.get("firstName") and value.get("lastName"):
            found.add(f"{value['firstName']} {value['lastName']}")
        for each in value.values():
            collect(each, found)
    elif isinstance(value, list):
        for each in value:
            collect(each, found)


def found_in(text, words):
    """The words that a text holds, in any case."""
    low = text.lower()
    return [word for word in words if word.lower() in low]


class Evidence:
    """What was seen of running daemons, which cannot be seen any more when a test is over."""

    def __init__(self):
        self.seen = []

    def look(self, box, daemon):
        """The process, and what its link shows to anybody on this machine."""
        process = Path("/proc") / str(daemon.pid)
        with contextlib.suppress(OSError):
            for place in ("cmdline", "environ"):
                self.seen.append((f"/proc/PID/{place}", (process / place).read_text(errors="replace")))
        if box.kcc and daemon.process.poll() is None:
            for path in ("/", "/metrics", "/healthz"):
                with contextlib.suppress(OSError, urllib.error.URLError):
                    with urllib.request.urlopen(f"http://{box.kcc['listen']}{path}", timeout=5) as answer:
                        self.seen.append((path, answer.read().decode(errors="replace")))
                        COUNTS["pages"] += 1


def texts(box):
    """Everything that was said, with where it was: (where, text, whether a customer may be in it)."""
    for result in box.results:
        words = tuple(map(str, result.arguments))
        shows = words[:2] in SHOWS_CUSTOMERS or "--dry-run" in words
        yield f"kccsyncd {' '.join(words[:2])}", result.out, shows
        yield f"kccsyncd {' '.join(words[:2])} (stderr)", result.err, False
        COUNTS["outputs"] += 2
    for where, text in box.evidence.seen:
        yield where, text, False
    for path in box.folder.rglob("*"):
        if path.suffix in SEEN and path.is_file():
            COUNTS["files"] += 1
            yield path.name, (bundle(path) if path.suffix == ".gz" else path.read_text(errors="replace")), False


def bundle(path):
    """All files of a support bundle as one text."""
    with tarfile.open(path) as archive:
        files = [archive.extractfile(member) for member in archive.getmembers() if member.isfile()]
        return "\n".join(file.read().decode(errors="replace") for file in files)


def audit(box):
    """Fails where an output holds a secret or a customer, or where others may read what the daemon wrote."""
    databases = [path for path in box.folder.rglob("*.sqlite") if path.is_file()]
    people = set().union(*map(customers, databases)) if databases else set()
    # What a test puts into the configuration or the command line itself is no leak.
    given = box.config.read_text(errors="replace") if box.config.exists() else ""
    people = {each for each in people if each not in given and each not in box.given}
    COUNTS["tests"] += 1
    COUNTS["secrets"] += len(box.secrets)
    COUNTS["customers"] += len(people)
    for where, text, shows in texts(box):
        assert not found_in(text, box.secrets), f"{where}: a secret is in it"
        assert shows or not found_in(text, people), f"{where}: names a customer: {found_in(text, people)[:3]}"
    for path in databases:
        for each in path.parent.glob(path.name + "*"):
            # A link is one that a test has laid.
            assert not each.is_file() or path.is_symlink() or not stat.S_IMODE(each.stat().st_mode) & 0o007, f"{each.name}: others may read it"


def summary():
    return (f"audit: {COUNTS['outputs']:,} outputs of commands, {COUNTS['pages']:,} pages and {COUNTS['files']:,} files of {COUNTS['tests']:,} tests "
            f"searched for {COUNTS['secrets']:,} secrets and what is known of {COUNTS['customers']:,} customers: none found")
