# The only thing to remember: `make demo`, `make example` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help demo example test lint format types tests golden generated bench fuzz system second-borg clean

help: ## say what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /\1\t/' | expand -t 12

demo: $(VENV)/.installed ## the tutorial on this computer: a backup, a file lost and restored, a laptop stolen
	@sh scripts/system_packages.sh demo
	@$(BIN)/clanback demo

example: $(VENV)/.installed ## render examples/tutorial and show who backs up what to whom
	$(BIN)/clanback --clan examples/tutorial render
	$(BIN)/clanback --clan examples/tutorial show

test: system lint types tests ## everything that must hold before a change goes in

lint: $(VENV)/.testing ## ruff: rules and format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

format: $(VENV)/.testing ## mend what ruff can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

types: $(VENV)/.testing ## mypy --strict
	$(BIN)/mypy

tests: $(VENV)/.testing second-borg ## pytest
	$(BIN)/pytest -n 2

golden: $(VENV)/.testing ## write the golden files anew; look at the difference before committing
	$(BIN)/pytest -n 2 --update-golden

generated: $(VENV)/.testing ## parser tables, compiled templates and reference pages, from their sources
	$(BIN)/python scripts/generate_tables.py
	$(BIN)/python scripts/compile_templates.py
	$(BIN)/python scripts/generate_reference.py

bench: $(VENV)/.testing ## the benchmarks, as multiples of starting Python
	for file in benchmarks/*.py; do $(BIN)/python $$file; done

SECONDS ?= 3600
fuzz: $(VENV)/.testing ## look for inputs that surprise us, for SECONDS=3600; with atheris by the code that they reach
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'atheris>=2.3' || echo 'no atheris: inputs by chance' >&2
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS)

# Real Nix judges what we parse, evaluate and render; shellcheck the scripts in rendered modules.
system:
	@sh scripts/system_packages.sh

# Tests of backups run with the system's Borg, and with 1.4.
second-borg:
	@PYTHON=$(PYTHON) sh scripts/borg_1_4.sh

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'clanback needs Python 3.11 or later (make PYTHON=…)' >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { sh scripts/system_packages.sh venv && $(PYTHON) -m venv --clear $(VENV); }

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.testing: pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@ $(VENV)/.installed

clean: ## remove what can be made again
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .hypothesis examples/*/generated
