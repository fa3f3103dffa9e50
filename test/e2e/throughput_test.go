package e2e

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

var (
	rounds         = flag.Int("rounds", 0, "measure throughput, in so many rounds")
	records        = flag.Int("records", 2_000_000, "records of 1 KiB to send and to read in each measurement")
	throughputFile = flag.String("throughput", "", "`file` to write the measured throughput into")
)

// A transport is one way from a client to a broker.
type transport struct {
	name string
	// meshed tells the namespace; port and properties the listener.
	meshed     bool
	port       int
	properties string
}

var transports = []transport{
	{name: "plaintext, outside the mesh", port: 9092},
	{name: "Kafka's TLS 1.3, mutual, outside the mesh", port: 9094, properties: "/tls/client.properties"},
	{name: "Istio's mutual TLS", meshed: true, port: 9092},
}

// A figure is what one measurement gave.
type figure struct {
	// rate is in MB/s.
	rate float64
	// cpu is in seconds per GB: of the client, the broker and, in the mesh, both proxies.
	cpu float64
}

// Rounds are interleaved, so that what else the machine does hits all transports
// alike: compare the ratios.
func TestThroughputOfPlaintextKafkaTLSAndTheMesh(t *testing.T) {
	if *rounds == 0 {
		t.Skip("measures nothing without -rounds")
	}
	namespaces := map[bool]string{}
	for _, meshed := range []bool{false, true} {
		namespace := newNamespace(t, without)
		namespaces[meshed] = namespace
		create(t, tlsSecret(t, namespace, "kafka.kafka."+namespace+".svc.cluster.local"))
		apply(t, namespace, "throughput.yaml", map[string]any{"Version": kafkaNewest, "Meshed": meshed})
		saying(t, namespace, "kafka", "kafka", kraftStarted)
		running(t, namespace, "client", "client")
	}
	produced, consumed := map[string][]figure{}, map[string][]figure{}
	for round := range *rounds {
		for _, transport := range transports {
			namespace := namespaces[transport.meshed]
			topic := fmt.Sprintf("round-%d-%d", round, transport.port)
			produced[transport.name] = append(produced[transport.name], measure(t, namespace, transport.produce(namespace, topic), producerRate))
			consumed[transport.name] = append(consumed[transport.name], measure(t, namespace, transport.consume(namespace, topic), consumerRate))
			must(t, namespace, "/opt/kafka/bin/kafka-topics.sh --delete --bootstrap-server localhost:9092 --topic "+topic)
		}
	}
	report := throughput(cores(t, namespaces[true], "kafka"), produced, consumed)
	t.Log("\n" + report)
	if *throughputFile != "" {
		if err := os.WriteFile(*throughputFile, []byte(report), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func (r transport) bootstrap(namespace string) string {
	return fmt.Sprintf("kafka.kafka.%s.svc.cluster.local:%d", namespace, r.port)
}

func (r transport) produce(namespace, topic string) string {
	command := fmt.Sprintf("/opt/kafka/bin/kafka-producer-perf-test.sh --topic %s --num-records %d --record-size 1024 --throughput -1 --producer-props acks=1 batch.size=131072 linger.ms=5 bootstrap.servers=%s",
		topic, *records, r.bootstrap(namespace))
	if r.properties != "" {
		command += " --producer.config " + r.properties
	}
	return command
}

func (r transport) consume(namespace, topic string) string {
	command := fmt.Sprintf("/opt/kafka/bin/kafka-consumer-perf-test.sh --topic %s --messages %d --timeout 60000 --bootstrap-server %s", topic, *records, r.bootstrap(namespace))
	if r.properties != "" {
		command += " --consumer.config " + r.properties
	}
	return command
}

var (
	// The last line of kafka-producer-perf-test: "1000000 records sent, 117247.0 records/sec (114.50 MB/sec), …".
	producerLine = regexp.MustCompile(`records sent, [\d.]+ records/sec \(([\d.]+) MB/sec\)`)
	// The line of kafka-consumer-perf-test below its header: start, end, MB, MB/s, ….
	consumerLine = regexp.MustCompile(`(?m)^\d{4}-\d\d-\d\d [^,]*, [^,]*, [\d.]+, ([\d.]+), `)
)

func producerRate(output string) string { return lastGroup(producerLine, output) }
func consumerRate(output string) string { return lastGroup(consumerLine, output) }

func lastGroup(line *regexp.Regexp, output string) string {
	all := line.FindAllStringSubmatch(output, -1)
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1][1]
}

// measure runs a tool in the client's pod.
func measure(t *testing.T, namespace, command string, rate func(string) string) figure {
	t.Helper()
	before := used(t, namespace)
	// The shell's own words on the CPU time of what it has run come last.
	output, err := run(t.Context(), namespace, "client", "client", "bash", "-c", command+" 2>&1; times")
	if err != nil {
		t.Fatal(err)
	}
	spent := used(t, namespace) - before + children(t, output)
	value, err := strconv.ParseFloat(rate(output), 64)
	if err != nil {
		t.Fatalf("the tool has not said how fast it was: %s", output)
	}
	return figure{rate: value, cpu: spent / (float64(*records) * 1024 / 1e9)}
}

// used is the CPU time, in seconds, of all processes in both pods.
func used(t *testing.T, namespace string) float64 {
	t.Helper()
	const ticks = 100 // USER_HZ, the same on every Linux that runs Kubernetes
	var sum float64
	for pod, container := range map[string]string{"kafka": "kafka", "client": "client"} {
		// Processes may end while they are listed.
		table, err := run(t.Context(), namespace, pod, container, "sh", "-c", "cat /proc/[0-9]*/stat 2>/dev/null; true")
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(table) {
			fields := strings.Fields(line[strings.LastIndexByte(line, ')')+1:])
			if len(fields) < 13 || strings.Contains(line, "(sh)") || strings.Contains(line, "(cat)") {
				continue
			}
			for _, field := range fields[11:13] { // utime and stime
				value, err := strconv.ParseFloat(field, 64)
				if err != nil {
					t.Fatalf("%q: %v", line, err)
				}
				sum += value / ticks
			}
		}
	}
	return sum
}

// children reads the last line of the shell's times: "1m2.345s 0m6.789s".
func children(t *testing.T, output string) float64 {
	t.Helper()
	fields := strings.Fields(tail(output, 1))
	var sum float64
	for _, field := range fields {
		minutes, seconds, ok := strings.Cut(strings.TrimSuffix(field, "s"), "m")
		m, errM := strconv.ParseFloat(minutes, 64)
		s, errS := strconv.ParseFloat(seconds, 64)
		if !ok || cmp.Or(errM, errS) != nil {
			t.Fatalf("the shell says %q", output)
		}
		sum += 60*m + s
	}
	return sum
}

func must(t *testing.T, namespace, command string) {
	t.Helper()
	if _, err := run(t.Context(), namespace, "kafka", "kafka", "sh", "-c", command); err != nil {
		t.Fatal(err)
	}
}

const throughputHead = `# Throughput

One broker and one client on a node with %s cores, %d records of 1 KiB, acks=1, %d interleaved rounds; Kafka %s. The figures are
medians, and the ratios those of the rounds, with the least and the greatest. CPU is that of client and broker and, in the mesh, of
both proxies. Everything shares the same cores, so that whoever needs less of them is faster. Compare within the table only: another
machine has other figures.

Written by ` + "`make e2e-perf`" + `.

| transport | produce MB/s | to Kafka's TLS | CPU s/GB | consume MB/s | to Kafka's TLS | CPU s/GB |
|---|---|---|---|---|---|---|
`

// throughput writes the medians and their ratios to Kafka's TLS.
func throughput(cores string, produced, consumed map[string][]figure) string {
	var page strings.Builder
	fmt.Fprintf(&page, throughputHead, cores, *records, *rounds, kafkaNewest)
	for _, r := range transports {
		fmt.Fprintf(&page, "| %s |", r.name)
		for _, figures := range []map[string][]figure{produced, consumed} {
			base, own := figures[transports[1].name], figures[r.name]
			fmt.Fprintf(&page, " %.1f | %s | %.1f |", median(own, rateOf), spread(own, base), median(own, cpuOf))
		}
		page.WriteString("\n")
	}
	return page.String()
}

// cores are those of the node that a pod runs on.
func cores(t *testing.T, namespace, pod string) string {
	t.Helper()
	p, err := getPod(t.Context(), namespace, pod)
	if err != nil {
		t.Fatal(err)
	}
	var node corev1.Node
	if err := world.Get(t.Context(), client.ObjectKey{Name: p.Spec.NodeName}, &node); err != nil {
		t.Fatal(err)
	}
	return node.Status.Capacity.Cpu().String()
}

func rateOf(f figure) float64 { return f.rate }
func cpuOf(f figure) float64  { return f.cpu }

func median(figures []figure, of func(figure) float64) float64 {
	var values []float64
	for _, f := range figures {
		values = append(values, of(f))
	}
	slices.Sort(values)
	middle := len(values) / 2
	if len(values)%2 == 0 {
		return (values[middle-1] + values[middle]) / 2
	}
	return values[middle]
}

// spread is the median of the rounds' ratios, with the least and the greatest.
func spread(own, base []figure) string {
	ratios := make([]figure, len(own))
	for i := range own {
		ratios[i].rate = own[i].rate / base[i].rate
	}
	byRate := func(a, b figure) int { return cmp.Compare(a.rate, b.rate) }
	return fmt.Sprintf("%.2f (%.2f to %.2f)", median(ratios, rateOf), slices.MinFunc(ratios, byRate).rate, slices.MaxFunc(ratios, byRate).rate)
}

// tlsSecret holds an authority, and a pair that serves the broker and its clients.
func tlsSecret(t *testing.T, namespace, host string) *corev1.Secret {
	t.Helper()
	authority, pair := selfSigned(t, host)
	return &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "tls"},
		StringData: map[string]string{
			"ca.pem": authority, "pair.pem": pair,
			"client.properties": "security.protocol=SSL\nssl.keystore.type=PEM\nssl.keystore.location=/tls/pair.pem\n" +
				"ssl.truststore.type=PEM\nssl.truststore.location=/tls/ca.pem\n",
		},
	}
}
