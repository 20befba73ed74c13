"""What must not be in the journal of the whole run."""

import re

# What a sandbox that is too tight leaves behind, and a crash.
DENIED = re.compile(r"Operation not permitted|\bEPERM\b|SIGSYS|status=31/SYS|Permission denied|Read-only file system"
                    r"|Fatal error|Illegal instruction|Swift runtime failure|Failed to set thread priority")
# Refusals that the tests asked for themselves.
ASKED = re.compile(r"^(bash|sh|runuser|touch|cat)\b")


def test_the_sandbox_was_never_in_the_way(machine):
    entries = machine.journal("SYSLOG_IDENTIFIER=kccsyncd", "+", "SYSLOG_IDENTIFIER=systemd", "+", "SYSLOG_IDENTIFIER=nightly-backup")
    assert len(entries) > 100
    denied = [entry["MESSAGE"] for entry in entries
              if isinstance(entry["MESSAGE"], str) and DENIED.search(entry["MESSAGE"]) and not ASKED.match(entry["MESSAGE"])
              and ("kccsyncd" in str(entry.get("UNIT", "")) + str(entry.get("_SYSTEMD_UNIT", "")))]
    assert denied == []


def test_no_secret_is_in_it(machine, store, other_store):
    text = machine.run("journalctl", "--no-pager", "--output=export").out
    for secret in [store.token, other_store.token, "correct-horse-battery"]:
        assert secret not in text


def test_no_customer_is_in_it(machine):
    """Those of the shops' orders, in the entries of our own programs: their fields, too."""
    text = machine.run("journalctl", "--no-pager", "--output=export", "SYSLOG_IDENTIFIER=kccsyncd", "+",
                       "SYSLOG_IDENTIFIER=nightly-backup").out
    assert "KCC_CHANNEL=web" in text
    for word in ["Ada", "Marsh", "ada.marsh@example.com", "14 Mill Lane"]:
        assert word not in text


def test_the_units_were_understood(machine):
    """No line of a unit that this systemd does not know."""
    complaints = [entry["MESSAGE"] for entry in machine.journal("_PID=1")
                  if re.search(r"kccsyncd.*: (Unknown|Failed to parse|Support for option)", str(entry["MESSAGE"]))]
    assert complaints == []
