# leadhand: `make try` needs git, make and Python 3.11 or newer; everything else goes into .venv.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
BIN := .venv/bin

.PHONY: help try test check bench eval screenshot fmt clean lint

help: ## show this list
	@awk -F ': ## ' '/^[a-z]+: ## / {printf "make %-11s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

try: ## open the playground and prepare a local model: make try [MODEL=none] [PORT=8090]
	@.ci/setup run
	@$(if $(MODEL),export LEADHAND_MODEL='$(MODEL)';) exec $(BIN)/leadhand try

test: ## check everything, with real processes and a browser; what CI runs
	@.ci/setup dev
	@.ci/setup browser
	@$(MAKE) --no-print-directory lint
	@$(BIN)/python -m pytest --durations=5

check: ## check formatting, types, arrows and the fast tests, in about a minute
	@.ci/setup dev
	@$(MAKE) --no-print-directory lint
	@$(BIN)/python -m pytest -m "not slow and not browser"

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: ## measure start, reaction to draft, File to card, memory, the local model
	@.ci/setup dev
	@$(BIN)/python tests/bench/bench.py

eval: ## measure the quality of drafts, ten of the local model's where it is here: make eval [MODEL=none]
	@.ci/setup dev
	@$(if $(MODEL),export LEADHAND_MODEL='$(MODEL)';) $(BIN)/python tests/bench/eval_tickets.py

screenshot: ## take the picture in the README anew
	@.ci/setup dev
	@.ci/setup browser
	@$(BIN)/python tests/bench/screenshot.py

fmt: ## format the code and fix what a tool can fix
	@.ci/setup dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

clean: ## forget the playground: delete its folder in the data folder, nothing else
	@.ci/forget
