// ShopifyAPI: how a Shopify store is reached, and nothing of what is done with its orders.
//
// It owns the transport (one thread with libcurl), the GraphQL Admin API's envelope and cost bucket,
// access tokens, the operations with their documents, and the one place where an answer is judged
// (`Classification`). It implements the engine's port `Shop` as `ShopifyShop`.
//
// It must not know the database, the configuration file, channels or the journal: it imports
// SyncEngine and CCurl alone, decides nothing about when to try again, and hands every failure up as
// a `ShopError` that says what follows from it.
