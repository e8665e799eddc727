# Two commands matter: `make run` opens the shop, `make test` runs every check.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed-from
ARGS ?=

.PHONY: run test bench lock setup
run: setup
	@$(BIN)/xiaoer run $(ARGS)

test: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n auto --maxprocesses 4 --dist worksteal
	$(BIN)/xiaoer check

bench: setup
	$(BIN)/python -m benchmarks $(ARGS)

# Installs only when the lock or pyproject.toml has changed since the last install; the check at its end learns the
# shop's phrasings once, so that the first command starts as fast as the next.
setup:
	@$(PYTHON) -c 'import sys; sys.exit("Xiao%ser needs Python 3.11 or newer; %s is %s. Try: make run PYTHON=python3.12" % (chr(39), sys.executable, sys.version.split()[0]) if sys.version_info < (3, 11) else 0)'
	@want=$$(cat requirements.lock pyproject.toml | cksum); \
	if [ ! -x $(BIN)/xiaoer ] || [ "$$(cat $(STAMP) 2>/dev/null)" != "$$want" ]; then \
	  echo "setting up $(VENV) (once; a minute or two) …" >&2; \
	  rm -rf $(VENV) && $(PYTHON) -m venv $(VENV) && \
	  $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e . && \
	  $(BIN)/xiaoer check 2>/dev/null || true; \
	  echo "$$want" > $(STAMP); \
	fi

# Needs uv (https://docs.astral.sh/uv/); writes no address of a package server.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --extra dev pyproject.toml -o requirements.lock --custom-compile-command "make lock"
