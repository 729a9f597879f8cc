# make run    the site with starter data at http://127.0.0.1:8000 (PORT= and HOST= change that)
# make test   the suite; REQUIRE_ALL=1 adds the slow tests and skips no part
# make lint   format and lint
# make types  mypy over the whole product
# make perf   CPU of the pages on a catalogue (CATALOGUE=folder), beside an earlier commit (AGAINST=commit)
# make screenshots   pictures of the main pages for docs/screenshots (needs Chromium)
# make lock   new pins with hashes from requirements*.in

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
BIN := .venv/bin

.PHONY: run test lint types lock perf screenshots clean

run: .env .venv/run-installed
	$(BIN)/python manage.py migrate --verbosity 0
	$(BIN)/python manage.py load_starter
	$(BIN)/python manage.py runserver $(HOST):$(PORT)

test: .venv/dev-installed
	@$(if $(REQUIRE_ALL),,echo "SKIPPED: tests marked slow (kills, faults, the large catalogue). REQUIRE_ALL=1 make test runs them.")
	$(BIN)/python -m pytest -q -n auto --dist loadgroup $(if $(REQUIRE_ALL),,-m "not slow")
	tests/on_postgresql

lint: .venv/dev-installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/dev-installed
	SECRET_KEY=types DEBUG=true ENV_FILE= $(BIN)/mypy

lock: .venv/dev-installed
	$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url requirements-dev.in -o requirements-dev.txt

perf: .venv/dev-installed
	@test -n "$(CATALOGUE)" || { echo "Say which catalogue: make perf CATALOGUE=folder (see docs/performance.md)"; exit 1; }
	$(BIN)/python -m perf.pages $(CATALOGUE) $(if $(AGAINST),--against $(AGAINST))

screenshots: .venv/dev-installed
	$(BIN)/python -m tests.browser.screenshots

clean:
	rm -rf .venv staticfiles .pytest_cache .mypy_cache .ruff_cache .hypothesis

.env:
	cp .env.example .env

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Evenbench needs Python 3.11 or newer; name one with: make PYTHON=python3.12 run"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/run-installed: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/dev-installed: requirements-dev.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ .venv/run-installed
