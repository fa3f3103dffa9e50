package workload

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// output is what goes into a file or a pipe. A nil output is thrown away.
type output struct {
	lines content
	// open is true when the last line has no end yet.
	open bool
	// doubts is how many branches stand around it.
	doubts int
}

// put puts lines out. open tells that the last of them has no end.
func (s *script) put(lines content, open bool) {
	o := s.out
	if o == nil || len(lines) == 0 {
		return
	}
	if s.at.doubts > o.doubts {
		lines = lines.unsure()
	}
	if o.open && len(o.lines) > 0 {
		last := &o.lines[len(o.lines)-1]
		last.text += lines[0].text
		last.any, last.sure = last.any || lines[0].any, last.sure && lines[0].sure
		lines = lines[1:]
	}
	o.lines = append(o.lines, lines...)
	o.open = open
}

// hide puts out what cannot be seen.
func (s *script) hide() {
	if s.out != nil {
		s.put(anything(s.source.place), false)
	}
}

// outputOf returns the texts of some words, of which each stands on lines of its own.
func (s *script) outputOf(words []*syntax.Word) output {
	var all output
	for _, w := range words {
		all.lines = append(all.lines, s.linesOf(s.marked(w), int(w.Pos().Offset()), int(w.End().Offset()))...)
	}
	return all
}

// marked evaluates a word with hiddenMark in the place of what cannot be known.
func (s *script) marked(w *syntax.Word) string { return s.markedParts(w.Parts, false) }

func (s *script) markedParts(parts []syntax.WordPart, quoted bool) string {
	text, _ := s.partsWith(parts, quoted, func(syntax.WordPart) string { return hiddenMark })
	return text
}

// linesOf returns the lines of a text that is written between two offsets of the
// script.
func (s *script) linesOf(text string, start, end int) content {
	written := s.source.text[start:end]
	// Line by line, unless a variable or an escape has brought or taken some.
	aligned := strings.Count(written, "\n") == strings.Count(text, "\n")
	var lines content
	offset := start
	for whole := range strings.Lines(text) {
		place := s.source.at(offset)
		if offset == start {
			place = s.source.at(offset + quoteLength(written))
		}
		lines = append(lines, line{text: strings.TrimSuffix(whole, "\n"), sure: true, place: place, source: FromScript})
		if next := strings.IndexByte(s.source.text[offset:end], '\n'); aligned && next >= 0 {
			offset += next + 1
		}
	}
	return lines
}

// quoteLength is 1 for a word that begins with a quote.
func quoteLength(word string) int {
	if word != "" && (word[0] == '"' || word[0] == '\'') {
		return 1
	}
	return 0
}

// hereDocument returns the lines of a here document.
func (s *script) hereDocument(document *syntax.Word) content {
	if document == nil || len(document.Parts) == 0 {
		return nil
	}
	return s.linesOf(s.markedParts(document.Parts, true), int(document.Pos().Offset()), int(document.End().Offset()))
}

// write puts lines into a file, or behind those that it holds.
func (s *script) write(file string, lines content, how writing) {
	if strings.HasPrefix(file, "/dev/") {
		return
	}
	var before content
	appends := how == added
	if appends || s.at.doubts > 0 {
		before = s.reader.read(file)
	}
	if s.at.doubts > 0 {
		lines = lines.unsure()
		if !appends {
			before, how = before.unsure(), changed // it may stay as it is
		}
	}
	s.reader.write(written{file: file, content: append(slices.Clip(before), lines...), how: how})
}

// change gives a file another content, or maybe does.
func (s *script) change(file string, change func(content) content) {
	before := s.reader.read(file)
	after := change(before)
	if s.at.doubts > 0 {
		after = maybe(before, after)
	}
	s.reader.write(written{file: file, content: after})
}

// maybe returns what a file holds that was changed line by line, or was not.
func maybe(before, after content) content {
	if len(before) != len(after) {
		return append(before.unsure(), after.unsure()...)
	}
	var both content
	for i := range before {
		if before[i] == after[i] {
			both = append(both, before[i])
			continue
		}
		both = append(both, content{before[i], after[i]}.unsure()...)
	}
	return both
}
