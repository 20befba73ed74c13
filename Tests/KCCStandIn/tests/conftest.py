"""One stand-in for the session, emptied for each test; a third party and a channel for each test."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from fake_third_party import ThirdParty  # noqa: E402
from kcc_standin.client import KCCStandIn  # noqa: E402


@pytest.fixture(scope="session")
def process():
    """The running stand-in."""
    with KCCStandIn.start() as kcc:
        yield kcc


@pytest.fixture
def kcc(process):
    """The stand-in without channels."""
    process.post("reset")
    yield process
    process.post("reset")


@pytest.fixture
def party():
    """A third party."""
    made = ThirdParty()
    yield made
    made.close()


@pytest.fixture
def connect(kcc, party):
    """Makes channels of the third party."""
    def make(name="web", ending="json", **more):
        return kcc.channel(name, f"{party.base}/config.{ending}", party.user, party.password, **more)

    return make


@pytest.fixture
def web(connect):
    """The usual channel."""
    return connect()
