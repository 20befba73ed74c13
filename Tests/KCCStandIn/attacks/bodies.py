"""Upload bodies that no honest KCC would send: hand-made ones with what is expected of them, and random ones."""

import copy
import json

from kcc_standin.writing import write

SHIPMENT = {"ID": "Z1", "Code": "INVZ1", "Status": "Picking", "Items": [
    {"OrderItemID": "1", "ShipmentItemID": "2", "SKU": "NO-SUCH", "Quantity": 1.0, "ImportRef": "x", "WebsiteItemRef": "1"}],
    "Packages": [{"ConsignmentRef": "", "Courier": {"ID": "7", "Code": "RM24", "Name": "Royal Mail 24"}}]}
VALID = {
    "statuses": {"Statuses": [{"OrderCode": "SO9", "OrderID": "9", "Status": "Shipping", "AssociatedRef": "NO-SUCH-ORDER",
                               "ChannelID": "1", "CustomData": "gid://shopify/Order/1", "Shipments": [SHIPMENT]}]},
    "stock": {"Statuses": [{"StockCode": "NO-SUCH", "StockID": "999999", "SiteID": 1, "Levels": {"Available": 1.0, "OnOrder": 0.0}}]},
    "items": {"Items": [{"StockID": "999999", "StockCode": "NO-SUCH", "ShortDescription": "none", "Options": {"Discontinued": False},
                         "SupplierInfo": [], "Images": []}], "Deleted": []}}
REFUSED, ANY = (400, 413, 415, 422), (200, 400, 413, 415, 422, 503)
ODD = (None, True, [], {}, "", " ", "\u0000", "x" * 70_000, "\U0001f600" * 100, -1, 0, 1.5, 10 ** 30, -10 ** 30, 1e308, [[]], [None],
       {"ID": None}, {"": ""}, "9" * 400, "NaN", "' OR 1=1 --", "%s%n%x", "../../etc/passwd", "gid://shopify/Order/")
LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))


def json_text(payload):
    """A JSON body."""
    return json.dumps(payload).encode()


def fixed(kind, canary):
    """(name, body, allowed statuses) of the hand-made ones. `canary` = a URL that nobody may ask for."""
    good, xml = json_text(VALID[kind]), write(kind, VALID[kind], "XML")
    text = xml.decode("utf-8-sig")
    declaration, _, rest = text.partition("?>")
    root = rest.strip().split(" ")[0][1:]
    key, row = ("Items", VALID[kind]["Items"][0]) if kind == "items" else ("Statuses", VALID[kind]["Statuses"][0])
    child = {"statuses": "SalesOrderStatus", "stock": "StockStatus", "items": "StockItem"}[kind]
    attributes = " ".join(f"a{n}='1'" for n in range(100_000))
    namespaces = " ".join(f"xmlns:n{n}='u{n}'" for n in range(20_000))
    xinclude = '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'

    def doctype(inner, use="&a;"):
        return f'{declaration}?><!DOCTYPE {root} [{inner}]>{rest.replace("NO-SUCH", use, 1)}'.encode()

    made = [
        ("empty", b"", REFUSED), ("blank", b" \r\n\t ", REFUSED), ("a word", b"hello", REFUSED), ("null", b"null", REFUSED),
        ("a number", b"7", REFUSED), ("a list", b"[]", REFUSED), ("no list", b"{}", REFUSED), ("NULs", b"\0" * 1000, REFUSED),
        ("cut JSON", good[:-3], REFUSED), ("JSON and more", good + b"}", REFUSED), ("two documents", good + good, REFUSED),
        ("null list", json_text({key: None}), ANY), ("list of nulls", json_text({key: [None] * 10}), ANY),
        ("list of lists", json_text({key: [[[]]] * 10}), ANY), ("a word for the list", json_text({key: "x"}), ANY),
        ("byte-order mark", b"\xef\xbb\xbf" + good, ANY), ("UTF-16", good.decode().encode("utf-16"), ANY),
        ("latin-1", good.replace(b"NO-SUCH", b"\xe9\xe8\xff"), ANY),
        ("bad UTF-8", good.replace(b"NO-SUCH", b"\xc0\xaf\xed\xa0\x80\xff"), ANY),
        ("lone surrogate", good.replace(b"NO-SUCH", b"\\ud800"), ANY), ("NUL in a string", good.replace(b"NO-SUCH", b"a\\u0000b"), ANY),
        ("duplicate keys", b'{"%s":[],' % key.encode() + good[1:], ANY),
        ("deep lists", b"[" * 100_000 + b"]" * 100_000, REFUSED), ("deep, never closed", b"[" * 1_000_000, REFUSED),
        ("deep objects", b'{"%s":' % key.encode() + b'{"a":' * 50_000 + b"1" + b"}" * 50_001, ANY),
        ("a long number", good.replace(b"1.0", b"1" * 100_000), ANY), ("exponents", good.replace(b"1.0", b"1e999999999"), ANY),
        ("small exponent", good.replace(b"1.0", b"1e-999999999"), ANY), ("NaN", good.replace(b"1.0", b"NaN"), ANY),
        ("minus zero", good.replace(b"1.0", b"-0.0"), ANY), ("huge level", good.replace(b"1.0", b"9" * 40), ANY),
        ("a hundred thousand entries", json_text({key: [row] * 100_000}), ANY),
        ("a hundred thousand empty objects", json_text({key: [{}] * 100_000}), ANY),
        ("a hundred thousand keys", json_text({key: [], **{f"k{n}": n for n in range(100_000)}}), ANY),
        ("a long string", json_text({key: [{**row, next(iter(row)): "x" * 5_000_000}]}), ANY),
        ("good XML", xml, ANY), ("wrong root", text.replace(root, "Wrong").encode(), REFUSED), ("cut XML", xml[:-15], REFUSED),
        ("two roots", xml + rest.encode(), REFUSED), ("XML in UTF-16", text.replace("utf-8", "utf-16").encode("utf-16"), ANY),
        ("XML in latin-1", text.replace("utf-8", "iso-8859-1").replace("NO-SUCH", "\xe9").encode("latin-1"), ANY),
        ("XML that lies about UTF-8", text.replace("NO-SUCH", "\xe9").encode("latin-1"), ANY),
        ("unknown encoding", text.replace("utf-8", "x-none").encode(), ANY),
        ("billion laughs", doctype('<!ENTITY a0 "lol">' + LAUGHS, "&a11;"), REFUSED),
        ("quadratic entity", doctype(f'<!ENTITY a "{"x" * 50_000}">', "&a;" * 5_000), REFUSED),
        ("external file", doctype('<!ENTITY a SYSTEM "file:///etc/passwd">'), REFUSED),
        ("external address", doctype(f'<!ENTITY a SYSTEM "{canary}">'), REFUSED),
        ("parameter entity", doctype(f'<!ENTITY % b SYSTEM "{canary}"> %b;'), REFUSED),
        ("external subset", f'{declaration}?><!DOCTYPE {root} SYSTEM "{canary}">{rest}'.encode(), REFUSED),
        ("entity of itself", doctype('<!ENTITY a "&b;"><!ENTITY b "&a;">'), REFUSED),
        ("unknown entity", text.replace("NO-SUCH", "&nosuch;").encode(), ANY),
        ("inclusion", text.replace("NO-SUCH", xinclude).encode(), ANY),
        ("deep XML", f"{declaration}?><{root}><{key}>{'<a>' * 100_000}{'</a>' * 100_000}</{key}></{root}>".encode(), ANY),
        ("many attributes", f"<{root} {attributes}><{key}/></{root}>".encode(), ANY),
        ("many elements", f"<{root}><{key}>{f'<{child}/>' * 100_000}</{key}></{root}>".encode(), ANY),
        ("many namespaces", f"<{root} {namespaces}><{key}/></{root}>".encode(), ANY),
        ("long CDATA", text.replace("NO-SUCH", f"<![CDATA[{'x' * 1_000_000}]]>").encode(), ANY),
        *[(f"bad UTF-8 in {where}", f"{declaration}?><{root}{inside}</{root}>".encode("latin-1"), ANY) for where, inside in (
            ("a name", f"><{key}\xd9/>"), ("an attribute's name", f" a\xd9='1'><{key}/>"), ("an attribute", f" a='\xd9'><{key}/>"),
            ("a comment", f"><!--\xd9--><{key}/>"), ("an instruction", f"><?a\xd9 b?><{key}/>"), ("a prefix", f" xmlns:\xd9='u'><{key}/>"),
            ("CDATA", f"><{key}><![CDATA[\xd9]]></{key}>"))],
        ("character references", text.replace("NO-SUCH", "&#0;&#xD800;&#x110000;").encode(), ANY),
        ("comments", f"<{root}>{'<!-- -->' * 100_000}<{key}/></{root}>".encode(), ANY)]
    return made


def mutated(random):
    """(kind, body) at random: one value of a valid document replaced, or some bytes of it."""
    kind = random.choice(sorted(VALID))
    if random.random() < 0.5:
        payload = copy.deepcopy(VALID[kind])
        replace(payload, random)
        return kind, json_text(payload)
    body = bytearray(write(kind, VALID[kind], random.choice(("JSON", "XML"))))
    for _ in range(random.choice((1, 1, 2, 5, 30))):
        place, what = random.randrange(len(body)), random.randrange(4)
        if what == 0:
            body[place] = random.randrange(256)
        elif what == 1:
            del body[place:place + random.randrange(1, 40)]
        elif what == 2:
            body[place:place] = random.choice((b"<", b"&", b'"', b"{", b"]", b"\\u", b"\0", b"]]>", b"<!--", b"\xff", b"-", b"e9"))
        else:
            body[place:place] = body[place:place + random.randrange(1, 200)]
        if not body:
            break
    return kind, bytes(body)


def replace(place, random):
    """Replaces one value somewhere below."""
    while True:
        steps = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not steps:
            return
        step = random.choice(steps)
        inside = place[step]
        if not isinstance(inside, (dict, list)) or not inside or random.random() < 0.2:
            place[step] = random.choice(ODD)
            return
        place = inside
