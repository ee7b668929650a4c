# `make` lists what there is. Longer steps are in scripts/ and server/crates/xtask.

# One target directory for cargo, xtask, the end-to-end tests and the benchmark.
TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))
export CARGO_TARGET_DIR := $(TARGET)
export PAIFANG_SITE_DIR := $(TARGET)/site
BINARY := $(TARGET)/release/paifang

# Arguments for `paifang serve`, Playwright or the benchmark: make run ARGS="--console-listen 127.0.0.1:9090"
ARGS ?=

STEP := scripts/step

.PHONY: help
help: ## List the commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup setup-build setup-test setup-bench
setup: setup-test ## Install what is missing: wasm target, npm packages, Debian packages
setup-build:
	@scripts/setup build
setup-test:
	@scripts/setup test
setup-bench:
	@scripts/setup bench

.PHONY: run dev build
run: build ## Build the product and start it: console on 8080, gateway on 8000
	$(BINARY) serve $(ARGS)
dev: setup-build ## Development build; builds and starts again after each change
	cargo xtask watch -- $(ARGS)
build: setup-build ## The release binary, with the console's bundle inside
	@$(STEP) "release build" cargo xtask build --release

# Tests run a development binary with the release's bundle inside. It is built together with them, so that all its
# dependencies are compiled once.
TESTED := --features server/embed

.PHONY: test test-rust e2e build-tests
build-tests: setup-test
	@$(STEP) "bundle" cargo xtask front --release
	@$(STEP) "build of the tests" cargo test $(TESTED) --no-run
test: setup-test test-rust e2e ## All tests: unit, both databases, gateway, real client, end-to-end in Chromium
test-rust: build-tests ## Unit and integration tests
	@$(STEP) "unit and integration tests" cargo test $(TESTED) --no-fail-fast
e2e: build-tests ## End-to-end tests in Chromium
	@$(STEP) "end-to-end tests" env PAIFANG_BIN=$(TARGET)/debug/paifang npm --prefix end2end run --silent test -- $(ARGS)

.PHONY: check check-format check-lints check-layers check-docs check-licenses check-types
check: check-format check-types check-layers check-licenses check-lints check-docs ## Formatting, lints, layers, documentation, licences
check-format:
	@$(STEP) "formatting" cargo fmt --all --check
check-types: setup-test
	@$(STEP) "types of the end-to-end tests" npm --prefix end2end run --silent typecheck
check-layers: setup-build
	@$(STEP) "layers" scripts/check-layers
check-licenses: setup-build
	@$(STEP) "licences" cargo xtask licenses
check-lints: setup-build
	@$(STEP) "lints, server side" cargo clippy --all-targets -- -D warnings
	@$(STEP) "lints, browser side" cargo clippy -p frontend --target wasm32-unknown-unknown -- -D warnings
check-docs: setup-build
	@$(STEP) "documentation" env RUSTDOCFLAGS="-D warnings" cargo doc --no-deps

.PHONY: bench bench-scale
bench: setup-bench build ## Compare the gateway with other proxies: requests/s, latency, CPU time per request
	@$(STEP) "benchmark" python3 bench/run.py --paifang $(BINARY) --tools $(TARGET)/tmp/bench-programs $(ARGS)
bench-scale: setup-build ## Measure the gateway when it is large: 100,000 APIs, 10,000 publishes, a day's nonces
	@$(STEP) "benchmark of scale" cargo bench --package gateway --bench scale -- $(ARGS)

.PHONY: format clean
format: ## Format the Rust sources
	cargo fmt --all
clean: ## Remove what was built or installed into this folder
	cargo clean
	rm -rf node_modules end2end/node_modules end2end/artifacts end2end/test-results
