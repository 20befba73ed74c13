-- An order store of schema 0005, with work of every kind pending.
--
-- One linked channel `web`; KCC's positions are k1.GENERATION.1 to 4.
--   1000, 1001  page 1, taken weeks ago; 1001 is confirmed, and its shipment waits to be told to Shopify
--   1002        page 2, taken; then KCC asked for it by name, and has not confirmed it
--   1003        page 3, which has not come back; placed before the date that KCC asked with next
--   1004        page 3, then page 4
--   1005        page 4; edited afterwards (note)
--   1006        page 4, which is open: KCC was served it, and its position has not come back
--   1007        waits, never served
--   1008        held for its totals
--   1009        skipped, not paid
-- Levels: SKU-1 of KCC's, 60 sent, then 50, which is pending; MUG of KCC's, sent; CUP of a file, sent;
-- `POT  ` of a command, with two blanks behind, sent; JAR of KCC's, which Shopify has as `JAR `, not sent.
--
-- Made by the code of that version (commit bf7cfb1) with the test rig of the commit after it, and written out from the
-- SQLite file while the daemon still had it open, as a daemon that is killed leaves it. Do not edit by hand:
-- it shows what that version wrote. The people are the made-up ones of the tests.

PRAGMA application_id = 1801675635;
PRAGMA user_version = 5;

-- Part: tables

CREATE TABLE backfill (
    id INTEGER PRIMARY KEY,
    shop_id INTEGER NOT NULL REFERENCES shop (id),
    channel TEXT NOT NULL,
    from_ms INTEGER NOT NULL,
    to_ms INTEGER NOT NULL,
    position_ms INTEGER NOT NULL,
    listed INTEGER NOT NULL DEFAULT 0,
    imported INTEGER NOT NULL DEFAULT 0,
    refused INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    finished_at_ms INTEGER
) STRICT;
CREATE TABLE catalogue (
    shop_id INTEGER PRIMARY KEY REFERENCES shop (id),
    begun_at_ms INTEGER NOT NULL,
    cursor TEXT,
    read_at_ms INTEGER
) STRICT;
CREATE TABLE channel (
    name TEXT NOT NULL,
    shop_id INTEGER NOT NULL REFERENCES shop (id),
    start_date TEXT,
    start_at_ms INTEGER NOT NULL,
    PRIMARY KEY (name, shop_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE counter (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE customer (
    id INTEGER PRIMARY KEY,
    urn TEXT UNIQUE,
    generic INTEGER NOT NULL DEFAULT 0 CHECK (generic IN (0, 1)),
    company TEXT,
    forename TEXT,
    surname TEXT,
    email TEXT,
    address1 TEXT,
    town TEXT,
    postcode TEXT,
    country_code TEXT,
    email_key TEXT,
    address_key TEXT,
    person_key TEXT,
    source TEXT NOT NULL CHECK (source IN ('order', 'import', 'configuration')),
    created_at_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE customer_link (
    shop_id INTEGER NOT NULL REFERENCES shop (id),
    gid TEXT NOT NULL,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    PRIMARY KEY (shop_id, gid)
) STRICT, WITHOUT ROWID;
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
CREATE TABLE inventory_item (
    shop_id INTEGER NOT NULL REFERENCES shop (id),
    gid TEXT NOT NULL,
    sku TEXT NOT NULL,
    tracked INTEGER NOT NULL CHECK (tracked IN (0, 1)),
    seen_at_ms INTEGER NOT NULL,
    PRIMARY KEY (shop_id, gid)
) STRICT, WITHOUT ROWID;
CREATE TABLE kcc_body (
    channel TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    digest TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    size INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (channel, endpoint, digest)
) STRICT, WITHOUT ROWID;
CREATE TABLE kcc_channel (
    channel TEXT PRIMARY KEY,
    page INTEGER NOT NULL DEFAULT 0,
    answers INTEGER,
    start_ms INTEGER,
    orders_at_ms INTEGER,
    reports_at_ms INTEGER,
    sites TEXT NOT NULL DEFAULT '',
    guard TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE TABLE kcc_level (
    channel TEXT NOT NULL,
    stock_id TEXT NOT NULL,
    site_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    level_micros INTEGER NOT NULL,
    told_at_ms INTEGER NOT NULL,
    PRIMARY KEY (channel, stock_id, site_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE kcc_notice (
    id INTEGER PRIMARY KEY,
    channel TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    remedy TEXT NOT NULL,
    first_at_ms INTEGER NOT NULL,
    last_at_ms INTEGER NOT NULL,
    times INTEGER NOT NULL DEFAULT 1,
    open INTEGER NOT NULL DEFAULT 1 CHECK (open IN (0, 1)),
    UNIQUE (channel, kind, subject)
) STRICT;
CREATE TABLE kcc_order (
    order_id INTEGER PRIMARY KEY REFERENCES "order" (id) ON DELETE CASCADE,
    page INTEGER,
    served_at_ms INTEGER,
    requested_at_ms INTEGER,
    problem TEXT,
    remedy TEXT,
    problem_revision INTEGER,
    remarks TEXT NOT NULL DEFAULT '',
    kcc_id TEXT,
    kcc_code TEXT,
    status TEXT,
    status_at_ms INTEGER,
    confirmed_at_ms INTEGER
) STRICT;
CREATE TABLE kcc_order_item (
    order_id INTEGER NOT NULL REFERENCES "order" (id) ON DELETE CASCADE,
    item TEXT NOT NULL,
    line_gid TEXT NOT NULL,
    PRIMARY KEY (order_id, item, line_gid)
) STRICT, WITHOUT ROWID;
CREATE TABLE kcc_orphan (
    channel TEXT NOT NULL,
    subject TEXT NOT NULL,
    custom_data TEXT,
    associated_ref TEXT,
    at_ms INTEGER NOT NULL,
    report TEXT NOT NULL,
    PRIMARY KEY (channel, subject)
) STRICT, WITHOUT ROWID;
CREATE TABLE kcc_shipment (
    channel TEXT NOT NULL,
    id TEXT NOT NULL,
    order_id INTEGER NOT NULL REFERENCES "order" (id) ON DELETE CASCADE,
    code TEXT,
    status TEXT NOT NULL,
    status_at_ms INTEGER NOT NULL,
    despatched_at_ms INTEGER,
    parts INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (channel, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE kcc_shipment_item (
    channel TEXT NOT NULL,
    shipment_id TEXT NOT NULL,
    item TEXT NOT NULL,
    line_gid TEXT NOT NULL,
    units INTEGER NOT NULL CHECK (units > 0),
    PRIMARY KEY (channel, shipment_id, item, line_gid),
    FOREIGN KEY (channel, shipment_id) REFERENCES kcc_shipment (channel, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE TABLE kcc_shipment_report (
    channel TEXT NOT NULL,
    shipment_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (channel, shipment_id, digest),
    FOREIGN KEY (channel, shipment_id) REFERENCES kcc_shipment (channel, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE TABLE kcc_stock_code (
    channel TEXT NOT NULL,
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    stock_id TEXT NOT NULL,
    PRIMARY KEY (channel, kind, code, stock_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE kcc_undelivered (
    channel TEXT NOT NULL,
    digest TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (channel, digest)
) STRICT, WITHOUT ROWID;
CREATE TABLE location (
    shop_id INTEGER NOT NULL REFERENCES shop (id),
    gid TEXT NOT NULL,
    name TEXT NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    fulfilment_service INTEGER NOT NULL CHECK (fulfilment_service IN (0, 1)),
    PRIMARY KEY (shop_id, gid)
) STRICT, WITHOUT ROWID;
CREATE TABLE "order" (
    id INTEGER PRIMARY KEY,
    shop_id INTEGER NOT NULL REFERENCES shop (id),
    gid TEXT NOT NULL,
    name TEXT NOT NULL,
    channel TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'imported', 'skipped', 'failed', 'ignored')),
    reason TEXT,
    detail TEXT NOT NULL DEFAULT '',
    ref TEXT,
    order_type TEXT NOT NULL,
    site TEXT,
    customer_id INTEGER REFERENCES customer (id),
    financial_status TEXT,
    currency TEXT NOT NULL,
    total_micros INTEGER NOT NULL,
    difference_micros INTEGER NOT NULL DEFAULT 0,
    placed_at_ms INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL,
    cancelled_at_ms INTEGER,
    read_at_ms INTEGER NOT NULL,
    revision INTEGER NOT NULL DEFAULT 1,
    hand_off TEXT NOT NULL DEFAULT 'none'
        CHECK (hand_off IN ('none', 'waiting', 'held', 'withdrawn', 'acknowledged')),
    offer_position INTEGER,
    acknowledged_at_ms INTEGER,
    served_revision INTEGER,
    changed_fields TEXT NOT NULL DEFAULT '[]',
    ignored INTEGER NOT NULL DEFAULT 0 CHECK (ignored IN (0, 1)),
    backfilled_for TEXT,
    released INTEGER NOT NULL DEFAULT 0 CHECK (released IN (0, 1)),
    gone INTEGER NOT NULL DEFAULT 0 CHECK (gone IN (0, 1)),
    snapshot TEXT NOT NULL,
    snapshot_hash INTEGER NOT NULL, known_at_ms INTEGER, maybe_handed_off INTEGER NOT NULL DEFAULT 0 CHECK (maybe_handed_off IN (0, 1)), redacted_at_ms INTEGER,
    UNIQUE (shop_id, gid),
    CHECK ((state = 'imported') = (hand_off <> 'none')),
    CHECK ((hand_off = 'acknowledged') = (acknowledged_at_ms IS NOT NULL)),
    CHECK (state <> 'imported' OR ref IS NOT NULL)
) STRICT;
CREATE TABLE order_history (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES "order" (id) ON DELETE CASCADE,
    at_ms INTEGER NOT NULL,
    what TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE order_line (
    order_id INTEGER NOT NULL REFERENCES "order" (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    gid TEXT NOT NULL,
    sku TEXT,
    title TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    current_quantity INTEGER NOT NULL,
    unit_price_micros INTEGER NOT NULL,
    PRIMARY KEY (order_id, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE order_payment (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES "order" (id) ON DELETE CASCADE,
    at_ms INTEGER NOT NULL,
    amount_micros INTEGER NOT NULL CHECK (amount_micros > 0),
    kind TEXT NOT NULL CHECK (kind IN ('cash', 'cheque', 'card', 'voucher', 'bacs')),
    reference TEXT
) STRICT;
CREATE TABLE order_revision (
    order_id INTEGER NOT NULL REFERENCES "order" (id) ON DELETE CASCADE,
    revision INTEGER NOT NULL,
    why TEXT NOT NULL CHECK (why IN ('served', 'settled')),
    at_ms INTEGER NOT NULL,
    snapshot TEXT NOT NULL,
    snapshot_hash INTEGER NOT NULL,
    PRIMARY KEY (order_id, revision, why)
) STRICT, WITHOUT ROWID;
CREATE TABLE push_job (
    id INTEGER PRIMARY KEY,
    shop_id INTEGER NOT NULL REFERENCES shop (id),
    channel TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('fulfilment', 'stock')),
    lane TEXT NOT NULL,
    subject TEXT NOT NULL,
    shipment_id INTEGER UNIQUE REFERENCES shipment (id) ON DELETE CASCADE,
    state TEXT NOT NULL DEFAULT 'available'
        CHECK (state IN ('available', 'running', 'retryable', 'parked', 'done', 'cancelled')),
    attempt INTEGER NOT NULL DEFAULT 0,
    next_at_ms INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL,
    claimed_at_ms INTEGER,
    finished_at_ms INTEGER,
    last_error TEXT,
    remedy TEXT,
    intent TEXT,
    CHECK ((state = 'running') = (claimed_at_ms IS NOT NULL)),
    CHECK ((state IN ('done', 'cancelled')) = (finished_at_ms IS NOT NULL)),
    CHECK ((kind = 'fulfilment') = (shipment_id IS NOT NULL))
) STRICT;
CREATE TABLE restoration (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    at_ms INTEGER NOT NULL,
    why TEXT NOT NULL CHECK (why IN ('command', 'copy', 'age', 'position')),
    confirmed_at_ms INTEGER
) STRICT;
CREATE TABLE revisit (
    shop_id INTEGER NOT NULL REFERENCES shop (id),
    gid TEXT NOT NULL,
    why TEXT NOT NULL CHECK (why IN ('second_read', 'location', 'missing')),
    due_at_ms INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    since_ms INTEGER NOT NULL,
    PRIMARY KEY (shop_id, gid)
) STRICT, WITHOUT ROWID;
CREATE TABLE shipment (
    id INTEGER PRIMARY KEY,
    reference TEXT NOT NULL UNIQUE,
    order_id INTEGER NOT NULL REFERENCES "order" (id) ON DELETE CASCADE,
    carrier TEXT,
    url TEXT,
    despatched_at_ms INTEGER NOT NULL,
    told_at_ms INTEGER NOT NULL,
    completed_at_ms INTEGER,
    raised TEXT
, compared INTEGER NOT NULL DEFAULT 0 CHECK (compared IN (0, 1))) STRICT;
CREATE TABLE shipment_fulfilment (
    shipment_id INTEGER NOT NULL REFERENCES shipment (id) ON DELETE CASCADE,
    gid TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    created INTEGER NOT NULL CHECK (created IN (0, 1)),
    notified INTEGER NOT NULL CHECK (notified IN (0, 1)),
    tracking TEXT NOT NULL,
    PRIMARY KEY (shipment_id, gid)
) STRICT, WITHOUT ROWID;
CREATE TABLE shipment_line (
    shipment_id INTEGER NOT NULL REFERENCES shipment (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    line_gid TEXT,
    sku TEXT,
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (shipment_id, position),
    CHECK (line_gid IS NOT NULL OR sku IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE TABLE shipment_tracking (
    shipment_id INTEGER NOT NULL REFERENCES shipment (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    number TEXT NOT NULL,
    PRIMARY KEY (shipment_id, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE shop (
    id INTEGER PRIMARY KEY,
    gid TEXT NOT NULL UNIQUE,
    domain TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    currency TEXT NOT NULL,
    watermark_ms INTEGER,
    swept_at_ms INTEGER,
    judged_digest TEXT,
    health TEXT
) STRICT;
CREATE TABLE stock_channel (
    channel TEXT PRIMARY KEY,
    digest TEXT NOT NULL,
    verified_at_ms INTEGER,
    verify_after TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE stock_claim (
    order_id INTEGER NOT NULL REFERENCES "order" (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    sku TEXT NOT NULL,
    location TEXT,
    units INTEGER NOT NULL,
    reductions TEXT NOT NULL,
    ended_at_ms INTEGER,
    edited_at_ms INTEGER,
    channel TEXT NOT NULL DEFAULT '',
    kind TEXT CHECK (kind IN ('open', 'taken', 'till', 'ended')),
    key_ms INTEGER,
    PRIMARY KEY (order_id, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE stock_item (
    channel TEXT NOT NULL,
    sku TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting',
    reason TEXT NOT NULL DEFAULT '',
    since_ms INTEGER NOT NULL,
    target INTEGER,
    confirmed INTEGER,
    confirmed_at_ms INTEGER,
    sent_for_ms INTEGER,
    due_at_ms INTEGER,
    version INTEGER NOT NULL DEFAULT 0,
    job_id INTEGER,
    PRIMARY KEY (channel, sku)
) STRICT, WITHOUT ROWID;
CREATE TABLE stock_level (
    channel TEXT NOT NULL,
    sku TEXT NOT NULL,
    site TEXT NOT NULL,
    level_micros INTEGER NOT NULL,
    told_at_ms INTEGER NOT NULL,
    figure_since_ms INTEGER NOT NULL,
    received_at_ms INTEGER NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('file', 'command', 'kcc')),
    PRIMARY KEY (channel, sku, site)
) STRICT, WITHOUT ROWID;
CREATE TABLE stock_view (
    shop_id INTEGER NOT NULL REFERENCES shop (id),
    location TEXT NOT NULL,
    item TEXT NOT NULL,
    quantity INTEGER,
    asked_at_ms INTEGER NOT NULL,
    answered_at_ms INTEGER NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('read', 'set', 'unknown')),
    stale INTEGER NOT NULL DEFAULT 0,
    base_quantity INTEGER,
    base_at_ms INTEGER,
    base_left_at_ms INTEGER,
    PRIMARY KEY (shop_id, location, item)
) STRICT, WITHOUT ROWID;

-- Part: rows

INSERT INTO "catalogue" VALUES (1, 1795435380000, NULL, 1795435380000);
INSERT INTO "channel" VALUES ('web', 1, NULL, 1791201600000);
INSERT INTO "counter" VALUES ('age', 1);
INSERT INTO "counter" VALUES ('damage', 0);
INSERT INTO "counter" VALUES ('erasing', 0);
INSERT INTO "counter" VALUES ('examined_at_ms', 0);
INSERT INTO "counter" VALUES ('generation', 820145848);
INSERT INTO "counter" VALUES ('offer_position', 8);
INSERT INTO "counter" VALUES ('running', 1);
INSERT INTO "customer" VALUES (1, NULL, 0, NULL, 'Ann', 'Archer', 'ann1000@example.com', '1000 High Street', 'Leeds', 'LS1 1AA', 'GB', 'ann1000@example.com', '1000highstreet|leeds|ls11aa', 'ann|archer', 'order', 1791806415000);
INSERT INTO "customer" VALUES (2, NULL, 0, NULL, 'Ann', 'Archer', 'ann1001@example.com', '1001 High Street', 'Leeds', 'LS1 1AA', 'GB', 'ann1001@example.com', '1001highstreet|leeds|ls11aa', 'ann|archer', 'order', 1791806430000);
INSERT INTO "customer" VALUES (3, NULL, 0, NULL, 'Ann', 'Archer', 'ann1002@example.com', '1002 High Street', 'Leeds', 'LS1 1AA', 'GB', 'ann1002@example.com', '1002highstreet|leeds|ls11aa', 'ann|archer', 'order', 1795435245000);
INSERT INTO "customer" VALUES (4, NULL, 0, NULL, 'Ann', 'Archer', 'ann1003@example.com', '1003 High Street', 'Leeds', 'LS1 1AA', 'GB', 'ann1003@example.com', '1003highstreet|leeds|ls11aa', 'ann|archer', 'order', 1795435500000);
INSERT INTO "customer" VALUES (5, NULL, 0, NULL, 'Ann', 'Archer', 'ann1004@example.com', '1004 High Street', 'Leeds', 'LS1 1AA', 'GB', 'ann1004@example.com', '1004highstreet|leeds|ls11aa', 'ann|archer', 'order', 1795439115000);
INSERT INTO "customer" VALUES (6, NULL, 0, NULL, 'Ann', 'Archer', 'ann1005@example.com', '1005 High Street', 'Leeds', 'LS1 1AA', 'GB', 'ann1005@example.com', '1005highstreet|leeds|ls11aa', 'ann|archer', 'order', 1795439130000);
INSERT INTO "customer" VALUES (7, NULL, 0, NULL, 'Ann', 'Archer', 'ann1006@example.com', '1006 High Street', 'Leeds', 'LS1 1AA', 'GB', 'ann1006@example.com', '1006highstreet|leeds|ls11aa', 'ann|archer', 'order', 1795439145000);
INSERT INTO "customer" VALUES (8, NULL, 0, NULL, 'Ann', 'Archer', 'ann1007@example.com', '1007 High Street', 'Leeds', 'LS1 1AA', 'GB', 'ann1007@example.com', '1007highstreet|leeds|ls11aa', 'ann|archer', 'order', 1795439160000);
INSERT INTO "customer" VALUES (9, NULL, 0, NULL, 'Ann', 'Archer', 'ann1008@example.com', '1008 High Street', 'Leeds', 'LS1 1AA', 'GB', 'ann1008@example.com', '1008highstreet|leeds|ls11aa', 'ann|archer', 'order', 1795439175000);
INSERT INTO "grdb_migrations" VALUES ('0001 orders');
INSERT INTO "grdb_migrations" VALUES ('0002 pushes');
INSERT INTO "grdb_migrations" VALUES ('0003 stock');
INSERT INTO "grdb_migrations" VALUES ('0004 kcc');
INSERT INTO "grdb_migrations" VALUES ('0005 care');
INSERT INTO "inventory_item" VALUES (1, 'gid://shopify/InventoryItem/1', 'SKU-1', 1, 1795439190000);
INSERT INTO "inventory_item" VALUES (1, 'gid://shopify/InventoryItem/2', 'MUG', 1, 1795435380000);
INSERT INTO "inventory_item" VALUES (1, 'gid://shopify/InventoryItem/3', 'CUP', 1, 1795435380000);
INSERT INTO "inventory_item" VALUES (1, 'gid://shopify/InventoryItem/4', 'POT  ', 1, 1795439280000);
INSERT INTO "inventory_item" VALUES (1, 'gid://shopify/InventoryItem/5', 'JAR ', 1, 1795435380000);
INSERT INTO "kcc_channel" VALUES ('web', 4, NULL, 1795437000000, 1795439145000, 1795439790000, 'MAIN=1SHOP1=4', 'taken');
INSERT INTO "kcc_level" VALUES ('web', 'jar', '1', 'JAR', 9000000, 1795435365000);
INSERT INTO "kcc_level" VALUES ('web', 'mug', '1', 'MUG', 7000000, 1795435365000);
INSERT INTO "kcc_level" VALUES ('web', 'sku-1', '1', 'SKU-1', 50000000, 1795439790000);
INSERT INTO "kcc_order" VALUES (1, 1, 1791806430000, NULL, NULL, NULL, NULL, 'Shopify calls the order paid and names no payment', NULL, NULL, NULL, NULL, NULL);
INSERT INTO "kcc_order" VALUES (2, 1, 1791806430000, NULL, NULL, NULL, NULL, 'Shopify calls the order paid and names no payment', '1001', 'SO-1001', 'Complete', 1795439790000, 1791806430000);
INSERT INTO "kcc_order" VALUES (3, NULL, 1795435245000, 1795435245000, NULL, NULL, NULL, 'Shopify calls the order paid and names no payment', NULL, NULL, NULL, NULL, NULL);
INSERT INTO "kcc_order" VALUES (4, 3, 1795439115000, NULL, NULL, NULL, NULL, 'Shopify calls the order paid and names no payment', NULL, NULL, NULL, NULL, NULL);
INSERT INTO "kcc_order" VALUES (5, 4, 1795439145000, NULL, NULL, NULL, NULL, 'Shopify calls the order paid and names no payment', NULL, NULL, NULL, NULL, NULL);
INSERT INTO "kcc_order" VALUES (6, 4, 1795439145000, NULL, NULL, NULL, NULL, 'Shopify calls the order paid and names no payment', NULL, NULL, NULL, NULL, NULL);
INSERT INTO "kcc_order" VALUES (7, 4, 1795439145000, NULL, NULL, NULL, NULL, 'Shopify calls the order paid and names no payment', NULL, NULL, NULL, NULL, NULL);
INSERT INTO "kcc_order_item" VALUES (2, '1', 'gid://shopify/LineItem/10010');
INSERT INTO "kcc_shipment" VALUES ('web', 'S1', 2, 'INV1', 'Issue', 1795439790000, 1795439790000, 1);
INSERT INTO "kcc_shipment_item" VALUES ('web', 'S1', '1', 'gid://shopify/LineItem/10010', 2);
INSERT INTO "kcc_shipment_report" VALUES ('web', 'S1', '62ece453232a6061');
INSERT INTO "kcc_undelivered" VALUES ('web', 'f232563ec1d01046-105', 1795439790000);
INSERT INTO "location" VALUES (1, 'gid://shopify/Location/1', 'Main Warehouse', 1, 0);
INSERT INTO "location" VALUES (1, 'gid://shopify/Location/2', 'Branch', 1, 0);
INSERT INTO "order" VALUES (1, 1, 'gid://shopify/Order/1000', '#1000', 'web', 'imported', NULL, '', '1000', 'online', 'MAIN', 1, 'PAID', 'GBP', 30000000, 0, 1791806340000, 1791806340000, 1791806340000, NULL, 1791806415000, 1, 'acknowledged', 1, 1791806430000, 1, '[]', 0, NULL, 0, 0, '{"attributes":[],"billingAddress":{"address1":"1000 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"createdAt":"2026-10-12T11:59:00Z","currency":"GBP","discountCodes":[],"discounts":[],"edited":false,"email":"ann1000@example.com","financialStatus":"PAID","fulfilmentOrders":[],"gateways":[],"id":"gid://shopify/Order/1000","lines":[{"allocations":[],"attributes":[],"currentQuantity":2,"id":"gid://shopify/LineItem/10000","isGiftCard":false,"name":"Thing","quantity":2,"requiresShipping":true,"sku":"SKU-1","taxLines":[],"taxable":true,"title":"Thing","total":"20","unitPrice":"10"}],"name":"#1000","presentmentCurrency":"GBP","processedAt":"2026-10-12T11:59:00Z","refunds":[],"shippingAddress":{"address1":"1000 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"shippingLines":[{"allocations":[],"discountedPrice":"5","price":"5","taxLines":[],"title":"Standard"}],"sourceName":"web","tags":[],"taxExempt":false,"taxLines":[{"amount":"5","ratePercent":"20","title":"VAT"}],"taxesIncluded":false,"test":false,"totals":{"current":"30","total":"30"},"transactions":[],"updatedAt":"2026-10-12T11:59:00Z","withheld":[]}', 8931234766971614688, 1791806430000, 0, NULL);
INSERT INTO "order" VALUES (2, 1, 'gid://shopify/Order/1001', '#1001', 'web', 'imported', NULL, '', '1001', 'online', 'MAIN', 2, 'PAID', 'GBP', 30000000, 0, 1791806355000, 1791806355000, 1791806355000, NULL, 1791806430000, 1, 'acknowledged', 2, 1791806430000, 1, '[]', 0, NULL, 0, 0, '{"attributes":[],"billingAddress":{"address1":"1001 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"createdAt":"2026-10-12T11:59:15Z","currency":"GBP","discountCodes":[],"discounts":[],"edited":false,"email":"ann1001@example.com","financialStatus":"PAID","fulfilmentOrders":[],"gateways":[],"id":"gid://shopify/Order/1001","lines":[{"allocations":[],"attributes":[],"currentQuantity":2,"id":"gid://shopify/LineItem/10010","isGiftCard":false,"name":"Thing","quantity":2,"requiresShipping":true,"sku":"SKU-1","taxLines":[],"taxable":true,"title":"Thing","total":"20","unitPrice":"10"}],"name":"#1001","presentmentCurrency":"GBP","processedAt":"2026-10-12T11:59:15Z","refunds":[],"shippingAddress":{"address1":"1001 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"shippingLines":[{"allocations":[],"discountedPrice":"5","price":"5","taxLines":[],"title":"Standard"}],"sourceName":"web","tags":[],"taxExempt":false,"taxLines":[{"amount":"5","ratePercent":"20","title":"VAT"}],"taxesIncluded":false,"test":false,"totals":{"current":"30","total":"30"},"transactions":[],"updatedAt":"2026-10-12T11:59:15Z","withheld":[]}', 3468355331186958064, 1791806430000, 0, NULL);
INSERT INTO "order" VALUES (3, 1, 'gid://shopify/Order/1002', '#1002', 'web', 'imported', NULL, '', '1002', 'online', 'MAIN', 3, 'PAID', 'GBP', 30000000, 0, 1795435170000, 1795435170000, 1795435170000, NULL, 1795435245000, 1, 'waiting', 3, NULL, 1, '[]', 0, NULL, 0, 0, '{"attributes":[],"billingAddress":{"address1":"1002 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"createdAt":"2026-11-23T11:59:30Z","currency":"GBP","discountCodes":[],"discounts":[],"edited":false,"email":"ann1002@example.com","financialStatus":"PAID","fulfilmentOrders":[],"gateways":[],"id":"gid://shopify/Order/1002","lines":[{"allocations":[],"attributes":[],"currentQuantity":2,"id":"gid://shopify/LineItem/10020","isGiftCard":false,"name":"Thing","quantity":2,"requiresShipping":true,"sku":"SKU-1","taxLines":[],"taxable":true,"title":"Thing","total":"20","unitPrice":"10"}],"name":"#1002","presentmentCurrency":"GBP","processedAt":"2026-11-23T11:59:30Z","refunds":[],"shippingAddress":{"address1":"1002 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"shippingLines":[{"allocations":[],"discountedPrice":"5","price":"5","taxLines":[],"title":"Standard"}],"sourceName":"web","tags":[],"taxExempt":false,"taxLines":[{"amount":"5","ratePercent":"20","title":"VAT"}],"taxesIncluded":false,"test":false,"totals":{"current":"30","total":"30"},"transactions":[],"updatedAt":"2026-11-23T11:59:30Z","withheld":[]}', -3791082459555740364, NULL, 0, NULL);
INSERT INTO "order" VALUES (4, 1, 'gid://shopify/Order/1003', '#1003', 'web', 'imported', NULL, '', '1003', 'online', 'MAIN', 4, 'PAID', 'GBP', 30000000, 0, 1795435425000, 1795435425000, 1795435425000, NULL, 1795435500000, 1, 'waiting', 4, NULL, 1, '[]', 0, NULL, 0, 0, '{"attributes":[],"billingAddress":{"address1":"1003 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"createdAt":"2026-11-23T12:03:45Z","currency":"GBP","discountCodes":[],"discounts":[],"edited":false,"email":"ann1003@example.com","financialStatus":"PAID","fulfilmentOrders":[],"gateways":[],"id":"gid://shopify/Order/1003","lines":[{"allocations":[],"attributes":[],"currentQuantity":2,"id":"gid://shopify/LineItem/10030","isGiftCard":false,"name":"Thing","quantity":2,"requiresShipping":true,"sku":"SKU-1","taxLines":[],"taxable":true,"title":"Thing","total":"20","unitPrice":"10"}],"name":"#1003","presentmentCurrency":"GBP","processedAt":"2026-11-23T12:03:45Z","refunds":[],"shippingAddress":{"address1":"1003 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"shippingLines":[{"allocations":[],"discountedPrice":"5","price":"5","taxLines":[],"title":"Standard"}],"sourceName":"web","tags":[],"taxExempt":false,"taxLines":[{"amount":"5","ratePercent":"20","title":"VAT"}],"taxesIncluded":false,"test":false,"totals":{"current":"30","total":"30"},"transactions":[],"updatedAt":"2026-11-23T12:03:45Z","withheld":[]}', 189203814324838982, NULL, 0, NULL);
INSERT INTO "order" VALUES (5, 1, 'gid://shopify/Order/1004', '#1004', 'web', 'imported', NULL, '', '1004', 'online', 'MAIN', 5, 'PAID', 'GBP', 30000000, 0, 1795439040000, 1795439040000, 1795439040000, NULL, 1795439115000, 1, 'waiting', 5, NULL, 1, '[]', 0, NULL, 0, 0, '{"attributes":[],"billingAddress":{"address1":"1004 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"createdAt":"2026-11-23T13:04:00Z","currency":"GBP","discountCodes":[],"discounts":[],"edited":false,"email":"ann1004@example.com","financialStatus":"PAID","fulfilmentOrders":[],"gateways":[],"id":"gid://shopify/Order/1004","lines":[{"allocations":[],"attributes":[],"currentQuantity":2,"id":"gid://shopify/LineItem/10040","isGiftCard":false,"name":"Thing","quantity":2,"requiresShipping":true,"sku":"SKU-1","taxLines":[],"taxable":true,"title":"Thing","total":"20","unitPrice":"10"}],"name":"#1004","presentmentCurrency":"GBP","processedAt":"2026-11-23T13:04:00Z","refunds":[],"shippingAddress":{"address1":"1004 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"shippingLines":[{"allocations":[],"discountedPrice":"5","price":"5","taxLines":[],"title":"Standard"}],"sourceName":"web","tags":[],"taxExempt":false,"taxLines":[{"amount":"5","ratePercent":"20","title":"VAT"}],"taxesIncluded":false,"test":false,"totals":{"current":"30","total":"30"},"transactions":[],"updatedAt":"2026-11-23T13:04:00Z","withheld":[]}', 3323412488783422865, NULL, 0, NULL);
INSERT INTO "order" VALUES (6, 1, 'gid://shopify/Order/1005', '#1005', 'web', 'imported', NULL, '', '1005', 'online', 'MAIN', 6, 'PAID', 'GBP', 30000000, 0, 1795439055000, 1795439055000, 1795439145000, NULL, 1795439160000, 2, 'waiting', 6, NULL, 1, '["note"]', 0, NULL, 0, 0, '{"attributes":[],"billingAddress":{"address1":"1005 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"createdAt":"2026-11-23T13:04:15Z","currency":"GBP","discountCodes":[],"discounts":[],"edited":false,"email":"ann1005@example.com","financialStatus":"PAID","fulfilmentOrders":[],"gateways":[],"id":"gid://shopify/Order/1005","lines":[{"allocations":[],"attributes":[],"currentQuantity":2,"id":"gid://shopify/LineItem/10050","isGiftCard":false,"name":"Thing","quantity":2,"requiresShipping":true,"sku":"SKU-1","taxLines":[],"taxable":true,"title":"Thing","total":"20","unitPrice":"10"}],"name":"#1005","note":"ring twice","presentmentCurrency":"GBP","processedAt":"2026-11-23T13:04:15Z","refunds":[],"shippingAddress":{"address1":"1005 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"shippingLines":[{"allocations":[],"discountedPrice":"5","price":"5","taxLines":[],"title":"Standard"}],"sourceName":"web","tags":[],"taxExempt":false,"taxLines":[{"amount":"5","ratePercent":"20","title":"VAT"}],"taxesIncluded":false,"test":false,"totals":{"current":"30","total":"30"},"transactions":[],"updatedAt":"2026-11-23T13:05:45Z","withheld":[]}', -1722824617125808735, NULL, 0, NULL);
INSERT INTO "order" VALUES (7, 1, 'gid://shopify/Order/1006', '#1006', 'web', 'imported', NULL, '', '1006', 'online', 'MAIN', 7, 'PAID', 'GBP', 30000000, 0, 1795439070000, 1795439070000, 1795439070000, NULL, 1795439145000, 1, 'waiting', 7, NULL, 1, '[]', 0, NULL, 0, 0, '{"attributes":[],"billingAddress":{"address1":"1006 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"createdAt":"2026-11-23T13:04:30Z","currency":"GBP","discountCodes":[],"discounts":[],"edited":false,"email":"ann1006@example.com","financialStatus":"PAID","fulfilmentOrders":[],"gateways":[],"id":"gid://shopify/Order/1006","lines":[{"allocations":[],"attributes":[],"currentQuantity":2,"id":"gid://shopify/LineItem/10060","isGiftCard":false,"name":"Thing","quantity":2,"requiresShipping":true,"sku":"SKU-1","taxLines":[],"taxable":true,"title":"Thing","total":"20","unitPrice":"10"}],"name":"#1006","presentmentCurrency":"GBP","processedAt":"2026-11-23T13:04:30Z","refunds":[],"shippingAddress":{"address1":"1006 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"shippingLines":[{"allocations":[],"discountedPrice":"5","price":"5","taxLines":[],"title":"Standard"}],"sourceName":"web","tags":[],"taxExempt":false,"taxLines":[{"amount":"5","ratePercent":"20","title":"VAT"}],"taxesIncluded":false,"test":false,"totals":{"current":"30","total":"30"},"transactions":[],"updatedAt":"2026-11-23T13:04:30Z","withheld":[]}', 1153717263925822184, NULL, 0, NULL);
INSERT INTO "order" VALUES (8, 1, 'gid://shopify/Order/1007', '#1007', 'web', 'imported', NULL, '', '1007', 'online', 'MAIN', 8, 'PAID', 'GBP', 30000000, 0, 1795439085000, 1795439085000, 1795439085000, NULL, 1795439160000, 1, 'waiting', 8, NULL, NULL, '[]', 0, NULL, 0, 0, '{"attributes":[],"billingAddress":{"address1":"1007 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"createdAt":"2026-11-23T13:04:45Z","currency":"GBP","discountCodes":[],"discounts":[],"edited":false,"email":"ann1007@example.com","financialStatus":"PAID","fulfilmentOrders":[],"gateways":[],"id":"gid://shopify/Order/1007","lines":[{"allocations":[],"attributes":[],"currentQuantity":2,"id":"gid://shopify/LineItem/10070","isGiftCard":false,"name":"Thing","quantity":2,"requiresShipping":true,"sku":"SKU-1","taxLines":[],"taxable":true,"title":"Thing","total":"20","unitPrice":"10"},{"allocations":[],"attributes":[],"currentQuantity":1,"id":"gid://shopify/LineItem/10071","isGiftCard":false,"name":"Thing","quantity":1,"requiresShipping":true,"sku":"POT  ","taxLines":[],"taxable":true,"title":"Thing","total":"0","unitPrice":"0"}],"name":"#1007","presentmentCurrency":"GBP","processedAt":"2026-11-23T13:04:45Z","refunds":[],"shippingAddress":{"address1":"1007 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"shippingLines":[{"allocations":[],"discountedPrice":"5","price":"5","taxLines":[],"title":"Standard"}],"sourceName":"web","tags":[],"taxExempt":false,"taxLines":[{"amount":"5","ratePercent":"20","title":"VAT"}],"taxesIncluded":false,"test":false,"totals":{"current":"30","total":"30"},"transactions":[],"updatedAt":"2026-11-23T13:04:45Z","withheld":[]}', -8930564296604045712, NULL, 0, NULL);
INSERT INTO "order" VALUES (9, 1, 'gid://shopify/Order/1008', '#1008', 'web', 'imported', 'totals_differ', 'Shopify''s total is 1.00 GBP more than the sum of its parts', '1008', 'online', 'MAIN', 9, 'PAID', 'GBP', 31000000, 1000000, 1795439100000, 1795439100000, 1795439100000, NULL, 1795439175000, 1, 'held', NULL, NULL, NULL, '[]', 0, NULL, 0, 0, '{"attributes":[],"billingAddress":{"address1":"1008 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"createdAt":"2026-11-23T13:05:00Z","currency":"GBP","discountCodes":[],"discounts":[],"edited":false,"email":"ann1008@example.com","financialStatus":"PAID","fulfilmentOrders":[],"gateways":[],"id":"gid://shopify/Order/1008","lines":[{"allocations":[],"attributes":[],"currentQuantity":2,"id":"gid://shopify/LineItem/10080","isGiftCard":false,"name":"Thing","quantity":2,"requiresShipping":true,"sku":"SKU-1","taxLines":[],"taxable":true,"title":"Thing","total":"20","unitPrice":"10"}],"name":"#1008","presentmentCurrency":"GBP","processedAt":"2026-11-23T13:05:00Z","refunds":[],"shippingAddress":{"address1":"1008 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"shippingLines":[{"allocations":[],"discountedPrice":"5","price":"5","taxLines":[],"title":"Standard"}],"sourceName":"web","tags":[],"taxExempt":false,"taxLines":[{"amount":"5","ratePercent":"20","title":"VAT"}],"taxesIncluded":false,"test":false,"totals":{"current":"31","total":"31"},"transactions":[],"updatedAt":"2026-11-23T13:05:00Z","withheld":[]}', 8254761459214021936, NULL, 0, NULL);
INSERT INTO "order" VALUES (10, 1, 'gid://shopify/Order/1009', '#1009', 'web', 'skipped', 'unpaid', 'not paid in full: PENDING', NULL, 'online', 'MAIN', NULL, 'PENDING', 'GBP', 30000000, 0, 1795439115000, 1795439115000, 1795439115000, NULL, 1795439190000, 1, 'none', NULL, NULL, NULL, '[]', 0, NULL, 0, 0, '{"attributes":[],"billingAddress":{"address1":"1009 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"createdAt":"2026-11-23T13:05:15Z","currency":"GBP","discountCodes":[],"discounts":[],"edited":false,"email":"ann1009@example.com","financialStatus":"PENDING","fulfilmentOrders":[],"gateways":[],"id":"gid://shopify/Order/1009","lines":[{"allocations":[],"attributes":[],"currentQuantity":2,"id":"gid://shopify/LineItem/10090","isGiftCard":false,"name":"Thing","quantity":2,"requiresShipping":true,"sku":"SKU-1","taxLines":[],"taxable":true,"title":"Thing","total":"20","unitPrice":"10"}],"name":"#1009","presentmentCurrency":"GBP","processedAt":"2026-11-23T13:05:15Z","refunds":[],"shippingAddress":{"address1":"1009 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"shippingLines":[{"allocations":[],"discountedPrice":"5","price":"5","taxLines":[],"title":"Standard"}],"sourceName":"web","tags":[],"taxExempt":false,"taxLines":[{"amount":"5","ratePercent":"20","title":"VAT"}],"taxesIncluded":false,"test":false,"totals":{"current":"30","total":"30"},"transactions":[],"updatedAt":"2026-11-23T13:05:15Z","withheld":[]}', 22278669796860331, NULL, 0, NULL);
INSERT INTO "order_history" VALUES (1, 1, 1791806415000, 'imported waiting', '');
INSERT INTO "order_history" VALUES (2, 2, 1791806430000, 'imported waiting', '');
INSERT INTO "order_history" VALUES (3, 1, 1791806430000, 'served to KCC, revision 1', '');
INSERT INTO "order_history" VALUES (4, 2, 1791806430000, 'served to KCC, revision 1', '');
INSERT INTO "order_history" VALUES (5, 1, 1791806430000, 'taken by KCC', '');
INSERT INTO "order_history" VALUES (6, 2, 1791806430000, 'taken by KCC', '');
INSERT INTO "order_history" VALUES (7, 2, 1791806430000, 'KCC says Received', '');
INSERT INTO "order_history" VALUES (8, 3, 1795435245000, 'imported waiting', '');
INSERT INTO "order_history" VALUES (9, 3, 1795435245000, 'served to KCC, revision 1', '');
INSERT INTO "order_history" VALUES (10, 3, 1795435245000, 'taken by KCC', '');
INSERT INTO "order_history" VALUES (11, 3, 1795435245000, 'KCC asked for it again by name, served revision 1', '');
INSERT INTO "order_history" VALUES (12, 4, 1795435500000, 'imported waiting', '');
INSERT INTO "order_history" VALUES (13, 5, 1795439115000, 'imported waiting', '');
INSERT INTO "order_history" VALUES (14, 4, 1795439115000, 'served to KCC, revision 1', '');
INSERT INTO "order_history" VALUES (15, 5, 1795439115000, 'served to KCC, revision 1', '');
INSERT INTO "order_history" VALUES (16, 6, 1795439130000, 'imported waiting', '');
INSERT INTO "order_history" VALUES (17, 7, 1795439145000, 'imported waiting', '');
INSERT INTO "order_history" VALUES (18, 5, 1795439145000, 'served to KCC, revision 1', '');
INSERT INTO "order_history" VALUES (19, 6, 1795439145000, 'served to KCC, revision 1', '');
INSERT INTO "order_history" VALUES (20, 7, 1795439145000, 'served to KCC, revision 1', '');
INSERT INTO "order_history" VALUES (21, 8, 1795439160000, 'imported waiting', '');
INSERT INTO "order_history" VALUES (22, 6, 1795439160000, 'changed_after_handoff', 'note');
INSERT INTO "order_history" VALUES (23, 9, 1795439175000, 'imported totals_differ held', 'Shopify''s total is 1.00 GBP more than the sum of its parts');
INSERT INTO "order_history" VALUES (24, 10, 1795439190000, 'skipped unpaid', 'not paid in full: PENDING');
INSERT INTO "order_history" VALUES (25, 2, 1795439790000, 'KCC says Complete', '');
INSERT INTO "order_line" VALUES (1, 0, 'gid://shopify/LineItem/10000', 'SKU-1', 'Thing', 2, 2, 10000000);
INSERT INTO "order_line" VALUES (2, 0, 'gid://shopify/LineItem/10010', 'SKU-1', 'Thing', 2, 2, 10000000);
INSERT INTO "order_line" VALUES (3, 0, 'gid://shopify/LineItem/10020', 'SKU-1', 'Thing', 2, 2, 10000000);
INSERT INTO "order_line" VALUES (4, 0, 'gid://shopify/LineItem/10030', 'SKU-1', 'Thing', 2, 2, 10000000);
INSERT INTO "order_line" VALUES (5, 0, 'gid://shopify/LineItem/10040', 'SKU-1', 'Thing', 2, 2, 10000000);
INSERT INTO "order_line" VALUES (6, 0, 'gid://shopify/LineItem/10050', 'SKU-1', 'Thing', 2, 2, 10000000);
INSERT INTO "order_line" VALUES (7, 0, 'gid://shopify/LineItem/10060', 'SKU-1', 'Thing', 2, 2, 10000000);
INSERT INTO "order_line" VALUES (8, 0, 'gid://shopify/LineItem/10070', 'SKU-1', 'Thing', 2, 2, 10000000);
INSERT INTO "order_line" VALUES (8, 1, 'gid://shopify/LineItem/10071', 'POT  ', 'Thing', 1, 1, 0);
INSERT INTO "order_line" VALUES (9, 0, 'gid://shopify/LineItem/10080', 'SKU-1', 'Thing', 2, 2, 10000000);
INSERT INTO "order_line" VALUES (10, 0, 'gid://shopify/LineItem/10090', 'SKU-1', 'Thing', 2, 2, 10000000);
INSERT INTO "order_revision" VALUES (1, 1, 'served', 1791806430000, '{"attributes":[],"billingAddress":{"address1":"1000 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"createdAt":"2026-10-12T11:59:00Z","currency":"GBP","discountCodes":[],"discounts":[],"edited":false,"email":"ann1000@example.com","financialStatus":"PAID","fulfilmentOrders":[],"gateways":[],"id":"gid://shopify/Order/1000","lines":[{"allocations":[],"attributes":[],"currentQuantity":2,"id":"gid://shopify/LineItem/10000","isGiftCard":false,"name":"Thing","quantity":2,"requiresShipping":true,"sku":"SKU-1","taxLines":[],"taxable":true,"title":"Thing","total":"20","unitPrice":"10"}],"name":"#1000","presentmentCurrency":"GBP","processedAt":"2026-10-12T11:59:00Z","refunds":[],"shippingAddress":{"address1":"1000 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"shippingLines":[{"allocations":[],"discountedPrice":"5","price":"5","taxLines":[],"title":"Standard"}],"sourceName":"web","tags":[],"taxExempt":false,"taxLines":[{"amount":"5","ratePercent":"20","title":"VAT"}],"taxesIncluded":false,"test":false,"totals":{"current":"30","total":"30"},"transactions":[],"updatedAt":"2026-10-12T11:59:00Z","withheld":[]}', 8931234766971614688);
INSERT INTO "order_revision" VALUES (2, 1, 'served', 1791806430000, '{"attributes":[],"billingAddress":{"address1":"1001 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"createdAt":"2026-10-12T11:59:15Z","currency":"GBP","discountCodes":[],"discounts":[],"edited":false,"email":"ann1001@example.com","financialStatus":"PAID","fulfilmentOrders":[],"gateways":[],"id":"gid://shopify/Order/1001","lines":[{"allocations":[],"attributes":[],"currentQuantity":2,"id":"gid://shopify/LineItem/10010","isGiftCard":false,"name":"Thing","quantity":2,"requiresShipping":true,"sku":"SKU-1","taxLines":[],"taxable":true,"title":"Thing","total":"20","unitPrice":"10"}],"name":"#1001","presentmentCurrency":"GBP","processedAt":"2026-10-12T11:59:15Z","refunds":[],"shippingAddress":{"address1":"1001 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"shippingLines":[{"allocations":[],"discountedPrice":"5","price":"5","taxLines":[],"title":"Standard"}],"sourceName":"web","tags":[],"taxExempt":false,"taxLines":[{"amount":"5","ratePercent":"20","title":"VAT"}],"taxesIncluded":false,"test":false,"totals":{"current":"30","total":"30"},"transactions":[],"updatedAt":"2026-10-12T11:59:15Z","withheld":[]}', 3468355331186958064);
INSERT INTO "order_revision" VALUES (3, 1, 'served', 1795435245000, '{"attributes":[],"billingAddress":{"address1":"1002 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"createdAt":"2026-11-23T11:59:30Z","currency":"GBP","discountCodes":[],"discounts":[],"edited":false,"email":"ann1002@example.com","financialStatus":"PAID","fulfilmentOrders":[],"gateways":[],"id":"gid://shopify/Order/1002","lines":[{"allocations":[],"attributes":[],"currentQuantity":2,"id":"gid://shopify/LineItem/10020","isGiftCard":false,"name":"Thing","quantity":2,"requiresShipping":true,"sku":"SKU-1","taxLines":[],"taxable":true,"title":"Thing","total":"20","unitPrice":"10"}],"name":"#1002","presentmentCurrency":"GBP","processedAt":"2026-11-23T11:59:30Z","refunds":[],"shippingAddress":{"address1":"1002 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"shippingLines":[{"allocations":[],"discountedPrice":"5","price":"5","taxLines":[],"title":"Standard"}],"sourceName":"web","tags":[],"taxExempt":false,"taxLines":[{"amount":"5","ratePercent":"20","title":"VAT"}],"taxesIncluded":false,"test":false,"totals":{"current":"30","total":"30"},"transactions":[],"updatedAt":"2026-11-23T11:59:30Z","withheld":[]}', -3791082459555740364);
INSERT INTO "order_revision" VALUES (3, 1, 'settled', 1795435245000, '{"attributes":[],"billingAddress":{"address1":"1002 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"createdAt":"2026-11-23T11:59:30Z","currency":"GBP","discountCodes":[],"discounts":[],"edited":false,"email":"ann1002@example.com","financialStatus":"PAID","fulfilmentOrders":[],"gateways":[],"id":"gid://shopify/Order/1002","lines":[{"allocations":[],"attributes":[],"currentQuantity":2,"id":"gid://shopify/LineItem/10020","isGiftCard":false,"name":"Thing","quantity":2,"requiresShipping":true,"sku":"SKU-1","taxLines":[],"taxable":true,"title":"Thing","total":"20","unitPrice":"10"}],"name":"#1002","presentmentCurrency":"GBP","processedAt":"2026-11-23T11:59:30Z","refunds":[],"shippingAddress":{"address1":"1002 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"shippingLines":[{"allocations":[],"discountedPrice":"5","price":"5","taxLines":[],"title":"Standard"}],"sourceName":"web","tags":[],"taxExempt":false,"taxLines":[{"amount":"5","ratePercent":"20","title":"VAT"}],"taxesIncluded":false,"test":false,"totals":{"current":"30","total":"30"},"transactions":[],"updatedAt":"2026-11-23T11:59:30Z","withheld":[]}', -3791082459555740364);
INSERT INTO "order_revision" VALUES (4, 1, 'served', 1795439115000, '{"attributes":[],"billingAddress":{"address1":"1003 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"createdAt":"2026-11-23T12:03:45Z","currency":"GBP","discountCodes":[],"discounts":[],"edited":false,"email":"ann1003@example.com","financialStatus":"PAID","fulfilmentOrders":[],"gateways":[],"id":"gid://shopify/Order/1003","lines":[{"allocations":[],"attributes":[],"currentQuantity":2,"id":"gid://shopify/LineItem/10030","isGiftCard":false,"name":"Thing","quantity":2,"requiresShipping":true,"sku":"SKU-1","taxLines":[],"taxable":true,"title":"Thing","total":"20","unitPrice":"10"}],"name":"#1003","presentmentCurrency":"GBP","processedAt":"2026-11-23T12:03:45Z","refunds":[],"shippingAddress":{"address1":"1003 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"shippingLines":[{"allocations":[],"discountedPrice":"5","price":"5","taxLines":[],"title":"Standard"}],"sourceName":"web","tags":[],"taxExempt":false,"taxLines":[{"amount":"5","ratePercent":"20","title":"VAT"}],"taxesIncluded":false,"test":false,"totals":{"current":"30","total":"30"},"transactions":[],"updatedAt":"2026-11-23T12:03:45Z","withheld":[]}', 189203814324838982);
INSERT INTO "order_revision" VALUES (5, 1, 'served', 1795439115000, '{"attributes":[],"billingAddress":{"address1":"1004 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"createdAt":"2026-11-23T13:04:00Z","currency":"GBP","discountCodes":[],"discounts":[],"edited":false,"email":"ann1004@example.com","financialStatus":"PAID","fulfilmentOrders":[],"gateways":[],"id":"gid://shopify/Order/1004","lines":[{"allocations":[],"attributes":[],"currentQuantity":2,"id":"gid://shopify/LineItem/10040","isGiftCard":false,"name":"Thing","quantity":2,"requiresShipping":true,"sku":"SKU-1","taxLines":[],"taxable":true,"title":"Thing","total":"20","unitPrice":"10"}],"name":"#1004","presentmentCurrency":"GBP","processedAt":"2026-11-23T13:04:00Z","refunds":[],"shippingAddress":{"address1":"1004 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"shippingLines":[{"allocations":[],"discountedPrice":"5","price":"5","taxLines":[],"title":"Standard"}],"sourceName":"web","tags":[],"taxExempt":false,"taxLines":[{"amount":"5","ratePercent":"20","title":"VAT"}],"taxesIncluded":false,"test":false,"totals":{"current":"30","total":"30"},"transactions":[],"updatedAt":"2026-11-23T13:04:00Z","withheld":[]}', 3323412488783422865);
INSERT INTO "order_revision" VALUES (6, 1, 'served', 1795439145000, '{"attributes":[],"billingAddress":{"address1":"1005 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"createdAt":"2026-11-23T13:04:15Z","currency":"GBP","discountCodes":[],"discounts":[],"edited":false,"email":"ann1005@example.com","financialStatus":"PAID","fulfilmentOrders":[],"gateways":[],"id":"gid://shopify/Order/1005","lines":[{"allocations":[],"attributes":[],"currentQuantity":2,"id":"gid://shopify/LineItem/10050","isGiftCard":false,"name":"Thing","quantity":2,"requiresShipping":true,"sku":"SKU-1","taxLines":[],"taxable":true,"title":"Thing","total":"20","unitPrice":"10"}],"name":"#1005","presentmentCurrency":"GBP","processedAt":"2026-11-23T13:04:15Z","refunds":[],"shippingAddress":{"address1":"1005 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"shippingLines":[{"allocations":[],"discountedPrice":"5","price":"5","taxLines":[],"title":"Standard"}],"sourceName":"web","tags":[],"taxExempt":false,"taxLines":[{"amount":"5","ratePercent":"20","title":"VAT"}],"taxesIncluded":false,"test":false,"totals":{"current":"30","total":"30"},"transactions":[],"updatedAt":"2026-11-23T13:04:15Z","withheld":[]}', -1061961353535801179);
INSERT INTO "order_revision" VALUES (7, 1, 'served', 1795439145000, '{"attributes":[],"billingAddress":{"address1":"1006 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"createdAt":"2026-11-23T13:04:30Z","currency":"GBP","discountCodes":[],"discounts":[],"edited":false,"email":"ann1006@example.com","financialStatus":"PAID","fulfilmentOrders":[],"gateways":[],"id":"gid://shopify/Order/1006","lines":[{"allocations":[],"attributes":[],"currentQuantity":2,"id":"gid://shopify/LineItem/10060","isGiftCard":false,"name":"Thing","quantity":2,"requiresShipping":true,"sku":"SKU-1","taxLines":[],"taxable":true,"title":"Thing","total":"20","unitPrice":"10"}],"name":"#1006","presentmentCurrency":"GBP","processedAt":"2026-11-23T13:04:30Z","refunds":[],"shippingAddress":{"address1":"1006 High Street","city":"Leeds","countryCode":"GB","firstName":"Ann","lastName":"Archer","zip":"LS1 1AA"},"shippingLines":[{"allocations":[],"discountedPrice":"5","price":"5","taxLines":[],"title":"Standard"}],"sourceName":"web","tags":[],"taxExempt":false,"taxLines":[{"amount":"5","ratePercent":"20","title":"VAT"}],"taxesIncluded":false,"test":false,"totals":{"current":"30","total":"30"},"transactions":[],"updatedAt":"2026-11-23T13:04:30Z","withheld":[]}', 1153717263925822184);
INSERT INTO "push_job" VALUES (1, 1, 'web', 'stock', 'web', '3 levels', NULL, 'done', 1, 1795439115000, 1795439115000, NULL, 1795439115000, NULL, NULL, NULL);
INSERT INTO "push_job" VALUES (2, 1, 'web', 'stock', 'web', 'POT  ', NULL, 'done', 1, 1795439280000, 1795439280000, NULL, 1795439280000, NULL, NULL, NULL);
INSERT INTO "push_job" VALUES (3, 1, 'web', 'stock', 'web', 'SKU-1', NULL, 'done', 1, 1795439355000, 1795439355000, NULL, 1795439355000, NULL, NULL, NULL);
INSERT INTO "push_job" VALUES (4, 1, 'web', 'fulfilment', 'gid://shopify/Order/1001', '#1001', 1, 'available', 0, 1795439790000, 1795439790000, NULL, NULL, NULL, NULL, NULL);
INSERT INTO "shipment" VALUES (1, 'kcc web S1', 2, NULL, NULL, 1795439790000, 1795439790000, NULL, NULL, 0);
INSERT INTO "shipment_line" VALUES (1, 0, 'gid://shopify/LineItem/10010', NULL, 2);
INSERT INTO "shipment_tracking" VALUES (1, 0, 'JD1');
INSERT INTO "shop" VALUES (1, 'gid://shopify/Shop/1', 'test.myshopify.com', 'Test', 'Europe/London', 'GBP', 1795439145000, 1795435215000, '|webtrue{0}do_not_downloadMain WarehousefalseeposfalsefalseMAIN', '{"answeredVersion":"2026-07","lastPollAt":"2026-11-23T13:16:15Z","paused":false,"scopes":["read_all_orders","read_customers","read_locations","read_orders","read_products","write_inventory","write_merchant_managed_fulfillment_orders"],"supportedVersions":[],"warnings":[]}');
INSERT INTO "stock_channel" VALUES ('web', 'gid://shopify/Location/1all100down00truetrue', 1795435215000, NULL);
INSERT INTO "stock_claim" VALUES (1, 0, 'SKU-1', NULL, 2, '', NULL, NULL, 'web', 'taken', 1791806430000);
INSERT INTO "stock_claim" VALUES (2, 0, 'SKU-1', NULL, 2, '', NULL, NULL, 'web', 'taken', 1791806430000);
INSERT INTO "stock_claim" VALUES (3, 0, 'SKU-1', NULL, 2, '', NULL, NULL, 'web', 'open', 1795435170000);
INSERT INTO "stock_claim" VALUES (4, 0, 'SKU-1', NULL, 2, '', NULL, NULL, 'web', 'open', 1795435425000);
INSERT INTO "stock_claim" VALUES (5, 0, 'SKU-1', NULL, 2, '', NULL, NULL, 'web', 'open', 1795439040000);
INSERT INTO "stock_claim" VALUES (6, 0, 'SKU-1', NULL, 2, '', NULL, NULL, 'web', 'open', 1795439055000);
INSERT INTO "stock_claim" VALUES (7, 0, 'SKU-1', NULL, 2, '', NULL, NULL, 'web', 'open', 1795439070000);
INSERT INTO "stock_claim" VALUES (8, 0, 'SKU-1', NULL, 2, '', NULL, NULL, 'web', 'open', 1795439085000);
INSERT INTO "stock_claim" VALUES (8, 1, 'POT  ', NULL, 1, '', NULL, NULL, 'web', 'open', 1795439085000);
INSERT INTO "stock_claim" VALUES (9, 0, 'SKU-1', NULL, 2, '', NULL, NULL, 'web', 'open', 1795439100000);
INSERT INTO "stock_claim" VALUES (10, 0, 'SKU-1', NULL, 2, '', NULL, NULL, 'web', 'open', 1795439115000);
INSERT INTO "stock_item" VALUES ('web', 'CUP', 'confirmed', '', 1795439115000, 12, 12, 1795439115000, 1795435365000, NULL, 0, NULL);
INSERT INTO "stock_item" VALUES ('web', 'JAR', 'unknown_sku', 'Shopify has no variant with this SKU', 1795435380000, NULL, NULL, NULL, NULL, 1795442850000, 0, NULL);
INSERT INTO "stock_item" VALUES ('web', 'MUG', 'confirmed', '', 1795439115000, 7, 7, 1795439115000, 1795435365000, NULL, 0, NULL);
INSERT INTO "stock_item" VALUES ('web', 'POT  ', 'confirmed', '', 1795439280000, 4, 4, 1795439280000, 1795435365000, NULL, 1, NULL);
INSERT INTO "stock_item" VALUES ('web', 'SKU-1', 'confirmed', '', 1795439355000, 44, 44, 1795439355000, 1795435365000, 0, 11, NULL);
INSERT INTO "stock_level" VALUES ('web', 'CUP', 'MAIN', 12000000, 1795435365000, 1795435365000, 1795435365000, 'file');
INSERT INTO "stock_level" VALUES ('web', 'JAR', 'MAIN', 9000000, 1795435365000, 1795435365000, 1795435365000, 'kcc');
INSERT INTO "stock_level" VALUES ('web', 'MUG', 'MAIN', 7000000, 1795435365000, 1795435365000, 1795435365000, 'kcc');
INSERT INTO "stock_level" VALUES ('web', 'POT  ', '', 5000000, 1795435365000, 1795435365000, 1795435365000, 'command');
INSERT INTO "stock_level" VALUES ('web', 'SKU-1', 'MAIN', 50000000, 1795439790000, 1795439790000, 1795439790000, 'kcc');
INSERT INTO "stock_view" VALUES (1, 'gid://shopify/Location/1', 'gid://shopify/InventoryItem/1', 44, 1795439355000, 1795439356000, 'set', 0, NULL, NULL, NULL);
INSERT INTO "stock_view" VALUES (1, 'gid://shopify/Location/1', 'gid://shopify/InventoryItem/2', 7, 1795439115000, 1795439116000, 'set', 0, NULL, NULL, NULL);
INSERT INTO "stock_view" VALUES (1, 'gid://shopify/Location/1', 'gid://shopify/InventoryItem/3', 12, 1795439115000, 1795439116000, 'set', 0, NULL, NULL, NULL);
INSERT INTO "stock_view" VALUES (1, 'gid://shopify/Location/1', 'gid://shopify/InventoryItem/4', 4, 1795439280000, 1795439281000, 'read', 0, NULL, NULL, NULL);

-- Part: indexes and triggers

CREATE INDEX customer_address ON customer (address_key) WHERE address_key IS NOT NULL;
CREATE INDEX customer_email ON customer (email_key) WHERE email_key IS NOT NULL;
CREATE INDEX customer_link_customer ON customer_link (customer_id);
CREATE INDEX inventory_item_sku ON inventory_item (shop_id, sku);
CREATE INDEX kcc_level_sku ON kcc_level (channel, sku);
CREATE INDEX kcc_notice_open ON kcc_notice (id) WHERE open = 1;
CREATE INDEX kcc_order_kcc_id ON kcc_order (kcc_id) WHERE kcc_id IS NOT NULL;
CREATE INDEX kcc_order_problem ON kcc_order (order_id) WHERE problem IS NOT NULL;
CREATE INDEX kcc_order_unconfirmed ON kcc_order (served_at_ms)
    WHERE served_at_ms IS NOT NULL AND confirmed_at_ms IS NULL;
CREATE INDEX kcc_shipment_order ON kcc_shipment (order_id);
CREATE INDEX kcc_stock_code_id ON kcc_stock_code (channel, stock_id);
CREATE INDEX order_changed ON "order" (shop_id, updated_at_ms);
CREATE INDEX order_changed_after ON "order" (id) WHERE changed_fields <> '[]';
CREATE INDEX order_customer ON "order" (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX order_history_order ON order_history (order_id);
CREATE INDEX order_maybe_handed_off ON "order" (channel) WHERE maybe_handed_off = 1;
CREATE INDEX order_name ON "order" (name);
CREATE INDEX order_offer ON "order" (offer_position) WHERE offer_position IS NOT NULL;
CREATE INDEX order_personal ON "order" (placed_at_ms) WHERE redacted_at_ms IS NULL;
CREATE INDEX order_placed ON "order" (placed_at_ms);
CREATE UNIQUE INDEX order_ref ON "order" (ref) WHERE state = 'imported';
CREATE INDEX order_state ON "order" (channel, state, reason);
CREATE INDEX order_taken ON "order" (channel) WHERE acknowledged_at_ms IS NOT NULL;
CREATE INDEX order_waiting ON "order" (channel, offer_position) WHERE hand_off = 'waiting';
CREATE INDEX push_job_due ON push_job (shop_id, kind, next_at_ms) WHERE state IN ('available', 'retryable');
CREATE INDEX push_job_finished ON push_job (finished_at_ms) WHERE finished_at_ms IS NOT NULL;
CREATE INDEX push_job_open ON push_job (shop_id, lane, id) WHERE state IN ('available', 'running', 'retryable');
CREATE INDEX revisit_due ON revisit (shop_id, due_at_ms);
CREATE INDEX shipment_order ON shipment (order_id);
CREATE INDEX stock_claim_range ON stock_claim (sku, channel, kind, key_ms) WHERE kind IS NOT NULL;
CREATE INDEX stock_item_due ON stock_item (channel, due_at_ms)
    WHERE due_at_ms IS NOT NULL AND job_id IS NULL;
CREATE INDEX stock_item_job ON stock_item (job_id) WHERE job_id IS NOT NULL;
CREATE INDEX stock_item_sku ON stock_item (sku);
CREATE TRIGGER order_claims
AFTER UPDATE OF state, reason, channel, site, hand_off, acknowledged_at_ms, known_at_ms, cancelled_at_ms, gone
    ON "order"
BEGIN
    UPDATE stock_claim SET
        channel = NEW.channel,
        kind = CASE
            WHEN NEW.gone THEN NULL
            WHEN NEW.reason = 'pos_not_downloaded' AND NEW.cancelled_at_ms IS NULL AND ended_at_ms IS NULL
                THEN 'till'
            WHEN NEW.state IN ('imported', 'failed')
                OR NEW.reason IN ('unpaid', 'location_unknown', 'cancelled', 'pos_not_downloaded', 'out_of_reach')
                OR (NEW.state = 'pending'
                    AND NEW.reason NOT IN ('before_start_date', 'test_order', 'other_location'))
                THEN CASE
                    WHEN NEW.cancelled_at_ms IS NOT NULL OR ended_at_ms IS NOT NULL THEN 'ended'
                    WHEN NEW.known_at_ms IS NOT NULL THEN 'taken'
                    ELSE 'open' END
            END,
        key_ms = CASE
            WHEN NEW.cancelled_at_ms IS NOT NULL OR ended_at_ms IS NOT NULL
                THEN max(coalesce(NEW.cancelled_at_ms, 0), coalesce(ended_at_ms, 0))
            ELSE coalesce(NEW.known_at_ms, NEW.created_at_ms) END
    WHERE order_id = NEW.id;
    UPDATE stock_item SET due_at_ms = 0, version = version + 1
    WHERE sku IN (SELECT sku FROM stock_claim WHERE order_id = NEW.id);
END;
CREATE TRIGGER order_offered_anew
AFTER UPDATE OF offer_position ON "order" WHEN NEW.offer_position IS NOT OLD.offer_position
BEGIN
    UPDATE kcc_order SET page = NULL, requested_at_ms = NULL WHERE order_id = NEW.id;
END;
