package webhook

import (
	"cmp"
	"slices"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/sluice-dev/sluice/workload"
)

// MutatingName and ValidatingName are the names of the two configurations. The API
// server calls mutating webhooks in the order of these names: ours has to sort
// before istio-sidecar-injector, which reads the annotations that we set.
const (
	MutatingName   = "aa-sluice"
	ValidatingName = "sluice"
)

// timeoutSeconds is how long the API server waits. A review takes far less than a
// millisecond; what takes longer is a server that is gone, and each such second is
// one that the creation of every Kafka pod takes longer.
const timeoutSeconds = 2

// Endpoint says where the API server finds the webhook.
type Endpoint struct {
	// Namespace is where Sluice itself runs; it is left alone.
	Namespace string
	// Service is the name of Sluice's Service in that namespace.
	Service string
	// Port is the port of that Service; 0 stands for 443.
	Port int32
	// URL, such as https://192.0.2.1:9443, replaces the Service for a server that
	// runs outside the cluster.
	URL string
	// CABundle is the PEM of the authorities that may have signed the server's
	// certificate. Empty stands for those that the API server trusts anyway.
	CABundle []byte
	// Expression is what lets pods through: the MatchExpression of the catalogue that the
	// server goes by. Empty is that of the built-in one.
	Expression string
}

// expression is what lets pods through.
func (e Endpoint) expression() string {
	return cmp.Or(e.Expression, workload.BuiltIn().MatchExpression())
}

// template is a kind of objects that hold a pod template.
type template struct {
	group, version, kind, resource string
	// path leads from the object to the template.
	path []string
}

// templates are the kinds whose templates are judged. A pod is judged itself.
var templates = []template{
	{"", "v1", "PodTemplate", "podtemplates", []string{"template"}},
	{"", "v1", "ReplicationController", "replicationcontrollers", []string{"spec", "template"}},
	{"apps", "v1", "DaemonSet", "daemonsets", []string{"spec", "template"}},
	{"apps", "v1", "Deployment", "deployments", []string{"spec", "template"}},
	{"apps", "v1", "ReplicaSet", "replicasets", []string{"spec", "template"}},
	{"apps", "v1", "StatefulSet", "statefulsets", []string{"spec", "template"}},
	{"batch", "v1", "CronJob", "cronjobs", []string{"spec", "jobTemplate", "spec", "template"}},
	{"batch", "v1", "Job", "jobs", []string{"spec", "template"}},
}

// MutatingConfiguration returns the object that makes the API server send pods to
// the endpoint's MutatePath.
func MutatingConfiguration(endpoint Endpoint) *admissionregistrationv1.MutatingWebhookConfiguration {
	return &admissionregistrationv1.MutatingWebhookConfiguration{
		TypeMeta:   metav1.TypeMeta{APIVersion: "admissionregistration.k8s.io/v1", Kind: "MutatingWebhookConfiguration"},
		ObjectMeta: metav1.ObjectMeta{Name: MutatingName},
		Webhooks: []admissionregistrationv1.MutatingWebhook{{
			Name:         "pods.sluice.dev",
			ClientConfig: endpoint.client(MutatePath),
			Rules:        []admissionregistrationv1.RuleWithOperations{rule("", "v1", "pods", admissionregistrationv1.Create)},
			// Istio's proxy comes after us, and what concerns it can only be placed when
			// it is there: whenever a later webhook changed the pod, we are asked again.
			ReinvocationPolicy: new(admissionregistrationv1.IfNeededReinvocationPolicy),
			// A pod without our settings can be put right; a cluster that cannot start
			// its pods because Sluice is one of them cannot.
			FailurePolicy: new(admissionregistrationv1.Ignore),
			// A review may leave an event at the pod's owner, but never in a dry run.
			SideEffects:             new(admissionregistrationv1.SideEffectClassNoneOnDryRun),
			TimeoutSeconds:          new(int32(timeoutSeconds)),
			MatchPolicy:             new(admissionregistrationv1.Equivalent),
			NamespaceSelector:       endpoint.namespaces(),
			MatchConditions:         podConditions(endpoint.expression()),
			AdmissionReviewVersions: []string{"v1"},
		}},
	}
}

// ValidatingConfiguration returns the object that makes the API server send pods and
// pod templates to the endpoint's ValidatePath. It differs from
// MutatingConfiguration where a comment says so.
func ValidatingConfiguration(endpoint Endpoint) *admissionregistrationv1.ValidatingWebhookConfiguration {
	webhook := func(name string, conditions []admissionregistrationv1.MatchCondition, rules ...admissionregistrationv1.RuleWithOperations) admissionregistrationv1.ValidatingWebhook {
		return admissionregistrationv1.ValidatingWebhook{
			Name:         name,
			ClientConfig: endpoint.client(ValidatePath),
			Rules:        rules,
			// Sluice refuses only what the settings ask for. What passes while it is away is
			// found by an audit; a cluster that cannot be changed cannot be mended.
			FailurePolicy:           new(admissionregistrationv1.Ignore),
			SideEffects:             new(admissionregistrationv1.SideEffectClassNoneOnDryRun),
			TimeoutSeconds:          new(int32(timeoutSeconds)),
			MatchPolicy:             new(admissionregistrationv1.Equivalent),
			NamespaceSelector:       endpoint.namespaces(),
			MatchConditions:         conditions,
			AdmissionReviewVersions: []string{"v1"},
		}
	}
	webhooks := []admissionregistrationv1.ValidatingWebhook{
		webhook("pods.sluice.dev", podConditions(endpoint.expression()), rule("", "v1", "pods", admissionregistrationv1.Create)),
	}
	// A match condition reads the template where it is, so each kind has a webhook of
	// its own. Whoever changes a template is told as well.
	for _, t := range templates {
		webhooks = append(webhooks, webhook(t.resource+".sluice.dev", t.conditions(endpoint.expression()),
			rule(t.group, t.version, t.resource, admissionregistrationv1.Create, admissionregistrationv1.Update)))
	}
	return &admissionregistrationv1.ValidatingWebhookConfiguration{
		TypeMeta:   metav1.TypeMeta{APIVersion: "admissionregistration.k8s.io/v1", Kind: "ValidatingWebhookConfiguration"},
		ObjectMeta: metav1.ObjectMeta{Name: ValidatingName},
		Webhooks:   webhooks,
	}
}

// client says where the handler of that path is.
func (e Endpoint) client(path string) admissionregistrationv1.WebhookClientConfig {
	config := admissionregistrationv1.WebhookClientConfig{CABundle: e.CABundle}
	if e.URL != "" {
		config.URL = new(strings.TrimSuffix(e.URL, "/") + path)
		return config
	}
	config.Service = &admissionregistrationv1.ServiceReference{Namespace: e.Namespace, Name: e.Service, Path: &path}
	if e.Port != 0 {
		config.Service.Port = new(e.Port)
	}
	return config
}

// namespaces keeps away what the handlers would let through anyway, so that these
// namespaces do not depend on Sluice at all.
func (e Endpoint) namespaces() *metav1.LabelSelector {
	exempt := slices.Clone(systemNamespaces)
	if e.Namespace != "" {
		exempt = append(exempt, e.Namespace)
	}
	return &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{
		// The API server gives every namespace this label, and keeps it true.
		Key: "kubernetes.io/metadata.name", Operator: metav1.LabelSelectorOpNotIn, Values: exempt,
	}}}
}

// rule selects one resource; all of ours live in namespaces.
func rule(group, version, resource string, operations ...admissionregistrationv1.OperationType) admissionregistrationv1.RuleWithOperations {
	return admissionregistrationv1.RuleWithOperations{
		Operations: operations,
		Rule: admissionregistrationv1.Rule{
			APIGroups: []string{group}, APIVersions: []string{version}, Resources: []string{resource},
			Scope: new(admissionregistrationv1.NamespacedScope),
		},
	}
}

// podConditions keep all pods away that neither run Kafka nor ZooKeeper, so that
// they do not depend on Sluice.
func podConditions(expression string) []admissionregistrationv1.MatchCondition {
	return []admissionregistrationv1.MatchCondition{
		{
			Name:       "not-the-image-of-a-static-pod",
			Expression: "!has(object.metadata.annotations) || !('" + mirrorAnnotation + "' in object.metadata.annotations)",
		},
		{Name: "may-run-kafka-or-zookeeper", Expression: expression},
	}
}

// conditions ask of the template what podConditions ask of a pod: inside exists the
// name object stands for the template.
func (t template) conditions(expression string) []admissionregistrationv1.MatchCondition {
	place := "object." + strings.Join(t.path, ".")
	return []admissionregistrationv1.MatchCondition{{
		Name:       "may-run-kafka-or-zookeeper",
		Expression: "[" + place + "].exists(object, " + expression + ")",
	}}
}
