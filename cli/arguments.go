package cli

import (
	"errors"

	"github.com/spf13/cobra"
)

// atLeastOneFile is the check of the arguments of inject and check. Standard input
// must be asked for: a command that waits for a terminal looks as if it hung.
func atLeastOneFile(_ *cobra.Command, arguments []string) error {
	if len(arguments) == 0 {
		return errors.New("name at least one file or directory, or - for standard input")
	}
	return nil
}

// completeManifests offers manifests and directories to the shell.
func completeManifests(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return manifestExtensions, cobra.ShellCompDirectiveFilterFileExt
}
