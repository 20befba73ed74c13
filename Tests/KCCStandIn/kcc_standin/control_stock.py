"""The control interface's requests on stock."""

from . import catalogue
from .company import StockItem


class StockControl:
    """Levels, codes, items. Changes are told to every channel of the company unless `post` is false."""

    def __init__(self, cloud):
        self.cloud = cloud
        self.routes = {("GET", "stock"): self.stock, ("POST", "stock"): self.change, ("POST", "stock/seed"): self.seed,
                       ("POST", "stock/rename"): self.rename, ("POST", "stock/delete"): self.delete,
                       ("POST", "stock/post"): self.post, ("POST", "stock/raw"): self.raw, ("POST", "items"): self.items}

    def stock(self, args):
        with self.cloud.lock:
            company = self.cloud.channel(args.get("channel")).company
            return {"items": [item.shown() for item in company.items.values() if args.get("code", item.code) == item.code]}

    def change(self, args):
        """Makes or changes items: `levels` = [{"code", "site"?, "available"?, "on_order"?, "by"?, facts of the item}]."""
        with self.cloud.lock:
            channel = self.cloud.channel(args.get("channel"))
            pairs = []
            for row in args["levels"]:
                given = {name: value for name, value in row.items() if name not in ("code", "site")}
                site = row.get("site", channel.settings.default_site)
                pairs.append((channel.company.set(row["code"], site, **given), site))
            return {"posts": self._tell(channel, pairs, args), "stock_ids": {item.code: item.stock_id for item, _ in pairs}}

    def _tell(self, channel, pairs, args):
        if not args.get("post", True):
            return []
        posts = channel.post_stock(pairs, int(args.get("per_call", 100)))
        for other in channel.company.channels:
            if other is not channel and other.settings.stock_posts:
                other.post_stock(pairs)
        return posts

    def seed(self, args):
        """Many items with codes like SKU-000001, all at one level; nothing is posted."""
        with self.cloud.lock:
            channel = self.cloud.channel(args.get("channel"))
            site = args.get("site", channel.settings.default_site)
            prefix, first = args.get("prefix", "SKU-"), int(args.get("first", 1))
            for number in range(first, first + int(args["count"])):
                channel.company.set(f"{prefix}{number:06}", site, args.get("available", 10))
            return {"count": len(channel.company.items)}

    def rename(self, args):
        """A new code for an item; its item and its levels are posted."""
        with self.cloud.lock:
            channel = self.cloud.channel(args.get("channel"))
            item = channel.company.rename(args["code"], args["new_code"])
            return {"stock_id": item.stock_id, "posts": self._modified(channel, [item], [], args)}

    def delete(self, args):
        """Takes an item away; that is posted among stock items."""
        with self.cloud.lock:
            channel = self.cloud.channel(args.get("channel"))
            item = channel.company.delete(args["code"])
            return {"stock_id": item.stock_id, "posts": self._modified(channel, [], [item], args)}

    @staticmethod
    def _modified(channel, items, deleted, args):
        posts = []
        for each in channel.company.channels if args.get("post", True) else ():
            as_objects = each.settings.deleted_as_objects
            mine = each.post_items(catalogue.uploads(items, deleted, 100, as_objects))
            mine += each.post_stock([(item, site) for item in items for site in item.levels]) if items else []
            posts = mine if each is channel else posts
        return posts

    def post(self, args):
        """Posts levels as they are: of `codes`, or with `all` of everything, or else an empty upload."""
        with self.cloud.lock:
            channel = self.cloud.channel(args.get("channel"))
            items = list(channel.company.by_code.values()) if args.get("all") else [
                channel.company.item(code) for code in args.get("codes", [])]
            pairs = [(item, site) for item in items for site in item.levels or [channel.settings.default_site]]
            return {"posts": channel.post_stock(pairs, int(args.get("per_call", 100)))}

    def raw(self, args):
        """Posts entries as they are given, to `stock` or, with `deleted`, as stock items."""
        with self.cloud.lock:
            channel = self.cloud.channel(args.get("channel"))
            if "items" in args or "deleted" in args:
                return {"posts": channel.post_items([{"Items": args.get("items", []), "Deleted": args.get("deleted", [])}])}
            return {"posts": [channel.queue("stock", {"Statuses": args["entries"]})]}

    def items(self, args):
        """Posts stock items: all of them in several calls, or those of `codes`."""
        with self.cloud.lock:
            channel = self.cloud.channel(args.get("channel"))
            items: list[StockItem] = list(channel.company.by_code.values())
            if "codes" in args:
                items = [channel.company.item(code) for code in args["codes"]]
            payloads = catalogue.uploads(items, [], int(args.get("per_call", 500)), channel.settings.deleted_as_objects)
            return {"posts": channel.post_items(payloads)}
