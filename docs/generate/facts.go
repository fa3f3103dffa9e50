package main

import (
	"strconv"
	"strings"

	"github.com/sluice-dev/sluice/policies"
)

// addFacts writes the table of all facts that a rule may ask for.
func (p pages) addFacts() {
	page := newPage("Facts")
	page.paragraph("A rule sees one process as `input`: an object with exactly these fields. Every field is always there;\n" +
		"what is absent is `\"\"`, `false` or `0`. A rule begins with an equality such as `input.hold == false`, because\n" +
		"OPA then never evaluates rules that cannot find anything.")
	page.table("fact", "type", "values", "meaning")
	for _, fact := range policies.Definitions() {
		values := make([]string, len(fact.Values))
		for i, value := range fact.Values {
			values[i] = code(strconv.Quote(value))
		}
		page.row(code(fact.Name), string(fact.Kind), strings.Join(values, ", "), fact.Meaning)
	}
	p["facts.md"] = page.Bytes()
}
