# make run · make test · make lint · make audit · make serve · make bench: each sets up what it needs, and is quick the second time.
PYTHON ?= python3
BIN := .venv/bin
INSTALL := UV_COMPILE_BYTECODE=1 $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --constraint constraints.txt
export DO_NOT_TRACK := 1
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export GX_ANALYTICS_ENABLED := false
export OPENBLAS_NUM_THREADS := 1

.PHONY: run test lint audit serve bench lock clean
.DELETE_ON_ERROR:

run: .venv/.run
	$(BIN)/gapledger run $(ARGS)

# Two at a time, a file on one worker, slow files first; those that compare speeds have the machine to themselves.
test: .venv/.test .venv/.machine
ifdef ARGS
	$(BIN)/python -m pytest $(ARGS)
else
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not alone and not long"
	$(BIN)/python -m pytest -m "alone and not long"
endif

lint: .venv/.test
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

# Fails for a known vulnerability; a service that cannot be reached is said and does not stop repairs (ARGS=--strict makes it a failure).
audit: .venv/.test
	$(BIN)/python -m tests.faults.audit $(ARGS)

serve: .venv/.run
	$(BIN)/gapledger serve $(ARGS)

bench: .venv/.test
	$(BIN)/python -m studies.bench $(ARGS)

# uv installs in seconds what pip resolves in minutes; --compile-bytecode halves the imports of Prefect and Great Expectations.
.venv/.uv: constraints-build.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r constraints-build.txt
	@touch $@

.venv/.run: .venv/.uv pyproject.toml constraints.txt
	$(INSTALL) -r pyproject.toml
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.test: .venv/.run
	$(INSTALL) -r pyproject.toml --extra test --extra lint
	@touch $@

# A real browser and a real PostgreSQL for the tests that need them; without the right to install, those tests are skipped and say so.
.venv/.machine:
	@command -v chromium >/dev/null && test -x "$$(ls -d /usr/lib/postgresql/*/bin/postgres 2>/dev/null | tail -1)" \
	  || (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium postgresql >/dev/null) \
	  || echo "chromium or postgresql could not be installed: the tests that need them are skipped" >&2
	@touch $@

lock: .venv/.uv
	$(BIN)/uv pip compile pyproject.toml --extra test --extra lint --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --no-annotate --output-file constraints.txt --quiet $(ARGS)
	printf 'uv\nsetuptools>=80\n' | $(BIN)/uv pip compile - --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --no-annotate --output-file constraints-build.txt --quiet $(ARGS)

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
