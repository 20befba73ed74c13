"""Fixtures: one simulator for the session, a store and a folder for each test."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "ShopifySimulator")]

from harness import Box  # noqa: E402
from inspection import nothing_leaked  # noqa: E402
from simulator.client import Simulator  # noqa: E402
from stores import Store  # noqa: E402


@pytest.fixture(scope="session")
def simulator():
    with Simulator.start() as running:
        yield running


@pytest.fixture
def new_store(simulator):
    """Makes stores; what a test did to the simulator as a whole is undone at its end."""
    made = []

    def make(**settings):
        made.append(Store(simulator, **settings))
        return made[-1]

    yield make
    for store in made:
        store.clear_faults()


@pytest.fixture
def store(new_store):
    return new_store()


@pytest.fixture
def box(tmp_path):
    """A folder without channels; at the end nothing of it may hold a secret or the traces of a crash."""
    box = Box(tmp_path / "kcc")
    yield box
    nothing_leaked(box)


@pytest.fixture
def web(box, store):
    """The usual case: one channel `web` of one store."""
    box.channel("web", store)
    return box
