# Thin over webapp/setup (which prepares) and the command `casewright` (which does the work).
NEW_ENOUGH = import sys; sys.exit(sys.version_info < (3, 11))
ifndef PYTHON
PYTHON := $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c '$(NEW_ENOUGH)' 2>/dev/null && { echo $$name; break; }; done)
endif
PREPARE = $(if $(PYTHON),,$(error Casewright needs Python 3.11 or newer; none was found))$(PYTHON) webapp/setup/prepare.py
BIN = .venv/bin
# Many images set it; then each start would compile all of 1,100 modules again, which takes three seconds.
unexport PYTHONDONTWRITEBYTECODE
WORKERS ?= 3
STYLE = $(BIN)/ruff check . && $(BIN)/ruff format --check .
TYPES = $(BIN)/mypy && $(BIN)/lint-imports

.DEFAULT_GOAL := help
.PHONY: help run test lint _lint format revision bench soak pictures bundles notices lock clean

help: ## List what can be made
	@grep -hE '^[a-z]+:.*## ' Makefile | awk -F ':.*## ' '{ printf "  make %-9s %s\n", $$1, $$2 }'

run: ## Prepare what is missing and serve the sample landlord on http://127.0.0.1:8000 (ARGS="--port 9000")
	@$(PREPARE) run
	@exec $(BIN)/casewright run $(ARGS)

test: ## Prepare what tests need and run everything: linters, types, rooms, tests (TESTS="tests/unit -k feel")
	@$(PREPARE) test
	@$(STYLE)
	@# Types are checked beside the tests; one hears of it when there is something to tell.
	@said=$$(mktemp); { $(TYPES); } > $$said 2>&1 & types=$$!; \
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(TESTS); tests=$$?; \
	wait $$types || { cat $$said; tests=1; }; rm -f $$said; exit $$tests

lint: ## Check style, types and who imports whom
	@$(PREPARE) test
	@$(MAKE) --no-print-directory _lint

_lint:
	@$(STYLE)
	@$(TYPES)

format: ## Put the code in the house format
	@$(PREPARE) test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

revision: ## Write what brings a database to changed models (NAME="add a column"); or put yours last (LAST=r2026…)
	@$(PREPARE) test
	@$(BIN)/python -m models.revising $(or $(LAST),$(NAME))
	@$(BIN)/ruff format -q models/revisions

bench: ## Measure against raw SpiffWorkflow and the naive design
	@$(PREPARE) test
	@$(BIN)/casewright bench $(ARGS)

soak: ## Kill and restart it at random for a long time, and count what was lost (nothing)
	@$(PREPARE) test
	@CASEWRIGHT_THOROUGH=1 $(BIN)/pytest -n $(WORKERS) -m "soak or drawn" $(TESTS)

pictures: ## Take the README's pictures of each role's pages
	@$(PREPARE) test
	@$(BIN)/pytest -m pictures tests/browser

bundles: ## Build the browser's bundles again
	@$(PREPARE) bundles

notices: ## Write THIRD-PARTY.md from the lock files
	@$(PREPARE) notices

lock: ## Write the lock files again from pyproject.toml and package.json
	@$(PREPARE) lock

clean: ## Remove all that was built; data in var/ stays
	rm -rf .venv webapp/frontend/node_modules webapp/static/build *.egg-info
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
