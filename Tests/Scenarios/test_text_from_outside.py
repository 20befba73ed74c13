"""Text from outside: whatever customers, colleagues, carriers and files write moves no cursor and begins no line."""

import csv
import io
import re
import unicodedata

ACTING = ["\x1b[31m", "\x1b]0;title\x07", "\x9b31m", "\r\nforged: line", "\u2028", "\u202egnp", "\u2066x\u2069", "\x7f", "\ufeff"]


def acts(character):
    """Whether a character acts on a terminal; line ends of the output itself are the caller's to take off."""
    return (unicodedata.category(character) in ("Cc", "Zl", "Zp")
            or re.match("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]", character) is not None)


def test_r9_nothing_that_is_shown_acts(box, store):
    box.channel("web", store)
    box.link("web", note_tags=True)
    for number, evil in enumerate(ACTING):
        person = {"firstName": f"A{evil}B", "lastName": f"=1+1{evil}", "address1": f"1{evil}", "city": f"C{evil}", "zip": "N1",
                  "countryCodeV2": "GB", "company": evil}
        store.place(note=f"note{evil}", tags=[f"tag{evil}"],
                    email=f"a{number}@example.com", billingAddress=person, shippingAddress=person,
                    lines=[{"sku": f"TEA{evil}", "title": f"Tea{evil}", "price": "5.00", "quantity": 1}])
    box.once()
    names = sorted(box.orders())
    assert len(names) == len(ACTING)
    box.cli("shipments", "add", names[0], "--tracking", "T1", "--carrier", "Bob\x1b[31m", expect=None)
    levels = box.folder / "levels.csv"
    levels.write_bytes("SKU,QUANTITY\nTEA\x1b[31m,x\x1b[31m\n".encode())
    shown = [box.cli(*words, expect=None) for words in (
        ("orders", "list"), ("orders", "list", "--json"), ("orders", "export", "--format", "csv"), ("orders", "export", "--format", "json"),
        ("orders", "export", "--format", "kcc-json"), ("customers", "list"), ("status",), ("status", "--json"),
        ("queue", "list"), ("shipments", "list"), ("kcc", "list"), ("stock", "import", str(levels)),
        ("stock", "list"), ("check", "web"), ("locations", "web"))]
    for name in names:
        shown += [box.cli("orders", "show", name), box.cli("orders", "show", name, "--json"), box.cli("orders", "explain", name)]
    for said in shown:
        for line in said.said.split("\n"):
            assert not any(map(acts, line)), (said, line)
            assert not line.startswith("forged"), said
    assert "<U+001B>[31m" in box.cli("orders", "show", names[0]).out


def test_r8_a_quote_with_a_mark_behind_it_is_one_cell(box, store):
    box.channel("web", store)
    evil = "a,\"\u0301,=cmd|' /C calc'!A0"
    person = {"firstName": evil, "lastName": "B", "address1": "1", "city": "C", "zip": "N1", "countryCodeV2": "GB"}
    store.place(billingAddress=person, shippingAddress=person, lines=[{"sku": "TEA", "title": evil, "price": "5.00", "quantity": 1}])
    box.once()
    rows = list(csv.reader(io.StringIO(box.cli("orders", "export", "--format", "csv").out)))
    assert len(rows) == 2 and {len(row) for row in rows} == {len(rows[0])}
    assert any("=cmd" in cell for cell in rows[1]) and not any(cell.startswith("=") for cell in rows[1])
