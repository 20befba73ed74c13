// SyncEngine: the daemon's decisions, and nothing else.
//
// It owns the words of the field (channel, order, import rule, watermark), the import rules, the
// way a shop is polled, and the ports through which it reaches the rest of the world: `Shop`
// (Shopify), `OrderStore` (SQLite) and `EventLog` (the journal).
//
// It must not know how any of them is done: no SQL, no HTTP, no GraphQL, no TOML, no systemd. It
// imports no sibling module and no package, only Foundation and, in one file, Dispatch. Whatever
// can be decided without waiting is a pure function here, so that a test is a table.
