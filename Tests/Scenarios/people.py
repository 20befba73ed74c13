"""Customers and addresses that tests recognise again in what comes out."""

import csv

ADDRESS = {"firstName": "Nell", "lastName": "Hargreave", "address1": "3 Bobbin Row", "city": "Todmorden",
           "zip": "OL14 5AA", "countryCode": "GB", "country": "United Kingdom", "phone": "+441706555333"}
CUSTOMER = {"firstName": "Nell", "lastName": "Hargreave", "email": "nell.hargreave@example.org",
            "phone": "+441706555333"}
LINE = {"sku": "TEA-EB-250", "title": "English Breakfast", "price": "8.50", "quantity": 1}

# A till sale that names nobody, one with a name or an e-mail only, and one with all there is.
NOBODY = {"customer": None, "email": None, "phone": None, "billingAddress": None, "shippingAddress": None}
ONLY_NAME = {**NOBODY, "customer": {"firstName": "Nell", "lastName": "Hargreave", "email": None, "phone": None}}
ONLY_EMAIL = {**NOBODY, "email": CUSTOMER["email"],
              "customer": {"firstName": None, "lastName": None, "email": CUSTOMER["email"], "phone": None}}
WHOLE = {"customer": CUSTOMER, "email": CUSTOMER["email"], "billingAddress": ADDRESS, "shippingAddress": None}


def till(person, location=1, **more):
    """A till sale."""
    return {"sourceName": "pos", "location": location, "shipping": [], "fulfilmentOrders": "none", **person, **more}


def kcc_customers(path, *rows):
    """Writes a file of KCC's customers; each row a dictionary by column."""
    columns = ["COMPANY_CODE", "COMPANY_NAME", "ADDRESS:ADDRESS1", "ADDRESS:TOWN", "ADDRESS:POSTCODE",
               "ADDRESS:COUNTRY2_CODE", "FORENAME", "SURNAME", "EMAIL"]
    with open(path, "w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, columns, restval="")
        table.writeheader()
        table.writerows(rows)
    return path


NELL_IN_KCC = {"COMPANY_CODE": "NELL01", "COMPANY_NAME": "Nell Hargreave", "ADDRESS:ADDRESS1": "3, bobbin  row",
               "ADDRESS:TOWN": "TODMORDEN", "ADDRESS:POSTCODE": "ol145aa", "ADDRESS:COUNTRY2_CODE": "GB",
               "FORENAME": "Nell", "SURNAME": "Hargreave", "EMAIL": "Nell.Hargreave@Example.org"}
