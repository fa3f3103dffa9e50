package audit

import (
	_ "embed"
	"html/template"
	"io"
	"sync"
)

//go:embed page.html
var page string

// pageTemplate is parsed when it is needed, which is seldom.
var pageTemplate = sync.OnceValues(func() (*template.Template, error) { return template.New("page").Parse(page) })

// WriteHTML writes a report as one page that needs nothing else.
func (r *Report) WriteHTML(to io.Writer) error {
	parsed, err := pageTemplate()
	if err != nil {
		return err
	}
	return parsed.Execute(to, map[string]any{"Report": r, "Sentence": r.sentence(), "Counts": r.Counts()})
}
