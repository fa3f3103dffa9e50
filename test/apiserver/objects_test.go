package apiserver

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/sluice-dev/sluice/surroundings"
)

// A Service and its first client are often created in one go, by one kubectl apply.
func TestAServiceIsKnownFromItsFirstMoment(t *testing.T) {
	namespace := newNamespace(t, nil, nil)
	if _, known := plane.around.Object(t.Context(), surroundings.Service, namespace, "young-0"); known != surroundings.Absent {
		t.Errorf("before it is there: knowledge %d", known)
	}
	for i := range 20 {
		service := &corev1.Service{
			ObjectMeta: named(namespace, fmt.Sprintf("young-%d", i)),
			Spec:       corev1.ServiceSpec{ClusterIP: corev1.ClusterIPNone, Ports: []corev1.ServicePort{{Port: 2181}}},
		}
		if err := plane.client.Create(t.Context(), service); err != nil {
			t.Fatal(err)
		}
		found, known := plane.around.Object(t.Context(), surroundings.Service, namespace, service.Name)
		if known != surroundings.Found || found.Root.At("spec", "clusterIP").Text() != "None" {
			t.Errorf("%s: %s, knowledge %d", service.Name, found.Root.AppendJSON(nil), known)
		}
	}
}

func TestObjectsOfANamespaceAreCompleteAndFollowTheCluster(t *testing.T) {
	namespace := newNamespace(t, nil, nil)
	if objects, complete := plane.around.Objects(t.Context(), surroundings.LimitRange, namespace); len(objects) > 0 || !complete {
		t.Errorf("%v, complete %v", objects, complete)
	}
	limits := func(name, most string) *corev1.LimitRange {
		return &corev1.LimitRange{ObjectMeta: named(namespace, name), Spec: corev1.LimitRangeSpec{Limits: []corev1.LimitRangeItem{{
			Type: corev1.LimitTypeContainer, Max: corev1.ResourceList{corev1.ResourceMemory: resource.MustParse(most)},
		}}}}
	}
	for _, name := range []string{"b", "a"} {
		if err := plane.client.Create(t.Context(), limits(name, "1Gi")); err != nil {
			t.Fatal(err)
		}
	}
	says := func(want string) {
		t.Helper()
		eventually(t, want, func(ctx context.Context) error {
			var got []string
			objects, _ := plane.around.Objects(ctx, surroundings.LimitRange, namespace)
			for _, object := range objects {
				memory := object.Root.At("spec", "limits").Items()[0].At("max", "memory")
				got = append(got, object.Root.At("metadata", "name").Text()+"="+memory.Text())
			}
			if strings.Join(got, " ") != want {
				return fmt.Errorf("they are %v", got)
			}
			return nil
		})
	}
	says("a=1Gi b=1Gi")
	changed := &corev1.LimitRange{}
	if err := plane.client.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: "a"}, changed); err != nil {
		t.Fatal(err)
	}
	changed.Spec = limits("a", "2Gi").Spec
	if err := plane.client.Update(t.Context(), changed); err != nil {
		t.Fatal(err)
	}
	says("a=2Gi b=1Gi")
	if err := plane.client.Delete(t.Context(), changed); err != nil {
		t.Fatal(err)
	}
	says("b=1Gi")
}

// Nobody watches all ConfigMaps of a cluster: one is read when it is asked for.
func TestAConfigMapIsReadWhenItIsAskedFor(t *testing.T) {
	namespace := newNamespace(t, nil, nil)
	config := &corev1.ConfigMap{
		ObjectMeta: named(namespace, "kafka"), Data: map[string]string{"server.properties": "broker.id=1"}, BinaryData: map[string][]byte{"store": {1}},
	}
	if err := plane.client.Create(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	found, known := plane.around.ConfigMap(t.Context(), namespace, "kafka")
	if known != surroundings.Found || found.Data["server.properties"].Value != "broker.id=1" || len(found.Binary) != 1 {
		t.Errorf("%+v, knowledge %d", found, known)
	}
	if _, known := plane.around.ConfigMap(t.Context(), namespace, "other"); known != surroundings.Absent {
		t.Errorf("knowledge %d", known)
	}
}

// surround starts surroundings of their own and returns what they log.
func surround(t *testing.T, config *rest.Config) (*surroundings.Cluster, *journal) {
	t.Helper()
	said := &journal{}
	around, err := surroundings.NewCluster(config, meshNamespace, slog.New(slog.NewTextHandler(said, nil)))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- around.Start(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return around, said
}

// journal keeps what is written to it.
type journal struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

func (j *journal) Write(text []byte) (int, error) {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	return j.text.Write(text)
}

func (j *journal) lines() []string {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	return strings.Split(strings.TrimSpace(j.text.String()), "\n")
}

// The mesh may be installed after Sluice, and nobody wants to restart Sluice then, nor
// to read in its log that the mesh is still not there.
func TestAKindOfTheMeshIsPickedUpWhenItComes(t *testing.T) {
	around, said := surround(t, plane.config)
	rules := func(want int, wantComplete bool) {
		t.Helper()
		eventually(t, fmt.Sprintf("%d rules, complete %v", want, wantComplete), func(ctx context.Context) error {
			objects, complete := around.Objects(ctx, surroundings.DestinationRule, "default")
			if len(objects) != want || complete != wantComplete {
				return fmt.Errorf("there are %d, complete %v", len(objects), complete)
			}
			return nil
		})
	}
	rules(0, true)
	if _, known := around.Object(t.Context(), surroundings.DestinationRule, "default", "kafka"); known != surroundings.Absent {
		t.Errorf("knowledge %d", known)
	}

	definition := meshKind("DestinationRule")
	installed, err := envtest.InstallCRDs(plane.config, envtest.CRDInstallOptions{CRDs: []*apiextensionsv1.CustomResourceDefinition{definition}, MaxTime: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	removed := false
	remove := func() {
		if !removed {
			removed = true
			if err := envtest.UninstallCRDs(plane.config, envtest.CRDInstallOptions{CRDs: installed}); err != nil {
				t.Error(err)
			}
		}
	}
	t.Cleanup(remove)
	rule := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "networking.istio.io/v1", "kind": "DestinationRule",
		"metadata": map[string]any{"name": "kafka", "namespace": "default"},
		"spec":     map[string]any{"host": "kafka"},
	}}
	eventually(t, "a DestinationRule", func(ctx context.Context) error { return plane.client.Create(ctx, rule) })
	rules(1, true)
	found, known := around.Object(t.Context(), surroundings.DestinationRule, "default", "kafka")
	if known != surroundings.Found || found.Root.At("spec", "host").Text() != "kafka" {
		t.Errorf("%s, knowledge %d", found.Root.AppendJSON(nil), known)
	}

	remove()
	rules(0, true)
	if lines := said.lines(); lines[0] != "" {
		t.Errorf("the log says %q", lines)
	}
}

// meshKind defines a kind as Istio does, but for its schema.
func meshKind(kind string) *apiextensionsv1.CustomResourceDefinition {
	version := func(name string, storage bool) apiextensionsv1.CustomResourceDefinitionVersion {
		return apiextensionsv1.CustomResourceDefinitionVersion{
			Name: name, Served: true, Storage: storage,
			Schema: &apiextensionsv1.CustomResourceValidation{OpenAPIV3Schema: &apiextensionsv1.JSONSchemaProps{
				Type: "object", XPreserveUnknownFields: new(true),
			}},
		}
	}
	singular := strings.ToLower(kind)
	return &apiextensionsv1.CustomResourceDefinition{
		ObjectMeta: metav1.ObjectMeta{Name: singular + "s.networking.istio.io"},
		Spec: apiextensionsv1.CustomResourceDefinitionSpec{
			Group: "networking.istio.io", Scope: apiextensionsv1.NamespaceScoped,
			Names:    apiextensionsv1.CustomResourceDefinitionNames{Plural: singular + "s", Singular: singular, Kind: kind},
			Versions: []apiextensionsv1.CustomResourceDefinitionVersion{version("v1alpha3", false), version("v1", true)},
		},
	}
}

func TestWhatNobodyGrantedIsUnknownAndSaidOnce(t *testing.T) {
	user, err := plane.environment.AddUser(envtest.User{Name: "nobody"}, plane.config)
	if err != nil {
		t.Fatal(err)
	}
	config := user.Config()
	var refused atomic.Int64
	config.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(request *http.Request) (*http.Response, error) {
			response, err := next.RoundTrip(request)
			if err == nil && response.StatusCode == http.StatusForbidden && strings.HasSuffix(request.URL.Path, "/services") {
				refused.Add(1)
			}
			return response, err
		})
	})
	around, said := surround(t, config)
	eventually(t, "a watch that tries again", func(context.Context) error {
		if n := refused.Load(); n < 4 {
			return fmt.Errorf("it was refused %d times", n)
		}
		return nil
	})
	for _, kind := range []string{"kind Service,", "kind Namespace,", "kind LimitRange,", "kind ConfigMap,"} {
		if n := strings.Count(strings.Join(said.lines(), "\n"), kind); n != 1 {
			t.Errorf("%d lines of %s in %q", n, kind, said.lines())
		}
	}
	if !strings.Contains(said.lines()[0], "grant Sluice the right to list and watch them") {
		t.Errorf("the log does not say what to do: %s", said.lines()[0])
	}
	if _, known := around.Object(t.Context(), surroundings.Service, "default", "kubernetes"); known != surroundings.Unknown {
		t.Errorf("knowledge %d", known)
	}
	if _, known := around.ConfigMap(t.Context(), "default", "kafka"); known != surroundings.Unknown {
		t.Errorf("knowledge %d", known)
	}
	if _, complete := around.Objects(t.Context(), surroundings.Service, "default"); complete {
		t.Error("all Services are known")
	}
}
