"""A simulator of Shopify stores, for kccsyncd's tests, demo and benchmarks."""
