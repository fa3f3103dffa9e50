package workload_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/workload"
)

// kafkaPod is a pod of about 4.6 KB, as the API server sends it: what a chart writes, with
// the fields that the server fills in.
func kafkaPod(b *testing.B, command string) *document.Node {
	var env []string
	for _, entry := range []string{
		"BITNAMI_DEBUG=false", "MY_POD_IP=@status.podIP", "MY_POD_NAME=@metadata.name", "KAFKA_CFG_ZOOKEEPER_CONNECT=kafka-zookeeper:2181",
		"KAFKA_INTER_BROKER_LISTENER_NAME=INTERNAL", "KAFKA_CFG_LISTENER_SECURITY_PROTOCOL_MAP=INTERNAL:PLAINTEXT,CLIENT:PLAINTEXT",
		"KAFKA_CFG_LISTENERS=INTERNAL://:9093,CLIENT://:9092", "KAFKA_CFG_ADVERTISED_LISTENERS=INTERNAL://$(MY_POD_NAME).kafka-headless:9093,CLIENT://$(MY_POD_NAME).kafka-headless:9092",
		"ALLOW_PLAINTEXT_LISTENER=yes", "KAFKA_VOLUME_DIR=/bitnami/kafka", "KAFKA_LOG_DIR=/opt/bitnami/kafka/logs", "KAFKA_CFG_DELETE_TOPIC_ENABLE=false",
		"KAFKA_CFG_AUTO_CREATE_TOPICS_ENABLE=true", "KAFKA_HEAP_OPTS=-Xmx1024m -Xms1024m", "KAFKA_CFG_LOG_FLUSH_INTERVAL_MESSAGES=10000", "KAFKA_CFG_LOG_FLUSH_INTERVAL_MS=1000",
		"KAFKA_CFG_LOG_RETENTION_BYTES=1073741824", "KAFKA_CFG_LOG_RETENTION_CHECK_INTERVAL_MS=300000", "KAFKA_CFG_LOG_RETENTION_HOURS=168", "KAFKA_CFG_MESSAGE_MAX_BYTES=1000012",
		"KAFKA_CFG_LOG_SEGMENT_BYTES=1073741824", "KAFKA_CFG_LOG_DIRS=/bitnami/kafka/data", "KAFKA_CFG_DEFAULT_REPLICATION_FACTOR=1", "KAFKA_CFG_OFFSETS_TOPIC_REPLICATION_FACTOR=1",
		"KAFKA_CFG_NUM_RECOVERY_THREADS_PER_DATA_DIR=1", "KAFKA_CFG_SOCKET_REQUEST_MAX_BYTES=104857600", "KAFKA_CFG_SOCKET_SEND_BUFFER_BYTES=102400",
		"KAFKA_CFG_TRANSACTION_STATE_LOG_REPLICATION_FACTOR=1", "KAFKA_CFG_TRANSACTION_STATE_LOG_MIN_ISR=1", "KAFKA_CFG_ZOOKEEPER_CONNECTION_TIMEOUT_MS=6000",
		"KAFKA_CFG_AUTHORIZER_CLASS_NAME=", "KAFKA_CFG_ALLOW_EVERYONE_IF_NO_ACL_FOUND=true", "KAFKA_CFG_SUPER_USERS=User:admin", "KAFKA_CFG_NUM_IO_THREADS=8", "KAFKA_CFG_NUM_NETWORK_THREADS=3", "KAFKA_CFG_NUM_PARTITIONS=1", "KAFKA_CFG_SOCKET_RECEIVE_BUFFER_BYTES=102400",
	} {
		name, value, _ := strings.Cut(entry, "=")
		if field, ok := strings.CutPrefix(value, "@"); ok {
			env = append(env, fmt.Sprintf("{name: %s, valueFrom: {fieldRef: {apiVersion: v1, fieldPath: %s}}}", name, field))
			continue
		}
		env = append(env, fmt.Sprintf("{name: %s, value: %q}", name, value))
	}
	return pod(b, `{
		volumes: [{name: data, persistentVolumeClaim: {claimName: data-kafka-0}}, {name: logs, emptyDir: {}}, {name: scripts, configMap: {name: kafka-scripts, defaultMode: 493}},
			{name: kube-api-access, projected: {defaultMode: 420, sources: [{serviceAccountToken: {expirationSeconds: 3607, path: token}}]}}],
		containers: [
			{name: jmx-exporter, image: "docker.io/bitnami/jmx-exporter:0.17.0", command: [java], args: ["-XX:MaxRAMPercentage=100", -jar, jmx_prometheus_httpserver.jar, "5556", /etc/jmx-kafka/c.yml]},
			{name: kafka, image: "docker.io/bitnami/kafka:3.2.0-debian-11-r3", imagePullPolicy: IfNotPresent, command: `+command+`,
				ports: [{name: kafka-client, containerPort: 9092, protocol: TCP}, {name: kafka-internal, containerPort: 9093, protocol: TCP}],
				env: [`+strings.Join(env, ", ")+`], resources: {requests: {cpu: 250m, memory: 1Gi}},
				volumeMounts: [{name: data, mountPath: /bitnami/kafka}, {name: logs, mountPath: /opt/bitnami/kafka/logs}, {name: scripts, mountPath: /scripts/setup.sh, subPath: setup.sh}],
				livenessProbe: {tcpSocket: {port: kafka-client}, initialDelaySeconds: 10, timeoutSeconds: 5, periodSeconds: 10, successThreshold: 1, failureThreshold: 3},
				readinessProbe: {tcpSocket: {port: kafka-client}, initialDelaySeconds: 5, timeoutSeconds: 5, periodSeconds: 10, successThreshold: 1, failureThreshold: 6},
				terminationMessagePath: /dev/termination-log, terminationMessagePolicy: File,
				securityContext: {runAsUser: 1001, runAsNonRoot: true, allowPrivilegeEscalation: false}}],
		restartPolicy: Always, terminationGracePeriodSeconds: 30, dnsPolicy: ClusterFirst, serviceAccountName: kafka, securityContext: {fsGroup: 1001},
		tolerations: [{key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 300}, {key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 300}],
		hostname: kafka-0, subdomain: kafka-headless, schedulerName: default-scheduler, priority: 0, enableServiceLinks: true, preemptionPolicy: PreemptLowerPriority}`)
}

func BenchmarkRecognise(b *testing.B) {
	for name, command := range map[string]string{
		"program": "[/scripts/setup.sh]",
		"script":  `[bash, -ec, "unset KAFKA_PORT && export KAFKA_CFG_BROKER_ID=${HOSTNAME##*-} && exec /entrypoint.sh /run.sh"]`,
	} {
		b.Run(name, func(b *testing.B) {
			root := kafkaPod(b, command)
			b.ReportAllocs()
			for b.Loop() {
				if recognise(root) == nil {
					b.Fatal("not recognised")
				}
			}
			b.ReportMetric(float64(len(root.AppendJSON(nil))), "pod-bytes")
		})
	}
}

func BenchmarkRecogniseAnotherPod(b *testing.B) {
	root := pod(b, `{containers: [{name: orders, image: "registry.example.com/team/orders:1.2.3", args: ["--brokers=kafka:9092"], env: [{name: KAFKA_BROKERS, value: "kafka:9092"}]}]}`)
	b.ReportAllocs()
	for b.Loop() {
		if recognise(root) != nil {
			b.Fatal("recognised")
		}
	}
}

func BenchmarkProperty(b *testing.B) {
	p := recognise(kafkaPod(b, "[/scripts/setup.sh]")).Processes[0]
	b.ReportAllocs()
	for b.Loop() {
		if setting, ok := p.Property("listeners"); !ok || !setting.Known {
			b.Fatal(setting)
		}
	}
}

func BenchmarkCatalogue(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if workload.ReadCatalogue() == 0 {
			b.Fatal("empty")
		}
	}
}
