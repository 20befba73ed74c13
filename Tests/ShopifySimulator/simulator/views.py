"""Views of order versions, kept while they are in use."""

from collections import OrderedDict

from .order_view import build_view

KEPT = 2000


class Views:
    """Least recently used first out; wide orders make a view large, so not many are kept."""

    def __init__(self):
        self.kept = OrderedDict()

    def view(self, record, shop):
        """The GraphQL-shaped order of a record."""
        key = (shop.key, record.id, record.version, shop.access_stamp)
        found = self.kept.get(key)
        if found is None:
            found = self.kept[key] = build_view(record, shop)
            if len(self.kept) > KEPT:
                self.kept.popitem(last=False)
        else:
            self.kept.move_to_end(key)
        return found

    def clear(self):
        """Forgets them all."""
        self.kept.clear()
