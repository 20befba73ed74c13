"""Who is looked for: the customers of a test, from the order stores that it left and from the simulated shops.

Only what is unmistakable counts: e-mail addresses, telephone numbers, streets, postcodes, companies, and names with forename and
surname. A company is one of an address: what carries a parcel has that key, too.
"""

import contextlib
import json
import sqlite3

# The shortest text of each kind that cannot be part of something else by chance.
SHORTEST = {"email": 8, "emailAddress": 8, "phone": 8, "phoneNumber": 8, "address1": 8}
STORED = 'SELECT snapshot FROM "order" UNION ALL SELECT snapshot FROM order_revision'
OURS = "SELECT forename, surname, email, address1, postcode, company FROM customer WHERE generic = 0"


class Known:
    """Texts by which people are recognised: `words` anywhere, `postcodes` as words of their own, with and without their blank."""

    def __init__(self):
        self.words, self.postcodes = set(), set()

    def __len__(self):
        return len(self.words) + len(self.postcodes)

    def collect(self, value):
        """Walks through an order, a customer or an address."""
        if isinstance(value, list):
            for each in value:
                self.collect(each)
        if not isinstance(value, dict):
            return
        self.words |= {value[key] for key, shortest in SHORTEST.items()
                       if isinstance(value.get(key), str) and len(value[key]) >= shortest}
        if value.get("firstName") and value.get("lastName"):
            self.words.add(f"{value['firstName']} {value['lastName']}")
        postcode = value.get("zip") or value.get("postcode") or ""
        if any(map(str.isdigit, postcode)) and any(map(str.isalpha, postcode)):
            self.postcodes |= {postcode, postcode.replace(" ", "")}
        if "address1" in value and len(value.get("company") or "") >= 6:
            self.words.add(value["company"])
        for each in value.values():
            self.collect(each)

    def read(self, database):
        """Adds everybody in an order store: the orders' and KCC's customers. A damaged one is read as far as it goes."""
        with contextlib.suppress(sqlite3.DatabaseError), contextlib.closing(
                sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            for (text,) in connection.execute(STORED):
                with contextlib.suppress(ValueError):
                    self.collect(json.loads(text))
            for forename, surname, email, street, postcode, company in connection.execute(OURS):
                self.collect({"firstName": forename, "lastName": surname, "email": email, "address1": street,
                              "zip": postcode, "company": company})

    def without(self, given):
        """Leaves out what a test wrote into the configuration itself: to quote that is no leak."""
        self.words = {each for each in self.words if each not in given}
        self.postcodes = {each for each in self.postcodes if each not in given}
