package audit

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/sluice-dev/sluice/report"
	"github.com/sluice-dev/sluice/verdict"
)

// WriteText writes a report for people.
func (r *Report) WriteText(to io.Writer, style report.Style) error {
	var out strings.Builder
	fmt.Fprintf(&out, "%s %s\n", style.Heading("Cluster"), r.Cluster)
	for _, mesh := range r.Meshes {
		fmt.Fprintf(&out, "Istio %s, revision %s\n", mesh.Version, mesh.Revision)
	}
	if len(r.Meshes) == 0 {
		out.WriteString("No control plane of Istio was found.\n")
	}
	for _, problem := range r.Problems {
		fmt.Fprintf(&out, "%s\n", line(style, problem.Severity, problem.Message, string(problem.Code)))
	}
	r.writeTables(&out, style)
	for i := range r.Pods {
		pod := &r.Pods[i]
		if len(pod.Problems)+len(pod.Findings) == 0 {
			continue
		}
		fmt.Fprintf(&out, "\n%s %s\n", style.Heading(pod.Object.String()), style.Faint(strings.Join(pod.Runs, ", ")))
		for _, problem := range pod.Problems {
			fmt.Fprintf(&out, "  %s\n", line(style, problem.Severity, problem.Message, string(problem.Code)))
		}
		for j := range pod.Findings {
			finding := &pod.Findings[j]
			fmt.Fprintf(&out, "  %s\n", line(style, finding.Severity, finding.Message, finding.Rule))
		}
	}
	fmt.Fprintf(&out, "\n%s\n", style.Heading(r.sentence()))
	_, err := io.WriteString(to, out.String())
	return err
}

func (r *Report) writeTables(out *strings.Builder, style report.Style) {
	if len(r.Namespaces) > 0 {
		fmt.Fprintf(out, "\n%s\n", style.Heading("Namespaces"))
		table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
		for _, namespace := range r.Namespaces {
			fmt.Fprintf(table, "  %s\tmesh: %s\tSluice: %s\tpods: %d\n", namespace.Name, namespace.Mesh, namespace.Mode, namespace.Pods)
		}
		_ = table.Flush() // a strings.Builder takes everything
	}
	if len(r.Webhooks) > 0 {
		fmt.Fprintf(out, "\n%s\n", style.Heading("Webhooks that see these pods, in their order"))
		table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
		for _, webhook := range r.Webhooks {
			fmt.Fprintf(table, "  %s\t%s\t%s\t%ds\t%s\n", webhook.Kind, webhook.Configuration, webhook.Name, webhook.TimeoutSeconds, webhook.FailurePolicy)
		}
		_ = table.Flush()
	}
}

// line is a statement with its severity and its code.
func line(style report.Style, severity verdict.Severity, message, code string) string {
	return fmt.Sprintf("%s: %s %s", paint(style, severity), message, style.Faint("["+code+"]"))
}

func paint(style report.Style, severity verdict.Severity) string {
	switch severity {
	case verdict.Error:
		return style.Bad(string(severity))
	case verdict.Warning:
		return style.Doubt(string(severity))
	default:
		return string(severity)
	}
}

// Counts counts what was found by severity.
func (r *Report) Counts() map[verdict.Severity]int {
	counts := map[verdict.Severity]int{}
	for _, problem := range r.Problems {
		counts[problem.Severity]++
	}
	for i := range r.Pods {
		for _, problem := range r.Pods[i].Problems {
			counts[problem.Severity]++
		}
		for j := range r.Pods[i].Findings {
			counts[r.Pods[i].Findings[j].Severity]++
		}
	}
	return counts
}

// sentence sums a report up.
func (r *Report) sentence() string {
	counts := r.Counts()
	return fmt.Sprintf("%s with Kafka or ZooKeeper in %s: %s, %s, %s", many(len(r.Pods), "pod"), many(len(r.Namespaces), "namespace"),
		many(counts[verdict.Error], "error"), many(counts[verdict.Warning], "warning"), many(counts[verdict.Info], "info"))
}

func many(count int, what string) string {
	if count != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", count, what)
}

// WriteText writes a plan for people.
func (p *Plan) WriteText(to io.Writer, style report.Style) error {
	var out strings.Builder
	if len(p.Steps) == 0 {
		out.WriteString("Nothing would change: every running pod has what Sluice would give it.\n")
	}
	for i := range p.Steps {
		step := &p.Steps[i]
		fmt.Fprintf(&out, "%s %s\n", style.Heading(fmt.Sprintf("%d. %s", i+1, step.Object)), style.Faint(strings.Join(step.Runs, ", ")))
		fmt.Fprintf(&out, "   pods, in this order: %s\n", strings.Join(step.Pods, ", "))
		for j := range step.Changes {
			change := &step.Changes[j]
			what := "would change"
			if change.Shadow {
				what = "would change, but for shadow mode"
			}
			fmt.Fprintf(&out, "   %s: %s %s\n", what, change.Message, style.Faint("["+string(change.Reason)+"]"))
		}
		for _, command := range step.Commands {
			fmt.Fprintf(&out, "   $ %s\n", command)
		}
		fmt.Fprintf(&out, "   %s\n", style.Faint("back: "+strings.Join(step.Back, " && ")))
	}
	if len(p.Steps) > 0 {
		out.WriteString("\nOne step after the other, and the next one only when all pods are ready and the quorum is whole:\ntwo voters that restart at the same time may be the majority.\n")
	}
	_, err := io.WriteString(to, out.String())
	return err
}
