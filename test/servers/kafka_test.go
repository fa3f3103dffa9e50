package servers

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluice-dev/sluice/wait/target"
)

// cluster is where the ports of a Kafka of one node are.
type cluster struct {
	plain, sasl, tls, controller int
	process                      *Process
}

// startKafka runs a node that is broker and controller, with a listener of each kind.
func startKafka(t *testing.T, r Release) cluster {
	t.Helper()
	free := ports(t, 4)
	c := cluster{plain: free[0], sasl: free[1], tls: free[2], controller: free[3]}
	directory := t.TempDir()
	key, trust := stores(t, directory)
	file := write(t, directory, "server.properties", `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:%[4]d
controller.listener.names=CONTROLLER
listeners=PLAIN://127.0.0.1:%[1]d,SASL://127.0.0.1:%[2]d,TLS://127.0.0.1:%[3]d,CONTROLLER://127.0.0.1:%[4]d
advertised.listeners=PLAIN://127.0.0.1:%[1]d,SASL://127.0.0.1:%[2]d,TLS://127.0.0.1:%[3]d
listener.security.protocol.map=PLAIN:PLAINTEXT,SASL:SASL_PLAINTEXT,TLS:SSL,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAIN
sasl.enabled.mechanisms=PLAIN
listener.name.sasl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="a" password="a" user_a="a";
ssl.keystore.location=%[5]s
ssl.keystore.password=%[6]s
ssl.key.password=%[6]s
ssl.truststore.location=%[8]s
ssl.truststore.password=%[6]s
ssl.client.auth=required
log.dirs=%[7]s
offsets.topic.replication.factor=1
`, c.plain, c.sasl, c.tls, c.controller, key, password, filepath.Join(directory, "data"), trust)
	write(t, directory, "log4j.properties", "%s", logging)
	jars, err := r.jars(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	format := exec.CommandContext(t.Context(), "java", "-XX:TieredStopAtLevel=1", "-cp", directory+":"+jars+"/*",
		"kafka.tools.StorageTool", "format", "--cluster-id", "5L6g3nShT-eMCtK--X86sw", "--config", file)
	if out, err := format.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	c.process = start(t, r, directory, "kafka.Kafka", file)
	return c
}

// A broker says what it serves before it asks who one is, and with TLS it says who it is.
func TestKafkaAnswersOnEachOfItsListeners(t *testing.T) {
	for _, r := range KafkaReleases {
		t.Run(r.Version, func(t *testing.T) {
			c := startKafka(t, r)
			answers(t, target.Kafka, c.plain)
			answers(t, target.Kafka, c.sasl)
			answers(t, target.Kafka, c.controller)
			answers(t, target.TLS, c.tls)

			refuses(t, target.Kafka, c.tls, "")
			refuses(t, target.TLS, c.plain, "")
			refuses(t, target.ZooKeeper, c.plain, "")
		})
	}
}

// The password of the stores.
const password = "sluice-test"

// stores makes a store with a key and its certificate, and one that trusts it.
func stores(t *testing.T, directory string) (key, trust string) {
	t.Helper()
	key, trust = filepath.Join(directory, "key.p12"), filepath.Join(directory, "trust.p12")
	certificate := filepath.Join(directory, "server.pem")
	for _, arguments := range []string{
		"-genkeypair -alias server -keyalg EC -dname CN=localhost -validity 2 -storetype PKCS12 -keystore " + key,
		"-exportcert -rfc -alias server -keystore " + key + " -file " + certificate,
		"-importcert -noprompt -alias server -storetype PKCS12 -keystore " + trust + " -file " + certificate,
	} {
		command := exec.CommandContext(t.Context(), "keytool", append(strings.Fields(arguments), "-storepass", password)...)
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatal(fmt.Errorf("%w\n%s", err, out))
		}
	}
	return key, trust
}
