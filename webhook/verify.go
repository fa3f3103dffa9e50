package webhook

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/sluice-dev/sluice/mutators"
)

// Verified is what came of a dry run.
type Verified struct {
	// Summary are the codes that Sluice left on the pod, empty if it left none.
	Summary string
	// Warnings are those of Sluice.
	Warnings []string
}

// errUnseen says that a pod came back as it was sent.
var errUnseen = errors.New("the API server admitted a ZooKeeper pod that Sluice did not see: " +
	"its servers are not ready, the namespace is excluded, or the webhook configuration does not know the server; sluice audit says which")

// Verify creates a ZooKeeper pod in a dry run, and says what Sluice did with it. As
// long as nobody sees the pod it is tried again, for so long as the person waits.
func Verify(ctx context.Context, kubeconfig, namespace string, wait time.Duration) (Verified, error) {
	config, err := ClientConfig(kubeconfig)
	if err != nil {
		return Verified{}, err
	}
	heard := &heardWarnings{}
	config.WarningHandler = heard
	if err := reach(ctx, config); err != nil {
		return Verified{}, err
	}
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		return Verified{}, err
	}
	c, err := client.New(rest.CopyConfig(config), client.Options{Scheme: scheme})
	if err != nil {
		return Verified{}, fmt.Errorf("asking the cluster at %s: %w", config.Host, err)
	}
	for end := time.Now().Add(wait); ; {
		verified, err := verifyOnce(ctx, c, namespace, heard)
		if !errors.Is(err, errUnseen) || time.Now().After(end) {
			return verified, err
		}
		select {
		case <-ctx.Done():
			return Verified{}, ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

func verifyOnce(ctx context.Context, c client.Client, namespace string, heard *heardWarnings) (Verified, error) {
	pod := verifyingPod(namespace)
	if err := c.Create(ctx, pod, client.DryRunAll); err != nil {
		return Verified{}, fmt.Errorf("creating a pod in namespace %s, in a dry run: %w", namespace, err)
	}
	verified := Verified{Summary: pod.Annotations[mutators.SummaryAnnotation], Warnings: heard.take()}
	if verified.Summary == "" && len(verified.Warnings) == 0 {
		return verified, errUnseen
	}
	return verified, nil
}

// verifyingPod is a pod that every Sluice has something to say about, and that the
// strictest pod security admits. No image is ever pulled for it.
func verifyingPod(namespace string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, GenerateName: "sluice-verify-"},
		Spec: corev1.PodSpec{
			SecurityContext: &corev1.PodSecurityContext{
				RunAsNonRoot: new(true), RunAsUser: new(int64(1000)), SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
			},
			Containers: []corev1.Container{{
				Name: "zookeeper", Image: "zookeeper:3.9",
				SecurityContext: &corev1.SecurityContext{AllowPrivilegeEscalation: new(false), Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}}},
			}},
		},
	}
}

// heardWarnings keeps the warnings of Sluice.
type heardWarnings struct {
	mutex sync.Mutex
	list  []string
}

// HandleWarningHeader keeps a warning.
func (h *heardWarnings) HandleWarningHeader(_ int, _, text string) {
	if !strings.HasPrefix(text, "sluice ") {
		return
	}
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.list = append(h.list, text)
}

func (h *heardWarnings) take() []string {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	list := h.list
	h.list = nil
	return list
}
