PYTHON ?= python3
BIN := .venv/bin
RASA_BIN := .venv-rasa/bin
# Models stay out of the tree: Rasa's archives are large and rebuilt from nlu/ at will.
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/sambut
MODELS := $(CACHE)/models
NLU_TEST ?= $(or $(wildcard tests/nlu),nlu)

RASA := RASA_TELEMETRY_ENABLED=false SQLALCHEMY_SILENCE_UBER_WARNING=1 TF_CPP_MIN_LOG_LEVEL=2 PYTHONWARNINGS=ignore::DeprecationWarning \
	RASA_CACHE_DIRECTORY=$(CACHE)/rasa $(RASA_BIN)/rasa
COMPILE := UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --universal \
	--generate-hashes --no-emit-index-url --no-annotate $(UPGRADE)

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test lint check train validate test-nlu shell-nlu lock storm eval bench

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-10s %s\n", $$1, $$2 }'

setup: ## make .venv and .venv-rasa (quick when they are up to date)
	@$(PYTHON) scripts/setup.py

setup-dev:
	@$(PYTHON) scripts/setup.py --dev

run: setup ## start everything
	@exec $(BIN)/sambut serve

test: setup-dev ## run every test
	@sh scripts/ensure_chromium.sh
	@$(BIN)/pytest

lint: setup-dev ## ruff, mypy and the import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint ## lint, then every test
	@$(MAKE) --no-print-directory test

train: setup ## train the model from nlu/ when its data changed; prints where it lies
	@$(BIN)/sambut train

validate: setup ## check the training data for contradictions
	@$(RASA) data validate --config config.yml --domain domain.yml --data nlu

test-nlu: setup ## measure the newest model (NLU_TEST=folder of test phrases)
	@$(RASA) test nlu --domain domain.yml --nlu $(NLU_TEST) --model $(MODELS) --out var/nlu-results

shell-nlu: setup ## type phrases and see what the newest model makes of them
	@$(RASA) shell nlu --model $(MODELS)

lock: setup ## pin the newest allowed requirements with hashes (UPGRADE=--upgrade to move existing pins)
	$(COMPILE) --python-version 3.11 --group setup -o requirements/setup.txt > /dev/null
	$(COMPILE) --python-version 3.11 pyproject.toml -o requirements/app.txt > /dev/null
	$(COMPILE) --python-version 3.11 pyproject.toml --group dev -c requirements/app.txt -o requirements/dev.txt > /dev/null
	$(COMPILE) --python $(RASA_BIN)/python --python-version 3.10 --group rasa -o nlu/requirements.txt > /dev/null

storm: setup-dev ## the kill test at full length
	@SAMBUT_STORM_KILLS=1000 $(BIN)/pytest tests/storm

eval: setup-dev ## how well messages are understood and questions answered (SHARED=folder of real text)
	@$(BIN)/python -m benchmarks.understanding $(if $(SHARED),--shared $(SHARED))

bench: setup-dev ## the speed measurements in benchmarks/
	@$(BIN)/python -m benchmarks
