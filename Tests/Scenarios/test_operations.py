"""The runbook and the alerts against the program: what they name is there."""

import json
import re
import subprocess
import urllib.request

import pytest

from harness import BINARY, ROOT
from waiting import wait_until

RUNBOOK = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
RULES = (ROOT / "packaging/prometheus/kccsyncd.rules.yml").read_text(encoding="utf-8")


def test_each_alert_has_its_chapter_and_each_chapter_its_alert():
    alerts = re.findall(r"- alert: (\w+)", RULES)
    assert len(alerts) == len(set(alerts)) > 10
    assert re.findall(r"^### (\w+)$", RUNBOOK, re.M) == alerts, "in the same order"
    assert [f"docs/operations.md, {alert}" for alert in alerts] == re.findall(r'runbook: "(.*)"', RULES)


def test_each_message_id_is_one_of_the_daemons():
    ids = re.findall(r'"([0-9a-f]{32})"', (ROOT / "Sources/kccsyncd/Systemd/MessageIDs.swift").read_text())
    named = re.findall(r"MESSAGE_ID=(\S+?)[` \n]", RUNBOOK)
    assert len(named) > 10 and set(named) <= set(ids)


@pytest.fixture(scope="module")
def definitions():
    told = subprocess.run([BINARY, "--experimental-dump-help"], capture_output=True, text=True, check=True).stdout
    return json.loads(told)["command"]


def resolve(command, words):
    """The words that are neither a subcommand nor an option of it; None where a word should be a command and is none."""
    while command.get("subcommands") and words:
        command = next((each for each in command["subcommands"] if each["commandName"] == words[0]), None)
        if command is None:
            return None
        words = words[1:]
    options = {name["name"] for argument in command.get("arguments", []) for name in argument.get("names") or []}
    return [word for word in words if word.startswith("--") and word[2:] not in options]


def test_each_command_is_one_of_the_programs(definitions):
    lines = [indented or quoted for indented, quoted in re.findall(r"^ {4,}kccsyncd (.*)$|`kccsyncd ([^`]*)`", RUNBOOK, re.M)]
    commands = [line for line in lines if re.match("[a-z]", line)]
    assert len(commands) > 25
    for command in commands:
        assert resolve(definitions, command.split()) == [], f"kccsyncd {command}"
    assert resolve(definitions, ["orders", "burn"]) is None and resolve(definitions, ["status", "--loud"]) == ["--loud"]


@pytest.fixture
def figures(box, store):
    """What a daemon prints that has a link, a backup and all else that figures come of."""
    box.channel("web", store)
    box.link()
    bare = {"lines": [{"sku": None, "title": "Bespoke", "price": "1.00", "quantity": 1}]}
    failed, good = store.place(**bare), store.place()
    (box.folder / "backups").mkdir()
    with box.daemon() as daemon:
        wait_until(lambda: {failed, good} <= set(box.orders()), "both orders")
        box.cli("db", "backup", box.folder / "backups" / "night.sqlite")
        # The shop does not take it, so that the queue holds it whenever the figures are read.
        store.fault("status", status=503, operation="FulfilmentCreate", times=-1)
        box.cli("shipments", "add", good, "--tracking", "CN1")
        yield lambda: urllib.request.urlopen(f"http://{box.kcc['listen']}/metrics", timeout=5).read().decode(), daemon


def test_each_figure_of_the_rules_is_printed(figures):
    read, _ = figures
    text = read()
    named = {name for expression in re.findall(r"expr: (.*)", RULES) for name in re.findall(r"\bkccsyncd_\w+", expression)}
    printed = set(re.findall(r"^(\w+)\{", text, re.M))
    # KCC has not called yet, so that there is no time of its last call; its limit is there.
    assert named - printed <= {"kccsyncd_kcc_last_call_timestamp_seconds"}, text
    assert all('unit="' in line for line in text.splitlines() if not line.startswith("#"))


def value(text, name, **labels):
    """A sample's value."""
    for line in text.splitlines():
        if line.startswith(f"{name}{{") and all(f'{key}="{each}"' in line for key, each in labels.items()):
            return float(line.rsplit(" ", 1)[1])
    return None


def test_figures_move_when_something_is_wrong(box, figures):
    """The conditions of four alerts, made for real."""
    read, daemon = figures
    assert value(read(), "kccsyncd_reload_refused") == 0
    assert value(read(), "kccsyncd_orders", state="failed", channel="web") == 1
    assert value(read(), "kccsyncd_store_free_bytes") > 0 and value(read(), "kccsyncd_store_problems") == 0
    assert value(read(), "kccsyncd_last_backup_timestamp_seconds") > 1.7e9
    good = box.config.read_text()
    box.config.write_text(good + "\nnonsense = 1\n")
    box.cli("reload", expect=78)
    assert value(read(), "kccsyncd_reload_refused") == 1
    box.config.write_text(good)
    box.cli("reload")
    assert value(read(), "kccsyncd_reload_refused") == 0


def test_a_paused_shop_is_a_figure(box, store):
    box.channel("web", store)
    box.link()
    store.fault("status", status=401, times=-1)
    with box.daemon() as daemon:
        daemon.wait_log("paused")
        text = urllib.request.urlopen(f"http://{box.kcc['listen']}/metrics", timeout=5).read().decode()
        assert value(text, "kccsyncd_shop_paused") == 1
        store.clear_faults()
