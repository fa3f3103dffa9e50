package apiserver

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/discovery"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const root = "../.."

// installationBlocks returns the fenced commands of the README's section on a cluster, block
// by block, as they stand there.
func installationBlocks(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, ok := strings.Cut(string(text), "\n## In a cluster\n")
	section, _, ends := strings.Cut(section, "\n## ")
	if !ok || !ends {
		t.Fatal("README.md has no section on a cluster")
	}
	var blocks []string
	for _, match := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(section, -1) {
		blocks = append(blocks, match[1])
	}
	if len(blocks) != 2 {
		t.Fatalf("the section has %d blocks of commands", len(blocks))
	}
	return blocks
}

// shell runs lines as a person does who has read them, in the root of the project.
func shell(t *testing.T, lines string) string {
	t.Helper()
	programs := t.TempDir()
	helm := os.Getenv("HELM")
	if found, err := filepath.Glob(root + "/bin/tools/helm-v*"); helm == "" && err == nil && len(found) > 0 {
		if helm, err = filepath.Abs(found[len(found)-1]); err != nil {
			t.Fatal(err)
		}
	}
	if helm == "" {
		t.Fatal("this test needs Helm: run \"make test-tools\" in the root of the project, or set HELM")
	}
	if err := os.Symlink(helm, filepath.Join(programs, "helm")); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), "sh", "-e", "-x", "-c", lines)
	command.Dir = root
	command.Env = append(os.Environ(), "PATH="+programs+":"+os.Getenv("PATH"), "KUBECONFIG="+adminConfig(t),
		"HELM_CACHE_HOME="+programs, "HELM_CONFIG_HOME="+programs, "HELM_DATA_HOME="+programs, "MAKEFLAGS=")
	said, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v:\n%s", err, said)
	}
	return string(said)
}

// remaining lists what carries the label of an installation, of every kind that there is.
func remaining(t *testing.T) (left []string) {
	t.Helper()
	asking, err := discovery.NewDiscoveryClientForConfig(plane.config)
	if err != nil {
		t.Fatal(err)
	}
	lists, err := asking.ServerPreferredResources()
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range lists {
		for _, resource := range list.APIResources {
			if !slices.Contains(resource.Verbs, "list") {
				continue
			}
			var objects metav1.PartialObjectMetadataList
			objects.APIVersion, objects.Kind = list.GroupVersion, resource.Kind+"List"
			if err := plane.client.List(t.Context(), &objects, client.MatchingLabels{"app.kubernetes.io/part-of": "sluice"}); err != nil {
				t.Fatal(err)
			}
			for _, object := range objects.Items {
				left = append(left, resource.Kind+" "+object.Namespace+"/"+object.Name)
			}
		}
	}
	return left
}

// The README is followed word for word, once for each way, on clusters that have seen
// nothing; and afterwards what was installed goes, and leaves nothing behind.
func TestTheREADMEInstallsOnAFreshCluster(t *testing.T) {
	blocks := installationBlocks(t)
	t.Run("with the program", func(t *testing.T) {
		freshPlane(t)
		runNode(t, "sluice-system")
		said := shell(t, blocks[0])
		if !strings.Contains(said, "Sluice sees the pods of namespace default") {
			t.Errorf("verify said:\n%s", said)
		}
		// Installing again is an upgrade.
		shell(t, "bin/sluice install --set replicas=3 && bin/sluice install && bin/sluice verify")
	})
	t.Run("with Helm", func(t *testing.T) {
		freshPlane(t)
		runNode(t, "sluice-system")
		said := shell(t, blocks[1])
		if !strings.Contains(said, "Phase:          Succeeded") {
			t.Errorf("helm test said:\n%s", said)
		}
		shell(t, "helm upgrade sluice charts/sluice --namespace sluice-system --set replicas=3 --set settings.mode=shadow\n"+
			"helm rollback sluice 1 --namespace sluice-system\nhelm test sluice --namespace sluice-system")
		// While it goes, pods are created as ever.
		ctx, cancel := context.WithCancel(t.Context())
		created := make(chan *tally)
		go func() {
			created <- load(ctx, 20, func(ctx context.Context, count int) error {
				return plane.client.Create(ctx, zookeeperPod("default", fmt.Sprint("zookeeper-", count)))
			})
		}()
		shell(t, "helm uninstall sluice --namespace sluice-system")
		cancel()
		if y := <-created; len(y.failed) > 0 {
			t.Errorf("%d of %d pods were refused, the first: %v", len(y.failed), len(y.took), y.failed[0])
		}
		eventually(t, "the end of all objects", func(context.Context) error {
			left := slices.DeleteFunc(remaining(t), func(object string) bool {
				// The collector of what has lost its owner does not run here.
				return strings.HasPrefix(object, "Secret ") || strings.HasPrefix(object, "Pod ") || strings.HasPrefix(object, "ReplicaSet ")
			})
			if len(left) > 0 {
				return fmt.Errorf("left are %q", left)
			}
			return nil
		})
		var secret corev1.Secret
		if err := plane.client.Get(t.Context(), types.NamespacedName{Namespace: "sluice-system", Name: "sluice-certificates"}, &secret); err != nil || len(secret.OwnerReferences) != 1 {
			t.Errorf("the Secret, which its owner takes with it: %v, owners %v", err, secret.OwnerReferences)
		}
	})
}
