# Two commands do everything: `make demo` and `make test`. Each makes .venv on first use.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := -m pip install --quiet --disable-pip-version-check

define new-venv
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "lingap needs Python 3.11 or newer; name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
endef

.PHONY: demo test slow check docs format package lowest newest coverage clean same-python

demo: $(VENV)/.ready
	$(BIN)/lingap demo --out demo

test: $(VENV)/.ready-dev
	$(BIN)/pytest -n 2 --dist loadscope

slow: $(VENV)/.ready-dev
	$(BIN)/pytest -m slow

check: $(VENV)/.ready-dev
	$(BIN)/ruff format --check src tests benchmarks tools examples
	$(BIN)/ruff check src tests benchmarks tools examples
	$(BIN)/mypy
	$(BIN)/pytest tests/test_house.py src
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --site-dir $(VENV)/site

docs: $(VENV)/.ready-dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

format: $(VENV)/.ready-dev
	$(BIN)/ruff format src tests benchmarks tools examples
	$(BIN)/ruff check --fix src tests benchmarks tools examples

# Branches that the suite runs, in processes that it starts, too; htmlcov/index.html shows the others.
coverage: $(VENV)/.ready-dev
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n 2 --dist loadscope
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage html --quiet
	$(BIN)/coverage report --skip-covered --sort=-miss

# Wheel and sdist in dist/, built twice, checked, and tested from outside the source tree.
package: $(VENV)/.ready-dev
	$(BIN)/python tools/package.py --suite

# The suite with the lowest and the newest versions that pyproject.toml allows, each in an environment of its own.
# KEEP names other versions of packages: make lowest KEEP=torch=2.13.0
lowest:
	$(PYTHON) -m venv --clear .venv-$@
	.venv-$@/bin/python tools/lowest_versions.py $(KEEP) > .venv-$@/versions.txt
	.venv-$@/bin/python $(INSTALL) --constraint .venv-$@/versions.txt --editable '.[all,dev]'
	.venv-$@/bin/pytest -n 2 --dist loadscope -W ignore::DeprecationWarning  # old packages, new neighbours

newest:
	$(PYTHON) -m venv --clear .venv-$@
	.venv-$@/bin/python $(INSTALL) --editable '.[all,dev]'
	.venv-$@/bin/pytest -n 2 --dist loadscope

# An environment keeps the Python that made it: a PYTHON that is named must be that one.
same-python:
ifneq ($(origin PYTHON),file)
	@version() { "$$1" -c 'import sys; print("Python %d.%d" % sys.version_info[:2])'; }; \
	test ! -x $(BIN)/python || test "$$(version $(BIN)/python)" = "$$(version $(PYTHON))" || \
	{ echo "$(VENV) has $$(version $(BIN)/python), $(PYTHON) is another; name an environment for it: "\
	"make $(MAKECMDGOALS) PYTHON=$(PYTHON) VENV=.venv-other" >&2; exit 2; }
endif

$(VENV)/.ready: pyproject.toml constraints.txt | same-python
	$(new-venv)
	$(BIN)/python $(INSTALL) --constraint constraints.txt --editable '.[all]'
	touch $@

$(VENV)/.ready-dev: pyproject.toml constraints.txt | same-python
	$(new-venv)
	$(BIN)/python $(INSTALL) --constraint constraints.txt --editable '.[all,dev]'
	touch $(VENV)/.ready $@

clean:
	rm -rf $(VENV) .venv-lowest .venv-newest dist site demo htmlcov .mypy_cache .ruff_cache .pytest_cache
