"""Access scopes: the known ones, and what each implies."""

ORDER_SCOPES = ["read_orders", "read_all_orders", "read_customers", "read_locations", "read_products", "read_apps"]
FULFILMENT_SCOPES = ["write_merchant_managed_fulfillment_orders", "write_third_party_fulfillment_orders",
                     "write_assigned_fulfillment_orders"]
EVERYTHING = ORDER_SCOPES + ["read_payment_terms", "read_publications", "read_inventory", "write_inventory"] + FULFILMENT_SCOPES


def implied(granted):
    """The granted scopes with the read_ ones that write_ ones bring along."""
    return frozenset(granted) | {"read_" + g[6:] for g in granted if g.startswith("write_")}
