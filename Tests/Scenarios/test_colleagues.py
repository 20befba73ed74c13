"""A short run of shipments among colleagues and faults; `colleagues_run.py` is the long one."""

from colleagues_run import ColleaguesRun
from inspection import nothing_leaked

# Of the requests whose outcome is unknown one kind is enough here: what each leaves open is looked up a minute later.
KINDS = ("throttled", "status 429 with Retry-After", "a request rejected as a whole", "one order of a reading fails",
         "dropped after executing")


def test_each_shipment_is_in_shopify_or_parked_with_a_true_reason(simulator, tmp_path):
    run = ColleaguesRun(simulator, tmp_path / "kcc", shipments=24, seed=5, kinds=KINDS)
    wrong = run.run(lambda text: None)
    assert wrong == []
    assert sum(run.states.values()) == 24 and run.sent >= 10, "the run must have work"
    assert sum(run.actions.values()) >= 5, "colleagues must have acted"
    nothing_leaked(run.box, [run.store])
