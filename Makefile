# The commands of this project. `make` alone lists them.

.PHONY: help demo run test lint format bench sanitize packages peers

help: ## Lists these commands.
	@awk -F ': .*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: packages ## Plays three GPU incidents through Tocsin and shows what Slack and PagerDuty would have got.
	swift build -c release --product tocsin
	.build/release/tocsin demo

run: packages ## Starts the server with config/tocsin.yml and its database under data/.
	swift build -c release --product tocsin
	.build/release/tocsin --config.file config/tocsin.yml --storage.path data

test: packages peers ## Runs all tests, those against a real Prometheus and a real Alertmanager too.
	@command -v node >/dev/null || .ci/packages nodejs
	swift build --build-tests
	swift test --skip-build --disable-xctest

lint: ## Checks the layout of the sources.
	swift format lint --strict --parallel --recursive Sources Tests Package.swift

format: ## Lays the sources out as `make lint` wants them.
	swift format --in-place --parallel --recursive Sources Tests Package.swift

bench: packages ## Compares speed and size with Alertmanager; BENCH=--quick takes two minutes.
	bench/run $(BENCH)

sanitize: packages peers ## Runs tests of threads and of C libraries under ThreadSanitizer, then AddressSanitizer.
	.ci/sanitize thread address

packages:
	@.ci/packages

peers:
	@.ci/peers
	@.ci/schemathesis
	@.ci/python
