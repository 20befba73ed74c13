"""scripts/faults: a row is shown only by four cases that passed."""

import json
import subprocess
import sys
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

FAULTS = Path(__file__).parents[2] / "scripts/faults"
TABLE = """# a comment

S1   a linked channel has an order → 17
H1a  KCC asks by name → not acknowledged
"""


def swift(name, cases=(), *, issue=None, known=False, ended=True, skipped=False):
    """The records of one test in an event stream of Swift Testing."""
    identifier = f"KccsyncdTests.Faults/`{name}`(_:)/Faults.swift:1:6"
    payload = {"id": identifier, "kind": "function", "name": f"`{name}`(_:)", "displayName": name, "isParameterized": bool(cases)}
    yield {"kind": "test", "payload": payload}

    def event(kind, *texts, **more):
        messages = [{"symbol": "default", "text": text} for text in texts]
        return {"kind": "event", "payload": {"kind": kind, "testID": identifier, "messages": messages, **more}}

    if skipped:
        yield event("testSkipped", f'Test "{name}" skipped.')
        return
    yield event("testStarted", f'Test "{name}" started.')
    for case in cases:
        yield event("testCaseStarted", f'Test case passing 1 argument input → {case} to "{name}" started.')
    if issue:
        yield event("issueRecorded", issue, issue={"isKnown": known, "severity": "error"})
    if ended:
        yield event("testEnded", f'Test "{name}" ended.')


def scenario(name, cases, failing=()):
    for case in cases:
        body = '<failure message="assert 20 == 17"/>' if case in failing else ""
        yield f'<testcase classname="test_x" name={quoteattr(f"{name}[{case}]")}>{body}</testcase>'


@pytest.fixture
def run(tmp_path):
    def run(tests=(), scenarios=(), *more):
        (tmp_path / "faults.txt").write_text(TABLE)
        (tmp_path / "events.jsonl").write_text("".join(json.dumps(record) + "\n" for test in tests for record in test))
        (tmp_path / "scenarios.xml").write_text(f"<testsuites><testsuite>{''.join(scenarios)}</testsuite></testsuites>")
        command = [sys.executable, FAULTS, "--rows", tmp_path / "faults.txt", "--events", tmp_path / "events.jsonl"]
        result = subprocess.run([*command, "--junit", tmp_path / "scenarios.xml", *more], capture_output=True, text=True)
        return result.returncode, result.stdout + result.stderr
    return run


FOUR = ["3 hours old", "6 days old", "unpaid", "held"]
FINE = ("S1: units are held back", FOUR)
SCENARIO = list(scenario("test_h1a_by_name", ["a", "b", "c", "d"]))


def test_rows_with_four_cases_that_passed_are_shown(run):
    status, text = run([swift(*FINE)], SCENARIO)
    assert status == 0 and "2 of 2 rows shown, by 2 tests with 8 cases" in text
    assert "input:     3 hours old" in text and "neighbour: 6 days old" in text


def test_cases_of_several_tests_add_up_and_none_counts_twice(run):
    halves = [swift("S1: one half", FOUR[:2]), swift("S1: other half", FOUR[2:])]
    assert run(halves, SCENARIO)[0] == 0
    assert run([swift("S1: one case four times", ["held"] * 4)], SCENARIO)[0] == 1


def test_a_row_without_a_test_fails(run):
    status, text = run([swift(*FINE)])
    assert status == 1 and "H1a  NO TEST" in text and "1 of 2 rows" in text


def test_three_cases_are_too_few(run):
    status, text = run([swift("S1: units are held back", FOUR[:3])], SCENARIO)
    assert status == 1 and "S1   ONLY 3 OF 4 CASES" in text


@pytest.mark.parametrize("broken", [
    {"issue": "Expectation failed: 20 == 17"},
    {"ended": False},
    {"skipped": True},
], ids=["a case failed", "the run crashed", "skipped"])
def test_a_test_that_did_not_pass_fails_its_row(run, broken):
    status, text = run([swift(*FINE, **broken)], SCENARIO)
    assert status == 1 and "S1   FAILED" in text
    assert broken.get("issue", "") in text


def test_a_known_issue_is_no_failure(run):
    assert run([swift(*FINE, issue="a known one", known=True)], SCENARIO)[0] == 0


def test_a_failing_scenario_fails_its_row(run):
    status, text = run([swift(*FINE)], scenario("test_h1a_by_name", ["a", "b", "c", "d"], failing=["c"]))
    assert status == 1 and "H1a  FAILED" in text and "c: assert 20 == 17" in text


def test_a_row_that_is_not_in_the_list_fails(run):
    status, text = run([swift(*FINE), swift("S99: a typing error", FOUR)], SCENARIO)
    assert status == 1 and "S99  UNKNOWN" in text


def test_other_tests_are_left_alone(run):
    others = [swift("an order goes to KCC", issue="not ours"), swift("S1 without a colon", FOUR)]
    assert run([swift(*FINE), *others], [*SCENARIO, *scenario("test_s_curve", ["a"], failing=["a"])])[0] == 0


def test_one_row_can_be_looked_at_alone(run):
    assert run([swift(*FINE)], [], "--only", "S1")[0] == 0
    assert "no such row: S2" in run([], [], "--only", "S2")[1]


def test_every_row_of_the_issue_is_in_the_list():
    rows = (FAULTS.parents[1] / "Tests/faults.txt").read_text()
    names = [line.split()[0] for line in rows.splitlines() if line and not line.startswith("#")]
    expected = [f"S{i}" for i in range(1, 13)] + ["S10a"] + [f"H{i}" for i in range(1, 10)] + ["H1a"] + [f"C{i}" for i in range(1, 10)]
    expected += [f"M{i}" for i in range(1, 7)] + [f"F{i}" for i in range(1, 15)]
    assert sorted(names) == sorted(expected)
