package apiserver

import (
	"context"
	"errors"
	"strings"
	"testing"

	"gomodules.xyz/jsonpatch/v2"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/pipeline"
	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/webhook"
	"github.com/sluice-dev/sluice/workload"
)

// afterUs installs a webhook under the name of Istio's injector, which sorts after
// ours. It makes the given change to every pod that does not have it yet. What
// Istio itself makes of pods is tested in test/istio.
func afterUs(t *testing.T, namespace string, done func(*corev1.Pod) bool, change func(*corev1.Pod) jsonpatch.Operation) {
	t.Helper()
	url, authority := serveTLS(t, &admission.Webhook{Handler: admission.HandlerFunc(
		func(_ context.Context, request admission.Request) admission.Response {
			var pod corev1.Pod
			if err := json.Unmarshal(request.Object.Raw, &pod); err != nil {
				return admission.Errored(400, err)
			}
			if done(&pod) {
				return admission.Allowed("")
			}
			return admission.Patched("", change(&pod))
		})})
	configuration := webhook.MutatingConfiguration(webhook.Endpoint{URL: url, CABundle: authority})
	configuration.Name = "istio-sidecar-injector-" + namespace
	second := &configuration.Webhooks[0]
	second.Name = "namespace.sidecar-injector.istio.io"
	second.MatchConditions = nil
	second.ReinvocationPolicy = new(admissionregistrationv1.NeverReinvocationPolicy)
	second.FailurePolicy = new(admissionregistrationv1.Fail)
	only(second.NamespaceSelector, namespace)
	install(t, configuration)
	eventually(t, "the second webhook", func(ctx context.Context) error {
		probe := &corev1.Pod{
			ObjectMeta: named(namespace, "probe"),
			Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "web", Image: "nginx"}}},
		}
		if err := plane.client.Create(ctx, probe, client.DryRunAll); err != nil {
			return err
		}
		if !done(probe) {
			return errors.New("the API server does not call yet")
		}
		return nil
	})
}

func carriesProxy(pod *corev1.Pod) bool {
	for _, container := range pod.Spec.Containers {
		if container.Name == "istio-proxy" {
			return true
		}
	}
	return false
}

func addProxy(*corev1.Pod) jsonpatch.Operation {
	return jsonpatch.NewOperation("add", "/spec/containers/-", corev1.Container{Name: "istio-proxy", Image: "docker.io/istio/proxyv2:1.31.1"})
}

func TestAWebhookThatEditsThePodAfterwardsBringsUsBack(t *testing.T) {
	namespace := newNamespace(t, inMesh, nil)
	g := newGate(t, namespace, settings.Default())
	afterUs(t, namespace, carriesProxy, addProxy)
	g.forget()

	template := zookeeper()
	pod := &corev1.Pod{ObjectMeta: template.ObjectMeta, Spec: template.Spec}
	pod.Name, pod.Namespace = "zookeeper-0", namespace
	if err := plane.client.Create(t.Context(), pod); err != nil {
		t.Fatal(err)
	}
	seen := g.seen(webhook.MutatePath)
	if len(seen) != 2 {
		t.Fatalf("%d reviews, want one before the second webhook and one after", len(seen))
	}
	if first, second := seen[0].result, seen[1].result; len(first.Operations) == 0 || len(second.Operations) == 0 {
		t.Errorf("operations: %v, then %v", first.Operations, second.Operations)
	}

	// Both passes together: what the first set is there once, and what needs the proxy
	// came in the second.
	proxy := pod.Spec.Containers[0]
	if proxy.Name != "istio-proxy" || proxy.Lifecycle == nil || proxy.Lifecycle.PostStart == nil || proxy.Lifecycle.PostStart.Exec == nil {
		t.Errorf("the proxy does not hold the application: %+v", pod.Spec.Containers)
	}
	if len(pod.Spec.Containers) != 2 || strings.Count(pod.Annotations[proxyConfig], "holdApplicationUntilProxyStarts") != 1 {
		t.Errorf("%d containers, %s: %q", len(pod.Spec.Containers), proxyConfig, pod.Annotations[proxyConfig])
	}
	if value := env(&pod.Spec.Containers[1], "ZOO_LISTEN_ALLIPS_ENABLED"); value != "yes" {
		t.Errorf("ZOO_LISTEN_ALLIPS_ENABLED is %q", value)
	}
	stable(t, pod)
}

func TestAWebhookThatChangesNothingDoesNotBringUsBack(t *testing.T) {
	namespace := newNamespace(t, inMesh, nil)
	g := newGate(t, namespace, settings.Default())
	afterUs(t, namespace, carriesProxy, addProxy)
	template := zookeeper()
	pod := &corev1.Pod{ObjectMeta: template.ObjectMeta, Spec: template.Spec}
	pod.Name, pod.Namespace = "zookeeper-0", namespace
	pod.Spec.Containers = append(pod.Spec.Containers, corev1.Container{Name: "istio-proxy", Image: "docker.io/istio/proxyv2:1.31.1"})
	g.forget()
	if err := plane.client.Create(t.Context(), pod); err != nil {
		t.Fatal(err)
	}
	if seen := g.seen(webhook.MutatePath); len(seen) != 1 {
		t.Errorf("%d reviews", len(seen))
	}
	stable(t, pod)
}

// A webhook may also undo what we did. We do it again, once: the API server brings
// each webhook back once, and what is left is found by /validate.
func TestAWebhookThatUndoesOurChangeDoesNotEndInALoop(t *testing.T) {
	namespace := newNamespace(t, inMesh, nil)
	g := newGate(t, namespace, settings.Default())
	linksOn := func(pod *corev1.Pod) bool { return pod.Spec.EnableServiceLinks == nil || *pod.Spec.EnableServiceLinks }
	afterUs(t, namespace, linksOn, func(*corev1.Pod) jsonpatch.Operation {
		return jsonpatch.NewOperation("replace", "/spec/enableServiceLinks", true)
	})
	g.forget()
	template := zookeeper()
	pod := &corev1.Pod{ObjectMeta: template.ObjectMeta, Spec: template.Spec}
	pod.Name, pod.Namespace = "zookeeper-0", namespace
	if err := plane.client.Create(t.Context(), pod); err != nil {
		t.Fatal(err)
	}
	if seen := g.seen(webhook.MutatePath); len(seen) != 2 {
		t.Errorf("%d reviews", len(seen))
	}
	if linksOn(pod) {
		t.Error("service links are on although we had the last word")
	}
}

// stable fails when the pipeline would change a stored pod once more.
func stable(t *testing.T, pod *corev1.Pod) {
	t.Helper()
	pod = pod.DeepCopy()
	pod.APIVersion, pod.Kind = "v1", "Pod"
	text, err := json.Marshal(pod)
	if err != nil {
		t.Fatal(err)
	}
	root, err := document.ParseJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	if workload.Recognise(t.Context(), root, "", plane.around) == nil {
		t.Error("the pod is no longer recognised")
	}
	result, err := pipeline.New(settings.Default(), plane.around).Review(t.Context(), pipeline.Request{Root: root})
	if err != nil || len(result.Operations) > 0 {
		t.Errorf("once more changes %v, %v", result.Operations, err)
	}
}
