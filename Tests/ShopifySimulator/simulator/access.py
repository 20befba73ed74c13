"""Who may see what: scopes, customer data withheld by plan, and Shopify's words for a refusal."""

from graphql import GraphQLError

SCOPES_PAGE = "https://shopify.dev/api/usage/access-scopes"
FIELD_SCOPES = {
    ("QueryRoot", "orders"): "read_orders", ("QueryRoot", "ordersCount"): "read_orders", ("QueryRoot", "order"): "read_orders",
    ("QueryRoot", "refund"): "read_orders", ("QueryRoot", "locations"): "read_locations",
    ("QueryRoot", "location"): "read_locations", ("QueryRoot", "productVariants"): "read_products",
    ("QueryRoot", "productVariant"): "read_products", ("Order", "customer"): "read_customers",
    ("Order", "retailLocation"): "read_locations", ("FulfillmentOrderAssignedLocation", "location"): "read_locations",
    ("Fulfillment", "location"): "read_locations", ("RefundLineItem", "location"): "read_locations",
    ("FulfillmentHold", "heldByApp"): "read_apps"}
ORDER_ROOTS = {"orders", "ordersCount", "order", "refund", "nodes", "node"}
WITHHELD = {("Customer", f): "Customer" for f in ("firstName", "lastName", "displayName", "defaultEmailAddress",
                                                  "defaultPhoneNumber", "defaultAddress")}
WITHHELD |= {("MailingAddress", f): f for f in ("firstName", "lastName", "name", "company", "address1", "address2", "zip",
                                                "phone", "latitude", "longitude", "formatted")}
WITHHELD |= {("Order", "email"): "email", ("Order", "phone"): "phone", ("Order", "clientIp"): "clientIp"}
PLAN_WORDS = ("Access to personally identifiable information (PII) like customer names, addresses, emails, phone numbers is only "
              "available on Shopify, Advanced, and Plus plans.")
FULFILMENT_KINDS = ("merchant_managed", "third_party")


def denied(field, scope):
    """The error for a missing scope."""
    need = f"`{scope}` access scope."
    return GraphQLError(f"Access denied for {field} field. Required access: {need}",
                        extensions={"code": "ACCESS_DENIED", "documentation": SCOPES_PAGE, "requiredAccess": need})


def not_approved(subject):
    """The error for protected customer data: `subject` is an object type, or the name of a field."""
    what = f"access the {subject} object" if subject[0].isupper() else f"use the {subject} field"
    return GraphQLError(f"This app is not approved to {what}. {PLAN_WORDS}",
                        extensions={"code": "ACCESS_DENIED", "documentation": SCOPES_PAGE})


def refused_object(kind):
    """The error when the app may not see a whole kind of object."""
    return GraphQLError(f"This app is not approved to access the {kind} object. See "
                        "https://partners.shopify.com/1/apps/1/customer_data for more details.",
                        extensions={"code": "ACCESS_DENIED", "documentation": SCOPES_PAGE})


def require(context, type_name, field):
    """Raises Shopify's error when the request may not read this field."""
    scope = FIELD_SCOPES.get((type_name, field))
    if scope is not None and scope not in context.token.allowed:
        raise denied(field, scope)
    if context.shop.customer_data != "full":
        if type_name == "QueryRoot" and field in ORDER_ROOTS and context.shop.customer_data == "refused":
            raise refused_object("Order")
        subject = WITHHELD.get((type_name, field))
        if subject is not None:
            raise not_approved(subject)


def may_see_fulfilment_order(context, view):
    """Fulfilment orders outside the app's scopes are left out without a word."""
    location = context.shop.location((view["assignedLocation"]["location"] or {}).get("id"))
    kind = FULFILMENT_KINDS[bool(location and location["isFulfillmentService"])]
    return f"read_{kind}_fulfillment_orders" in context.token.allowed


def fingerprint(context):
    """What of the access decides how a node looks: part of the key under which rendered nodes are kept."""
    shop = context.shop
    return context.token.allowed, shop.customer_data, shop.access_stamp
