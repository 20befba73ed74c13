"""A short run of power cuts; `power_run.py` is the long one. And: it notices a disk that lies."""

import os
import subprocess
from pathlib import Path

import pytest

from disk import Disk
from inspection import nothing_leaked
from power_run import PowerRun
from waiting import wait_until


@pytest.fixture
def new_run(simulator, tmp_path):
    runs = []

    def make(**options):
        # Without the bad line, whose open ends are looked at a minute later.
        runs.append(PowerRun(simulator, tmp_path / "kcc", shipments=20, levels=200, seed=5, lost=(), **options))
        return runs[-1]

    yield make
    for run in runs:
        run.close()


def test_what_was_committed_outlives_power_cuts(new_run):
    run = new_run(cuts=6)
    assert run.run(print) == []
    assert run.compared > 500 and run.orders > 48 and run.promises > 100
    nothing_leaked(run.box, [run.store])
    # And what a command said yes to is looked at: one of each kind is taken away behind its back.
    assert run.broken_promises() == []
    sku = next(sku for sku, told in run.figures.items() if told)
    run.box.alter("UPDATE stock_level SET level_micros = level_micros + 1 WHERE sku = ?", sku)
    number = sorted(run.accepted)[0]
    run.box.alter("UPDATE shipment SET reference = 'lost' WHERE reference LIKE ?", f"%{number}")
    assert [breach.split()[:2] for breach in run.broken_promises()] == [["shipment", number], ["level", sku]]


def test_a_disk_that_lies_about_flushing_is_noticed(new_run):
    """So the run can fail: the same with fsync(2) and fdatasync(2) that do nothing."""
    breaches = new_run(cuts=6, lie=True).run(print)
    assert any("is gone" in breach or "not sound" in breach for breach in breaches), breaches


def test_a_mount_that_is_kept_elsewhere_does_no_harm(tmp_path):
    """A container that starts beside the test keeps the disk mounted as it was when the power went."""
    disk = Disk(tmp_path)
    with open(disk.place / "kept", "w") as file:
        file.write("flushed")
        file.flush()
        os.fsync(file.fileno())
    descriptor = os.open(disk.place, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
    elsewhere = subprocess.Popen(["unshare", "--mount", "--propagation", "private", "sleep", "infinity"])
    try:
        ours = os.readlink("/proc/self/ns/mnt")
        wait_until(lambda: os.readlink(f"/proc/{elsewhere.pid}/ns/mnt") != ours
                   and Path(f"/proc/{elsewhere.pid}/comm").read_text().strip() == "sleep", "the other namespace is there")
        disk.cut()
        disk.repair()
        assert (disk.place / "kept").read_text() == "flushed"
    finally:
        elsewhere.kill()
        elsewhere.wait()
        disk.unmount()
