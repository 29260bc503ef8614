# The commands of this project. `make` alone lists them.

.PHONY: help demo run test lint format bench crash overload simulate mutants sanitize packages peers

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
	@command -v tmux >/dev/null || .ci/packages tmux
	swift build --build-tests
	swift test --skip-build --disable-xctest

lint: ## Checks the layout of the sources.
	swift format lint --strict --parallel --recursive Sources Tests Package.swift

format: ## Lays the sources out as `make lint` wants them.
	swift format --in-place --parallel --recursive Sources Tests Package.swift

bench: packages ## Compares speed and size with Alertmanager; BENCH=--quick takes two minutes.
	bench/run $(BENCH)

simulate: packages ## Random trouble in virtual time: SEEDS=2000 runs from FROM=1 on, two at a time.
	swift build -c release --product tocsin
	.build/release/tocsin simulate --seed $(or $(FROM),1) --count $(or $(SEEDS),2000)

mutants: packages ## Plants mistakes in the engine, one at a time, and shows which the simulation and scenarios find.
	mutants/run $(MUTANTS)

crash: packages ## Kills a server under load ROUNDS times (200) and checks what it confirmed; SEED chooses how.
	bench/crash --rounds $(or $(ROUNDS),200) --seed $(or $(SEED),1)

overload: packages ## Floods a server, hangs its destinations and its senders, and measures what is left for the others.
	bench/overload

sanitize: packages peers ## Runs tests of threads and of C libraries under ThreadSanitizer, then AddressSanitizer.
	.ci/sanitize thread address

packages:
	@.ci/packages

peers:
	@.ci/peers
	@.ci/schemathesis
	@.ci/python
