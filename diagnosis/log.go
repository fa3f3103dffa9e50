package diagnosis

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"unicode"
)

// lineSize bounds what is looked at of one line, in bytes. Kafka's longest lines, its
// configuration and the ACLs of a request, have their signs at the beginning.
const lineSize = 64 << 10

// Line is a line of a log that has a sign.
type Line struct {
	// Number counts from 1.
	Number int
	// Text is the line without what would change a terminal, at most 64 KiB of it.
	Text string
	Sign *Sign
}

// Read calls saw for each sign of each line as the lines come, and returns how many
// lines there were. It ends with the log, with an error of reading it, or with the
// first one of saw. Memory does not depend on the length of the log or of its lines.
func Read(log io.Reader, saw func(Line) error) (int, error) {
	lines := bufio.NewReaderSize(log, lineSize)
	count := 0
	for {
		text, rest, err := lines.ReadLine()
		if errors.Is(err, io.EOF) {
			return count, nil
		}
		if err != nil {
			return count, err
		}
		count++
		for _, sign := range In(string(text)) {
			if err := saw(Line{Number: count, Text: printable(string(text)), Sign: sign}); err != nil {
				return count, err
			}
		}
		for rest && err == nil {
			_, rest, err = lines.ReadLine()
		}
	}
}

// printable leaves out the control characters that would otherwise reach a terminal.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case unicode.IsControl(r):
			return -1
		default:
			return r
		}
	}, text)
}
