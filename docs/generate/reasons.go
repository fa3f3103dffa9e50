package main

import (
	"strings"

	"github.com/sluice-dev/sluice/verdict"
)

// addReasons writes one page for each subject, which is a mutator or "sluice", and
// an index of all codes.
func (p pages) addReasons() {
	index := newPage("Reason codes")
	index.paragraph("Whatever Sluice does or does not do to an object has a reason code. A change says what was changed,\n" +
		"a skip what was left alone. `sluice explain CODE` prints the same text.")
	index.table("code", "outcome", "meaning")

	subjects := map[string]*markdown{}
	for _, reason := range verdict.Reasons() {
		heading := string(reason.Code)
		subject, _, _ := strings.Cut(heading, "/")
		page := subjects[subject]
		if page == nil {
			page = newPage("Reasons of " + subject)
			subjects[subject] = page
		}
		page.heading(2, heading)
		page.paragraph("**" + reason.Title + ".** Reason of a " + string(reason.Outcome) + ".")
		page.paragraph(reason.Why)
		page.paragraph("What to do: " + reason.Do)
		index.row("["+heading+"]("+subject+".md#"+anchor(heading)+")", string(reason.Outcome), reason.Title)
	}
	p["reasons/README.md"] = index.Bytes()
	for subject, page := range subjects {
		p["reasons/"+subject+".md"] = page.Bytes()
	}
}
