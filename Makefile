# The everyday commands. Each installs what it needs (tools/setup), builds under build/, and runs.
# CMakePresets.json says how each configuration is built.

PREFIX ?= /usr/local
SECONDS ?= 60
FILE ?=
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run run-postgres test bench soak mutants docs install format tidy clean

help: ## print this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 20
	@echo
	@echo "  make run FILE=... ARGS='--workers 8'    another file, other options (ARGS=--help lists them)"
	@echo "  make install PREFIX=...                 default $(PREFIX)"
	@echo "  make soak SECONDS=...                   for each stress test; default $(SECONDS)"
	@echo "  make test ONLY='release tsan'           some configurations only"

run: ## Debian's package database into SQLite (or DATABASE_URL), by processes of which one is killed
	@tools/setup build run
	@tools/build examples package_index
	@cd build && DATABASE_URL="$${DATABASE_URL:-$(CURDIR)/build/packages.sqlite}" \
		examples/examples/package_index $(ARGS) $(if $(FILE),'$(abspath $(FILE))')

run-postgres: ## the same into a private PostgreSQL server, which is started before and stopped after it
	@tools/setup build run postgres
	@tools/build examples package_index
	@url=$$(tools/postgres start build/postgres) && { \
		DATABASE_URL=$$url build/examples/examples/package_index $(ARGS) $(if $(FILE),'$(FILE)'); code=$$?; \
		tools/postgres stop build/postgres; exit $$code; }

test: ## every test: release, clang, and under the sanitizers
	@tools/setup build test bench
	@tools/test $(ONLY)

bench: ## measure against other libraries: table, JSON and plots under build/bench
	@tools/setup build bench
	@tools/build bench
	@bench/run build/bench $(ARGS)

soak: ## stress and searches of schedules for a long time; every sanitizer by both compilers; models
	@tools/setup build test
	@models/run --long
	@SIGNALBOX_SOAK_SECONDS=$(SECONDS) tools/test --label stress release tsan
	@SIGNALBOX_SOAK_SECONDS=$(SECONDS) tools/test --label fuzz clang
	@tools/test asan ubsan clang-tsan clang-asan clang-ubsan

mutants: ## change the sources in one place at a time, and see which changes no test finds
	@tools/setup build test
	@tests/mutation/run $(ARGS)

docs: ## the API reference, from the headers: build/docs/html/index.html
	@tools/setup docs
	@mkdir -p build/docs
	@doxygen docs/api/Doxyfile

install: ## build the library and the command, and install them under PREFIX
	@tools/setup build run
	@tools/build library
	@cmake --install build/library --prefix "$(PREFIX)"

format: ## format every C++ file
	@tools/setup dev
	@find include src tests examples bench -name '*.[ch]pp' -exec clang-format -i {} +

tidy: ## check every C++ file with clang-tidy
	@tools/setup build test dev
	@tools/build clang
	@run-clang-tidy -quiet -p build/clang

clean: ## remove everything that was built
	rm -rf build
