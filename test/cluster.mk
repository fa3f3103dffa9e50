# A real one-node Kubernetes with real Istio; see test/cluster/README.md.
# Include from the Makefile at the root, after assets.mk.

cluster_command = GOWORK=off CGO_ENABLED=0 $(GO) run -C test/cluster . -assets $(CURDIR)/bin/assets

# What the node and its images are made of. "tool" is every program that the
# module's go.mod names as one.
node_programs := $(addprefix bin/assets/,kube-scheduler kubelet kube-proxy kubectl kubeadm)
istio_programs := $(addprefix bin/assets/,pilot-discovery pilot-agent istioctl)
cluster_assets := $(assets) $(node_programs) $(istio_programs) bin/assets/coredns bin/assets/envoy_bootstrap.json bin/assets/pause

.PHONY: cluster-assets
cluster-assets: $(cluster_assets)

$(node_programs) &: test/kubernetes/go.mod test/kubernetes/go.sum
	@mkdir -p bin/assets
	$(asset_build) -C test/kubernetes -trimpath -ldflags '$(kubernetes_ldflags)' -o $(CURDIR)/bin/assets/ tool

$(istio_programs) &: test/cluster/istio/go.mod test/cluster/istio/go.sum
	@mkdir -p bin/assets
	$(asset_build) -C test/cluster/istio -trimpath -ldflags '-s -w' -o $(CURDIR)/bin/assets/ tool

bin/assets/coredns: test/coredns/go.mod test/coredns/go.sum
	@mkdir -p bin/assets
	$(asset_build) -C test/coredns -trimpath -ldflags '-s -w' -o $(CURDIR)/bin/assets/ tool

bin/assets/envoy_bootstrap.json: test/cluster/istio/go.mod test/cluster/istio/go.sum
	@mkdir -p bin/assets
	install -m 644 "$$($(GO) list -C test/cluster/istio -m -f '{{.Dir}}' istio.io/istio)/tools/packaging/common/envoy_bootstrap.json" $@

bin/assets/pause: test/cluster/pause/main.go
	@mkdir -p bin/assets
	$(asset_build) -C test/cluster -trimpath -ldflags '-s -w' -o $(CURDIR)/$@ ./pause

# What Sluice's image holds. The one called next has another version of the plug-in for Kafka.
cluster_image = $(addprefix $(CURDIR)/,bin/sluice bin/sluice-wait $(principal_jar))

.PHONY: cluster
cluster: build cluster-assets ## Run a Kubernetes with Istio on this machine, with Sluice's image in it (root)
	@$(cluster_command) up
	@$(MAKE) --no-print-directory principal VERSION=next
	@$(cluster_command) load sluice:next $(cluster_image)
	@$(MAKE) --no-print-directory principal
	@$(cluster_command) load sluice:dev $(cluster_image)

.PHONY: cluster-down
cluster-down: ## Stop it without a trace
	@$(cluster_command) down

.PHONY: cluster-status
cluster-status: ## List the programs of the cluster
	@$(cluster_command) status

# Of the cluster that KUBECONFIG names, or of make cluster's.
export KUBECONFIG ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/sluice/cluster/kubeconfig
# kubectl is make cluster's, or the one that you have.
e2e_test = HELM=$(helm) KUBECTL=$(wildcard $(CURDIR)/bin/assets/kubectl) $(GO) test -C test/e2e -count=1 -timeout 90m -v

.PHONY: e2e
e2e: build $(helm) ## Show on a cluster with Istio what breaks without Sluice and works with it; write docs/proof.md
	$(e2e_test) . -args -proof $(CURDIR)/docs/proof.md

.PHONY: e2e-short
e2e-short: ## The first three claims only, with one version of each part
	$(e2e_test) -short -run 'TestZooKeeperElects|TestBrokersOutlast|TestBrokersWithANative|TestRollingRestart' .

.PHONY: e2e-perf
e2e-perf: ## Compare the throughput of plaintext, Kafka's TLS and Istio's mutual TLS; write docs/throughput.md
	$(e2e_test) -run TestThroughput . -args -rounds 5 -throughput $(CURDIR)/docs/throughput.md

.PHONY: e2e-full
e2e-full: e2e e2e-perf test-assets ## All of it, with what is slow or statistical
	SLUICE_FULL=1 $(GO) test -C test/apiserver -count=1 -timeout 30m -v -run TestTenThousandPodsAtOnce .
