package report

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"

	"github.com/sluice-dev/sluice/verdict"
)

// excerptWidth is how much of a source line is shown, in characters: what fits into a
// terminal beside the number. excerptBefore of them are what stands before the place.
const (
	excerptWidth  = 100
	excerptBefore = 60
)

// excerpt shows the source line of a finding, and below it a caret at the column.
func (f *Findings) excerpt(out *bytes.Buffer, at verdict.Location, line string) {
	shown, caret := clipLine(line, at.Column)
	if shown == "" {
		return
	}
	number := fmt.Sprintf("%6d | ", at.Line)
	margin := strings.Repeat(" ", len(number)-len("| ")) + "| "
	fmt.Fprintf(out, "%s%s\n%s%s%s\n", f.style.faint(number), shown,
		f.style.faint(margin), strings.Repeat(" ", caret), f.style.bad("^"))
}

// clipLine returns the part of a line around a column, counted from 1, and how many
// characters stand before that column in it. Nothing that steers a terminal is left.
func clipLine(line string, column int) (shown string, before int) {
	var text []rune
	before = column - 1
	for _, r := range line {
		switch {
		case r == '\t':
			r = ' '
		case !unicode.IsPrint(r):
			r = unicode.ReplacementChar
		}
		text = append(text, r)
	}
	if strings.TrimSpace(string(text)) == "" || before < 0 || before > len(text) {
		return "", 0
	}
	if len(text) <= excerptWidth {
		return string(text), before
	}
	from := min(max(before-excerptBefore, 0), len(text)-excerptWidth)
	to := from + excerptWidth
	before -= from
	shown = string(text[from:to])
	if from > 0 {
		shown, before = "..."+shown, before+len("...")
	}
	if to < len(text) {
		shown += "..."
	}
	return shown, before
}
