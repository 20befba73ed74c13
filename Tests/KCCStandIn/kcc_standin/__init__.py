"""A stand-in for Khaos Control Cloud: the cloud's half of its web-services contract, for tests and measurements."""
