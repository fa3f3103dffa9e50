package cli

import (
	"context"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/verdict"
)

// sources finds the lines that findings speak of: in the file that is reported on, or in
// another one, of which it reads the last again.
type sources struct {
	app        *app
	own, other *document.File
}

// of makes a file the one that is reported on.
func (s *sources) of(result *reviewed) func(verdict.Location) string {
	s.own = document.NewFile(result.input.name, result.data)
	return s.line
}

func (s *sources) line(at verdict.Location) string {
	file := s.own
	if at.File != file.Name {
		file = s.read(at.File)
	}
	return string(file.Line(at.Line))
}

// read reads another file. One that cannot be read twice has no lines.
func (s *sources) read(name string) *document.File {
	if s.other == nil || s.other.Name != name {
		in := &input{name: name}
		var data []byte
		if !in.readsOnce() {
			// What cannot be read now was read before: there is no excerpt of it.
			data, _ = s.app.read(context.Background(), in)
		}
		s.other = document.NewFile(name, data)
	}
	return s.other
}
