package cli

import (
	"bytes"
	"io"
)

// stream writes files one after the other as one YAML stream.
type stream struct {
	to io.Writer
	// last is the last byte that was written; zero for none.
	last byte
}

var (
	byteOrderMark = []byte("\ufeff")
	separator     = []byte("---")
)

func (s *stream) write(result *reviewed) error {
	content := result.content()
	if len(content) == 0 {
		return nil
	}
	if s.last != 0 {
		// A mark is only that at the very beginning.
		content = bytes.TrimPrefix(content, byteOrderMark)
		var between []byte
		if s.last != '\n' {
			between = append(between, '\n')
		}
		if !bytes.HasPrefix(content, separator) {
			between = append(append(between, separator...), '\n')
		}
		if _, err := s.to.Write(between); err != nil {
			return err
		}
	}
	if len(content) > 0 {
		s.last = content[len(content)-1]
	}
	_, err := s.to.Write(content)
	return err
}

func (s *stream) end() error { return nil }
