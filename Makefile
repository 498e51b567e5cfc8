# The two that matter: `make demo` and `make test`. Both set up what they need; nothing is installed outside this folder.
RECENT := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do $$p -c '$(RECENT)' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
MIRRORS ?=
JOBS ?= 2
# Tests that reach no database have nothing to say about another one: they run once.
PURE := engine sandbox charts gitstore analysis

.DEFAULT_GOAL := help
.PHONY: help demo run install test lint test-sqlite test-postgres faults accuracy replay backtest bench-engine bench-pipeline bench-findings lock clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: $(VENV)/.installed ## everything, with a demo organisation; prints address, user and password
	@exec $(BIN)/python manage.py up --demo

run: $(VENV)/.installed ## everything, without demo data
	@exec $(BIN)/python manage.py up

install: $(VENV)/.installed ## only the set-up: .venv from the hashed requirements.txt

test: lint test-sqlite test-postgres ## every check that CI runs

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	git ls-files 'templates/*.html' | xargs $(BIN)/djade --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	DATABASE_URL=sqlite://:memory: $(BIN)/python manage.py makemigrations --check --dry-run

test-sqlite: $(VENV)/.installed-dev ## the tests, on SQLite
	$(BIN)/python -m pytest -n $(JOBS)

# The same tests under the same names, but for those that a database does not change: the pure ones and the browser's.
test-postgres: $(VENV)/.installed-dev ## the tests, on a PostgreSQL that the run starts itself
	TEST_DATABASE=postgres $(BIN)/python -m pytest -n $(JOBS) -m "not browser" $(PURE:%=--ignore=tests/%)

replay: $(VENV)/.installed-dev ## identity of findings over real histories: MIRRORS=folder of bare repositories
	$(BIN)/python benchmarks/replay.py --mirrors "$(MIRRORS)"

backtest: $(VENV)/.installed-dev ## the forecast on real histories; writes the table of docs/forecast.md: MIRRORS=folder of bare repositories
	$(BIN)/python benchmarks/backtest.py --mirrors "$(MIRRORS)"

faults: $(VENV)/.installed-dev ## kill, starve and deceive it; write the table of docs/reliability.md
	$(BIN)/python tests/faults/write.py

accuracy: $(VENV)/.installed-dev ## findings against labelled real repositories: MIRRORS=folder of bare repositories
	$(BIN)/python benchmarks/accuracy.py --mirrors "$(MIRRORS)"

bench-engine: $(VENV)/.installed-dev ## speed and memory beside git grep, ast-grep and semgrep: MIRRORS=folder of bare repositories
	$(BIN)/python benchmarks/bench_engine.py --mirrors "$(MIRRORS)"

bench-pipeline: $(VENV)/.installed-dev ## an organisation through real workers: cold, unchanged, 1 % changed, histories: MIRRORS=folder of bare repositories
	$(BIN)/python benchmarks/bench_pipeline.py --mirrors "$(MIRRORS)"

bench-findings: $(VENV)/.installed-dev ## the pages of findings with 1,000 and with 100,000 of them, on both databases
	$(BIN)/python benchmarks/bench_findings.py

lock: ## write requirements*.txt anew from requirements*.in (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links requirements.in -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links requirements-dev.in -o requirements-dev.txt

clean: ## remove the virtual environment and caches, not the data
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

# Stamps, so that a second start compares two dates and goes on.
$(VENV)/.installed: requirements.txt
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer found: install one (Debian: apt-get install python3 python3-venv)." >&2; exit 1; }
	@$(PYTHON) -c '$(RECENT)' || { echo "$(PYTHON) is older than Python 3.11: install a newer one, or name it: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) has no venv: apt-get install python3-venv" >&2; exit 1; }
	@command -v git >/dev/null || { echo "git is missing: install it (Debian: apt-get install git)." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) ..." >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	@echo "Installing the tools of the tests into $(VENV) ..." >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
