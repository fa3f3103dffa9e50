package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/sluice-dev/sluice/report"
	"github.com/sluice-dev/sluice/workload"
)

func (a *app) catalogue() *cobra.Command {
	var output string
	command := &cobra.Command{
		Use:   "catalogue [NAME]",
		Short: "List the distributions that are recognised",
		Long: `Catalogue lists the distributions of Kafka and ZooKeeper that Sluice recognises: the
roles of their processes, what tells them, and by what they are given properties. With a
name it tells all that is known of one.

What is told by its command is recognised in an image of any name. An image alone does
not suffice: it may run a client.

With --settings the rows of the settings file are among them.`,
		Example: `  # Is this packaging of Kafka known?
  sluice catalogue

  # How are its pods told, and how can a property be set?
  sluice catalogue bitnami-kafka

  # For a program: what can be set by a variable of the pod
  sluice catalogue -o json | jq -r '.[] | select(any(.carriers[]; .kind == "env")).name'`,
		Args: cobra.MaximumNArgs(1),
		ValidArgsFunction: func(_ *cobra.Command, arguments []string, begun string) ([]string, cobra.ShellCompDirective) {
			if len(arguments) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			read, err := a.settings()
			if err != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			var offered []string
			for _, d := range read.Catalogue().Distributions() {
				if strings.HasPrefix(d.Name, begun) {
					offered = append(offered, d.Name+"\t"+d.Title)
				}
			}
			return offered, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: running(func(_ context.Context, arguments []string) error {
			return a.printCatalogue(arguments, output)
		}),
	}
	a.settingsFlag(command)
	command.Flags().VarP(newChoice(&output, "text", "json"), "output", "o", "format: `text|json`; JSON is always an array")
	complete(command, "output", "text", "json")
	return command
}

func (a *app) printCatalogue(arguments []string, output string) error {
	read, err := a.settings()
	if err != nil {
		return err
	}
	rows := read.Catalogue().Distributions()
	if len(arguments) > 0 {
		named, err := distribution(arguments[0], rows)
		if err != nil {
			return err
		}
		rows = []*workload.Distribution{named}
	}
	switch {
	case output == "json":
		return a.printDistributions(rows)
	case len(arguments) > 0:
		return a.printDistribution(rows[0])
	default:
		return a.listDistributions(rows)
	}
}

// distribution finds a row by its name.
func distribution(name string, rows []*workload.Distribution) (*workload.Distribution, error) {
	names := make([]string, len(rows))
	for i, d := range rows {
		if d.Name == name {
			return d, nil
		}
		names[i] = d.Name
	}
	return nil, unknown("distribution", name, names, "sluice catalogue")
}

func (a *app) listDistributions(rows []*workload.Distribution) error {
	table := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "NAME\tTITLE\tROLE\tTOLD BY\tSET BY")
	for _, d := range rows {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", d.Name, d.Title, roles(d), toldBy(d), setBy(d))
	}
	return table.Flush()
}

func roles(d *workload.Distribution) string {
	all := d.Product.Roles()
	names := make([]string, len(all))
	for i, role := range all {
		names[i] = string(role)
	}
	return strings.Join(names, ",")
}

// toldBy names the first image, or the first command where the image has any name, and
// how many more there are.
func toldBy(d *workload.Distribution) string {
	if d.Product == workload.AnyProduct {
		return "annotation " + workload.RoleAnnotation
	}
	if count := len(d.Images); count > 0 {
		return "image " + strings.TrimPrefix(d.Images[0].Repository, "/") + more(count)
	}
	return "command " + d.Starts[0].Program + d.Starts[0].Class + more(len(d.Starts))
}

func more(count int) string {
	if count == 1 {
		return ""
	}
	return fmt.Sprintf(" (+%d)", count-1)
}

// setBy names the kinds of what carries properties.
func setBy(d *workload.Distribution) string {
	var kinds []string
	for _, c := range d.Carriers() {
		kind := string(c.Kind)
		if c.Kind == workload.ByResource {
			kind += " " + c.Resource
		}
		if !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	return strings.Join(kinds, ",")
}

func (a *app) printDistribution(d *workload.Distribution) error {
	style := a.outputStyle()
	var text strings.Builder
	fmt.Fprintf(&text, "%s\n%s\n\n", style.Heading(d.Title), style.Faint(d.Name+" ("+roles(d)+")"))
	for _, sentence := range append(report.DescribeDistribution(d), reference(d)...) {
		for i, line := range strings.Split(fill(sentence), "\n") {
			indent := "    "
			if i == 0 {
				indent = "  "
			}
			text.WriteString(indent + line + "\n")
		}
	}
	_, err := fmt.Fprint(a.stdout, text.String())
	return err
}

// reference says where to read on; a row of one's own need not say it.
func reference(d *workload.Distribution) []string {
	if d.Reference == "" {
		return nil
	}
	return []string{"See " + d.Reference}
}

// cataloguedDistribution is one item of the JSON output.
type cataloguedDistribution struct {
	Name      string             `json:"name"`
	Title     string             `json:"title"`
	Roles     []workload.Role    `json:"roles"`
	Reference string             `json:"reference,omitempty"`
	Images    []workload.Image   `json:"images,omitempty"`
	Starts    []workload.Start   `json:"starts"`
	Owner     *workload.Owner    `json:"owner,omitempty"`
	Carriers  []workload.Carrier `json:"carriers"`
	Defaults  map[string]string  `json:"defaults,omitempty"`
	Ports     map[string]int     `json:"ports,omitempty"`
}

func (a *app) printDistributions(rows []*workload.Distribution) error {
	items := array{to: a.stdout, opening: "[", closing: "]\n"}
	for _, d := range rows {
		item := cataloguedDistribution{
			Name: d.Name, Title: d.Title, Roles: d.Product.Roles(), Reference: d.Reference,
			Images: d.Images, Starts: d.Starts, Owner: d.Owner, Carriers: d.Carriers(),
			Defaults: d.Defaults, Ports: d.Ports,
		}
		if err := items.add(item); err != nil {
			return err
		}
	}
	return items.end()
}
