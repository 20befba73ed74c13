"""Canaries: the token is nowhere, and the journal knows no person."""

from pathlib import Path

import pytest

from fault_kinds import FAULTS
from people import till
from stores import ago
from waiting import wait_until

PERSON = {"firstName": "Quillfeather", "lastName": "Ottersbane", "email": "canary.person@private.example",
          "phone": "+447700900876"}
HOME = {"firstName": "Quillfeather", "lastName": "Ottersbane", "company": "Hushwell & Daughters",
        "address1": "77 Secretive Crescent", "city": "Nowheresham", "zip": "ZZ9 9ZZ", "countryCode": "GB",
        "phone": "+447700900876"}
CANARIES = ["Quillfeather", "Ottersbane", "canary.person", "Secretive Crescent", "7700900876", "ZZ9 9ZZ", "Hushwell",
            "Nowheresham", "whisper this"]
NAMED = {"customer": PERSON, "email": PERSON["email"], "phone": PERSON["phone"], "billingAddress": HOME,
         "shippingAddress": HOME, "note": "whisper this"}
OFF = {"shopMoney": {"amount": "999.00"}, "presentmentMoney": {"amount": "999.00"}}
WRONG = {"overrides": {"totalPriceSet": OFF, "currentTotalPriceSet": OFF}}


def no_person(text):
    for canary in CANARIES:
        assert canary not in text, f"the journal names a person: {canary}"


@pytest.fixture
def named(web, store):
    """Orders of the same marked person that take every way there is."""
    web.adjust(download_pos_orders="customer_details", generic_customer="POSSALES")
    web.daemon_table["log_level"] = "debug"
    web.write()
    return [store.place(**NAMED), store.place(**NAMED, payment="pending"), store.place(**NAMED, **WRONG),
            store.place(**{**NAMED, "lines": [{"sku": None, "title": "Bespoke", "price": "1.00", "quantity": 1}]}),
            store.place(**till(NAMED)), store.place(**{**NAMED, "customer": None, "email": None, "billingAddress": None,
                                                       "shippingAddress": None, "phone": None})]


def test_no_person_in_the_journal_whatever_happens(web, store, named):
    said = web.once().err
    web.cli("orders", "ack", named[0])
    store.change(named[0], "address", shippingAddress={"address1": "78 Secretive Crescent"})
    store.change(named[1], "delete")
    web.cli("orders", "refetch", named[1])
    web.alter("UPDATE revisit SET due_at_ms = 0")
    said += web.once().err
    with web.daemon() as daemon:
        wait_until(lambda: web.status()["last_poll_at"], "it polls")
        web.cli("orders", "ignore", named[2])
        web.cli("orders", "reimport", named[2])
        web.cli("orders", "refetch", *named[3:])
        web.cli("backfill", "web", "--from", ago(days=3).date())
    no_person(said + daemon.log)
    assert named[0] in said, "order names are what the journal has instead"
    no_person(web.cli("status").out + web.cli("check", expect=None).out)


def test_no_person_in_the_journal_when_answers_quote_them(web, store, named):
    """Shopify's own words about an error may hold what was in the answer."""
    words = f"""Invalid value "{PERSON['firstName']} {PERSON['lastName']}", '{HOME['address1']}', {PERSON['email']}"""
    for fault in ({"kind": "errors_as_string", "body": words},
                  {"kind": "status", "status": 400, "body": {"errors": words}},
                  {"kind": "status", "status": 403, "body": {"errors": words}},
                  {"kind": "html", "body": f"<html>{words}</html>"},
                  {"kind": "wrong_json", "body": {"errors": [{"message": words, "extensions": {"code": "ODD"}}]}},
                  {"kind": "wrong_json", "body": {"data": {"nodes": words}}}):
        add(store, fault)
        result = web.once(expect=None)
        assert result.code != 0, fault
        no_person(result.said + web.cli("status").out)
        store.clear_faults()


def add(store, fault):
    fault = dict(fault)
    store.fault(fault.pop("kind"), **fault, operation="OrderRead", times=1)


def test_the_token_is_nowhere(web, store, named):
    """Each way of failing, at the log level that says most; then every place a secret could be left in."""
    for name, (fault, _) in FAULTS.items():
        fault = dict(fault)
        store.fault(fault.pop("kind"), **fault, times=1)
        web.once(expect=None)
        store.clear_faults()
    store.fault("status", status=500, body=f"<p>Invalid token {store.token}</p>", times=1)
    web.once(expect=69)
    store.fault("errors_as_string", body=f"Invalid API key or access token {store.token}", times=1)
    web.once(expect=77)
    store.fault("redirect", location=f"https://elsewhere.example.com/?t={store.token}", times=1)
    web.once(expect=None)
    with web.daemon() as daemon:
        wait_until(lambda: web.status()["last_poll_at"], "it polls")
        process = Path("/proc") / str(daemon.pid)
        for place in ("cmdline", "environ"):
            assert store.token.encode() not in (process / place).read_bytes(), place
        web.cli("status")
        web.cli("check", expect=None)
        web.cli("db", "backup", web.folder / "copy.sqlite")
    # The fixture's end looks through all output, logs, databases and the copy.


def test_a_configuration_that_is_refused_does_not_show_its_secret(web, store):
    web.adjust(access_token_file=None, access_token=store.token, shop_url=f"https://{store.token}@x.example.com")
    web.cli("check-config", expect=78)
    web.adjust(access_token=store.token + " with a blank")
    web.cli("check-config", expect=78)
    web.config.write_text(web.config.read_text() + f'\naccess_token = "{store.token}\n')
    web.cli("check-config", expect=78)
    web.cli("run", expect=78)
