"""What KCC was given, and what changes after that."""

import csv
import io

import pytest

from people import LINE

CHANGES = {
    "lines": ("edit", {"add": [{"sku": "EXTRA", "price": "1.00", "quantity": 1}]}),
    "refunds": ("refund", {"lines": [{"line": 0, "quantity": 1, "restock": "RETURN"}]}),
    "shipping_address": ("address", {"shippingAddress": {"address1": "9 New Road"}}),
    "customer": ("email", {"value": "moved@example.org"}),
    "note": ("note", {"value": "leave with the neighbour"}),
    "po_number": ("po_number", {"value": "PO-77"}),
    "cancelled": ("cancel", {"reason": "CUSTOMER", "refund": True}),
}


@pytest.fixture
def acknowledged(web, store):
    """An imported order of two pieces that KCC has taken."""
    name = store.place(lines=[{**LINE, "quantity": 2}])
    web.once()
    web.cli("orders", "ack", name)
    return name


@pytest.mark.parametrize("field", CHANGES)
def test_an_edit_after_the_acknowledgement_names_its_fields(web, store, acknowledged, field):
    kind, what = CHANGES[field]
    store.change(acknowledged, kind, **what)
    said = web.once()
    order = web.orders()[acknowledged]
    assert order["changed_after_handoff"] and field in order["changed_fields"], order["changed_fields"]
    assert order["revision"] == 2
    assert order["state"] == "imported" and order["acknowledged_at"]
    assert len([line for line in said.err.splitlines() if "changed after its hand-off" in line]) == 1
    assert web.json("status")["changed_after_handoff"] == 1
    assert web.export("--unacknowledged") == {}, "an acknowledged order is not offered again by itself"


def test_what_does_not_matter_to_kcc_is_no_change(web, store, acknowledged):
    store.change(acknowledged, "tags", value=["seen"])
    web.once()
    order = web.orders()[acknowledged]
    assert (order["revision"], order["changed_after_handoff"]) == (1, False)
    assert web.order(acknowledged)["tags"] == ["seen"]


def test_settle_ends_it_and_the_next_change_names_only_itself(web, store, acknowledged):
    store.change(acknowledged, "note", value="ring twice")
    web.once()
    web.cli("orders", "settle", acknowledged)
    order = web.orders()[acknowledged]
    assert (order["changed_after_handoff"], order["changed_fields"]) == (False, [])
    store.change(acknowledged, "po_number", value="PO-1")
    web.once()
    assert web.orders()[acknowledged]["changed_fields"] == ["po_number"]


def test_a_change_taken_back_is_no_change(web, store, acknowledged):
    store.change(acknowledged, "note", value="oops")
    web.once()
    assert web.orders()[acknowledged]["changed_after_handoff"]
    store.change(acknowledged, "note", value=None)
    web.once()
    assert not web.orders()[acknowledged]["changed_after_handoff"]


def test_resend_offers_the_current_revision_again(web, store, acknowledged):
    store.change(acknowledged, "note", value="new words")
    web.once()
    web.cli("orders", "resend", acknowledged)
    offered = web.export("--unacknowledged")
    assert offered[acknowledged]["note"] == "new words"
    web.cli("orders", "ack", acknowledged)
    order = web.orders()[acknowledged]
    assert order["acknowledged_at"] and not order["changed_after_handoff"]


def test_settle_and_resend_where_there_is_nothing_to_do(web, store):
    name = store.place(payment="pending")
    web.once()
    for verb in ("settle", "resend", "ack", "release"):
        assert "not" in web.cli("orders", verb, name, expect=64).err


@pytest.mark.parametrize("form", ["json", "csv"])
def test_an_export_marks_as_served(web, store, form):
    name = store.place()
    web.once()
    web.cli("orders", "export", "--format", form)
    assert not web.orders()[name]["changed_after_handoff"]
    store.change(name, "note", value="after the export")
    web.once()
    order = web.orders()[name]
    assert order["changed_after_handoff"] and order["changed_fields"] == ["note"]
    assert order["acknowledged_at"] is None


def test_an_acknowledgement_does_not_hide_a_change_since_the_export(web, store):
    name = store.place()
    web.once()
    web.export()
    store.change(name, "note", value="between the export and the acknowledgement")
    web.once()
    web.cli("orders", "ack", name)
    assert web.orders()[name]["changed_after_handoff"], "KCC has the revision that was exported, not this one"
    web.cli("orders", "settle", name)
    assert not web.orders()[name]["changed_after_handoff"]


def test_a_cancellation_after_the_export_is_not_withdrawn_silently(web, store):
    name = store.place()
    web.once()
    web.export()
    store.change(name, "cancel", reason="CUSTOMER", refund=True)
    web.once()
    assert web.orders()[name]["changed_after_handoff"], "somebody may have it already"


def test_json_export_has_everything_and_only_what_is_imported(web, store):
    name = store.place(note="gift", poNumber="PO-9", lines=[{**LINE, "quantity": 2}],
                       discounts=[{"kind": "code", "title": "WELCOME10", "percent": "10", "target": "lines"}])
    store.place(payment="pending")
    web.once()
    exported = web.export()
    assert set(exported) == {name}
    order, shopify = exported[name], store.order(name)
    assert order["total"] == "19.25" == f"{float(shopify['totalPriceSet']['shopMoney']['amount']):.2f}"
    assert order["discount_codes"] == ["WELCOME10"]
    assert (order["note"], order["po_number"], order["ref"]) == ("gift", "PO-9", name.lstrip("#"))
    line, = order["lines"]
    assert (line["sku"], line["quantity"], line["unit_price"], line["discount"]) == ("TEA-EB-250", 2, "8.50", "1.70")
    assert order["shipping"][0]["price"] == "3.95"


def test_csv_export_has_a_line_for_each_order_line_and_no_formulas(web, store):
    nasty = {"firstName": "=cmd|' /C calc'!A0", "lastName": "@SUM(1)", "email": "+1@example.org", "phone": None}
    name = store.place(customer=nasty, email="+1@example.org", lines=[
        {**LINE, "title": "-2+3, \"quoted\"\nand broken", "sku": "=1+1"}, {**LINE, "sku": "B", "quantity": 3}])
    web.once()
    text = web.cli("orders", "export", "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["name"], row["quantity"]) for row in rows] == [(name, "1"), (name, "3")]
    assert rows[0]["title"].endswith('-2+3, "quoted"<U+000A>and broken')
    for row in rows:
        for column, cell in row.items():
            assert cell[:1] not in ("=", "+", "-", "@", "\t", "\r"), f"{column} would be run by a spreadsheet: {cell!r}"


def test_unacknowledged_leaves_out_what_kcc_has(web, store, acknowledged):
    name = store.place()
    web.once()
    assert set(web.export("--unacknowledged")) == {name}
    assert set(web.export()) == {name, acknowledged}
