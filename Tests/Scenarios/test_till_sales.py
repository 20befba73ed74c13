"""Till sales in KCC's three modes, with the customer whole, in part, and absent."""

import pytest

from people import ADDRESS, CUSTOMER, NELL_IN_KCC, NOBODY, ONLY_EMAIL, ONLY_NAME, WHOLE, kcc_customers, till

EVERYBODY = {"whole": WHOLE, "only a name": ONLY_NAME, "only an e-mail": ONLY_EMAIL, "nobody": NOBODY}


@pytest.mark.parametrize("person", EVERYBODY.values(), ids=EVERYBODY)
def test_not_downloaded_unless_asked_for(web, store, person):
    name = store.place(**till(person))
    web.once()
    assert web.standing(name) == ("skipped", "pos_not_downloaded")
    assert web.orders()[name]["order_type"] == "epos"


def test_a_sale_with_a_retail_location_is_a_till_sale_whatever_its_source(web, store):
    name = store.place(**till(WHOLE, sourceName="3890849"))
    web.once()
    assert web.standing(name) == ("skipped", "pos_not_downloaded")


@pytest.mark.parametrize("person", EVERYBODY.values(), ids=EVERYBODY)
def test_generic_customer_takes_every_till_sale(web, store, person):
    web.adjust(download_pos_orders="generic_customer", generic_customer="POSSALES")
    name = store.place(**till(person))
    web.once()
    order = web.order(name)
    assert (order["state"], order["reason"]) == ("imported", None)
    assert (order["customer"]["urn"], order["customer"]["generic"]) == ("POSSALES", True)


def test_under_the_generic_customer_an_order_keeps_its_own_contact_and_address(web, store):
    web.adjust(download_pos_orders="generic_customer", generic_customer="POSSALES")
    name = store.place(**till(WHOLE))
    web.once()
    order = web.order(name)
    assert order["email"] == CUSTOMER["email"]
    assert order["addresses"]["billing"]["address1"] == ADDRESS["address1"]


def test_customer_details_with_a_whole_customer_makes_that_customer(web, store):
    web.adjust(download_pos_orders="customer_details", generic_customer="POSSALES")
    name = store.place(**till(WHOLE))
    web.once()
    assert web.orders()[name]["customer"] == {"urn": None, "name": "Nell Hargreave", "generic": False}


@pytest.mark.parametrize("person", [NOBODY, ONLY_NAME, ONLY_EMAIL], ids=["nobody", "only a name", "only an e-mail"])
def test_customer_details_without_an_address_falls_to_the_generic_customer(web, store, person):
    web.adjust(download_pos_orders="customer_details", generic_customer="POSSALES")
    name = store.place(**till(person))
    web.once()
    order = web.order(name)
    assert (order["state"], order["customer"]["urn"]) == ("imported", "POSSALES")
    assert order["email"] == person["email"]


def test_customer_details_with_an_email_that_kcc_knows_goes_to_that_customer(web, store, tmp_path):
    web.adjust(download_pos_orders="customer_details", generic_customer="POSSALES")
    web.cli("customers", "import", kcc_customers(tmp_path / "kcc.csv", NELL_IN_KCC))
    name = store.place(**till(ONLY_EMAIL))
    web.once()
    assert web.orders()[name]["customer"] == {"urn": "NELL01", "name": "Nell Hargreave", "generic": False}


@pytest.mark.parametrize("mode", ["generic_customer", "customer_details"])
def test_both_modes_that_download_need_the_generic_customer(web, mode):
    web.adjust(download_pos_orders=mode)
    result = web.cli("check-config", expect=78)
    assert "generic_customer" in result.said


def test_the_site_of_a_till_sale(box, store):
    box.channel("web", store, download_pos_orders="generic_customer", generic_customer="POSSALES",
                location_import_site="SHOP9")
    name, online = store.place(**till(NOBODY)), store.place()
    box.once()
    assert box.orders()[name]["site"] == "SHOP9"
    assert box.orders()[online]["site"] is None
    box.order_types = [{"order_type": "epos", "site": "TILLS"}]
    box.write()
    later = store.place(**till(NOBODY))
    box.once()
    assert box.orders()[later]["site"] == "TILLS"


def test_order_types_and_sites(box, store):
    box.order_types = [{"order_type": "online", "site": "MAIN"}, {"order_type": "draft", "site": "TRADE"},
                       {"order_type": "epos", "site": "TILLS"}, {"order_type": "tiktok", "site": "SOCIAL"}]
    box.channel("web", store, download_pos_orders="generic_customer", generic_customer="POSSALES")
    web, draft, tiktok = (store.place(sourceName=source) for source in ("web", "shopify_draft_order", "tiktok"))
    sold = store.place(**till(NOBODY))
    box.once()
    found = {name: (order["order_type"], order["site"]) for name, order in box.orders().items()}
    assert found == {web: ("online", "MAIN"), draft: ("draft", "TRADE"), tiktok: ("tiktok", "SOCIAL"),
                     sold: ("epos", "TILLS")}
