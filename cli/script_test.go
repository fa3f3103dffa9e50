package cli

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write the expected output in the scripts anew")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sluice": func() {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		defer stop()
		os.Exit(Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}})
}

// TestScripts runs testdata/script/*.txtar: each command as a person calls it.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits":      exits,
			"replace":    replace,
			"repeat":     repeat,
			"brokenpipe": brokenPipe,
		},
	})
}

// exits CODE PROGRAM ARG... runs a program and fails unless it exits with that code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARG...")
	}
	code := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		failed, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		code = failed.ExitCode()
	}
	if wanted, err := strconv.Atoi(args[0]); err != nil || code != wanted {
		ts.Fatalf("%s exited with %d, not %s", args[1], code, args[0])
	}
}

// replace FILE OLD NEW... replaces texts in a file; they are Go strings without their
// quotes, so that \t, \r and \ufeff can be written into scripts.
func replace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 || len(args)%2 == 0 {
		ts.Fatalf("usage: replace FILE OLD NEW...")
	}
	for i, text := range args[1:] {
		unquoted, err := strconv.Unquote(`"` + text + `"`)
		ts.Check(err)
		args[i+1] = unquoted
	}
	file := ts.MkAbs(args[0])
	content := ts.ReadFile(args[0])
	for i := 1; i < len(args); i += 2 {
		if !strings.Contains(content, args[i]) {
			ts.Fatalf("%s does not contain %q", args[0], args[i])
		}
	}
	content = strings.NewReplacer(args[1:]...).Replace(content)
	ts.Check(os.WriteFile(file, []byte(content), 0o644))
}

// repeat COUNT FILE TARGET writes a file many times over.
func repeat(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: repeat COUNT FILE TARGET")
	}
	count, err := strconv.Atoi(args[0])
	ts.Check(err)
	content := bytes.Repeat([]byte(ts.ReadFile(args[1])), count)
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), content, 0o644))
}

// brokenPipe PROGRAM ARG... runs a program whose standard output nobody reads any
// more, and fails if it says anything about that.
func brokenPipe(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: brokenpipe PROGRAM ARG...")
	}
	read, write, err := os.Pipe()
	ts.Check(err)
	ts.Check(read.Close())
	var stderr strings.Builder
	// The test binary answers to its commands' names.
	program := exec.Command(os.Args[0], args[1:]...)
	program.Args[0] = args[0]
	program.Dir, program.Stdout, program.Stderr = ts.MkAbs("."), write, &stderr
	failed := program.Run()
	ts.Check(write.Close())
	if failed == nil {
		ts.Fatalf("%s did not notice", args[0])
	}
	if stderr.Len() > 0 {
		ts.Fatalf("%s said %s", args[0], stderr.String())
	}
}
