package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/sluice-dev/sluice/identity"
)

// nextImage is another image of Sluice, whose plug-in is a newer one.
func nextImage() string {
	if image := os.Getenv("SLUICE_NEXT_IMAGE"); image != "" {
		return image
	}
	return "sluice:next" // what make cluster makes
}

// endures shows that whoever is let in stays so, and nobody else gets in, while all
// around the brokers changes. A producer writes all the time, and loses nothing.
func (g *guarded) endures(t *testing.T) {
	t.Helper()
	work := g.work(t)
	certificates := g.certificates(t)

	g.replace(t, g.pods[0], 0)
	g.stillDecides(t, "after a broker was killed")

	g.thousandConnections(t)
	g.stillDecides(t, "after a thousand connections")

	g.rotate(t)
	reinstall(t, "settings.identity.image="+nextImage())
	for _, pod := range g.pods {
		g.replace(t, pod, 30)
		if image := g.plugInImage(t, pod); image != nextImage() {
			t.Errorf("%s has the plug-in of %s", pod, image)
		}
		g.stillDecides(t, "after the upgrade of "+pod)
	}
	patch(t, object("v1", "Secret", g.namespace, identity.SecretName), fmt.Sprintf(`{"data":{%q:null}}`, identity.SecretPrevious))
	g.volumesFollow(t)
	for _, pod := range g.pods {
		eventually(t, pod+" has forgotten the previous secret", func(ctx context.Context) error {
			text, err := run(ctx, g.namespace, pod, "kafka", "ls", identity.SecretDirectory)
			if err == nil && strings.Contains(text, identity.SecretPrevious) {
				err = errors.New("it has not yet")
			}
			return err
		})
	}
	g.stillDecides(t, "with the new secret alone")

	eventually(t, "all certificates have been renewed", func(context.Context) error {
		for pod, serial := range g.certificates(t) {
			if serial == certificates[pod] {
				return fmt.Errorf("%s has still %s", pod, serial)
			}
		}
		return nil
	})
	g.stillDecides(t, "with new certificates")
	work.nothingLost(t)
}

// stillDecides looks whether brokers know those who come now.
func (g *guarded) stillDecides(t *testing.T, when string) {
	t.Helper()
	if err := produce(t.Context(), t, g, alice); err != nil {
		t.Errorf("%s %s may not produce: %v", when, alice, err)
	}
	if err := produce(t.Context(), t, g, bob); !errors.Is(err, kerr.TopicAuthorizationFailed) {
		t.Errorf("%s %s got %v", when, bob, err)
	}
}

// replace deletes a pod, and waits until its successor has caught up.
func (g *guarded) replace(t *testing.T, name string, grace int64) {
	t.Helper()
	pod, err := getPod(t.Context(), g.namespace, name)
	if err != nil {
		t.Fatal(err)
	}
	if err := world.Delete(t.Context(), pod, client.GracePeriodSeconds(grace)); err != nil {
		t.Fatal(err)
	}
	before := pod.UID
	eventually(t, name+" is another pod", func(ctx context.Context) error {
		successor, err := getPod(ctx, g.namespace, name)
		if err == nil && successor.UID == before {
			err = errors.New("it is the same")
		}
		return err
	})
	meshed(t, g.namespace, name)
	saying(t, g.namespace, name, "kafka", kraftStarted)
	g.whole(t)
}

// whole waits until every partition is on all brokers.
func (g *guarded) whole(t *testing.T) {
	t.Helper()
	admin := kadm.NewClient(g.client(t, nodes))
	defer admin.Close()
	eventually(t, "all replicas are in sync", func(ctx context.Context) error {
		topics, err := admin.ListTopicsWithInternal(ctx)
		if err != nil {
			return err
		}
		topics.EachPartition(func(p kadm.PartitionDetail) {
			if len(p.ISR) < len(p.Replicas) {
				err = fmt.Errorf("%s/%d has %v of %v", p.Topic, p.Partition, p.ISR, p.Replicas)
			}
		})
		return err
	})
}

// connections are so many.
const connections = 1000

// openAndAsk opens connections to a host and port, asks on each, and reads the answers.
// It prints how many bytes these have.
const openAndAsk = `set -e
for i in $(seq "$3"); do exec {fd}<>"/dev/tcp/$0/$1"; all+=("$fd"); done
for fd in "${all[@]}"; do printf "$2" >&"$fd"; done
for fd in "${all[@]}"; do head -c 8 <&"$fd"; done | wc -c`

func (g *guarded) thousandConnections(t *testing.T) {
	t.Helper()
	var bytes strings.Builder
	for _, b := range request() {
		fmt.Fprintf(&bytes, `\x%02x`, b)
	}
	host, port, _ := strings.Cut(g.bootstrap[0], ":")
	read, err := run(t.Context(), g.namespace, alice+"-client", "client", "bash", "-c", openAndAsk, host, port, bytes.String(), strconv.Itoa(connections))
	if err != nil || strings.TrimSpace(read) != strconv.Itoa(8*connections) {
		t.Errorf("%d connections got %s bytes, and %v", connections, strings.TrimSpace(read), err)
	}
}

// rotate gives the namespace a new secret, and keeps the old one as the previous.
func (g *guarded) rotate(t *testing.T) {
	t.Helper()
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: g.namespace, Name: identity.SecretName}}
	if err := world.Get(t.Context(), client.ObjectKeyFromObject(secret), secret); err != nil {
		t.Fatal(err)
	}
	secret.Data[identity.SecretPrevious] = secret.Data[identity.SecretCurrent]
	secret.Data[identity.SecretCurrent] = []byte(identity.NewSecret())
	if err := world.Update(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	// Brokers that run take both before a proxy starts that has the new one.
	g.volumesFollow(t)
	for _, pod := range g.pods {
		eventually(t, pod+" has the new secret", func(ctx context.Context) error {
			text, err := run(ctx, g.namespace, pod, "kafka", "cat", identity.SecretDirectory+"/"+identity.SecretCurrent)
			if err == nil && text != string(secret.Data[identity.SecretCurrent]) {
				err = errors.New("it has not yet")
			}
			return err
		})
	}
}

func (g *guarded) plugInImage(t *testing.T, name string) string {
	t.Helper()
	pod, err := getPod(t.Context(), g.namespace, name)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range pod.Spec.InitContainers {
		if c.Name == "sluice-principal" {
			return c.Image
		}
	}
	return ""
}

var serialNumber = regexp.MustCompile(`"serial_number": "([0-9a-f]+)"`)

// certificates are the serial numbers of what the proxies show each other.
func (g *guarded) certificates(t *testing.T) map[string]string {
	t.Helper()
	serials := map[string]string{}
	for _, pod := range append([]string{alice + "-client"}, g.pods...) {
		text, err := run(t.Context(), g.namespace, pod, proxy, "pilot-agent", "request", "GET", "certs")
		if err != nil {
			t.Fatal(err)
		}
		all := serialNumber.FindAllStringSubmatch(text, -1)
		if len(all) == 0 {
			t.Fatalf("%s has no certificate: %s", pod, text)
		}
		serials[pod] = fmt.Sprint(all)
	}
	return serials
}

// A worker writes record after record.
type worker struct {
	g     *guarded
	stop  context.CancelFunc
	done  chan struct{}
	acked int
	err   error
}

func (g *guarded) work(t *testing.T) *worker {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	w := &worker{g: g, stop: cancel, done: make(chan struct{})}
	t.Cleanup(cancel)
	c := g.client(t, alice, kgo.DefaultProduceTopic("orders"))
	// The client gives up if this first one fails, and never again after it.
	if err := c.ProduceSync(ctx, kgo.StringRecord("begins")).FirstErr(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(w.done)
		for ctx.Err() == nil {
			// What was sent is waited for, though the work ends.
			if err := c.ProduceSync(context.WithoutCancel(ctx), kgo.KeyStringRecord("work", strconv.Itoa(w.acked))).FirstErr(); err != nil {
				w.err = err
				return
			}
			w.acked++
		}
	}()
	return w
}

// nothingLost ends the work, and reads what was acknowledged: each record, and once.
func (w *worker) nothingLost(t *testing.T) {
	t.Helper()
	w.stop()
	<-w.done
	if w.err != nil {
		t.Fatalf("after %d records: %v", w.acked, w.err)
	}
	c := w.g.client(t, alice, kgo.ConsumeTopics("orders"), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	defer c.Close()
	seen := map[string]int{}
	for len(seen) < w.acked {
		fetches := c.PollFetches(t.Context())
		if err := fetches.Err(); err != nil {
			t.Fatalf("of %d records %d were read: %v", w.acked, len(seen), err)
		}
		fetches.EachRecord(func(r *kgo.Record) {
			if string(r.Key) == "work" {
				seen[string(r.Value)]++
			}
		})
	}
	for value, times := range seen {
		if times > 1 {
			t.Errorf("record %s was read %d times", value, times)
		}
	}
	t.Logf("%d records were written meanwhile", w.acked)
}
