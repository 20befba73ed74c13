"""A short run of kills with KCC connected; `kcc_run.py` is the long one."""

import kcc_run
from inspection import nothing_leaked


def test_orders_reach_kcc_and_despatches_come_back_once_through_kills(simulator, clouds, tmp_path):
    run = kcc_run.KCCRun(simulator, clouds, tmp_path / "kcc", orders=12, kills=6, seed=3)
    bad = run.run(lambda text: None)
    assert not any(bad.values()), bad
    assert len(run.names) == 12 and run.sent, "the kills must leave time for work"
    nothing_leaked(run.box, [run.store])
