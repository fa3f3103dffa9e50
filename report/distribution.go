package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sluice-dev/sluice/workload"
)

// DescribeDistribution says for people what a row of the catalogue says: a sentence for
// each subject, without a full stop, with what is literal in backquotes.
func DescribeDistribution(d *workload.Distribution) []string {
	var all []string
	if d.Owner != nil {
		all = append(all, owner(d.Owner))
	}
	if d.Product == workload.AnyProduct {
		all = append(all, "Told by the annotation "+code(workload.RoleAnnotation)+" of the pod, where nothing else tells")
	} else {
		all = append(all, "Image: "+images(d), "Started by "+starts(d))
	}
	all = append(all,
		"Properties are set by "+carriers(d))
	if len(d.Configuration) > 0 {
		all = append(all, configuration(d))
	}
	if len(d.Defaults) > 0 {
		all = append(all, "Defaults: "+properties(d.Defaults))
	}
	return append(all, "Variables of Services"+example(d)+": "+serviceLinks[d.ServiceLinks])
}

// owner says who makes the pods, and what that means for people.
func owner(o *workload.Owner) string {
	labels := make([]string, len(o.Labels))
	for i, label := range o.Labels {
		labels[i] = code(label)
	}
	text := fmt.Sprintf("Made by %s, which is told by the label %s", o.Operator, strings.Join(labels, " or "))
	if len(o.Compares) == 0 {
		return text + ". It does not compare the pods"
	}
	paths := make([]string, len(o.Compares))
	for i, path := range o.Compares {
		paths[i] = strings.Join(path, ".")
	}
	return text + ". Of the pods it compares what it has set in " + codes(paths)
}

// example names the variable that does the harm.
func example(d *workload.Distribution) string {
	if d.LinkVariable == "" {
		return ""
	}
	return ", such as " + code(d.LinkVariable)
}

func images(d *workload.Distribution) string {
	if len(d.Images) == 0 {
		return "any"
	}
	all := make([]string, len(d.Images))
	for i, image := range d.Images {
		all[i] = code(strings.TrimPrefix(image.Repository, "/"))
		if len(image.Tags) > 0 {
			all[i] += " tagged " + codes(image.Tags)
		}
		if len(image.Variables) > 0 {
			all[i] += " with one of the variables " + codes(image.Variables)
		}
		if len(image.Mounts) > 0 {
			all[i] += " with something mounted at " + codes(image.Mounts)
		}
	}
	return strings.Join(all, "; ")
}

func starts(d *workload.Distribution) string {
	all := make([]string, len(d.Starts))
	for i := range d.Starts {
		start := &d.Starts[i]
		all[i] = code(start.Program + start.Class)
		if len(start.Arguments) > 0 {
			all[i] += " with " + codes(start.Arguments)
		}
		if len(start.Files) > 0 {
			all[i] += " with the file " + codes(start.Files)
		}
		for _, label := range slices.Sorted(maps.Keys(start.Labels)) {
			all[i] += " in a pod with the label " + code(label+": "+start.Labels[label])
		}
	}
	return strings.Join(all, "; ")
}

// fewNames is how many variables a reader wants to see; the row has them all.
const fewNames = 6

// carriers says by what the processes are given properties.
func carriers(d *workload.Distribution) string {
	all := d.Carriers()
	texts := make([]string, len(all))
	for i, c := range all {
		names := slices.Sorted(maps.Keys(c.Variables))
		switch {
		case c.Kind == workload.ByResource:
			texts[i] = fmt.Sprintf("%s of the resource %s", code(c.Through), c.Resource)
		case c.Kind == workload.ByArgument && len(names) > 0:
			texts[i] = "the options " + codes(names)
		case c.Kind == workload.ByArgument:
			texts[i] = "the argument " + code(c.Through+" property=value")
		case c.Kind == workload.ByEnvList:
			texts[i] = fmt.Sprintf("the variable %s, which holds several", code(c.Through))
		case c.Kind == workload.ByScript && c.Through != "":
			texts[i] = fmt.Sprintf("a line that is added to what %s writes", code(c.Through))
		case c.Kind == workload.ByScript:
			texts[i] = "a line that is added where a script in the command writes that file"
		case c.Kind == workload.ByFile && c.Through != "":
			texts[i] = fmt.Sprintf("the file %s where it is mounted", code(c.Through))
		case c.Kind == workload.ByFile && len(all) == 1:
			texts[i] = "the configuration file alone"
		case c.Kind == workload.ByFile:
			texts[i] = "the configuration file"
		case len(names) > fewNames:
			texts[i] = fmt.Sprintf("%d variables by name, such as %s", len(names), codes(names[:fewNames]))
		case len(names) == 1:
			texts[i] = "the variable " + code(names[0])
		case len(names) > 0:
			texts[i] = "the variables " + codes(names)
		default:
			texts[i] = "variables " + code(c.Through)
		}
	}
	return strings.Join(texts, "; ")
}

// effects says what a mounted configuration file does.
var effects = map[workload.FileEffect]string{
	workload.Replaces:  "then nothing is read from the environment",
	workload.Underlies: "the environment is put on top of it",
}

func configuration(d *workload.Distribution) string {
	all := make([]string, len(d.Configuration))
	for i, file := range d.Configuration {
		all[i] = fmt.Sprintf("`%s/%s`: %s", file.Directory, file.File, effects[file.Effect])
	}
	return "With a mounted file " + strings.Join(all, "; ")
}

func properties(values map[string]string) string {
	names := slices.Sorted(maps.Keys(values))
	for i, name := range names {
		names[i] = name + "=" + values[name]
	}
	return codes(names)
}

// serviceLinks says what the variables of Services do to an image.
var serviceLinks = map[workload.ServiceLinks]string{
	workload.LinksIgnored:        "ignored",
	workload.LinksBecomeSettings: "become settings that nobody meant",
	workload.LinksStopStart:      "keep it from starting",
}

func code(text string) string { return "`" + text + "`" }

// codes writes texts as a list of literals.
func codes(texts []string) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = code(text)
	}
	return strings.Join(quoted, ", ")
}
