// Package istio runs Istio's sidecar injector inside a test, so that what
// Sluice meets after Istio's webhook is what istiod really writes: the webhook,
// the injection template and the default values are those of the Istio module
// that go.mod names.
package istio

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"

	jsonpatch "github.com/evanphx/json-patch/v5"
	meshconfig "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/operator/pkg/render"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pkg/config/constants"
	"istio.io/istio/pkg/config/mesh"
	"istio.io/istio/pkg/config/mesh/meshwatcher"
	"istio.io/istio/pkg/kube"
	"istio.io/istio/pkg/kube/inject"
	"istio.io/istio/pkg/kube/multicluster"
	"istio.io/istio/pkg/log"
	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

// Options are the settings of the mesh. The zero value is Istio as it installs
// itself on nodes that are too old for native sidecars.
type Options struct {
	// Native runs the proxy as an init container that restarts, which is
	// Istio's own choice once every kubelet supports it.
	Native bool
	// Hold sets holdApplicationUntilProxyStarts for the whole mesh.
	Hold bool
}

// Injector is istiod's injection webhook. As an [http.Handler] it is istiod's
// own, which answers an AdmissionReview posted to /inject.
type Injector struct {
	http.Handler
}

// New renders Istio's charts with the options and starts the webhook on the
// result, as istiod does on the two ConfigMaps of an installation.
func New(options Options) (*Injector, error) {
	// The webhook logs every request, which would drown a benchmark.
	for _, scope := range log.Scopes() {
		scope.SetOutputLevel(log.WarnLevel)
	}
	installed, err := install(options)
	if err != nil {
		return nil, fmt.Errorf("render Istio's charts: %w", err)
	}
	environment := &model.Environment{Watcher: meshwatcher.NewTestWatcher(installed.mesh)}
	// Without these the webhook ignores the annotation proxy.istio.io/config.
	proxies := model.GetProxyConfigs(model.NewFakeStore(), installed.mesh)
	environment.SetPushContext(&model.PushContext{ProxyConfigs: proxies})

	mux := http.NewServeMux()
	clusters := multicluster.NewFakeController()
	if _, err := inject.NewWebhook(inject.WebhookParameters{
		Watcher: installed, Env: environment, Mux: mux, MultiCluster: clusters,
	}); err != nil {
		return nil, err
	}

	// Istio chooses the kind of sidecar by the nodes. Its switch for all of
	// them is global to the process, where tests need both kinds.
	kubelet := "v1.32.0"
	if options.Native {
		kubelet = "v1.36.3"
	}
	client := kube.NewFakeClient(&corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: "node"},
		Status:     corev1.NodeStatus{NodeInfo: corev1.NodeSystemInfo{KubeletVersion: kubelet}},
	})
	// The node never changes: once read there is nothing left to watch.
	stop := make(chan struct{})
	defer close(stop)
	clusters.Add(constants.DefaultClusterName, client, stop)
	client.RunAndWait(stop)
	return &Injector{mux}, nil
}

// Inject sends a pod, alone or in an AdmissionReview of an API server, through
// the webhook. It returns the pod with Istio's JSON patch applied, and the
// patch, which is nil where Istio leaves the pod alone.
func (i *Injector) Inject(ctx context.Context, pod []byte) (patched, patch []byte, err error) {
	review, err := reviewOf(pod)
	if err != nil {
		return nil, nil, err
	}
	body, err := json.Marshal(review)
	if err != nil {
		return nil, nil, err
	}
	request := httptest.NewRequestWithContext(ctx, http.MethodPost, "/inject", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	i.ServeHTTP(recorder, request)
	var answer admissionv1.AdmissionReview
	if err := json.Unmarshal(recorder.Body.Bytes(), &answer); err != nil {
		return nil, nil, fmt.Errorf("answer %q: %w", recorder.Body, err)
	}
	if answer.Response == nil || !answer.Response.Allowed {
		return nil, nil, fmt.Errorf("refused: %s", recorder.Body)
	}
	object := review.Request.Object.Raw
	if patch = answer.Response.Patch; len(patch) == 0 {
		return object, nil, nil
	}
	operations, err := jsonpatch.DecodePatch(patch)
	if err == nil {
		patched, err = operations.Apply(object)
	}
	return patched, patch, err
}

// reviewOf reads an AdmissionReview, or wraps a pod as the API server would.
func reviewOf(object []byte) (*admissionv1.AdmissionReview, error) {
	review := &admissionv1.AdmissionReview{}
	if err := json.Unmarshal(object, review); err != nil || review.Request != nil {
		return review, err
	}
	var pod corev1.Pod
	if err := json.Unmarshal(object, &pod); err != nil {
		return nil, err
	}
	pod.Namespace = cmp.Or(pod.Namespace, metav1.NamespaceDefault)
	// Istio's patch adds to objects, such as a container's resources, that a
	// pod of the API server has even when they are empty.
	raw, err := json.Marshal(pod)
	if err != nil {
		return nil, err
	}
	review.SetGroupVersionKind(admissionv1.SchemeGroupVersion.WithKind("AdmissionReview"))
	review.Request = &admissionv1.AdmissionRequest{
		UID:       "sluice",
		Operation: admissionv1.Create,
		Kind:      metav1.GroupVersionKind{Version: "v1", Kind: "Pod"},
		Namespace: pod.Namespace,
		Object:    runtime.RawExtension{Raw: raw},
	}
	return review, nil
}

// installation is what istiod reads of an installation of Istio: the mesh, the
// injection templates and the values they are rendered with. It is the
// webhook's watcher, of a configuration that never changes.
type installation struct {
	mesh   *meshconfig.MeshConfig
	config inject.Config
	values string
}

// install renders the charts that the Istio module embeds, for istiod alone.
func install(options Options) (*installation, error) {
	set := []string{"profile=minimal"}
	if options.Hold {
		set = append(set, "meshConfig.defaultConfig.holdApplicationUntilProxyStarts=true")
	}
	components, _, err := render.GenerateManifest(nil, set, false, nil, nil)
	if err != nil {
		return nil, err
	}
	i := &installation{}
	for _, component := range components {
		for _, object := range component.Manifests {
			data, _, _ := unstructured.NestedStringMap(object.Object, "data")
			switch object.GetKind() + "/" + object.GetName() {
			case "ConfigMap/istio":
				i.mesh, err = mesh.ApplyMeshConfig(data["mesh"], mesh.DefaultMeshConfig())
			case "ConfigMap/istio-sidecar-injector":
				i.values = data["values"]
				i.config, err = inject.UnmarshalConfig([]byte(data["config"]))
			}
			if err != nil {
				return nil, fmt.Errorf("%s: %w", object.GetName(), err)
			}
		}
	}
	if i.mesh == nil || i.values == "" {
		return nil, errors.New("the charts have no ConfigMaps for istiod")
	}
	return i, nil
}

// Get is the watcher's only method with work to do.
func (i *installation) Get() (*inject.Config, string, error)        { return &i.config, i.values, nil }
func (*installation) SetHandler(func(*inject.Config, string) error) {}
func (*installation) Run(<-chan struct{})                           {}
