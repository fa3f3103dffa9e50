// Package keeper keeps the Secrets by which brokers believe their proxies: one in each
// namespace that a person names.
//
// It makes a Secret that is missing, and gives it a new value when an annotation asks
// for that. It never does so by itself: a proxy keeps the value with which its pod
// started, brokers take the last two, and only a person knows that all pods have been
// restarted since the last time.
//
// No replica leads. A value is written on the condition that nobody else has written
// meanwhile, and the request goes away with the same write.
package keeper

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/sluice-dev/sluice/identity"
)

// RotateAnnotation asks for a new value, whatever it says. It is taken away with the
// write that fulfils it.
const RotateAnnotation = "sluice.dev/rotate"

// pause is how often the Secrets are looked at. A pod that waits for its Secret is
// tried again by its kubelet about as often.
const pause = 10 * time.Second

// fieldManager is the name under which the API server knows who wrote a value.
const fieldManager = "sluice-identity"

// Keeper keeps the Secrets of some namespaces. Each replica of the server runs one.
type Keeper struct {
	client     client.Client
	namespaces []string
	logger     *slog.Logger
	// said is the last complaint about each namespace, so that none is repeated.
	said map[string]string
}

// New returns a Keeper that has not asked the cluster anything yet.
func New(config *rest.Config, namespaces []string, logger *slog.Logger) (*Keeper, error) {
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		return nil, err
	}
	asking, err := client.New(config, client.Options{Scheme: scheme})
	if err != nil {
		return nil, fmt.Errorf("preparing to keep the Secrets %s: %w", identity.SecretName, err)
	}
	return &Keeper{client: asking, namespaces: namespaces, logger: logger, said: map[string]string{}}, nil
}

// Start keeps the Secrets until the context ends.
func (k *Keeper) Start(ctx context.Context) error {
	for {
		for _, namespace := range k.namespaces {
			k.report(ctx, namespace, k.keep(ctx, namespace))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
	}
}

// report says what is in the way, once.
func (k *Keeper) report(ctx context.Context, namespace string, err error) {
	text := ""
	if err != nil && ctx.Err() == nil {
		text = err.Error()
	}
	if text != "" && text != k.said[namespace] {
		k.logger.Error("the Secret by which brokers believe their proxies is not kept", "namespace", namespace, "secret", identity.SecretName, "error", text)
	}
	k.said[namespace] = text
}

// keep makes the Secret of a namespace what it should be.
func (k *Keeper) keep(ctx context.Context, namespace string) error {
	secret := &corev1.Secret{}
	err := k.client.Get(ctx, client.ObjectKey{Namespace: namespace, Name: identity.SecretName}, secret)
	if apierrors.IsNotFound(err) {
		return k.create(ctx, namespace)
	}
	if err != nil {
		return fmt.Errorf("reading it: %w", err)
	}
	if secret.Type != corev1.SecretTypeOpaque {
		return fmt.Errorf("it is of type %s and not ours, so it is left alone; delete it", secret.Type)
	}
	current := string(secret.Data[identity.SecretCurrent])
	_, asked := secret.Annotations[RotateAnnotation]
	if !asked {
		if !identity.ValidSecret(current) {
			return errors.New("its key current holds no value that a broker takes; annotate it with " + RotateAnnotation + "=true to get a new one")
		}
		return nil
	}
	delete(secret.Annotations, RotateAnnotation)
	next := map[string][]byte{identity.SecretCurrent: []byte(identity.NewSecret())}
	if identity.ValidSecret(current) {
		next[identity.SecretPrevious] = []byte(current)
	}
	secret.Data = next
	return k.wrote(namespace, "it has a new value; restart the brokers before the next one", k.client.Update(ctx, secret, client.FieldOwner(fieldManager)))
}

// create makes the Secret. Nothing owns it: brokers need it longer than they need us.
func (k *Keeper) create(ctx context.Context, namespace string) error {
	return k.wrote(namespace, "it was missing, and has been made", k.client.Create(ctx, &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: identity.SecretName, Labels: map[string]string{"app.kubernetes.io/managed-by": "sluice"}},
		Type:       corev1.SecretTypeOpaque,
		Data:       map[string][]byte{identity.SecretCurrent: []byte(identity.NewSecret())},
	}, client.FieldOwner(fieldManager)))
}

// wrote logs a write. Whoever was too late finds the other's work the next time.
func (k *Keeper) wrote(namespace, what string, err error) error {
	if apierrors.IsConflict(err) || apierrors.IsAlreadyExists(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("writing it: %w", err)
	}
	k.logger.Info("the Secret by which brokers believe their proxies: "+what, "namespace", namespace, "secret", identity.SecretName)
	return nil
}
