"""The stand-in as a process: its ends, its mistakes; the load mode; and that the attacks find what is wrong."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fake_third_party import valid_order
from kcc_standin.client import HOME, ControlError, KCCStandIn

sys.path.insert(0, str(HOME))

import hostile  # noqa: E402
from attacks.target import Target  # noqa: E402


def test_it_ends_when_told(party):
    kcc = KCCStandIn.start()
    web = kcc.channel("web", f"{party.base}/config.json", party.user, party.password, polling=True, compression=6000)
    party.close()
    web.stock(TEA=1)
    process = kcc.process
    started = time.monotonic()
    kcc.stop()
    assert process.returncode == 0 and time.monotonic() - started < 5
    party.open(party.port)


def test_it_ends_with_its_parent():
    parent = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    command = [sys.executable, "-m", "kcc_standin", "--parent-pid", str(parent.pid)]
    process = subprocess.Popen(command, cwd=HOME, stdout=subprocess.PIPE)
    assert b"listening on" in process.stdout.readline()
    parent.stdin.close()
    parent.wait()
    assert process.wait(10) == 0
    process.stdout.close()


@pytest.mark.parametrize("name,args", [("poll", {"channel": "none"}), ("nonsense", {}), ("settings", {"nonsense": 1}),
                                       ("settings", {"senders": "two"}), ("settings", {"faults": {"nonsense": 1.0}}),
                                       ("faults", {"kind": "nonsense"}), ("despatch", {"ref": "SPY404"}), ("stock", {})])
def test_mistakes_are_refused_in_words(web, name, args):
    with pytest.raises(ControlError):
        web.kcc.post(name, **{"channel": "web", **args})


def load(party, tmp_path, *words):
    """The figures that the load mode prints."""
    secret = tmp_path / "password"
    secret.write_text(party.password + "\n")
    command = [sys.executable, "-m", "kcc_standin.load", "--config-url", f"{party.base}/config.json", "--user", party.user,
               "--password-file", str(secret), *words]
    return json.loads(subprocess.run(command, cwd=HOME, capture_output=True, text=True, check=True, timeout=60).stdout)


def test_load_of_stock(party, tmp_path):
    party.answers = [503]
    found = load(party, tmp_path, "stock", "--rate", "50", "--seconds", "1", "--rows", "3")
    assert (found["calls"], found["not_200"], found["statuses"]) == (50, 1, {"200": 49, "503": 1})
    assert 30 < found["calls_per_second"] <= 51 and found["p50_ms"] <= found["p99_ms"] <= found["max_ms"]
    assert len(party.bodies("stock")) == 49 and len(set(party.bodies("stock"))) == 49 and found["connections"] <= 4


def test_load_of_pages(party, tmp_path):
    party.orders = [valid_order(f"SPY{number}") for number in range(1000)]
    found = load(party, tmp_path, "orders", "--calls", "3")
    assert (found["calls"], found["orders"], found["not_200"]) == (3, 1000, 0) and found["bytes"] > 500_000


def attacked(party, *only, pid=None, markers=()):
    """(whether it stood, the figures, the failures) after some phases."""
    said = []
    target = Target(party.base.removesuffix("/web"), "web", party.user, party.password, pid or os.getpid(), markers)
    stood = hostile.attack(target, seconds=1, say=said.append, only=only, growth_limit=2000)
    return stood, [json.loads(line) for line in said], target.failures


def test_the_attacks_pass_what_is_in_order(party):
    stood, said, failures = attacked(party, "random bodies", "credentials")
    assert stood, failures
    assert [line["phase"] for line in said] == ["random bodies", "credentials", "all"] and said[1]["answers"]["401"] > 50


def test_the_attacks_find_bodies_that_are_taken_and_should_not_be(party):
    stood, _, failures = attacked(party, "bodies by hand")
    assert not stood and any("cut JSON" in line for line in failures) and any("billion laughs" in line for line in failures)


def test_the_attacks_find_a_process_that_is_gone(party):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert any("the process is gone" in line for line in attacked(party, "credentials", pid=gone.pid)[2])


def test_the_attacks_find_markers_and_server_errors(party):
    assert any("belongs to another" in line for line in attacked(party, "paths and methods", markers=["EndpointConfig"])[2])
    party.answers = [200, 200] + [500] * 20
    assert any("answered 500" in line for line in attacked(party, "random bodies")[2])


def test_only_loopback_is_attacked():
    with pytest.raises(ValueError):
        Target("http://192.0.2.1/kcc", "web", "u", "p", 1)


def test_no_file_names_a_place_of_its_own():
    assert not [path for path in Path(HOME).rglob("*.py") if "/wo" + "rk/" in path.read_text(encoding="utf-8")]
