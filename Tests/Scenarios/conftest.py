"""Fixtures: one simulator for the session, a store and a folder for each test."""

import itertools
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "ShopifySimulator"), str(HERE.parent / "KCCStandIn")]

import audit  # noqa: E402
from desk import Desk  # noqa: E402
from harness import Box  # noqa: E402
from inspection import nothing_leaked  # noqa: E402
from kcc_standin.client import KCCStandIn  # noqa: E402
from simulator.client import Simulator  # noqa: E402
from stores import Store  # noqa: E402


def pytest_sessionfinish(session):
    """A worker of xdist hands its counts to the process that prints."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["audit"] = audit.COUNTS


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    """Sums up what the workers searched."""
    for name, count in getattr(node, "workeroutput", {}).get("audit", {}).items():
        audit.COUNTS[name] += count


def pytest_terminal_summary(terminalreporter):
    if audit.COUNTS["tests"] and not terminalreporter.stats.get("error"):
        terminalreporter.write_line(audit.summary())


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

    make.made = made
    yield make
    for store in made:
        store.clear_faults()


@pytest.fixture
def store(new_store):
    return new_store()


@pytest.fixture
def box(tmp_path, new_store):
    """A folder without channels; at the end nothing of it may hold a secret or the traces of a crash."""
    box = Box(tmp_path / "kcc")
    yield box
    # Shops that never became a channel must not be named either.
    nothing_leaked(box, new_store.made)


@pytest.fixture
def desk(tmp_path, new_store):
    """A configuration without channels, for `setup` to write."""
    desk = Desk(tmp_path / "kcc")
    desk.begin()
    yield desk
    nothing_leaked(desk, new_store.made)


@pytest.fixture
def web(box, store):
    """The usual case: one channel `web` of one store."""
    box.channel("web", store)
    return box


@pytest.fixture(scope="session")
def clouds():
    """KCC's cloud, of which each test has a channel of its own."""
    with KCCStandIn.start() as running:
        yield running


@pytest.fixture
def new_cloud(clouds):
    """Makes channels of KCC's that call a link; each is paused when its test is over."""
    made = []

    def make(base, name="web", password="correct-horse-battery", **settings):
        own = f"{name}{next(_numbers)}"
        channel = clouds.channel(own, f"{base}/{name}/config.{settings.pop('ending', 'xml')}", "khaos", password,
                                 company=own, fetch=False, **settings)
        made.append(channel)
        return channel

    yield make
    for channel in made:
        channel.settings(polling=False, hold=True)


_numbers = itertools.count(1)
