package cli

import (
	"io"
	"os"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/schollz/progressbar/v3"
)

// screen is an output stream. On a terminal it shares the lines with a progress bar,
// which it takes away before it writes.
type screen struct {
	io.Writer
	bar *progressbar.ProgressBar
}

// Write writes where the progress bar was.
func (s *screen) Write(text []byte) (int, error) {
	if s.bar != nil {
		// A bar that stays in sight is no reason to fail.
		_ = s.bar.Clear()
	}
	return s.Writer.Write(text)
}

// terminal reports whether a person looks at the stream.
func (s *screen) terminal() bool {
	file, ok := s.Writer.(*os.File)
	return ok && isatty.IsTerminal(file.Fd())
}

// progressFrom is the number of inputs from which on a run takes long enough for a
// person to wonder whether anything happens.
const progressFrom = 200

// progressInterval is how often the bar is drawn, which costs more than most files.
const progressInterval = 100 * time.Millisecond

// showProgress shows how far a long run is, if standard error is a terminal. advance
// counts one more input, end takes the bar away.
func (a *app) showProgress(inputs int) (advance, end func()) {
	if inputs <= progressFrom || !a.stderr.terminal() {
		return func() {}, func() {}
	}
	bar := progressbar.NewOptions(inputs,
		progressbar.OptionSetWriter(a.stderr.Writer),
		progressbar.OptionSetDescription("files"),
		progressbar.OptionShowCount(),
		progressbar.OptionThrottle(progressInterval))
	a.stderr.bar = bar
	if a.stdout.terminal() {
		a.stdout.bar = bar
	}
	return func() { _ = bar.Add(1) }, func() {
		_ = bar.Clear()
		a.stdout.bar, a.stderr.bar = nil, nil
	}
}
