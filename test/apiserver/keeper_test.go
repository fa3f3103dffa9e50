package apiserver

import (
	"context"
	"errors"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/sluice-dev/sluice/identity"
	"github.com/sluice-dev/sluice/identity/keeper"
)

// Two servers with the chart's rights keep one Secret, and change it on request only.
func TestTheSecretOfBrokersIsKeptAndRotatedOnRequest(t *testing.T) {
	namespace := newNamespace(t, nil, nil)
	i := installChart(t, map[string]any{"identity": map[string]any{"namespaces": []any{namespace}}})
	i.start(t)
	i.start(t)
	secret := &corev1.Secret{ObjectMeta: named(namespace, identity.SecretName)}
	read := func(want func() bool) func(context.Context) error {
		return func(ctx context.Context) error {
			if err := plane.client.Get(ctx, client.ObjectKeyFromObject(secret), secret); err != nil {
				return err
			}
			if !want() {
				return errors.New("it is not yet as it should be")
			}
			return nil
		}
	}
	value := func(key string) string { return string(secret.Data[key]) }
	eventually(t, "the Secret", read(func() bool { return true }))
	first := value(identity.SecretCurrent)
	if !identity.ValidSecret(first) || len(secret.Data) != 1 || len(secret.OwnerReferences) > 0 {
		t.Fatalf("it has %d keys and owners %v", len(secret.Data), secret.OwnerReferences)
	}

	if err := patch(t.Context(), secret, `{"metadata":{"annotations":{"`+keeper.RotateAnnotation+`":"true"}}}`); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the next value", read(func() bool { return value(identity.SecretCurrent) != first }))
	second := value(identity.SecretCurrent)
	_, asked := secret.Annotations[keeper.RotateAnnotation]
	if !identity.ValidSecret(second) || value(identity.SecretPrevious) != first || asked {
		t.Errorf("the previous value is kept: %t, the request is still there: %t", value(identity.SecretPrevious) == first, asked)
	}

	// What somebody else has broken is not taken for a value.
	if err := patch(t.Context(), secret, `{"data":{"current":null},"metadata":{"annotations":{"`+keeper.RotateAnnotation+`":""}}}`); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a value again", read(func() bool { return identity.ValidSecret(value(identity.SecretCurrent)) }))
	if _, kept := secret.Data[identity.SecretPrevious]; kept {
		t.Error("the value before the broken one came back")
	}

	third := value(identity.SecretCurrent)
	if err := plane.client.Delete(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the Secret again", read(func() bool { return value(identity.SecretCurrent) != third }))

	// It may read no other Secret there.
	other := &corev1.Secret{ObjectMeta: named(namespace, "other")}
	if err := plane.client.Create(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	as := rest.CopyConfig(plane.config)
	as.Impersonate.UserName = "system:serviceaccount:" + i.namespace + ":" + i.namespace
	server, err := client.New(as, client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Get(t.Context(), client.ObjectKeyFromObject(secret), secret); err != nil {
		t.Errorf("reading the Secret as the server: %v", err)
	}
	if err := server.Get(t.Context(), client.ObjectKeyFromObject(other), other); !apierrors.IsForbidden(err) {
		t.Errorf("reading another Secret: %v", err)
	}
}
