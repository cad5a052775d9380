# Everything a developer needs: `make` shows it. Only Python 3.11+ (with venv) and make are needed.
SHELL := /bin/sh
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCKED := --require-hashes --no-deps
SOURCES := deploy services shared tests

# Services start over and over: each would compile all of its modules anew.
unexport PYTHONDONTWRITEBYTECODE

ONCE ?=
ARGS ?=
PYTEST ?=

.PHONY: help demo test check format bench setup setup-dev clean

help: ## show this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/assets.stamp ## real data from nothing to warnings; ONCE=1 stops at the end
	@$(BIN)/qingyu demo $(if $(filter-out 0,$(ONCE)),--once) $(ARGS)

test: check $(VENV)/assets.stamp ## everything that CI checks; PYTEST="-k word" narrows it
ifeq ($(strip $(PYTEST)),)
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile -m "not system"
	@$(BIN)/python -m pytest -n auto --maxprocesses 2 --dist loadfile --no-loadscope-reorder tests/system -m system
else
	@$(BIN)/python -m pytest $(PYTEST)
endif

check: $(VENV)/dev.stamp ## style, types and import rules, no tests
	@$(BIN)/python -m ruff check $(SOURCES)
	@$(BIN)/python -m ruff format --check $(SOURCES)
	@$(BIN)/python -m mypy
	@$(BIN)/lint-imports --no-cache

format: $(VENV)/dev.stamp ## put the sources into shape
	@$(BIN)/python -m ruff check --fix $(SOURCES)
	@$(BIN)/python -m ruff format $(SOURCES)

bench: $(VENV)/assets.stamp ## measure this machine with the whole path
	@$(BIN)/qingyu bench path $(ARGS)

setup: $(VENV)/assets.stamp ## what the program needs, in .venv
	@echo "Ready: $(BIN)/qingyu --help"

setup-dev: $(VENV)/dev.stamp $(VENV)/assets.stamp ## and what its developers need

clean: ## remove .venv and what tools left behind (no data)
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

# The first python that is new enough and can make environments makes ours.
$(VENV)/made.stamp:
	@set -e; \
	for python in $(PYTHON) python3 python3.13 python3.12 python3.11 python3.14; do \
	  if command -v $$python >/dev/null 2>&1 && \
	     $$python -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "Making $(VENV) with $$($$python --version) ..."; \
	    $$python -m venv $(VENV); touch $@; exit 0; \
	  fi; \
	done; \
	echo "Qingyu needs Python 3.11 or newer with the module venv; $(PYTHON) is $$($(PYTHON) --version 2>&1)." >&2; \
	echo "Install one (Debian: apt-get install python3 python3-venv), or name it: make PYTHON=/path/to/python3.11" >&2; \
	exit 1

$(VENV)/runtime.stamp: $(VENV)/made.stamp requirements/build.txt requirements/runtime.txt pyproject.toml
	@echo "Installing what the program needs (pinned by hash) ..."
	@$(PIP) install $(LOCKED) -r requirements/build.txt -r requirements/runtime.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/runtime.stamp requirements/dev.txt
	@echo "Installing what developers need (pinned by hash) ..."
	@$(PIP) install $(LOCKED) -r requirements/dev.txt
	@touch $@

# Fonts and outlines of briefs: npm packages pinned by hash, by the machine's npm or a wheel's.
ASSETS := deploy/assets/package.json deploy/assets/package-lock.json deploy/assets/files.yaml
$(VENV)/assets.stamp: $(VENV)/runtime.stamp $(ASSETS) requirements/assets.txt
	@$(BIN)/python -m deploy.assets
	@touch $@
