package diagnosis

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode"
)

const timedOut = "Timed out waiting for connection while in state: CONNECTING"

func read(t *testing.T, log io.Reader) (lines []Line, count int, err error) {
	t.Helper()
	count, err = Read(log, func(line Line) error {
		lines = append(lines, line)
		return nil
	})
	return lines, count, err
}

func TestReadNumbersTheLines(t *testing.T) {
	lines, count, err := read(t, strings.NewReader("first\n"+timedOut+"\r\nthird\n"+timedOut))
	if err != nil {
		t.Fatal(err)
	}
	if count != 4 || len(lines) != 2 || lines[0].Number != 2 || lines[1].Number != 4 || lines[0].Text != timedOut {
		t.Errorf("%d lines, %+v", count, lines)
	}
}

func TestReadLooksAtTheBeginningOfALongLine(t *testing.T) {
	long := strings.Repeat("x", 3*lineSize)
	lines, count, err := read(t, strings.NewReader(timedOut+long+"\n"+long+timedOut+"\n"+timedOut))
	if err != nil {
		t.Fatal(err)
	}
	if count != 3 || len(lines) != 2 || lines[0].Number != 1 || lines[1].Number != 3 {
		t.Errorf("%d lines, %d with a sign", count, len(lines))
	}
	if len(lines[0].Text) > lineSize {
		t.Errorf("the line is %d bytes long", len(lines[0].Text))
	}
}

func TestReadLeavesOutWhatWouldChangeATerminal(t *testing.T) {
	lines, _, err := read(t, strings.NewReader("\x1b[31m\t"+timedOut+"\x07\n"))
	if err != nil || len(lines) != 1 {
		t.Fatal(lines, err)
	}
	if want := "[31m " + timedOut; lines[0].Text != want {
		t.Errorf("the line is %q, want %q", lines[0].Text, want)
	}
}

func TestReadSaysWhatWentWrong(t *testing.T) {
	broken := errors.New("broken")
	_, count, err := read(t, io.MultiReader(strings.NewReader("a\nb\n"), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) || count != 2 {
		t.Errorf("%d lines, error %v", count, err)
	}
	count, err = Read(strings.NewReader(timedOut+"\n"+timedOut), func(Line) error { return broken })
	if !errors.Is(err, broken) || count != 1 {
		t.Errorf("%d lines, error %v", count, err)
	}
}

func TestSymptomsAreCountedFromTheFirstToTheLast(t *testing.T) {
	var symptoms Symptoms
	sign := In(timedOut)[0]
	if symptoms.Add("a.log", Line{Number: 3, Sign: sign}) == nil {
		t.Error("the first line is not new")
	}
	if symptoms.Add("b.log", Line{Number: 1, Sign: sign}) != nil {
		t.Error("the second line is new")
	}
	got := symptoms.All[0]
	if len(symptoms.All) != 1 || got.Count != 2 || got.FirstLog != "a.log" || got.First.Number != 3 || got.LastLog != "b.log" || got.Last.Number != 1 {
		t.Errorf("%+v", got)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(timedOut + "\n\x00\xff\n"))
	f.Add([]byte(strings.Repeat("a", lineSize) + timedOut))
	f.Fuzz(func(t *testing.T, log []byte) {
		count, err := Read(strings.NewReader(string(log)), func(line Line) error {
			if strings.ContainsFunc(line.Text, unicode.IsControl) {
				t.Errorf("line %d has control characters: %q", line.Number, line.Text)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		ended := strings.Count(string(log), "\n")
		if len(log) > 0 && log[len(log)-1] != '\n' {
			ended++
		}
		if count != ended {
			t.Errorf("%d lines, want %d", count, ended)
		}
	})
}
