# Every target does its own set-up: see scripts/setup.sh.
SHELL := /bin/sh
BIN := .venv/bin
# Without compiled modules every process that a command or a test starts compiles them again.
export PYTHONDONTWRITEBYTECODE :=
.PHONY: demo test test-all check e2e docs bench accuracy intervals spark lock clean

demo: ; @scripts/setup.sh core && $(BIN)/cakup demo demo

# Tests of a file share what its fixtures make, so a file stays on one of the two workers.
# CAKUP_CI=1 (`make test-all`, .ci/run) runs the slow tests too, and every property on more examples.
test: ; @scripts/setup.sh test && $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder \
	$(if $(CAKUP_CI),,-m "not slow")

test-all: ; @$(MAKE) test CAKUP_CI=1

check: ; @scripts/setup.sh dev && $(BIN)/ruff format --check src tests bench scripts \
	&& $(BIN)/ruff check src tests bench scripts && $(BIN)/mypy && $(BIN)/lint-imports --no-logo

docs: ; @scripts/setup.sh dev && $(BIN)/python scripts/reference.py && $(BIN)/pytest tests/docs

e2e: ; @scripts/setup.sh dev && $(BIN)/pytest tests/e2e

# Small sizes; `make bench NAMES=import FULL=--full` for one bench in the sizes of the docs.
bench: ; @scripts/setup.sh dev && $(BIN)/python -m bench $(NAMES) $(FULL)

accuracy: ; @scripts/setup.sh dev && $(BIN)/python -m bench.accuracy --persons 130000 \
	--write docs/explanation/accuracy.md

# A thousand small cities, about half an hour of CPU; .ci/run does a hundred.
intervals: ; @scripts/setup.sh dev && $(BIN)/python -m bench.intervals --cities 1000

# One city by DuckDB and by Spark, every difference listed; needs Java 17 and 300 MB of PySpark.
WORKERS := 132826
spark: ; @scripts/setup.sh dev && scripts/setup.sh spark && CAKUP_SPARK=full $(BIN)/pytest -m spark tests/engines \
	&& $(BIN)/python -m bench.spark --workers $(WORKERS)

# Remake the locks; needs uv.
lock: ; @for n in requirements requirements-test requirements-dev requirements-build requirements-spark requirements-bench; do \
	uv pip compile -q --universal --generate-hashes --python-version 3.11 $$n.in -o $$n.txt; done

clean: ; @rm -rf demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
