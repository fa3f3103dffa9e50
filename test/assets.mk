# A real API server, its controllers and etcd for the tests, built from their
# modules because a module proxy is all a build may assume to reach.
# Include from the Makefile at the root; KUBEBUILDER_ASSETS is where
# controller-runtime's envtest looks for the three. One set by the caller wins:
# then they are not built.

GO ?= go

# Lazy, so that only a build asks for it: the versions are go.mod's alone.
kubernetes_version = $(shell $(GO) list -C test/kubernetes -m -f '{{.Version}}' k8s.io/kubernetes)
kubernetes_numbers = $(subst ., ,$(patsubst v%,%,$(kubernetes_version)))
kubernetes_ldflags = -s -w \
	-X k8s.io/component-base/version.gitVersion=$(kubernetes_version) \
	-X k8s.io/component-base/version.gitMajor=$(word 1,$(kubernetes_numbers)) \
	-X k8s.io/component-base/version.gitMinor=$(word 2,$(kubernetes_numbers))

asset_build = GOWORK=off CGO_ENABLED=0 $(GO) build
assets := $(addprefix bin/assets/,etcd kube-apiserver kube-controller-manager)

.PHONY: test-assets

# Our own directory does not count as the caller's: a make started by this one
# inherits it.
ifeq ($(filter-out $(CURDIR)/bin/assets,$(KUBEBUILDER_ASSETS)),)
export KUBEBUILDER_ASSETS := $(CURDIR)/bin/assets
test-assets: $(assets) bin/assets/cert-manager
else
test-assets: bin/assets/cert-manager
endif

# One command for both: they share nearly all of their packages. Without a
# version API discovery would call the server v0.0.0.
bin/assets/kube-apiserver bin/assets/kube-controller-manager &: test/kubernetes/go.mod test/kubernetes/go.sum
	@mkdir -p bin/assets
	$(asset_build) -C test/kubernetes -trimpath -ldflags '$(kubernetes_ldflags)' -o $(CURDIR)/bin/assets/ \
		k8s.io/kubernetes/cmd/kube-apiserver k8s.io/kubernetes/cmd/kube-controller-manager

bin/assets/etcd: test/etcd/go.mod test/etcd/go.sum
	@mkdir -p bin/assets
	$(asset_build) -C test/etcd -trimpath -ldflags '-s -w' -o $(CURDIR)/$@ go.etcd.io/etcd/server/v3

# With the kinds that it is about, which are part of its module.
bin/assets/cert-manager: test/certmanager/go.mod test/certmanager/go.sum $(filter-out %_test.go,$(wildcard test/certmanager/*.go))
	@mkdir -p bin/assets/cert-manager-kinds
	$(GO) -C test/certmanager mod download github.com/cert-manager/cert-manager
	install -m 644 "$$($(GO) list -C test/certmanager -m -f '{{.Dir}}' github.com/cert-manager/cert-manager)"/deploy/crds/cert-manager.io_*.yaml bin/assets/cert-manager-kinds/
	$(asset_build) -C test/certmanager -trimpath -ldflags '-s -w' -o $(CURDIR)/$@ .
