"""Attacks on a listener of kccsyncd's KCC link, phase by phase; hostile.py runs them."""
