package e2e

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"
)

const (
	meshNamespace = "istio-system"
	meshConfigMap = "istio"
	proxy         = "istio-proxy"
)

// meshed waits until a pod's proxy is ready and holds a certificate of the mesh: what
// fails after that fails in the mesh, and not for want of one.
func meshed(t *testing.T, namespace, pod string) {
	t.Helper()
	running(t, namespace, pod, proxy)
	eventually(t, fmt.Sprintf("the proxy of %s/%s has a certificate", namespace, pod), func(ctx context.Context) error {
		certificates, err := run(ctx, namespace, pod, proxy, "pilot-agent", "request", "GET", "certs")
		if err == nil && !strings.Contains(certificates, "/ns/"+namespace+"/sa/") {
			err = errors.New("it has none yet")
		}
		if err != nil || envoyVersion != "" {
			return err
		}
		return noteEnvoy(ctx, namespace, pod)
	})
}

// delivering waits until a pod's proxy delivers what comes for a port to localhost, or
// to where it came.
func delivering(t *testing.T, namespace, pod string, port int, localhost bool) {
	t.Helper()
	cluster := fmt.Sprintf("inbound|%d||::127.0.0.1:%d::", port, port)
	eventually(t, fmt.Sprintf("the proxy of %s/%s delivers to localhost: %t", namespace, pod, localhost), func(ctx context.Context) error {
		clusters, err := run(ctx, namespace, pod, proxy, "pilot-agent", "request", "GET", "clusters")
		if err == nil && strings.Contains(clusters, cluster) != localhost {
			err = errors.New("it does not yet")
		}
		return err
	})
}

// deliverToLocalhost makes all proxies of the mesh deliver to localhost, as they did
// before Istio 1.10, for the time of the test.
func deliverToLocalhost(t *testing.T) {
	t.Helper()
	editMesh(t, func(config map[string]any) {
		config["inboundTrafficPolicy"] = map[string]any{"mode": "LOCALHOST"}
	})
}

// editMesh changes the mesh configuration for the time of the test.
func editMesh(t *testing.T, edit func(config map[string]any)) {
	t.Helper()
	object := &corev1.ConfigMap{}
	if err := world.Get(t.Context(), client.ObjectKey{Namespace: meshNamespace, Name: meshConfigMap}, object); err != nil {
		t.Fatal(err)
	}
	before, config := object.DeepCopy(), map[string]any{}
	if err := yaml.Unmarshal([]byte(object.Data["mesh"]), &config); err != nil {
		t.Fatal(err)
	}
	edit(config)
	after, err := yaml.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	metav1.SetMetaDataAnnotation(&object.ObjectMeta, meshBefore, object.Data["mesh"])
	object.Data["mesh"] = string(after)
	if err := world.Patch(t.Context(), object, client.MergeFrom(before)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := restoreMesh(context.Background()); err != nil {
			t.Errorf("the mesh configuration must be put back by hand, from its annotation %s: %v", meshBefore, err)
		}
	})
}

// meshBefore is the annotation that keeps what the mesh configuration was.
const meshBefore = "sluice.test/before"

// restoreMesh puts the mesh configuration back, if a test has changed it.
func restoreMesh(ctx context.Context) error {
	object := &corev1.ConfigMap{}
	if err := world.Get(ctx, client.ObjectKey{Namespace: meshNamespace, Name: meshConfigMap}, object); err != nil {
		return err
	}
	text, changed := object.Annotations[meshBefore]
	if !changed {
		return nil
	}
	before := object.DeepCopy()
	delete(object.Annotations, meshBefore)
	object.Data["mesh"] = text
	return world.Patch(ctx, object, client.MergeFrom(before))
}

// lateDiscovery is the address at which proxies that are held back look for istiod.
const lateDiscovery = "late-istiod"

// holdBack makes a Service at which proxies find istiod only once the returned
// function was called; it tells when that was. A proxy that names the Service in its
// configuration starts, redirects the pod's traffic, and is not ready before that.
func holdBack(t *testing.T, namespace string) (release func() (released metav1.Time)) {
	t.Helper()
	const xds = 15012
	create(t, &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: lateDiscovery},
		// Endpoints are matched by the port's name, and this is the one that istiod's have.
		Spec: corev1.ServiceSpec{Ports: []corev1.ServicePort{{Name: "https-dns", Port: xds}}},
	})
	return func() metav1.Time {
		t.Helper()
		var istiod discoveryv1.EndpointSliceList
		if err := world.List(t.Context(), &istiod, client.InNamespace(meshNamespace), client.MatchingLabels{discoveryv1.LabelServiceName: "istiod"}); err != nil {
			t.Fatal(err)
		}
		if len(istiod.Items) == 0 {
			t.Fatal("istiod has no endpoints")
		}
		slice := istiod.Items[0].DeepCopy()
		slice.ObjectMeta = metav1.ObjectMeta{
			Namespace: namespace, Name: lateDiscovery, Labels: map[string]string{discoveryv1.LabelServiceName: lateDiscovery},
		}
		for i := range slice.Endpoints {
			slice.Endpoints[i].TargetRef = nil
		}
		create(t, slice)
		return slice.CreationTimestamp
	}
}
