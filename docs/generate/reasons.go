package main

import "github.com/sluice-dev/sluice/verdict"

// addReasons writes one page for each reason code and an index.
func (p pages) addReasons() {
	index := newPage("Reason codes")
	index.paragraph("Whatever Sluice does or does not do to an object has a reason code. A change says what was changed,\n" +
		"a skip what was left alone. `sluice explain CODE` prints the same text.")
	index.table("code", "outcome", "meaning")
	for _, reason := range verdict.Reasons() {
		code := string(reason.Code)
		file := code + ".md"
		index.row("["+code+"]("+file+")", string(reason.Outcome), reason.Title)

		page := newPage(code)
		page.paragraph("**" + reason.Title + ".** Reason of a " + string(reason.Outcome) + ".")
		page.heading(2, "Why")
		page.paragraph(reason.Why)
		page.heading(2, "What to do")
		page.paragraph(reason.Do)
		p["reasons/"+file] = page.Bytes()
	}
	p["reasons/README.md"] = index.Bytes()
}
