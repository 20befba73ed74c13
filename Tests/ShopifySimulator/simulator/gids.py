"""Global ids. Parts of an order carry the order's number in their own, so that any of them leads back to it."""

ORDER_FIRST = 5_600_000_000_000
ORDERS_PER_SHOP = 10_000_000_000
PARTS = 1000
ORDER_PARTS = {"LineItem", "ShippingLine", "Refund", "OrderTransaction", "FulfillmentOrder", "Fulfillment", "MailingAddress"}
SMALL_PARTS = {"RefundLineItem", "RefundShippingLine", "FulfillmentOrderLineItem", "FulfillmentLineItem", "FulfillmentHold",
               "DeliveryMethod", "Duty"}


def gid(kind, number):
    """gid://shopify/Kind/number."""
    return f"gid://shopify/{kind}/{number}"


def part(order_id, index):
    """Number of an order's part."""
    return order_id * PARTS + index


def small_part(order_id, outer, inner):
    """Number of a part's part."""
    return (order_id * PARTS + outer) * PARTS + inner


def parse(text):
    """(kind, number) of a gid, or None when it is not one."""
    if not isinstance(text, str) or not text.startswith("gid://shopify/"):
        return None
    kind, _, rest = text[14:].partition("/")
    number = rest.partition("?")[0]
    if not kind or not number.isascii() or not number.isdigit():
        return None
    return kind, int(number)


def owner(kind, number):
    """Number of the order that a part belongs to, or None for kinds that are no part of one."""
    if kind in ORDER_PARTS:
        return number // PARTS
    if kind in SMALL_PARTS:
        return number // PARTS // PARTS
    return None
