package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sluice-dev/sluice/workload"
)

// addDistributions writes what the catalogue recognises.
func (p pages) addDistributions() {
	page := newPage("Distributions")
	page.paragraph("What Sluice recognises. Each distribution is a row of data in\n" +
		"[workload/distributions](../workload/distributions/README.md), which also says how to add one. A pod is recognised by\n" +
		"the image and the command line of a container together: an image alone may run a client.")
	for _, d := range workload.Catalogue() {
		page.heading(2, d.Title)
		page.separate()
		page.item("Row: [%s](../workload/distributions/%s.yaml), for %s. See <%s>.", d.Name, d.Name, d.Product, d.Reference)
		page.item("Image: %s.", images(d))
		page.item("Started by %s.", starts(d))
		page.item("Reads from the environment: %s.", environment(d))
		if len(d.Configuration) > 0 {
			page.item("%s.", configuration(d))
		}
		if len(d.Defaults) > 0 {
			page.item("Defaults: %s.", properties(d.Defaults))
		}
		page.item("Variables of Services, such as `KAFKA_PORT`: %s.", serviceLinks[d.ServiceLinks])
	}
	p["distributions.md"] = page.Bytes()
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
	for i, start := range d.Starts {
		all[i] = code(start.Program + start.Class)
		if len(start.Arguments) > 0 {
			all[i] += " with " + codes(start.Arguments)
		}
		if start.Override != "" {
			all[i] += ", which takes " + code(start.Override+" property=value")
		}
	}
	return strings.Join(all, "; ")
}

// fewNames is how many variables a reader wants to see; the row has them all.
const fewNames = 6

func environment(d *workload.Distribution) string {
	if d.Environment == nil {
		return "nothing"
	}
	all := make([]string, len(d.Environment.Sources))
	for i, source := range d.Environment.Sources {
		names := slices.Sorted(maps.Keys(source.Variables))
		switch {
		case source.Rule != nil:
			all[i] = code(source.Rule.Prefix + "*")
		case source.List != nil:
			all[i] = code(source.List.Variable) + ", which holds several properties"
		case len(names) > fewNames:
			all[i] = fmt.Sprintf("%d variables by name, such as %s", len(names), codes(names[:fewNames]))
		default:
			all[i] = codes(names)
		}
	}
	return strings.Join(all, "; ")
}

// effects says for people what a mounted configuration file does.
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

// serviceLinks says for people what the variables of Services do to an image.
var serviceLinks = map[workload.ServiceLinks]string{
	workload.LinksIgnored:        "ignored",
	workload.LinksBecomeSettings: "become settings that nobody meant",
	workload.LinksStopStart:      "keep it from starting",
}
