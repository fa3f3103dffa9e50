package policies

import "testing"

func TestNamesOfCertificates(t *testing.T) {
	tests := []struct {
		name, host string
		want       bool
	}{
		{"kafka.example.com", "kafka.example.com", true},
		{"kafka.example.com", "Kafka.Example.com", true},
		{"*.example.com", "kafka.example.com", true},
		{"*.example.com", "a.kafka.example.com", false},
		{"example.com", "kafka.example.com", false},
		{"*.kafka.events.svc", "$HOSTNAME.kafka.events.svc", true},
		{"kafka-0.kafka.events.svc", "$(POD).kafka.events.svc", true},
		{"kafka.events.svc", "$HOSTNAME.kafka.events.svc", false},
		{"a", "$HOSTNAME", true},
		{"a", "kafka.$NAMESPACE.svc", true},
		{"a", "10.0.0.1", true},
		{"a", "[::1]", true},
		{"*", "kafka", false},
		{"kafka", "kafka", true},
	}
	for _, test := range tests {
		if got := covers(test.name, test.host); got != test.want {
			t.Errorf("%s for %s: got %t", test.name, test.host, got)
		}
	}
}

func TestCertificatesOfAProcess(t *testing.T) {
	pod := func(annotations, image, env, mount string) string {
		return `apiVersion: v1
kind: Pod
metadata: {name: p, namespace: kafka, annotations: {` + annotations + `}}
spec: {containers: [{name: k, image: "` + image + `", env: [` + env + `], volumeMounts: [{name: v, mountPath: /tls` + mount + `}]}], volumes: [{name: v, secret: {secretName: tls}}]}`
	}
	const (
		kafkaImage = "apache/kafka:4.1.0"
		zkImage    = "zookeeper:3.8.4"
		listeners  = `{name: KAFKA_LISTENERS, value: "A://:9092,B://:9093"}, {name: KAFKA_LISTENER_SECURITY_PROTOCOL_MAP, value: "A:SSL,B:PLAINTEXT,CONTROLLER:SSL"}, {name: KAFKA_INTER_BROKER_LISTENER_NAME, value: A}, {name: KAFKA_ADVERTISED_LISTENERS, value: "B://b.example.com:9093,A://a.example.com:9092"}`
	)
	tests := []struct{ name, pod, certificate, fact, want string }{
		{"nothing restarts it", pod("", kafkaImage, "", ""), "", "renewal_arrives", "no"},
		{"something restarts it", pod(`reloader.stakater.com/auto: "true"`, kafkaImage, "", ""), "", "renewal_arrives", "yes"},
		{"something restarts it for that Secret", pod("secret.reloader.stakater.com/reload: tls", kafkaImage, "", ""), "", "renewal_arrives", "yes"},
		{"it reads it again", pod("", zkImage, `{name: ZOO_CFG_EXTRA, value: "sslQuorumReloadCertFiles=true"}`, ""), "", "renewal_arrives", "yes"},
		{"it reads again a file that never changes", pod("", zkImage, `{name: ZOO_CFG_EXTRA, value: "sslQuorumReloadCertFiles=true"}`, ", subPath: k"), "", "renewal_arrives", "no"},
		{"it reads it for clients again", pod("", zkImage, `{name: JVMFLAGS, value: "-Dzookeeper.client.certReload=true"}`, ""), "", "renewal_arrives", "yes"},
		{"ZooKeeper as it comes", pod("", zkImage, "", ""), "", "renewal_arrives", "no"},
		{"the name is there", pod("", kafkaImage, listeners, ""), "dnsNames: [a.example.com]", "lacking_name", ""},
		{"the name is missing", pod("", kafkaImage, listeners, ""), "dnsNames: [b.example.com]", "lacking_name", "a.example.com"},
		{"the common name alone", pod("", kafkaImage, listeners, ""), "commonName: a.example.com", "lacking_name", ""},
		{"the common name beside others", pod("", kafkaImage, listeners, ""), "commonName: a.example.com, dnsNames: [b.example.com]", "lacking_name", "a.example.com"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			around := described(t, "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: c, namespace: kafka}\nspec: {secretName: tls, "+test.certificate+"}\n")
			w, _ := recognised(t, test.pod)
			for _, sheet := range Facts(t.Context(), w, around) {
				if sheet.Subject == Certificate {
					if got := named(sheet)[test.fact]; got != test.want {
						t.Errorf("%s is %v, want %q", test.fact, got, test.want)
					}
					return
				}
			}
			t.Error("the Certificate is not found")
		})
	}
}

func TestCertificatesForServersAlone(t *testing.T) {
	for usages, want := range map[string]bool{
		"[server auth]": true, "[server auth, client auth]": false, "[digital signature]": false, "[]": false,
	} {
		around := described(t, "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: c, namespace: kafka}\nspec: {secretName: tls, usages: "+usages+"}\n")
		w, _ := recognised(t, `apiVersion: v1
kind: Pod
metadata: {name: p, namespace: kafka}
spec: {containers: [{name: k, image: "apache/kafka:4.1.0", env: [{name: KAFKA_PROCESS_ROLES, value: broker}, {name: KAFKA_LISTENERS, value: "A://:9092"}, {name: KAFKA_INTER_BROKER_LISTENER_NAME, value: A},
  {name: KAFKA_LISTENER_SECURITY_PROTOCOL_MAP, value: "A:SSL,CONTROLLER:SSL"}], volumeMounts: [{name: v, mountPath: /tls}]}], volumes: [{name: v, projected: {sources: [{secret: {name: tls}}]}}]}`)
		sheets := Facts(t.Context(), w, around)
		if last := sheets[len(sheets)-1]; last.Subject != Certificate || named(last)["lacks_client_usage"] != want {
			t.Errorf("%s: got %+v", usages, named(last))
		}
	}
}
