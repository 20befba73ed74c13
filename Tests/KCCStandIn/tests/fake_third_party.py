"""A third party small enough to be seen through: it has orders, a cursor that is a count, and keeps what was posted."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from order_xml import page_xml

CONFIG = {"MatchCompanyOn": ["Address1", "Town", "Postcode"], "MatchAddressOn": ["Address1", "Postcode"],
          "MatchContactOn": ["Surname", "Forename"]}
NAMES = {"orders": "OrderDownload", "statuses": "OrderStatusUpload", "stock": "StockStatusUpload", "items": "StockUpload"}


def valid_order(ref="SPY1001", **header):
    """An order with nothing wrong in it; a new one at each call."""
    return {
        "Customer": {"CreateNew": "IfNoMatch", "CompanyClass": {"Name": "Web"}, "Currency": {"Code": "GBP"}},
        "InvoiceAddress": {"Line1": "2 Quay Street", "Town": "Wells", "Postcode": "NR23 1AA", "Country": {"Code": "GB"}},
        "InvoiceContact": {"Forename": "Ivo", "Surname": "Marsh", "Email": "ivo@example.org"},
        "Header": {"AssociatedRef": ref, "OrderDate": "2025-07-01T09:30:00", "Site": {"ID": "1"}, "SalesSource": {"Name": "WEB"},
                   "DiscountCodes": [], "DeliveryCharge": {"Gross": 3.5}, "DeliveryTaxAmount": 0.58, "CalcMethod": 2,
                   "GrossTotal": 21.5, "Currency": {"Code": "GBP"}, "CustomData": f"gid://shopify/Order/{ref}", **header},
        "Items": [{"SKU": "TEA-250", "Mapping": "StockCode", "Quantity": 2, "ExtendedDescription": [], "UnitPrice": {"Gross": 10.0},
                   "ValueDiscount": 2.0, "ImportRef": f"gid://shopify/LineItem/{ref}", "WebItemRef": ref[3:]}],
        "Payments": [{"Amount": 21.5, "Card": {"CardType": "Visa", "IsPreauth": False, "AuthCode": "c9", "TransactionID": "7"}}]}


class Server(ThreadingHTTPServer):
    """Lets as many callers at once wait as the attacks have: of more than five the kernel would drop some."""
    request_queue_size = 256


class ThirdParty:
    """A listener on loopback. `posts` = what was taken or refused, in order; `answers` = statuses still to be given."""

    user, password = "khaos", "pass:word"

    def __init__(self):
        self.orders, self.page_size, self.page = [], 1000, {"ApiVersion": 1000, "Config": CONFIG}
        self.forms, self.config_text = dict.fromkeys(NAMES, "JSON"), None
        self.posts, self.gets, self.answers, self.lock = [], [], [], threading.Lock()
        self.continuation = True
        self.open(0)

    def open(self, port):
        """Begins to listen."""
        self.server = Server(("127.0.0.1", port), Handler)
        self.server.daemon_threads, self.server.party = True, self
        self.port = self.server.server_address[1]
        self.base = f"http://127.0.0.1:{self.port}/kcc/web"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self):
        """Stops to listen: connections are refused from now on."""
        self.server.shutdown()
        self.server.server_close()

    def config(self):
        """The configuration file's contents as an object."""
        entries = {entry: {"URL": f"{self.base}/{name}", "Format": self.forms[name]} for name, entry in NAMES.items()}
        entries["OrderDownload"]["Frequency"] = 5
        return {"EndpointConfig": entries}

    def config_xml(self):
        """The same in XML."""
        entries = "".join(f"<{entry}>" + "".join(f"<{key}>{value}</{key}>" for key, value in keys.items()) + f"</{entry}>"
                          for entry, keys in self.config()["EndpointConfig"].items())
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<EndpointConfig>{entries}</EndpointConfig>'

    def orders_page(self, headers):
        """(page, continuation) for a request."""
        if headers.get("SpecificIDs"):
            wanted = headers["SpecificIDs"].strip('"').split(",")
            return [each for each in self.orders if each["Header"]["AssociatedRef"] in wanted], headers.get("Sirion-Continuation")
        given = headers.get("Sirion-Continuation", "")
        start = int(given[1:]) if given.startswith("k") else 0
        found = self.orders[start:start + self.page_size]
        return found, f"k{start + len(found)}"

    def bodies(self, name):
        """What was posted to an endpoint and answered 200."""
        return [body for path, body, status in self.posts if path == name and status == 200]


class Handler(BaseHTTPRequestHandler):
    """One call."""

    protocol_version = "HTTP/1.1"

    def _send(self, status, body=b"", kind="application/json; charset=utf-8", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _known(self):
        party = self.server.party
        wanted = base64.b64encode(f"{party.user}:{party.password}".encode()).decode()
        scheme, _, given = self.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "basic" and given.strip() == wanted:
            return True
        self._send(401, WWW_Authenticate='Basic realm="kcc"')
        return False

    def do_GET(self):
        """The configuration or orders."""
        party, name = self.server.party, self.path.rpartition("/")[2]
        party.gets.append((name, dict(self.headers)))
        if not self._known():
            return
        if name == "config.json":
            self._send(200, (party.config_text or json.dumps(party.config())).encode())
        elif name == "config.xml":
            self._send(200, party.config_xml().encode(), "application/xml; charset=utf-8")
        else:
            orders, cursor = party.orders_page(self.headers)
            more = {"Sirion_Continuation": cursor} if party.continuation and cursor else {}
            if party.forms["orders"] == "XML":
                self._send(200, page_xml(orders, party.page), "application/xml; charset=utf-8", **more)
            else:
                self._send(200, json.dumps({"Orders": orders, **party.page}).encode(), **more)

    def do_POST(self):
        """An upload."""
        party = self.server.party
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)) if "Content-Length" in self.headers else self._chunks()
        if not self._known():
            return
        with party.lock:
            status = party.answers.pop(0) if party.answers else 200
            party.posts.append((self.path.rpartition("/")[2], body, status))
        self._send(status)

    def _chunks(self):
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def log_message(self, *_):
        """Says nothing."""
