/// Khaos Control Cloud's side of kccsyncd: the third party's half of its public web-services contract.
///
/// KCC calls us. The module owns what travels (`Wire`), how a Shopify order becomes a KCC one (`Orders`), what KCC's
/// reports say (`Reports`), and the listener that KCC's cloud reaches through the operator's proxy (`Link`). It decides
/// nothing about orders, stock or despatches: that is the engine's, behind the ports `HandOffStore` and `LinkEngine`.
///
/// It must not know the database, Shopify's API, the configuration file or systemd.
enum KCCWebServices {}
