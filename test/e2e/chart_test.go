package e2e

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/discovery"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	root          = "../.."
	chartRelease  = "sluice-chart-e2e"
	releaseLabel  = "app.kubernetes.io/instance"
	chartTestHook = "Phase:          Succeeded"
)

// The chart is installed by Helm with its own pods in the mesh; its test passes, kubectl
// runs the plugin on what is there, and nothing stays once the release has gone.
func TestTheChartRunsInTheMeshAndLeavesNothing(t *testing.T) {
	seen := newNamespace(t, with)
	uninstall := fmt.Sprintf("helm uninstall %s --namespace %[1]s --wait --ignore-not-found", chartRelease)
	t.Cleanup(func() {
		shell(context.WithoutCancel(t.Context()), t, uninstall)
		leave(t, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: chartRelease}})
	})
	repository, tag := image()
	shell(t.Context(), t, fmt.Sprintf(`helm upgrade --install %s charts/sluice --namespace %[1]s --create-namespace --wait --timeout 6m \
		--set istio.sidecar=true,image.repository=%s,image.tag=%s,drain=1s,test.namespace=%s \
		--set webhooks.mutatingName=aa-%[1]s,webhooks.validatingName=%[1]s \
		--set "webhooks.namespaceRequirements[0].key=kubernetes.io/metadata.name,webhooks.namespaceRequirements[0].operator=In,webhooks.namespaceRequirements[0].values[0]=%[4]s"`,
		chartRelease, repository, tag, seen))

	var pods corev1.PodList
	if err := world.List(t.Context(), &pods, client.InNamespace(chartRelease), client.MatchingLabels{releaseLabel: chartRelease}); err != nil {
		t.Fatal(err)
	}
	if len(pods.Items) < 2 {
		t.Errorf("%d pods run", len(pods.Items))
	}
	for i := range pods.Items {
		pod := &pods.Items[i]
		if !slices.ContainsFunc(statuses(pod), func(status corev1.ContainerStatus) bool { return status.Name == "istio-proxy" && status.Ready }) {
			t.Errorf("%s has no proxy that is ready", pod.Name)
		}
	}
	if said := shell(t.Context(), t, fmt.Sprintf("helm test %s --namespace %[1]s", chartRelease)); !strings.Contains(said, chartTestHook) {
		t.Errorf("helm test said:\n%s", said)
	}
	create(t, zooKeeperPod(seen))
	said := shell(t.Context(), t, fmt.Sprintf("kubectl plugin list --name-only\nkubectl sluice audit -n %s --fail-on never \\\n"+
		"\t--mutating-configuration aa-%s --validating-configuration %[2]s", seen, chartRelease))
	if !strings.Contains(said, "kubectl-sluice") || !strings.Contains(said, "1 pod with Kafka or ZooKeeper in 1 namespace") || strings.Contains(said, "audit/not-seen") {
		t.Errorf("the plugin of kubectl said:\n%s", said)
	}

	shell(t.Context(), t, uninstall)
	eventually(t, "the end of what the release made", func(ctx context.Context) error { return nothingLeft(ctx, chartRelease) })
}

// image is Sluice's on the nodes.
func image() (repository, tag string) {
	name := cmp.Or(os.Getenv("SLUICE_IMAGE"), "sluice:dev") // what make cluster makes
	colon := strings.LastIndexByte(name, ':')
	return name[:colon], name[colon+1:]
}

// shell runs lines in the root of the project as a person does who has Helm, kubectl and
// its plugin there, and returns what they print.
func shell(ctx context.Context, t *testing.T, lines string) string {
	t.Helper()
	programs := t.TempDir()
	for name, program := range map[string]string{
		"helm": os.Getenv("HELM"), "kubectl": os.Getenv("KUBECTL"), "kubectl-sluice": filepath.Join(root, "bin", "sluice"),
	} {
		found, err := exec.LookPath(cmp.Or(program, name))
		if err == nil {
			found, err = filepath.Abs(found)
		}
		if err != nil {
			t.Fatalf("this test needs %s: make e2e sets what it takes: %v", name, err)
		}
		if err := os.Symlink(found, filepath.Join(programs, name)); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.CommandContext(ctx, "sh", "-e", "-x", "-c", lines)
	command.Dir = root
	command.Env = append(os.Environ(), "PATH="+programs+":"+os.Getenv("PATH"),
		"HELM_CACHE_HOME="+programs, "HELM_CONFIG_HOME="+programs, "HELM_DATA_HOME="+programs)
	said, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v:\n%s", err, said)
	}
	return string(said)
}

// nothingLeft says which objects carry the name of a release, of every kind that there is.
func nothingLeft(ctx context.Context, release string) error {
	asking, err := discovery.NewDiscoveryClientForConfig(world.config)
	if err != nil {
		return err
	}
	lists, err := asking.ServerPreferredResources()
	if err != nil {
		return err
	}
	var left []error
	for _, list := range lists {
		for _, resource := range list.APIResources {
			if !slices.Contains(resource.Verbs, "list") {
				continue
			}
			var objects metav1.PartialObjectMetadataList
			objects.APIVersion, objects.Kind = list.GroupVersion, resource.Kind+"List"
			if err := world.List(ctx, &objects, client.MatchingLabels{releaseLabel: release}); err != nil {
				return err
			}
			for i := range objects.Items {
				left = append(left, fmt.Errorf("%s %s/%s is left", resource.Kind, objects.Items[i].Namespace, objects.Items[i].Name))
			}
		}
	}
	return errors.Join(left...)
}
