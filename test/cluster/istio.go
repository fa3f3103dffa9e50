package main

import "context"

type istio struct{ inert }

func (i istio) Name() string { return "istio" }

func (i istio) Start(ctx context.Context) error {
	// Applying again would fight with istiod over the fields that it has set since.
	if err := i.kubectl(ctx, "", "get", "--namespace=istio-system", "deployment/istiod"); err == nil {
		return nil
	}
	if err := i.configure("istio.yaml"); err != nil {
		return err
	}
	manifest, err := output(ctx, i.bin("istioctl"), "manifest", "generate", "--filename", i.runPath("istio.yaml"))
	if err != nil {
		return err
	}
	if err := i.apply(ctx, "{apiVersion: v1, kind: Namespace, metadata: {name: istio-system}}"); err != nil {
		return err
	}
	return i.apply(ctx, manifest)
}

// Ready waits for the injector, too: until istiod has given its webhook a CA, the API
// server refuses pods in namespaces with injection.
func (i istio) Ready(ctx context.Context) error {
	if err := i.kubectl(ctx, "", "--namespace=istio-system", "rollout", "status", "deployment/istiod"); err != nil {
		return err
	}
	return i.kubectl(ctx, "", "wait", "--for=jsonpath={.webhooks[0].clientConfig.caBundle}", "--timeout=60s",
		"mutatingwebhookconfiguration/istio-sidecar-injector")
}
