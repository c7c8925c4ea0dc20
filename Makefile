# make help lists what there is. PYTHON picks the interpreter; CI=true or SYSTEM=1 lets system packages be installed.
SHELL := /bin/bash
NEWEST := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do $$p -c '$(NEWEST)' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
SHARED ?= ../shared
RUN := $(VENV)/.installed
BUILT := $(VENV)/.built
DEV := $(VENV)/.dev
LISTS := $(wildcard src/tahqiq/registries/*.yaml src/tahqiq/registries/*/*.yaml)
ASSETS := $(wildcard src/tahqiq/web/assets/*) package.json package-lock.json
CHECKED := src tests tools hatch_build.py
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test test-long check fix gate measure bench fit docs golden requirements system clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1	/' | expand -t 14

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Tahqiq needs Python 3.11 or newer, and finds none: make PYTHON=/path/to/python3.11" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 2; }

$(RUN): $(BIN)/python pyproject.toml requirements/run.txt requirements/build.txt
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/run.txt -r requirements/build.txt
	$(BIN)/python -m pip install --quiet --no-build-isolation --no-deps --editable .
	@touch $(RUN)

# each does nothing where its inputs are unchanged; without npm's packages the desk goes on without its map and fonts
$(BUILT): $(RUN) $(LISTS) $(ASSETS) tools/build_registries.py tools/build_assets.py
	@$(BIN)/python tools/build_registries.py
	@$(BIN)/python tools/build_assets.py 2>&1 | tail -1
	@touch $(BUILT)

$(DEV): $(BUILT) requirements/dev.txt
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $(DEV)

demo: $(BUILT) ## install, read the sample reports, open the desk (SERVE=0 stops after the table)
	@$(BIN)/tahqiq demo $(if $(filter 0,$(SERVE)),--no-serve)

system: ## install Chromium and PostgreSQL where this is allowed (CI=true or SYSTEM=1), else say what is missing
	@tools/system_packages.sh

test: $(DEV) system ## install and run every test
	$(BIN)/python -m pytest

test-long: $(DEV) system ## the tests that are bounded in other runs, whole
	LONG=1 $(BIN)/python -m pytest -m slow --timeout=7200

check: $(DEV) ## style, types, import contracts, generated pages
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/ruff format --check $(CHECKED)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/write_reference.py --check

fix: $(DEV) ## mend style and generated pages
	$(BIN)/ruff check --fix $(CHECKED)
	$(BIN)/ruff format $(CHECKED)
	$(BIN)/python tools/write_reference.py

gate: $(DEV) ## hold the quality floors against gold, where it is
	$(BIN)/python tests/gate/gate.py --shared $(SHARED)

measure: $(DEV) ## write the page of measurements, where gold and benchmarks are (minutes)
	$(BIN)/python tools/write_measurements.py --shared $(SHARED)

bench: $(DEV) ## speeds as ratios measured in one run, in under twenty minutes (PAGE=1 writes docs/benchmarks.md)
	$(BIN)/python tools/write_benchmarks.py --shared $(SHARED) $(if $(PAGE),--write)

fit: $(DEV) ## fit the reader's weights on development gold
	$(BIN)/python tools/fit_weights.py $(foreach l,ar ur fa en seeds,$(SHARED)/gold/$(l).jsonl) --beside $(SHARED)/data

docs: $(DEV) ## write the reference pages, what examples print, and the picture of an incident (where Chromium is)
	$(BIN)/python tools/write_reference.py
	$(BIN)/python tools/run_examples.py --write
	$(BIN)/python tools/take_picture.py

golden: $(DEV) ## write the golden files anew; look at the difference before committing
	$(BIN)/python tools/regenerate_golden.py

requirements: $(DEV) ## pin anew what is installed, with hashes
	tools/pin_requirements.sh

clean: ## remove what was built
	rm -rf $(VENV) build dist demo src/tahqiq/registries/built src/tahqiq/web/static/built node_modules
