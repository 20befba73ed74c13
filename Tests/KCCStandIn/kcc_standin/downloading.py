"""What KCC asks for: the configuration file, and pages of orders."""

import threading
import time

from . import page_rules
from .calling import AT_ONCE, UNREAD, Answer
from .config_file import form_of, read_config
from .importing import IMPORTED
from .reading import Unreadable, read_json, read_xml
from .shapes import PAGE

CONFIG_KEPT = 24 * 3600
DROPS = {"poll_drop_at_once": AT_ONCE, "poll_drop_unread": UNREAD}


class Downloading:
    """One channel's downloads, one at a time."""

    def __init__(self, channel):
        self.channel = channel
        self.endpoints, self.read_at = {}, None
        self.under_way, self.pages, self.one = 0, 0, threading.Lock()

    def shown(self):
        """The endpoints for the control interface."""
        return {name: endpoint.shown() for name, endpoint in self.endpoints.items()}

    def frequency(self):
        """Minutes between polls, as the configuration says; None while there is none."""
        download = self.endpoints.get("OrderDownload")
        return download and download.frequency

    # -- the configuration

    def configure(self):
        """Reads the configuration file anew. One that cannot be used leaves the old one in force."""
        channel = self.channel
        answer = channel.call("config", "GET", channel.config_url)
        with channel.lock:
            problems = []

            def report(code, path, detail):
                problems.append(f"{code} {path}: {detail}")
                channel.ledger.violation(f"config_{code}", path, detail)

            if answer.status is None:
                return {"status": None, "error": answer.error, "problems": []}
            if answer.status != 200:
                report("status", "", f"answered {answer.status}, and KCC wants a plain 200")
                return {"status": answer.status, "error": None, "problems": problems}
            form = form_of(channel.config_url)
            if form is None:
                report("ending", "", "the URL ends neither in .json nor in .xml")
                form = "XML" if answer.body.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<") else "JSON"
            page_rules.check_envelope(answer, form, lambda code, path, detail, _ref: report(code, path, detail))
            found = read_config(answer.body, form, report)
            if found:
                self.endpoints, self.read_at = found, time.monotonic()
                channel.lock.notify_all()
            return {"status": 200, "error": None, "problems": problems, "endpoints": self.shown()}

    def endpoint(self, name):
        """An endpoint; the file is read when there is none yet, or when a (compressed) day has passed. None without one."""
        kept = CONFIG_KEPT / self.channel.settings.compression
        if self.read_at is None or time.monotonic() - self.read_at > max(kept, 60):
            self.configure()
        return self.endpoints.get(name)

    # -- orders

    def poll(self, only=None):
        """One orders download; `only` = the refs of a retry. What happened, for the control interface."""
        channel = self.channel
        with channel.lock:
            self.under_way += 1
        try:
            with self.one:
                return self._poll(only)
        finally:
            with channel.lock:
                self.under_way -= 1
                channel.lock.notify_all()

    def _poll(self, only):
        channel = self.channel
        endpoint = self.endpoint("OrderDownload")
        before = channel.continuation
        told = {"status": None, "error": "no configuration", "taken": False, "orders": 0, "refs": [], "continuation": before,
                "fault": None}
        if endpoint is None:
            return told
        with channel.lock:
            fault = channel.faults.first(*DROPS, "poll_drop_after", "poll_die_between")
            page = self.pages = self.pages + 1
        headers = {"Accept": f"application/{endpoint.form.lower()}"}
        sent = before if only is None or channel.settings.retry_sends_continuation else None
        if sent is not None:
            headers["Sirion-Continuation"] = sent
        if only is not None:
            headers["SpecificIDs"] = '"' + ",".join(only) + '"'
        answer = channel.call("orders", "GET", endpoint.url, headers, drop=DROPS.get(fault), page=page, fault=fault,
                              continuation=sent, specific=headers.get("SpecificIDs"))
        told.update(status=answer.status, error=answer.error, fault=fault, page=page, bytes=len(answer.body),
                    seconds=answer.seconds, given=answer.headers.get("sirion-continuation"))
        if answer.status != 200 or fault == "poll_drop_after":
            return told
        with channel.lock:
            self._take(answer, endpoint, sent, only, page, fault, told)
            channel.lock.notify_all()
        return told

    def _take(self, answer: Answer, endpoint, sent, only, page, fault, told):
        """Reads a page, takes its orders, keeps its continuation. Under the lock."""
        channel = self.channel

        def report(code, path, detail, ref=None):
            channel.ledger.violation(code, path, detail, ref, page)
            broken.setdefault(ref, []).append(code)

        broken = {}
        page_rules.check_envelope(answer, endpoint.form, report)
        try:
            read = read_json(answer.body, report) if endpoint.form == "JSON" else read_xml(
                answer.body, "SalesOrderImport", PAGE, report)
        except Unreadable as error:
            report("unreadable", "", str(error))
            told["error"] = f"unreadable: {error}"
            return
        orders = page_rules.check_page(read, report, *channel.settings.tax)
        if not isinstance(read, dict) or not isinstance(read.get("Orders"), list):
            told["error"] = "no page of orders"
            return
        page_rules.check_continuation(told["given"], sent, only is not None, report)
        self._enter(orders, broken, page, only, report, told)
        told.update(taken=fault is None, orders=len(orders), violations=sum(map(len, broken.values())))
        keeps = told["given"] is not None and (only is None or channel.settings.retry_stores)
        if fault is None and keeps:
            channel.continuation = told["continuation"] = told["given"]

    def _enter(self, orders, broken, page, only, report, told):
        """Every order into the books, to be imported now or later."""
        channel, due = self.channel, time.monotonic() + self.channel.settings.import_delay
        for order in orders:
            ref = page_rules.ref_of(order)
            if ref is None:
                continue
            told["refs"].append(ref)
            if only is not None and ref not in only:
                report("not_asked", "Orders", f"{ref} was not asked for", ref)
            booked = channel.books.take(ref, order, page)
            channel.invalid[ref] = sorted(set(broken.get(ref, ())))
            if booked.state != IMPORTED and booked.due is None:
                channel.books.put_off(booked, due)
        channel.import_due()
