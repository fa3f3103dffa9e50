package apiserver

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/webhook"
)

const proxyConfig = "proxy.istio.io/config"

// zookeeper is the template of a ZooKeeper that somebody told to listen on one
// address only.
func zookeeper() corev1.PodTemplateSpec {
	return corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app": "zookeeper"}},
		Spec: corev1.PodSpec{Containers: []corev1.Container{{
			Name:  "zookeeper",
			Image: "docker.io/bitnami/zookeeper:3.9.2",
			Env: []corev1.EnvVar{
				{Name: "ZOO_SERVERS", Value: "zookeeper-0.zookeeper:2888:3888::1 zookeeper-1.zookeeper:2888:3888::2"},
				{Name: "ZOO_LISTEN_ALLIPS_ENABLED", Value: "no"},
			},
		}}},
	}
}

func statefulSet(namespace string, template corev1.PodTemplateSpec) *appsv1.StatefulSet {
	return &appsv1.StatefulSet{
		ObjectMeta: named(namespace, "zookeeper"),
		Spec: appsv1.StatefulSetSpec{
			Replicas:            new(int32(2)),
			ServiceName:         "zookeeper",
			PodManagementPolicy: appsv1.ParallelPodManagement, // nothing here ever gets ready
			Selector:            &metav1.LabelSelector{MatchLabels: template.Labels},
			Template:            template,
		},
	}
}

func TestPodsOfAStatefulSetArePatchedWhenTheyAreCreated(t *testing.T) {
	namespace := newNamespace(t, inMesh, nil)
	g := newGate(t, namespace, settings.Default())
	set := statefulSet(namespace, zookeeper())
	if err := plane.client.Create(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	for _, pod := range pods(t, "the StatefulSet", namespace, 2) {
		if value := env(&pod.Spec.Containers[0], "ZOO_LISTEN_ALLIPS_ENABLED"); value != "yes" {
			t.Errorf("%s: ZOO_LISTEN_ALLIPS_ENABLED is %q", pod.Name, value)
		}
		if !strings.Contains(pod.Annotations[proxyConfig], "holdApplicationUntilProxyStarts") {
			t.Errorf("%s: %s is %q", pod.Name, proxyConfig, pod.Annotations[proxyConfig])
		}
		if pod.Spec.EnableServiceLinks == nil || *pod.Spec.EnableServiceLinks {
			t.Errorf("%s: service links are on", pod.Name)
		}
	}
	for _, review := range g.seen(webhook.MutatePath) {
		if changes := review.response.AuditAnnotations["changes"]; !strings.Contains(changes, string(verdict.ListenFlipped)) {
			t.Errorf("the audit annotation is %q", changes)
		}
	}

	// The owner compares its template with what it wants.
	var stored appsv1.StatefulSet
	if err := plane.client.Get(t.Context(), client.ObjectKeyFromObject(set), &stored); err != nil {
		t.Fatal(err)
	}
	if len(stored.Spec.Template.Annotations) > 0 || env(&stored.Spec.Template.Spec.Containers[0], "ZOO_LISTEN_ALLIPS_ENABLED") != "no" {
		t.Errorf("the template was changed: %+v", stored.Spec.Template)
	}
}

func env(container *corev1.Container, name string) string {
	for _, entry := range container.Env {
		if entry.Name == name {
			return entry.Value
		}
	}
	return ""
}

func TestServerSideDryRunShowsThePatchAndHasNoSideEffect(t *testing.T) {
	namespace := newNamespace(t, inMesh, nil)
	g := newGate(t, namespace, settings.Default())
	template := zookeeper()
	pod := &corev1.Pod{ObjectMeta: template.ObjectMeta, Spec: template.Spec}
	pod.Name, pod.Namespace = "zookeeper-0", namespace
	if err := plane.client.Create(t.Context(), pod, client.DryRunAll); err != nil {
		t.Fatal(err)
	}
	if value := env(&pod.Spec.Containers[0], "ZOO_LISTEN_ALLIPS_ENABLED"); value != "yes" {
		t.Errorf("the dry run does not show the patch: ZOO_LISTEN_ALLIPS_ENABLED is %q", value)
	}
	absent(t, pod)
	seen := g.seen(webhook.MutatePath)
	if len(seen) != 1 || seen[0].request.DryRun == nil || !*seen[0].request.DryRun {
		t.Errorf("%d reviews, or none of a dry run", len(seen))
	}
	var events corev1.EventList
	if err := plane.client.List(t.Context(), &events, client.InNamespace(namespace)); err != nil || len(events.Items) > 0 {
		t.Errorf("events: %v %v", events.Items, err)
	}

	set := statefulSet(namespace, zookeeper())
	if err := plane.client.Create(t.Context(), set, client.DryRunAll); err != nil {
		t.Fatal(err)
	}
	absent(t, set)
	if judged := g.seen(webhook.ValidatePath); len(judged) != 2 || !*judged[1].request.DryRun {
		t.Errorf("%d reviews of /validate, or none of a dry run", len(judged))
	}
}

// What does not concern us does not depend on us, not even for a moment.
func TestAPodThatDoesNotConcernUsNeverReachesTheServer(t *testing.T) {
	namespace := newNamespace(t, inMesh, nil)
	g := newGate(t, namespace, settings.Default())
	for i, container := range []corev1.Container{
		{Name: "web", Image: "nginx:1.29"},
		{Name: "redpanda", Image: "docker.io/redpandadata/redpanda:v25.1.1", Command: []string{"rpk", "redpanda", "start"}},
		{Name: "orders", Image: "registry.example.com/shop/orders:12", Env: []corev1.EnvVar{{Name: "KAFKA_CFG_LISTENERS", Value: "PLAINTEXT://:9092"}}},
	} {
		template := corev1.PodTemplateSpec{
			ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app": container.Name}},
			Spec:       corev1.PodSpec{Containers: []corev1.Container{container}},
		}
		set := statefulSet(namespace, template)
		set.Name = container.Name
		if err := plane.client.Create(t.Context(), set); err != nil {
			t.Fatal(err)
		}
		pods(t, container.Name, namespace, 2*(i+1))
	}
	if got := len(g.seen(webhook.MutatePath)) + len(g.seen(webhook.ValidatePath)); got != 0 {
		t.Errorf("%d reviews", got)
	}

	mirror := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "mirror", Annotations: map[string]string{corev1.MirrorPodAnnotationKey: "0"}},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "zookeeper", Image: "zookeeper:3.9"}}, NodeName: "node"},
	}
	if err := plane.client.Create(t.Context(), mirror, client.DryRunAll); err != nil {
		t.Fatal(err)
	}
	if got := len(g.seen(webhook.MutatePath)) + len(g.seen(webhook.ValidatePath)); got != 0 {
		t.Errorf("%d reviews after the mirror pod", got)
	}
}

// Pods in the system's namespaces are out of reach whatever they run.
func TestSystemNamespacesNeverReachTheServer(t *testing.T) {
	namespace := newNamespace(t, inMesh, nil)
	g := newGate(t, namespace, settings.Default())
	open := webhook.MutatingConfiguration(webhook.Endpoint{URL: g.url, CABundle: g.authority, Namespace: namespace})
	open.Name += "-open"
	install(t, open)
	template := zookeeper()
	create := func(ctx context.Context, where string) error {
		pod := &corev1.Pod{ObjectMeta: template.ObjectMeta, Spec: *template.Spec.DeepCopy()}
		pod.Namespace, pod.GenerateName = where, "zookeeper-"
		return plane.client.Create(ctx, pod, client.DryRunAll)
	}
	elsewhere := newNamespace(t, inMesh, nil)
	eventually(t, "the open configuration", func(ctx context.Context) error {
		if err := create(ctx, elsewhere); err != nil {
			return err
		}
		if len(g.seen(webhook.MutatePath)) == 0 {
			return errors.New("the API server does not call yet")
		}
		return nil
	})
	g.forget()
	for _, where := range []string{"kube-system", "kube-public", "kube-node-lease"} {
		eventually(t, where, func(ctx context.Context) error { return create(ctx, where) })
	}
	if seen := g.seen(webhook.MutatePath); len(seen) != 0 {
		t.Errorf("%d reviews, the first in %s", len(seen), seen[0].request.Namespace)
	}
}

func TestShadowModeWarnsAndPatchesNothing(t *testing.T) {
	s := settings.Default()
	s.Mode = settings.Shadow
	namespace := newNamespace(t, inMesh, nil)
	newGate(t, namespace, s)
	template := zookeeper()
	pod := &corev1.Pod{ObjectMeta: template.ObjectMeta, Spec: template.Spec}
	pod.Name, pod.Namespace = "zookeeper-0", namespace
	c, given := newClient(t)
	if err := c.Create(t.Context(), pod); err != nil {
		t.Fatal(err)
	}
	if value := env(&pod.Spec.Containers[0], "ZOO_LISTEN_ALLIPS_ENABLED"); value != "no" || pod.Annotations[proxyConfig] != "" {
		t.Errorf("the pod is patched: %q, %q", value, pod.Annotations[proxyConfig])
	}
	told := given.take()
	if !slices.ContainsFunc(told, func(w string) bool {
		return strings.HasPrefix(w, "sluice "+string(verdict.ListenFlipped)+": not applied, shadow mode: ")
	}) {
		t.Errorf("warnings: %q", told)
	}
	if !slices.ContainsFunc(told, func(w string) bool { return strings.HasPrefix(w, "sluice mesh/app-before-proxy: ") }) {
		t.Errorf("nobody warns of what is not patched: %q", told)
	}
}

func TestTheModeOfTheNamespaceCounts(t *testing.T) {
	namespace := newNamespace(t, inMesh, map[string]string{"sluice.dev/mode": "off", "sluice.dev/quorum-listen": "enforce"})
	newGate(t, namespace, settings.Default())
	template := zookeeper()
	pod := &corev1.Pod{ObjectMeta: template.ObjectMeta, Spec: template.Spec}
	pod.Name, pod.Namespace = "zookeeper-0", namespace
	if err := plane.client.Create(t.Context(), pod); err != nil {
		t.Fatal(err)
	}
	if value := env(&pod.Spec.Containers[0], "ZOO_LISTEN_ALLIPS_ENABLED"); value != "yes" || pod.Annotations[proxyConfig] != "" {
		t.Errorf("ZOO_LISTEN_ALLIPS_ENABLED is %q, %s is %q", value, proxyConfig, pod.Annotations[proxyConfig])
	}
}
