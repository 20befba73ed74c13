"""A newcomer at a fresh machine, who types what the README's first chapter says and nothing else."""

import re
import time

import pytest

from conftest import ROOT
from dialogue import Dialogue
from machine import ENVIRONMENT
from stores import Store
from waiting import wait_until

CHAPTER = "## From a fresh machine to the first order"


def commands():
    """The commands of the chapter, in its order: what is indented by four."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    chapter = text.split(CHAPTER)[1].split("\n## ")[0]
    return re.findall(r"^    (\S.*)$", chapter, re.M)


@pytest.fixture(scope="module")
def shop(simulator):
    """Another shop than the other machine's."""
    return Store(simulator)


class Newcomer:
    """Root's shell in the machine, and what it has shown."""

    def __init__(self, machine):
        self.machine, self.shown = machine, {}

    def types(self, line):
        done = self.machine.run("bash", "-c", f"cd /root && {line}", timeout=180)
        self.shown[line] = done.said
        return done.said

    def talks(self, line):
        """The same at a terminal, for a command that asks."""
        inside = ["nsenter", "--target", str(self.machine.leader), "--all", "--", *ENVIRONMENT]
        return Dialogue([*inside, "bash", "-c", f"cd /root && {line}"])


def test_the_readme_leads_from_a_fresh_machine_to_the_first_order(fresh_machine, package, shop):
    began = time.monotonic()
    newcomer = Newcomer(fresh_machine)
    (fresh_machine.root / "root" / package.name).write_bytes(package.read_bytes())
    already = shop.place()
    to_type = commands()
    assert [line.split()[0] for line in to_type] == [
        "apt", "kccsyncd", "systemctl", "systemctl", "kccsyncd", "kccsyncd", "journalctl"]
    install, setup, start, status, orders, explain, journal = to_type

    # The README names the version that is packaged.
    assert package.name in install
    newcomer.types(install)

    with newcomer.talks(setup) as talk:
        talk.answer("address", shop.url)
        talk.answer('"token", or a "client"', "client")
        talk.answer("Client id", shop.facts["clientId"])
        talk.answer_hidden("Client secret", shop.facts["clientSecret"])
        talk.expect("ok       token accepted")
        talk.answer("[none]", shop.location(0))
        assert talk.end() == 0, talk.screen
        assert start in talk.screen or "systemctl" in talk.screen, "setup says what comes next"
    newcomer.types(start)

    wait_until(lambda: already in newcomer.types(orders), "the orders of the last days are there")
    assert "active (running)" in newcomer.types(status)
    placed = shop.place()
    wait_until(lambda: placed in newcomer.types(orders), "the order just placed is there", 60)
    # The reader takes a number of the list before.
    told = newcomer.types(explain.replace("1001", placed.lstrip("#")))
    assert placed in told and "imported" in told
    assert "imported" in newcomer.types(journal)

    took = time.monotonic() - began
    print(f"newcomer: {len(to_type)} commands, {took:.0f} s beside reading and typing")


def test_it_moves_to_another_machine_as_the_runbook_says(fresh_machine, shop):
    """The chapter's commands, with the same machine as the new one: what it had is taken away."""
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8").split("## Another machine")[1].split("\n## ")[0]
    first, *rest = re.findall(r"^ {8}(\S.*)$", text, re.M)
    newcomer = Newcomer(fresh_machine)
    before = newcomer.types("kccsyncd orders list")
    newcomer.types(re.search("`(kccsyncd db backup .*?)`", text)[1])
    newcomer.types("systemctl disable --now kccsyncd && mv /var/lib/kccsyncd/backups/move.sqlite /root && rm -r /var/lib/kccsyncd")
    for line in [first, *rest]:
        newcomer.types(line)
    assert newcomer.types("kccsyncd orders list") == before, "as it was, and nothing is held"
    placed = shop.place()
    wait_until(lambda: placed in newcomer.types("kccsyncd orders list"), "polling goes on")
