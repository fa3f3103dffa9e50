# A real one-node Kubernetes with real Istio; see test/cluster/README.md.
# Include from the Makefile at the root.

GO ?= go

cluster_command = GOWORK=off CGO_ENABLED=0 $(GO) run -C test/cluster . -tests $(CURDIR)/test

.PHONY: cluster
cluster: build ## Run a Kubernetes with Istio on this machine, with Sluice's image in it (root)
	@$(cluster_command) up
	@$(cluster_command) load sluice:dev $(CURDIR)/bin/sluice

.PHONY: cluster-down
cluster-down: ## Stop it without a trace
	@$(cluster_command) down

.PHONY: cluster-status
cluster-status: ## List the programs of the cluster
	@$(cluster_command) status
