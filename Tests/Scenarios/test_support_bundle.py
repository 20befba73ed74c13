"""What leaves a shop in a support bundle, and what does not."""

import json
import os
import signal
import sqlite3
import stat
import tarfile

import pytest

from harness import BINARY
from settings_text import render
from waiting import wait_until

PERSON = {"firstName": "Quillfeather", "lastName": "Ottersbane", "email": "canary.person@private.example",
          "phone": "+447700900876"}
HOME = {"firstName": "Quillfeather", "lastName": "Ottersbane", "company": "Hushwell & Daughters",
        "address1": "77 Secretive Crescent", "city": "Nowheresham", "zip": "ZZ9 9ZZ", "countryCode": "GB",
        "phone": "+447700900876"}
NAMED = {"customer": PERSON, "email": PERSON["email"], "phone": PERSON["phone"], "billingAddress": HOME,
         "shippingAddress": HOME, "note": "whisper this"}
MARKS = ["Quillfeather", "Ottersbane", "canary.person", "Secretive Crescent", "7700900876", "ZZ9 9ZZ", "Hushwell",
         "Nowheresham", "whisper this", "JD0099887766"]
SECRETS = ["inline-swordfish", "from-a-file-marlin", "credential-barracuda", "url-user-pike", "url-word-perch",
           "mistyped-key-haddock", "pasted-name-turbot"]
PARTS = {"README", "versions", "clock", "configuration", "check-config", "files", "status.json", "metrics", "store",
         "store-check"}


def unpacked(path):
    """The bundle's files by name."""
    with tarfile.open(path) as archive:
        members = archive.getmembers()
        assert all(member.isdir() or member.isfile() for member in members)
        assert len({member.name.split("/")[0] for member in members}) == 1, "all is in one folder"
        return {member.name.split("/")[1]: archive.extractfile(member).read().decode()
                for member in members if member.isfile()}


def leaks(files, marks):
    return [(name, mark) for name, text in files.items() for mark in marks if mark.lower() in text.lower()]


def bundle(box, *options, expect=0):
    path = box.folder / f"bundle-{len(box.results)}.tar.gz"
    result = box.cli("support-bundle", path, *options, expect=expect)
    return result, unpacked(path)


def program(box, name, text):
    """A program of that name comes first in the search path."""
    folder = box.folder / "bin"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("#!/bin/sh\n" + text)
    (folder / name).chmod(0o755)
    box.environment["PATH"] = f"{folder}:{os.environ['PATH']}"


@pytest.fixture
def busy(web, store):
    """Orders of a marked person in several states, and a parked job whose error quotes them."""
    names = [store.place(**NAMED), store.place(**NAMED, payment="pending"),
             store.place(**{**NAMED, "lines": [{"sku": None, "title": "Bespoke", "price": "1.00", "quantity": 1}]})]
    web.once()
    for name, number in ((names[0], "JD0099887766"), (names[1], "JD0099887766-2")):
        web.cli("shipments", "add", name, "--tracking", number, expect=None)
    assert web.alter("UPDATE push_job SET state = 'parked', last_error = ? WHERE id = 1",
                     "Shopify refuses it: Quillfeather of 77 Secretive Crescent is unknown") == 1
    web.alter("UPDATE push_job SET state = 'retryable', last_error = 'Ottersbane said no' WHERE id = 2")
    web.alter("UPDATE shop SET health = json_set(coalesce(health, '{}'), '$.error', 'Quillfeather was not found')")
    web.alter("INSERT INTO kcc_notice (channel, kind, subject, text, remedy, first_at_ms, last_at_ms) "
              "VALUES ('web', 'order_unknown', 'Ottersbane', 'Quillfeather is unknown', 'ask Quillfeather', 1, 2)")
    return names


def test_a_developer_sees_the_shop_and_no_customer(web, store, busy):
    result, files = bundle(web)
    assert PARTS <= set(files)
    assert not leaks(files, MARKS + [store.token])
    assert leaks({"planted": "for QUILLFEATHER", **files}, MARKS) == [("planted", "Quillfeather")]
    assert f'channels.web.shop_url = "{store.url}"' in files["configuration"]
    assert files["check-config"] == "ok\n" and files["store-check"] == "ok\n"
    channel = json.loads(files["status.json"])["channels"][0]
    assert channel["orders"] == {"failed": 1, "ignored": 0, "imported": 1, "pending": 0, "skipped": 1}
    assert "line_without_sku" in files["store"] and "Shopify refuses it" in files["store"]
    assert "something else, left out" in files["store"] and "order_unknown" in files["store"]
    assert 'kccsyncd_orders{unit="kccsyncd",channel="web",state="imported"' in files["metrics"]
    assert "orders.sqlite" in files["files"] and "0600" in files["files"]
    size = os.statvfs(web.folder)
    assert f" MiB free of {size.f_blocks * size.f_frsize >> 20} MiB, " in files["files"]
    assert files["versions"].startswith("kccsyncd: ") and "libcurl: libcurl/" in files["versions"]
    assert all(f"  {name}: " in files["README"] for name in PARTS - {"README"})
    assert "Quillfeather" not in result.said


def test_the_file_is_its_makers_and_replaces_nothing(web):
    web.once()
    result = web.cli("support-bundle")
    [path] = web.folder.glob("kccsyncd-support-*.tar.gz")
    assert f"{path.name}: written; it holds no secret and no customer's data" in result.out
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    refused = web.cli("support-bundle", path, expect=64)
    assert refused.err == f"{path}: is there already; name a new file for the bundle\n"
    assert path.read_bytes() == before
    refused = web.cli("support-bundle", web.folder / "nowhere" / "x", expect=64)
    assert "cannot be made: No such file or directory; name a file in a folder that you may write" in refused.err


def test_secrets_in_every_form(web, store):
    web.once()
    web.secrets.update(SECRETS)
    web.write_secret(web.folder / "marlin.token", "from-a-file-marlin")
    web.channels["inline"] = {"shop_url": "https://inline.myshopify.com", "access_token": "inline-swordfish"}
    web.channels["file"] = {"shop_url": "https://file.myshopify.com", "client_id": "id",
                            "client_secret_file": str(web.folder / "marlin.token")}
    web.channels["credential"] = {"shop_url": "https://credential.myshopify.com",
                                  "access_token_credential": "pasted-name-turbot"}
    web.channels["url"] = {"shop_url": "https://url-user-pike:url-word-perch@url.myshopify.com",
                           "acess_token": "mistyped-key-haddock", "access_token": store.token}
    web.write()
    web.write_secret(web.folder / "journal.token", json.dumps({"MESSAGE": f"from-a-file-marlin, {store.token}"}))
    program(web, "journalctl", f"cat {web.folder}/journal.token\n")
    result, files = bundle(web, "--unit", "kccsyncd")
    assert not leaks(files, [*SECRETS, store.token])
    assert "configuration is refused: see check-config" in result.err
    assert "channels.url.acess_token: unknown key" in files["check-config"]
    assert "channels.inline.access_token = a string, left out" in files["configuration"]
    assert '"MESSAGE":"•••, •••"' in files["journal.jsonl"]
    assert "store" in files, "the order store is found although the file is refused"


def test_the_journal_and_the_unit_as_far_as_they_are_known(web):
    web.once()
    entry = {"MESSAGE": "web: paused: Shopify says: Quillfeather", "KCC_CHANNEL": "web", "_HOSTNAME": "secretive-host",
             "_CMDLINE": "Ottersbane", "PRIORITY": "4"}
    web.folder.joinpath("entry.json").write_text(json.dumps(entry) + "\n")
    program(web, "journalctl", f'echo "$@" >{web.folder}/asked; cat {web.folder}/entry.json\n')
    program(web, "systemctl", f'echo "$@" >>{web.folder}/shown; echo Id=kccsyncd@acme.service\n')
    _, files = bundle(web, "--unit", "kccsyncd@acme", "--journal-lines", "7")
    assert json.loads(files["journal.jsonl"]) == {"KCC_CHANNEL": "web", "PRIORITY": "4",
                                                  "MESSAGE": "web: paused: Shopify says: …"}
    asked = web.folder.joinpath("asked").read_text()
    assert "--unit=kccsyncd@acme" in asked and "--lines=7" in asked
    assert files["unit"] == "Id=kccsyncd@acme.service\n"
    assert "Environment" not in web.folder.joinpath("shown").read_text()
    program(web, "journalctl", "exit 3\n")
    result, files = bundle(web)
    assert "not in it: journal.jsonl: not to be had: journalctl ended with status 3\n" in result.err
    assert "journalctl ended with status 3" in files["README"] and "journal.jsonl" not in files


def test_with_the_daemon_at_work(web, busy):
    with web.daemon() as daemon:
        wait_until(lambda: web.status()["last_poll_at"], "it polls")
        result, files = bundle(web)
        assert json.loads(files["status.json"])["running"] is True
        assert "no daemon runs" not in result.err
        assert not leaks(files, MARKS)
    result, files = bundle(web)
    assert json.loads(files["status.json"])["running"] is False
    assert "not in it: the daemon's state: not to be had: no daemon runs\n" in result.err
    assert "Quillfeather" not in daemon.log


def test_a_daemon_that_hangs_does_not_keep_the_rest_from_being_told(web):
    with web.daemon() as daemon:
        daemon.process.send_signal(signal.SIGSTOP)
        result, files = bundle(web)
        daemon.process.send_signal(signal.SIGCONT)
    assert f"not in it: the daemon's state: not to be had: {web.folder}/control.sock: " in result.err
    assert {"status.json", "store"} <= set(files)


def test_a_store_that_is_absent(web):
    result, files = bundle(web)
    assert "store" not in files and "configuration" in files
    assert f"not in it: store: not to be had: {web.database}: is not there yet" in result.err
    assert f"{web.database}: is not there yet" in files["README"]


def test_a_store_that_is_damaged(web, busy):
    text = bytearray(web.database.read_bytes())
    text[200:4096] = b"\xa5" * 3896
    web.database.write_bytes(text)
    result, files = bundle(web)
    assert f"not in it: store: not to be had: {web.database}: is damaged" in result.err
    assert "orders.sqlite" in files["files"] and not leaks(files, MARKS)


def test_a_store_that_another_program_holds(web, busy):
    holder = sqlite3.connect(web.database, isolation_level=None)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    try:
        result, files = bundle(web)
    finally:
        holder.close()
    assert f"not in it: store: not to be had: {web.database}: another program holds it" in result.err
    assert "configuration" in files and not leaks(files, MARKS)


def test_a_file_that_is_no_configuration(web, store):
    web.config.write_text(render(web.daemon_table, web.channels) + f'\naccess_token = "{store.token}\n')
    result, files = bundle(web)
    assert "configuration: not to be had: line " in result.err and "no valid TOML" in files["check-config"]
    assert not leaks(files, [store.token])
    web.config.unlink()
    result, files = bundle(web)
    assert "configuration: not to be had: no such file" in result.err and "versions" in files


def test_without_tar_nothing_is_left(web):
    web.once()
    program(web, "tar", "exit 2\n")
    failed = web.cli("support-bundle", web.folder / "x.tar.gz", expect=75)
    assert (f"{web.folder}/x.tar.gz: the bundle cannot be written: tar ended with status 2; check that tar and gzip are "
            "installed, and that there is room in the folder and in /tmp\n") in failed.err
    assert not (web.folder / "x.tar.gz").exists()


def test_the_number_of_lines_is_checked(web):
    refused = web.cli("support-bundle", "--journal-lines", "0", expect=64)
    assert "--journal-lines: expected 1 to 100000, found 0" in refused.err
    assert BINARY.exists() and not list(web.folder.glob("kccsyncd-support-*"))
