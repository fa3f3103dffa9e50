package charts

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

var release = Release{Name: "sluice", Namespace: "sluice-system", Service: "sluice"}

// valuesOf reads values as a person writes them.
func valuesOf(t *testing.T, text string) map[string]any {
	t.Helper()
	var values map[string]any
	if err := yaml.Unmarshal([]byte(text), &values); err != nil {
		t.Fatal(err)
	}
	return values
}

func render(t *testing.T, values ...string) []byte {
	t.Helper()
	var all []map[string]any
	for _, each := range values {
		all = append(all, valuesOf(t, each))
	}
	text, err := Render(release, all...)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

type rendered []map[string]any

func objects(t *testing.T, text []byte) rendered {
	t.Helper()
	var list rendered
	for document := range strings.SplitSeq(string(text), "\n---\n") {
		var object map[string]any
		if err := yaml.UnmarshalStrict([]byte(strings.TrimPrefix(document, "---\n")), &object); err != nil {
			t.Fatalf("%v in\n%s", err, document)
		}
		list = append(list, object)
	}
	return list
}

func (r rendered) kinds() []string {
	var list []string
	for _, object := range r {
		list = append(list, object["kind"].(string))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func (r rendered) one(t *testing.T, kind string) map[string]any {
	t.Helper()
	i := slices.IndexFunc(r, func(object map[string]any) bool { return object["kind"] == kind })
	if i < 0 {
		t.Fatalf("no %s in %v", kind, r.kinds())
	}
	return r[i]
}

func TestTheDefaultsInstallWhatIsNeededAndNothingOfOthers(t *testing.T) {
	want := []string{
		"ClusterRole", "ClusterRoleBinding", "ConfigMap", "Deployment", "MutatingWebhookConfiguration", "NetworkPolicy", "PodDisruptionBudget",
		"Role", "RoleBinding", "Service", "ServiceAccount", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration",
	}
	if got := objects(t, render(t)).kinds(); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestRenderingTwiceGivesTheSameBytes(t *testing.T) {
	everything := `{certificates: {provider: cert-manager}, metrics: {serviceMonitor: {enabled: true}, rules: {enabled: true}, dashboards: {enabled: true}}, istio: {sidecar: true}}`
	if first, second := render(t, everything), render(t, everything); !bytes.Equal(first, second) {
		t.Error("they differ")
	}
}

func TestNoKeyAndNoBundleIsEverPartOfTheChart(t *testing.T) {
	for _, values := range []string{"{}", "{certificates: {provider: cert-manager}}"} {
		text := string(render(t, values))
		for _, never := range []string{"PRIVATE KEY", "BEGIN CERTIFICATE", "caBundle:", "kind: Secret"} {
			if strings.Contains(text, never) {
				t.Errorf("%s: %s", values, never)
			}
		}
	}
}

func TestEachValueHasItsEffect(t *testing.T) {
	for _, test := range []struct{ values, kind, has, hasNot string }{
		{"{fullnameOverride: gate}", "Service", "name: gate", ""},
		{"{fullnameOverride: gate}", "Deployment", "--service=gate", "--service=sluice"},
		{"{commonLabels: {team: events}}", "Deployment", "team: events", ""},
		{"{image: {digest: 'sha256:" + strings.Repeat("0", 64) + "', tag: x}}", "Deployment", "sluice@sha256:000", ":x"},
		{"{image: {tag: x, pullPolicy: Never}, imagePullSecrets: [pull]}", "Deployment", "sluice:x", "IfNotPresent"},
		{"{imagePullSecrets: [pull]}", "Deployment", "- name: pull", ""},
		{"{replicas: 5}", "Deployment", "replicas: 5", ""},
		{"{settings: {mutators: {service-links: 'off'}}}", "ConfigMap", `service-links: "off"`, ""},
		{"{settings: {mesh: {rootNamespace: mesh}}}", "ConfigMap", "rootNamespace: mesh", "istio-system"},
		{"{settings: {identity: {ports: [9092], image: 'own:1'}}}", "ConfigMap", "image: own:1", ""},
		{"{identity: {namespaces: [kafka]}}", "Deployment", "--identity-namespace=kafka", ""},
		{"{image: {repository: mirror/sluice, tag: x}}", "Deployment", "--image=mirror/sluice:x", ""},
		{"{settings: {images: {wait: 'sluice:v1', pullSecrets: [pull], registry: mirror}, initOrdering: {timeout: 90s}}}", "ConfigMap", "wait: sluice:v1", "timeout: 3m"},
		{"{log: {level: debug, format: text}}", "Deployment", "--log-level=debug", "json"},
		{"{certificates: {provider: cert-manager}}", "Deployment", "--cert=/certs/tls.crt", "--cert-lifetime"},
		{"{certificates: {provider: cert-manager}}", "MutatingWebhookConfiguration", "cert-manager.io/inject-ca-from: sluice-system/sluice", ""},
		{"{certificates: {provider: cert-manager, certManager: {issuerRef: {name: ours, kind: ClusterIssuer}, lifetime: 24h}}}", "Certificate", "kind: ClusterIssuer", "isCA"},
		{"{certificates: {selfManaged: {secretName: s, caLifetime: 2000h, lifetime: 100h}}}", "Deployment", "--cert-lifetime=100h", "168h"},
		{"{webhooks: {mutatingName: ab}}", "MutatingWebhookConfiguration", "name: ab", "name: aa-sluice"},
		{"{webhooks: {mutatingName: ab}}", "ClusterRole", "- ab\n", "aa-sluice"},
		{"{webhooks: {validatingName: ab}}", "ClusterRole", "- ab\n", ""},
		{"{webhooks: {failurePolicy: Fail, timeoutSeconds: 1, reinvocationPolicy: Never}}", "MutatingWebhookConfiguration", "failurePolicy: Fail", "IfNeeded"},
		{"{webhooks: {excludedNamespaces: [a], namespaceRequirements: [{key: stage, operator: Exists}]}}", "MutatingWebhookConfiguration", "key: stage", "kube-system"},
		{"{webhooks: {excludedNamespaces: [a], namespaceRequirements: [{key: stage, operator: Exists}]}}", "ValidatingAdmissionPolicy", "key: stage", "kube-system"},
		{"{webhooks: {templates: false}}", "ValidatingWebhookConfiguration", "pods.sluice.dev", "statefulsets.sluice.dev"},
		{"{guard: {action: Deny}}", "ValidatingAdmissionPolicyBinding", "Deny", "Warn"},
		{"{resources: {limits: {memory: 1Gi}}, goMemoryLimit: 900MiB}", "Deployment", "value: 900MiB", "128Mi"},
		{"{podDisruptionBudget: {maxUnavailable: 50%}}", "PodDisruptionBudget", "maxUnavailable: 50%", ""},
		{"{topologySpreadConstraints: [{maxSkew: 2, topologyKey: rack, whenUnsatisfiable: DoNotSchedule}]}", "Deployment", "topologyKey: rack", "hostname"},
		{"{priorityClassName: high, tolerations: [{operator: Exists}], affinity: {nodeAffinity: {}}, nodeSelector: {a: b}}", "Deployment", "priorityClassName: high", ""},
		{"{podAnnotations: {a: b}, podLabels: {c: d}}", "Deployment", "a: b", ""},
		{"{hostNetwork: true}", "Deployment", "hostNetwork: true", ""},
		{"{drain: 20s}", "Deployment", "--drain=20s", ""},
		{"{ports: {webhook: 1443, metrics: 1080, health: 1081}}", "Deployment", "containerPort: 1443", "9443"},
		{"{ports: {webhook: 1443, metrics: 1080, health: 1081}}", "NetworkPolicy", "port: 1081", "8081"},
		{"{serviceAccount: {name: robot, annotations: {a: b}}}", "ServiceAccount", "name: robot", ""},
		{"{serviceAccount: {name: robot}}", "ClusterRoleBinding", "name: robot", ""},
		{"{networkPolicy: {metricsFrom: [{namespaceSelector: {}}], apiServerPorts: [8443]}}", "NetworkPolicy", "port: 8443", "port: 6443"},
		{"{istio: {sidecar: true}}", "Deployment", `excludeInboundPorts: 9443,8080`, `inject: "false"`},
		{"{metrics: {serviceMonitor: {enabled: true, labels: {a: b}, interval: 5s}}}", "ServiceMonitor", "interval: 5s", ""},
		{"{metrics: {rules: {enabled: true, labels: {a: b}}}}", "PrometheusRule", "alert: SluiceAbsent", ""},
		{"{metrics: {dashboards: {enabled: true}}}", "ConfigMap", "", ""},
	} {
		t.Run(test.values+" "+test.kind, func(t *testing.T) {
			text, err := yaml.Marshal(objects(t, render(t, test.values)).one(t, test.kind))
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(text), test.has) || test.hasNot != "" && strings.Contains(string(text), test.hasNot) {
				t.Errorf("want %q and not %q in\n%s", test.has, test.hasNot, text)
			}
		})
	}
}

func TestWhatIsTurnedOffIsNotThere(t *testing.T) {
	for values, kind := range map[string]string{
		"{guard: {enabled: false}}":               "ValidatingAdmissionPolicy",
		"{settings: {mode: shadow}}":              "ValidatingAdmissionPolicyBinding",
		"{replicas: 1}":                           "PodDisruptionBudget",
		"{podDisruptionBudget: {enabled: false}}": "PodDisruptionBudget",
		"{networkPolicy: {enabled: false}}":       "NetworkPolicy",
		"{certificates: {provider: cert-manager, certManager: {issuerRef: {name: ours}}}}": "Issuer",
	} {
		if kinds := objects(t, render(t, values)).kinds(); slices.Contains(kinds, kind) {
			t.Errorf("%s: there is a %s", values, kind)
		}
	}
}

func TestValuesThatAreNoneAreRefused(t *testing.T) {
	for values, say := range map[string]string{
		"{replica: 2}":                                  "replica",
		"{replicas: -1}":                                "replicas",
		"{replicas: two}":                               "replicas",
		"{settings: {mode: on}}":                        "mode",
		"{webhooks: {timeoutSeconds: 31}}":              "timeoutSeconds",
		"{certificates: {provider: vault}}":             "provider",
		"{certificates: {selfManaged: {lifetime: 7d}}}": "lifetime",
		"{image: {digest: 'sha256:0'}}":                 "digest",
		"{ports: {webhook: 0}}":                         "webhook",
	} {
		if _, err := Render(release, valuesOf(t, values)); err == nil || !strings.Contains(err.Error(), say) {
			t.Errorf("%s: %v", values, err)
		}
	}
}

// Restricted is the strictest of the Pod Security Standards.
func TestThePodsAreRestricted(t *testing.T) {
	for _, values := range []string{"{}", "{certificates: {provider: cert-manager}, istio: {sidecar: true}}"} {
		text, err := yaml.Marshal(objects(t, render(t, values)).one(t, "Deployment")["spec"].(map[string]any)["template"])
		if err != nil {
			t.Fatal(err)
		}
		var template corev1.PodTemplateSpec
		if err := yaml.UnmarshalStrict(text, &template); err != nil {
			t.Fatal(err)
		}
		pod, container := template.Spec.SecurityContext, template.Spec.Containers[0].SecurityContext
		if !*pod.RunAsNonRoot || *pod.RunAsUser == 0 || pod.SeccompProfile.Type != corev1.SeccompProfileTypeRuntimeDefault ||
			*container.AllowPrivilegeEscalation || !*container.ReadOnlyRootFilesystem || !slices.Equal(container.Capabilities.Drop, []corev1.Capability{"ALL"}) {
			t.Errorf("%s: %+v %+v", values, pod, container)
		}
		for _, volume := range template.Spec.Volumes {
			if volume.HostPath != nil {
				t.Errorf("%s: volume %s is a hostPath", values, volume.Name)
			}
		}
	}
}

func TestSetLaysAValueOverOthers(t *testing.T) {
	values := map[string]any{}
	for path, value := range map[string]any{"replicas": 3, "settings.mode": "shadow", "settings.mesh.rootNamespace": "mesh"} {
		if err := Set(values, path, value); err != nil {
			t.Fatal(err)
		}
	}
	text, err := Render(release, values)
	if err != nil || !bytes.Contains(text, []byte("replicas: 3")) || !bytes.Contains(text, []byte("rootNamespace: mesh")) {
		t.Errorf("%v", err)
	}
	for _, path := range []string{"", ".a", "a."} {
		if Set(map[string]any{}, path, 1) == nil {
			t.Errorf("%q is taken", path)
		}
	}
}
