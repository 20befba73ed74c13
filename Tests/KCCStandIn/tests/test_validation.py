"""The strict check: a valid order passes, and each single mutation of it is named."""

import decimal
import json

import pytest
from fake_third_party import CONFIG, valid_order
from kcc_standin.page_rules import check_page
from kcc_standin.reading import Unreadable, read_json, read_xml
from kcc_standin.shapes import PAGE
from order_xml import page_xml

GONE = object()


def codes(text):
    """The codes of everything wrong with a page in JSON."""
    found = []

    def report(code, path, detail, ref=None):
        found.append(code)

    check_page(read_json(text.encode(), report), report)
    return found


def page(*orders, **more):
    """A page's text."""
    return json.dumps({"Orders": list(orders), "ApiVersion": 1000, "Config": CONFIG, **more})


def changed(path, value):
    """A valid order with one value changed or taken away."""
    order = valid_order()
    *way, last = path.split(".")
    place = order
    for step in way:
        place = place[int(step) if step.isdigit() else step]
    if value is GONE:
        del place[last]
    else:
        place[int(last) if last.isdigit() else last] = value
    return order


def test_a_valid_order_has_nothing_wrong():
    assert codes(page(valid_order(), valid_order("SPY1002"))) == []
    assert codes(page()) == []


MUTATIONS = [
    ("Customer", GONE, "required"), ("InvoiceAddress", GONE, "required"), ("InvoiceContact", GONE, "required"),
    ("Items", GONE, "required"), ("Header.OrderDate", GONE, "required"), ("Header.Site", GONE, "required"),
    ("Header.DiscountCodes", GONE, "required"), ("Items.0.ExtendedDescription", GONE, "required"),
    ("Items.0.UnitPrice", GONE, "required"), ("Customer.CreateNew", GONE, "required"), ("Items.0.Mapping", GONE, "required"),
    ("InvoiceAddress.Line1", GONE, "required"), ("InvoiceAddress.Country", GONE, "required"),
    ("Payments.0.Amount", GONE, "required"), ("Payments.0.Card.CardType", GONE, "required"),
    ("Payments.0.Card.IsPreauth", GONE, "required"), ("Header.PONumber", None, "null"), ("Header.Nonsense", None, "null"),
    ("InvoiceAddress.Line2", None, "null"), ("Payments", None, "null"), ("Header.Nonsense", "x", "unknown_field"),
    ("InvoiceContact.Telephone", "1", "unknown_field"), ("Payments.0.Card.IsPreAuth", True, "unknown_field"),
    ("Header.SOrderType", {"ID": "1"}, "forbidden"), ("Payments.0.Card.CardNumber", "4111", "forbidden"),
    ("InvoiceAddress.Line1", "x" * 36, "length"), ("InvoiceAddress.Line1", "\U0001f600" * 18, "length"),
    ("InvoiceAddress.Postcode", "NR23 1AA BC", "length"), ("InvoiceContact.Surname", "x" * 51, "length"),
    ("Customer.URN", "ABCDEFGHIJK", "length"), ("Payments.0.Card.CardType", "x" * 26, "length"),
    ("InvoiceAddress.Town", " ", "blank"), ("Items.0.SKU", "", "blank"), ("Customer.URN", "", "blank"),
    ("Customer.CreateNew", "ifnomatch", "enum"), ("Items.0.Mapping", "Stockcode", "enum"), ("Header.CalcMethod", 3, "enum"),
    ("Header.GrossTotal", "21.50", "type"), ("Items.0.Quantity", True, "type"), ("Header.PONumber", 7, "type"),
    ("Payments.0.Card.IsPreauth", "false", "type"), ("Items", {}, "type"), ("Header.CalcMethod", 2.0, "type"),
    ("Header.OrderDate", "2025-07-01T09:30:00Z", "datetime"), ("Header.OrderDate", "2025-02-30T09:30:00", "datetime"),
    ("Header.OrderDate", "2025-07-01 09:30:00", "datetime"), ("Header.Site", {"ID": "1", "Code": "A"}, "data_item"),
    ("Header.Site", {}, "data_item"), ("Header.Site", {"ID": ""}, "data_item"), ("Header.Site", {"ID": 1}, "type"),
    ("Header.SalesSource", {"Code": "WEB"}, "no_code"), ("Header.Brand", {"Code": "B"}, "no_code"),
    ("Items.0.UnitPrice", {"Gross": 10.0, "Net": 8.33}, "price"), ("Items.0.UnitPrice", {}, "price"),
    ("Header.GrossTotal", 21.505, "decimals"), ("Items.0.UnitPrice", {"Gross": 9.99999}, "decimals"),
    ("Header.AssociatedRef", "A,B", "ref"), ("Header.AssociatedRef", 'A"B', "ref"), ("Header.Currency", {"Code": "EUR"}, "currency"),
    ("Header.DeliveryCharge", GONE, "delivery_charge"), ("Header.DeliveryCharge", {"Gross": 0}, "delivery_tax"),
    ("Header.GrossTotal", GONE, "gross_total"), ("Header.GrossTotal", 21.53, "total"), ("Header.CalcMethod", 1, "calc_method"),
    ("Header.CalcMethod", GONE, "calc_method"), ("Items.0.Quantity", 0, "quantity"), ("Items.0.Quantity", 1.5, "quantity"),
    ("Items.0.SKU", " TEA-250", "sku"), ("Items.0.PercentDiscount", 10, "two_discounts"), ("Items.0.PackLink", "1.1", "pack_link"),
    ("Items.0.ValueDiscount", -1, "negative"), ("Header.DeliveryCharge", {"Net": 3.5}, "mixed_basis"),
    ("InvoiceContact", {"Email": "a@example.org"}, "contact_name"), ("InvoiceAddress.Country", {"Code": "gb"}, "country"),
    ("Header.OrderNote", "a\u0007b", "control_character"), ("Payments.0.Cash", {}, "payment_kind"),
    ("Payments.0.Card", GONE, "payment_kind"), ("Payments.0.Card.AuthCode", " ", "auth_code"),
    ("Payments.0.Card.AuthCode", GONE, "auth_code"), ("Payments.0.Card.CardExpire", "1325", "card_month"),
    ("Payments.0.Amount", 21.6, "overpaid"), ("Payments.0.Amount", 0, "negative"), ("Payments.0", {"Amount": 1, "Voucher": {}}, "required"),
    ("Header.RemainderOnAccount", True, "account_and_payment"), ("Payments", [], "unpaid_unsaid"),
    ("Customer.URN", "SPY-0625", "mixed_urn")]


@pytest.mark.parametrize("path,value,code", MUTATIONS, ids=[f"{code}-{path}" for path, _, code in MUTATIONS])
def test_a_mutation_is_named(path, value, code):
    assert code in codes(page(changed(path, value)))


@pytest.mark.parametrize("more,code", [
    ({"ApiVersion": 10000}, "api_version"), ({"Config": {}}, "required"), ({"Orders": None}, "null"),
    ({"Config": {**CONFIG, "MatchCompanyOn": ["CompanyCode", "Town"]}}, "company_code_alone"),
    ({"Config": {**CONFIG, "MatchCompanyOn": ["CompanyCode"]}}, "mixed_urn"),
    ({"Config": {**CONFIG, "MatchAddressOn": ["Surname"]}}, "enum"), ({"Config": {**CONFIG, "DiscontinuedItems": "skip"}}, "enum"),
    ({"Orders": [valid_order(), valid_order()]}, "duplicate_ref"),
    ({"Orders": [valid_order(f"R{number}") for number in range(1001)]}, "too_many"), ({"Extra": 1}, "unknown_field")])
def test_a_wrong_page_is_named(more, code):
    assert code in codes(page(valid_order(), **more))


def test_figures_are_taken_as_they_are_written():
    whole = page(valid_order())
    assert "exponent" in codes(whole.replace('"GrossTotal": 21.5', '"GrossTotal": 2.15e1'))
    assert "duplicate_key" in codes(whole.replace('"GrossTotal"', '"GrossTotal": 1, "GrossTotal"'))
    assert "total" in codes(whole.replace('"Gross": 10.0', '"Gross": 10.0150'))
    with pytest.raises(Unreadable):
        read_json(whole.replace("21.5", "NaN").encode())


def test_net_orders_are_bounded_by_their_total():
    order = valid_order(CalcMethod=1, DeliveryCharge={"Net": 3.0}, DeliveryTaxAmount=0.6, GrossTotal=25.2)
    order["Items"][0].update(UnitPrice={"Net": 10.0})
    order["Payments"][0]["Amount"] = 25.2
    assert codes(page(order)) == []
    assert "total" in codes(page({**order, "Customer": {**order["Customer"], "TaxExempt": True}}))
    order["Header"]["GrossTotal"] = 40.0
    assert "total" in codes(page(order))


def test_unpaid_orders_say_so():
    order = valid_order(RemainderOnAccount=False)
    order["Payments"] = []
    assert codes(page(order)) == []


def test_xml_has_the_same_meaning_and_the_same_faults():
    found = []
    body = page_xml([valid_order()], {"ApiVersion": 1000, "Config": CONFIG})
    read = read_xml(body, "SalesOrderImport", PAGE)
    check_page(read, lambda *told: found.append(told))
    assert found == []
    assert read["Orders"][0]["Header"]["GrossTotal"] == decimal.Decimal("21.5")
    assert read["Orders"] == read_json(json.dumps([valid_order()]).encode())
    for wrong, code in ((b"<Quantity>two", "type"), (b"<Quantity>2e0", "type")):
        check_page(read_xml(body.replace(b"<Quantity>2", wrong), "SalesOrderImport", PAGE), lambda *told: found.append(told))
        assert found.pop()[0] == code
    for bad in (body[:-20], body.replace(b"SalesOrderImport", b"Orders"), b"<!DOCTYPE a><SalesOrderImport/>", b"\xff\xfe<a/>"):
        with pytest.raises(Unreadable):
            read_xml(bad, "SalesOrderImport", PAGE)
