"""scripts/check-facts: a second derivation is found, and so is a pattern that finds nothing."""

import importlib.machinery
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "scripts/check-facts"

loader = importlib.machinery.SourceFileLoader("check_facts", str(SCRIPT))
facts = importlib.util.module_from_spec(importlib.util.spec_from_loader("check_facts", loader))
sys.modules["check_facts"] = facts
loader.exec_module(facts)

HOME = "Sources/Engine/Home.swift"
TABLE = (facts.Fact("the answer", "Home", (facts.Pattern(r"\b42\b", ("Sources/Tables/*.swift",)),)),)
GOOD = {
    HOME: "package struct Home: Sendable {\n    let answer = 42\n}\n",
    "Sources/Engine/Home+More.swift": "extension Home { var twice: Int { 42 * 2 } }\n",
    "Sources/Tables/Rows.swift": "let row = 42\n",
    "Sources/Other/Other.swift": "/// Not 42.\nlet other = Home().answer\n    // 42\n",
}


def test_one_home_is_fine():
    assert facts.check(GOOD, TABLE) == []


def test_a_second_derivation_is_found_with_its_place():
    [problem] = facts.check(GOOD | {"Sources/Other/Other.swift": "import Engine\nlet other = 42\n"}, TABLE)
    assert problem == "Sources/Other/Other.swift:2: the answer is decided by Home; found: let other = 42"


@pytest.mark.parametrize("files, words", [
    ({HOME: "let answer = 0\n"}, "declared nowhere"),
    ({"Sources/Other/Home.swift": "public final class Home {}\n"}, "declared in 2 files"),
], ids=["nowhere", "twice"])
def test_the_home_is_declared_once(files, words):
    problems = facts.check(GOOD | files, TABLE)
    assert any(words in problem for problem in problems)


@pytest.mark.parametrize("declaration", [
    "struct Home {", "package enum Home: String {", "@MainActor final class Home {", "package static func Home(", "actor Home {",
])
def test_declarations_are_recognised(declaration):
    assert facts.declarations("Home", {"a.swift": f"import Foundation\n{declaration}\n"}) == ["a.swift"]
    assert facts.declarations("Ho", {"a.swift": declaration}) == []


def test_released_migrations_are_left_as_they_are():
    frozen = {"Sources/Persistence/Migrations/M0003Stock.swift": "42\n"}
    later = {"Sources/Persistence/Migrations/M0009Later.swift": "42\n"}
    assert facts.check(GOOD | frozen, TABLE) == []
    assert len(facts.check(GOOD | later, TABLE)) == 1


def test_a_pattern_that_finds_nothing_in_the_old_commit_is_a_problem():
    assert facts.unproven({"Sources/Other/Other.swift": "let other = 42\n"}, TABLE) == []
    # Its home and the files that may have it prove nothing.
    [problem] = facts.unproven({name: text for name, text in GOOD.items() if "More" not in name}, TABLE)
    assert "nothing matches" in problem


def test_the_regular_expressions_are_sound():
    names = [(fact.name, pattern.regex) for fact in facts.FACTS for pattern in fact.patterns]
    assert len(set(names)) == len(names)


def test_every_pattern_is_found_in_the_commit_before():
    before = "bf7cfb1"
    if subprocess.run(["git", "cat-file", "-e", f"{before}^{{commit}}"], cwd=ROOT, capture_output=True).returncode:
        pytest.skip(f"this clone has no commit {before}")
    result = subprocess.run([SCRIPT, "--against", before], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
