"""A company in KCC: its stock items and their levels. Channels of one company share it, and all hear of its changes."""

import decimal
import itertools

LOOKUPS = {"StockCode": "code", "OtherRef": "other_ref", "WebCode": "web_code"}


class StockItem:
    """One item. Its ID stays for ever, its code may be renamed."""

    def __init__(self, stock_id, code, **facts):
        self.stock_id, self.code = stock_id, code
        self.description, self.other_ref, self.web_code, self.barcodes = code, None, None, []
        self.controlled, self.relationship = True, None
        self.discontinued, self.deleted = False, False
        self.price = "10.00"
        self.levels = {}                 # SiteID -> [available, on order]
        self.change(facts)

    def change(self, facts):
        """Sets some of what is known of it."""
        for name, value in facts.items():
            if name not in ("description", "other_ref", "web_code", "barcodes", "controlled", "relationship", "discontinued",
                            "price"):
                raise ValueError(f"no such fact of a stock item: {name}")
            setattr(self, name, value)

    def answers_to(self, mapping, text):
        """Whether an order's line with this text means the item."""
        if mapping == "Automatic":
            return any(self.answers_to(each, text) for each in (*LOOKUPS, "Barcode"))
        if mapping == "Barcode":
            return text in self.barcodes
        return getattr(self, LOOKUPS[mapping]) == text

    def shown(self):
        """For the control interface."""
        levels = {str(site): {"available": str(level[0]), "on_order": str(level[1])} for site, level in self.levels.items()}
        return {"code": self.code, "stock_id": self.stock_id, "controlled": self.controlled, "relationship": self.relationship,
                "deleted": self.deleted, "levels": levels}


class Company:
    """Stock, and the numbers that KCC gives to its records."""

    def __init__(self, name):
        self.name, self.channels = name, []
        self.items, self.by_code = {}, {}
        self.numbers = itertools.count(1)

    def next_id(self, prefix=""):
        """A number nobody else has."""
        return f"{prefix}{next(self.numbers)}"

    def item(self, code):
        """The item with that code; an error when there is none."""
        found = self.by_code.get(code)
        if found is None:
            raise ValueError(f"no stock item {code}")
        return found

    def set(self, code, site=None, available=None, on_order=None, by=None, **facts):
        """Makes or changes an item, and its level at a site; returns it."""
        item = self.by_code.get(code)
        if item is None:
            item = self.by_code[code] = StockItem(str(1000 + len(self.items)), code)
            self.items[item.stock_id] = item
        item.change(facts)
        item.deleted = False
        if site is not None:
            level = item.levels.setdefault(int(site), [decimal.Decimal(0), decimal.Decimal(0)])
            level[0] = decimal.Decimal(str(available)) if available is not None else level[0]
            level[1] = decimal.Decimal(str(on_order)) if on_order is not None else level[1]
            level[0] += decimal.Decimal(str(by or 0))
        return item

    def rename(self, code, new):
        """Gives an item another code; its ID stays."""
        if new in self.by_code:
            raise ValueError(f"there is a stock item {new}")
        item = self.item(code)
        self.by_code[new] = self.by_code.pop(code)
        item.code = new
        return item

    def delete(self, code):
        """Takes an item out of KCC."""
        item = self.item(code)
        del self.by_code[code]
        item.deleted = True
        return item

    def find(self, line):
        """The item that an order's line means, by its mapping and then the alternate ones, or None."""
        text = line["SKU"].strip()
        for each in (line, *line.get("AlternateMapping", [])):
            if each["Mapping"] == "StockCode":
                found = self.by_code.get(text)
            else:
                found = next((item for item in self.by_code.values() if item.answers_to(each["Mapping"], text)), None)
            if found is not None:
                return found
        return None

    def rows(self, keys):
        """Stock status entries of (item, site) pairs, as they are now."""
        return [self.row(item, site) for item, site in keys]

    @staticmethod
    def row(item, site):
        """One entry: a level, what can be built, or neither."""
        row = {"StockCode": item.code, "StockID": item.stock_id, "SiteID": int(site)}
        if item.controlled:
            available, on_order = item.levels.get(int(site), (0, 0))
            row["Levels"] = {"Available": float(available), "OnOrder": float(on_order)}
        if item.relationship is not None:
            row["RelationshipPotential"] = {"FromChildren": int(item.relationship[0]), "FromParents": int(item.relationship[1])}
        return row
