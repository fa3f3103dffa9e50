package main

import "github.com/sluice-dev/sluice/policies"

// addRules writes one page for each rule and an index.
func (p pages) addRules() {
	index := newPage("Rules")
	index.paragraph("Rules judge facts about one Kafka or ZooKeeper process each, about what surrounds it, such as its Services, and about\n" +
		"objects of Kafka and the mesh. By default they judge what would run once admitted, so what a mutator puts right is\n" +
		"not found. `sluice explain RULE` prints the same text.")
	index.table("rule", "severity", "for", "finds")
	for _, rule := range policies.Rules() {
		file := rule.ID + ".md"
		index.row("["+rule.ID+"]("+file+")", string(rule.Severity), codes(rule.Subjects), rule.Title)

		page := newPage(rule.ID)
		page.paragraph("**" + rule.Title + ".** Severity " + string(rule.Severity) + ", for " + codes(rule.Subjects) + ".")
		page.paragraph(rule.Description)
		page.heading(2, "What one sees")
		page.verbatim(rule.Symptom)
		page.heading(2, "Cause")
		page.paragraph(rule.Cause)
		page.heading(2, "Fix")
		page.paragraph(rule.Fix)
		if rule.Unwaivable != "" {
			page.heading(2, "Waivers")
			page.paragraph("This rule cannot be waived. " + rule.Unwaivable)
		}
		page.heading(2, "Versions")
		page.paragraph(rule.Versions)
		page.heading(2, "Read on")
		page.paragraph("<" + rule.Source + ">")
		page.paragraph("The rule itself: [" + rule.ID + ".rego](../../../policies/rules/" + rule.ID + ".rego)")
		p["rules/"+file] = page.Bytes()
	}
	p["rules/README.md"] = index.Bytes()
}
