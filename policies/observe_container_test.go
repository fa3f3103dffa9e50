package policies

import "testing"

func TestRightsOfAContainer(t *testing.T) {
	const image = `name: k, image: "apache/kafka:4.1.0"`
	tests := []struct {
		name, spec, fact string
		want             any
	}{
		{"nothing asked", "containers: [{" + image + "}]", "runs_as_root", false},
		{"root", "containers: [{" + image + ", securityContext: {runAsUser: 0}}]", "runs_as_root", true},
		{"root by the pod", "securityContext: {runAsUser: 0}, containers: [{" + image + "}]", "runs_as_root", true},
		{"the container counts more", "securityContext: {runAsUser: 0}, containers: [{" + image + ", securityContext: {runAsUser: 1000}}]", "runs_as_root", false},
		{"a capability", "containers: [{" + image + ", securityContext: {capabilities: {add: [NET_BIND_SERVICE, CAP_SYS_ADMIN]}}}]", "capability", "CAP_SYS_ADMIN"},
		{"harmless capabilities", "containers: [{" + image + ", securityContext: {capabilities: {add: [CHOWN, CAP_KILL]}}}]", "capability", ""},
		{"seccomp of the pod", "securityContext: {seccompProfile: {type: Unconfined}}, containers: [{" + image + "}]", "seccomp", "Unconfined"},
		{"seccomp of the container", "securityContext: {seccompProfile: {type: Unconfined}}, containers: [{" + image + ", securityContext: {seccompProfile: {type: RuntimeDefault}}}]", "seccomp", "RuntimeDefault"},
		{"the node's processes", "hostPID: true, containers: [{" + image + "}]", "host_namespace", "hostPID"},
		{"a version", "containers: [{" + image + "}]", "image_moves", false},
		{"the latest", `containers: [{name: k, image: "apache/kafka:latest"}]`, "image_moves", true},
		{"no tag behind a registry with a port", `containers: [{name: k, image: "localhost:5000/apache/kafka"}]`, "image_moves", true},
		{"no tag behind a registry with a port, as a tag", `containers: [{name: k, image: "localhost:5000/apache/kafka"}]`, "image_tag", ""},
		{"a digest", `containers: [{name: k, image: "apache/kafka:latest@sha256:ab"}]`, "image_moves", false},
		{"a token by default", "containers: [{" + image + "}]", "token", "default"},
		{"a token that is asked for", "automountServiceAccountToken: true, containers: [{" + image + "}]", "token", "asked-for"},
		{"nobody who needs it", "containers: [{" + image + "}, {name: istio-proxy}]", "asks_api_server", false},
		{"an init container may need it", "initContainers: [{name: rack}], containers: [{" + image + "}]", "asks_api_server", true},
		{"a script may need it", "containers: [{" + image + `, command: [sh, -c, "kubectl get node; exec /etc/kafka/docker/run"]}]`, "asks_api_server", true},
		{"a config provider may need it", "containers: [{" + image + `, env: [{name: KAFKA_CONFIG_PROVIDERS, value: secrets}]}]`, "asks_api_server", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := valuesOf(t, podOf(held, test.spec), modern)[test.fact]; got != test.want {
				t.Errorf("%s is %v, want %v", test.fact, got, test.want)
			}
		})
	}
}

func TestWhatARestrictedNamespaceRefuses(t *testing.T) {
	const (
		pod  = "securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, "
		own  = "securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}"
		node = `{name: k, image: "apache/kafka:4.1.0", ` + own + `}`
	)
	restricted := modern
	restricted.labels = map[string]string{"istio-injection": "enabled", podSecurityLabel: "restricted"}
	tests := []struct{ name, spec, want string }{
		{"nothing", pod + "containers: [" + node + "]", ""},
		{"not the proxy", pod + "initContainers: [{name: istio-init}], containers: [" + node + ", {name: istio-proxy}]", ""},
		{"root", "containers: [" + node + "]", "container k does not say runAsNonRoot: true"},
		{"no seccomp profile", "securityContext: {runAsNonRoot: true}, containers: [" + node + "]", "container k has no seccompProfile"},
		{"capabilities", pod + `containers: [{name: k, image: "apache/kafka:4.1.0", securityContext: {allowPrivilegeEscalation: false}}]`, "container k does not drop all capabilities"},
		{"escalation", pod + `containers: [{name: k, image: "apache/kafka:4.1.0", securityContext: {capabilities: {drop: [ALL]}}}]`, "container k does not say allowPrivilegeEscalation: false"},
		{"an init container", pod + "initContainers: [{name: i}], containers: [" + node + "]", "container i does not say allowPrivilegeEscalation: false"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := valuesOf(t, podOf(held, test.spec), restricted)["pod_security_breach"]; got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if got := valuesOf(t, podOf(held, test.spec), modern)["pod_security_breach"]; got != "" {
				t.Errorf("another namespace refuses it: %q", got)
			}
		})
	}
}
