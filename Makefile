# Two commands matter: `make demo` shows maild at work, `make test` runs every test. Both set themselves up.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

# what Python has compiled is kept beside what is installed: without it each of the many short runs compiles everything
export PYTHONPYCACHEPREFIX := $(CURDIR)/.venv/pycache
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup demo test check lint docs servers wheel bench clean

setup: $(STAMP)

$(STAMP): pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python -e '.[dev]'
	touch $(STAMP)

demo: setup
	$(BIN)/maild demo

servers:
	sh tests/servers.sh

test: setup servers
	$(BIN)/python -m pytest -n auto

# on a memory disk where there is one: hundreds of stores sync what nobody needs
check: setup lint
	TMPDIR=$(firstword $(wildcard /dev/shm) /tmp) MAILD_LAWS=quick $(BIN)/python -m pytest -n auto -q -m "not server and not e2e and not slow"

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# the pages that are made from the program; tests compare them
docs: setup
	$(BIN)/python -m maild.config.sample > docs/configuration.md
	$(BIN)/python -m maild.cli.reference commands > docs/commands.md
	$(BIN)/python -m maild.cli.reference desk > docs/desk.md

wheel: setup
	$(BIN)/python -m build

bench: setup
	$(BIN)/python bench/read.py
	$(BIN)/python bench/ingest.py
	$(BIN)/python bench/portal.py

clean:
	rm -rf .venv dist build
