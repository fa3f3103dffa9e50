package mutators

import (
	"context"
	"fmt"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/workload"
)

// HoldApplication makes the application start after the proxy. Redirection is on
// before any container runs, so what starts earlier finds no network: brokers give
// up and exit, ZooKeeper backs off for up to a minute.
type HoldApplication struct{}

// Name is "hold-application".
func (HoldApplication) Name() string { return "hold-application" }

// Mutate sets holdApplicationUntilProxyStarts for a proxy that Istio is still to
// inject, and orders the containers of a pod that already carries one.
func (m HoldApplication) Mutate(_ context.Context, review *Review) {
	if node := nativeSidecar(review); node != nil {
		review.skip(verdict.HoldNative, node, "nothing to hold: the proxy is a native sidecar, which starts before the app by itself")
		return
	}
	m.annotate(review)
	if review.Workload.Sidecar.Kind == workload.ClassicSidecar {
		m.order(review)
	}
}

func (HoldApplication) annotate(review *Review) {
	config, err := workload.ReadProxyConfig(review.pod())
	_, near := review.annotation(workload.ProxyConfigAnnotation)
	hold, set := config.Hold()
	switch {
	case err != nil:
		review.skip(verdict.HoldMalformed, near, fmt.Sprintf("left a malformed annotation alone: %v", err))
	case set && hold:
		review.skip(verdict.HoldAlready, near, "the annotation already holds the application until the proxy starts")
	case set:
		review.skip(verdict.HoldDeclined, near, fmt.Sprintf("the annotation says %s: false; remove that key to let Sluice set it", workload.HoldField))
	default:
		proxySetting{
			config:  &config,
			keys:    []string{workload.HoldField},
			value:   document.NewBool(true),
			message: "the application now waits until the proxy is ready",
			set:     verdict.HoldSet, merged: verdict.HoldMerged, malformed: verdict.HoldMalformed,
		}.apply(review)
	}
}

// order does to a pod that already carries its proxy what Istio's injector does
// for the annotation: the proxy is the first container, and the kubelet starts the
// next one only when its postStart hook has seen the proxy ready.
func (HoldApplication) order(review *Review) {
	proxy := review.Workload.Sidecar.Container
	if proxy.Index() > 0 {
		review.change(verdict.HoldReordered, proxy, review.path(proxy),
			"moved istio-proxy to the front, so that it starts first",
			func(e *document.Editor) { e.MoveToFront(proxy) })
	}
	if review.Workload.Sidecar.Waits() {
		return
	}
	if hook := proxy.At("lifecycle", "postStart"); hook != nil {
		review.skip(verdict.HoldDeclined, hook, "istio-proxy has a postStart hook of its own, which does not wait for the proxy")
		return
	}
	review.change(verdict.HoldWaits, proxy, review.path(proxy, "lifecycle", "postStart"),
		"istio-proxy now holds back the next container until it is ready",
		func(e *document.Editor) {
			command := document.NewSequence(document.NewString("pilot-agent"), document.NewString("wait"))
			exec := document.NewMapping(command.WithKey("command"))
			e.Set(e.Ensure(proxy, "lifecycle", document.Mapping), "postStart", document.NewMapping(exec.WithKey("exec")))
		})
}

// nativeSidecar returns what shows that the proxy is, or will be, a native
// sidecar: the container, or the annotation that asks for one. Nil if nothing does.
func nativeSidecar(review *Review) *document.Node {
	if review.Workload.ExpectedSidecar() != workload.NativeSidecar {
		return nil
	}
	if proxy := review.Workload.Sidecar.Container; proxy != nil {
		return proxy
	}
	return review.pod().At("metadata", "annotations", workload.NativeSidecarAnnotation)
}
