# make run    the demo: provider, portal and mailbox on this machine
# make test   every check and every test, on SQLite and, where it is installed, on PostgreSQL

# Debian's interpreter first: it is compiled by a profile of itself, which most that are built at home are not.
PYTHON ?= $(shell for one in /usr/bin/python3.11 python3.11 python3; do $$one -c 'import ensurepip' 2>/dev/null && break; done; echo $$one)
WORKERS ?= 3
VENV := .venv
BIN := $(VENV)/bin
MODULES := tests/clients/node_modules
PEERS := benchmarks/node_modules
CANAILLE := benchmarks/.venv
APACHE := apache2-bin libapache2-mod-auth-openidc
APACHE_MODULE := /usr/lib/apache2/modules/mod_auth_openidc.so
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -q
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard templates/translations/*/LC_MESSAGES/*.po))
POSTGRES := $(shell tests/postgres.sh --find)
UV_COMPILE := $(BIN)/uv pip compile --no-config -q --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock" setup.cfg --extra checkout

.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: run test check test-sqlite test-postgres chromium clients no-postgres format native instructions benchmark matrix examples translations lock upgrade wheel clean

run: $(VENV)/ready translations
	@$(BIN)/python -m examples.demo

test: check instructions chromium clients $(if $(POSTGRES),,no-postgres) test-sqlite $(if $(POSTGRES),test-postgres)

check: $(VENV)/ready-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test-sqlite: $(VENV)/ready-for-tests translations
	env -u DATABASE_URL $(BIN)/python -m pytest -q -n $(WORKERS)

test-postgres: $(VENV)/ready-for-tests translations
	tests/postgres.sh $(BIN)/python -m pytest -q -n $(WORKERS)

# Programs of Debian that tests run; root gets them installed, everybody else is told.
debian = @$(1) >/dev/null 2>&1 || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	&& apt-get update -qq && apt-get install -y -qq --no-install-recommends $(2); } || echo "$(3)"

chromium:
	$(call debian,command -v chromium-headless-shell,chromium-headless-shell,chromium-headless-shell is not installed: without it and chromium the browser tests are skipped.)

# What other people wrote to sign in with.
clients: $(MODULES)/ready
	$(call debian,[ -e $(APACHE_MODULE) ],$(APACHE),mod_auth_openidc is not installed: its tests are skipped.)
	$(call debian,command -v oidc-agent,oidc-agent-cli,oidc-agent is not installed: its tests are skipped.)

no-postgres:
	@echo "PostgreSQL is not installed: the tests run on SQLite only, and the race tests are skipped."

format: $(VENV)/ready-for-tests
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Loge and its peers under the same load, on an idle machine; OPTIONS are those of `python -m benchmarks --help`.
benchmark: $(PEERS)/ready $(CANAILLE)/ready native translations
	$(BIN)/python -m benchmarks $(OPTIONS)

# Passwords verified two to three times as fast, by code for this very processor; it runs on no older one.
native: $(VENV)/native

# Instructions of each operation, against what is recorded; RECORD=--record writes down what was changed on purpose.
instructions: $(VENV)/ready-for-tests $(VENV)/portable translations
	$(call debian,command -v valgrind,valgrind,valgrind is not installed: instructions are not counted.)
	PYTHONPATH=$(VENV)/portable $(BIN)/python -m benchmarks.instructions $(RECORD)

# Which test shows what.
matrix: $(VENV)/ready-for-tests translations
	$(BIN)/python -m tests.matrix > docs/coverage.md.part
	@mv docs/coverage.md.part docs/coverage.md

# The examples are written from the schema.
examples: $(VENV)/ready
	$(BIN)/idp config example > config/example/idp.toml
	$(BIN)/idp config example --landlord > config/example/landlord.toml

translations: $(CATALOGUES)

%.mo: %.po $(VENV)/ready
	@$(BIN)/pybabel -q compile -i $< -o $@

# Locks: `lock` keeps the versions it can, `upgrade` takes the newest ones.
lock: $(VENV)/ready-for-tests
	$(UV_COMPILE) -o requirements.lock
	$(UV_COMPILE) --extra test -c requirements.lock -o requirements-test.lock

upgrade: $(VENV)/ready-for-tests
	$(UV_COMPILE) -U -o requirements.lock
	$(UV_COMPILE) -U --extra test -c requirements.lock -o requirements-test.lock

wheel: $(VENV)/ready translations
	@rm -rf build dist
	$(PIP) wheel --no-deps --no-build-isolation -w dist .

# Nothing is installed again until a lock changes.
$(VENV)/ready: requirements.lock
	@echo "Installing packages into $(VENV), once ..."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

# The lines of the lock that are about argon2's compiled part.
$(VENV)/argon2.txt: requirements.lock $(VENV)/ready
	@awk '/^argon2-cffi-bindings==/ {on = 1} on {print} on && !/\\$$/ {exit}' requirements.lock > $@

# As it comes, beside the one that `make native` compiles: valgrind does not know every instruction of new processors.
$(VENV)/portable: $(VENV)/argon2.txt
	@$(PIP) install --require-hashes --no-deps --target $@ -r $<
	@touch $@

# The compiled package is the one of the lock; without a compiler the wheel stays.
# Clang's code is faster than GCC's, and GCC's faster where it is not tuned for this processor.
$(VENV)/native: $(VENV)/argon2.txt
	@compiler=$$(command -v clang || command -v cc); if [ -n "$$compiler" ]; then \
		echo "Compiling argon2 for this processor by $$compiler ..."; \
		CC=$$compiler CFLAGS="-O3 -march=native -mtune=generic" $(PIP) install --require-hashes --force-reinstall --no-deps \
			--no-cache-dir --no-binary argon2-cffi-bindings -r $< || $(PIP) install --require-hashes --no-deps -r $<; \
	else echo "There is no C compiler: argon2 stays as it is."; fi
	@touch $@

$(VENV)/ready-for-tests: requirements-test.lock $(VENV)/ready
	@echo "Installing the packages of the tests, once ..."
	@$(PIP) install --require-hashes -r requirements-test.lock
	@touch $@

$(MODULES)/ready: tests/clients/package-lock.json | $(VENV)/ready-for-tests
	@echo "Installing the clients of the tests, once ..."
	@cd tests/clients && PATH="$(abspath $(BIN)):$$PATH" npm ci --loglevel=error
	@touch $@

$(PEERS)/ready: benchmarks/package-lock.json | $(VENV)/ready-for-tests
	@echo "Installing the load driver and the peers, once ..."
	@cd benchmarks && PATH="$(abspath $(BIN)):$$PATH" npm ci --loglevel=error
	@touch $@

# An environment of its own: it wants other packages than Loge does.
$(CANAILLE)/ready: benchmarks/peers/canaille.lock
	@echo "Installing Canaille, once ..."
	@$(PYTHON) -m venv $(CANAILLE)
	@$(CANAILLE)/bin/python -m pip --disable-pip-version-check --no-input -q install --require-hashes -r $<
	@touch $@

clean:
	rm -rf $(VENV) $(MODULES) $(PEERS) $(CANAILLE) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find templates -name '*.mo' -delete
