// Package cli is the command line: one file a command. It reads manifests from
// files, takes them through the pipeline and writes what came of them.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"syscall"

	"github.com/spf13/cobra"
)

// The exit codes of every command.
const (
	exitOK = 0
	// exitFindings: check found something at or above --fail-on, or inject could not
	// write a change into a file.
	exitFindings = 1
	// exitUnusable: wrong usage, or input that could not be read.
	exitUnusable = 2
	// exitInterrupted is what shells report for SIGINT.
	exitInterrupted = 128 + int(syscall.SIGINT)
	// exitBrokenPipe is what shells report for SIGPIPE: nobody reads on.
	exitBrokenPipe = 128 + int(syscall.SIGPIPE)
)

// exitError is an error that asks for an exit code. Without a cause all was said before.
type exitError struct {
	code  int
	cause error
}

func (e *exitError) Error() string {
	if e.cause == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.cause.Error()
}

func (e *exitError) Unwrap() error { return e.cause }

// Run runs a command line, without the program's name, and returns the exit code.
// It touches nothing but what it is given and the files that the arguments name, so
// that tests can call it.
func Run(ctx context.Context, arguments []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{stdin: stdin, stdout: &screen{Writer: stdout}, stderr: &screen{Writer: stderr}}
	root := a.command()
	root.SetArgs(arguments)
	root.SetIn(stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	command, err := root.ExecuteContextC(ctx)
	return a.finish(ctx, command, err)
}

// finish says what is left to say about an error and turns it into an exit code.
func (a *app) finish(ctx context.Context, command *cobra.Command, err error) int {
	asked, ok := errors.AsType[*exitError](err)
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, syscall.EPIPE):
		return exitBrokenPipe
	case ctx.Err() != nil:
		return exitInterrupted
	case ok && asked.cause == nil:
		return asked.code
	case ok:
		a.complain(asked.cause)
		return asked.code
	default:
		// What commands return is wrapped by running; the rest is about usage.
		a.complain(err)
		_, _ = fmt.Fprintf(a.stderr, "See \"%s --help\".\n", command.CommandPath())
		return exitUnusable
	}
}

// running wraps the errors of a command that was called as it should be.
func running(run func(ctx context.Context, arguments []string) error) func(*cobra.Command, []string) error {
	return func(command *cobra.Command, arguments []string) error {
		err := run(command.Context(), arguments)
		if err == nil {
			return nil
		}
		if asked, ok := errors.AsType[*exitError](err); ok {
			return asked
		}
		return &exitError{exitUnusable, err}
	}
}

// complain writes an error the way all errors are written. Where that fails there is
// nobody left to tell.
func (a *app) complain(err error) {
	_, _ = fmt.Fprintf(a.stderr, "%s %v\n", a.errorStyle().Bad("error:"), err)
}
