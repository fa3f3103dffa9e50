// Package audit is a third door: it looks at what runs in a cluster, takes it through
// the same pipeline, and says what a person should know. It only reads.
package audit

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/mutators"
	"github.com/sluice-dev/sluice/pipeline"
	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/workload"
)

// Report is what an audit found.
type Report struct {
	// Cluster is the address of the API server.
	Cluster string `json:"cluster"`
	// Meshes are the control planes of Istio.
	Meshes []Mesh `json:"meshes"`
	// Namespaces are those with Kafka or ZooKeeper, by their names.
	Namespaces []Namespace `json:"namespaces"`
	// Pods are those that run Kafka or ZooKeeper, by namespace and name.
	Pods []Pod `json:"pods"`
	// Webhooks are the mutating webhooks that see these pods, in the order in which the
	// API server calls them, and after them the validating ones.
	Webhooks []Webhook `json:"webhooks"`
	// Problems are those of the cluster as a whole.
	Problems []Problem `json:"problems"`
}

// Mesh is a control plane of Istio.
type Mesh struct {
	Revision string `json:"revision"`
	Version  string `json:"version"`
}

// Namespace says how a namespace stands to the mesh and to Sluice.
type Namespace struct {
	Name string `json:"name"`
	// Mesh is what its labels ask for: a sidecar, ambient, or nothing.
	Mesh string `json:"mesh"`
	// Mode is Sluice's mode there.
	Mode string `json:"mode"`
	Pods int    `json:"pods"`
}

// Pod is a pod that runs Kafka or ZooKeeper.
type Pod struct {
	Object verdict.Object `json:"object"`
	// Owner is who made it, as in "StatefulSet kafka"; empty for nobody.
	Owner string `json:"owner,omitempty"`
	// Runs are its processes, as in "broker (bitnami-kafka)".
	Runs []string `json:"runs"`
	// Sidecar is how it carries Istio's proxy: native, classic or none.
	Sidecar string `json:"sidecar"`
	// Summary are the codes that Sluice left on it.
	Summary  string            `json:"summary,omitempty"`
	Problems []Problem         `json:"problems"`
	Findings []verdict.Finding `json:"findings"`

	labels map[string]string
}

// Problem is something that is no matter of a pod's own configuration.
type Problem struct {
	Code     verdict.Code     `json:"code"`
	Severity verdict.Severity `json:"severity"`
	Message  string           `json:"message"`
}

// Audit judges a cluster by the settings that Sluice has there.
func Audit(ctx context.Context, c *Cluster, s settings.Settings) (*Report, error) {
	report := &Report{Cluster: c.Address, Meshes: c.meshes(), Namespaces: []Namespace{}, Pods: []Pod{}, Webhooks: []Webhook{}, Problems: []Problem{}}
	around := surroundings.WithSettings(c, s.Mesh)
	review := pipeline.New(s, around)
	catalogue := s.Catalogue()
	counts := map[string]int{}
	err := c.eachPod(ctx, func(raw []byte) error {
		root, err := document.ParseJSON(raw)
		if err != nil {
			return err
		}
		w := catalogue.Recognise(ctx, root, "", around)
		if w == nil || gone(root) {
			return nil
		}
		result, err := review.Review(ctx, pipeline.Request{Root: root, SkipMutators: true})
		if err != nil {
			return err
		}
		pod := Pod{
			Object: w.Object, Owner: owner(root), Runs: runs(w), Sidecar: string(w.Sidecar.Kind),
			Summary: root.At("metadata", "annotations", mutators.SummaryAnnotation).Text(), Problems: []Problem{}, Findings: result.Verdict.Findings, labels: podLabels(root),
		}
		if pod.Findings == nil {
			pod.Findings = []verdict.Finding{}
		}
		c.judge(ctx, &pod, w, s, around)
		counts[w.Object.Namespace]++
		report.Pods = append(report.Pods, pod)
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(report.Pods, func(a, b Pod) int {
		return cmp.Or(cmp.Compare(a.Object.Namespace, b.Object.Namespace), cmp.Compare(a.Object.Name, b.Object.Name))
	})
	for name, pods := range counts {
		report.Namespaces = append(report.Namespaces, c.namespace(name, pods, s))
	}
	slices.SortFunc(report.Namespaces, func(a, b Namespace) int { return cmp.Compare(a.Name, b.Name) })
	report.judgeWebhooks(c)
	return report, nil
}

// judge looks at what became of a pod when it was created.
func (c *Cluster) judge(ctx context.Context, pod *Pod, w *workload.Workload, s settings.Settings, around surroundings.Surroundings) {
	add := func(code verdict.Code, severity verdict.Severity, message string) {
		pod.Problems = append(pod.Problems, Problem{code, severity, message})
	}
	if member := workload.InMesh(ctx, w, around); member.Answer == workload.Yes && w.Sidecar.Container == nil {
		add(verdict.AuditNotInjected, verdict.Error, "should have been injected and was not: "+member.Reason)
	}
	if !c.installed() {
		return
	}
	if why := c.leftOut(w); why != "" {
		add(verdict.AuditNotSent, verdict.Warning, why)
		return
	}
	if pod.Summary == "" && mutators.ModeOf(ctx, w, &s, around) == settings.Enforce {
		add(verdict.AuditNotSeen, verdict.Warning, "was created without Sluice")
	}
}

// Worst is the severity of the worst finding or problem; ok is false without any. What the
// settings only want recorded does not count.
func (r *Report) Worst() (worst verdict.Severity, ok bool) {
	see := func(severity verdict.Severity) {
		if !ok || severity.AtLeast(worst) {
			worst, ok = severity, true
		}
	}
	for _, problem := range r.Problems {
		see(problem.Severity)
	}
	for i := range r.Pods {
		for _, problem := range r.Pods[i].Problems {
			see(problem.Severity)
		}
		for j := range r.Pods[i].Findings {
			if finding := &r.Pods[i].Findings[j]; finding.Asked != verdict.ActionAudit {
				see(finding.Severity)
			}
		}
	}
	return worst, ok
}

// gone says whether a pod runs no more.
func gone(pod *document.Node) bool {
	phase := pod.At("status", "phase").Text()
	return phase == "Succeeded" || phase == "Failed" || pod.At("metadata", "deletionTimestamp") != nil
}

// owner names the controller of a pod.
func owner(pod *document.Node) string {
	if controller := workload.ControllerOf(pod); controller != nil {
		return controller.Get("kind").Text() + " " + controller.Get("name").Text()
	}
	return ""
}

func runs(w *workload.Workload) []string {
	list := make([]string, len(w.Processes))
	for i, process := range w.Processes {
		list[i] = fmt.Sprintf("%s (%s)", process.Role, process.Distribution.Name)
	}
	return list
}
