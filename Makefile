# Everything that one does with a checkout. Needs Python >= 3.11 and make; sets up the rest inside the checkout.

PYTHON ?= python3
WORKERS ?= 2
OPERATIONS ?= 100000
KILLS ?= 20

VENV := .venv
RUN := $(VENV)/bin/python
INSTALLED := $(VENV)/.installed
GRAPHIQL := gateway/graphiql
GRAPHIQL_INSTALLED := $(GRAPHIQL)/node_modules/.installed
LINT := schema/lint
LINT_INSTALLED := $(LINT)/node_modules/.installed
PEERS := benchmarks/peers/node
PEERS_INSTALLED := $(PEERS)/node_modules/.installed

# npm comes from the machine, or else from the environment, where the lock puts one.
export PATH := $(PATH):$(CURDIR)/$(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help setup demo serve test fuzz features check fmt bench torture lock

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s  %s\n", $$1, $$2 }' Makefile

demo: setup ## serve demo data on SQLite, with GraphiQL and the demo calendar
	$(RUN) app.py demo

serve: setup ## serve the database that BOOKGATE_DATABASE names
	$(RUN) app.py serve

test: setup ## run the whole suite, on SQLite and PostgreSQL (WORKERS=n processes)
	$(RUN) -m pytest -n $(WORKERS) --dist loadfile

fuzz: setup ## ask 10,000 generated queries on each database, both executors compared
	BOOKGATE_FUZZ=10000 $(RUN) -m pytest -n $(WORKERS) tests/execution/test_project.py -k generated

features: setup ## prove every rule of the sources on both databases; writes docs/features.md
	$(RUN) -m tests.features.report -n $(WORKERS) --dist loadfile

check: setup $(LINT_INSTALLED) ## check format, lint, types, import contracts and the public schema
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(RUN) -m mypy
	$(VENV)/bin/lint-imports --no-cache
	$(RUN) app.py schema | diff schema.graphql -
	$(LINT)/node_modules/.bin/eslint --no-config-lookup --config $(LINT)/eslint.config.mjs schema.graphql
	node $(LINT)/breaking.mjs

fmt: setup ## format the code, and fix what lint can fix
	$(RUN) -m ruff format .
	$(RUN) -m ruff check --fix .

bench: setup $(PEERS_INSTALLED) ## measure, side by side with others
	$(RUN) -m benchmarks.execution
	$(RUN) -m benchmarks.writes
	$(RUN) -m benchmarks.peers
	$(RUN) -m benchmarks.peers.pair
	$(RUN) -m benchmarks.peers.soak

torture: setup ## 100,000 concurrent operations on each database, with processes killed (OPERATIONS=n KILLS=n)
	$(RUN) -m tests.writes.histories.torture sqlite --operations $(OPERATIONS) --kills $(KILLS)
	$(RUN) -m tests.writes.histories.torture postgresql --operations $(OPERATIONS) --kills $(KILLS)

lock: setup ## write both locks anew from pyproject.toml
	$(PYTHON) -m venv .cache/uv
	.cache/uv/bin/pip install --quiet uv
	{ echo "# Written by 'make lock' from pyproject.toml, for every platform; the dev group is in it."; \
	  .cache/uv/bin/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --upgrade --quiet \
	    --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate; } > .cache/lock
	mv .cache/lock requirements.lock
	{ echo "# Written by 'make lock' from pyproject.toml, for every platform: what serving takes, as the Dockerfile installs it."; \
	  .cache/uv/bin/uv pip compile pyproject.toml --constraint requirements.lock --universal --python-version 3.11 --quiet \
	    --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate; } > .cache/lock
	mv .cache/lock requirements-serve.lock

setup: $(INSTALLED) $(GRAPHIQL_INSTALLED) ## install what the other targets need (they do so themselves)

$(INSTALLED): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Bookgate needs Python 3.11 or newer; $(PYTHON) is older or missing. Name one: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(GRAPHIQL_INSTALLED): $(GRAPHIQL)/package.json $(GRAPHIQL)/package-lock.json | $(INSTALLED)
	npm ci --prefix $(GRAPHIQL)
	@touch $@

$(PEERS_INSTALLED): $(PEERS)/package.json $(PEERS)/package-lock.json | $(INSTALLED)
	npm ci --loglevel=error --prefix $(PEERS)
	@touch $@

$(LINT_INSTALLED): $(LINT)/package.json $(LINT)/package-lock.json | $(INSTALLED)
	npm ci --prefix $(LINT)
	@touch $@
