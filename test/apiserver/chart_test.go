package apiserver

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/sluice-dev/sluice/certs"
	"github.com/sluice-dev/sluice/charts"
	"github.com/sluice-dev/sluice/webhook"
)

// A server that has the chart's rights and no others makes its certificates, is
// trusted, patches pods, and tells their owner.
func TestTheChartsRightsSuffice(t *testing.T) {
	i := installChart(t, map[string]any{})
	s := i.start(t)
	namespace := i.namespaceOf(t, nil)
	set := statefulSet(namespace, zookeeper())
	if err := plane.client.Create(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	for _, pod := range pods(t, "the StatefulSet", namespace, 2) {
		if summary := pod.Annotations["sluice.dev/summary"]; !strings.Contains(summary, "quorum-listen/flipped") {
			t.Errorf("the summary of %s is %q", pod.Name, summary)
		}
	}
	eventually(t, "the event at the StatefulSet", func(ctx context.Context) error {
		var list eventsv1.EventList
		if err := plane.client.List(ctx, &list, client.InNamespace(namespace)); err != nil {
			return err
		}
		for i := range list.Items {
			if event := &list.Items[i]; event.Reason == "SluicePatched" && event.Regarding.Name == set.Name && event.Regarding.Kind == "StatefulSet" {
				return nil
			}
		}
		return fmt.Errorf("none among %d", len(list.Items))
	})
	// The Secret goes when Sluice is uninstalled.
	var secret corev1.Secret
	if err := plane.client.Get(t.Context(), types.NamespacedName{Namespace: i.namespace, Name: "sluice-certificates"}, &secret); err != nil {
		t.Fatal(err)
	}
	if len(secret.OwnerReferences) != 1 || secret.OwnerReferences[0].Kind != "Service" {
		t.Errorf("the Secret's owners: %v", secret.OwnerReferences)
	}
	// What it may not do it does not try.
	s.stop()
	if ended := s.wait(t); ended.code != 0 || strings.Contains(ended.stderr, "forbidden") {
		t.Errorf("the server ended with %d: %s", ended.code, ended.stderr)
	}
}

func TestTheGuardWarnsOfPodsThatNobodySaw(t *testing.T) {
	i := installChart(t, map[string]any{})
	namespace, shadowed := i.namespaceOf(t, nil), i.namespaceOf(t, map[string]string{"sluice.dev/mode": "shadow"})
	c, given := newClient(t)
	eventually(t, "the guard", func(ctx context.Context) error {
		if err := c.Create(ctx, zookeeperPod(namespace, "zookeeper-0"), client.DryRunAll); err != nil {
			return err
		}
		if !strings.Contains(strings.Join(given.all(), "\n"), "Sluice did not see the pod zookeeper-0") {
			return errors.New("no warning")
		}
		return nil
	})
	declined := zookeeperPod(namespace, "zookeeper-1")
	declined.Annotations = map[string]string{"sluice.dev/mode": "off"}
	generated := zookeeperPod(namespace, "")
	generated.GenerateName = "zookeeper-"
	for _, test := range []struct {
		name  string
		pod   *corev1.Pod
		warns bool
	}{
		{"a pod that is not for us", webPod(namespace, "web"), false},
		{"a pod that declines", declined, false},
		{"a pod in a namespace of shadow mode", zookeeperPod(shadowed, "zookeeper-0"), false},
		{"a pod elsewhere", zookeeperPod(i.namespace, "zookeeper-0"), false},
		{"a pod without a name yet", generated, true},
	} {
		if err := c.Create(t.Context(), test.pod, client.DryRunAll); err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		if warnings := strings.Join(given.all(), "\n"); strings.Contains(warnings, "Sluice did not see") != test.warns {
			t.Errorf("%s: %s", test.name, warnings)
		}
	}
	i.start(t)
	namespace = i.namespaceOf(t, nil)
	if err := c.Create(t.Context(), zookeeperPod(namespace, "zookeeper-0"), client.DryRunAll); err != nil {
		t.Fatal(err)
	}
	if warnings := strings.Join(given.all(), "\n"); strings.Contains(warnings, "Sluice did not see") {
		t.Errorf("a pod that was seen: %s", warnings)
	}
}

func TestTheGuardDeniesIfAPersonWantsIt(t *testing.T) {
	i := installChart(t, map[string]any{"guard": map[string]any{"action": "Deny"}})
	namespace := i.namespaceOf(t, nil)
	eventually(t, "the guard", func(ctx context.Context) error {
		err := plane.client.Create(ctx, zookeeperPod(namespace, "zookeeper-0"), client.DryRunAll)
		if !apierrors.IsForbidden(err) && !apierrors.IsInvalid(err) || !strings.Contains(err.Error(), "Sluice did not see the pod") {
			return fmt.Errorf("not denied: %w", err)
		}
		return nil
	})
	if err := plane.client.Create(t.Context(), webPod(namespace, "web"), client.DryRunAll); err != nil {
		t.Error(err)
	}
}

// Whoever compares the cluster with the chart, now and again, finds nothing to do: what
// the servers write belongs to them.
func TestApplyingTheChartAgainFindsNoDifference(t *testing.T) {
	i := installChart(t, map[string]any{})
	i.start(t)
	i.namespaceOf(t, nil)
	stored := i.mutating(t)
	if err := plane.client.Get(t.Context(), client.ObjectKeyFromObject(stored), stored); err != nil {
		t.Fatal(err)
	}
	if len(stored.Webhooks[0].ClientConfig.CABundle) == 0 || ownerOfBundle(stored.ManagedFields) != certs.FieldManager {
		t.Errorf("caBundle belongs to %q", ownerOfBundle(stored.ManagedFields))
	}
	i.applyAgain(t)
}

func TestInstallAppliesWhatItPrintsAndVerifyAsksForAnAnswer(t *testing.T) {
	namespace := newNamespace(t, nil, nil)
	values := map[string]any{}
	for path, value := range map[string]any{
		"fullnameOverride": namespace, "webhooks.mutatingName": "aa-" + namespace, "webhooks.validatingName": namespace,
		"webhooks.namespaceRequirements": []any{map[string]any{"key": stage, "operator": "In", "values": []any{namespace}}},
	} {
		if err := charts.Set(values, path, value); err != nil {
			t.Fatal(err)
		}
	}
	text, err := charts.Render(charts.Release{Name: "sluice", Namespace: namespace, Service: "sluice"}, values)
	if err != nil {
		t.Fatal(err)
	}
	kubeconfig := adminConfig(t)
	var said []string
	for range 2 { // the second time is an upgrade
		said = nil
		if err := webhook.Apply(t.Context(), kubeconfig, text, func(what string) error { said = append(said, what); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		for _, name := range []client.Object{
			&admissionregistrationv1.MutatingWebhookConfiguration{ObjectMeta: named("", "aa-"+namespace)}, &admissionregistrationv1.ValidatingWebhookConfiguration{ObjectMeta: named("", namespace)},
			&admissionregistrationv1.ValidatingAdmissionPolicy{ObjectMeta: named("", namespace+"-guard")}, &admissionregistrationv1.ValidatingAdmissionPolicyBinding{ObjectMeta: named("", namespace+"-guard")},
			&rbacv1.ClusterRole{ObjectMeta: named("", namespace)}, &rbacv1.ClusterRoleBinding{ObjectMeta: named("", namespace)},
			&rbacv1.Role{ObjectMeta: named(meshNamespace, namespace+"-mesh")}, &rbacv1.RoleBinding{ObjectMeta: named(meshNamespace, namespace+"-mesh")},
		} {
			if err := plane.client.Delete(context.Background(), name); err != nil {
				t.Error(err)
			}
		}
	})
	if want := strings.Count(string(text), "\nkind: "); len(said) != want || !strings.Contains(strings.Join(said, "\n"), "applied deployment "+namespace+" in "+namespace) {
		t.Errorf("%d of %d: %q", len(said), want, said)
	}
	if _, err := webhook.Verify(t.Context(), kubeconfig, "default", 0); err == nil || !strings.Contains(err.Error(), "Sluice did not see") {
		t.Errorf("nobody can have answered: %v", err)
	}

	i := installChart(t, map[string]any{})
	i.start(t)
	verified, err := webhook.Verify(t.Context(), kubeconfig, i.namespaceOf(t, nil), patience)
	if err != nil || !strings.Contains(verified.Summary, "quorum-listen/") {
		t.Errorf("%+v, %v", verified, err)
	}
}

// adminConfig writes a kubeconfig of somebody who may do everything.
func adminConfig(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "admin.kubeconfig")
	account, err := plane.environment.AddUser(envtest.User{Name: "admin", Groups: []string{"system:masters"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := account.KubeConfig()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// A Secret of somebody else stands where the certificates belong. Only a person can say
// what becomes of it: an event beside it calls for one, and it is left alone.
func TestAnEventCallsForAPersonWhoAloneCanHelp(t *testing.T) {
	i := installChart(t, map[string]any{})
	foreign := &corev1.Secret{ObjectMeta: named(i.namespace, "sluice-certificates"), Data: map[string][]byte{"password": []byte("theirs")}}
	install(t, foreign)
	s := i.launch(t)
	s.ready(t, http.StatusInternalServerError, "[-]certificate failed")
	eventually(t, "the event", func(ctx context.Context) error {
		var list eventsv1.EventList
		if err := plane.client.List(ctx, &list, client.InNamespace(i.namespace)); err != nil {
			return err
		}
		for at := range list.Items {
			if event := &list.Items[at]; event.Reason == "CertificatesFailing" && event.Type == corev1.EventTypeWarning && event.Regarding.Name == foreign.Name {
				return nil
			}
		}
		return fmt.Errorf("none among %d", len(list.Items))
	})
	left := &corev1.Secret{}
	if err := plane.client.Get(t.Context(), client.ObjectKeyFromObject(foreign), left); err != nil || string(left.Data["password"]) != "theirs" || len(left.Data) != 1 {
		t.Errorf("the Secret: %v, %v", left.Data, err)
	}
}
