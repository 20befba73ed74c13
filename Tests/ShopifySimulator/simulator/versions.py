"""API versions served, and what is served in place of one that is not."""

SUPPORTED = ["2026-01", "2026-04", "2026-07", "2026-10"]


def answering(wanted):
    """The version that answers a request: itself, or the oldest one (Shopify's fall forward)."""
    return wanted if wanted in SUPPORTED else SUPPORTED[0]
