package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/sluice-dev/sluice/cli"
	"github.com/sluice-dev/sluice/webhook"
)

const (
	sluiceNamespace = "sluice-e2e"
	sluiceName      = "sluice"
	webhookPort     = 9443
)

// installation are the arguments of sluice install: Sluice as anybody has it, but for
// the namespaces of these tests only, and with a line in its log for each review.
func installation() []string {
	repository, tag := image()
	ports, _ := json.Marshal(identityPorts) //nolint:errchkjson // numbers
	return []string{
		"install", "--namespace", sluiceNamespace, "--name", sluiceName,
		"--set", "image.repository=" + repository, "--set", "image.tag=" + tag,
		"--set", "replicas=1", "--set", "drain=1s", "--set", "log.level=debug",
		"--set", "webhooks.mutatingName=" + webhook.MutatingName + "-e2e", "--set", "webhooks.validatingName=" + sluiceNamespace,
		// Brokers learn whom the mesh has proved where a pod asks for it, and the proxies' images have tags of their own.
		"--set", "settings.identity.ports=" + string(ports), "--set", "settings.identity.assumeProxy=true",
		"--set", fmt.Sprintf("webhooks.namespaceRequirements=[{key: %s, operator: In, values: [%s]}]", halfLabel, with),
	}
}

// installSluice puts Sluice into the cluster, and returns what takes it away again,
// however far it came.
func installSluice(ctx context.Context) (remove func(), err error) {
	remove = func() {
		if err := removeSluice(context.Background()); err != nil {
			fmt.Fprintln(os.Stderr, "Sluice is left behind:", err)
		}
	}
	err = world.Get(ctx, client.ObjectKey{Name: webhook.MutatingName}, &admissionregistrationv1.MutatingWebhookConfiguration{})
	if !apierrors.IsNotFound(err) {
		return remove, errors.Join(err, fmt.Errorf("the cluster has a MutatingWebhookConfiguration %s already: "+
			"its Sluice would act in the world without Sluice; remove it first", webhook.MutatingName))
	}
	if _, err := sluice(ctx, installation()...); err != nil {
		return remove, err
	}
	return remove, answering(ctx)
}

// sluice runs Sluice's command and returns what it printed.
func sluice(ctx context.Context, arguments ...string) (string, error) {
	var out, complaints bytes.Buffer
	if code := cli.Run(ctx, arguments, strings.NewReader(""), &out, &complaints); code != 0 {
		return "", fmt.Errorf("sluice %s: exit code %d: %s", strings.Join(arguments, " "), code, complaints.String())
	}
	return out.String(), nil
}

// reinstall runs Sluice with another value for the time of the test, and waits until no
// server has the old one.
func reinstall(t *testing.T, value string) {
	t.Helper()
	var before corev1.PodList
	if err := world.List(t.Context(), &before, client.InNamespace(sluiceNamespace)); err != nil {
		t.Fatal(err)
	}
	if _, err := sluice(t.Context(), append(installation(), "--set", value)...); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := sluice(context.Background(), installation()...); err != nil {
			t.Error(err)
		}
	})
	eventually(t, "the servers before have gone", func(ctx context.Context) error {
		for i := range before.Items {
			if err := world.Get(ctx, client.ObjectKeyFromObject(&before.Items[i]), &corev1.Pod{}); !apierrors.IsNotFound(err) {
				return errors.Join(err, fmt.Errorf("%s is still there", before.Items[i].Name))
			}
		}
		return nil
	})
}

// removeSluice deletes whatever of Sluice is there.
func removeSluice(ctx context.Context) error {
	text, err := sluice(ctx, append(installation(), "--dry-run")...)
	if err != nil {
		return err
	}
	decoder := yaml.NewYAMLOrJSONDecoder(strings.NewReader(text), 4096)
	var all []*unstructured.Unstructured
	for {
		object := &unstructured.Unstructured{}
		if err := decoder.Decode(object); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
		all = append(all, object)
	}
	var failed []error
	for _, object := range all {
		if object.GetKind() == "EnvoyFilter" {
			failed = append(failed, setUnused(ctx, object))
		}
		failed = append(failed, client.IgnoreNotFound(world.Delete(ctx, object)))
	}
	for _, object := range all {
		failed = append(failed, gone(ctx, object))
	}
	return errors.Join(failed...)
}

// setUnused says of a filter that no pod relies on it, without which a policy keeps it.
func setUnused(ctx context.Context, filter client.Object) error {
	patch := client.RawPatch(types.MergePatchType, []byte(`{"metadata":{"annotations":{"sluice.dev/unused":"true"}}}`))
	return client.IgnoreNotFound(world.Patch(ctx, filter, patch))
}

// answering waits until a pod in a namespace with Sluice is patched.
func answering(ctx context.Context) error {
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "sluice-e2e-probe-", Labels: map[string]string{halfLabel: string(with)}}}
	if err := world.Create(ctx, namespace); err != nil {
		return err
	}
	defer func() { _ = world.Delete(context.WithoutCancel(ctx), namespace) }()
	var last error
	err := wait.PollUntilContextTimeout(ctx, time.Second, patience, true, func(ctx context.Context) (bool, error) {
		pod := zooKeeperPod(namespace.Name)
		if last = world.Create(ctx, pod, client.DryRunAll); last == nil && !touched(pod) {
			last = errors.New("pods are not patched")
		}
		return last == nil, nil
	})
	if err != nil {
		return fmt.Errorf("waiting for Sluice: %w", errors.Join(last, err))
	}
	return nil
}

// zooKeeperPod is a pod that Sluice changes, and that is not meant to run.
func zooKeeperPod(namespace string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, GenerateName: "zookeeper-"},
		Spec: corev1.PodSpec{
			Containers:                   []corev1.Container{{Name: "zookeeper", Image: "zookeeper:3.9.5"}},
			AutomountServiceAccountToken: new(false),
		},
	}
}

// touched reports whether a pod went through Sluice.
func touched(pod *corev1.Pod) bool {
	return pod.Spec.EnableServiceLinks != nil && !*pod.Spec.EnableServiceLinks
}

// sluiceLog is what the servers have written.
func sluiceLog(ctx context.Context) (string, error) {
	var pods corev1.PodList
	if err := world.List(ctx, &pods, client.InNamespace(sluiceNamespace)); err != nil {
		return "", err
	}
	var all strings.Builder
	for i := range pods.Items {
		text, err := logs(ctx, sluiceNamespace, pods.Items[i].Name, sluiceName)
		if err != nil {
			return "", err
		}
		all.WriteString(text)
	}
	return all.String(), nil
}
