package report

import (
	"bytes"
	"encoding/json"
	"io"

	"github.com/sluice-dev/sluice/verdict"
)

// JSON writes one object with the keys findings, changes, skips and summary, each
// list in the order of the input. Findings are streamed; the other lists are held,
// encoded, until Flush.
type JSON struct {
	to             io.Writer
	findings       list
	changes, skips list
	summary        Summary
}

// NewJSON returns a writer of JSON.
func NewJSON(to io.Writer) *JSON {
	inside := list{indent: "  "}
	return &JSON{to: to, findings: inside, changes: inside, skips: inside, summary: NewSummary()}
}

// list is a JSON array in the making: items, one after the other, each on lines of
// its own.
type list struct {
	bytes.Buffer
	// indent stands before the bracket that closes the array.
	indent string
	items  int
	begun  bool
}

func (l *list) add(item any) error {
	text, err := encode(item, l.indent+"  ")
	if err != nil {
		return err
	}
	if l.items++; l.items > 1 {
		l.WriteByte(',')
	}
	l.WriteString("\n" + l.indent + "  ")
	l.Write(text)
	return nil
}

// drain writes the items that were added since; the first time what opens the array
// before them.
func (l *list) drain(to io.Writer, opening string) error {
	if !l.begun {
		l.begun = true
		if _, err := io.WriteString(to, opening); err != nil {
			return err
		}
	}
	_, err := l.WriteTo(to)
	return err
}

// end is what closes the array.
func (l *list) end() string {
	if l.items == 0 {
		return "]"
	}
	return "\n" + l.indent + "]"
}

// encode writes a value as indented JSON. Unlike json.MarshalIndent it leaves "<"
// and "&" readable: nobody puts this into HTML.
func encode(value any, prefix string) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent(prefix, "  ")
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(text.Bytes(), []byte("\n")), nil
}

// Write writes the findings of one file and keeps the rest of it.
func (j *JSON) Write(file File) error {
	j.summary.Add(file)
	for _, object := range file.Objects {
		if err := j.add(object.Verdict); err != nil {
			return err
		}
	}
	return j.findings.drain(j.to, openFindings)
}

// openFindings is what stands before the first finding.
const openFindings = "{\n  \"findings\": ["

func (j *JSON) add(said verdict.Verdict) error {
	for _, finding := range said.Findings {
		if err := j.findings.add(finding); err != nil {
			return err
		}
	}
	for _, change := range said.Changes {
		if err := j.changes.add(change); err != nil {
			return err
		}
	}
	for _, skip := range said.Skips {
		if err := j.skips.add(skip); err != nil {
			return err
		}
	}
	return nil
}

// Flush writes what was kept, and the summary.
func (j *JSON) Flush() error {
	if err := j.findings.drain(j.to, openFindings); err != nil {
		return err
	}
	var out bytes.Buffer
	out.WriteString(j.findings.end())
	out.WriteString(",\n  \"changes\": [")
	out.Write(j.changes.Bytes())
	out.WriteString(j.changes.end())
	out.WriteString(",\n  \"skips\": [")
	out.Write(j.skips.Bytes())
	out.WriteString(j.skips.end())
	summary, err := encode(j.summary, "  ")
	if err != nil {
		return err
	}
	out.WriteString(",\n  \"summary\": ")
	out.Write(summary)
	out.WriteString("\n}\n")
	_, err = out.WriteTo(j.to)
	return err
}
