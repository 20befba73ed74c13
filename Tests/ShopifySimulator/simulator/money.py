"""Amounts in integer minor units, and the way Shopify prints them."""

from decimal import ROUND_HALF_UP, Decimal

THREE_PLACES = {"KWD", "BHD", "JOD", "TND"}
NO_PLACES = {"JPY", "KRW", "ISK", "CLP", "VND", "XPF"}
_ONE = Decimal(1)


def places(currency):
    """Decimal places of a currency's minor unit."""
    return 0 if currency in NO_PLACES else 3 if currency in THREE_PLACES else 2


def to_minor(amount, currency, rate=None):
    """Minor units of a decimal amount, converted at `rate` first if there is one."""
    value = Decimal(amount)
    if rate is not None:
        value *= rate
    return int(value.scaleb(places(currency)).quantize(_ONE, ROUND_HALF_UP))


def show(minor, currency):
    """Shopify's way: at least one decimal, no zero after that: 48.2, 12.0, 0.05, 1200.0."""
    digits = places(currency)
    if digits == 0:
        return f"{minor}.0"
    sign, size = ("-", -minor) if minor < 0 else ("", minor)
    whole, part = divmod(size, 10 ** digits)
    text = f"{part:0{digits}d}".rstrip("0") or "0"
    return f"{sign}{whole}.{text}"


def to_decimal_text(minor, currency):
    """A plain decimal string, for the control interface."""
    return str(Decimal(minor).scaleb(-places(currency)))


def rounded_share(amount, part, whole):
    """amount * part / whole, rounded half up (half away from zero below it)."""
    if whole == 0:
        return 0
    if amount < 0:
        return -rounded_share(-amount, part, whole)
    return (2 * amount * part + whole) // (2 * whole)


def allocate(total, weights):
    """Splits `total` by weights so that the parts add up: floors first, then one each by largest remainder."""
    base = sum(weights)
    if base <= 0 or total <= 0:
        return [0] * len(weights)
    parts = [total * w // base for w in weights]
    left = total - sum(parts)
    if left:
        order = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % base), i))
        for i in order[:left]:
            parts[i] += 1
    return parts
