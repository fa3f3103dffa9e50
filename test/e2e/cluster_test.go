// Package e2e shows on a real cluster with Istio what breaks without Sluice and works
// with it, claim by claim. It speaks to a kubeconfig and to nothing else.
package e2e

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

var keep = flag.Bool("keep", false, "leave the namespaces of tests that failed")

// patience bounds every wait. It is far longer than anything here takes on a busy
// machine, since only a failure waits so long.
const patience = 6 * time.Minute

// world is the cluster that the kubeconfig names, with Sluice in it.
var world *cluster

type cluster struct {
	client.Client
	config    *rest.Config
	clientset *kubernetes.Clientset
}

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(func() int {
		if err := enter(context.Background()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		remove, err := installSluice(context.Background())
		defer remove()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		code := m.Run()
		if code == 0 {
			if err := writeProof(context.Background()); err != nil {
				fmt.Fprintln(os.Stderr, err)
				return 1
			}
		}
		return code
	}())
}

// enter connects to the cluster and looks whether it has what the tests need.
func enter(ctx context.Context) error {
	if os.Getenv("KUBECONFIG") == "" {
		return errors.New("KUBECONFIG names no cluster to test on; make cluster starts one on this machine")
	}
	config, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(clientcmd.NewDefaultClientConfigLoadingRules(), nil).ClientConfig()
	if err != nil {
		return err
	}
	// The tests poll; the client's own limit of five requests a second would be theirs.
	config.QPS = -1
	config.WarningHandler = &warned
	log.SetLogger(logr.Discard())
	world = &cluster{config: config}
	if world.Client, err = client.New(config, client.Options{Scheme: scheme.Scheme}); err != nil {
		return err
	}
	if world.clientset, err = kubernetes.NewForConfig(config); err != nil {
		return err
	}
	if err := world.Get(ctx, client.ObjectKey{Namespace: meshNamespace, Name: "istiod"}, &corev1.Service{}); err != nil {
		return fmt.Errorf("the cluster at %s has no istiod in %s: %w", config.Host, meshNamespace, err)
	}
	return clearUp(ctx)
}

// clearUp removes what a run left behind that was interrupted.
func clearUp(ctx context.Context) error {
	var namespaces corev1.NamespaceList
	if err := errors.Join(restoreMesh(ctx), removeSluice(ctx), world.List(ctx, &namespaces, client.HasLabels{halfLabel})); err != nil {
		return err
	}
	for i := range namespaces.Items {
		namespace := &namespaces.Items[i]
		if err := errors.Join(client.IgnoreNotFound(world.Delete(ctx, namespace)), gone(ctx, namespace)); err != nil {
			return err
		}
	}
	return nil
}

// gone waits until an object is no longer there.
func gone(ctx context.Context, object client.Object) error {
	return wait.PollUntilContextTimeout(ctx, 200*time.Millisecond, patience, true, func(ctx context.Context) (bool, error) {
		err := world.Get(ctx, client.ObjectKeyFromObject(object), object)
		return apierrors.IsNotFound(err), client.IgnoreNotFound(err)
	})
}

// warned are the warnings that the API server has given so far.
var warned warnings

type warnings struct {
	mutex sync.Mutex
	texts []string
}

// HandleWarningHeader keeps a warning.
func (w *warnings) HandleWarningHeader(_ int, _, text string) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.texts = append(w.texts, text)
}

// take returns the warnings since it was last called.
func (w *warnings) take() []string {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	taken := w.texts
	w.texts = nil
	return taken
}

// half is one half of a claim: the world without Sluice, or with it.
type half string

// The halves, by the namespace label that the webhook configurations select.
const (
	without half = "without"
	with    half = "with"
)

// halfLabel tells the API server whether the pods of a namespace pass Sluice.
const halfLabel = "sluice.test/half"

// newNamespace makes a namespace in the mesh for a half of the test.
func newNamespace(t *testing.T, h half) string {
	t.Helper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		GenerateName: "sluice-e2e-" + string(h) + "-",
		Labels:       map[string]string{halfLabel: string(h), "istio-injection": "enabled"},
	}}
	if err := world.Create(t.Context(), namespace); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { leave(t, namespace) })
	apply(t, namespace.Name, "mesh.yaml", nil)
	return namespace.Name
}

// leave removes a namespace and waits until it is gone, so that the next test has
// the machine for itself. If the test failed it says first what was going on there.
func leave(t *testing.T, namespace *corev1.Namespace) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if t.Failed() {
		describe(ctx, t, namespace.Name)
		if *keep {
			return
		}
	}
	// What still starts or hangs need not end well.
	err := errors.Join(
		world.Delete(ctx, namespace),
		world.DeleteAllOf(ctx, &corev1.Pod{}, client.InNamespace(namespace.Name), client.GracePeriodSeconds(1)))
	if err == nil {
		err = gone(ctx, namespace)
	}
	if err != nil {
		t.Errorf("removing the namespace %s: %v", namespace.Name, err)
	}
}

// apply creates the objects of a manifest in a namespace.
func apply(t *testing.T, namespace, manifest string, values map[string]any) {
	t.Helper()
	for _, object := range render(t, namespace, manifest, values) {
		create(t, object)
	}
}

func create(t *testing.T, object client.Object) {
	t.Helper()
	if err := world.Create(t.Context(), object); err != nil {
		t.Fatalf("creating %s %s: %v", object.GetObjectKind().GroupVersionKind().Kind, object.GetName(), err)
	}
}

// eventually asks until the answer is nil, and fails with the last answer.
func eventually(t *testing.T, what string, ask func(ctx context.Context) error) {
	t.Helper()
	var last error
	err := wait.PollUntilContextTimeout(t.Context(), 500*time.Millisecond, patience, true, func(ctx context.Context) (bool, error) {
		last = ask(ctx)
		return last == nil, nil
	})
	if err != nil {
		t.Fatalf("%s: %v", what, errors.Join(last, err))
	}
}

// describe logs the state of a namespace: what a person would ask for first.
func describe(ctx context.Context, t *testing.T, namespace string) {
	t.Helper()
	var pods corev1.PodList
	var events corev1.EventList
	if err := errors.Join(world.List(ctx, &pods, client.InNamespace(namespace)), world.List(ctx, &events, client.InNamespace(namespace))); err != nil {
		t.Logf("namespace %s: %v", namespace, err)
		return
	}
	for i := range pods.Items {
		pod := &pods.Items[i]
		t.Logf("pod %s/%s is %s on %s; annotations %v", namespace, pod.Name, pod.Status.Phase, pod.Spec.NodeName, pod.Annotations)
		for _, status := range statuses(pod) {
			t.Logf("  container %s: ready %t, restarts %d, %+v", status.Name, status.Ready, status.RestartCount, status.State)
			text, err := logs(ctx, namespace, pod.Name, status.Name)
			if err != nil {
				t.Logf("    no log: %v", err)
				continue
			}
			t.Logf("    %s", strings.ReplaceAll(tail(text, 60), "\n", "\n    "))
		}
	}
	for i := range events.Items {
		if event := &events.Items[i]; event.Type != corev1.EventTypeNormal {
			t.Logf("event on %s %s: %s: %s", event.InvolvedObject.Kind, event.InvolvedObject.Name, event.Reason, event.Message)
		}
	}
}

// tail returns the last lines of a text.
func tail(text string, lines int) string {
	all := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
