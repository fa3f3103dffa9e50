package cli

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"github.com/sluice-dev/sluice/diagnosis"
	"github.com/sluice-dev/sluice/report"
)

func (a *app) diagnose() *cobra.Command {
	var output string
	command := &cobra.Command{
		Use:   "diagnose FILE|-...",
		Short: "Name what a log shows, and how to put it right",
		Long: `Diagnose reads the logs of brokers, ZooKeeper servers, proxies and clients, and events,
and names the rules whose symptoms it finds in their lines: what is wrong, and how to put
it right. A symptom is shown where it is first seen, as soon as it is read, and counted
afterwards. It may have several causes; "sluice check" tells by the manifests which one.

"-" is standard input. Of a line the first 64 KiB are looked at.

Exit code: 0 no symptom that is known; 1 symptoms; 2 wrong usage, or a log that could not
be read. What could be read is diagnosed all the same.`,
		Example: `  # Why does this broker restart?
  kubectl logs kafka-0 --all-containers --previous | sluice diagnose -

  # While it runs
  kubectl logs --follow zookeeper-0 | sluice diagnose -

  # Why are there no pods?
  kubectl get events | sluice diagnose -

  # For a program: the rules, most often seen first
  sluice diagnose -o json *.log | jq -r 'sort_by(-.count)[].rules[]'`,
		Args: atLeastOneFile,
		RunE: running(func(ctx context.Context, arguments []string) error {
			return a.diagnoseLogs(ctx, arguments, output)
		}),
	}
	command.Flags().VarP(newChoice(&output, "text", "json"), "output", "o", "format: `text|json`; JSON is always an array")
	complete(command, "output", "text", "json")
	return command
}

// diagnosing is one run of diagnose.
type diagnosing struct {
	*app
	// said is nil if nothing is said before the end.
	said     *report.Symptoms
	symptoms diagnosis.Symptoms
	lines    int
}

func (a *app) diagnoseLogs(ctx context.Context, arguments []string, output string) error {
	d := &diagnosing{app: a}
	if output == "text" {
		d.said = report.NewSymptoms(a.stdout, a.outputStyle())
	}
	outcome := tally{app: a}
	for _, name := range arguments {
		problems, err := d.readLog(ctx, name)
		if err != nil {
			return err
		}
		outcome.count(problems)
	}
	outcome.failed = len(d.symptoms.All) > 0
	if err := d.finish(); err != nil {
		return err
	}
	return outcome.exit()
}

// readLog returns what is wrong with a log, and apart from that an error that ends the
// run.
func (d *diagnosing) readLog(ctx context.Context, name string) (problems []error, err error) {
	from := d.stdin
	if name != standardInput {
		file, err := os.Open(name)
		if err != nil {
			return []error{readable(name, err)}, nil
		}
		defer func() { _ = file.Close() }()
		from = file
	}
	var unsaid error
	lines, err := interruptible(ctx, func() (int, error) {
		return diagnosis.Read(from, func(line diagnosis.Line) error {
			unsaid = d.see(name, line)
			return unsaid
		})
	})
	d.lines += lines
	if err != nil && ctx.Err() == nil && unsaid == nil {
		return []error{readable(name, err)}, nil
	}
	return nil, err
}

func (d *diagnosing) see(log string, line diagnosis.Line) error {
	seen := d.symptoms.Add(log, line)
	if seen == nil || d.said == nil {
		return nil
	}
	return d.said.Write(seen)
}

func (d *diagnosing) finish() error {
	if d.said != nil {
		return d.said.Flush(d.symptoms.All, d.lines)
	}
	items := array{to: d.stdout, opening: "[", closing: "]\n"}
	for _, seen := range d.symptoms.All {
		item := diagnosed{
			Sign: seen.Sign.Text, Log: seen.FirstLog, Line: seen.First.Number, Text: seen.First.Text,
			LastLog: seen.LastLog, LastLine: seen.Last.Number, Count: seen.Count,
		}
		for i := range seen.Sign.Rules {
			item.Rules = append(item.Rules, seen.Sign.Rules[i].ID)
		}
		if err := items.add(item); err != nil {
			return err
		}
	}
	return items.end()
}

// diagnosed is one item of the JSON output: where a sign was first seen, where last,
// and in how many lines.
type diagnosed struct {
	Sign     string   `json:"sign"`
	Rules    []string `json:"rules"`
	Log      string   `json:"log"`
	Line     int      `json:"line"`
	Text     string   `json:"text"`
	LastLog  string   `json:"lastLog"`
	LastLine int      `json:"lastLine"`
	Count    int      `json:"count"`
}
