"""The audit at the end of every test can fail: a leak planted in each place and in each form is found, and nothing else is."""

import base64
import html
import io
import json
import sqlite3
import subprocess
import tarfile
import urllib.parse

import pytest

from audit import findings
from harness import Box, Result
from people import NELL_IN_KCC, kcc_customers

PERSON = {"firstName": "Zoë", "lastName": "O'Quill", "email": "zoe.oquill@example.net", "phone": "+441632960777"}
ADDRESS = {"firstName": "Zoë", "lastName": "O'Quill", "company": "Quill & Daughters", "address1": "9 \"Old\" Forge/Yard",
           "city": "Todmorden", "zip": "BA1 1FA", "countryCode": "GB", "phone": "+441632960777"}
ORDER = {"customer": PERSON, "email": PERSON["email"], "billingAddress": ADDRESS, "shippingAddress": ADDRESS}
WORDS = ["Zoë O'Quill", "zoe.oquill@example.net", "+441632960777", "Quill & Daughters", "9 \"Old\" Forge/Yard", "BA1 1FA", "BA11FA"]


@pytest.fixture
def planted(tmp_path, store):
    """A box that is not searched at the end of the test, with a customer in the shop whom no order store has seen."""
    box = Box(tmp_path / "planted")
    box.channel("web", store)
    store.place(**ORDER)
    return box


def found(box, *stores):
    return findings(box, stores)[0]


def say(box, text, *arguments, err=""):
    box.results.append(Result(arguments or ("status",), subprocess.CompletedProcess([], 0, text, err)))


def write(path, text, mode=0o600):
    path.write_text(text)
    path.chmod(mode)


def pack(path, text, mode=0o600):
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo("bundle/status.json")
        member.size = len(text.encode())
        archive.addfile(member, io.BytesIO(text.encode()))
    path.chmod(mode)


PLACES = {
    "a command's output": lambda box, text: say(box, text),
    "a command's errors": lambda box, text: say(box, "", err=text),
    "the errors of a command that shows customers": lambda box, text: say(box, "", "orders", "show", err=text),
    "the journal": lambda box, text: write(box.folder / "daemon-0.log", text),
    "the figures": lambda box, text: write(box.folder / "kccsyncd.prom", text),
    "an inbox file's report": lambda box, text: write(box.folder / "levels.csv.report", text, 0o640),
    "a support bundle": lambda box, text: pack(box.folder / "bundle.tar.gz", text),
    "the status page": lambda box, text: box.evidence.seen.append(("/", text)),
    "the process list": lambda box, text: box.evidence.seen.append(("/proc/PID/cmdline", text)),
}
FORMS = {"plain": str, "JSON": lambda text: json.dumps(text), "JSON with every sign escaped": lambda text: "".join(f"\\u{ord(c):04X}" for c in text),
         "JSON with escaped slashes": lambda text: json.dumps(text, ensure_ascii=False).replace("/", "\\/"), "HTML": html.escape,
         "HTML by numbers": lambda text: "".join(f"&#{ord(c)};" for c in text), "URL": urllib.parse.quote, "form": urllib.parse.quote_plus,
         "capitals": str.upper}


@pytest.mark.parametrize("place", PLACES)
def test_a_leak_in_any_place_is_found(planted, store, place):
    assert found(planted, store) == []
    PLACES[place](planted, f"error: the order of {PERSON['email']} was refused")
    assert len(found(planted, store)) == 1 and "names a customer" in found(planted, store)[0]
    PLACES[place](planted, f"error: {store.token} was refused")
    assert any("a secret" in each for each in found(planted, store))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("word", WORDS)
def test_a_customer_in_any_form_is_found(planted, store, word, form):
    say(planted, f'{{"detail": "for {FORMS[form](word)}, at once"}}')
    assert [each for each in found(planted, store) if "names a customer" in each], (word, form)


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_in_any_form_is_found(planted, store, form):
    say(planted, f"<{FORMS[form](store.token)}>", "orders", "show")
    assert found(planted, store) == ["kccsyncd orders show: a secret is in it"]


def test_the_links_password_as_a_client_sends_it_is_found(planted, store):
    planted.link(password="a-long-password-of-ours")
    say(planted, "Authorization: Basic " + base64.b64encode(b"khaos:a-long-password-of-ours").decode())
    assert found(planted, store) == ["kccsyncd status: a secret is in it"]


@pytest.mark.parametrize("name", ["orders.sqlite", "orders.sqlite-wal", "copy.sqlite", "levels.csv.report", "bundle.tar.gz", "control.sock"])
def test_a_file_that_others_may_read_is_found(planted, store, name):
    sqlite3.connect(planted.folder / f"{name.split('.')[0]}.sqlite").close()
    for path in planted.folder.glob("*.sqlite"):
        path.chmod(0o600)
    (pack if name.endswith(".gz") else write)(planted.folder / name, "", 0o600)
    assert found(planted, store) == []
    (planted.folder / name).chmod(0o644)
    assert found(planted, store) == [f"{name}: others may read it"]


def test_one_who_is_in_the_order_store_only_is_looked_for(planted, store):
    """Gone from the shop, still in the store and its copies."""
    planted.once()
    say(planted, f"for {PERSON['email']}")
    assert found(planted) == [f"kccsyncd status: names a customer: {PERSON['email']}"]


def test_one_who_is_gone_from_the_shop_and_was_never_imported_is_looked_for(planted, store):
    name = store.place(**{**ORDER, "email": "gone@elsewhere.example"})
    store.change(name, "address", shippingAddress={"address1": "5 Moved Avenue"})
    store.change(name, "address", shippingAddress={"address1": "6 Elsewhere Avenue"})
    store.change(name, "delete")
    say(planted, "gone@elsewhere.example, 5 Moved Avenue")
    assert len(found(planted, store)) == 2


def test_a_customer_of_kccs_is_looked_for(planted):
    planted.cli("customers", "import", kcc_customers(planted.folder / "kcc.csv", NELL_IN_KCC))
    say(planted, "refused for Nell Hargreave")
    assert found(planted) == ["kccsyncd status: names a customer: Nell Hargreave"]


def test_what_is_no_leak(planted, store):
    """What shows customers may show them; a carrier is nobody; a postcode within a checksum is none."""
    say(planted, " ".join(WORDS), "orders", "show")
    name = store.place()
    planted.once()
    planted.cli("shipments", "add", name, "--tracking", "JD1", "--carrier", "Royal Mail")
    planted.once()
    planted.once()
    say(planted, "sent by Royal Mail; sha256 00ba11fa77")
    assert found(planted, store) == []
