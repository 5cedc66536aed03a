# One command each; the first one makes .venv from the lock files. Needs Python 3.11 or newer, nothing else.
PYTHON ?= python3
PORT ?= 8000
LAUNCH = @$(PYTHON) -I config/launch/bootstrap.py

.PHONY: run reset demo test simulate lint bench bare

run: ## the whole shop with demo data; PORT=8000, TLS=1 for phones on the same network
	$(LAUNCH) run --port $(PORT) $(if $(TLS),--tls)

reset: ## forget the data of `make run`
	$(LAUNCH) reset

demo: ## the main job without a human, with a timeline and an audit at the end
	$(LAUNCH) demo $(ARGS)

test: ## all tests on throw-away servers; ARGS="tests/orders -n0" goes to pytest
	$(LAUNCH) test $(ARGS)

simulate: ## random histories of buyers, providers and crashes; SEED=7 STEPS=200 tells one, SEEDS=0:1000 plays many
	$(LAUNCH) simulate $(if $(SEED),--seed $(SEED)) $(if $(SEEDS),--seeds $(SEEDS)) $(if $(STEPS),--steps $(STEPS)) $(ARGS)

lint: ## style, types, layers, templates, migrations, production settings
	$(LAUNCH) lint

bench: ## the table of figures
	$(LAUNCH) bench $(ARGS)

bare: ## a first start in a fresh copy, and a second one, against the clock
	@.venv/bin/python tests/launch/from_bare.py
