package cli

import (
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// Command returns the tree of all commands, for the pages in docs/cli. To run one,
// call Run.
func Command() *cobra.Command {
	a := &app{stdin: strings.NewReader(""), stdout: &screen{Writer: io.Discard}, stderr: &screen{Writer: io.Discard}}
	return a.command()
}
