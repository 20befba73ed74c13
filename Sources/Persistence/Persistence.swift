// Persistence: the order store, in SQLite through GRDB.
//
// It owns the schema, its migrations, every SQL statement, and the promise that what one method
// does happens in one transaction. It implements the engine's port `OrderStore`, and answers the
// questions of the commands (`OrderQueries`, `Operations`).
//
// It must not know Shopify's API, the configuration file or the journal, and it decides nothing
// about orders: inside an import it asks the engine's `Judge`. No type of GRDB appears in a
// `package` signature; the compiler checks that.
