package policies

import (
	"strings"
	"testing"
)

// javaPod is a broker of an image with variables, each NAME=value.
func javaPod(image, more string, variables ...string) string {
	var env strings.Builder
	for _, variable := range variables {
		name, value, _ := strings.Cut(variable, "=")
		env.WriteString("{name: " + name + ", value: '" + value + "'}, ")
	}
	return podOf(held, "containers: [{name: k, image: '"+image+"', env: ["+env.String()+"]"+more+"}]")
}

func TestWhoCanManageByJMX(t *testing.T) {
	const (
		plain     = "-Dcom.sun.management.jmxremote -Dcom.sun.management.jmxremote.ssl=false"
		noAccess  = plain + " -Dcom.sun.management.jmxremote.authenticate=false"
		apache    = "apache/kafka:4.1.0"
		bitnami   = "bitnami/kafka:3.6.0"
		zookeeper = "zookeeper:3.8.4"
	)
	tests := []struct {
		name, image, more string
		variables         []string
		want              string
	}{
		{"no port", apache, "", nil, ""},
		{"options without a port are for the same machine", apache, "", []string{"KAFKA_JMX_OPTS=" + noAccess}, ""},
		{"the default of the start script", apache, "", []string{"JMX_PORT=9999"}, "open"},
		{"the variable of the image", "confluentinc/cp-kafka:7.9.0", "", []string{"KAFKA_JMX_PORT=9999"}, "open"},
		{"of an image that does not read it", bitnami, "", []string{"KAFKA_JMX_PORT=9999"}, ""},
		{"an empty port", apache, "", []string{"JMX_PORT="}, ""},
		{"options that let everybody in", bitnami, "", []string{"JMX_PORT=5555", "KAFKA_JMX_OPTS=" + noAccess}, "open"},
		{"options that leave it to Java", bitnami, "", []string{"JMX_PORT=5555", "KAFKA_JMX_OPTS=" + plain}, "authenticated"},
		{"options with a password", bitnami, "", []string{"JMX_PORT=5555", "KAFKA_JMX_OPTS=" + plain + " -Dcom.sun.management.jmxremote.authenticate=true"}, "authenticated"},
		{"localhost alone", bitnami, "", []string{"JMX_PORT=5555", "KAFKA_JMX_OPTS=" + noAccess + " -Dcom.sun.management.jmxremote.host=127.0.0.1"}, "local"},
		{"a port by an option", apache, "", []string{"KAFKA_OPTS=" + noAccess + " -Dcom.sun.management.jmxremote.port=9010"}, "open"},
		{"a port by an option, and Java's own default", apache, "", []string{"KAFKA_OPTS=-Dcom.sun.management.jmxremote.port=9010"}, "authenticated"},
		{"options that may come from a Secret", apache, ", envFrom: [{secretRef: {name: s}}]", []string{"JMX_PORT=9999"}, "unknown"},
		{"ZooKeeper's script", zookeeper, "", []string{"JMXPORT=9999"}, "open"},
		{"ZooKeeper's script with a password", zookeeper, "", []string{"JMXPORT=9999", "JMXAUTH=true"}, "authenticated"},
		{"ZooKeeper's script does not read Kafka's variable", zookeeper, "", []string{"JMX_PORT=9999"}, ""},
		{"Strimzi's without a user", "quay.io/strimzi/kafka:1.0.0-kafka-4.1.0", ", command: [/opt/kafka/kafka_run.sh]", []string{"KAFKA_JMX_ENABLED=true"}, "open"},
		{"Strimzi's with a user", "quay.io/strimzi/kafka:1.0.0-kafka-4.1.0", ", command: [/opt/kafka/kafka_run.sh]", []string{"KAFKA_JMX_ENABLED=true", "KAFKA_JMX_USERNAME=u"}, "authenticated"},
		{"Strimzi's as it comes", "quay.io/strimzi/kafka:1.0.0-kafka-4.1.0", ", command: [/opt/kafka/kafka_run.sh]", []string{"KAFKA_JMX_ENABLED=false"}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := valuesOf(t, javaPod(test.image, test.more, test.variables...), modern)["jmx"]; got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestWhereADebuggerCanAttach(t *testing.T) {
	tests := []struct {
		name      string
		variables []string
		want      string
	}{
		{"nowhere", nil, ""},
		{"on all addresses", []string{"KAFKA_OPTS=-agentlib:jdwp=transport=dt_socket,server=y,address=*:5005"}, "*:5005"},
		{"on all addresses by the old option", []string{"JAVA_TOOL_OPTIONS=-Xrunjdwp:transport=dt_socket,address=0.0.0.0:8000,server=y"}, "0.0.0.0:8000"},
		{"a port alone is localhost", []string{"KAFKA_OPTS=-agentlib:jdwp=transport=dt_socket,server=y,address=5005"}, ""},
		{"localhost", []string{"KAFKA_OPTS=-agentlib:jdwp=transport=dt_socket,server=y,address=localhost:5005"}, ""},
		{"the script's default is a port alone", []string{"KAFKA_DEBUG=y"}, ""},
		{"the script's port", []string{"KAFKA_DEBUG=y", "JAVA_DEBUG_PORT=*:5005"}, "*:5005"},
		{"the script's options", []string{"KAFKA_DEBUG=y", "JAVA_DEBUG_OPTS=-agentlib:jdwp=address=*:7777"}, "*:7777"},
		{"the script's options for localhost", []string{"KAFKA_DEBUG=y", "JAVA_DEBUG_OPTS=-agentlib:jdwp=address=7777"}, ""},
		{"a script that is not asked", []string{"JAVA_DEBUG_PORT=*:5005"}, ""},
		{"a script that is not asked, by an empty variable", []string{"KAFKA_DEBUG=", "JAVA_DEBUG_PORT=*:5005"}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			values := valuesOf(t, javaPod("apache/kafka:4.1.0", "", test.variables...), modern)
			if values["debugger"] != test.want || values["debugger_open"] != (test.want != "") {
				t.Errorf("got %v, %v, want %q", values["debugger"], values["debugger_open"], test.want)
			}
		})
	}
}

func TestHeapAndMemory(t *testing.T) {
	const limited = ", resources: {limits: {memory: 2Gi}}"
	tests := []struct {
		name, more string
		variables  []string
		heap       int
		fits       string
		share      bool
	}{
		{"nothing said", limited, nil, 0, "unknown", false},
		{"within the limit", limited, []string{"KAFKA_HEAP_OPTS=-Xms512m -Xmx1024m"}, 1024, "yes", false},
		{"as large as the limit", limited, []string{"KAFKA_HEAP_OPTS=-Xmx2g"}, 2048, "no", false},
		{"in bytes", limited, []string{"KAFKA_HEAP_OPTS=-Xmx4294967296"}, 4096, "no", false},
		{"in kilobytes", limited, []string{"KAFKA_HEAP_OPTS=-Xmx1048576k"}, 1024, "yes", false},
		{"in terabytes", limited, []string{"KAFKA_HEAP_OPTS=-Xmx1T"}, 1 << 20, "no", false},
		{"by the long option", limited, []string{"KAFKA_HEAP_OPTS=-XX:MaxHeapSize=3g"}, 3072, "no", false},
		{"no size", limited, []string{"KAFKA_HEAP_OPTS=-Xmx"}, 0, "unknown", false},
		{"a size that is none", limited, []string{"KAFKA_HEAP_OPTS=-Xmxlots"}, 0, "unknown", false},
		{"without a limit", "", []string{"KAFKA_HEAP_OPTS=-Xmx2g"}, 2048, "unknown", false},
		{"a limit that is none", ", resources: {limits: {memory: lots}}", []string{"KAFKA_HEAP_OPTS=-Xmx2g"}, 2048, "unknown", false},
		{"a share", limited, []string{"KAFKA_HEAP_OPTS=-XX:MaxRAMPercentage=50"}, 0, "unknown", true},
		{"a size counts more than a share", limited, []string{"KAFKA_HEAP_OPTS=-Xmx1g -XX:MaxRAMPercentage=50"}, 1024, "yes", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			values := valuesOf(t, javaPod("apache/kafka:4.1.0", test.more, test.variables...), modern)
			if values["heap_mib"] != test.heap || values["heap_fits"] != test.fits || values["heap_is_share"] != test.share {
				t.Errorf("got %v, %v, %v", values["heap_mib"], values["heap_fits"], values["heap_is_share"])
			}
		})
	}
}

func TestMemoryLimitOfALimitRangeCounts(t *testing.T) {
	const manifest = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: kafka}\nspec: {containers: [" + kafka + "]}"
	for limits, want := range map[string]string{
		"[{type: Container, default: {memory: 1Gi}}]": "yes",
		"[{type: Container, default: {cpu: 1}}]":      "no",
		"[{type: Pod, max: {memory: 1Gi}}]":           "no",
	} {
		around := described(t, "apiVersion: v1\nkind: LimitRange\nmetadata: {name: l, namespace: kafka}\nspec: {limits: "+limits+"}\n")
		if got := valuesOf(t, manifest, around)["memory_limited"]; got != want {
			t.Errorf("%s: got %q, want %q", limits, got, want)
		}
	}
}
