package workload_test

import (
	"context"
	"testing"

	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/workload"
)

// podInKafka makes a workload of the namespace kafka of a pod.
func podInKafka(t *testing.T, text string) *workload.Workload {
	t.Helper()
	root := parse(t, text)
	return &workload.Workload{
		Object: verdict.Object{Namespace: "kafka"}, Root: root, Pod: root, Sidecar: workload.FindSidecar(root),
	}
}

// labelled are the labels of the namespace kafka; nil means that nothing is known of it.
type labelled map[string]string

// world is one in which nothing is known but the namespace kafka.
type world struct {
	surroundings.None
	kafka labelled
}

func (w world) Namespace(context.Context, string) (surroundings.Namespace, surroundings.Knowledge) {
	if w.kafka == nil {
		return surroundings.Namespace{}, surroundings.Unknown
	}
	return surroundings.Namespace{Labels: w.kafka}, surroundings.Found
}

func TestInMeshAnswersAsIstiosWebhookDoes(t *testing.T) {
	enabled := labelled{"istio-injection": "enabled"}
	tests := []struct {
		name   string
		pod    string
		around labelled
		answer workload.Answer
		reason string
		path   string
	}{
		{"an enabled namespace", "spec: {}", enabled,
			workload.Yes, "the namespace kafka has the label istio-injection=enabled", ""},
		{"a disabled namespace beats a pod that asks", "metadata: {labels: {sidecar.istio.io/inject: 'true'}}", labelled{"istio-injection": "disabled"},
			workload.No, "the namespace kafka has the label istio-injection=disabled", ""},
		{"a namespace with a revision", "spec: {}", labelled{"istio.io/rev": "canary"},
			workload.Yes, "the namespace kafka has the label istio.io/rev=canary", ""},
		{"the older label beats the revision", "spec: {}", labelled{"istio-injection": "disabled", "istio.io/rev": "canary"},
			workload.No, "the namespace kafka has the label istio-injection=disabled", ""},
		{"a silent namespace", "spec: {}", labelled{},
			workload.No, "neither the namespace kafka nor the pod asks for a sidecar", ""},
		{"an ambient namespace", "spec: {}", labelled{"istio.io/dataplane-mode": "ambient"},
			workload.No, "the namespace kafka is in ambient mode, without sidecars", ""},
		{"a pod that asks in a silent namespace", "metadata: {labels: {sidecar.istio.io/inject: 'true'}}", labelled{},
			workload.Yes, `the pod's label sidecar.istio.io/inject is "true"`, `metadata.labels["sidecar.istio.io/inject"]`},
		{"asking by annotation is not enough in a silent namespace", "metadata: {annotations: {sidecar.istio.io/inject: 'true'}}", labelled{},
			workload.No, "neither the namespace kafka nor the pod asks for a sidecar", ""},
		{"a pod with a revision in a silent namespace", "metadata: {labels: {istio.io/rev: canary}}", labelled{},
			workload.Yes, `the pod's label istio.io/rev is "canary"`, `metadata.labels["istio.io/rev"]`},
		{"a label that refuses", "metadata: {labels: {sidecar.istio.io/inject: 'false'}}", enabled,
			workload.No, `the pod's label sidecar.istio.io/inject is "false"`, `metadata.labels["sidecar.istio.io/inject"]`},
		{"an annotation that refuses", "metadata: {annotations: {sidecar.istio.io/inject: 'false'}}", enabled,
			workload.No, `the pod's annotation sidecar.istio.io/inject is "false"`, `metadata.annotations["sidecar.istio.io/inject"]`},
		{"the label beats the annotation", "metadata: {labels: {sidecar.istio.io/inject: 'true'}, annotations: {sidecar.istio.io/inject: 'false'}}", enabled,
			workload.Yes, "the namespace kafka has the label istio-injection=enabled", ""},
		{"the host's network", "spec: {hostNetwork: true}", enabled,
			workload.No, "the pod has hostNetwork", "spec.hostNetwork"},
		{"a proxy that is there", "{metadata: {labels: {sidecar.istio.io/inject: 'false'}}, spec: {containers: [{name: kafka}, {name: istio-proxy}]}}", labelled{},
			workload.Yes, "the pod carries istio-proxy", "spec.containers[1]"},
		{"a namespace of which nothing is known", "spec: {}", nil,
			workload.Unknown, "the labels of the namespace kafka are not known", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := podInKafka(t, test.pod)
			got := workload.InMesh(t.Context(), w, world{kafka: test.around})
			if got.Answer != test.answer || got.Reason != test.reason {
				t.Errorf("got %s, because %s; want %s, because %s", got.Answer, got.Reason, test.answer, test.reason)
			}
			if path := got.Node.Path(w.Root); path != test.path {
				t.Errorf("it is decided at %q, want %q", path, test.path)
			}
		})
	}
}

func TestInMeshKnowsNamespacesByTheirNames(t *testing.T) {
	w := podInKafka(t, "spec: {}")
	w.Object.Namespace = "kube-system"
	if got := workload.InMesh(t.Context(), w, world{kafka: labelled{"istio-injection": "enabled"}}); got.Answer != workload.No {
		t.Errorf("kube-system: got %s, because %s", got.Answer, got.Reason)
	}
	w.Object.Namespace = ""
	if got := workload.InMesh(t.Context(), w, world{kafka: labelled{}}); got.Answer != workload.Unknown {
		t.Errorf("no namespace: got %s, because %s", got.Answer, got.Reason)
	}
}
