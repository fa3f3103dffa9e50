package apiserver

import (
	"bytes"
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/sluice-dev/sluice/webhook"
)

// patched asks for a pod until Sluice has changed it.
func patched(t *testing.T, namespace string) {
	t.Helper()
	eventually(t, "a pod that Sluice has changed", func(ctx context.Context) error {
		pod := zookeeperPod(namespace, "probe")
		if err := plane.client.Create(ctx, pod, client.DryRunAll); err != nil {
			return err
		}
		if env(&pod.Spec.Containers[0], "ZOO_LISTEN_ALLIPS_ENABLED") != "yes" {
			return errors.New("it came back as it was")
		}
		return nil
	})
}

// A cluster that was off comes up with the webhook registered and nobody behind it,
// not even a name: whatever it needs to start is admitted.
func TestAColdStartNeedsNobody(t *testing.T) {
	i := installChart(t, map[string]any{})
	namespace := i.namespaceOf(t, nil)
	for _, pod := range []*corev1.Pod{
		zookeeperPod("kube-system", "cold"), webPod("kube-system", "cold"), webPod(namespace, "cold"), zookeeperPod(namespace, "cold"), zookeeperPod(i.namespace, "cold"),
	} {
		if err := plane.client.Create(t.Context(), pod, client.DryRunAll); err != nil {
			t.Errorf("%s in %s: %v", pod.Name, pod.Namespace, err)
		}
	}
	// The server itself is an ordinary pod of a Deployment, and was created.
	pods(t, "the Deployment", i.namespace, 2)
	i.start(t)
	patched(t, namespace)
}

// Who answers never is worse than who is gone.
func TestAServerThatHangsDelaysNoOtherPodAndRefusesNone(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	called := make(chan struct{}, 100)
	go func() {
		// As long as they are in this list they stay open.
		var hanging []net.Conn
		for {
			connection, err := listener.Accept()
			if err != nil {
				break
			}
			hanging = append(hanging, connection)
			called <- struct{}{}
		}
		for _, connection := range hanging {
			connection.Close()
		}
	}()
	namespace := newNamespace(t, inMesh, nil)
	configuration := webhook.MutatingConfiguration(webhook.Endpoint{URL: "https://" + listener.Addr().String()})
	configuration.Name += "-" + namespace
	only(configuration.Webhooks[0].NamespaceSelector, namespace)
	install(t, configuration)
	eventually(t, "a call", func(ctx context.Context) error {
		if err := plane.client.Create(ctx, zookeeperPod(namespace, "zookeeper-0"), client.DryRunAll); err != nil {
			t.Fatalf("refused: %v", err)
		}
		if len(called) == 0 {
			return errors.New("nobody was called")
		}
		return nil
	})
	for len(called) > 0 {
		<-called
	}
	if err := plane.client.Create(t.Context(), webPod(namespace, "web"), client.DryRunAll); err != nil {
		t.Error(err)
	}
	if len(called) > 0 {
		t.Error("a pod that does not concern us waited for the server")
	}
}

func TestAWrongBundleIsPutRight(t *testing.T) {
	i := installChart(t, map[string]any{})
	i.start(t)
	namespace := i.namespaceOf(t, nil)
	foreign := httptest.NewTLSServer(http.NotFoundHandler())
	defer foreign.Close()
	configuration := &admissionregistrationv1.MutatingWebhookConfiguration{}
	if err := plane.client.Get(t.Context(), client.ObjectKeyFromObject(i.mutating(t)), configuration); err != nil {
		t.Fatal(err)
	}
	wrong := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: foreign.Certificate().Raw})
	configuration.Webhooks[0].ClientConfig.CABundle = wrong
	if err := plane.client.Update(t.Context(), configuration); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the bundle", func(ctx context.Context) error {
		if err := plane.client.Get(ctx, client.ObjectKeyFromObject(configuration), configuration); err != nil {
			return err
		}
		if bytes.Equal(configuration.Webhooks[0].ClientConfig.CABundle, wrong) {
			return errors.New("it is still the wrong one")
		}
		return nil
	})
	patched(t, namespace)
}

// Somebody deletes the namespace: nothing can be written there any more, and the
// server goes on with what it has.
func TestTheLossOfItsOwnNamespaceStopsNothing(t *testing.T) {
	i := installChart(t, map[string]any{})
	s := i.start(t)
	namespace := i.namespaceOf(t, nil)
	own := &corev1.Namespace{ObjectMeta: named("", i.namespace)}
	if err := plane.client.Delete(t.Context(), own); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the end of the Secret", func(ctx context.Context) error {
		err := plane.client.Get(ctx, types.NamespacedName{Namespace: i.namespace, Name: "sluice-certificates"}, &corev1.Secret{})
		if !apierrors.IsNotFound(err) {
			return fmt.Errorf("it is there: %w", err)
		}
		return nil
	})
	patched(t, namespace)
	s.ready(t, http.StatusOK, "[+]certificate ok")
	// What the cluster does without the server is the subject of other tests; that the
	// loss was noticed is in the log.
	s.stop()
	if ended := s.wait(t); !strings.Contains(ended.stderr, "the certificates could not be looked after") {
		t.Errorf("the log says nothing: %s", ended.stderr)
	}
}
