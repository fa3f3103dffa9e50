package cli

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"github.com/sluice-dev/sluice/report"
)

// contextLines is how many lines the diff shows around a change. What Sluice writes is
// short, and with the usual three most of a diff would be context.
const contextLines = 2

// diff writes the changes of each file as a unified diff that patch and git apply
// understand.
type diff struct {
	to    io.Writer
	style report.Style
}

func (d *diff) write(result *reviewed) error {
	if len(result.spliced) == 0 {
		return nil
	}
	var edits []udiff.Edit
	for _, s := range result.spliced {
		// Document by document: comparing a large file as a whole takes long.
		for _, edit := range udiff.Lines(string(result.data[s.start:s.end]), string(s.data)) {
			edit.Start += s.start
			edit.End += s.start
			edits = append(edits, edit)
		}
	}
	before, after := labels(result.input.name)
	text, err := udiff.ToUnified(before, after, string(result.data), edits, contextLines)
	if err != nil {
		return err
	}
	_, err = d.to.Write(d.paint(text))
	return err
}

func (d *diff) end() error { return nil }

// labels name a file before and after the change, in the way of git where that
// makes sense.
func labels(name string) (before, after string) {
	if filepath.IsAbs(name) || name == standardInput {
		return name, name
	}
	name = filepath.ToSlash(filepath.Clean(name))
	return "a/" + name, "b/" + name
}

func (d *diff) paint(text string) []byte {
	var out bytes.Buffer
	for line := range strings.Lines(text) {
		bare := strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "--- "), strings.HasPrefix(line, "+++ "):
			bare = d.style.Heading(bare)
		case strings.HasPrefix(line, "@@"):
			bare = d.style.Faint(bare)
		case strings.HasPrefix(line, "+"):
			bare = d.style.Added(bare)
		case strings.HasPrefix(line, "-"):
			bare = d.style.Removed(bare)
		}
		out.WriteString(bare)
		out.WriteString(line[len(strings.TrimSuffix(line, "\n")):])
	}
	return out.Bytes()
}
