"""Stock items as KCC uploads them: in bulk at first, each modified one later, and the ids of those that are gone."""


def entry(item):
    """One StockItem with everything that is always there."""
    made = {"StockID": item.stock_id, "StockCode": item.code, "ShortDescription": item.description,
            "BuyPrice": {"Net": 1.0}, "SellPrice": {"Gross": float(item.price)}, "TaxRate": {"ID": "1", "Name": "Standard"},
            "StockType1": {"ID": "1", "Name": "General"}, "StockType2": {"ID": "2", "Name": "Goods"},
            "Options": {"PublishOnWeb": True, "Discontinued": item.discontinued, "DropShipItem": False,
                        "DiscountsDisabled": False, "RunToZero": False, "VatReliefQualified": False,
                        "StockControlled": item.controlled, "FreeText": False, "NonPhysical": False},
            "SupplierInfo": [], "Images": []}
    if item.other_ref is not None:
        made["OtherRef"] = item.other_ref
    if item.barcodes:
        made["Barcodes"] = [{"Barcode": code} for code in item.barcodes]
    return made


def uploads(items, deleted, per_call, as_objects):
    """The payloads that tell of these items, so many in each; at least one, be it empty."""
    gone = [{"StockID": item.stock_id} if as_objects else item.stock_id for item in deleted]
    parts = [items[at:at + per_call] for at in range(0, len(items), per_call)] or [[]]
    return [{"Items": [entry(item) for item in part], "Deleted": gone if part is parts[-1] else []} for part in parts]
