"""What must hold after every test, whatever it was about."""

from audit import audit
from running import CRASHED


def nothing_leaked(box, stores):
    """No secret in any output, log or database file, no customer where none may be; no crash in any output."""
    said = box.everything_said()
    for words in CRASHED:
        assert words not in said, f"a crash was reported: {said[said.index(words) - 500:][:2000]}"
    files = [path for path in box.folder.rglob("*") if path.is_file() and path.suffix not in (".token", ".password", ".toml")]
    for path in files:
        held = path.read_bytes()
        assert not any(secret.encode() in held for secret in box.secrets), f"a secret is in {path.name}"
    audit(box, stores)
