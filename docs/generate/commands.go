package main

import (
	"bytes"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/sluice-dev/sluice/cli"
)

// addCommands writes one page for each command.
func (p pages) addCommands() error {
	// It is the default of a flag, and the pages are the same everywhere.
	if err := os.Unsetenv("POD_NAMESPACE"); err != nil {
		return err
	}
	return p.addCommand(cli.Command())
}

func (p pages) addCommand(command *cobra.Command) error {
	if !command.IsAvailableCommand() && command.HasParent() {
		return nil
	}
	// The footer has a date, which would make every page stale tomorrow.
	command.DisableAutoGenTag = true
	var text bytes.Buffer
	text.WriteString(notice)
	if err := doc.GenMarkdownCustom(command, &text, fileOf); err != nil {
		return err
	}
	p["cli/"+fileOf(command.CommandPath()+".md")] = text.Bytes()
	for _, child := range command.Commands() {
		if err := p.addCommand(child); err != nil {
			return err
		}
	}
	return nil
}

// fileOf turns a command's path, with spaces or with cobra's underscores, into the
// name of its page.
func fileOf(page string) string { return strings.NewReplacer(" ", "-", "_", "-").Replace(page) }
