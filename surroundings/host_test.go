package surroundings

import (
	"context"
	"testing"
)

// whole is a world of documents that show all there is.
type whole struct{ *Files }

func (w whole) Object(ctx context.Context, kind Kind, namespace, name string) (Object, Knowledge) {
	object, known := w.Files.Object(ctx, kind, namespace, name)
	if known == Unknown {
		known = Absent
	}
	return object, known
}

func (w whole) Objects(ctx context.Context, kind Kind, namespace string) ([]Object, bool) {
	objects, _ := w.Files.Objects(ctx, kind, namespace)
	return objects, true
}

// world reads a stream of documents.
func world(t *testing.T, stream string) *Files {
	t.Helper()
	f := NewFiles("istio-system", "")
	addTo(t, f.Add, "world.yaml", stream)
	return f
}

const servicesOfKafka = `
apiVersion: v1
kind: Service
metadata: {name: kafka, namespace: events}
spec: {clusterIP: 192.0.2.7}
---
apiVersion: v1
kind: Service
metadata: {name: brokers, namespace: events}
spec: {clusterIP: None}
---
apiVersion: v1
kind: Service
metadata: {name: events, namespace: brokers}
spec: {clusterIP: None}
`

func TestAHostMeansWhatTheSearchDomainsMakeOfIt(t *testing.T) {
	f := world(t, servicesOfKafka)
	for _, test := range []struct {
		host, from string
		// want is [pod/]namespace/service, or empty for none.
		want string
		// seen is what is known where documents show a part only.
		seen Knowledge
	}{
		{"kafka", "events", "events/kafka", Found},
		{"KAFKA", "events", "events/kafka", Found},
		{"kafka", "orders", "", Unknown},
		{"kafka.events", "orders", "events/kafka", Found},
		{"kafka.events.svc", "orders", "events/kafka", Found},
		{"kafka.events.svc.cluster.local", "orders", "events/kafka", Found},
		{"kafka.events.svc.example.com.", "orders", "events/kafka", Found},
		{"kafka-0.brokers", "events", "kafka-0/events/brokers", Found},
		{"kafka-0.brokers.events", "orders", "kafka-0/events/brokers", Found},
		{"kafka-0.brokers.events.svc.cluster.local", "orders", "kafka-0/events/brokers", Found},
		{"brokers.events", "orders", "events/brokers", Found},
		{"events.brokers", "events", "events/events/brokers", Found}, // the pod of that name comes first
		{"events.brokers", "orders", "brokers/events", Found},
		{"kafka-0.kafka", "events", "", Unknown}, // not headless: no pod has a name there
		{"kafka.", "events", "", Absent},
		{"kafka.example.com", "events", "", Unknown},
		{"kafka.eu.example.com", "events", "", Absent},
		{"192.0.2.7", "events", "", Absent},
		{"2001:db8::7", "events", "", Absent},
	} {
		got, known := ResolveHost(t.Context(), f, test.host, test.from)
		place := ""
		if known == Found {
			place = got.Namespace + "/" + got.Name
			if got.Pod != "" {
				place = got.Pod + "/" + place
			}
		}
		if place != test.want || known != test.seen {
			t.Errorf("%s from %s: got %q, knowledge %d; want %q, %d", test.host, test.from, place, known, test.want, test.seen)
		}
		if _, known := ResolveHost(t.Context(), whole{f}, test.host, test.from); (known == Found) != (test.want != "") || known == Unknown {
			t.Errorf("%s from %s, with all there is: knowledge %d", test.host, test.from, known)
		}
	}
}

func TestANameSaysWhetherItIsOneOfTheCluster(t *testing.T) {
	for host, want := range map[string]bool{
		"kafka": true, "kafka.events": true, "kafka.events.svc": true, "kafka-0.kafka.events.svc.cluster.local": true,
		"kafka.events.SVC.example.com": true,
		"kafka.example.com":            false, "kafka.": false, "svc.example.com": false, "192.0.2.7": false, "::1": false,
	} {
		if got := InCluster(host); got != want {
			t.Errorf("%s: got %v", host, got)
		}
	}
}
