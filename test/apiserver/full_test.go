package apiserver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	corev1 "k8s.io/api/core/v1"
)

// full is set in the environment for what takes minutes: make e2e-full.
const full = "SLUICE_FULL"

// A cluster that comes back after a loss of power creates all its pods at once. One in
// ten runs ZooKeeper here. With the default values nobody is refused, each pod that
// concerns Sluice is seen or known not to be, and no other pod is sent to it.
func TestTenThousandPodsAtOnce(t *testing.T) {
	if os.Getenv(full) == "" {
		t.Skip("set " + full + "=1 to create 10,000 pods")
	}
	const count, workers = 10_000, 200
	i := installChart(t, map[string]any{})
	i.start(t)
	i.start(t)
	namespace := i.namespaceOf(t, nil)
	config := rest.CopyConfig(plane.config)
	config.QPS = -1 // The API server alone says how fast it is.
	c, err := client.New(config, client.Options{Scheme: scheme.Scheme})
	if err != nil {
		t.Fatal(err)
	}
	create := func(namespace string) (took [2][]time.Duration) {
		var mutex sync.Mutex
		var next atomic.Int64
		var working sync.WaitGroup
		for range workers {
			working.Go(func() {
				for at := next.Add(1) - 1; at < count; at = next.Add(1) - 1 {
					pod, kind := webPod(namespace, fmt.Sprint("web-", at)), 0
					if at%10 == 0 {
						pod, kind = zookeeperPod(namespace, fmt.Sprint("zookeeper-", at)), 1
					}
					begin := time.Now()
					if err := c.Create(t.Context(), pod); err != nil {
						t.Errorf("%s: %v", pod.Name, err)
					}
					mutex.Lock()
					took[kind] = append(took[kind], time.Since(begin))
					mutex.Unlock()
				}
			})
		}
		working.Wait()
		return took
	}
	// The same pods where nobody looks after them, in the same run.
	without := create(newNamespace(t, inMesh, nil))
	before := i.reviews(t)
	with := create(namespace)
	reviews := i.reviews(t) - before
	for kind, name := range []string{"other pods", "ZooKeeper pods"} {
		for _, each := range []struct {
			where string
			took  []time.Duration
		}{{"without Sluice", without[kind]}, {"with Sluice", with[kind]}} {
			slices.Sort(each.took)
			t.Logf("%s %s: %d, half within %s, 99%% within %s", name, each.where, len(each.took), each.took[len(each.took)/2], each.took[len(each.took)*99/100])
		}
	}

	var list corev1.PodList
	if err := c.List(t.Context(), &list, client.InNamespace(namespace)); err != nil {
		t.Fatal(err)
	}
	seen, unseen := 0, 0
	for at := range list.Items {
		pod := &list.Items[at]
		switch marked := pod.Annotations["sluice.dev/summary"] != ""; {
		case marked && pod.Spec.Containers[0].Name == "web":
			t.Errorf("%s was sent to Sluice", pod.Name)
		case marked:
			seen++
		case pod.Spec.Containers[0].Name != "web":
			unseen++
		}
	}
	// Each is sent to the mutating and to the validating webhook.
	t.Logf("%d pods; of ZooKeeper %d were seen and %d were not, in %.0f reviews", len(list.Items), seen, unseen, reviews)
	if len(list.Items) != count || seen+unseen != count/10 || reviews > 2*count/10 {
		t.Errorf("%d pods, %d of ZooKeeper, %.0f reviews", len(list.Items), seen+unseen, reviews)
	}
	if seen == 0 {
		t.Error("no pod was patched")
	}
	if unseen > 0 {
		_, audited := audited(t, "aa-"+i.namespace, namespace)
		for name := range audited {
			if audited[name].Summary == "" && problemCodes(audited[name].Problems) == "" {
				t.Errorf("the audit says nothing of %s", name)
			}
		}
	}
	for at, replica := range i.replicas {
		needs := resident(t, replica)
		t.Logf("server %d needs %s", at, &needs)
	}
	eventually(t, "the servers, ready as before", func(ctx context.Context) error {
		for _, replica := range i.replicas {
			if status, _, err := replica.get(ctx, replica.health, "/readyz"); err != nil || status != 200 {
				return errors.Join(err, fmt.Errorf("status %d", status))
			}
		}
		return nil
	})
}
