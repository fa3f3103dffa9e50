package apiserver

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	"sigs.k8s.io/yaml"

	"github.com/sluice-dev/sluice/identity"
	"github.com/sluice-dev/sluice/surroundings"
)

// What the chart installs keeps brokers reachable, also from whoever uninstalls it: by
// the API server itself, without a server of ours.
func TestLabelsAndFiltersStayWhileBrokersRelyOnThem(t *testing.T) {
	installKind(t, meshKind("EnvoyFilter"))
	i := installChart(t, map[string]any{"settings": map[string]any{"identity": map[string]any{"ports": []any{float64(9092)}}}})
	filter := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "networking.istio.io/v1alpha3", "kind": "EnvoyFilter"}}
	filter.SetNamespace(meshNamespace)
	filter.SetName(identity.FilterName(9092))
	eventually(t, "the policy for filters", func(ctx context.Context) error {
		return deniedWith(plane.client.Delete(ctx, filter.DeepCopy(), client.DryRunAll), "refuse everybody once it is gone")
	})

	namespace := i.namespaceOf(t, nil)
	broker := webPod(namespace, "broker")
	broker.Labels = map[string]string{identity.Label(9092): identity.LabelValue, "app": "kafka"}
	other := webPod(namespace, "other")
	other.Labels = map[string]string{"app": "web"}
	for _, pod := range []*corev1.Pod{broker, other} {
		if err := plane.client.Create(t.Context(), pod); err != nil {
			t.Fatal(err)
		}
	}
	const keeps = "make this pod's proxy say who its clients are"
	eventually(t, "the policy for labels", func(ctx context.Context) error {
		return deniedWith(patch(ctx, broker, `{"metadata":{"labels":{"sluice.dev/identity-9092":null}}}`), keeps)
	})
	for _, test := range []struct {
		name, patch, denied string
		object              client.Object
	}{
		{"another value", `{"metadata":{"labels":{"sluice.dev/identity-9092":"no"}}}`, keeps, broker},
		{"all labels", `{"metadata":{"labels":null}}`, keeps, broker},
		{"another label", `{"metadata":{"labels":{"app":null,"team":"events"}}}`, "", broker},
		{"a label of a pod that has none of ours", `{"metadata":{"labels":{"app":null}}}`, "", other},
		{"the filter's ports", `{"spec":{"configPatches":[]}}`, "is not edited while pods rely on it", filter},
		{"the filter's labels", `{"metadata":{"labels":{"team":"mesh"}}}`, "", filter},
	} {
		if err := deniedWith(patch(t.Context(), test.object, test.patch), test.denied); err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
	}

	// As kubectl delete does with what sluice install --dry-run prints: filters come first.
	if err := deniedWith(plane.client.Delete(t.Context(), filter.DeepCopy()), "refuse everybody once it is gone"); err != nil {
		t.Error(err)
	}
	if err := patch(t.Context(), filter, `{"metadata":{"annotations":{"sluice.dev/unused":"true"}}}`); err != nil {
		t.Fatal(err)
	}
	if err := plane.client.Delete(t.Context(), filter.DeepCopy()); err != nil {
		t.Errorf("a filter that nobody uses: %v", err)
	}
	if err := plane.client.Delete(t.Context(), broker, client.GracePeriodSeconds(0)); err != nil {
		t.Errorf("a pod that goes: %v", err)
	}
}

// haveFilters gives the mesh the filters of ports until the test ends.
func haveFilters(t *testing.T, ports []int) {
	t.Helper()
	if len(ports) == 0 {
		return
	}
	installKind(t, meshKind("EnvoyFilter"))
	for _, port := range ports {
		text, err := identity.Filter(port, meshNamespace)
		if err != nil {
			t.Fatal(err)
		}
		filter := &unstructured.Unstructured{}
		if err := yaml.Unmarshal([]byte(text), &filter.Object); err != nil {
			t.Fatal(err)
		}
		if err := plane.client.Apply(t.Context(), client.ApplyConfigurationFromUnstructured(filter), client.FieldOwner("mesh")); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the filter", func(ctx context.Context) error {
			if _, known := plane.around.Object(ctx, surroundings.EnvoyFilter, meshNamespace, identity.FilterName(port)); known != surroundings.Found {
				return fmt.Errorf("knowledge %d", known)
			}
			return nil
		})
	}
}

// installKind adds a kind for the time of the test.
func installKind(t *testing.T, kind *apiextensionsv1.CustomResourceDefinition) {
	t.Helper()
	installed, err := envtest.InstallCRDs(plane.config, envtest.CRDInstallOptions{CRDs: []*apiextensionsv1.CustomResourceDefinition{kind}, MaxTime: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := envtest.UninstallCRDs(plane.config, envtest.CRDInstallOptions{CRDs: installed}); err != nil {
			t.Error(err)
		}
	})
}

func patch(ctx context.Context, object client.Object, text string) error {
	return plane.client.Patch(ctx, object.DeepCopyObject().(client.Object), client.RawPatch("application/merge-patch+json", []byte(text)))
}

// deniedWith says that an error is not the one of a policy with that message; without
// a message there should be no error.
func deniedWith(err error, message string) error {
	switch {
	case message == "":
		return err
	case err == nil:
		return errors.New("it was let through")
	case !strings.Contains(err.Error(), message):
		return fmt.Errorf("it was denied for another reason: %w", err)
	}
	return nil
}
