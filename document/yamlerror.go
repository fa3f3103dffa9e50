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
	{"found unknown escape character", `no escape sequence of double quotes: write \\, or use single quotes`},
	{"found a tab character", "a tab cannot indent: use spaces"},
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
	if message, ok := r.template(context, offset); ok {
		return r.fail(offset, message)
	}
	if strings.Contains(failure.ContextMsg, "quoted scalar") && strings.Contains(failure.Message, "unexpected") {
		return r.fail(context, "the quotes that begin here are never closed")
	}
	return r.fail(offset, r.explain(failure, offset))
}

func (r *yamlReader) explain(failure *yaml.LoadError, offset int) string {
	if offset < len(r.data) && strings.Contains(failure.Message, "cannot start any token") {
		if r.data[offset] == '\t' {
			return "a tab cannot indent: use spaces"
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

// template recognises the double braces of a template that nobody rendered, in the
// lines of data[start:end]: where a value or a line begins, that is what they are.
func (r *yamlReader) template(start, end int) (message string, ok bool) {
	start = max(bytes.LastIndexByte(r.data[:min(start, len(r.data))], '\n')+1, r.base)
	for offset := start; offset <= end && offset < len(r.data); offset = lineEnd(r.data, offset) + 1 {
		before, _, found := bytes.Cut(r.data[offset:lineEnd(r.data, offset)], []byte("{{"))
		before = bytes.TrimSpace(before)
		if found && (len(before) == 0 || strings.IndexByte(":-,[", before[len(before)-1]) >= 0) {
			return errTemplate, true
		}
	}
	return "", false
}

func lineOf(file *File, offset int) string { return strconv.Itoa(file.Position(offset).Line) }
