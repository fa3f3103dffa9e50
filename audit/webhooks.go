package audit

import (
	"fmt"
	"slices"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/workload"
)

// Webhook is one that the API server may call when a Kafka or ZooKeeper pod is created.
type Webhook struct {
	Configuration string `json:"configuration"`
	Name          string `json:"name"`
	// Kind is mutating or validating.
	Kind           string `json:"kind"`
	TimeoutSeconds int    `json:"timeoutSeconds"`
	FailurePolicy  string `json:"failurePolicy"`
	// Ours is true for Sluice's own.
	Ours bool `json:"ours"`
}

// requestSeconds is how long the API server works on a request, whatever the client
// says (k8s.io/apiserver/pkg/endpoints/handlers, requestTimeoutUpperBound).
const requestSeconds = 34

// defaultTimeout is timeoutSeconds of a webhook that does not say.
const defaultTimeout = 10

// istioConfiguration begins the names of the configurations of Istio's injector, of
// each revision.
const istioConfiguration = "istio-sidecar-injector"

// hook is one webhook of either kind.
type hook struct {
	Webhook
	rules               []admissionregistrationv1.RuleWithOperations
	namespaces, objects *metav1.LabelSelector
	bundle              []byte
	// needsBundle is true for a server that only a caBundle makes trusted.
	needsBundle bool
}

// hooks lists all webhooks in the order in which the API server calls them.
func (c *Cluster) hooks() []hook {
	var list []hook
	for i := range c.mutating {
		for j := range c.mutating[i].Webhooks {
			w := &c.mutating[i].Webhooks[j]
			h := newHook("mutating", c.mutating[i].Name, w.Name, w.TimeoutSeconds, w.FailurePolicy, w.ClientConfig)
			h.Ours = c.mutating[i].Name == c.names.MutatingConfiguration
			h.rules, h.namespaces, h.objects = w.Rules, w.NamespaceSelector, w.ObjectSelector
			list = append(list, h)
		}
	}
	for i := range c.validating {
		for j := range c.validating[i].Webhooks {
			w := &c.validating[i].Webhooks[j]
			h := newHook("validating", c.validating[i].Name, w.Name, w.TimeoutSeconds, w.FailurePolicy, w.ClientConfig)
			h.Ours = c.validating[i].Name == c.names.ValidatingConfiguration
			h.rules, h.namespaces, h.objects = w.Rules, w.NamespaceSelector, w.ObjectSelector
			list = append(list, h)
		}
	}
	return slices.DeleteFunc(list, func(h hook) bool { return !slices.ContainsFunc(h.rules, createsPods) })
}

func newHook(kind, configuration, name string, timeout *int32, policy *admissionregistrationv1.FailurePolicyType, client admissionregistrationv1.WebhookClientConfig) hook {
	h := hook{Webhook: Webhook{Configuration: configuration, Name: name, Kind: kind, TimeoutSeconds: defaultTimeout, FailurePolicy: string(admissionregistrationv1.Fail)}}
	if timeout != nil {
		h.TimeoutSeconds = int(*timeout)
	}
	if policy != nil {
		h.FailurePolicy = string(*policy)
	}
	// A URL may lead to a server that everybody trusts.
	h.bundle, h.needsBundle = client.CABundle, client.Service != nil
	return h
}

// createsPods says whether a rule selects the creation of pods.
func createsPods(rule admissionregistrationv1.RuleWithOperations) bool {
	has := func(list []string, wanted ...string) bool {
		return slices.ContainsFunc(list, func(each string) bool { return slices.Contains(wanted, each) })
	}
	return has(rule.APIGroups, "", "*") && has(rule.Resources, "pods", "*", "*/*") &&
		slices.ContainsFunc(rule.Operations, func(o admissionregistrationv1.OperationType) bool {
			return o == admissionregistrationv1.Create || o == admissionregistrationv1.OperationAll
		})
}

// selects says whether selectors let a pod through, and otherwise which does not.
func (h *hook) selects(namespace, pod map[string]string) string {
	for _, each := range []struct {
		what     string
		selector *metav1.LabelSelector
		labels   map[string]string
	}{{"namespaceSelector", h.namespaces, namespace}, {"objectSelector", h.objects, pod}} {
		if each.selector == nil {
			continue
		}
		selector, err := metav1.LabelSelectorAsSelector(each.selector)
		if err != nil || !selector.Matches(labels.Set(each.labels)) {
			return each.what
		}
	}
	return ""
}

// installed says whether there is a webhook of ours at all.
func (c *Cluster) installed() bool {
	return slices.ContainsFunc(c.mutating, func(m admissionregistrationv1.MutatingWebhookConfiguration) bool {
		return m.Name == c.names.MutatingConfiguration
	})
}

// leftOut says why pods such as this one are not sent to Sluice, or "".
func (c *Cluster) leftOut(w *workload.Workload) string {
	for _, h := range c.hooks() {
		if !h.Ours || h.Kind != "mutating" {
			continue
		}
		if selector := h.selects(c.namespaces[w.Object.Namespace].labels, podLabels(w.Pod)); selector != "" {
			return fmt.Sprintf("the %s of %s leaves it out", selector, h.Configuration)
		}
	}
	return ""
}

func podLabels(pod *document.Node) map[string]string {
	all := map[string]string{}
	for _, entry := range pod.At("metadata", "labels").Entries() {
		all[entry.Key] = entry.Text()
	}
	return all
}

// judgeWebhooks looks at all webhooks that see the pods of the report. Their match
// conditions are not evaluated: each may see a pod of another kind.
func (r *Report) judgeWebhooks(c *Cluster) {
	add := func(code verdict.Code, severity verdict.Severity, format string, arguments ...any) {
		r.Problems = append(r.Problems, Problem{code, severity, fmt.Sprintf(format, arguments...)})
	}
	if !c.installed() {
		add(verdict.AuditNotInstalled, verdict.Warning, "there is no MutatingWebhookConfiguration %s", c.names.MutatingConfiguration)
	}
	oursSeen := false
	budget, validating := 0, 0
	for _, h := range c.hooks() {
		if !c.sees(&h, r.Pods) {
			continue
		}
		r.Webhooks = append(r.Webhooks, h.Webhook)
		if h.Kind == "validating" {
			validating = max(validating, h.TimeoutSeconds)
			continue
		}
		budget += h.TimeoutSeconds
		switch {
		case h.Ours:
			oursSeen = true
		case strings.HasPrefix(h.Configuration, istioConfiguration):
			if !oursSeen && c.installed() {
				add(verdict.AuditLate, verdict.Error, "%s comes before %s", h.Configuration, c.names.MutatingConfiguration)
			}
		case oursSeen:
			add(verdict.AuditComesLater, verdict.Info, "%s (%s) is called after Sluice and may change the same pods", h.Name, h.Configuration)
		}
	}
	for _, h := range c.hooks() {
		if h.Ours && h.needsBundle && len(h.bundle) == 0 {
			add(verdict.AuditNotTrusted, verdict.Error, "%s of %s has no caBundle", h.Name, h.Configuration)
		}
	}
	if budget+validating > requestSeconds {
		add(verdict.AuditTimeouts, verdict.Warning, "mutating webhooks may take %d seconds, validating ones %d: more than the %d of a request", budget, validating, requestSeconds)
	}
}

// sees says whether a webhook is sent any of the pods, or would be.
func (c *Cluster) sees(h *hook, pods []Pod) bool {
	return slices.ContainsFunc(pods, func(pod Pod) bool {
		return h.selects(c.namespaces[pod.Object.Namespace].labels, pod.labels) == ""
	})
}
