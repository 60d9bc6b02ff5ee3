# Two commands on a fresh machine with Python 3.11 or newer: `make demo`, `make test`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
export OMP_NUM_THREADS ?= $(shell nproc 2>/dev/null || echo 2)

.PHONY: help install dev demo test test-slow jupyter gates lint notebooks export readme readme-test docs clean

help:
	@echo "make demo       install and run the whole method on a film world (a few minutes)"
	@echo "make test       install the developer tools and run every check (under 8 minutes)"
	@echo "make test-slow  the slow cells; real data are found through BERT4REC_DATA"
	@echo "make jupyter    every notebook from top to bottom in a Jupyter kernel of its own (about half an hour)"
	@echo "make docs       the chapters as a web site in _docs/, its links checked"
	@echo "make readme-test  every command of the README in a fresh environment (some minutes)"
	@echo "make export     notebooks -> bert4rec/ and README.md"

# one environment for everything; the stamps say for which settings it was made
$(VENV)/.runtime: settings.ini setup.py constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	touch $@

$(VENV)/.developer: $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[dev]"
	touch $@

install: $(VENV)/.runtime
dev: $(VENV)/.developer

demo: install
	$(BIN)/bert4rec demo --run_dir runs/demo

test: dev gates lint notebooks

# is the package what the notebooks say, is the README what the index says, are the notebooks clean?
gates: dev
	$(BIN)/python .ci/gates.py
	$(BIN)/python .ci/imports.py
	$(BIN)/python .ci/links.py

lint: dev
	$(BIN)/ruff check nbs colab .ci
	$(BIN)/mypy bert4rec

notebooks: dev
	OMP_NUM_THREADS=1 $(BIN)/python .ci/notebooks.py

test-slow: dev
	BERT4REC_SLOW=1 $(BIN)/python .ci/notebooks.py --flags slow --workers 1

# as a reader runs them: every cell, the flagged ones too, in a plain kernel; for all that the tests do differently
jupyter: dev
	OMP_NUM_THREADS=1 $(BIN)/python .ci/jupyter.py

export: dev
	$(BIN)/nbdev_clean
	$(BIN)/nbdev_clean --fname colab
	$(BIN)/nbdev_export
	$(BIN)/python .ci/readme.py

readme: dev
	$(BIN)/python .ci/readme.py

readme-test:
	$(PYTHON) .ci/readme_blocks.py

docs: dev
	$(BIN)/python .ci/docs.py

clean:
	rm -rf $(VENV) runs build _docs _proc *.egg-info
