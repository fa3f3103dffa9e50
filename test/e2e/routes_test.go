package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// A route is one way by which a distribution of the catalogue takes a setting that a
// pod can carry. Each is shown with the setting that makes a quorum's port listen on
// all addresses, because there the kernel of the running pod has the last word.
type route struct {
	// row is the catalogue's.
	row string
	// by is the route, as a person calls it.
	by   string
	port string
	// image and command start a server whose port listens on the pod's own address;
	// variables are NAME=value. HOST in both is a name of the pod.
	image     string
	command   []string
	variables []string
	// asked is true for a route that is taken on request only.
	asked bool
}

// The ports in the kernel's spelling.
const (
	electionPort   = ":0F30" // 3888
	controllerPort = ":2385" // 9093
)

const startKafka = "/opt/kafka/bin/kafka-server-start.sh"

// A ZooKeeper server waits for two others, which need not be there.
var routes = []route{
	{row: "official-zookeeper", by: "`ZOO_CFG_EXTRA`", port: electionPort, image: "zookeeper:3.9.5",
		variables: []string{"ZOO_MY_ID=1", "ZOO_SERVERS=server.1=HOST:2888:3888;2181 server.2=b:2888:3888;2181 server.3=c:2888:3888;2181"}},
	{row: "official-zookeeper", by: "one more word in `ZOO_CFG_EXTRA`", port: electionPort, image: "zookeeper:3.9.5",
		variables: []string{"ZOO_MY_ID=1", "ZOO_SERVERS=server.1=HOST:2888:3888;2181 server.2=b:2888:3888;2181 server.3=c:2888:3888;2181",
			"ZOO_CFG_EXTRA=snapCount=1000"}},
	{row: "confluent-zookeeper", by: "`ZOOKEEPER_QUORUM_LISTEN_ON_ALL_IPS`", port: electionPort, image: "confluentinc/cp-zookeeper:7.9.2",
		variables: []string{"ZOOKEEPER_SERVER_ID=1", "ZOOKEEPER_CLIENT_PORT=2181", "ZOOKEEPER_SERVERS=HOST:2888:3888;b:2888:3888;c:2888:3888"}},
	{row: "bitnami-zookeeper", by: "`ZOO_LISTEN_ALLIPS_ENABLED`", port: electionPort, image: "bitnamilegacy/zookeeper:3.9.3-debian-12-r10",
		variables: []string{"ZOO_SERVER_ID=1", "ALLOW_ANONYMOUS_LOGIN=yes", "ZOO_SERVERS=HOST:2888:3888::1,b:2888:3888::2,c:2888:3888::3"}},
	{row: "apache-kafka", by: "`KAFKA_LISTENERS`", port: controllerPort, image: "apache/kafka:" + kafkaNewest, variables: asVariables("KAFKA_")},
	{row: "confluent-kafka", by: "`KAFKA_LISTENERS`", port: controllerPort, image: "confluentinc/cp-kafka:8.3.0",
		variables: append(asVariables("KAFKA_"), "CLUSTER_ID="+clusterID)},
	{row: "bitnami-kafka", by: "`KAFKA_CFG_LISTENERS`", port: controllerPort, image: "bitnamilegacy/kafka:4.0.0-debian-12-r10",
		variables: append(asVariables("KAFKA_CFG_"), "KAFKA_KRAFT_CLUSTER_ID="+clusterID)},
	{row: "plain-kafka", by: "`--override`", port: controllerPort, image: "apache/kafka:" + kafkaNewest,
		command: append([]string{startKafka, properties}, asOverrides()...)},
	{row: "plain-kafka", by: "`--override` within a shell's script", port: controllerPort, image: "apache/kafka:" + kafkaNewest, asked: true,
		command: []string{"sh", "-c", "exec " + startKafka + " " + properties + " " + strings.Join(asOverrides(), " ")}},
}

const (
	clusterID  = "c2x1aWNlLWUyZS1jbHVzdA"
	properties = "/etc/kafka/docker/server.properties"
)

// asVariables are the properties of a controller whose listener names its host.
func asVariables(prefix string) []string {
	var all []string
	for _, property := range [][2]string{
		{"process.roles", "controller"}, {"node.id", "1"}, {"controller.listener.names", "CONTROLLER"},
		{"controller.quorum.voters", "1@HOST:9093"}, {"listeners", "CONTROLLER://HOST:9093"},
	} {
		all = append(all, prefix+strings.ToUpper(strings.ReplaceAll(property[0], ".", "_"))+"="+property[1])
	}
	return all
}

// asOverrides say of the broker and controller in the image's own file what can be
// seen from outside, and let its controller listener name the host.
func asOverrides() []string {
	var all []string
	for _, property := range []string{
		"process.roles=broker,controller", "controller.listener.names=CONTROLLER",
		"controller.quorum.voters=1@HOST:9093", "listeners=PLAINTEXT://:9092,CONTROLLER://HOST:9093",
	} {
		all = append(all, "--override", property)
	}
	return all
}

func TestEachRouteReachesTheRunningProcess(t *testing.T) {
	for _, h := range []half{without, with} {
		t.Run(string(h)+" Sluice", func(t *testing.T) {
			namespace := newNamespace(t, h)
			create(t, &corev1.Service{
				ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "peers"},
				Spec: corev1.ServiceSpec{
					ClusterIP: corev1.ClusterIPNone, PublishNotReadyAddresses: true, Selector: map[string]string{"app": "server"},
					Ports: []corev1.ServicePort{{Name: "tcp-peers", Port: 1}},
				},
			})
			for i, r := range routes {
				t.Run(r.row+" "+strings.ReplaceAll(r.by, "`", ""), func(t *testing.T) { r.shows(t, namespace, fmt.Sprintf("server-%d", i), h) })
			}
		})
	}
	if !t.Failed() {
		routesShown = true
	}
}

// routesShown says that all routes were shown in this run.
var routesShown bool

// shows starts the pod and looks on which addresses its port listens.
func (r route) shows(t *testing.T, namespace, name string, h half) {
	t.Helper()
	pod := r.pod(namespace, name)
	create(t, pod)
	t.Cleanup(func() {
		if err := world.Delete(context.Background(), pod); err != nil {
			t.Error(err)
		}
	})
	eventually(t, "the port of "+name, func(ctx context.Context) error {
		all, err := listensOnAll(ctx, namespace, name, "server", r.port)
		if err == nil && all != (h == with) {
			t.Fatalf("the port listens on all addresses: %t", all)
		}
		return err
	})
}

func (r route) pod(namespace, name string) *corev1.Pod {
	at := strings.NewReplacer("HOST", name+".peers."+namespace+".svc.cluster.local")
	server := corev1.Container{
		Name: "server", Image: r.image, VolumeMounts: []corev1.VolumeMount{{Name: "logs", MountPath: "/tmp/kraft-combined-logs"}},
		Env: []corev1.EnvVar{{Name: "KAFKA_HEAP_OPTS", Value: "-Xmx256M"}},
	}
	for _, word := range r.command {
		server.Command = append(server.Command, at.Replace(word))
	}
	for _, variable := range r.variables {
		name, value, _ := strings.Cut(variable, "=")
		server.Env = append(server.Env, corev1.EnvVar{Name: name, Value: at.Replace(value)})
	}
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: namespace, Name: name, Labels: map[string]string{"app": "server", "sidecar.istio.io/inject": "true"},
			Annotations: map[string]string{},
		},
		Spec: corev1.PodSpec{
			Hostname: name, Subdomain: "peers", TerminationGracePeriodSeconds: new(int64(1)), Containers: []corev1.Container{server},
			Volumes:         []corev1.Volume{{Name: "logs", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}},
			SecurityContext: &corev1.PodSecurityContext{FSGroup: new(int64(1000))},
		},
	}
	if r.asked {
		pod.Annotations["sluice.dev/quorum-listen"] = "enforce"
	}
	if r.command != nil {
		// What the images' own start scripts do first.
		pod.Spec.InitContainers = []corev1.Container{{
			Name: "format", Image: r.image, VolumeMounts: server.VolumeMounts,
			Command: []string{"/opt/kafka/bin/kafka-storage.sh", "format", "-t", clusterID, "-c", properties},
		}}
	}
	return pod
}
