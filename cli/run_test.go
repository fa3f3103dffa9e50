package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// interrupter is a terminal at which somebody types Ctrl-C instead of a manifest.
type interrupter struct{ interrupt func() }

func (i interrupter) Read([]byte) (int, error) {
	i.interrupt()
	select {}
}

func TestAnInterruptEndsARunThatWaitsForInput(t *testing.T) {
	ctx, interrupt := context.WithCancel(context.Background())
	var stdout, stderr bytes.Buffer
	code := Run(ctx, []string{"check", "-"}, interrupter{interrupt}, &stdout, &stderr)
	if code != exitInterrupted || stderr.Len() > 0 {
		t.Errorf("exit code %d, %s", code, stderr.String())
	}
}

// failing is a stream that takes nothing any more.
type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestAnOutputThatFailsEndsTheRun(t *testing.T) {
	for _, test := range []struct {
		name      string
		arguments []string
		err       error
		code      int
		said      string
	}{
		{"nobody reads on", []string{"inject", "-q", "-"}, syscall.EPIPE, exitBrokenPipe, ""},
		{"nobody reads the report", []string{"check", "-"}, syscall.EPIPE, exitBrokenPipe, ""},
		{"nobody reads the list", []string{"inject", "-q", "-o", "json", "-"}, syscall.EPIPE, exitBrokenPipe, ""},
		{"nobody reads the diff", []string{"inject", "-q", "--diff", "-"}, syscall.EPIPE, exitBrokenPipe, ""},
		{"nobody reads the codes", []string{"explain"}, syscall.EPIPE, exitBrokenPipe, ""},
		{"the disk is full", []string{"inject", "-q", "-"}, syscall.ENOSPC, exitUnusable, "error: no space left on device\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var stderr bytes.Buffer
			code := Run(context.Background(), test.arguments, strings.NewReader(podYAML), failing{test.err}, &stderr)
			if code != test.code || stderr.String() != test.said {
				t.Errorf("exit code %d, %q", code, stderr.String())
			}
		})
	}
}

func TestWhatLooksAroundReadsAPipeOnlyOnce(t *testing.T) {
	// The namespace makes the look around parse the input before its review does.
	const text = "apiVersion: v1\nkind: Namespace\nmetadata: {name: data}\n---\n" + podYAML
	var stdout, stderr bytes.Buffer
	code := Run(context.Background(), []string{"inject", "-q", "-"}, io.NopCloser(strings.NewReader(text)), &stdout, &stderr)
	if code != exitOK || !strings.Contains(stdout.String(), "kind: Namespace") || !strings.Contains(stdout.String(), "quorumListenOnAllIPs") {
		t.Errorf("exit code %d, %s%s", code, stdout.String(), stderr.String())
	}
}

func TestMoreThanIsKeptIsReadAgain(t *testing.T) {
	directory := t.TempDir()
	comment := "# " + strings.Repeat("x", 1<<20) + "\n"
	for i := range 3 {
		file := filepath.Join(directory, string(rune('a'+i))+".yaml")
		if err := os.WriteFile(file, []byte(strings.Repeat(comment, keptSize>>20/2)+podYAML), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var stdout, stderr bytes.Buffer
	code := Run(context.Background(), []string{"check", "-o", "json", directory}, nil, &stdout, &stderr)
	if code != exitOK || !strings.Contains(stdout.String(), `"recognised": 3`) {
		t.Errorf("exit code %d, %s%s", code, stdout.String(), stderr.String())
	}
}

// TestInPlaceLeavesTheFileAloneWhenItCannotBeReplaced makes the directory refuse the
// new file; root, who may write anywhere, is given a name that is too long.
func TestInPlaceLeavesTheFileAloneWhenItCannotBeReplaced(t *testing.T) {
	file := filepath.Join(t.TempDir(), strings.Repeat("x", 250)+".yaml")
	if err := os.WriteFile(file, []byte(podYAML), 0o600); err != nil {
		t.Skip("the file system has no names that long: ", err)
	}
	other := filepath.Join(t.TempDir(), "other.yaml")
	if err := os.WriteFile(other, []byte(podYAML), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	code := Run(context.Background(), []string{"inject", "--in-place", file, other}, nil, &stdout, &stderr)
	if code != exitUnusable || !strings.Contains(stderr.String(), "file name too long") {
		t.Errorf("exit code %d, %s", code, stderr.String())
	}
	if after, err := os.ReadFile(file); err != nil || string(after) != podYAML {
		t.Errorf("the file is now %s, %v", after, err)
	}
	if after, err := os.ReadFile(other); err != nil || string(after) == podYAML {
		t.Errorf("the file beside it was not written: %v", err)
	}
	if strings.Contains(stderr.String(), file+": Pod") {
		t.Errorf("the report claims what was not written: %s", stderr.String())
	}
}

func TestAnErrorWithoutACauseStillSaysSomething(t *testing.T) {
	if text := (&exitError{code: exitFindings}).Error(); !strings.Contains(text, "1") {
		t.Error(text)
	}
	cause := errors.New("cause")
	if err := error(&exitError{exitUnusable, cause}); !errors.Is(err, cause) {
		t.Error("the cause is lost")
	}
}
