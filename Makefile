# The one entrance: `make help` lists what there is.
SHELL := /bin/bash
.DEFAULT_GOAL := help
SWIFT_FLAGS :=
VENV := .venv-test
PYTHON := $(VENV)/bin/python
SIMULATOR := Tests/ShopifySimulator
VERSION = $(shell dpkg-parsechangelog --file packaging/debian/changelog --show-field Version)
# What the upgrade of test-systemd starts from: the last commit with an older schema of the order store.
PREVIOUS := bf7cfb1
# debhelper and dpkg-dev make the package, lowdown its manual pages; lintian checks it.
DEB_TOOLS := debhelper dpkg-dev lowdown lintian man-db
# A minimal Debian, and a container to boot it in.
BOOT_TOOLS := mmdebstrap systemd-container zstd iproute2 util-linux

.PHONY: help deps build release deb deb-twice demo test test-tools test-swift test-simulator test-kcc test-scenarios test-systemd hostile kill-test push-test colleagues-test kcc-test power-test faults money bench check-alerts lint format model screenshots clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## install the Debian packages that are missing, and say which
	@scripts/install-deps

$(VENV)/.done: $(SIMULATOR)/requirements.txt $(SIMULATOR)/requirements-dev.txt Tests/Scenarios/requirements.txt | deps
	@echo "make: a Python environment for the simulator and its tests in $(VENV)"
	python3 -m venv $(VENV)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check $(foreach file,$^,-r $(file))
	@touch $@

build: deps ## build the debug binary
	swift build $(SWIFT_FLAGS)

release: deps ## build the release binary, the standard library linked in
	scripts/build-release $(SWIFT_FLAGS)

deb: release ## build the Debian package in .build/deb, and have lintian look at it
	@scripts/install-deps $(DEB_TOOLS)
	scripts/make-deb .build/release/kccsyncd
	lintian --fail-on error,warning,info,pedantic --display-info --pedantic --allow-root .build/deb/kccsyncd_$(VERSION)_amd64.changes

deb-twice: deb ## build the package again from another folder, and compare the bytes
	scripts/deb-twice .build/deb/kccsyncd_$(VERSION)_amd64.deb

# The previous version comes first: it leaves the libraries built, and the last build is that of this version.
test-systemd: $(VENV)/.done ## the package on a real systemd, Debian 12 and 13, through install, upgrade, faults and purge
	@scripts/install-deps $(DEB_TOOLS) $(BOOT_TOOLS)
	@scripts/can-boot >/dev/null || { echo "test-systemd: NOT RUN, and so nothing is shown: $$(scripts/can-boot)" >&2; exit 1; }
	scripts/make-previous-deb $(PREVIOUS)
	$(MAKE) deb
	scripts/test-systemd $(PYTHON) .build/deb/kccsyncd_$(VERSION)_amd64.deb "$$(scripts/make-previous-deb $(PREVIOUS))"

demo: build $(VENV)/.done ## a minute of a believable shop: orders arrive, are decided, explained, and sent
	@$(PYTHON) scripts/demo.py

test: test-tools test-swift test-simulator test-kcc test-scenarios ## run every test

test-tools: $(VENV)/.done ## the tests of the scripts that check this repository
	cd Tests/Tools && $(abspath $(PYTHON)) -m pytest -q

test-swift: deps ## unit tests and the tests with real libcurl, SQLite and systemd sockets
	swift build --build-tests $(SWIFT_FLAGS)
	swift test --skip-build $(SWIFT_FLAGS)

test-simulator: $(VENV)/.done ## the store simulator's own tests
	cd $(SIMULATOR) && $(abspath $(PYTHON)) -m pytest -q

test-kcc: $(VENV)/.done ## the tests of KCC's stand-in
	cd Tests/KCCStandIn && $(abspath $(PYTHON)) -m pytest -q

test-scenarios: build $(VENV)/.done ## the real program against the simulated store
	cd Tests/Scenarios && $(abspath $(PYTHON)) -m pytest -q -n 3

kill-test: build $(VENV)/.done ## 5,000 orders imported through 200 kills; prints the figure
	$(PYTHON) Tests/Scenarios/kill_run.py --orders 5000 --kills 200

push-test: build $(VENV)/.done ## 10,000 levels and shipments told through 200 kills over a bad line; prints the figures
	$(PYTHON) Tests/Scenarios/push_run.py --shipments 1000 --levels 9000 --kills 200

colleagues-test: build $(VENV)/.done ## 1,000 shipments through every fault while colleagues work on their orders; prints the figures
	$(PYTHON) Tests/Scenarios/colleagues_run.py --shipments 1000

kcc-test: build $(VENV)/.done ## 600 orders to KCC and its despatches back through 200 kills; prints the figures
	$(PYTHON) Tests/Scenarios/kcc_run.py --orders 600 --kills 200

power-test: build $(VENV)/.done ## cut the power of the order store's disk 50 times during imports and pushes; prints the figures; needs root
	$(PYTHON) Tests/Scenarios/power_run.py --cuts 50

hostile: build $(VENV)/.done ## attack the KCC link for a minute; prints the figures
	$(PYTHON) Tests/Scenarios/hostile_run.py --seconds 60

bench: release $(VENV)/.done ## measure: speed against a floor, memory, points, latency, idle cost, growth
	@$(PYTHON) Tests/Benchmarks/bench.py

faults: build $(VENV)/.done ## what is shown to be fixed: each fault of Tests/faults.txt, the inputs tried, the result
	swift build --build-tests $(SWIFT_FLAGS)
	@scripts/faults $(PYTHON)

money: deps ## 10,000 orders by chance in ten currencies: KCC's total against Shopify's current one; prints the counts
	swift build --build-tests $(SWIFT_FLAGS)
	MONEY_ORDERS=10000 swift test --skip-build $(SWIFT_FLAGS) --filter MoneyRunTests

model: deps ## check the models of the stock and page protocols with spin, and which property each weakening breaks
	@scripts/check-model

screenshots: build $(VENV)/.done ## pictures of the status page, in .build/screenshots; needs chromium
	@scripts/install-deps chromium
	@$(PYTHON) scripts/screenshots.py

check-alerts: ## Prometheus' own tool on the alert rules: each fires and keeps quiet as it should
	@scripts/check-alerts

lint: $(VENV)/.done ## format, imports, shell, units, GraphQL documents
	@scripts/lint $(PYTHON)

format: ## format all Swift sources in place
	swift format --in-place --recursive --configuration .swift-format Sources Tests Package.swift

clean: ## remove what was built
	rm -rf .build .venv-test
