package apiserver

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

// startCertManager installs cert-manager's kinds and runs its controllers and its
// cainjector, as test/certmanager builds them.
func startCertManager(t *testing.T) {
	t.Helper()
	assets, err := assetsDirectory()
	if err != nil {
		t.Fatal(err)
	}
	// Kubernetes' programs may be somebody else's, these are not.
	program := filepath.Join(assets, "cert-manager")
	if _, err := os.Stat(program); err != nil {
		assets = filepath.Join("..", "..", "bin", "assets")
		program = filepath.Join(assets, "cert-manager")
	}
	if _, err := os.Stat(program); err != nil {
		t.Fatalf("this test needs cert-manager: run \"make test-assets\" in the root of the project: %v", err)
	}
	kinds := envtest.CRDInstallOptions{Paths: []string{filepath.Join(assets, "cert-manager-kinds")}, ErrorIfPathMissing: true, MaxTime: patience}
	if kinds.CRDs, err = envtest.InstallCRDs(plane.config, kinds); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := envtest.UninstallCRDs(plane.config, kinds); err != nil {
			t.Error(err)
		}
	})
	var said strings.Builder
	process := exec.Command(program, adminConfig(t))
	process.Stdout, process.Stderr = &said, &said
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = process.Process.Kill()
		_ = process.Wait() // it was killed, and says so
		if t.Failed() {
			t.Logf("cert-manager said:\n%s", said.String())
		}
	})
}

// mount keeps a Secret in a directory, as a kubelet does: behind a link that is
// replaced, and some time after the Secret has changed.
func mount(t *testing.T, key types.NamespacedName, late time.Duration) string {
	t.Helper()
	directory := t.TempDir()
	write := func(secret *corev1.Secret) error {
		version := "..v" + secret.ResourceVersion
		if err := os.Mkdir(filepath.Join(directory, version), 0o700); err != nil {
			return err
		}
		for name, content := range secret.Data {
			if err := os.WriteFile(filepath.Join(directory, version, name), content, 0o600); err != nil {
				return err
			}
		}
		if err := os.Symlink(version, filepath.Join(directory, "..tmp")); err != nil {
			return err
		}
		return os.Rename(filepath.Join(directory, "..tmp"), filepath.Join(directory, "..data"))
	}
	secret := &corev1.Secret{}
	eventually(t, "the Secret "+key.Name, func(ctx context.Context) error {
		if err := plane.client.Get(ctx, key, secret); err != nil {
			return err
		}
		if len(secret.Data["tls.crt"]) == 0 || len(secret.Data["ca.crt"]) == 0 {
			return errors.New("there is no certificate in it")
		}
		return nil
	})
	if err := write(secret); err != nil {
		t.Fatal(err)
	}
	for name := range secret.Data {
		if err := os.Symlink(filepath.Join("..data", name), filepath.Join(directory, name)); err != nil {
			t.Fatal(err)
		}
	}
	done := make(chan struct{})
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(func() { cancel(); <-done })
	go func() {
		defer close(done)
		for written := secret.ResourceVersion; ctx.Err() == nil; time.Sleep(50 * time.Millisecond) {
			var now corev1.Secret
			if plane.client.Get(ctx, key, &now) != nil || now.ResourceVersion == written {
				continue
			}
			time.Sleep(late)
			if err := write(&now); err != nil {
				t.Error(err)
				return
			}
			written = now.ResourceVersion
		}
	}()
	return directory
}

// renew asks cert-manager for a new certificate, as its command line does, and waits
// for the Secret to hold another one.
func renew(t *testing.T, namespace, certificate, secret string) *x509.Certificate {
	t.Helper()
	key := types.NamespacedName{Namespace: namespace, Name: secret}
	var before corev1.Secret
	if err := plane.client.Get(t.Context(), key, &before); err != nil {
		t.Fatal(err)
	}
	object := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "cert-manager.io/v1", "kind": "Certificate"}}
	eventually(t, "the wish for a new "+certificate, func(ctx context.Context) error {
		if err := plane.client.Get(ctx, types.NamespacedName{Namespace: namespace, Name: certificate}, object); err != nil {
			return err
		}
		conditions, _, err := unstructured.NestedSlice(object.Object, "status", "conditions")
		if err != nil {
			return err
		}
		conditions = append(conditions, map[string]any{
			"type": "Issuing", "status": "True", "reason": "ManuallyTriggered", "message": "by a test",
			"lastTransitionTime": metav1.Now().UTC().Format(time.RFC3339), "observedGeneration": object.GetGeneration(),
		})
		if err := unstructured.SetNestedSlice(object.Object, conditions, "status", "conditions"); err != nil {
			return err
		}
		return plane.client.Status().Update(ctx, object)
	})
	var renewed *x509.Certificate
	eventually(t, "the new "+certificate, func(ctx context.Context) error {
		var now corev1.Secret
		if err := plane.client.Get(ctx, key, &now); err != nil {
			return err
		}
		if bytes.Equal(now.Data["tls.crt"], before.Data["tls.crt"]) {
			return errors.New("the Secret has the old one")
		}
		renewed = certificates(t, now.Data["tls.crt"])[0]
		return nil
	})
	return renewed
}

// cert-manager's own controllers make the certificates of the chart, its cainjector
// publishes them, and both rotate while pods are created that nobody would get without
// an answer.
func TestCertManagerRotatesWithoutADroppedRequest(t *testing.T) {
	startCertManager(t)
	i := installChart(t, map[string]any{
		"certificates": map[string]any{"provider": "cert-manager"},
		"webhooks":     map[string]any{"failurePolicy": "Fail", "timeoutSeconds": 10},
	})
	secret := i.namespace + "-cert"
	// A kubelet may be a minute late: long enough for the API server to have heard of a
	// new authority, and to call a server that still has a leaf of the old one.
	directory := mount(t, types.NamespacedName{Namespace: i.namespace, Name: secret}, 3*time.Second)
	s := i.start(t, "--cert", filepath.Join(directory, "tls.crt"), "--key", filepath.Join(directory, "tls.key"))
	namespace := i.namespaceOf(t, nil)

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	loaded := make(chan *tally)
	go func() {
		loaded <- load(ctx, 20, func(ctx context.Context, count int) error {
			pod := zookeeperPod(namespace, fmt.Sprint("zookeeper-", count))
			if err := plane.client.Create(ctx, pod, client.DryRunAll); err != nil {
				return err
			}
			if pod.Annotations["sluice.dev/summary"] == "" {
				return errors.New("the pod was not patched")
			}
			return nil
		})
	}()
	published := func(issuer *x509.Certificate) {
		t.Helper()
		eventually(t, "the new bundle", func(ctx context.Context) error {
			configuration := i.mutating(t)
			if err := plane.client.Get(ctx, client.ObjectKeyFromObject(configuration), configuration); err != nil {
				return err
			}
			if !slices.ContainsFunc(certificates(t, configuration.Webhooks[0].ClientConfig.CABundle), issuer.Equal) {
				return errors.New("it is not there")
			}
			return nil
		})
	}
	leaf := renew(t, i.namespace, i.namespace, secret)
	s.presents(t, leaf)
	authority := renew(t, i.namespace, i.namespace+"-ca", i.namespace+"-ca")
	again := renew(t, i.namespace, i.namespace, secret)
	published(authority)
	s.presents(t, again)
	cancel()
	y := <-loaded
	t.Logf("%d pods", len(y.took))
	if len(y.failed) > 0 {
		t.Errorf("%d of %d pods were refused or left alone, the first: %v", len(y.failed), len(y.took), y.failed[0])
	}

	// The server has no right to what cert-manager does, and tries nothing.
	if status, metrics, err := s.get(t.Context(), s.metrics, "/metrics"); err != nil || status != 200 || !strings.Contains(metrics, `sluice_certificate_expiry_seconds{certificate="leaf"}`) {
		t.Errorf("status %d, %v: the metrics do not say when the leaf expires", status, err)
	}
	i.applyAgain(t)
	configuration := i.validating(t)
	if err := plane.client.Get(t.Context(), client.ObjectKeyFromObject(configuration), configuration); err != nil {
		t.Fatal(err)
	}
	if manager := ownerOfBundle(configuration.ManagedFields); manager != "cert-manager-cainjector" {
		t.Errorf("caBundle belongs to %q", manager)
	}
	s.stop()
	if ended := s.wait(t); ended.code != 0 || strings.Contains(ended.stderr, "forbidden") {
		t.Errorf("the server ended with %d: %s", ended.code, ended.stderr)
	}
}

// presents waits until the server shows that certificate.
func (s *served) presents(t *testing.T, want *x509.Certificate) {
	t.Helper()
	eventually(t, "the new leaf", func(ctx context.Context) error {
		got, err := s.shown(ctx)
		if err == nil && !got.PeerCertificates[0].Equal(want) {
			err = fmt.Errorf("it shows %s", got.PeerCertificates[0].SerialNumber)
		}
		return err
	})
}

// ownerOfBundle returns which field manager has written caBundle.
func ownerOfBundle(fields []metav1.ManagedFieldsEntry) string {
	for _, each := range fields {
		if each.FieldsV1 != nil && strings.Contains(each.FieldsV1.GetRawString(), `"f:caBundle"`) {
			return each.Manager
		}
	}
	return ""
}
