"""Fixtures: one machine and one simulated shop for the whole run; the tests are steps of its life, in the files' order."""

import contextlib
import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(HERE.parent / "Scenarios"), str(HERE.parent / "ShopifySimulator")]

from machine import Machine  # noqa: E402
from simulator.client import Simulator  # noqa: E402
from stores import Store  # noqa: E402


def pytest_addoption(parser):
    parser.addoption("--release", required=True, help="bookworm or trixie")
    parser.addoption("--package", required=True, help="the package under test")
    parser.addoption("--previous", required=True, help="the package that it upgrades")
    parser.addoption("--keep", action="store_true", help="leave the machine's folder")


def pytest_report_header(config):
    return f"a machine with Debian {config.getoption('release')}"


@contextlib.contextmanager
def booted(config):
    """A machine that runs; at the end it is off and gone."""
    folder = ROOT / ".build/systemd"
    folder.mkdir(parents=True, exist_ok=True)
    machine = Machine(config.getoption("release"), folder)
    try:
        machine.boot()
        yield machine
        machine.power_off()
    finally:
        if config.getoption("keep"):
            print(f"kept: {machine.folder}")
        else:
            machine.throw_away()


@pytest.fixture(scope="session")
def machine(request):
    with booted(request.config) as machine:
        yield machine


@pytest.fixture(scope="module")
def fresh_machine(request):
    """Another one, which nothing has happened to."""
    with booted(request.config) as machine:
        yield machine


@pytest.fixture(scope="session")
def package(request):
    return Path(request.config.getoption("package")).resolve()


@pytest.fixture(scope="session")
def previous(request):
    return Path(request.config.getoption("previous")).resolve()


@pytest.fixture(scope="session")
def simulator():
    assert "KCCSYNCD_TEST_NAMESPACE" in os.environ, "run scripts/test-systemd, which makes a network of its own"
    with Simulator.start() as running:
        yield running


@pytest.fixture(scope="session")
def store(simulator):
    """The shop of channel web."""
    return Store(simulator)


@pytest.fixture(scope="session")
def other_store(simulator):
    """Another merchant's shop."""
    return Store(simulator)
