package apiserver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/pipeline"
	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/webhook"
	"github.com/sluice-dev/sluice/workload"
)

// fixture is one directory of test/fixtures: the objects of its input, what lies
// around them, and the settings.
type fixture struct {
	name     string
	objects  []*unstructured.Unstructured
	settings settings.Settings
	// settingsFile is empty when the fixture has none.
	settingsFile string
	// namespaces are the fixture's Namespace objects by name, meshConfig the mesh's
	// configuration or empty.
	namespaces map[string]*unstructured.Unstructured
	meshConfig string
}

func readFixtures(t *testing.T) []*fixture {
	t.Helper()
	inputs, err := filepath.Glob("../fixtures/*/input.yaml")
	if err != nil || len(inputs) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	var all []*fixture
	for _, input := range inputs {
		directory := filepath.Dir(input)
		f := &fixture{name: filepath.Base(directory), settings: settings.Default(), namespaces: map[string]*unstructured.Unstructured{}}
		if file := filepath.Join(directory, "settings.yaml"); exists(file) {
			if f.settings, err = settings.Load(file, pipeline.Names()); err != nil {
				t.Fatal(err)
			}
			f.settingsFile = file
		}
		f.read(t, input)
		if file := filepath.Join(directory, "context.yaml"); exists(file) {
			f.read(t, file)
		}
		all = append(all, f)
	}
	return all
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

func (f *fixture) read(t *testing.T, file string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for doc, err := range document.Read(document.NewFile(file, data)) {
		if err != nil {
			t.Fatalf("this fixture is not for an API server: %v", err)
		}
		for root := range workload.Objects(doc.Root) {
			object := &unstructured.Unstructured{}
			if err := object.UnmarshalJSON(root.AppendJSON(nil)); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			f.add(t, object)
		}
	}
}

func (f *fixture) add(t *testing.T, object *unstructured.Unstructured) {
	t.Helper()
	switch {
	case object.GetKind() == "Namespace":
		f.namespaces[object.GetName()] = object
	case object.GetKind() == "ConfigMap" && object.GetNamespace() == meshNamespace:
		f.meshConfig, _, _ = unstructured.NestedString(object.Object, "data", surroundings.MeshConfigKey)
	default:
		f.objects = append(f.objects, object)
	}
}

// templatePaths say where the kinds of the fixtures keep their template.
var templatePaths = map[string][]string{
	"Pod":                   {},
	"PodTemplate":           {"template"},
	"ReplicationController": {"spec", "template"},
	"Deployment":            {"spec", "template"},
	"StatefulSet":           {"spec", "template"},
	"ReplicaSet":            {"spec", "template"},
	"DaemonSet":             {"spec", "template"},
	"Job":                   {"spec", "template"},
	"CronJob":               {"spec", "jobTemplate", "spec", "template"},
}

// podless are the kinds in fixtures of which this cluster makes no pods: they have
// nothing to do with pods, or an operator would make them.
var podless = []string{"Service", "ConfigMap", "StrimziPodSet", "LimitRange", "DestinationRule"}

// admitted is one object of a fixture on its way through the API server.
type admitted struct {
	fixture *fixture
	name    string
	// namespace is the Namespace that the object went into, as an object.
	namespace *corev1.Namespace
	// template is the review of the object itself, nil for a Pod; mutated and judged
	// are those of its first pod. All are nil for what never reached the server.
	template, mutated, judged *reviewed
	// pod is the pod as it was stored.
	pod *unstructured.Unstructured
}

// admissions are all objects of all fixtures; they go through once for all tests.
var admissions struct {
	once sync.Once
	all  []*admitted
}

// eachAdmitted runs a test on every object of every fixture.
func eachAdmitted(t *testing.T, test func(*testing.T, *admitted)) {
	t.Helper()
	admissions.once.Do(func() {
		for _, f := range readFixtures(t) {
			admissions.all = append(admissions.all, f.admit(t)...)
		}
	})
	if len(admissions.all) == 0 {
		t.Fatal("the fixtures did not get through; see the first test that failed")
	}
	for _, a := range admissions.all {
		t.Run(a.fixture.name+"/"+a.name, func(t *testing.T) { test(t, a) })
	}
}

// admit creates the objects of a fixture, each in a namespace of its own that is
// like the one that it names, and waits for their pods.
func (f *fixture) admit(t *testing.T) (all []*admitted) {
	t.Helper()
	if f.meshConfig != "" {
		defer setMeshConfig(t, f.meshConfig)()
	}
	for _, object := range f.objects {
		if slices.Contains(podless, object.GetKind()) {
			continue
		}
		if _, known := templatePaths[object.GetKind()]; !known {
			t.Fatalf("%s: nobody has said where a %s keeps its pod", f.name, object.GetKind())
		}
		labels, annotations := inMesh, map[string]string(nil)
		if like, ok := f.namespaces[object.GetNamespace()]; ok {
			labels, annotations = like.GetLabels(), like.GetAnnotations()
		}
		namespace := newNamespace(t, labels, annotations)
		haveFilters(t, f.settings.Identity.Ports)
		g := newGate(t, namespace, f.settings)
		a := &admitted{fixture: f, name: object.GetKind() + "-" + object.GetName(), namespace: &corev1.Namespace{}}
		if err := plane.client.Get(t.Context(), client.ObjectKey{Name: namespace}, a.namespace); err != nil {
			t.Fatal(err)
		}
		path := append(slices.Clone(templatePaths[object.GetKind()]), "spec", "serviceAccountName")
		if account, found, _ := unstructured.NestedString(object.Object, path...); found {
			// Every namespace has a "default" of its own.
			err := plane.client.Create(t.Context(), &corev1.ServiceAccount{ObjectMeta: named(namespace, account)})
			if client.IgnoreAlreadyExists(err) != nil {
				t.Fatal(err)
			}
		}
		for _, created := range asCreated(object, namespace) {
			if err := plane.client.Create(t.Context(), created); err != nil {
				t.Fatalf("%s: the API server does not take the fixture: %v", f.name, err)
			}
		}
		pod := pods(t, f.name+"/"+a.name, namespace, 1)[0]
		a.pod = &unstructured.Unstructured{}
		a.pod.SetAPIVersion("v1")
		a.pod.SetKind("Pod")
		if err := plane.client.Get(t.Context(), client.ObjectKeyFromObject(&pod), a.pod); err != nil {
			t.Fatal(err)
		}
		a.collect(g)
		all = append(all, a)
	}
	return all
}

// collect takes what the gate saw of the object.
func (a *admitted) collect(g *gate) {
	first := func(path string, pod bool) *reviewed {
		for _, r := range g.seen(path) {
			if (r.request.Kind.Kind == "Pod") == pod {
				return &r
			}
		}
		return nil
	}
	a.template = first(webhook.ValidatePath, false)
	a.mutated, a.judged = first(webhook.MutatePath, true), first(webhook.ValidatePath, true)
}

// asCreated returns what somebody creates who wants a pod of the object: the object,
// and for kinds from which no controller makes a pod at once, what makes one.
func asCreated(object *unstructured.Unstructured, namespace string) []client.Object {
	object = object.DeepCopy()
	object.SetNamespace(namespace)
	if _, found, _ := unstructured.NestedFieldNoCopy(object.Object, "spec", "replicas"); found {
		_ = unstructured.SetNestedField(object.Object, int64(1), "spec", "replicas")
	}
	switch object.GetKind() {
	case "CronJob":
		spec, _, _ := unstructured.NestedMap(object.Object, "spec", "jobTemplate", "spec")
		return []client.Object{object, made("batch/v1", "Job", object, map[string]any{"spec": spec})}
	case "PodTemplate":
		template, _, _ := unstructured.NestedMap(object.Object, "template")
		return []client.Object{object, made("v1", "Pod", object, template)}
	default:
		return []client.Object{object}
	}
}

func made(apiVersion, kind string, of *unstructured.Unstructured, content map[string]any) *unstructured.Unstructured {
	object := &unstructured.Unstructured{Object: content}
	object.SetAPIVersion(apiVersion)
	object.SetKind(kind)
	object.SetNamespace(of.GetNamespace())
	object.SetName(cmp.Or(of.GetName(), "made"))
	return object
}

// setMeshConfig gives the mesh a configuration until the returned function is called.
func setMeshConfig(t *testing.T, text string) (undo func()) {
	t.Helper()
	config := &corev1.ConfigMap{ObjectMeta: named(meshNamespace, "istio"), Data: map[string]string{surroundings.MeshConfigKey: text}}
	if err := plane.client.Create(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the mesh configuration", func(ctx context.Context) error {
		if plane.around.Delivery(ctx) == surroundings.DeliveryUnknown {
			return errors.New("not yet read")
		}
		return nil
	})
	return func() {
		if err := plane.client.Delete(t.Context(), config); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the mesh configuration's end", func(ctx context.Context) error {
			if delivery := plane.around.Delivery(ctx); delivery != surroundings.DeliveryUnknown {
				return fmt.Errorf("still %s", delivery)
			}
			return nil
		})
	}
}

// recognised reports whether Sluice knows the pod when it sees it.
func (a *admitted) recognised(t *testing.T) bool {
	t.Helper()
	text, err := a.pod.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	return workload.Recognise(t.Context(), parse(t, text), "", surroundings.None{}) != nil
}

func parse(t *testing.T, text []byte) *document.Node {
	t.Helper()
	root, err := document.ParseJSON(text)
	if err != nil {
		t.Fatalf("%v: %s", err, strings.TrimSpace(string(text)))
	}
	return root
}
