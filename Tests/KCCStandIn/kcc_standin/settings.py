"""What can be set on a channel, with what it is when nobody says."""

import decimal

from .faults import KINDS

DEFAULTS = {
    "compression": 60.0,             # how many times faster than KCC's: a minute of Frequency becomes a second
    "polling": False,                # poll by Frequency; otherwise only on command
    "timeout": 15.0,                 # seconds to wait for an answer
    "challenge": False,              # send credentials only after a 401 has asked for them
    "chunked": False,                # uploads without Content-Length
    "expect_continue": False,        # uploads with Expect: 100-continue
    "rewrite": {},                   # public address -> the one to call instead, as a reverse proxy does
    "import_delay": 0.0,             # seconds between taking a page and importing it
    "import_invalid": False,         # import orders that break the contract, too
    "stock_list": False,             # an order with a code that the company does not have fails
    "sites": {},                     # names or codes of KCC's sites -> SiteID
    "default_site": 1,
    "tax_rate": "0.2",               # KCC's tax on net prices
    "most_tax": "0.3",               # what part of the net total may be tax
    "retry_sends_continuation": True,
    "retry_stores": True,            # whether an answer to SpecificIDs stores its continuation
    "report_import": False,          # an upload with Received as soon as an order is imported
    "echo": ["AssociatedRef", "CustomData", "ImportRef", "WebsiteItemRef"],
    "import_ref_length": 0,          # cuts echoed ImportRefs; 0 = whole
    "status_field": "Status",        # or OrderStatus, as the contract's table has it
    "deleted_as_objects": False,
    "stock_posts": True,             # whether changes of stock are posted on their own
    "backoff_first": 0.1, "backoff_factor": 2.0, "backoff_most": 1.0,
    "senders": 1,                    # uploads under way at the same time
    "shuffle": False,                # any upload that is due may be the next, not the oldest
    "hold": False,                   # uploads wait until this is off
    "faults": {},                    # kind -> probability
}


class Settings:
    """A channel's settings; unknown names and wrong types are refused."""

    def __init__(self, given):
        self.values = {name: value.copy() if isinstance(value, (dict, list)) else value for name, value in DEFAULTS.items()}
        self.change(given)

    def __getattr__(self, name):
        try:
            return self.__dict__["values"][name]
        except KeyError:
            raise AttributeError(name) from None

    def change(self, given):
        """Sets some of them, all or none."""
        found = {}
        for name, value in given.items():
            if name not in DEFAULTS:
                raise ValueError(f"no setting {name}; there are {', '.join(DEFAULTS)}")
            wanted = DEFAULTS[name]
            if isinstance(wanted, float) and isinstance(value, int) and not isinstance(value, bool):
                value = float(value)
            if type(value) is not type(wanted):
                raise ValueError(f"{name} must be a {type(wanted).__name__}")
            found[name] = value
        unknown = set(found.get("faults", {})) - set(KINDS)
        if unknown:
            raise ValueError(f"no fault {', '.join(sorted(unknown))}; there are {', '.join(KINDS)}")
        if found.get("compression", 1) <= 0 or found.get("senders", 1) < 1:
            raise ValueError("compression and senders must be above zero")
        self.values.update(found)

    @property
    def tax(self):
        """(rate, most) as decimals."""
        return decimal.Decimal(self.tax_rate), decimal.Decimal(self.most_tax)
