package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is set by the linker in a release; see the Makefile.
var version string

// build is what is known of the program itself.
type build struct {
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"`
	Date     string `json:"date,omitempty"`
	Modified bool   `json:"modified,omitempty"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func (a *app) versionCommand() *cobra.Command {
	var output string
	command := &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Example: `  sluice version
  sluice version -o json`,
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: running(func(context.Context, []string) error {
			known := readBuild()
			if output == "json" {
				encoder := json.NewEncoder(a.stdout)
				encoder.SetIndent("", "  ")
				return encoder.Encode(known)
			}
			_, err := fmt.Fprintln(a.stdout, known)
			return err
		}),
	}
	command.Flags().VarP(newChoice(&output, "text", "json"), "output", "o", "format: `text|json`")
	complete(command, "output", "text", "json")
	return command
}

// String writes the build in a line: "sluice v0.3.0 (1a2b3c4d, 2026-11-23T15:04:05Z, go1.26.0 linux/amd64)".
func (b build) String() string {
	text := "sluice " + b.Version + " ("
	if b.Commit != "" {
		text += b.Commit[:min(len(b.Commit), 12)] + ", "
	}
	if b.Date != "" {
		text += b.Date + ", "
	}
	return text + b.Go + " " + b.Platform + ")"
}

func readBuild() build {
	known := build{Version: version, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if ok {
		for _, setting := range info.Settings {
			switch setting.Key {
			case "vcs.revision":
				known.Commit = setting.Value
			case "vcs.time":
				known.Date = setting.Value
			case "vcs.modified":
				known.Modified = setting.Value == "true"
			}
		}
		if known.Version == "" {
			known.Version = info.Main.Version
		}
	}
	if known.Version == "" {
		known.Version = "(devel)"
	}
	return known
}
