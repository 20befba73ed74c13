"""A short run of kills over a bad line; `push_run.py` is the long one."""

from inspection import nothing_leaked
from push_run import PushRun


def test_levels_and_shipments_arrive_once_through_kills(simulator, tmp_path):
    run = PushRun(simulator, tmp_path / "kcc", shipments=10, levels=150, kills=6, seed=3, lost=("InventorySet",),
                  hurry=True)
    told, *bad = run.run(lambda text: None)
    assert told == 10 and bad == [[], [], [], [], []], bad
    assert (run.off, run.strange, run.backwards) == ([], [], [])
    assert run.writes >= 30, "the kills must leave time for work"
    nothing_leaked(run.box, [run.store])
