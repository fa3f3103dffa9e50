package main

import (
	"bytes"
	"fmt"
	"strings"
)

// markdown is a page in the making.
type markdown struct{ bytes.Buffer }

func (m *markdown) printf(format string, arguments ...any) {
	_, _ = fmt.Fprintf(&m.Buffer, format, arguments...)
}

// notice is the first line of every page.
const notice = "<!-- Written by make generate. Do not edit. -->\n\n"

func newPage(title string) *markdown {
	m := new(markdown)
	m.WriteString(notice)
	m.heading(1, title)
	return m
}

func (m *markdown) heading(level int, title string) {
	m.separate()
	m.printf("%s %s\n", strings.Repeat("#", level), title)
}

func (m *markdown) paragraph(text string) {
	if text = strings.TrimSpace(text); text == "" {
		return
	}
	m.separate()
	m.WriteString(text + "\n")
}

// verbatim keeps the lines of the text as they are.
func (m *markdown) verbatim(text string) {
	m.separate()
	m.printf("```text\n%s\n```\n", strings.TrimSpace(text))
}

func (m *markdown) item(format string, arguments ...any) {
	m.printf("- "+format+"\n", arguments...)
}

// table starts a table; its rows follow.
func (m *markdown) table(headings ...string) {
	m.separate()
	m.row(headings...)
	m.WriteString(strings.Repeat("|---", len(headings)) + "|\n")
}

func (m *markdown) row(cells ...string) {
	for _, cell := range cells {
		m.printf("| %s ", strings.ReplaceAll(cell, "|", `\|`))
	}
	m.WriteString("|\n")
}

// separate leaves an empty line after what is there.
func (m *markdown) separate() {
	if m.Len() > 0 && !bytes.HasSuffix(m.Bytes(), []byte("\n\n")) {
		m.WriteByte('\n')
	}
}

func code(text string) string { return "`" + text + "`" }

// codes writes texts as a list of literals.
func codes[T ~string](texts []T) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = code(string(text))
	}
	return strings.Join(quoted, ", ")
}
