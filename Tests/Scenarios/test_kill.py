"""A short kill run; `kill_run.py` is the long one. And: the comparison sees what it must."""

import json

from comparison import differences
from inspection import nothing_leaked
from kill_run import KillRun


def test_killed_again_and_again_nothing_is_lost(simulator, tmp_path):
    run = KillRun(simulator, tmp_path / "kcc", orders=300, kills=12, seed=7)
    report = run.run()
    assert report.good, f"{report} {report.problems} {list(report.different.items())[:3]} {report.missing[:3]}"
    assert report.moments["while importing"] >= 6, "the kills must fall into work"
    assert report.orders > 300, "orders came meanwhile"
    nothing_leaked(run.box, [run.store])


def test_the_comparison_finds_each_kind_of_loss(web, store):
    names = [store.place(), store.place(), store.place()]
    web.once()
    dump = store.dump(full=True)
    gids = [store.gid(name) for name in names]
    assert differences(web, dump) == ([], [], {})
    web.alter('DELETE FROM "order" WHERE gid = ?', gids[0])
    (text,), = web.query('SELECT snapshot FROM "order" WHERE gid = ?', gids[1])
    snapshot = json.loads(text)
    snapshot["lines"][0]["currentQuantity"] = 7
    web.alter('UPDATE "order" SET snapshot = ? WHERE gid = ?', json.dumps(snapshot), gids[1])
    store.change(names[2], "note", value="changed since")
    missing, twice, different = differences(web, store.dump(full=True))
    assert (missing, twice) == ([gids[0]], [])
    assert set(different[gids[1]]) == {"lines"}
    assert {"note", "updatedAt"} <= set(different[gids[2]])
