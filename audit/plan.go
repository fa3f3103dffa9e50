package audit

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/mutators"
	"github.com/sluice-dev/sluice/pipeline"
	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/workload"
)

// Plan says what restarting would change, in a safe order.
type Plan struct {
	Steps []Step `json:"steps"`
}

// Step is one workload to restart. The next one waits until all pods of this one are
// ready again.
type Step struct {
	Object verdict.Object `json:"object"`
	Runs   []string       `json:"runs"`
	// Pods are those that would change, in the order in which they are restarted.
	Pods []string `json:"pods"`
	// Changes are what would change in each of them.
	Changes []verdict.Change `json:"changes"`
	// Commands restart the workload, and wait; Back undoes the step.
	Commands []string `json:"commands"`
	Back     []string `json:"back"`

	rank int
}

// planned are the kinds whose pods are restarted by a change of their template.
var planned = []schema.GroupVersionKind{
	appsv1.SchemeGroupVersion.WithKind("StatefulSet"),
	appsv1.SchemeGroupVersion.WithKind("Deployment"),
	appsv1.SchemeGroupVersion.WithKind("DaemonSet"),
}

// rank orders roles: who is needed by others comes first, so that nobody starts
// against something that is about to restart.
var rank = map[workload.Role]int{workload.ZooKeeper: 0, workload.Controller: 1, workload.Broker: 2}

// MakePlan compares running pods with what Sluice would make of their templates.
func MakePlan(ctx context.Context, c *Cluster, s settings.Settings) (*Plan, error) {
	running, err := c.summaries(ctx)
	if err != nil {
		return nil, err
	}
	around := surroundings.WithSettings(c, s.Mesh)
	review := pipeline.New(s, around)
	catalogue := s.Catalogue()
	plan := &Plan{Steps: []Step{}}
	for _, kind := range planned {
		err := c.eachObject(ctx, kind, func(raw []byte) error {
			root, err := document.ParseJSON(raw)
			if err != nil {
				return err
			}
			w := catalogue.Recognise(ctx, root, "", around)
			if w == nil {
				return nil
			}
			step := Step{Object: w.Object, Runs: runs(w), rank: rankOf(w)}
			onDelete := root.At("spec", "updateStrategy", "type").Text() == "OnDelete"
			result, err := review.Review(ctx, pipeline.Request{Root: root, SkipRules: true})
			if err != nil {
				return err
			}
			step.Changes = result.Verdict.Changes
			if step.Pods = lacking(running[w.Object.Namespace], w.Pod, step.Changes); len(step.Pods) == 0 {
				return nil
			}
			step.command(onDelete)
			plan.Steps = append(plan.Steps, step)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortFunc(plan.Steps, func(a, b Step) int {
		return cmp.Or(cmp.Compare(a.Object.Namespace, b.Object.Namespace), cmp.Compare(a.rank, b.rank), cmp.Compare(a.Object.Name, b.Object.Name))
	})
	return plan, nil
}

func rankOf(w *workload.Workload) int {
	first := len(rank)
	for _, process := range w.Processes {
		if place, ok := rank[process.Role]; ok {
			first = min(first, place)
		}
	}
	return first
}

// runningPod is a pod as far as a plan needs it.
type runningPod struct {
	name    string
	labels  map[string]string
	summary map[string]bool
}

// summaries lists the running pods by namespace.
func (c *Cluster) summaries(ctx context.Context) (map[string][]runningPod, error) {
	all := map[string][]runningPod{}
	err := c.eachPod(ctx, func(raw []byte) error {
		root, err := document.ParseJSON(raw)
		if err != nil || gone(root) {
			return err
		}
		pod := runningPod{name: root.At("metadata", "name").Text(), labels: podLabels(root), summary: map[string]bool{}}
		for code := range strings.SplitSeq(root.At("metadata", "annotations", mutators.SummaryAnnotation).Text(), ",") {
			pod.summary[code] = true
		}
		namespace := root.At("metadata", "namespace").Text()
		all[namespace] = append(all[namespace], pod)
		return nil
	})
	return all, err
}

// lacking returns the pods of a template that were made without these changes, the
// last ordinal first, as a StatefulSet restarts its own.
func lacking(pods []runningPod, template *document.Node, changes []verdict.Change) []string {
	wanted := podLabels(template)
	var list []string
	for _, pod := range pods {
		if !includes(pod.labels, wanted) {
			continue
		}
		if slices.ContainsFunc(changes, func(change verdict.Change) bool { return !pod.summary[string(change.Reason)] }) {
			list = append(list, pod.name)
		}
	}
	slices.SortFunc(list, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(b, a)) })
	return list
}

func includes(all, wanted map[string]string) bool {
	if len(wanted) == 0 {
		return false
	}
	for key, value := range wanted {
		if all[key] != value {
			return false
		}
	}
	return true
}

// command writes what a person types.
func (s *Step) command(onDelete bool) {
	kubectl := "kubectl -n " + s.Object.Namespace + " "
	name := strings.ToLower(s.Object.Kind) + "/" + s.Object.Name
	if onDelete {
		// Whoever chose OnDelete restarts pods one by one, and looks in between.
		for _, pod := range s.Pods {
			s.Commands = append(s.Commands, kubectl+"delete pod "+pod, kubectl+"wait --for=condition=Ready --timeout=10m pod/"+pod)
		}
	} else {
		s.Commands = []string{kubectl + "rollout restart " + name, kubectl + "rollout status " + name + " --timeout=30m"}
	}
	s.Back = append([]string{fmt.Sprintf("kubectl annotate namespace %s %s=off", s.Object.Namespace, mutators.ModeAnnotation)}, s.Commands...)
}
