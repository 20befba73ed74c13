"""What no output may hold, looked for in everything that a test made: secrets, and customers (`known_people.py`).

`findings` says what it found, `audit` fails for it and counts. `test_audit.py` plants a leak in every place and form.
"""

import contextlib
import html
import re
import stat
import tarfile
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from known_people import Known

# Commands whose work it is to show an order or a customer to whoever may read the store.
SHOWS_CUSTOMERS = {("orders", "show"), ("orders", "list"), ("orders", "explain"), ("orders", "export"), ("orders", "payments"),
                   ("orders", "settle"), ("customers", "list"), ("customers", "show"), ("customers", "export"),
                   ("customers", "import"), ("customers", "redact"), ("kcc", "body"), ("run", "--dry-run")}
# Files that people other than the service's user may get to see.
SEEN = {".log", ".prom", ".report", ".gz"}
# Files that the program writes and that must not be open to everybody; figures for Prometheus are meant to be.
PRIVATE = {".report", ".gz", ".sock"}
COUNTS = {"tests": 0, "outputs": 0, "pages": 0, "files": 0, "secrets": 0, "customers": 0}
JSON_ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|(["\\/]))')


def forms(text):
    """A text as it is, and as it reads once escapes of JSON, HTML and URLs are undone, in lower case."""
    def plain(escape):
        return chr(int(escape[1], 16)) if escape[1] else escape[2]

    return {each.lower() for each in (text, html.unescape(text), JSON_ESCAPE.sub(plain, text), urllib.parse.unquote_plus(text))}


def secrets_in(text, secrets):
    """The secrets that a text holds."""
    found = forms(text)
    return [secret for secret in secrets if any(secret.lower() in form for form in found)]


def people_in(text, known):
    """What a text says of known people."""
    found = forms(text)
    words = [word for word in known.words if any(word.lower() in form for form in found)]
    # Without this, some are found in the digits of a checksum.
    return words + [each for each in known.postcodes for form in found
                    if each.lower() in form and re.search(rf"(?<![a-z0-9]){re.escape(each.lower())}(?![a-z0-9])", form)]


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
    for where, text in box.evidence.seen:
        yield where, text, False
    for path in seen_files(box):
        yield path.name, (bundle(path) if path.suffix == ".gz" else path.read_text(errors="replace")), False


def seen_files(box):
    return [path for path in box.folder.rglob("*") if path.suffix in SEEN and path.is_file()]


def databases(box):
    return [path for path in box.folder.rglob("*.sqlite") if path.is_file()]


def bundle(path):
    """All files of a support bundle as one text."""
    with tarfile.open(path) as archive:
        files = [archive.extractfile(member) for member in archive.getmembers() if member.isfile()]
        return "\n".join(file.read().decode(errors="replace") for file in files)


def people(box, stores):
    """Everybody that the test's order stores and simulated shops know."""
    known = Known()
    for path in databases(box):
        known.read(path)
    for store in stores:
        known.collect(store.people())
    known.without(box.config.read_text(errors="replace") if box.config.exists() else "")
    return known


def open_files(box):
    """What others may read of what the daemon wrote."""
    paths = [each for path in databases(box) if not path.is_symlink() for each in path.parent.glob(path.name + "*")]
    paths += [path for path in box.folder.rglob("*") if path.suffix in PRIVATE and not path.is_dir()]
    # A link is one that a test has laid.
    return [path for path in paths if not path.is_symlink() and stat.S_IMODE(path.stat().st_mode) & 0o007]


def findings(box, stores):
    """(what was found, how many secrets and texts about people were looked for), in all that was said and written of these stores."""
    secrets, known = box.secrets | {store.token for store in stores}, people(box, stores)
    found = []
    for where, text, shows in texts(box):
        found += [f"{where}: a secret is in it" for _ in secrets_in(text, secrets)]
        found += [] if shows else [f"{where}: names a customer: {word}" for word in people_in(text, known)]
    found += [f"{path.name}: others may read it" for path in open_files(box)]
    return found, len(secrets), len(known)


def audit(box, stores):
    """Fails where an output holds a secret or a customer, or where others may read what the daemon wrote."""
    found, secrets, customers = findings(box, stores)
    for name, count in (("tests", 1), ("secrets", secrets), ("customers", customers), ("outputs", 2 * len(box.results)),
                        ("files", len(seen_files(box)))):
        COUNTS[name] += count
    assert not found, "\n".join(found[:10])


def summary():
    return (f"audit: {COUNTS['outputs']:,} outputs of commands, {COUNTS['pages']:,} pages and {COUNTS['files']:,} files of {COUNTS['tests']:,} tests "
            f"searched for {COUNTS['secrets']:,} secrets and {COUNTS['customers']:,} texts that tell of customers: none found")
