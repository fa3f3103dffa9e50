package document

import (
	"bytes"
	"errors"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

const (
	errTooMany  = "too many values in one document"
	errTooDeep  = "nested too deeply"
	errTab      = "a tab cannot indent: use spaces"
	errAliases  = "the aliases of this document expand to too many values"
	errTemplate = "this looks like an unrendered template: render it first, for example with helm template"
)

// explanations say in words of the file what the YAML library says in words of its
// grammar. The first key that occurs in the library's message counts.
var explanations = []struct{ library, ours string }{
	{"mapping values are not allowed", `a ": " is not allowed here: quote the value, or check the indentation`},
	{"block sequence entries are not allowed", "a list item is not allowed here: begin the list on a line of its own"},
	{"did not find expected key", "a key is expected here: check the indentation and the quotes of this line and the lines above"},
	{"did not find expected '-' indicator", `a list item ("- ") is expected here: check the indentation`},
	{"did not find expected ',' or ']'", "a , or ] is expected here"},
	{"did not find expected ',' or '}'", "a , or } is expected here"},
	{"did not find expected node content", "a value is expected here"},
	{"did not find expected <document start>", "nothing may follow the value of the document here"},
	{"could not find expected ':'", `a ":" is missing behind the key`},
	{"found unknown escape character", `double quotes have no such escape sequence: write \\ for a backslash, or use single quotes`},
	{"found a tab character", errTab},
	{"excessive aliasing", errAliases},
	{"exceeded max depth", errTooDeep},
	{"control characters are not allowed", "control characters are not allowed"},
	{"found unexpected document indicator", "the quotes are not closed before the end of the document"},
	{"incompatible YAML document", "kubectl does not read %YAML directives: remove the line"},
	{"found unknown directive name", "a line cannot begin with %: put the text in quotes"},
}

// translate says in our words where the library gave up, and why.
func (r *yamlReader) translate(err error) error {
	failure, ok := errors.AsType[*yaml.LoadError](err)
	if !ok {
		return r.fail(r.base, err.Error())
	}
	if failure.Mark.Line == 0 {
		// The library has read no line yet: it counts bytes.
		return r.fail(r.base+failure.Mark.Index, r.explain(failure, r.base))
	}
	place := newCursor(r.data, r.base)
	offset := place.find(failure.Mark.Line, failure.Mark.Column)
	context := offset
	if failure.ContextMark.Line > 0 {
		context = place.find(failure.ContextMark.Line, failure.ContextMark.Column)
	}
	if braces := r.template(context, offset); braces >= 0 {
		return r.fail(braces, errTemplate)
	}
	if strings.Contains(failure.ContextMsg, "quoted scalar") && strings.Contains(failure.Message, "unexpected") {
		return r.fail(context, "the quotes that begin here are never closed")
	}
	return r.fail(offset, r.explain(failure, offset))
}

func (r *yamlReader) explain(failure *yaml.LoadError, offset int) string {
	if offset < len(r.data) && strings.Contains(failure.Message, "cannot start any token") {
		if r.data[offset] == '\t' {
			return errTab
		}
		return "a value cannot begin with " + string(r.data[offset]) + ": put it in quotes"
	}
	if name, ok := strings.CutPrefix(failure.Message, "unknown anchor '"); ok {
		name = strings.TrimSuffix(name, "' referenced")
		return "the alias *" + name + " has no anchor &" + name + " above it in this document"
	}
	return explain(failure.Message)
}

func explain(message string) string {
	for _, e := range explanations {
		if strings.Contains(message, e.library) {
			return e.ours
		}
	}
	return strings.TrimPrefix(message, "yaml: ")
}

// template recognises a template that nobody rendered: it returns where double braces
// stand at the beginning of a line or a value, in the lines of data[start:end] or the
// one above them, or anywhere in the line of end; -1 if there are none.
func (r *yamlReader) template(start, end int) int {
	above := max(r.lineStart(start)-1, r.base)
	for offset := r.lineStart(above); offset <= end && offset < len(r.data); {
		next := lineEnd(r.data, offset)
		before, _, found := bytes.Cut(r.data[offset:next], []byte("{{"))
		text := bytes.TrimSpace(before)
		if found && (len(text) == 0 || strings.IndexByte(":-,[", text[len(text)-1]) >= 0 || next >= end) {
			return offset + len(before)
		}
		offset = next + 1
	}
	return -1
}

func (r *yamlReader) lineStart(offset int) int {
	return max(bytes.LastIndexByte(r.data[:min(offset, len(r.data))], '\n')+1, r.base)
}

func lineOf(file *File, offset int) string { return strconv.Itoa(file.Position(offset).Line) }
