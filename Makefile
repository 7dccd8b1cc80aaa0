# The commands of this project. `make help` lists them.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
PORT ?= 8888
TOKEN ?=
BROWSER ?= 1
MODEL := smollm2-135m-instruct
SEED := $(shell echo $$RANDOM)
# What is dear to make and the same in every checkout: models, image bases, test environments.
export RUSOIL_CACHE ?= $(HOME)/.cache/rusoil-jupyter

BIN := .venv/bin
JLPM := cd labextension && PATH="$(CURDIR)/.venv/bin:$$PATH" jlpm
BUILT := rusoil_jupyter/labextension/package.json
# Ours alone: what a user saves beside the README is his.
PYTHON_SOURCES := rusoil_jupyter server_extension kernel_tools hub_config training tests docker-stacks binder
SOURCES := $(shell find labextension/src labextension/style labextension/schema -type f 2>/dev/null)

.PHONY: help
help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

##@ Use

.PHONY: lab
lab: .venv/lab.stamp ## Set everything up and open JupyterLab (PORT=8890 TOKEN=secret BROWSER=0)
	@$(BIN)/rusoil models pull $(MODEL)
	@$(if $(TOKEN),echo "Open http://localhost:$(PORT)/lab?token=$(TOKEN)")
	@exec $(BIN)/jupyter lab --ServerApp.port=$(PORT) \
	  $(if $(TOKEN),--IdentityProvider.token=$(TOKEN)) \
	  $(if $(filter 0 no false,$(BROWSER)),--no-browser) \
	  $(if $(filter 0,$(shell id -u)),--allow-root)

##@ Develop

.PHONY: test
test: lint test-ts test-python test-browser ## All checks that need no root
	@echo
	@echo "Not covered by this run:"
	@echo "  make test-random     the properties with examples that no run has seen (minutes)"
	@echo "  make test-services   real PostgreSQL, JupyterHub and an agent of others (may need root)"
	@echo "  make test-images     container images, built and run (needs root for dockerd)"
	@echo "  make test-training   the scripts that train the small models for pictures (installs torch, 5.5 GB)"
	@echo "  make bench           speed and weight against the peers"
	@echo "  make bench-figures   questions to real charts, capture, pictures, petroleum tasks"

.PHONY: lint
lint: .venv/test.stamp $(BUILT) ## Style, types, layering, generated files
	$(BIN)/ruff format --check $(PYTHON_SOURCES)
	$(BIN)/ruff check $(PYTHON_SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports >/dev/null || $(BIN)/lint-imports
	$(JLPM) lint:check
	$(JLPM) generate:check
	$(BIN)/python -m rusoil_jupyter.testing.catalogs --check

# Two runs side by side, of about the same length: a run waits for engines and servers a third of its time.
.PHONY: test-python
test-python: .venv/test.stamp $(BUILT) ## Core, contracts, server, kernel
	$(MAKE) --no-print-directory --keep-going --jobs=2 test-core test-hosts

.PHONY: test-core
test-core: .venv/test.stamp $(BUILT)
	$(BIN)/python -m pytest tests/core tests/contracts tests/words

.PHONY: test-hosts
test-hosts: .venv/test.stamp $(BUILT)
	$(BIN)/python -m pytest tests/server tests/kernel

.PHONY: test-ts
test-ts: labextension/node_modules/.stamp ## The lab extension's own tests
	$(JLPM) test

.PHONY: test-browser
test-browser: .venv/test.stamp $(BUILT) chromium ## JupyterLab in a real Chromium
	RUSOIL_MODEL_DIR="$(RUSOIL_CACHE)/models" $(BIN)/rusoil models pull $(MODEL)
	$(BIN)/python tests/browser/offline.py $(BIN)/python -m pytest tests/browser

.PHONY: test-random
test-random: .venv/test.stamp $(BUILT) ## The properties with new examples (SEED=7 repeats a run)
	@echo "To repeat this run: make test-random SEED=$(SEED)"
	RUSOIL_PROPERTIES=random $(BIN)/python -m pytest -m hypothesis --hypothesis-seed=$(SEED) \
	  --ignore=tests/training tests \
	  || { echo "To repeat this run: make test-random SEED=$(SEED)"; exit 1; }

.PHONY: test-services
test-services: .venv/test.stamp $(BUILT) ## Real servers: PostgreSQL, JupyterHub; an agent of others (npm, 350 MB)
	$(BIN)/python -m pytest tests/services

.PHONY: test-images
test-images: .venv/test.stamp $(BUILT) ## Container images, built and run
	$(BIN)/python -m pytest tests/images -s

.PHONY: test-training
test-training: .venv/test.stamp ## Two steps of each training script (installs torch: 5.5 GB)
	$(BIN)/python -m pip install --quiet '.[train]'
	$(BIN)/python -m pytest tests/training

.PHONY: image
image: wheel ## The image of the root Dockerfile, from the wheel
	docker build --build-arg WHEEL=dist -t rusoil-jupyter .

.PHONY: bench
bench: .venv/test.stamp $(BUILT) chromium ## Speed and weight, ours beside the engine alone
	$(BIN)/python -m pip install --quiet matplotlib "llama-cpp-python[server]"
	RUSOIL_MODEL_DIR="$(RUSOIL_CACHE)/models" $(BIN)/rusoil models pull $(MODEL)
	$(BIN)/python -m tests.bench
	$(JLPM) size

.PHONY: bench-figures
bench-figures: .venv/test.stamp ## Questions to real charts, capture, pictures, petroleum tasks
	$(BIN)/python -m tests.bench.figures

.PHONY: fix
fix: .venv/test.stamp labextension/node_modules/.stamp ## Format and mend what tools can mend
	$(BIN)/ruff check --fix $(PYTHON_SOURCES)
	$(BIN)/ruff format $(PYTHON_SOURCES)
	$(JLPM) lint

.PHONY: generate
generate: .venv/test.stamp labextension/node_modules/.stamp ## TypeScript types from the wire, compiled translations, the table of settings
	$(JLPM) generate
	$(BIN)/python -m rusoil_jupyter.testing.catalogs
	$(BIN)/python -m tests.configuration

.PHONY: wheel
wheel: .venv/lab.stamp $(BUILT) ## The distribution, in dist/
	rm -rf dist
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .
	@ls -l dist

.PHONY: clean
clean: ## Remove everything that was built
	rm -rf .venv dist artifacts rusoil_jupyter/labextension labextension/{lib,node_modules}

# --- what the commands stand on ------------------------------------------------------------------

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip

# Lab's own question about news would cover the chat, and asking for news needs a network.
QUIET := {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false}}

comma := ,

# The develop link must go before an install: pip would write install.json through it.
define install
	rm -rf .venv/share/jupyter/labextensions/@rusoil rusoil_jupyter/labextension/install.json
	mkdir -p rusoil_jupyter/labextension
	$(BIN)/python -m pip install --quiet --editable '.[$(1)]'
	mkdir -p .venv/share/jupyter/labextensions/@rusoil
	rm -rf .venv/share/jupyter/labextensions/@rusoil/jupyter
	mkdir -p .venv/share/jupyter/lab/settings
	echo '$(QUIET)' > .venv/share/jupyter/lab/settings/overrides.json
	install -D --mode=0644 --target-directory=.venv/etc/ipython docker-stacks/shared/ipython_config.py
	ln -s ../../../../../rusoil_jupyter/labextension .venv/share/jupyter/labextensions/@rusoil/jupyter
endef

.venv/python.stamp: pyproject.toml labextension/package.json server_extension/jupyter-config/server-config/rusoil_jupyter_server.json | .venv/bin/python
	$(call install,lab$(comma)vision)
	@touch $@

.venv/lab.stamp: .venv/python.stamp $(BUILT)
	@touch $@

# The second engine has no wheel on the package index: built once for all checkouts (6 minutes on 2 cores), with
# flags that are safe on every x86-64 processor since 2013 (as SAFE_BUILD in engines/__init__.py).
SAFE_BUILD := -DGGML_NATIVE=OFF -DGGML_AVX2=ON -DGGML_FMA=ON -DGGML_F16C=ON
ENGINE_VERSION := $(shell sed -n 's/.*"llama-cpp-python>=\([0-9.]*\),.*/\1/p' pyproject.toml)
ENGINE_WHEEL := $(RUSOIL_CACHE)/wheels/llama-cpp-python-$(ENGINE_VERSION)-$(shell echo $(SAFE_BUILD) | cksum | cut -d' ' -f1)

# In the recipe, not a target: a home folder may have a space.
.venv/engine.stamp: pyproject.toml | .venv/bin/python
	@test -d "$(ENGINE_WHEEL)" \
	  || { echo "Building llama-cpp-python $(ENGINE_VERSION), once; this takes minutes."; \
	    mkdir -p "$(RUSOIL_CACHE)/wheels"; part="$(ENGINE_WHEEL).$$$$"; \
	    CMAKE_ARGS="$(SAFE_BUILD)" $(BIN)/python -m pip wheel --quiet --no-deps --no-cache-dir \
	      --no-binary llama-cpp-python --wheel-dir "$$part" llama-cpp-python==$(ENGINE_VERSION); \
	    mv "$$part" "$(ENGINE_WHEEL)"; }
	$(BIN)/python -m pip install --quiet "$(ENGINE_WHEEL)"/*.whl
	@touch $@

.venv/test.stamp: .venv/python.stamp .venv/engine.stamp
	$(call install,test)
	@touch $@

labextension/node_modules/.stamp: labextension/yarn.lock labextension/package.json | .venv/python.stamp
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' \
	  || { echo "Node.js 20 or newer is needed to build the lab extension."; exit 1; }
	$(JLPM) install --immutable
	@touch $@

$(BUILT): $(SOURCES) labextension/package.json labextension/tsconfig.json labextension/webpack.config.js labextension/node_modules/.stamp
	$(JLPM) build:prod
	@touch $@

.PHONY: chromium
chromium:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get install -y -qq chromium >/dev/null; } \
	  || { echo "The browser tests need Chromium: apt-get install chromium"; exit 1; }
