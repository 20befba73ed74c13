"""Whose order it is: matching, new customers, and orders of which nobody is known."""

from people import ADDRESS, CUSTOMER, NELL_IN_KCC, NOBODY, WHOLE, kcc_customers, till


def nell(**more):
    """A web order of Nell's."""
    return {"customer": CUSTOMER, "email": CUSTOMER["email"], "billingAddress": ADDRESS, "shippingAddress": ADDRESS,
            **more}


def urns(box):
    return {name: order["customer"] and order["customer"]["urn"] for name, order in box.orders().items()}


def test_the_import_of_kcc_customers(web, store, tmp_path):
    file = kcc_customers(tmp_path / "kcc.csv", NELL_IN_KCC, {"COMPANY_CODE": "MILL", "COMPANY_NAME": "The Mill"},
                         {"COMPANY_CODE": "", "COMPANY_NAME": "No code"})
    result = web.cli("customers", "import", file, expect=None)
    assert "line 4" in result.said and "COMPANY_CODE" in result.said, "the bad row is named"
    assert {each["urn"] for each in web.json("customers", "list")} == {"NELL01", "MILL"}
    again = web.cli("customers", "import", kcc_customers(tmp_path / "kcc.csv", NELL_IN_KCC))
    assert "0 of them new" in again.out
    assert len(web.json("customers", "list")) == 2


def test_a_match_by_email_in_any_case(web, store, tmp_path):
    web.cli("customers", "import", kcc_customers(tmp_path / "kcc.csv", {**NELL_IN_KCC, "ADDRESS:ADDRESS1": ""}))
    name = store.place(**nell(email="NELL.hargreave@example.ORG"))
    web.once()
    assert urns(web) == {name: "NELL01"}


def test_a_match_by_address_and_name_whatever_the_punctuation(web, store, tmp_path):
    web.cli("customers", "import", kcc_customers(tmp_path / "kcc.csv", {**NELL_IN_KCC, "EMAIL": ""}))
    name = store.place(**nell())
    web.once()
    assert urns(web) == {name: "NELL01"}


def test_the_same_address_with_another_name_is_another_customer(web, store, tmp_path):
    web.cli("customers", "import", kcc_customers(tmp_path / "kcc.csv", {**NELL_IN_KCC, "EMAIL": "", "FORENAME": "Tom"}))
    name = store.place(**nell())
    web.once()
    assert urns(web) == {name: None}


def test_the_linked_customer_wins_over_the_email(web, store, tmp_path):
    web.cli("customers", "import", kcc_customers(tmp_path / "kcc.csv", NELL_IN_KCC))
    same = {**CUSTOMER, "id": 7001398009999}
    first = store.place(**nell(customer=same))
    web.once()
    web.cli("customers", "import", kcc_customers(tmp_path / "two.csv", {**NELL_IN_KCC, "COMPANY_CODE": "TOM01",
                                                                      "EMAIL": "tom@example.org", "FORENAME": "Tom"}))
    second = store.place(**nell(customer=same, email="tom@example.org"))
    web.once()
    assert urns(web) == {first: "NELL01", second: "NELL01"}


def test_one_new_customer_for_all_orders_of_a_person(web, store):
    names = [store.place(**nell()) for _ in range(3)]
    web.once()
    assert set(urns(web)) == set(names)
    assert len(web.json("customers", "list")) == 1


def test_the_generic_customer_is_never_matched_by_address(web, store):
    web.adjust(download_pos_orders="generic_customer", generic_customer="POSSALES")
    sold = store.place(**till(WHOLE))
    web.once()
    online = store.place(**nell())
    web.once()
    assert urns(web) == {sold: "POSSALES", online: None}


def test_a_web_order_without_any_address_fails_and_says_so(web, store):
    name = store.place(shippingAddress=None, billingAddress=None)
    result = web.once()
    assert web.standing(name) == ("failed", "customer_missing")
    assert name in result.err and "customer_missing" in result.err
    store.change(name, "address", shippingAddress=ADDRESS)
    web.once()
    assert web.standing(name) == ("imported", None)


def test_an_order_that_needs_no_delivery_has_its_billing_address(web, store):
    name = store.place(**nell(shippingAddress=None, shipping=[],
                              lines=[{"sku": "GIFT-25", "price": "25.00", "quantity": 1, "requiresShipping": False}]))
    web.once()
    assert web.standing(name) == ("imported", None)


def test_a_plan_that_withholds_customer_data(box, new_store):
    store = new_store(plan="basic")
    box.channel("web", store, download_pos_orders="generic_customer", generic_customer="POSSALES")
    online, sold = store.place(), store.place(**till(NOBODY))
    result = box.once()
    assert box.standing(online) == ("failed", "customer_data_withheld")
    assert box.standing(sold) == ("imported", None)
    assert "customer_data_withheld" in result.err
    assert "customer_data_withheld" in box.cli("status").out
    rule = box.rule(online, "customer data")
    assert rule["outcome"] == "refuse" and rule["remedy"]
    check = box.cli("check", expect=None)
    assert "withholds" in check.out and "plan" in check.out
    store.plan("standard")
    box.cli("orders", "refetch", online)
    assert box.standing(online) == ("imported", None)
    assert box.orders()[online]["customer"]["name"] == "Ada Marsh"
