# SPDX-License-Identifier: Apache-2.0
# A thin front: the work is in CMake and tools/.
#   make              build/release/tarn                 make test [S=suite]  every test
#   make deps         install what is missing            make golden          Spark's golden files
#   make run          the demo, in the terminal          make bench [B=name]  beside the peers
#   make dev          build with sanitizers              make fuzz T=name [SECONDS=600]
#   make format       lay out the sources                make tidy            clang-tidy
.DEFAULT_GOAL := release
.PHONY: release dev deps run test golden bench fuzz format tidy clean
JOBS ?= $(shell nproc)
export JOBS

release: build/release/build.ninja
	@ninja -C build/release -j$(JOBS) tarn

dev: build/dev/build.ninja
	@ninja -C build/dev -j$(JOBS) tarn tests

build/%/build.ninja:
	@mkdir -p build
	@command -v cmake >/dev/null && command -v ninja >/dev/null || \
	  { echo "cmake or ninja is missing: run \`make deps\`, or apt-get install cmake ninja-build"; \
	    exit 1; }
	@cmake --preset $* >build/$*.log 2>&1 || { cat build/$*.log; exit 1; }

deps:
	@tools/deps

run:
	@tools/deps build demo
	@$(MAKE) --no-print-directory release
	@share/demo/run

test:
	@tools/deps
	@tools/test $(S)

golden: release
	@tools/deps
	@PATH="$(CURDIR)/build/venv/bin:$$PATH" tests/golden/run --all

bench:
	@tools/deps
	@$(MAKE) --no-print-directory release
	@PATH="$(CURDIR)/build/venv/bin:$$PATH" bench/run $(B)

fuzz: build/fuzz/build.ninja
	@ninja -C build/fuzz -j$(JOBS) --quiet fuzz_$(T)
	@TARN_FUZZ_SECONDS=$(or $(SECONDS),600) tests/fuzz/short-run build/fuzz/fuzz_$(T) $(T)

format:
	@tools/format --all

tidy: build/clang/build.ninja
	@tools/clang-tidy

clean:
	rm -rf build/release build/dev build/tsan build/clang build/fuzz
