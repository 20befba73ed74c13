"""A short run of power cuts; `power_run.py` is the long one. And: it notices a disk that lies."""

import pytest

from power_run import PowerRun


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
    assert run.compared > 500 and run.orders > 48


def test_a_disk_that_lies_about_flushing_is_noticed(new_run):
    """So the run can fail: the same with fsync(2) and fdatasync(2) that do nothing."""
    breaches = new_run(cuts=6, lie=True).run(print)
    assert any("is gone" in breach or "not sound" in breach for breach in breaches), breaches
