package main

import (
	"github.com/sluice-dev/sluice/report"
	"github.com/sluice-dev/sluice/workload"
)

// addDistributions writes what the catalogue recognises.
func (p pages) addDistributions() {
	page := newPage("Distributions")
	page.paragraph("What Sluice recognises; `sluice catalogue` lists it, too. Each distribution is a row of data in\n" +
		"[workload/distributions](../workload/distributions/README.md), which also says how to add one. A pod is recognised by\n" +
		"the image and the command line of a container together: an image alone may run a client.")
	for _, d := range workload.BuiltIn().Distributions() {
		page.heading(2, d.Title)
		page.separate()
		page.item("Row: [%s](../workload/distributions/%s.yaml), for %s. See <%s>.", d.Name, d.Name, d.Product, d.Reference)
		for _, sentence := range report.DescribeDistribution(d) {
			page.item("%s.", sentence)
		}
	}
	p["distributions.md"] = page.Bytes()
}
