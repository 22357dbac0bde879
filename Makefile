# The whole project in a few words:  make run | make test
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.ready

# Quiet by default: nothing this project runs phones home.
export BENTOML_DO_NOT_TRACK := True
export GX_ANALYTICS_ENABLED := false
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export MLFLOW_DISABLE_TELEMETRY := true
export FEAST_USAGE := False
export OPENBLAS_NUM_THREADS := 1

.PHONY: run test setup check bench eval-explanations lock clean
.DEFAULT_GOAL := run

run: setup ## set everything up, build the sample world, train, serve
	$(BIN)/butler run

test: setup ## set everything up, run every check and test
	@sh tests/system-packages.sh
	$(MAKE) --no-print-directory check
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

bench: setup ## the speed of the home that `make run` has made: BUTLER_HOME, or .butler
	$(BIN)/butler bench latency

eval-explanations: setup ## lies planted into true replies: how many the gate catches, how many truths pass
	$(BIN)/butler eval-explanations

check: setup ## style, types, architecture
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

setup: $(STAMP) ## prepare .venv and nothing else

$(STAMP): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || \
	  { echo "HolidaiButler needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@command -v uv >/dev/null || test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet uv
	@UV=$$(command -v uv || echo $(BIN)/uv); \
	  $$UV pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes -r requirements.lock && \
	  $$UV pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q butler data_contracts features models pipelines serving
	@touch $@

lock: setup ## refresh requirements.lock from pyproject.toml
	UV=$$(command -v uv || echo $(BIN)/uv); \
	  $$UV pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes -q -o requirements.lock

clean: ## forget the environment and everything built
	rm -rf $(VENV) .butler
