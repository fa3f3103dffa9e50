package servers

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-dev/sluice/diagnosis"
	"github.com/sluice-dev/sluice/wait/target"
)

// rules returns what a log leads to.
func rules(t *testing.T, log string) []string {
	t.Helper()
	var led []string
	_, err := diagnosis.Read(strings.NewReader(log), func(line diagnosis.Line) error {
		for i := range line.Sign.Rules {
			led = append(led, line.Sign.Rules[i].ID)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return led
}

func TestTheLogOfAHealthyServerHasNoSymptom(t *testing.T) {
	healthy := func(t *testing.T, server *Process) {
		t.Helper()
		if led := rules(t, server.said(t)); len(led) > 0 {
			t.Errorf("it leads to %q", led)
		}
	}
	for _, r := range KafkaReleases {
		t.Run("kafka "+r.Version, func(t *testing.T) {
			c := startKafka(t, r)
			answers(t, target.Kafka, c.plain)
			healthy(t, c.process)
		})
	}
	for _, r := range ZooKeeperReleases {
		t.Run("zookeeper "+r.Version, func(t *testing.T) {
			e := newEnsemble(t, r, 3)
			var servers []*Process
			for i := range 3 {
				servers = append(servers, e.start(t, i))
			}
			for i, server := range servers {
				answers(t, target.ZooKeeper, e.client[i])
				healthy(t, server)
			}
		})
	}
}

func TestABrokerThatIsSetUpWronglySaysTheSymptom(t *testing.T) {
	const withZooKeeper = "zookeeper.connect=127.0.0.1:%[2]d\nlisteners=PLAINTEXT://127.0.0.1:%[1]d\n"
	const kraft = "process.roles=broker,controller\nnode.id=1\ncontroller.quorum.voters=1@127.0.0.1:%[2]d\n" +
		"controller.listener.names=CONTROLLER\nlisteners=PLAINTEXT://127.0.0.1:%[1]d,CONTROLLER://127.0.0.1:%[2]d\n"
	for _, test := range []struct {
		rule       string
		release    Release
		properties string
	}{
		{"mesh/app-before-proxy", KafkaReleases[0], withZooKeeper + "zookeeper.connection.timeout.ms=2000\n"},
		{"identity/principal-builder-missing", KafkaReleases[1], kraft + "principal.builder.class=com.example.Builder\n"},
		{"identity/principal-builder-missing", KafkaReleases[0], withZooKeeper + "principal.builder.class=com.example.Builder\n"},
		{"mesh/service-links-become-settings", KafkaReleases[1], kraft + "num.io.threads=tcp://10.0.35.234:9092\n"},
	} {
		t.Run(test.rule+" "+test.release.Version, func(t *testing.T) {
			directory, free := t.TempDir(), ports(t, 2)
			file := write(t, directory, "server.properties", "%s", fmt.Sprintf(test.properties, free[0], free[1])+"log.dirs="+directory+"/data\n")
			write(t, directory, "log4j.properties", "%s", logging)
			server := start(t, test.release, directory, "kafka.Kafka", file)
			shows(t, server, test.rule)
		})
	}
}

// shows waits until a server's log leads to a rule.
func shows(t *testing.T, server *Process, rule string) {
	t.Helper()
	eventually(t, "the symptom of "+rule, func() error {
		if led := rules(t, server.said(t)); !slices.Contains(led, rule) {
			return fmt.Errorf("its log leads to %q", led)
		}
		return nil
	})
}

func TestAZooKeeperThatAllowsTooMuchSaysTheSymptom(t *testing.T) {
	for _, test := range []struct{ rule, property string }{
		{"security/zookeeper-skips-acls", "-Dzookeeper.skipACL=yes"},
		{"security/zookeeper-four-letter-words", "-Dzookeeper.4lw.commands.whitelist=*"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			e := newEnsemble(t, ZooKeeperReleases[2], 1)
			e.jvm = []string{test.property}
			server := e.start(t, 0)
			answers(t, target.ZooKeeper, e.client[0])
			// Only when it is first asked does ZooKeeper say which words it allows.
			connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", fmt.Sprintf("127.0.0.1:%d", e.client[0]))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = connection.Close() }()
			if _, err := connection.Write([]byte("srvr")); err != nil {
				t.Fatal(err)
			}
			shows(t, server, test.rule)
		})
	}
}
