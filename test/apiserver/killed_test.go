package apiserver

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// The kernel ends all servers at once, in the midst of reviews, as it does when they are
// out of memory: nobody is refused anything, and who slipped by is found afterwards.
func TestWhatIsCreatedWhileAllServersAreKilledIsFoundAfterwards(t *testing.T) {
	i := installChart(t, map[string]any{})
	replicas := []*served{i.start(t), i.start(t)}
	namespace := i.namespaceOf(t, nil)
	lease := &coordinationv1.Lease{ObjectMeta: named("kube-node-lease", i.namespace)}
	install(t, lease)

	// Each runs until it is stopped, and a failure of one is a failure of the test.
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ours, others, leases := make(chan *tally), make(chan *tally), make(chan *tally)
	go func() {
		ours <- load(ctx, 20, func(ctx context.Context, count int) error {
			return plane.client.Create(ctx, zookeeperPod(namespace, fmt.Sprint("zookeeper-", count)))
		})
	}()
	go func() {
		others <- load(ctx, 20, func(ctx context.Context, count int) error {
			return plane.client.Create(ctx, webPod(namespace, fmt.Sprint("web-", count)))
		})
	}()
	go func() {
		leases <- load(ctx, 5, func(ctx context.Context, _ int) error {
			return plane.client.Patch(ctx, &coordinationv1.Lease{ObjectMeta: named(lease.Namespace, lease.Name)},
				client.RawPatch("application/merge-patch+json", []byte(`{"spec":{"renewTime":"`+time.Now().UTC().Format(metav1.RFC3339Micro)+`"}}`)))
		})
	}()
	var list corev1.PodList
	count := func(what string, want func(seen, unseen int) bool) {
		t.Helper()
		eventually(t, what, func(ctx context.Context) error {
			if err := plane.client.List(ctx, &list, client.InNamespace(namespace), client.MatchingLabels(zookeeper().Labels)); err != nil {
				return err
			}
			seen := 0
			for i := range list.Items {
				if list.Items[i].Annotations["sluice.dev/summary"] != "" {
					seen++
				}
			}
			if unseen := len(list.Items) - seen; !want(seen, unseen) {
				return fmt.Errorf("%d pods were seen and %d were not", seen, unseen)
			}
			return nil
		})
	}
	count("pods that were seen", func(seen, _ int) bool { return seen >= 10 })
	for _, replica := range replicas {
		if err := replica.process.Process.Kill(); err != nil {
			t.Fatal(err)
		}
	}
	count("pods that nobody saw", func(_, unseen int) bool { return unseen >= 20 })
	cancel()
	for name, done := range map[string]chan *tally{"Kafka pods": ours, "other pods": others, "leases": leases} {
		if y := <-done; len(y.failed) > 0 {
			t.Errorf("%s: %d of %d were refused, the first: %v", name, len(y.failed), len(y.took), y.failed[0])
		}
	}

	i.start(t)
	patched(t, namespace)
	count("all pods", func(_, _ int) bool { return true })
	_, pods := audited(t, "aa-"+i.namespace, namespace)
	for _, pod := range list.Items {
		seen := pod.Annotations["sluice.dev/summary"] != ""
		if codes := problemCodes(pods[pod.Name].Problems); strings.Contains(codes, "audit/not-seen") == seen {
			t.Errorf("%s was seen: %t; the audit says %q", pod.Name, seen, codes)
		}
	}
}
