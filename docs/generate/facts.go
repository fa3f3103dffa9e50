package main

import (
	"strconv"
	"strings"

	"github.com/sluice-dev/sluice/policies"
)

// addFacts writes the table of all facts that a rule may ask for.
func (p pages) addFacts() {
	page := newPage("Facts")
	page.paragraph("A rule sees one subject as `input`: an object with exactly the fields of the subject's table below. Every field\n" +
		"is always there; what is absent is `\"\"`, `false` or `0`. A rule begins with an equality such as `input.hold == false`,\n" +
		"because rules that cannot find anything are then never evaluated.")
	for _, class := range policies.Classes() {
		page.heading(2, codes(class.Subjects))
		page.paragraph("The subject is " + class.Meaning + ".")
		page.table("fact", "type", "values", "meaning")
		for _, fact := range class.Definitions() {
			values := make([]string, len(fact.Values))
			for i, value := range fact.Values {
				values[i] = code(strconv.Quote(value))
			}
			page.row(code(fact.Name), string(fact.Kind), strings.Join(values, ", "), fact.Meaning)
		}
	}
	p["facts.md"] = page.Bytes()
}
