# make help lists what there is. PYTHON picks the interpreter; CI=true or SYSTEM=1 lets system packages be installed.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SHARED ?= ../shared
STAMP := $(VENV)/.installed
DEV := $(VENV)/.dev

.PHONY: help demo test test-long check fix gate bench fit docs golden requirements system clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1	/' | expand -t 14

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

$(STAMP): $(BIN)/python pyproject.toml requirements/run.txt requirements/build.txt
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/run.txt -r requirements/build.txt
	$(BIN)/python -m pip install --quiet --no-build-isolation --no-deps --editable .
	@touch $(STAMP)

$(DEV): $(STAMP) requirements/dev.txt
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $(DEV)

demo: $(STAMP) ## install, read the sample reports, open the desk (SERVE=0 stops after the table)
	$(BIN)/tahqiq demo $(if $(filter 0,$(SERVE)),--no-serve)

system: ## install Chromium and PostgreSQL where this is allowed (CI=true or SYSTEM=1), else say what is missing
	@tools/system_packages.sh

test: $(DEV) system ## install and run every test
	$(BIN)/python -m pytest

test-long: $(DEV) system ## the tests that are bounded under CI=true, whole
	CI= LONG=1 $(BIN)/python -m pytest -m slow --timeout=7200

check: $(DEV) ## style, types, import contracts, generated pages
	$(BIN)/ruff check src tests tools hatch_build.py
	$(BIN)/ruff format --check src tests tools hatch_build.py
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/write_reference.py --check

fix: $(DEV) ## mend style and generated pages
	$(BIN)/ruff check --fix src tests tools hatch_build.py
	$(BIN)/ruff format src tests tools hatch_build.py
	$(BIN)/python tools/write_reference.py

gate: $(DEV) ## hold the quality floors against gold, where it is
	$(BIN)/python tests/gate/gate.py --shared $(SHARED)

bench: $(DEV) ## speeds as ratios measured in one run, where the bulk texts are
	$(BIN)/python tools/bench.py --shared $(SHARED)

fit: $(DEV) ## fit the reader's weights on development gold
	$(BIN)/python tools/fit_weights.py $(foreach l,ar ur fa en,$(SHARED)/gold/$(l).jsonl)

docs: $(STAMP) ## write the generated reference pages
	$(BIN)/python tools/write_reference.py

golden: $(DEV) ## write the golden files anew; look at the difference before committing
	$(BIN)/python tools/regenerate_golden.py

requirements: $(DEV) ## pin anew what is installed, with hashes
	tools/pin_requirements.sh

clean: ## remove what was built
	rm -rf $(VENV) build dist demo src/tahqiq/registries/built src/tahqiq/web/static/built node_modules
