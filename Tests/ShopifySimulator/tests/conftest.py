"""One simulator process for all tests, reset before each; and the client's own documents."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(ROOT / "scripts"))

import check_graphql  # noqa: E402
from simulator.client import Simulator  # noqa: E402


@pytest.fixture(scope="session")
def process():
    """The running simulator."""
    with Simulator.start() as sim:
        yield sim


@pytest.fixture
def sim(process):
    """The simulator in its start-up state."""
    process.post("reset")
    return process


@pytest.fixture(scope="session")
def documents():
    """{name: text} of the client's documents."""
    return {p.stem: p.read_text(encoding="utf-8") for p in check_graphql.DOCUMENTS.rglob("*.graphql")}
