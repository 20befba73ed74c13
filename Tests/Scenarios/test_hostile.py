"""A short run of the attacks on the KCC link; `make hostile` has the long one."""

import hostile_run


def test_the_link_stands(simulator, tmp_path):
    said = []
    stood, failures = hostile_run.attack(simulator, tmp_path / "kcc", 6, 2, said.append)
    assert stood, (failures, said)
    assert '"phase": "crawling"' in "".join(said)
