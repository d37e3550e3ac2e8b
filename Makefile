# `make` or `make help` lists what there is. Needed beforehand: Python 3.11 or newer, and make.

VENV := .venv
PY := $(VENV)/bin/python
# the newest of the Pythons that will do
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo "$$p" && break; done)
PIP_INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check --no-input --require-hashes
UNINSTALLED = echo "That could not be installed: pip says above why. Is PyPI reached (a proxy: https_proxy)? Then run it again." >&2; exit 1
LOCK := $(PY) -m uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header
TESTS ?=
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help demo install test experiments mutants bench references lint check-migrations lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/run.stamp ## the bot and a small Slack to try it in: no account, no token (PORT=4000: another port)
	@$(PY) -m bot sandbox $(if $(PORT),--port $(PORT))

install: $(VENV)/run.stamp ## what the bot runs on, into .venv, checked against the lock file

test: $(VENV)/dev.stamp ## the whole suite, on SQLite and PostgreSQL; TESTS=tests/bot runs a part
	$(PY) -m pytest -n $(WORKERS) --dist worksteal $(TESTS)

experiments: $(VENV)/dev.stamp ## what is promised, tried at full size; writes the figures into docs/reliability.md
	$(PY) -m pytest tests/experiments --full --figures docs/reliability.md $(EXPERIMENTS)

mutants: $(VENV)/dev.stamp ## take out one safeguard after the other: the experiments must notice each
	$(PY) -m tests.experiments.mutants $(MUTANTS)

bench: $(VENV)/dev.stamp ## how fast it is, as ratios of one run; BENCH="P3 P5" measures some
	$(PY) -m bench $(BENCH)

references: $(VENV)/dev.stamp ## write docs/policy.md, docs/commands.md and .env.example anew, out of the code
	$(PY) docs/make_references.py

lint: $(VENV)/dev.stamp ## ruff, mypy --strict, and the floors
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports --no-logo

check-migrations: $(VENV)/dev.stamp ## the migrations make exactly the tables that the code knows
	@set -e; folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	export DATABASE_URL="sqlite:///$$folder/empty.sqlite"; \
	$(PY) -m alembic upgrade head; \
	$(PY) -m alembic check

lock: $(VENV)/dev.stamp ## pin anew what pyproject.toml asks for (UPGRADE=1: the newest of everything)
	$(LOCK) $(if $(UPGRADE),--upgrade) --output-file requirements.txt
	$(LOCK) $(if $(UPGRADE),--upgrade) --group dev --constraint requirements.txt --output-file requirements-dev.txt

clean: ## remove what make and the tools made; databases and .env stay
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(VENV)/pyvenv.cfg:
	@test -n "$(PYTHON)" || { echo "Tocsin needs Python 3.11 or newer and found none. Install one, or name it: make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Tocsin needs Python 3.11 or newer, and $(PYTHON) is not that. Name another: make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "Making a place for it, $(VENV), with $(PYTHON) …"
	@"$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); echo "$(PYTHON) could not make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }

# the lock is installed when it changed, and only then
$(VENV)/run.stamp: requirements.txt | $(VENV)/pyvenv.cfg
	@test -f $(VENV)/dev.stamp || echo "Installing what Tocsin runs on (once, about a minute) …"
	@$(PIP_INSTALL) -r requirements.txt || { $(UNINSTALLED); }
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt | $(VENV)/pyvenv.cfg
	@echo "Installing what Tocsin and its tests run on (once, about a minute) …"
	@$(PIP_INSTALL) -r requirements-dev.txt || { $(UNINSTALLED); }
	@touch $@ $(VENV)/run.stamp
