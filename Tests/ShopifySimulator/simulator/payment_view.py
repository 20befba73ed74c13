"""Transactions, and the payment state that follows from them."""

from .clock import to_iso
from .gids import gid, part

GATEWAY_NAMES = {"shopify_payments": "Shopify Payments", "paypal": "PayPal Express Checkout", "gift_card": "Gift Card",
                 "cash": "Cash", "manual": "Manual", "bogus": "(for testing) Bogus Gateway", "bank_transfer": "Bank Deposit"}
CARD_GATEWAYS = {"shopify_payments", "bogus"}
MANUAL_GATEWAYS = {"cash", "manual", "bank_transfer"}


def sum_of(model, kinds, side):
    """Sum of the successful transactions of these kinds on one side (0 shop, 1 presentment)."""
    return sum(t["amounts"][side] for t in model["transactions"] if t["kind"] in kinds and t["status"] == "SUCCESS")


def financial_status(model, totals):
    """displayFinancialStatus, from what was received, authorised and given back (in the shop's currency)."""
    received, refunded = sum_of(model, ("SALE", "CAPTURE"), 0), sum_of(model, ("REFUND",), 0)
    authorised = sum_of(model, ("AUTHORIZATION",), 0)
    if model.get("expired"):
        return "EXPIRED"
    if received == 0:
        if sum_of(model, ("VOID",), 0) or (model["cancelledAt"] and model.get("voided")):
            return "VOIDED"
        if authorised:
            return "AUTHORIZED"
        return "PAID" if totals.total == 0 else "PENDING"
    if refunded:
        return "REFUNDED" if refunded >= received else "PARTIALLY_REFUNDED"
    return "PAID" if received >= totals.current_total else "PARTIALLY_PAID"


def transaction_view(build, index, seen):
    """One OrderTransaction; `seen` are those before it."""
    model, entry = build.model, build.model["transactions"][index]
    gateway = entry["gateway"]
    details = None
    if gateway in CARD_GATEWAYS:
        details = {"__typename": "CardPaymentDetails", "company": entry.get("card", "Visa"), "bin": None,
                   "name": None, "number": "•••• •••• •••• 4242", "paymentMethodName": "card"}
    elif gateway == "paypal":
        details = {"__typename": "PaypalWalletPaymentDetails", "paymentMethodName": "paypal"}
    parent = entry.get("parent")
    number = part(build.record.id, index + 1)
    return {"__typename": "OrderTransaction", "id": gid("OrderTransaction", number), "kind": entry["kind"],
            "status": entry["status"], "test": model["test"], "gateway": gateway,
            "formattedGateway": GATEWAY_NAMES.get(gateway, gateway), "accountNumber": None,
            "createdAt": to_iso(entry["at"]), "processedAt": to_iso(entry["at"]),
            "paymentId": f"{model['name']}.{index + 1}", "amountSet": build.bag(*entry["amounts"]),
            "manualPaymentGateway": gateway in MANUAL_GATEWAYS, "multiCapturable": False,
            "manuallyCapturable": entry["kind"] == "AUTHORIZATION", "totalUnsettledSet": None,
            "parentTransaction": seen[parent] if parent is not None else None, "paymentDetails": details}


def payments(build):
    """{"fields": the order's payment fields, "net": money kept, in minor units}."""
    model = build.model
    transactions = []
    for index in range(len(model["transactions"])):
        transactions.append(transaction_view(build, index, transactions))
    received = [sum_of(model, ("SALE", "CAPTURE"), s) for s in (0, 1)]
    refunded = [sum_of(model, ("REFUND",), s) for s in (0, 1)]
    net = [a - b for a, b in zip(received, refunded)]
    status = financial_status(model, build.sides[0])
    owed = [side.current_total - kept for side, kept in zip(build.sides, net)]
    if model["cancelledAt"] or status in ("VOIDED", "EXPIRED"):
        owed = [0, 0]
    capturable = [sum_of(model, ("AUTHORIZATION",), s) if status == "AUTHORIZED" else 0 for s in (0, 1)]
    gateways = list(dict.fromkeys(t["gateway"] for t in model["transactions"])) or [model["gateway"]]
    fields = {
        "displayFinancialStatus": status, "transactions": transactions,
        "transactionsCount": {"count": len(transactions), "precision": "EXACT"}, "paymentGatewayNames": gateways,
        "totalReceivedSet": build.bag(*received), "totalRefundedSet": build.bag(*refunded),
        "netPaymentSet": build.bag(*net), "totalOutstandingSet": build.bag(*owed),
        "totalCapturableSet": build.bag(*capturable), "capturable": capturable[0] > 0,
        "fullyPaid": received[0] >= build.sides[0].total, "unpaid": net[0] <= 0 and build.sides[0].current_total > 0,
        "canMarkAsPaid": status in ("PENDING", "PARTIALLY_PAID") and owed[0] > 0}
    return {"fields": fields, "net": net[0]}
