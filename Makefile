# SPDX-License-Identifier: Apache-2.0
# A thin front for people: the work is in CMake and tools/.
.DEFAULT_GOAL := release
.PHONY: release dev format clean

release: build/release/build.ninja
	@ninja -C build/release

dev: build/dev/build.ninja
	@ninja -C build/dev

build/%/build.ninja:
	@cmake --preset $* >build/.cmake.log 2>&1 || { cat build/.cmake.log; exit 1; }

build/release/build.ninja build/dev/build.ninja build/fuzz/build.ninja: | build
build:
	@mkdir -p build

format:
	@tools/format --all

clean:
	rm -rf build/release build/dev build/tsan build/clang build/fuzz
