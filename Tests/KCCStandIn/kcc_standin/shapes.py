"""What KCC's contract says an order, a page of orders and its parts are made of: the tables, as data.

The same tables serve the check of JSON, the reading of XML (which has no types of its own) and the check of that.
"""

from dataclasses import dataclass, replace

ANY_KEYS = ("ID", "Code", "Name")


@dataclass(frozen=True)
class Is:
    """What a field holds. `kind` says which of the other attributes count."""

    kind: str
    required: bool = False
    limit: int | None = None          # longest string, in UTF-16 units
    blank: bool = True                # whether a string may be empty
    values: tuple = ()                # an enum's words, an integer's values
    shape: dict | None = None         # an object's fields
    of: "Is | None" = None            # an array's elements
    child: str | None = ""            # their XML name; "" = any, None = the element itself repeats
    keys: tuple = ANY_KEYS            # by which keys a DataItem may name its record
    places: int = 2                   # decimals of a figure


def need(kind):
    """The same, required."""
    return replace(kind, required=True)


def text(limit=None, blank=True):
    """A string."""
    return Is("string", limit=limit, blank=blank)


def words(*values):
    """An enum, exact in case."""
    return Is("enum", values=values)


def thing(shape):
    """An object."""
    return Is("object", shape=shape)


def many(of, child=""):
    """An array."""
    return Is("array", of=of, child=child)


MONEY, UNIT_MONEY, DOUBLE = Is("double"), Is("double", places=4), Is("double", places=6)
INTEGER, BOOLEAN, MOMENT, ITEM = Is("integer"), Is("boolean"), Is("datetime"), Is("item")
ID_OR_NAME = Is("item", keys=("ID", "Name"))
PRICE, UNIT_PRICE = Is("price"), Is("price", places=4)

MAPPINGS = words("StockCode", "OtherRef", "Barcode", "WebCode", "Automatic")
COMPANY_FIELDS = ("Address1", "Address2", "Address3", "Town", "Postcode", "Surname", "Forename", "Telephone", "Email",
                  "CompanyCode", "UseDeliveryAddress")
ADDRESS_FIELDS = ("Address1", "Address2", "Address3", "Town", "Postcode")
CONTACT_FIELDS = ("Surname", "Forename", "Telephone", "Email")
HANDLING = words("Abort", "ImportAndHold", "Skip")

CUSTOMER = {
    "CreateNew": need(words("IfNoMatch", "Always", "Never")), "CompanyClass": need(ITEM), "Currency": need(ITEM),
    "OtherRef": text(50), "WebUser": text(50), "CompanyType": ITEM, "CompanyName": text(50), "WebsiteUrl": text(50),
    "SourceCode": ITEM, "MailingStatus": ITEM, "TaxReference": text(20), "URN": text(10, blank=False), "TaxExempt": BOOLEAN}

ADDRESS = {
    "Line1": need(text(35, blank=False)), "Line2": text(35), "Line3": text(35), "Town": need(text(35, blank=False)),
    "County": text(35), "Postcode": text(10), "Country": need(ITEM), "Email": text(100), "Telephone": text(25),
    "Fax": text(25), "Organisation": text(50), "ShowCompanyName": BOOLEAN}

CONTACT = {"Title": text(20), "Forename": text(50), "Surname": text(50), "Email": text(100), "Mobile": text(30),
           "DateOfBirth": MOMENT, "OptInNewsletter": BOOLEAN}

HEADER = {
    "AssociatedRef": need(text(50, blank=False)), "OrderDate": need(MOMENT), "Site": need(ITEM),
    "SalesSource": need(ID_OR_NAME), "Brand": ID_OR_NAME, "Agent": ITEM, "Courier": ITEM, "CourierGroup": ITEM,
    "Keycode": ITEM, "Client": ITEM, "Website": ITEM, "InvoicePriority": ITEM,
    "DiscountCodes": need(many(Is("item", keys=("Code",)))), "OrderNote": text(), "InvoiceNote": text(),
    "DeliveryDate": thing({"Date": need(MOMENT), "Locked": BOOLEAN}), "RequiredDate": MOMENT, "PONumber": text(),
    "DeliveryCharge": PRICE, "DeliveryTaxAmount": MONEY, "RemainderOnAccount": BOOLEAN,
    "CalcMethod": Is("integer", values=(0, 1, 2)), "ValueDiscount": MONEY, "GrossTotal": MONEY, "CustomData": text(),
    "Currency": ITEM, "VATReliefQualified": BOOLEAN, "IOSSNumber": text()}

LINE = {
    "SKU": need(text(blank=False)), "Mapping": need(MAPPINGS), "MappingItem": text(),
    "AlternateMapping": many(thing({"Mapping": need(MAPPINGS), "MappingItem": text()}), "ItemMapping"),
    "Quantity": need(DOUBLE), "UnitPrice": need(UNIT_PRICE), "ExtendedDescription": need(many(text())),
    "StockDescription": Is("description", shape={
        "Source": need(words("Explicit", "StockDesc", "WebCategories")), "Parameter": text()}),
    "ValueDiscount": MONEY, "PercentDiscount": DOUBLE, "FreeItemReason": ITEM, "ImportRef": text(), "WebItemRef": text(),
    "Site": ITEM, "PackLink": text()}

REFERENCE = thing({"Reference": text()})
CARD = {
    "CardType": need(text(25, blank=False)), "IsPreauth": need(BOOLEAN), "AuthCode": text(), "TransactionID": text(),
    "PreauthRef": text(), "SecurityRef": text(), "SecurityToken": text(), "AAVCV2Results": text(), "Last4Digits": text(),
    "CardHolder": text(), "CardStart": text(4), "CardExpire": text(4), "CardIssue": text(), "AccountNumber": INTEGER,
    "FraudData": text(), "Timestamp": MOMENT}
KINDS_OF_PAYMENT = ("Cash", "Cheque", "Card", "Voucher", "BACS")
PAYMENT = {
    "Amount": need(MONEY), "Cash": REFERENCE, "Cheque": REFERENCE, "BACS": REFERENCE, "Card": thing(CARD),
    "Voucher": thing({"Reference": need(text(blank=False))}), "BankAccount": ITEM, "CreditScore": text(),
    "SecurityComment": text()}

ORDER = {
    "Customer": need(thing(CUSTOMER)), "InvoiceAddress": need(thing(ADDRESS)), "InvoiceContact": need(thing(CONTACT)),
    "DeliveryAddress": thing(ADDRESS), "DeliveryContact": thing(CONTACT), "Header": need(thing(HEADER)),
    "Items": need(many(thing(LINE), "OrderItem")), "Payments": many(thing(PAYMENT), "OrderPayment")}

CONFIG = {
    "MatchCompanyOn": need(many(words(*COMPANY_FIELDS), None)), "MatchAddressOn": need(many(words(*ADDRESS_FIELDS), None)),
    "MatchContactOn": need(many(words(*CONTACT_FIELDS), None)), "DiscontinuedItems": HANDLING,
    "RunToZeroErrorItems": HANDLING, "ImportAsUnconfirmed": BOOLEAN}

PAGE = {"Orders": need(many(thing(ORDER), "SalesOrder")), "ApiVersion": need(INTEGER), "Config": need(thing(CONFIG))}

# Fields that must never travel: KCC cannot import the first two, and nobody may see the others.
FORBIDDEN = ("SOrderCode", "SOrderType", "CardNumber", "CardCV2")
