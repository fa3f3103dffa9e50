package e2e

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/sluice-dev/sluice/identity"
)

// Ports of listeners that take the identity, with the filter and without.
const (
	filtered   = 9092
	forgotten  = 9095 // a Service declares it, and it has no filter
	undeclared = 9096 // nor does a Service declare it
)

// tries is how often each attack is tried.
const tries = 3

// guess is a secret that is as good as any but the right one.
const guess = "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnop"

// A siege is one broker with those who attack it. On a way on which no proxy writes a
// header, one that has the right secret is believed: that shows of each attack there
// that it reaches the broker, and is well formed.
type siege struct {
	*guarded
	// other is a namespace with a pod of the mesh.
	other *guarded
	// tried are all attempts, for who has to explain one.
	tried []string
}

// Whoever knows the secret is believed; it is what the broker trusts. These are all who
// do not, and those who know it and do not come past the proxy.
func TestNobodyForgesAnIdentity(t *testing.T) {
	namespace := newNamespace(t, with)
	l := layout{brokers: 1, bare: true, accounts: []string{nodes, alice, outsider}}
	s := &siege{guarded: l.apply(t, namespace)}
	s.other = &guarded{namespace: newNamespace(t, with), accounts: []string{alice}}
	apply(t, s.other.namespace, "kafka-client.yaml", map[string]any{"Version": kafkaNewest, "Accounts": s.other.accounts})
	t.Cleanup(func() { s.explain(t) })
	s.ready(t)
	s.other.ready(t)
	for _, attack := range attacks {
		if !t.Run(attack.name, func(t *testing.T) { attack.try(t, s) }) {
			return
		}
	}
	attacksShown = true
}

// explain shows after a failure whom the broker has refused.
func (s *siege) explain(t *testing.T) {
	t.Helper()
	if !t.Failed() {
		return
	}
	t.Log(tail(strings.Join(s.tried, "\n"), 20))
	text, err := logs(context.Background(), s.namespace, s.pods[0], "kafka")
	for line := range strings.Lines(text) {
		if strings.Contains(line, "dev.sluice.kafka") || strings.Contains(line, "Failed authentication") {
			t.Log(strings.TrimSpace(line))
		}
	}
	if err != nil {
		t.Log(err)
	}
}

// attacksShown says that all attacks were refused in this run.
var attacksShown bool

// attacks in the order in which they are tried: after the last the broker is of no use.
var attacks = []struct {
	name, seen string
	try        func(t *testing.T, s *siege)
}{
	{"a forged header through the proxies", "it is payload behind the proxy's own, and no request of Kafka", func(t *testing.T, s *siege) {
		s.answered(t, s.guarded, alice, filtered, request())
		s.refused(t, s.guarded, alice, filtered, s.forged(guess))
	}},
	{"a stolen header, replayed through the proxies", "likewise, although its secret is right", func(t *testing.T, s *siege) {
		s.refused(t, s.guarded, alice, filtered, s.forged(s.secret(t)))
	}},
	{"the same from a pod of another namespace", "likewise", func(t *testing.T, s *siege) {
		s.answered(t, s.other, alice, filtered, request())
		s.refused(t, s.other, alice, filtered, s.forged(guess))
		s.refused(t, s.other, alice, filtered, s.forged(s.secret(t)))
		s.refused(t, s.other, alice, forgotten, s.forged(guess))
	}},
	{"from outside the mesh", "the proxy ends the connection: it is not mutual TLS", func(t *testing.T, s *siege) {
		for _, port := range []int{filtered, forgotten, undeclared} {
			s.refused(t, s.guarded, outsider, port, s.forged(guess))
			s.refused(t, s.guarded, outsider, port, s.forged(s.secret(t)))
			s.refused(t, s.guarded, outsider, port, request())
		}
	}},
	{"through a port whose filter was forgotten", "`wrong-secret`, and `no-header` to whom writes none", func(t *testing.T, s *siege) {
		s.bare(t, alice, forgotten)
		// What no Service declares is not dialled with mutual TLS.
		s.refused(t, s.guarded, alice, undeclared, s.forged(s.secret(t)))
	}},
	{"with PERMISSIVE, from outside the mesh, also through a port that no Service declares",
		"`no-id` behind the proxy's header, and else `wrong-secret` and `no-header`", permissive},
	{"with the filter deleted", "`wrong-secret` and `no-header`; a policy keeps the filter before that", filterDeleted},
	{"with the pod's label removed", "likewise; a policy keeps the label before that", labelRemoved},
	{"with a filter that the proxy rejects", "`wrong-secret` and `no-header`, and the proxy keeps the filters that it has", filterRejected},
	{"with the previous secret, once it is gone", "`wrong-secret`, on a way on which it was believed before", secretExpired},
}

// bare shows a way on which no proxy writes a header.
func (s *siege) bare(t *testing.T, account string, port int) {
	t.Helper()
	right := s.forged(s.secret(t))
	eventually(t, fmt.Sprintf("port %d is bare to %s", port, account), func(context.Context) error {
		return s.attempt(s.guarded, account, port, right)
	})
	s.refused(t, s.guarded, account, port, s.forged(guess))
	s.refused(t, s.guarded, account, port, s.forged(""))
	s.refused(t, s.guarded, account, port, request())
	s.answered(t, s.guarded, account, port, right)
}

func permissive(t *testing.T, s *siege) {
	policy := object("security.istio.io/v1", "PeerAuthentication", s.namespace, "strict")
	patch(t, policy, `{"spec":{"mtls":{"mode":"PERMISSIVE"}}}`)
	s.bare(t, outsider, forgotten)
	s.bare(t, outsider, undeclared)
	for _, bytes := range [][]byte{request(), s.forged(guess), s.forged(s.secret(t))} {
		s.refused(t, s.guarded, outsider, filtered, bytes)
	}
	s.answered(t, s.guarded, alice, filtered, request())
	patch(t, policy, `{"spec":{"mtls":{"mode":"STRICT"}}}`)
	eventually(t, "the proxies are strict again", func(context.Context) error {
		return not(s.attempt(s.guarded, outsider, forgotten, s.forged(s.secret(t))))
	})
}

func filterDeleted(t *testing.T, s *siege) {
	filter := object("networking.istio.io/v1alpha3", "EnvoyFilter", meshNamespace, identity.FilterName(filtered))
	if err := world.Get(t.Context(), client.ObjectKeyFromObject(filter), filter); err != nil {
		t.Fatal(err)
	}
	if err := world.Delete(t.Context(), filter.DeepCopy()); !apierrors.IsInvalid(err) && !apierrors.IsForbidden(err) {
		t.Fatalf("deleting the filter ended with %v", err)
	}
	if err := errors.Join(setUnused(t.Context(), filter.DeepCopy()), world.Delete(t.Context(), filter.DeepCopy())); err != nil {
		t.Fatal(err)
	}
	putBack := putBackLater(t, filter)
	s.bare(t, alice, filtered)
	putBack()
	s.heals(t)
}

func labelRemoved(t *testing.T, s *siege) {
	pod, label := object("v1", "Pod", s.namespace, s.pods[0]), identity.Label(filtered)
	without := client.RawPatch(types.MergePatchType, fmt.Appendf(nil, `{"metadata":{"labels":{%q:null}}}`, label))
	if err := world.Patch(t.Context(), pod.DeepCopy(), without); !apierrors.IsInvalid(err) && !apierrors.IsForbidden(err) {
		t.Fatalf("removing the label ended with %v", err)
	}
	binding := object("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", "", "sluice-identity-labels")
	if err := world.Get(t.Context(), client.ObjectKeyFromObject(binding), binding); err != nil {
		t.Fatal(err)
	}
	if err := world.Delete(t.Context(), binding.DeepCopy()); err != nil {
		t.Fatal(err)
	}
	putBack := putBackLater(t, binding)
	eventually(t, "the label goes once nothing keeps it", func(ctx context.Context) error {
		return world.Patch(ctx, pod.DeepCopy(), without)
	})
	s.bare(t, alice, filtered)
	patch(t, pod, fmt.Sprintf(`{"metadata":{"labels":{%q:%q}}}`, label, identity.LabelValue))
	putBack()
	s.heals(t)
}

// A proxy that cannot do what a filter asks rejects the whole listener, and goes on
// with the one that it has.
func filterRejected(t *testing.T, s *siege) {
	filter := object("networking.istio.io/v1alpha3", "EnvoyFilter", meshNamespace, "sluice-e2e-rejected")
	filter.Object["spec"] = map[string]any{
		"workloadSelector": map[string]any{"labels": map[string]any{identity.Label(forgotten): identity.LabelValue}},
		"configPatches": []any{map[string]any{
			"applyTo": "NETWORK_FILTER",
			"match": map[string]any{"context": "SIDECAR_INBOUND", "listener": map[string]any{"filterChain": map[string]any{
				"destinationPort": int64(forgotten), "filter": map[string]any{"name": "envoy.filters.network.tcp_proxy"},
			}}},
			// The mode demands max_early_data_bytes.
			"patch": map[string]any{"operation": "MERGE", "value": map[string]any{
				"name": "envoy.filters.network.tcp_proxy",
				"typed_config": map[string]any{
					"@type":                 "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
					"upstream_connect_mode": "ON_DOWNSTREAM_TLS_HANDSHAKE",
				},
			}},
		}},
	}
	create(t, filter)
	remove := func() error { return client.IgnoreNotFound(world.Delete(context.Background(), filter)) }
	t.Cleanup(func() {
		if err := remove(); err != nil {
			t.Error(err)
		}
	})
	saying(t, s.namespace, s.pods[0], proxy, `(?i)listener.*(rejected|error adding)`)
	s.bare(t, alice, forgotten)
	s.answered(t, s.guarded, alice, filtered, request())
	s.refused(t, s.guarded, alice, filtered, s.forged(s.secret(t)))
	if err := remove(); err != nil {
		t.Fatal(err)
	}
}

func secretExpired(t *testing.T, s *siege) {
	before := s.secret(t)
	stolen := s.forged(before)
	s.answered(t, s.guarded, alice, forgotten, stolen)
	rotated := object("v1", "Secret", s.namespace, identity.SecretName)
	next := identity.NewSecret()
	patch(t, rotated, fmt.Sprintf(`{"stringData":{%q:%q,%q:%q}}`, identity.SecretCurrent, next, identity.SecretPrevious, before))
	s.volumesFollow(t)
	eventually(t, "the broker has the new secret", func(context.Context) error {
		return s.attempt(s.guarded, alice, forgotten, s.forged(next))
	})
	s.answered(t, s.guarded, alice, forgotten, stolen)
	s.answered(t, s.guarded, alice, filtered, request())
	patch(t, rotated, fmt.Sprintf(`{"data":{%q:null}}`, identity.SecretPrevious))
	s.volumesFollow(t)
	eventually(t, "the previous secret is refused", func(context.Context) error {
		for range tries { // a proxy that takes its next configuration may end one connection
			if err := not(s.attempt(s.guarded, alice, forgotten, stolen)); err != nil {
				return err
			}
		}
		return nil
	})
	s.refused(t, s.guarded, alice, forgotten, stolen)
	s.answered(t, s.guarded, alice, forgotten, s.forged(next))
	// The proxy has the secret with which it started: now it is refused itself.
	s.refused(t, s.guarded, alice, filtered, request())
}

// volumesFollow makes the kubelet look at a pod, and with it at its Secrets, which it
// does by itself once a minute.
func (g *guarded) volumesFollow(t *testing.T) {
	t.Helper()
	for _, pod := range g.pods {
		patch(t, object("v1", "Pod", g.namespace, pod), fmt.Sprintf(`{"metadata":{"annotations":{"sluice.test/looked-at":%q}}}`, time.Now().String()))
	}
}

// heals waits until the broker takes requests of the mesh again, and no others.
func (s *siege) heals(t *testing.T) {
	t.Helper()
	eventually(t, "clients are served again", func(context.Context) error {
		return s.attempt(s.guarded, alice, filtered, request())
	})
	s.refused(t, s.guarded, alice, filtered, s.forged(s.secret(t)))
}
