package cli

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluice-dev/sluice/pipeline"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/waivers"
)

// waived is a waiver for an object.
type waived struct {
	object verdict.Object
	*pipeline.Waived
}

// listed is a waiver as the JSON of the command has it.
type listed struct {
	waivers.Waiver
	// State is holds, idle (it hides nothing), expired, refused or malformed.
	State string `json:"state"`
	// Problem says what is wrong with one that is refused, expired or malformed.
	Problem string            `json:"problem,omitempty"`
	File    string            `json:"file"`
	Line    int               `json:"line,omitempty"`
	Object  *verdict.Object   `json:"object,omitempty"`
	Hides   []verdict.Finding `json:"hides"`
}

func (a *app) waivers() *cobra.Command {
	var output string
	command := &cobra.Command{
		Use:   "waivers FILE|DIR|-...",
		Short: "List who has waived which rule, until when, and what that hides",
		Long: `Waivers lists the waivers in manifests, by the annotation sluice.dev/waive of an object
or of its pod, and those of the settings. Of each it says what it hides, or would hide:

  holds      the findings below it are hidden
  idle       there is nothing for it to hide: remove it
  expired    its last day is over, and the findings count
  refused    the rule cannot be waived, and the findings count
  malformed  it is not whole, and hides nothing

Exit code: 0 all hold or are idle; 1 some are expired, refused or malformed; 2 wrong
usage, or input that could not be read.`,
		Example: `  # What is hidden in these manifests
  sluice waivers manifests/

  # With those of the settings, for a program
  sluice waivers --settings settings.yaml -o json manifests/`,
		Args:              atLeastOneFile,
		ValidArgsFunction: completeManifests,
		RunE: running(func(ctx context.Context, arguments []string) error {
			return a.listWaivers(ctx, arguments, output == "json")
		}),
	}
	a.reviewFlags(command)
	command.Flags().VarP(newChoice(&output, "text", "json"), "output", "o", "format: `text|json`")
	complete(command, "output", "text", "json")
	return command
}

func (a *app) listWaivers(ctx context.Context, arguments []string, asJSON bool) error {
	inputs := a.inputs(arguments)
	review, problems, err := a.prepare(ctx, inputs)
	if err != nil {
		return err
	}
	review.request.Namespace = a.namespace
	outcome, now := tally{app: a}, time.Now()
	outcome.count(problems)
	var all []listed
	used := map[waivers.Waiver]bool{}
	if err := review.run(ctx, inputs, func(result *reviewed) error {
		outcome.count(result.problems)
		for _, one := range result.waivers {
			// Those of the settings are looked at with every object.
			if one.BySettings && len(one.Hides) == 0 {
				continue
			}
			used[one.Waiver] = used[one.Waiver] || one.BySettings
			all = append(all, a.listed(one, now))
		}
		return nil
	}); err != nil {
		return err
	}
	for _, waiver := range review.settings.Waivers {
		if !used[waiver] {
			idle := waived{Waived: &pipeline.Waived{Waiver: waiver, BySettings: true}}
			all = append(all, a.listed(idle, now))
		}
	}
	for i := range all {
		outcome.failed = outcome.failed || all[i].State != "holds" && all[i].State != "idle"
	}
	if err := a.writeWaivers(all, asJSON); err != nil {
		return err
	}
	return outcome.exit()
}

func (a *app) listed(one waived, now time.Time) listed {
	l := listed{
		Waiver: one.Waiver, State: one.State(now), Problem: one.Why, File: one.Location.File, Line: one.Location.Line,
		Hides: append([]verdict.Finding{}, one.Hides...),
	}
	if one.BySettings {
		l.File = a.settingsFile
	}
	if one.object != (verdict.Object{}) {
		l.Object = &one.object
	}
	return l
}

func (a *app) writeWaivers(all []listed, asJSON bool) error {
	if asJSON {
		list := array{to: a.stdout, opening: "[", closing: "]\n"}
		for i := range all {
			if err := list.add(all[i]); err != nil {
				return err
			}
		}
		return list.end()
	}
	if len(all) == 0 {
		_, err := fmt.Fprintln(a.stdout, "no waivers")
		return err
	}
	var out bytes.Buffer
	for i := range all {
		fmt.Fprintf(&out, "%s: %s", place(&all[i]), all[i].State)
		if all[i].Rule != "" {
			fmt.Fprintf(&out, ", %s until %s", all[i].Rule, all[i].Expires)
		}
		out.WriteByte('\n')
		for _, line := range []string{all[i].Reason, all[i].Problem} {
			if line != "" {
				fmt.Fprintf(&out, "    %s\n", line)
			}
		}
		for _, finding := range all[i].Hides {
			fmt.Fprintf(&out, "    %s: %s (%s)\n", finding.Severity, finding.Message, finding.Path)
		}
	}
	_, err := out.WriteTo(a.stdout)
	return err
}

// place says where a waiver is written, and for what.
func place(l *listed) string {
	at := l.File
	if l.Line > 0 {
		at = fmt.Sprintf("%s:%d", at, l.Line)
	}
	if l.Object != nil {
		at += ", " + l.Object.String()
	}
	if l.Container != "" {
		at += ", container " + l.Container
	}
	return at
}
