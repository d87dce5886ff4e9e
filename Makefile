# What can be done with a checkout of overt. Needs Python 3.11 to 3.14, make and git, nothing else:
# the first target that you call makes .venv (with uv when it is there, else pip) from requirements.lock, which is
# what overt needs to run, or from requirements-dev.lock, which adds what the checks and tests need.

.DEFAULT_GOAL := help
SHELL := /bin/sh
.DELETE_ON_ERROR:

SUITABLE := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c '$(SUITABLE)' 2>/dev/null && { echo $$p; break; }; done)
UV ?= $(shell command -v uv 2>/dev/null)

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev

.PHONY: help demo test check fix bench lock tables clean

help:
	@echo "make demo    simulate a platform, find the planted campaigns, write a report into ./demo"
	@echo "make test    every check and every test"
	@echo "make check   ruff, mypy, import contracts"
	@echo "make fix     let ruff mend what it can"
	@echo "make bench   the benchmarks (minutes)"
	@echo "make lock    resolve both locks again"
	@echo "make tables  write docs/tables.md from schema.py"
	@echo "make clean   remove .venv, caches and ./demo"

demo: $(READY)
	@$(BIN)/overt demo --out demo --no-open
	@echo "overt is in this shell after: source $(BIN)/activate"

test: check
	@$(BIN)/python -m pytest

check: $(READY_DEV)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

fix: $(READY_DEV)
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(READY_DEV)
	@$(BIN)/python -m benchmarks

tables: $(READY)
	@$(BIN)/python docs/write_tables.py

COMPILE := UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links pyproject.toml --extra build

lock:
	@$(COMPILE) --extra dev -o requirements-dev.lock
	@$(COMPILE) --constraint requirements-dev.lock -o requirements.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache demo

$(READY): LOCK := requirements.lock
$(READY_DEV): LOCK := requirements-dev.lock
$(READY): requirements.lock pyproject.toml
$(READY_DEV): requirements-dev.lock pyproject.toml

$(READY) $(READY_DEV):
	@test -n "$(PYTHON)" || { echo "overt needs Python 3.11 to 3.14 on the PATH, or make PYTHON=/path/to/python" >&2; exit 2; }
	@echo "setting up $(VENV) from $(LOCK) with $(if $(UV),uv,pip): once, a minute or two"
ifneq ($(UV),)
	@$(UV) venv --quiet --allow-existing --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" $(VENV)
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r $(LOCK)
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
else
	@$(PYTHON) -m venv $(VENV) || { echo "python's venv is missing: on Debian, apt-get install python3-venv" >&2; exit 2; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCK)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
endif
	@touch $(READY) $@
