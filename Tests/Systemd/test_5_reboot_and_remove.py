"""A reboot; the package removed, with its data kept; installed again; and purged, with nothing left."""

from shop import orders, wait_order


def test_after_a_reboot_all_goes_on(machine, store, other_store):
    before = orders(machine)
    machine.reboot()
    assert machine.state() == "active" and machine.state("kccsyncd@acme.service") == "active"
    assert machine.state("kccsyncd.socket") == "active" and machine.state("kccsyncd-backup.timer") == "active"
    name = store.place()
    wait_order(machine, name)
    assert orders(machine) == {**before, name: "imported"}
    wait_order(machine, other_store.place(name="#7002"), "--instance", "acme")


def test_the_same_package_again_restarts_both_services(machine, package):
    """As an upgrade does; the configuration, which has been changed, is asked nothing about."""
    pids = machine.pid(), machine.pid("kccsyncd@acme.service")
    text = machine.path("/etc/kccsyncd/kccsyncd.toml").read_text()
    machine.install(package)
    machine.run("apt-get", "install", "--reinstall", "--yes", f"/root/{package.name}", timeout=180)
    assert machine.state() == "active" and machine.state("kccsyncd@acme.service") == "active"
    assert machine.pid() != pids[0] and machine.pid("kccsyncd@acme.service") != pids[1]
    assert machine.path("/etc/kccsyncd/kccsyncd.toml").read_text() == text


def test_removing_stops_everything_and_keeps_the_data(machine):
    machine.run("apt-get", "remove", "--yes", "kccsyncd", timeout=120)
    assert not machine.path("/usr/bin/kccsyncd").exists()
    running = machine.run("systemctl", "list-units", "--state=active", "--plain", "--no-legend", "kccsyncd*.service",
                          "kccsyncd*.socket", "kccsyncd*.timer").out
    assert running == ""
    for kept in ["/etc/kccsyncd/kccsyncd.toml", "/etc/kccsyncd/credentials/web", "/var/lib/kccsyncd/kccsyncd.sqlite",
                 "/var/lib/kccsyncd-acme/kccsyncd.sqlite"]:
        assert machine.path(kept).exists(), kept


def test_installed_again_it_goes_on_where_it_was(machine, package, store):
    machine.install(package)
    assert machine.state() == "active"
    wait_order(machine, store.place())


def test_purging_leaves_nothing(machine):
    machine.run("apt-get", "purge", "--yes", "kccsyncd", timeout=120)
    left = machine.run("find", "/etc", "/var/lib", "/var/spool", "/run", "/usr", "-xdev", "-name", "*kccsyncd*",
                       "-not", "-path", "/var/lib/dpkg/*", "-not", "-path", "/run/systemd/*",
                       "-not", "-path", "/etc/systemd/system/kccsyncd.service.d*").out
    assert left == "", left
    assert machine.run("systemctl", "list-units", "--failed", "--plain", "--no-legend").out == ""
