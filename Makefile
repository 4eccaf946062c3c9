# make demo    simulate a county with hidden mines, scan it, show the list, serve the console
# make test    run the tests
# make lint    style, types, import lines, locks
# make lock    resolve the requirements anew and write the locks (UPGRADE=1 for newer versions)
# make clean   remove the environment, the workspace and caches
#
# Needs Python 3.11 or later and make; everything else goes into .venv.

SHELL := /bin/sh
BIN := .venv/bin
export GRIDCANARY_DATA ?= ../shared/data
DEMO_ARGS ?=
PYTEST_ARGS ?= -n 2

.PHONY: demo test lint lock clean run-env dev-env
.DEFAULT_GOAL := demo

run-env:
	@python=$$(sh scripts/find_python.sh) && "$$python" scripts/bootstrap.py run

dev-env:
	@python=$$(sh scripts/find_python.sh) && "$$python" scripts/bootstrap.py dev

demo: run-env
	$(BIN)/gridcanary demo $(DEMO_ARGS)

test: dev-env
	$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: dev-env
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/check_locks.py

lock: dev-env
	PATH="$(CURDIR)/$(BIN):$$PATH" sh scripts/lock.sh

clean:
	rm -rf .venv var build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
