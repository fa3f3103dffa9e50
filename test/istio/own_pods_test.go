package istio

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/sluice-dev/sluice/charts"
)

// ownPod is the pod of the servers, as the chart has it.
func ownPod(t *testing.T, sidecar bool) []byte {
	t.Helper()
	text, err := charts.Render(charts.Release{Name: "sluice", Namespace: "sluice-system", Service: "Helm"}, map[string]any{"istio": map[string]any{"sidecar": sidecar}})
	if err != nil {
		t.Fatal(err)
	}
	for document := range strings.SplitSeq(string(text), "\n---\n") {
		var deployment appsv1.Deployment
		if err := yaml.Unmarshal([]byte(document), &deployment); err != nil || deployment.Kind != "Deployment" {
			continue
		}
		pod, err := json.Marshal(corev1.Pod{
			TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"}, ObjectMeta: deployment.Spec.Template.ObjectMeta, Spec: deployment.Spec.Template.Spec,
		})
		if err != nil {
			t.Fatal(err)
		}
		return pod
	}
	t.Fatal("the chart has no Deployment")
	return nil
}

// Istio's injector leaves the servers alone, or gives them a proxy that the API server
// and Prometheus need not pass, and that is there before the server asks the API server.
func TestTheServersStayOutOfTheMeshOrWorkInIt(t *testing.T) {
	for _, options := range []Options{{}, {Native: true}} {
		t.Run(options.String(), func(t *testing.T) {
			i := injector(t, options)
			if _, patch, err := i.Inject(t.Context(), ownPod(t, false)); err != nil || patch != nil {
				t.Errorf("out of the mesh: %v, %s", err, patch)
			}

			patched, _, err := i.Inject(t.Context(), ownPod(t, true))
			if err != nil {
				t.Fatal(err)
			}
			pod := podOf(t, patched)
			all := slices.Concat(pod.Spec.InitContainers, pod.Spec.Containers)
			at := func(name string) int {
				return slices.IndexFunc(all, func(c corev1.Container) bool { return c.Name == name })
			}
			proxy, server, rules := at("istio-proxy"), at("sluice"), at("istio-init")
			if proxy < 0 || rules < 0 || proxy > server {
				t.Fatalf("containers: %v", names(all))
			}
			if !options.Native && !waits(all[proxy]) {
				t.Error("the server does not wait for its proxy")
			}
			// What istio-init is told with -d goes past the proxy.
			flag := slices.Index(all[rules].Args, "-d")
			if flag < 0 {
				t.Fatalf("istio-init: %v", all[rules].Args)
			}
			past := strings.Split(all[rules].Args[flag+1], ",")
			for _, port := range all[server].Ports {
				// The kubelet's probes are the proxy's to answer, which asks the server.
				if name := port.Name; name != "health" && !slices.Contains(past, map[string]string{"webhook": "9443", "metrics": "8080"}[name]) {
					t.Errorf("the port %s goes through the proxy: %v", name, past)
				}
			}
			if probe := all[server].ReadinessProbe.HTTPGet; probe == nil || probe.Path != "/app-health/sluice/readyz" || probe.Port.IntValue() != 15020 {
				t.Errorf("the kubelet, which has no certificate, asks %+v", probe)
			}
		})
	}
}
