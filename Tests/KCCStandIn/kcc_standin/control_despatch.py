"""The control interface's requests on shipments."""

from . import importing
from .despatch import COURIER, LIFE, Shipment, order_status, quantities_for


def numbers(given):
    """Consignment numbers: one, several, or none."""
    return [] if given is None else list(given) if isinstance(given, list) else [given]


class DespatchControl:
    """Despatch, corrections, cancellation."""

    def __init__(self, cloud):
        self.cloud = cloud
        self.routes = {("POST", "despatch"): self.despatch, ("POST", "shipment"): self.shipment, ("POST", "cancel"): self.cancel,
                       ("POST", "statuses"): self.statuses, ("POST", "statuses/raw"): self.raw,
                       ("GET", "shipments"): self.shipments}

    def despatch(self, args):
        """Makes a shipment for each order and posts its life, status by status; one upload a step for all orders."""
        with self.cloud.lock:
            channel = self.cloud.channel(args.get("channel"))
            refs = args["refs"] if "refs" in args else [args["ref"]]
            orders, steps = [channel.books.get(ref) for ref in refs], args.get("statuses", list(LIFE))
            wanted = [quantities_for(booked, args.get("lines")) for booked in orders]
            made = []
            for booked, quantities in zip(orders, wanted):
                if not quantities:
                    raise ValueError(f"nothing left of {booked.ref}")
                # A number holds the order's ref in place of {ref}, so that many orders get numbers of their own.
                consignments = [number.replace("{ref}", booked.ref) for number in numbers(args.get("consignment"))]
                made.append(Shipment(channel.company, booked, quantities, consignments, args.get("courier", COURIER)))
            posts = []
            for step in steps:
                posts += self._step(channel, orders, made, step)
            return {"shipments": [each.shown() for each in made], "posts": posts}

    @staticmethod
    def _step(channel, orders, made, step):
        if step == "Received":
            entries = [order_status(booked, channel.channel_id, channel.settings, [], "Received") for booked in orders]
            return channel.post_statuses(entries)
        for booked, shipment in zip(orders, made):
            if shipment.shipment_id not in channel.shipments:
                channel.shipments[shipment.shipment_id] = shipment
                booked.shipments.append(shipment)
            shipment.become(step)
        # Only this shipment: an upload holds "the whole order or part of it".
        return channel.post_statuses([order_status(booked, channel.channel_id, channel.settings, [shipment])
                                      for booked, shipment in zip(orders, made)])

    def shipment(self, args):
        """Changes a shipment: number, courier, code, status, quantities by line; posts it unless `post` is false."""
        with self.cloud.lock:
            channel = self.cloud.channel(args.get("channel"))
            shipment = channel.shipments.get(args["shipment"])
            if shipment is None:
                raise ValueError(f"no shipment {args['shipment']}")
            if "consignment" in args:
                shipment.consignments = numbers(args["consignment"])
            shipment.courier = args.get("courier", shipment.courier)
            shipment.code = args.get("code", shipment.code)
            if "lines" in args:
                shipment.set(quantities_for(shipment.order, args["lines"]))
            if "status" in args:
                shipment.become(args["status"])
            posts = []
            if args.get("post", True):
                whole = None if args.get("whole_order") else [shipment]
                posts = channel.post_statuses([order_status(shipment.order, channel.channel_id, channel.settings, whole)])
            return {"shipment": shipment.shown(), "posts": posts}

    def cancel(self, args):
        """Cancels an order; what is in no issued shipment goes back into stock."""
        with self.cloud.lock:
            channel = self.cloud.channel(args.get("channel"))
            booked = channel.books.get(args["ref"])
            if not booked.cancelled:
                booked.cancelled = True
                kept = [sum(each.quantities.get(place, 0) for each in booked.shipments if each.issued)
                        for place in range(len(booked.lines))]
                back = [max(line.quantity - gone, 0) for line, gone in zip(booked.lines, kept)]
                changed = importing.assign(booked.lines, 1, channel.company, back)
                if changed:
                    channel.stock_changed(changed)
            return {"posts": channel.post_statuses([order_status(booked, channel.channel_id, channel.settings)])}

    def statuses(self, args):
        """Posts the present state of orders in one upload; no refs = an empty upload."""
        with self.cloud.lock:
            channel = self.cloud.channel(args.get("channel"))
            entries = [order_status(channel.books.get(ref), channel.channel_id, channel.settings, None, args.get("status"))
                       for ref in args.get("refs", [])]
            return {"posts": channel.post_statuses(entries)}

    def raw(self, args):
        """Posts entries as they are given: orders that nobody knows, words that nobody knows."""
        with self.cloud.lock:
            return {"posts": self.cloud.channel(args.get("channel")).post_statuses(args["entries"])}

    def shipments(self, args):
        """All shipments of a channel, or those of one order."""
        with self.cloud.lock:
            channel = self.cloud.channel(args.get("channel"))
            return {"shipments": [each.shown() for each in channel.shipments.values()
                                  if args.get("ref", each.order.ref) == each.order.ref]}
