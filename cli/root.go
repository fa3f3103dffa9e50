package cli

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-dev/sluice/pipeline"
	"github.com/sluice-dev/sluice/report"
	"github.com/sluice-dev/sluice/settings"
)

// app is one run of the program: its streams, and the flags that several commands
// have.
type app struct {
	stdin          io.Reader
	stdout, stderr *screen

	settingsFile string
	contextFiles []string
	namespace    string
	colours      string
}

func (a *app) command() *cobra.Command {
	root := &cobra.Command{
		Use:   "sluice",
		Short: "Make Kafka and ZooKeeper pods work in an Istio mesh",
		Long: `Sluice patches Kafka and ZooKeeper pods so that they work in an Istio mesh, and
judges them. The same code runs here, over files, and as an admission webhook.`,
		Example: `  # What would change, as a diff, and why
  sluice inject --diff manifests/

  # Judge what would run once admitted
  helm template my-kafka ./chart | sluice check -

  # What a reason code or a rule means
  sluice explain hold-application/set`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.PersistentFlags().Var(newChoice(&a.colours, "auto", "always", "never"), "color", "when to use colours: `auto|always|never`")
	complete(root, "color", "auto", "always", "never")
	root.AddCommand(a.inject(), a.check(), a.serve(), a.install(), a.verify(), a.identity(), a.audit(), a.plan(), a.context(), a.explain(), a.diagnose(), a.catalogue(), a.waivers(), a.versionCommand())
	return root
}

// settingsFlag adds the flag of the commands that need settings.
func (a *app) settingsFlag(command *cobra.Command) {
	command.Flags().StringVar(&a.settingsFile, "settings", "", "settings `FILE`; without it everything has its default")
	_ = command.MarkFlagFilename("settings", manifestExtensions...)
}

// reviewFlags adds the flags of the commands that review files.
func (a *app) reviewFlags(command *cobra.Command) {
	a.settingsFlag(command)
	flags := command.Flags()
	flags.StringArrayVar(&a.contextFiles, "context", nil,
		"`FILE` with what lies around the objects: namespaces, ConfigMaps, Istio's among them; repeatable")
	_ = command.MarkFlagFilename("context", manifestExtensions...)
	flags.StringVarP(&a.namespace, "namespace", "n", "", "`NAMESPACE` of the objects that name none")
}

// settings reads the settings file, if there is one.
func (a *app) settings() (settings.Settings, error) {
	if a.settingsFile == "" {
		return settings.Default(), nil
	}
	read, err := settings.Load(a.settingsFile, pipeline.Names())
	if err != nil {
		return settings.Settings{}, &exitError{exitUnusable, err}
	}
	return read, nil
}

// outputStyle and errorStyle tell how to paint the two streams.
func (a *app) outputStyle() report.Style { return report.NewStyle(a.paints(a.stdout)) }
func (a *app) errorStyle() report.Style  { return report.NewStyle(a.paints(a.stderr)) }

func (a *app) paints(stream *screen) bool {
	switch a.colours {
	case "always":
		return true
	case "never":
		return false
	default:
		return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && stream.terminal()
	}
}

// choice is the value of a flag that takes one of several words.
type choice struct {
	value   *string
	allowed []string
}

// newChoice makes the first of the allowed words the default.
func newChoice(value *string, allowed ...string) *choice {
	*value = allowed[0]
	return &choice{value, allowed}
}

func (c *choice) String() string { return *c.value }

func (c *choice) Set(text string) error {
	if !slices.Contains(c.allowed, text) {
		return fmt.Errorf("use %s", strings.Join(c.allowed, ", "))
	}
	*c.value = text
	return nil
}

func (c *choice) Type() string { return "string" }

// complete offers words for a flag to the shell.
func complete(command *cobra.Command, flag string, words ...string) {
	// The error says that there is no such flag or that it is completed already;
	// both are mistakes that the tests of completion find.
	_ = command.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
}
