package apiserver

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/sluice-dev/sluice/charts"
)

// stage is the label of namespaces that an installed chart looks after. No other test
// has it, so that no other test meets the chart.
const stage = "sluice.test/stage"

// installation is the chart in the API server, with its servers as processes of this
// machine, which have the chart's rights, arguments and settings.
type installation struct {
	namespace string
	objects   []*unstructured.Unstructured
	balancer  *balancer
	replicas  []*served
}

// installChart applies what the chart renders to, with values laid over those of the
// test, and starts a server. It looks after namespaces that are labelled with the
// installation's own namespace.
func installChart(t *testing.T, values map[string]any) *installation {
	t.Helper()
	i := &installation{namespace: newNamespace(t, nil, nil), balancer: newBalancer(t)}
	for path, value := range map[string]any{
		"fullnameOverride": i.namespace,
		// Every test of this package may have an installation of its own.
		"webhooks.mutatingName": "aa-" + i.namespace, "webhooks.validatingName": i.namespace,
		"webhooks.namespaceRequirements": []any{map[string]any{"key": stage, "operator": "In", "values": []any{i.namespace}}},
		"drain":                          "1s",
	} {
		if err := charts.Set(values, path, value); err != nil {
			t.Fatal(err)
		}
	}
	text, err := charts.Render(charts.Release{Name: "sluice", Namespace: i.namespace, Service: "sluice"}, values)
	if err != nil {
		t.Fatal(err)
	}
	for document := range strings.SplitSeq(strings.TrimPrefix(string(text), "---\n"), "\n---\n") {
		object := &unstructured.Unstructured{}
		if err := yaml.Unmarshal([]byte(document), &object.Object); err != nil {
			t.Fatal(err)
		}
		i.reach(t, object)
		i.objects = append(i.objects, object)
		i.apply(t, object)
	}
	return i
}

// reach lets the API server call without a Service, for which nobody routes here.
func (i *installation) reach(t *testing.T, object *unstructured.Unstructured) {
	t.Helper()
	if object.GetKind() == "Certificate" && object.GetName() == i.namespace {
		if err := unstructured.SetNestedSlice(object.Object, []any{"127.0.0.1"}, "spec", "ipAddresses"); err != nil {
			t.Fatal(err)
		}
	}
	webhooks, ok, err := unstructured.NestedSlice(object.Object, "webhooks")
	if err != nil || !ok {
		return
	}
	for _, each := range webhooks {
		path, _, err := unstructured.NestedString(each.(map[string]any), "clientConfig", "service", "path")
		if err != nil {
			t.Fatal(err)
		}
		each.(map[string]any)["clientConfig"] = map[string]any{"url": "https://" + i.balancer.address + path}
	}
	if err := unstructured.SetNestedSlice(object.Object, webhooks, "webhooks"); err != nil {
		t.Fatal(err)
	}
}

func (i *installation) apply(t *testing.T, object *unstructured.Unstructured) {
	t.Helper()
	if err := plane.client.Apply(t.Context(), client.ApplyConfigurationFromUnstructured(object.DeepCopy()), client.FieldOwner("sluice-install")); err != nil {
		t.Fatalf("%s %s: %v", object.GetKind(), object.GetName(), err)
	}
	t.Cleanup(func() {
		if err := client.IgnoreNotFound(plane.client.Delete(context.Background(), object.DeepCopy())); err != nil {
			t.Error(err)
		}
	})
}

// applyAgain fails if applying all objects again would change any: that is what tools
// that keep a cluster as it is written compare.
func (i *installation) applyAgain(t *testing.T) {
	t.Helper()
	for _, object := range i.objects {
		live, again := object.DeepCopy(), object.DeepCopy()
		if err := plane.client.Get(t.Context(), client.ObjectKeyFromObject(live), live); err != nil {
			t.Fatal(err)
		}
		if err := plane.client.Apply(t.Context(), client.ApplyConfigurationFromUnstructured(again), client.FieldOwner("sluice-install"), client.DryRunAll); err != nil {
			t.Fatal(err)
		}
		for _, each := range []*unstructured.Unstructured{live, again} {
			// Other controllers write these.
			for _, field := range []string{"managedFields", "resourceVersion"} {
				unstructured.RemoveNestedField(each.Object, "metadata", field)
			}
			unstructured.RemoveNestedField(each.Object, "status")
		}
		if !equality.Semantic.DeepEqual(live.Object, again.Object) {
			t.Errorf("%s %s would become\n%s\nand is\n%s", object.GetKind(), object.GetName(), text(t, again.Object), text(t, live.Object))
		}
	}
}

// one returns the object of that kind.
func (i *installation) one(t *testing.T, kind string, into any) {
	t.Helper()
	at := slices.IndexFunc(i.objects, func(object *unstructured.Unstructured) bool { return object.GetKind() == kind })
	if at < 0 {
		t.Fatalf("the chart has no %s", kind)
	}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(i.objects[at].Object, into); err != nil {
		t.Fatal(err)
	}
}

// start runs a server, and sends it reviews once it is ready.
func (i *installation) start(t *testing.T, flags ...string) *served {
	t.Helper()
	s := i.launch(t, flags...)
	i.balancer.add(t, s)
	i.replicas = append(i.replicas, s)
	return s
}

// user is the service account of the servers.
func (i *installation) user(t *testing.T) string {
	t.Helper()
	var deployment appsv1.Deployment
	i.one(t, "Deployment", &deployment)
	return "system:serviceaccount:" + i.namespace + ":" + deployment.Spec.Template.Spec.ServiceAccountName
}

// launch runs a server with the arguments and the memory limit of the Deployment, as its
// service account. What is different in a process of this machine comes after them, and
// counts more.
func (i *installation) launch(t *testing.T, flags ...string) *served {
	t.Helper()
	var deployment appsv1.Deployment
	i.one(t, "Deployment", &deployment)
	var settings corev1.ConfigMap
	i.one(t, "ConfigMap", &settings)
	file := filepath.Join(t.TempDir(), "settings.yaml")
	if err := os.WriteFile(file, []byte(settings.Data["settings.yaml"]), 0o600); err != nil {
		t.Fatal(err)
	}
	s := newServed(t, i.user(t))
	container := deployment.Spec.Template.Spec.Containers[0]
	s.environment = []string{"GOMEMLIMIT=" + env(&container, "GOMEMLIMIT")}
	arguments := slices.Clone(container.Args[1:])
	arguments = append(arguments, "--settings", file, "--namespace", i.namespace, "--host", "127.0.0.1",
		"--listen", s.listen, "--metrics", s.metrics, "--health", s.health)
	s.run(t, append(arguments, flags...))
	return s
}

// namespaceOf makes a namespace that the installation looks after, and waits until the
// API server calls for it, if anybody is there to answer.
func (i *installation) namespaceOf(t *testing.T, annotations map[string]string) string {
	t.Helper()
	namespace := newNamespace(t, map[string]string{"istio-injection": "enabled", stage: i.namespace}, annotations)
	if len(i.replicas) > 0 {
		eventually(t, "the webhook", func(ctx context.Context) error {
			pod := zookeeperPod(namespace, "probe")
			if err := plane.client.Create(ctx, pod, client.DryRunAll); err != nil {
				return err
			}
			if pod.Annotations["sluice.dev/summary"] == "" && annotations == nil {
				return errors.New("the API server does not call yet")
			}
			return nil
		})
	}
	return namespace
}

// zookeeperPod is a pod that Sluice changes.
func zookeeperPod(namespace, name string) *corev1.Pod {
	template := zookeeper()
	pod := &corev1.Pod{ObjectMeta: template.ObjectMeta, Spec: template.Spec}
	pod.Namespace, pod.Name = namespace, name
	return pod
}

// webPod is a pod that is none of Sluice's business.
func webPod(namespace, name string) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: named(namespace, name), Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "web", Image: "nginx"}}}}
}

func (i *installation) mutating(t *testing.T) *admissionregistrationv1.MutatingWebhookConfiguration {
	t.Helper()
	configuration := &admissionregistrationv1.MutatingWebhookConfiguration{}
	i.one(t, "MutatingWebhookConfiguration", configuration)
	return configuration
}

func (i *installation) validating(t *testing.T) *admissionregistrationv1.ValidatingWebhookConfiguration {
	t.Helper()
	configuration := &admissionregistrationv1.ValidatingWebhookConfiguration{}
	i.one(t, "ValidatingWebhookConfiguration", configuration)
	return configuration
}
