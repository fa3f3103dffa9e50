package document

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// line is the extent of a line without its line break.
type line struct{ start, end int }

// lineOf returns the line of offset; a byte order mark does not belong to it. The last
// answer is kept: a document of one long line is asked for it at every step.
func (s *splicer) lineOf(offset int) line {
	if s.last.start <= offset && offset <= s.last.end && s.last.end > 0 {
		return s.last
	}
	start := max(bytes.LastIndexByte(s.data[:offset], '\n')+1, s.doc.Start)
	end := lineEnd(s.data, offset)
	if end > start && s.data[end-1] == '\r' {
		end--
	}
	if bytes.HasPrefix(s.data[start:end], []byte(byteOrderMark)) {
		start += len(byteOrderMark)
	}
	s.last = line{start, end}
	return s.last
}

func (s *splicer) lineStart(offset int) int { return s.lineOf(offset).start }

// lineEnd returns where the line of offset ends, in front of its line break.
func (s *splicer) lineEnd(offset int) int { return s.lineOf(offset).end }

// indentation returns the white space in front of the line of offset.
func (s *splicer) indentation(offset int) string {
	l := s.lineOf(offset)
	end := l.start
	for end < l.end && (s.data[end] == ' ' || s.data[end] == '\t') {
		end++
	}
	return string(s.data[l.start:end])
}

// column counts the characters in front of offset in its line.
func (s *splicer) column(offset int) int {
	return utf8.RuneCount(s.data[min(s.lineStart(offset), offset):offset])
}

// isFirst reports whether nothing but white space stands in front of offset.
func (s *splicer) isFirst(offset int) bool {
	start := s.lineStart(offset)
	for offset > start && (s.data[offset-1] == ' ' || s.data[offset-1] == '\t') {
		offset--
	}
	return offset <= start
}

func spaces(n int) string { return strings.Repeat(" ", max(n, 0)) }
