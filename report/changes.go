package report

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/sluice-dev/sluice/verdict"
)

// Changes writes for people what was changed and what was left alone, object by
// object. What needed no change takes one faint line.
type Changes struct {
	to      io.Writer
	style   Style
	summary Summary
}

// NewChanges returns a writer of changes.
func NewChanges(to io.Writer, style Style) *Changes {
	return &Changes{to: to, style: style, summary: NewSummary()}
}

// Write writes what is to be said about the objects of one file.
func (c *Changes) Write(file File) error {
	c.summary.Add(file)
	var out bytes.Buffer
	for i := range file.Objects {
		if file.Objects[i].Recognised {
			c.object(&out, file.Name, &file.Objects[i])
		}
	}
	_, err := out.WriteTo(c.to)
	return err
}

func (c *Changes) object(out *bytes.Buffer, name string, object *Object) {
	fmt.Fprintf(out, "%s %s\n", c.style.strong(name+":"), object.Object)
	for _, change := range object.Verdict.Changes {
		did, paint := "changed", c.style.good
		if change.Shadow {
			did, paint = "shadow", c.style.doubt
		}
		c.line(out, paint(fmt.Sprintf("%-8s", did)), place(name, change.Location), change.Message, change.Reason)
	}
	var settled []string
	for _, skip := range object.Verdict.Skips {
		if skip.Reason.Settled() {
			settled = append(settled, string(skip.Reason))
			continue
		}
		c.line(out, c.style.doubt("skipped "), place(name, skip.Location), skip.Message, skip.Reason)
	}
	if len(settled) > 0 {
		fmt.Fprintf(out, "  %s\n", c.style.faint("settled  "+strings.Join(settled, ", ")))
	}
}

func (c *Changes) line(out *bytes.Buffer, did, place, message string, reason verdict.Code) {
	fmt.Fprintf(out, "  %s %4s: %s %s\n", did, place, message, c.style.faint("["+string(reason)+"]"))
}

// place is a line of the file of that name, or of another one.
func place(name string, at verdict.Location) string {
	if at.File != name {
		return fmt.Sprintf("%s:%d", at.File, at.Line)
	}
	return strconv.Itoa(at.Line)
}

// Flush writes the summary.
func (c *Changes) Flush() error {
	_, err := fmt.Fprintln(c.to, c.style.strong(c.summary.sentence(c.summary.changed())))
	return err
}
