# Every target sets up what it needs. `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
MODELS ?= 4 100 500
RUNS ?= 3
JOBS ?= 4
RESULTS ?= tests/benchmarks/results
PEERS := .venv-peers

.DEFAULT_GOAL := help
.PHONY: help setup demo test docs docs-serve docs-material picture bench check types lint format regenerate lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 24

setup: $(READY) ## Make .venv with the pinned requirements and this project

$(READY): requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY) ## Regenerate from specs/pages, then run a job of every model against the emulator
	$(BIN)/runcomfy-codegen regenerate
	$(BIN)/python tests/e2e/demo.py

test: $(READY) ## Run the whole test suite
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses $(JOBS) --dist loadfile

docs: $(READY) ## Build the docs site into site (SITE_URL=https://... is where it will be)
	$(BIN)/python -m runcomfy_codegen.site build

docs-serve: $(READY) ## Build the docs site and serve it on http://127.0.0.1:8000
	$(BIN)/python -m runcomfy_codegen.site serve

docs-material: $(READY) ## Build the same site with mkdocs and Material, the second site tool
	$(BIN)/mkdocs build --strict --site-dir site-material

picture: $(READY) ## Draw the picture of README and docs from a run against the emulator
	$(BIN)/python tests/e2e/picture.py templates/docs/assets/terminal.svg

bench: $(READY) ## Measure generation and package beside other generators (minutes; MODELS, RUNS, RESULTS)
	$(BIN)/python tests/benchmarks/package.py --models $(MODELS) --output $(RESULTS)/package.md
	$(BIN)/python tests/benchmarks/generation.py --models $(MODELS) --runs $(RUNS) --peers $(PEERS) --output $(RESULTS)/generation.md
	$(BIN)/python tests/benchmarks/site.py --models $(MODELS) --output $(RESULTS)/site.md
	$(BIN)/python -m runcomfy_codegen.site pages

check: $(READY) lint types ## Lint, types, and that generated files are what the specs give
	$(BIN)/python -m runcomfy_codegen.twin --check runtime/runcomfy_runtime/_async runtime/runcomfy_runtime/_sync
	$(BIN)/runcomfy-codegen regenerate --check
	$(BIN)/python -m runcomfy_codegen.site pages --check

types: $(READY) ## mypy and pyright, both strict
	$(BIN)/mypy
	MYPYPATH=generated:runtime $(BIN)/mypy generated/tests
	$(BIN)/pyright

lint: $(READY) ## ruff and black, without changing anything
	$(BIN)/ruff check .
	$(BIN)/black --check --quiet .

format: $(READY) ## Let black and ruff change what they can
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/black --quiet .

regenerate: $(READY) ## Read specs/pages and write specs and generated
	$(BIN)/runcomfy-codegen regenerate
	$(BIN)/python -m runcomfy_codegen.twin runtime/runcomfy_runtime/_async runtime/runcomfy_runtime/_sync
	$(BIN)/python -m runcomfy_codegen.site pages

lock: $(READY) ## Pin the newest requirements that pyproject.toml allows (needs uv)
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --quiet -o requirements.txt

clean: ## Remove what the targets made
	rm -rf $(VENV) $(PEERS) site site-material .cache specs/.cache demo-output dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
