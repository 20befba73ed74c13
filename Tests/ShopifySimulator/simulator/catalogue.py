"""What the demo merchant sells: loose tea (no VAT on it) and homeware (20 % VAT), prices with VAT in pounds."""

# (sku, title, variant, price, VAT rate)
PRODUCTS = [
    ("TEA-EB-125", "English Breakfast Loose Leaf", "125 g", "5.25", "0"),
    ("TEA-EB-250", "English Breakfast Loose Leaf", "250 g", "8.50", "0"),
    ("TEA-EG-125", "Earl Grey Blue Flower", "125 g", "5.75", "0"),
    ("TEA-DJ-100", "Darjeeling First Flush", "100 g", "11.95", "0"),
    ("TEA-LS-100", "Lapsang Souchong", "100 g", "7.40", "0"),
    ("TEA-GJ-100", "Jasmine Green", "100 g", "6.80", "0"),
    ("TEA-PM-50", "Peppermint Leaf", "50 g", "4.10", "0"),
    ("TEA-YB-80B", "Yorkshire Blend", "80 bags", "4.95", "0"),
    ("TEA-DEC-80B", "Decaf Breakfast", "80 bags", "5.60", "0"),
    ("POT-BB-4", "Brown Betty Teapot", "4 cup", "28.00", "0.2"),
    ("POT-BB-8", "Brown Betty Teapot", "8 cup", "36.50", "0.2"),
    ("POT-GL-600", "Glass Infuser Teapot", "600 ml", "24.95", "0.2"),
    ("MUG-ST-BLU", "Stoneware Mug", "Harbour Blue", "13.50", "0.2"),
    ("MUG-ST-OAT", "Stoneware Mug", "Oat", "13.50", "0.2"),
    ("MUG-ENM-WHT", "Enamel Mug", "White", "9.99", "0.2"),
    ("CUP-BC-SET4", "Bone China Cup & Saucer", "Set of 4", "64.00", "0.2"),
    ("STR-SS-01", "Stainless Steel Strainer", None, "6.49", "0.2"),
    ("CAD-TIN-BLK", "Tea Caddy", "Black", "12.75", "0.2"),
    ("CAD-TIN-GRN", "Tea Caddy", "Racing Green", "12.75", "0.2"),
    ("TWL-LIN-01", "Irish Linen Tea Towel", "Wren", "11.00", "0.2"),
    ("TRY-OAK-M", "Oak Serving Tray", "Medium", "42.00", "0.2"),
    ("SPN-SLV-6", "Silver Plate Teaspoons", "Set of 6", "31.33", "0.2"),
    ("COS-KNT-4", "Knitted Tea Cosy", "Fits 4 cup", "18.20", "0.2"),
    ("HON-HTH-340", "Heather Honey", "340 g", "7.95", "0"),
    ("BSC-SHB-200", "All Butter Shortbread", "200 g", "3.85", "0"),
]
FIRST_NAMES = ("Ada Aisha Alfie Amelia Anwen Arthur Bethan Callum Ciara Daniel Deepa Edith Eleri Fergus Freya George Grace "
               "Hamish Harriet Imran Isla Jack Jasmine Kieran Leila Lewis Mabel Mohammed Niamh Oliver Olwen Priya Rhys "
               "Rosie Saoirse Seán Sophie Tomasz Violet Zoë").split()
LAST_NAMES = ("Ahmed Ashworth Baxter Begum Campbell Chowdhury Davies Doyle Ellis Fairclough Fraser Greenwood Hughes "
              "Iqbal Jones Kaur Kowalski Lloyd MacDonald Marsh Murphy Nguyen O'Brien Okafor Patel Pritchard Quinn "
              "Robertson Sharma Shaw Singh Sutcliffe Taylor Thomas Ülker Vaughan Walsh Whitaker Wood Young").split()
STREETS = ("Mill Lane;Station Road;Church Street;Victoria Terrace;The Green;Park Avenue;Orchard Close;Harbour View;"
           "Castle Street;Wharf Road;Chapel Hill;Queen Street").split(";")
# (town, start of the postcode, part of the country, its code)
TOWNS = [("Hebden Bridge", "HX7", "England", "ENG"), ("Leeds", "LS6", "England", "ENG"), ("Bristol", "BS3", "England", "ENG"),
         ("Norwich", "NR2", "England", "ENG"), ("Falmouth", "TR11", "England", "ENG"), ("Edinburgh", "EH6", "Scotland", "SCT"),
         ("Oban", "PA34", "Scotland", "SCT"), ("Cardiff", "CF5", "Wales", "WLS"), ("Aberystwyth", "SY23", "Wales", "WLS"),
         ("Belfast", "BT9", "Northern Ireland", "NIR"), ("London", "SE15", "England", "ENG"), ("York", "YO31", "England", "ENG")]
SHIPPING_RATES = [("Royal Mail Tracked 48", "RM48", "3.95"), ("Royal Mail Tracked 24", "RM24", "4.95"),
                  ("DPD Next Day", "DPD-ND", "7.50"), ("Free delivery over £50", "FREE", "0.00")]
NOTES = ["Please leave with a neighbour if out.", "It is a present: no price on the slip, please.",
         "Ring the bell twice — it's temperamental ☕", "Gate code 4471"]
LOCATIONS = [
    {"name": "Main Warehouse", "address1": "Unit 6, Mytholm Works", "city": "Hebden Bridge", "zip": "HX7 6DS"},
    {"name": "High Street Shop", "address1": "31 Market Street", "city": "Hebden Bridge", "zip": "HX7 6EU"}]
