package apiserver

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/sluice-dev/sluice/audit"
	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/report"
	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/webhook"
)

// audited audits the cluster, and leaves of the report what is in these namespaces.
func audited(t *testing.T, mutating string, namespaces ...string) (*audit.Report, map[string]audit.Pod) {
	t.Helper()
	cluster, err := audit.Read(t.Context(), plane.config, audit.Names{MutatingConfiguration: mutating, ValidatingConfiguration: mutating, RootNamespace: meshNamespace})
	if err != nil {
		t.Fatal(err)
	}
	said, err := audit.Audit(t.Context(), cluster, settings.Default())
	if err != nil {
		t.Fatal(err)
	}
	pods := map[string]audit.Pod{}
	for _, pod := range said.Pods {
		if slices.Contains(namespaces, pod.Object.Namespace) {
			pods[pod.Object.Name] = pod
		}
	}
	return said, pods
}

func problemCodes(problems []audit.Problem) string {
	var list []string
	for _, problem := range problems {
		list = append(list, string(problem.Code))
	}
	return strings.Join(list, " ")
}

// withSidecar is a pod as Istio made it.
func withSidecar(pod *corev1.Pod) *corev1.Pod {
	pod.Spec.InitContainers = []corev1.Container{{Name: "istio-proxy", Image: "proxyv2", RestartPolicy: new(corev1.ContainerRestartPolicyAlways)}}
	return pod
}

func TestAuditSaysWhatAPersonWouldWantToKnow(t *testing.T) {
	i := installChart(t, map[string]any{})
	before := i.namespaceOf(t, nil)
	elsewhere := newNamespace(t, inMesh, nil)
	create := func(pod *corev1.Pod) {
		t.Helper()
		if err := plane.client.Create(t.Context(), pod); err != nil {
			t.Fatal(err)
		}
	}
	create(withSidecar(zookeeperPod(before, "unseen")))
	create(zookeeperPod(before, "plain"))
	create(webPod(before, "web"))
	create(withSidecar(zookeeperPod(elsewhere, "left-out")))
	i.start(t)
	after := i.namespaceOf(t, nil)
	create(withSidecar(zookeeperPod(after, "seen")))
	shadow := i.namespaceOf(t, map[string]string{"sluice.dev/mode": "shadow"})
	create(withSidecar(zookeeperPod(shadow, "shadowed")))

	later := webhook.MutatingConfiguration(webhook.Endpoint{URL: "https://127.0.0.1:1"})
	later.Name = "zz-" + i.namespace
	later.Webhooks[0].TimeoutSeconds = new(int32(30))
	later.Webhooks[0].MatchConditions = []admissionregistrationv1.MatchCondition{{Name: "never", Expression: "false"}}
	second := *later.Webhooks[0].DeepCopy()
	second.Name = "more.example.com"
	later.Webhooks = append(later.Webhooks, second)
	install(t, later)
	istiod := &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: meshNamespace, Name: "istiod-" + i.namespace, Labels: map[string]string{"app": "istiod", "istio.io/rev": i.namespace}},
		Spec: appsv1.DeploymentSpec{
			Replicas: new(int32(0)), Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "istiod"}},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app": "istiod"}},
				Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "discovery", Image: "registry:5000/istio/pilot:1.31.1"}}},
			},
		},
	}
	install(t, istiod)

	said, pods := audited(t, "aa-"+i.namespace, before, after, shadow, elsewhere)
	for name, want := range map[string]string{
		"unseen": "audit/not-seen", "plain": "audit/not-injected audit/not-seen", "left-out": "audit/not-sent", "seen": "", "shadowed": "",
	} {
		pod, ok := pods[name]
		if got := problemCodes(pod.Problems); !ok || got != want {
			t.Errorf("%s: %q, want %q (%t)", name, got, want, ok)
		}
	}
	if _, ok := pods["web"]; ok {
		t.Error("a pod that is none of Sluice's business is in the report")
	}
	if pods["seen"].Sidecar != "native" || !strings.Contains(strings.Join(pods["seen"].Runs, ""), "zookeeper") || pods["seen"].Summary == "" {
		t.Errorf("%+v", pods["seen"])
	}
	if got := problemCodes(said.Problems); !strings.Contains(got, "audit/comes-later") || !strings.Contains(got, "audit/time-outs") || strings.Contains(got, "not-trusted") {
		t.Errorf("of the cluster: %s", got)
	}
	if !slices.Contains(said.Meshes, audit.Mesh{Revision: i.namespace, Version: "1.31.1"}) {
		t.Errorf("meshes: %v", said.Meshes)
	}
	if at := slices.IndexFunc(said.Namespaces, func(n audit.Namespace) bool { return n.Name == shadow }); at < 0 || said.Namespaces[at].Mode != "shadow" || said.Namespaces[at].Mesh != "sidecar (istio-injection=enabled)" {
		t.Errorf("namespaces: %v", said.Namespaces)
	}
	if worst, ok := said.Worst(); !ok || worst != verdict.Error {
		t.Errorf("worst: %s", worst)
	}
	for name, write := range map[string]func(*bytes.Buffer) error{
		"text": func(to *bytes.Buffer) error { return said.WriteText(to, report.NewStyle(false)) },
		"html": func(to *bytes.Buffer) error { return said.WriteHTML(to) },
	} {
		var text bytes.Buffer
		if err := write(&text); err != nil {
			t.Fatal(err)
		}
		for _, has := range []string{before + "/plain", "audit/not-injected", "zz-" + i.namespace, "1.31.1"} {
			if !strings.Contains(text.String(), has) {
				t.Errorf("%s: no %s", name, has)
			}
		}
	}
}

func TestAnAuditOfOneNamespaceLooksAtNoOther(t *testing.T) {
	namespace, another := newNamespace(t, inMesh, nil), newNamespace(t, inMesh, nil)
	for _, pod := range []*corev1.Pod{zookeeperPod(namespace, "zookeeper-0"), zookeeperPod(another, "zookeeper-0")} {
		if err := plane.client.Create(t.Context(), pod); err != nil {
			t.Fatal(err)
		}
	}
	names := audit.Names{MutatingConfiguration: "aa-nobody", ValidatingConfiguration: "nobody", RootNamespace: meshNamespace, Namespaces: []string{namespace}}
	cluster, err := audit.Read(t.Context(), plane.config, names)
	if err != nil {
		t.Fatal(err)
	}
	said, err := audit.Audit(t.Context(), cluster, settings.Default())
	if err != nil {
		t.Fatal(err)
	}
	if len(said.Pods) != 1 || said.Pods[0].Object.Namespace != namespace {
		t.Errorf("it looked at %+v", said.Pods)
	}
	names.Namespaces = []string{"nowhere"}
	if _, err := audit.Read(t.Context(), plane.config, names); err == nil || !strings.Contains(err.Error(), "has no namespace nowhere") {
		t.Errorf("of a namespace that is not there it says %v", err)
	}
}

func TestAuditOfAClusterWithoutSluiceSaysSo(t *testing.T) {
	said, _ := audited(t, "aa-nobody")
	if got := problemCodes(said.Problems); !strings.Contains(got, "audit/not-installed") {
		t.Errorf("%s", got)
	}
}

func TestAWebhookOfOursThatComesTooLateOrIsNotTrustedIsFound(t *testing.T) {
	namespace := newNamespace(t, inMesh, nil)
	if err := plane.client.Create(t.Context(), withSidecar(zookeeperPod(namespace, "zookeeper-0"))); err != nil {
		t.Fatal(err)
	}
	ours := webhook.MutatingConfiguration(webhook.Endpoint{Namespace: namespace, Service: "sluice"})
	ours.Name = "zz-late-" + namespace
	istio := webhook.MutatingConfiguration(webhook.Endpoint{URL: "https://127.0.0.1:1"})
	istio.Name = "istio-sidecar-injector-" + namespace
	for _, configuration := range []*admissionregistrationv1.MutatingWebhookConfiguration{ours, istio} {
		only(configuration.Webhooks[0].NamespaceSelector, namespace)
		install(t, configuration)
	}
	said, _ := audited(t, ours.Name, namespace)
	if got := problemCodes(said.Problems); !strings.Contains(got, "audit/after-istio") || !strings.Contains(got, "audit/not-trusted") {
		t.Errorf("%s", got)
	}
}

func TestPlanListsWhatARestartWouldChangeInASafeOrder(t *testing.T) {
	namespace := newNamespace(t, inMesh, nil)
	old := statefulSet(namespace, zookeeper())
	broker := statefulSet(namespace, corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app": "a-kafka"}},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "kafka", Image: "docker.io/bitnami/kafka:3.9.0"}}},
	})
	broker.Name = "a-kafka"
	broker.Spec.UpdateStrategy.Type = appsv1.OnDeleteStatefulSetStrategyType
	for _, set := range []*appsv1.StatefulSet{old, broker} {
		if err := plane.client.Create(t.Context(), set); err != nil {
			t.Fatal(err)
		}
	}
	pods(t, "both", namespace, 4)
	steps := planned(t, namespace)
	if len(steps) != 2 || steps[0].Object.Name != "zookeeper" || steps[1].Object.Name != "a-kafka" {
		t.Fatalf("%+v", steps)
	}
	if got := strings.Join(steps[0].Pods, " "); got != "zookeeper-1 zookeeper-0" {
		t.Errorf("pods: %s", got)
	}
	if want := "kubectl -n " + namespace + " rollout restart statefulset/zookeeper"; steps[0].Commands[0] != want {
		t.Errorf("%q", steps[0].Commands)
	}
	if want := "kubectl -n " + namespace + " delete pod a-kafka-1"; steps[1].Commands[0] != want {
		t.Errorf("%q", steps[1].Commands)
	}
	if !strings.Contains(steps[0].Back[0], "sluice.dev/mode=off") {
		t.Errorf("%q", steps[0].Back)
	}

	// Restarted with Sluice there, nothing is left to do.
	newGate(t, namespace, settings.Default())
	for _, pod := range pods(t, "both", namespace, 4) {
		if err := plane.client.Delete(t.Context(), &pod, client.GracePeriodSeconds(0)); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "an empty plan", func(ctx context.Context) error {
		var list corev1.PodList
		if err := plane.client.List(ctx, &list, client.InNamespace(namespace)); err != nil {
			return err
		}
		if steps := planned(t, namespace); len(list.Items) < 4 || len(steps) > 0 {
			return fmt.Errorf("%d pods: %+v", len(list.Items), steps)
		}
		return nil
	})
}

func planned(t *testing.T, namespace string) []audit.Step {
	t.Helper()
	cluster, err := audit.Read(t.Context(), plane.config, audit.Names{RootNamespace: meshNamespace})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := audit.MakePlan(t.Context(), cluster, settings.Default())
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := plan.WriteText(&text, report.NewStyle(false)); err != nil || text.Len() == 0 {
		t.Errorf("%v", err)
	}
	return slices.DeleteFunc(plan.Steps, func(step audit.Step) bool { return step.Object.Namespace != namespace })
}

// What is exported tells a review of files what the server knows.
func TestExportTellsFilesWhatTheClusterKnows(t *testing.T) {
	namespace := newNamespace(t, inMesh, map[string]string{"sluice.dev/mode": "shadow", "secret.example.com/token": "hidden"})
	cluster, err := audit.Read(t.Context(), plane.config, audit.Names{RootNamespace: meshNamespace})
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := cluster.Export(t.Context(), &text); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text.String(), "hidden") {
		t.Error("what is nobody's business leaves the cluster")
	}
	files := surroundings.NewFiles(meshNamespace, "")
	for doc, err := range document.Read(document.NewFile("context.yaml", text.Bytes())) {
		if err != nil {
			t.Fatal(err)
		}
		if err := files.AddContext(doc); err != nil {
			t.Fatal(err)
		}
	}
	got, known := files.Namespace(t.Context(), namespace)
	want, _ := plane.around.Namespace(t.Context(), namespace)
	if known != surroundings.Found || got.Labels["istio-injection"] != want.Labels["istio-injection"] || got.Annotations["sluice.dev/mode"] != "shadow" {
		t.Errorf("%+v, the cluster has %+v", got, want)
	}
}
