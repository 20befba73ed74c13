"""The package on a fresh machine, before anybody has configured it."""

import pytest

UNITS = ["kccsyncd.service", "kccsyncd@.service", "kccsyncd-backup.service", "kccsyncd-backup@.service"]


def test_it_installs_and_nothing_fails(machine, package):
    """It is enabled, and skipped until it is configured: no failed unit, and nothing to remember later."""
    machine.install(package)
    assert machine.run("systemctl", "is-enabled", "kccsyncd.service").out.strip() == "enabled"
    assert machine.state() == "inactive"
    assert machine.property("kccsyncd.service", "Result") == "exec-condition"
    assert machine.run("systemctl", "list-units", "--failed", "--no-legend").out == ""


def test_starting_it_unconfigured_skips_it_again(machine):
    machine.run("systemctl", "start", "kccsyncd.service")
    assert machine.state() == "inactive"


def test_a_missing_configuration_fails_and_says_so(machine):
    """Only "not yet configured" is skipped in silence."""
    machine.run("mv", "/etc/kccsyncd/kccsyncd.toml", "/root/away.toml")
    machine.run("systemctl", "start", "kccsyncd.service", expect=1)
    assert machine.property("kccsyncd.service", "ExecMainStatus") == "78"
    assert machine.property("kccsyncd.service", "NRestarts") == "0"
    machine.wait_message("no such file; an example is in /usr/share/doc/kccsyncd/examples/kccsyncd.toml.example")
    machine.run("mv", "/root/away.toml", "/etc/kccsyncd/kccsyncd.toml")
    machine.run("systemctl", "reset-failed", "kccsyncd.service")


@pytest.mark.parametrize("path, mode", [
    ("/usr/bin/kccsyncd", "755 root:root"),
    ("/etc/kccsyncd", "2750 root:kccsyncd"),
    ("/etc/kccsyncd/kccsyncd.toml", "640 root:kccsyncd"),
    ("/etc/kccsyncd/credentials", "700 root:root"),
    ("/var/spool/kccsyncd/inbox", "2770 root:kccsyncd"),
])
def test_files_have_their_owners_and_modes(machine, path, mode):
    assert machine.mode(path) == mode


def test_the_configuration_is_a_conffile(machine):
    assert "/etc/kccsyncd/kccsyncd.toml" in machine.run("dpkg-query", "--show", "--showformat=${Conffiles}", "kccsyncd").out


def test_the_program_needs_no_swift(machine):
    machine.run("sh", "-c", "! ldd /usr/bin/kccsyncd | grep -E 'swift|not found'")
    assert machine.kccsyncd("--version").out


def test_the_manual_and_the_completions_are_there(machine):
    # The minimal image leaves manual pages out when it installs (dpkg's path-exclude), so dpkg is asked.
    files = machine.run("dpkg-query", "--listfiles", "kccsyncd").out.split()
    for file in ["/usr/share/man/man8/kccsyncd.8.gz", "/usr/share/man/man5/kccsyncd.toml.5.gz",
                 "/usr/share/bash-completion/completions/kccsyncd", "/usr/share/zsh/vendor-completions/_kccsyncd",
                 "/usr/share/fish/vendor_completions.d/kccsyncd.fish",
                 "/usr/share/doc/kccsyncd/examples/kccsyncd.toml.example"]:
        assert file in files
    completed = machine.run("bash", "-c", """
        source /usr/share/bash-completion/completions/kccsyncd
        COMP_WORDS=(kccsyncd ord) COMP_CWORD=1 COMP_LINE='kccsyncd ord' COMP_POINT=12
        _kccsyncd kccsyncd ord kccsyncd
        printf '%s\\n' "${COMPREPLY[@]}" """)
    assert completed.out.split() == ["orders"]


@pytest.mark.parametrize("unit", UNITS)
def test_this_systemd_calls_the_unit_safe(machine, unit):
    """1.1 and better, by the systemd of this release; no warning about the unit's text either."""
    path = machine.property("kccsyncd.service", "FragmentPath").replace("kccsyncd.service", unit)
    threshold = "11" if "backup" not in unit else "2"
    machine.run("systemd-analyze", "security", "--offline=true", f"--threshold={threshold}", "--no-pager", path)
    instance = path if "@" not in unit else unit.replace("@", "@x")
    verified = machine.run("systemd-analyze", "verify", "--man=no", instance)
    assert "kccsyncd" not in verified.said, verified
