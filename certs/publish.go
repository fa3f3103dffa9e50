package certs

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// The kinds of webhook configurations; they label a metric.
const (
	mutatingKind   = "MutatingWebhookConfiguration"
	validatingKind = "ValidatingWebhookConfiguration"
)

// publish writes the bundle into the webhook configurations, and notes whether API
// servers can trust the leaf. A configuration that does not exist is nobody's failure:
// no API server calls because of it.
func (a *Authority) publish(ctx context.Context, s *state) error {
	var failed, untrusted []error
	for _, configuration := range []struct{ kind, name string }{
		{mutatingKind, a.MutatingConfiguration}, {validatingKind, a.ValidatingConfiguration},
	} {
		if configuration.name == "" {
			continue
		}
		trusted, err := a.publishTo(ctx, configuration.kind, configuration.name, s)
		a.metrics.published(configuration.kind, trusted && err == nil)
		if err != nil {
			err = fmt.Errorf("the caBundle of %s %s: %w", configuration.kind, configuration.name, err)
			failed = append(failed, err)
		}
		if !trusted {
			untrusted = append(untrusted, err)
		}
	}
	err := errors.Join(untrusted...)
	a.unpublished.Store(&err)
	if err := errors.Join(failed...); err != nil {
		return &failure{stepPublish, err}
	}
	return nil
}

// publishTo writes the bundle into one configuration, unless it is there. When that
// fails, trusted says whether the leaf is covered by what is there instead.
func (a *Authority) publishTo(ctx context.Context, kind, name string, s *state) (trusted bool, err error) {
	uid, webhooks, err := a.bundles(ctx, kind, name)
	if apierrors.IsNotFound(err) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	bundle := s.bundle()
	trusted, stale := true, false
	for _, webhook := range webhooks {
		if bytes.Equal(webhook.bundle, bundle) {
			continue
		}
		stale = true
		// What cannot be read as certificates is trusted by nobody.
		list, _ := decodeCertificates(webhook.bundle)
		trusted = trusted && issuer(s.leaf.Leaf, list) >= 0
	}
	if !stale {
		return true, nil
	}
	if err := a.apply(ctx, kind, name, uid, webhooks, bundle); err != nil {
		return trusted, err
	}
	a.Logger.LogAttrs(ctx, slog.LevelInfo, "published what API servers are to trust",
		slog.String("kind", kind), slog.String("name", name), slog.Int("authorities", len(s.authorities)))
	return true, nil
}

// published is the caBundle of one webhook.
type published struct {
	name   string
	bundle []byte
}

// bundles reads a configuration.
func (a *Authority) bundles(ctx context.Context, kind, name string) (types.UID, []published, error) {
	key := client.ObjectKey{Name: name}
	var list []published
	if kind == mutatingKind {
		configuration := &admissionregistrationv1.MutatingWebhookConfiguration{}
		err := a.client.Get(ctx, key, configuration)
		for i := range configuration.Webhooks {
			list = append(list, published{configuration.Webhooks[i].Name, configuration.Webhooks[i].ClientConfig.CABundle})
		}
		return configuration.UID, list, err
	}
	configuration := &admissionregistrationv1.ValidatingWebhookConfiguration{}
	err := a.client.Get(ctx, key, configuration)
	for i := range configuration.Webhooks {
		list = append(list, published{configuration.Webhooks[i].Name, configuration.Webhooks[i].ClientConfig.CABundle})
	}
	return configuration.UID, list, err
}

// apply writes the bundle as the owner of caBundle and of nothing else, so that who
// installed the configuration never sees a difference in what is theirs. With the UID
// a configuration that has been deleted meanwhile does not come back.
func (a *Authority) apply(ctx context.Context, kind, name string, uid types.UID, webhooks []published, bundle []byte) error {
	list := make([]any, len(webhooks))
	for i, webhook := range webhooks {
		list[i] = map[string]any{"name": webhook.name, "clientConfig": map[string]any{"caBundle": base64.StdEncoding.EncodeToString(bundle)}}
	}
	configuration := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": admissionregistrationv1.SchemeGroupVersion.String(), "kind": kind,
		"metadata": map[string]any{"name": name, "uid": string(uid)},
		"webhooks": list,
	}}
	return a.client.Apply(ctx, client.ApplyConfigurationFromUnstructured(configuration), client.FieldOwner(FieldManager), client.ForceOwnership)
}
