# Every chore in one word; `make` or `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh

PYTHON ?= python3
VENV := .venv
SPREAD ?= --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
DELIVERING := dispatching waiting errands sharing
KEEPING := api client deploy/test_gunicorn.py house receive store $(DELIVERING:%=delivery/test_%.py)
KILLS ?= 100
FAULTS ?=
FUZZ ?=
BENCH ?= --profile --write docs/evidence.md
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: help install run test test-postgres check format browser pictures fuzz faults bench routes lock clean

help: ## list the chores
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(VENV)/ready ## install what serving needs into .venv, from hashes alone

run: $(VENV)/ready ## serve on http://127.0.0.1:8080 with SQLite in var/
	@exec $(BIN)/letterbox serve

test: $(VENV)/ready-to-test ## run all tests but those in a browser, on all cores
	@$(BIN)/python -m pytest $(SPREAD) --ignore tests/browser

test-postgres: $(VENV)/ready-to-test ## run those that keep something, in a throw-away Postgres
	@$(BIN)/python -m pytest $(SPREAD) --store postgres $(KEEPING:%=tests/%)

check: $(VENV)/ready-to-measure ## lint, format and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(VENV)/ready-to-test ## put the code into its one format
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

browser: $(VENV)/ready-to-test ## run the tests in Chromium, which must be installed
	@CI=true $(BIN)/python -m pytest $(SPREAD) tests/browser

pictures: $(VENV)/ready-to-test ## take the pictures of the page in docs/pictures/ anew
	@CI=true PICTURES=yes $(BIN)/python -m pytest tests/browser/test_pictures.py

fuzz: $(VENV)/ready-to-test ## fuzz the service by its specification: 3 seeds, in process and running; FUZZ='--seeds 4'
	@$(BIN)/python -m tests.fuzz $(FUZZ)

faults: $(VENV)/ready-to-test ## break things under load and count what was lost; KILLS=100 FAULTS='--only 3'
	@$(BIN)/python -m tests.faults --kills $(KILLS) $(FAULTS)

bench: $(VENV)/ready-to-measure ## measure on both stores and write docs/evidence.md, in 45 minutes; BENCH=--quick
	@$(BIN)/python -m bench $(BENCH)

routes: $(VENV)/ready ## print operations and declared endpoints
	@$(BIN)/letterbox routes

lock: $(VENV)/ready-to-test ## write the locks anew from pyproject.toml
	@$(PIP) uv
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url \
		--custom-compile-command "make lock" --extra build pyproject.toml -o requirements.txt
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url \
		--custom-compile-command "make lock" --extra build --extra test -c requirements.txt pyproject.toml -o requirements-test.txt
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url \
		--custom-compile-command "make lock" --extra build --extra test --extra bench -c requirements-test.txt pyproject.toml -o requirements-bench.txt

clean: ## remove the virtual environment and what tools leave behind; never var/
	@rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.exit("Letterbox needs Python 3.11 or newer: make run PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	@echo "Making a virtual environment in $(VENV) (once, about a minute)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/ready: $(VENV)/made requirements.txt pyproject.toml
	@$(PIP) --require-hashes -r requirements.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/ready-to-test: $(VENV)/ready requirements-test.txt
	@$(PIP) --require-hashes -r requirements-test.txt
	@touch $@

$(VENV)/ready-to-measure: $(VENV)/ready-to-test requirements-bench.txt
	@$(PIP) --require-hashes -r requirements-bench.txt
	@touch $@
