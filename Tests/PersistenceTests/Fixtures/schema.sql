CREATE TRIGGER order_acknowledged AFTER UPDATE OF acknowledged_at_ms ON "order"
WHEN NEW.acknowledged_at_ms IS NOT OLD.acknowledged_at_ms
BEGIN
    UPDATE "order" SET acknowledged_after = CASE
        WHEN NEW.acknowledged_at_ms IS NOT NULL THEN (SELECT value FROM counter WHERE name = 'arrival') END
    WHERE id = NEW.id;
END;
CREATE TRIGGER order_came AFTER INSERT ON "order"
BEGIN
    UPDATE "order" SET came_after = (SELECT value FROM counter WHERE name = 'arrival') WHERE id = NEW.id;
END;
CREATE TRIGGER order_claims
AFTER UPDATE OF commitment, channel, site, hand_off, acknowledged_at_ms, known_at_ms, cancelled_at_ms, gone
    ON "order"
BEGIN
    UPDATE stock_claim SET
        channel = NEW.channel,
        kind = CASE
            WHEN NEW.gone OR (NEW.commitment = 'none' AND NEW.known_at_ms IS NULL) THEN NULL
            WHEN NEW.cancelled_at_ms IS NOT NULL OR ended_at_ms IS NOT NULL THEN 'ended'
            WHEN NEW.known_at_ms IS NOT NULL THEN 'taken'
            WHEN NEW.commitment = 'until_level' THEN 'till'
            ELSE 'open' END,
        key_ms = CASE
            WHEN NEW.cancelled_at_ms IS NOT NULL OR ended_at_ms IS NOT NULL
                THEN max(coalesce(NEW.cancelled_at_ms, 0), coalesce(ended_at_ms, 0))
            ELSE coalesce(NEW.known_at_ms, NEW.created_at_ms) END
    WHERE order_id = NEW.id;
    UPDATE stock_item SET due_at_ms = 0, version = version + 1
    WHERE sku IN (SELECT sku FROM stock_claim WHERE order_id = NEW.id);
END;
CREATE TRIGGER order_known
AFTER UPDATE OF known_at_ms ON "order" WHEN (NEW.known_at_ms IS NULL) <> (OLD.known_at_ms IS NULL)
BEGIN
    UPDATE "order" SET known_arrival = CASE
        WHEN NEW.known_at_ms IS NULL THEN NULL
        WHEN NEW.known_at_ms = OLD.acknowledged_at_ms AND OLD.acknowledged_after IS NOT NULL
            THEN OLD.acknowledged_after
        ELSE (SELECT value FROM counter WHERE name = 'arrival') END
    WHERE id = NEW.id;
END;
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
    start_at_ms INTEGER NOT NULL, first_sync_at_ms INTEGER, upload_order_status INTEGER NOT NULL DEFAULT 1 CHECK (upload_order_status IN (0, 1)),
    PRIMARY KEY (name, shop_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE channel_rename (
    old TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    done INTEGER NOT NULL DEFAULT 0 CHECK (done IN (0, 1))
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
    start_ms INTEGER,
    orders_at_ms INTEGER,
    reports_at_ms INTEGER,
    sites TEXT NOT NULL DEFAULT '',
    guard TEXT NOT NULL DEFAULT ''
, foreign_position TEXT, uploads INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
CREATE TABLE kcc_generation (
    generation INTEGER PRIMARY KEY,
    last_page INTEGER NOT NULL
) STRICT;
CREATE TABLE kcc_item (
    channel TEXT NOT NULL,
    stock_id TEXT NOT NULL,
    sku TEXT,
    arrival INTEGER NOT NULL,
    deleted_arrival INTEGER NOT NULL,
    item_arrival INTEGER NOT NULL,
    PRIMARY KEY (channel, stock_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE kcc_level (
    channel TEXT NOT NULL,
    stock_id TEXT NOT NULL,
    site_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    level_micros INTEGER NOT NULL,
    told_at_ms INTEGER NOT NULL, arrival INTEGER NOT NULL DEFAULT 0, named INTEGER NOT NULL DEFAULT 1 CHECK (named IN (0, 1)),
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
    served_at_ms INTEGER,
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
CREATE TABLE kcc_page (
    channel TEXT NOT NULL,
    page INTEGER NOT NULL,
    shop_id INTEGER REFERENCES shop (id),
    start_ms INTEGER,
    served_at_ms INTEGER NOT NULL,
    returned_at_ms INTEGER,
    PRIMARY KEY (channel, page)
) STRICT, WITHOUT ROWID;
CREATE TABLE kcc_page_member (
    channel TEXT NOT NULL,
    page INTEGER NOT NULL,
    order_id INTEGER NOT NULL REFERENCES "order" (id) ON DELETE CASCADE,
    revision INTEGER NOT NULL,
    void INTEGER NOT NULL DEFAULT 0 CHECK (void IN (0, 1)),
    PRIMARY KEY (channel, page, order_id),
    FOREIGN KEY (channel, page) REFERENCES kcc_page (channel, page) ON DELETE CASCADE ON UPDATE CASCADE
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
    at_ms INTEGER NOT NULL, arrival INTEGER NOT NULL DEFAULT 0, uploads INTEGER NOT NULL DEFAULT 0,
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
    snapshot_hash INTEGER NOT NULL, known_at_ms INTEGER, maybe_handed_off INTEGER NOT NULL DEFAULT 0 CHECK (maybe_handed_off IN (0, 1)), redacted_at_ms INTEGER, known_arrival INTEGER, commitment TEXT NOT NULL DEFAULT 'none'
    CHECK (commitment IN ('committed', 'until_level', 'none')), served_by TEXT
    CHECK (served_by IN ('page', 'name', 'export', 'status', 'ack')), compared_revision INTEGER, requested_at_ms INTEGER, came_after INTEGER, acknowledged_after INTEGER,
    UNIQUE (shop_id, gid),
    CHECK (hand_off = 'acknowledged' OR (state = 'imported') = (hand_off <> 'none')),
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
    intent TEXT, attempts TEXT, doubtful INTEGER NOT NULL DEFAULT 0 CHECK (doubtful IN (0, 1)),
    CHECK ((state = 'running') = (claimed_at_ms IS NOT NULL)),
    CHECK ((state IN ('done', 'cancelled')) = (finished_at_ms IS NOT NULL)),
    CHECK ((kind = 'fulfilment') = (shipment_id IS NOT NULL))
) STRICT;
CREATE TABLE restoration (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    at_ms INTEGER NOT NULL,
    why TEXT NOT NULL CHECK (why IN ('command', 'copy', 'age', 'position')),
    confirmed_at_ms INTEGER
, arrival INTEGER NOT NULL DEFAULT 0) STRICT;
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
    despatched_at_ms INTEGER NOT NULL,
    told_at_ms INTEGER NOT NULL,
    completed_at_ms INTEGER,
    raised TEXT
, compared INTEGER NOT NULL DEFAULT 0 CHECK (compared IN (0, 1)), numbers_at_ms INTEGER, tracking_at_ms INTEGER, seen TEXT, seen_at_ms INTEGER) STRICT;
CREATE TABLE shipment_fulfilment (
    shipment_id INTEGER NOT NULL REFERENCES shipment (id) ON DELETE CASCADE,
    gid TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    created INTEGER NOT NULL CHECK (created IN (0, 1)),
    notified INTEGER NOT NULL CHECK (notified IN (0, 1)),
    tracking TEXT NOT NULL, late INTEGER NOT NULL DEFAULT 0 CHECK (late IN (0, 1)),
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
CREATE TABLE shipment_pickup (
    shipment_id INTEGER NOT NULL REFERENCES shipment (id) ON DELETE CASCADE,
    gid TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (shipment_id, gid)
) STRICT, WITHOUT ROWID;
CREATE TABLE shipment_tracking (
    shipment_id INTEGER NOT NULL REFERENCES shipment (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    number TEXT NOT NULL, url TEXT,
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
, personal_data_at_ms INTEGER) STRICT;
CREATE TABLE stock_channel (
    channel TEXT PRIMARY KEY,
    digest TEXT NOT NULL,
    verified_at_ms INTEGER,
    verify_after TEXT
, problem TEXT, problem_since_ms INTEGER) STRICT, WITHOUT ROWID;
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
    due_at_ms INTEGER,
    version INTEGER NOT NULL DEFAULT 0,
    job_id INTEGER, sent_arrival INTEGER, sent_target INTEGER,
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
    source TEXT NOT NULL CHECK (source IN ('file', 'command', 'kcc')), arrival INTEGER NOT NULL DEFAULT 0, file_as_of_ms INTEGER,
    PRIMARY KEY (channel, sku, site)
) STRICT, WITHOUT ROWID;
CREATE TABLE stock_removal (
    channel TEXT NOT NULL,
    stock_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    site_id TEXT NOT NULL,
    arrival INTEGER NOT NULL,
    PRIMARY KEY (channel, stock_id, sku, site_id)
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
CREATE TABLE unreached_shop (
    domain TEXT PRIMARY KEY,
    health TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_address ON customer (address_key) WHERE address_key IS NOT NULL;
CREATE INDEX customer_email ON customer (email_key) WHERE email_key IS NOT NULL;
CREATE INDEX customer_link_customer ON customer_link (customer_id);
CREATE INDEX inventory_item_sku ON inventory_item (shop_id, sku);
CREATE INDEX kcc_item_sku ON kcc_item (channel, sku);
CREATE INDEX kcc_level_sku ON kcc_level (channel, sku);
CREATE INDEX kcc_notice_open ON kcc_notice (id) WHERE open = 1;
CREATE INDEX kcc_order_kcc_id ON kcc_order (kcc_id) WHERE kcc_id IS NOT NULL;
CREATE INDEX kcc_order_problem ON kcc_order (order_id) WHERE problem IS NOT NULL;
CREATE INDEX kcc_order_unconfirmed ON kcc_order (served_at_ms)
    WHERE served_at_ms IS NOT NULL AND confirmed_at_ms IS NULL;
CREATE INDEX kcc_page_member_order ON kcc_page_member (order_id);
CREATE INDEX kcc_page_number ON kcc_page (page);
CREATE INDEX kcc_shipment_order ON kcc_shipment (order_id);
CREATE INDEX kcc_stock_code_id ON kcc_stock_code (channel, stock_id);
CREATE INDEX order_acknowledged_unimported ON "order" (channel)
    WHERE hand_off = 'acknowledged' AND state <> 'imported';
CREATE INDEX order_changed ON "order" (shop_id, updated_at_ms);
CREATE INDEX order_changed_after ON "order" (id) WHERE changed_fields <> '[]';
CREATE INDEX order_customer ON "order" (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX order_history_order ON order_history (order_id);
CREATE INDEX order_maybe_handed_off ON "order" (channel) WHERE maybe_handed_off = 1;
CREATE INDEX order_name ON "order" (name);
CREATE INDEX order_offer ON "order" (offer_position) WHERE offer_position IS NOT NULL;
CREATE INDEX order_on_page ON "order" (channel)
    WHERE served_by = 'page' AND hand_off <> 'acknowledged' AND (changed_fields <> '[]' OR gone = 1);
CREATE INDEX order_personal ON "order" (placed_at_ms) WHERE redacted_at_ms IS NULL;
CREATE INDEX order_placed ON "order" (placed_at_ms);
CREATE UNIQUE INDEX order_ref ON "order" (ref) WHERE state = 'imported';
CREATE INDEX order_state ON "order" (channel, state, reason);
CREATE INDEX order_taken ON "order" (channel) WHERE acknowledged_at_ms IS NOT NULL;
CREATE INDEX order_to_hand_off ON "order" (shop_id, id) WHERE hand_off IN ('waiting', 'held');
CREATE INDEX order_waiting ON "order" (channel, offer_position) WHERE hand_off = 'waiting';
CREATE INDEX push_job_due ON push_job (shop_id, kind, next_at_ms) WHERE state IN ('available', 'retryable');
CREATE INDEX push_job_finished ON push_job (finished_at_ms) WHERE finished_at_ms IS NOT NULL;
CREATE INDEX push_job_open ON push_job (shop_id, lane, id) WHERE state IN ('available', 'running', 'retryable');
CREATE INDEX revisit_due ON revisit (shop_id, due_at_ms);
CREATE INDEX shipment_fulfilment_late ON shipment_fulfilment (at_ms) WHERE late;
CREATE INDEX shipment_order ON shipment (order_id);
CREATE INDEX stock_claim_range ON stock_claim (sku, channel, kind, key_ms) WHERE kind IS NOT NULL;
CREATE INDEX stock_item_due ON stock_item (channel, due_at_ms)
    WHERE due_at_ms IS NOT NULL AND job_id IS NULL;
CREATE INDEX stock_item_job ON stock_item (job_id) WHERE job_id IS NOT NULL;
CREATE INDEX stock_item_sku ON stock_item (sku);
CREATE INDEX stock_level_told ON stock_level (channel, told_at_ms);
