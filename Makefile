# run, test, check, bench: each sets up what it needs.
.DEFAULT_GOAL := help
SHELL := /bin/bash

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v $$p; break; }; done)
URL ?= http://127.0.0.1:8050/
VENV := .venv
PY := $(VENV)/bin/python
UV := $(shell command -v uv 2>/dev/null || echo $(VENV)/bin/uv)

.PHONY: help setup setup-dev browser run test lint format check bench soak requirements screenshots search clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(PY):
	@if [ -z "$(PYTHON)" ]; then echo "WattsUp needs Python 3.11 or newer; none was found. Install it, or name it: make PYTHON=/path/to/python3" >&2; exit 2; fi
	@if command -v uv >/dev/null 2>&1; then uv venv --quiet --python "$(PYTHON)" $(VENV); \
	else "$(PYTHON)" -m venv $(VENV) || { echo "Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv" >&2; rm -rf $(VENV); exit 2; }; fi

# uv installs in seconds what takes pip minutes; without it pip does the same. Bytecode is written now: each job is a process of its own,
# and where Python may not write it later, each would compile pandas and scikit-learn anew.
define install
	@if ! [ -x "$(UV)" ]; then $(PY) -m pip install --quiet --disable-pip-version-check uv || echo "uv is not to be had; installing with pip, which takes some minutes"; fi
	@if [ -x "$(UV)" ]; then "$(UV)" pip install --quiet --compile-bytecode --python $(PY) -r $(1); else $(PY) -m pip install --quiet --disable-pip-version-check -r $(1); fi
	@$(PY) -m compileall -q app.py wattsup_core dashboard
	@touch $@
endef

$(VENV)/.installed: requirements.txt | $(PY)
	@echo "Installing what WattsUp needs (once) ..."
	$(call install,requirements.txt)

$(VENV)/.installed-dev: requirements-dev.txt | $(PY)
	@echo "Installing what WattsUp and its tests need (once) ..."
	$(call install,requirements-dev.txt)
	@touch $(VENV)/.installed

setup: $(VENV)/.installed ## make the environment in .venv

setup-dev: $(VENV)/.installed-dev

browser: setup-dev
	@$(PY) -m tests.browser

run: setup ## open the dashboard on http://127.0.0.1:8050
	@$(PY) app.py

test: setup-dev ## run every test, the browser's too where there is one
	@$(PY) -m tests.browser || echo "The tests that need a browser are skipped."
	@$(PY) -m pytest -n 2 --dist loadscope --no-loadscope-reorder $(ARGS)

ROUNDS = 10

search: setup-dev ## look for new examples that break a rule: the property tests ROUNDS times, each with other random examples
	@for round in $$(seq $(ROUNDS)); do \
		$(PY) -m pytest -n 2 --dist loadscope --no-loadscope-reorder --hypothesis-profile=search -q -m hypothesis tests/property tests/unit $(ARGS) || exit 1; \
	done

lint: setup-dev ## ruff, mypy, import-linter
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports

format: setup-dev ## let ruff write the format
	@$(VENV)/bin/ruff check --fix-only --quiet .
	@$(VENV)/bin/ruff format .

check: lint test ## what must hold before a commit

bench: setup-dev ## measure speed and detection; prints the tables of docs/benchmarks.md
	@$(PY) -m tests.bench

SOAK = exports kills live_page grid alerts

soak: setup-dev browser ## an hour of harm and load: exports, kills, live_page, grid, alerts, or SOAK="one of them"
	@for name in $(SOAK); do $(PY) -m tests.bench.soak_$$name $(ARGS) || exit 1; done

screenshots: setup-dev browser ## renew the pictures in docs/ from a running dashboard: URL=http://…
	@$(PY) -m tests.screenshots $(URL) build/screenshots
	@mkdir -p docs && cp build/screenshots/overview-light.png build/screenshots/overview-dark.png build/screenshots/overview-phone-light.png docs/

requirements: setup-dev ## pin requirements*.txt anew from pyproject.toml
	@$(UV) pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url pyproject.toml -o requirements.txt
	@$(UV) pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url --extra dev pyproject.toml -c requirements.txt -o requirements-dev.txt

clean: ## remove the environment and the caches, never the data
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
