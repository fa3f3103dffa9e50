package document

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"sigs.k8s.io/yaml"
)

// The YAML library that gives positions and the one that kubectl reads with agree on
// what people write, not on every corner of the language. A document that goes near
// such a corner is read by both. There are few, so that this costs little.

// noteDoubts remembers the first place of text where the libraries may disagree.
func (r *yamlReader) noteDoubts(text []byte) {
	for _, doubtful := range []string{`\/`, byteOrderMark, "\x7f", "\u2028", "\u2029"} {
		if i := bytes.Index(text, []byte(doubtful)); i >= 0 {
			r.doubt(r.base + i)
		}
	}
	if bytes.HasPrefix(text, []byte("...")) {
		r.doubt(r.base)
	} else if i := bytes.Index(text, []byte("\n...")); i >= 0 {
		r.doubt(r.base + i + 1)
	}
	for offset := 0; offset+1 < len(text); offset++ {
		i := bytes.IndexByte(text[offset:], 0xc2)
		if i < 0 {
			break
		}
		offset += i
		if c, _ := utf8.DecodeRune(text[offset:]); c < 0xa0 { // a control character
			r.doubt(r.base + offset)
		}
	}
	if bytes.ContainsAny(text, "\t\r") {
		r.noteTabs(text)
	}
}

// noteTabs looks for tabs in an indentation and for line breaks that are only \r.
func (r *yamlReader) noteTabs(text []byte) {
	indentation := true
	for i, c := range text {
		switch {
		case c == '\n':
			indentation = true
		case c == '\t' && indentation, c == '\r' && i+1 < len(text) && text[i+1] != '\n':
			r.doubt(r.base + i)
			return
		case strings.IndexByte(" -?:\t\r", c) < 0:
			indentation = false
		}
	}
}

// noteFlow does the same for a mapping or sequence in brackets, in which YAML 1.2
// changed what ? and : mean.
func (r *yamlReader) noteFlow(start, end int) {
	text := r.data[start:end]
	for i, c := range text {
		switch {
		case c == '?' || c == '!':
			r.doubt(start + i)
		case c == ':' && i > 0 && i+1 < len(text) && text[i-1] != '"' &&
			(strings.IndexByte(",[]{}:", text[i+1]) >= 0 || strings.IndexByte(",[{ \t\n", text[i-1]) >= 0):
			r.doubt(start + i)
		}
	}
}

func (r *yamlReader) doubt(offset int) {
	if r.doubtful < 0 || offset < r.doubtful {
		r.doubtful = offset
	}
}

// agree reads text by kubectl's library and reports when it finds something else.
func (r *yamlReader) agree(root *Node, text []byte) error {
	answer, err := yaml.YAMLToJSON(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")))
	switch {
	case err != nil && r.data[r.doubtful] == '\t':
		return r.fail(r.doubtful, errTab)
	case err != nil:
		return r.fail(r.doubtful, "kubectl cannot read this document; the likely cause is here: "+explain(err.Error()))
	}
	theirs, err := ParseJSON(answer)
	if err != nil {
		return r.fail(r.doubtful, "kubectl cannot read this document: "+err.Error())
	}
	if Equal(root, theirs) {
		return nil
	}
	ours, theirs := difference(root, theirs)
	if theirs == nil {
		return r.fail(ours.Source.Key, "kubectl reads this key differently: put it in quotes")
	}
	return r.fail(ours.Source.Start, "kubectl reads this as "+abbreviate(string(theirs.AppendJSON(nil)))+": put it in quotes")
}

// abbreviate keeps a message to one line.
func abbreviate(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
