package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/util/validation"
	"sigs.k8s.io/yaml"

	"github.com/sluice-dev/sluice/charts"
	"github.com/sluice-dev/sluice/webhook"
)

// installing is one run of install.
type installing struct {
	release    charts.Release
	values     []string
	set        []string
	dryRun     bool
	kubeconfig string
}

func (a *app) install() *cobra.Command {
	i := installing{release: charts.Release{Name: "sluice", Service: "sluice"}}
	command := &cobra.Command{
		Use:   "install",
		Short: "Install the webhook in a cluster, or print what would be",
		Long: `Install applies the objects of the Helm chart, which is part of this program, to a
cluster: a namespace, the server with its rights, and the webhook configurations. With
--dry-run it prints them and asks no cluster.

It applies them server-side, so that installing again is an upgrade. Values are those
of the chart; docs/values.md lists them.`,
		Example: `  # Print the objects, and apply them with kubectl
  sluice install --dry-run | kubectl apply -f -

  # Install, or upgrade, in shadow mode: see what would change
  sluice install --set settings.mode=shadow

  # Remove it
  sluice install --dry-run | kubectl delete -f -`,
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: running(func(ctx context.Context, _ []string) error {
			return a.runInstall(ctx, &i)
		}),
	}
	flags := command.Flags()
	flags.BoolVar(&i.dryRun, "dry-run", false, "print the objects and ask no cluster")
	flags.StringVarP(&i.release.Namespace, "namespace", "n", "sluice-system", "`NAMESPACE` of the server")
	flags.StringVar(&i.release.Name, "name", i.release.Name, "`NAME` of the objects")
	flags.StringArrayVarP(&i.values, "values", "f", nil, "`FILE` with values of the chart, - for standard input; repeatable, the last one counts most")
	flags.StringArrayVar(&i.set, "set", nil, "one value, as `KEY=VALUE` such as settings.mode=shadow, read as YAML; repeatable")
	flags.StringVar(&i.kubeconfig, "kubeconfig", "", "`FILE` that says how to reach the cluster")
	_ = command.MarkFlagFilename("values", "yaml", "yml", "json")
	_ = command.MarkFlagFilename("kubeconfig")
	return command
}

func (a *app) runInstall(ctx context.Context, i *installing) error {
	for flag, name := range map[string]string{"--namespace": i.release.Namespace, "--name": i.release.Name} {
		if wrong := validation.IsDNS1123Label(name); len(wrong) > 0 {
			return fmt.Errorf("%s %q: %s", flag, name, strings.Join(wrong, "; "))
		}
	}
	values, err := a.chartValues(i)
	if err != nil {
		return err
	}
	objects, err := charts.Render(i.release, values...)
	if err != nil {
		return err
	}
	text := append(namespaceDocument(i.release.Namespace), objects...)
	if i.dryRun {
		_, err := a.stdout.Write(text)
		return err
	}
	return webhook.Apply(ctx, i.kubeconfig, text, func(what string) error {
		_, err := fmt.Fprintln(a.stdout, what)
		return err
	})
}

// namespaceDocument is the namespace, which demands of its pods what ours fulfil.
func namespaceDocument(name string) []byte {
	return fmt.Appendf(nil, `---
apiVersion: v1
kind: Namespace
metadata:
  name: %s
  labels:
    pod-security.kubernetes.io/enforce: restricted
`, name)
}

// chartValues reads the values that were given, those that count least first.
func (a *app) chartValues(i *installing) ([]map[string]any, error) {
	var all []map[string]any
	for _, name := range i.values {
		text, err := a.readValues(name)
		if err != nil {
			return nil, err
		}
		var values map[string]any
		if err := yaml.Unmarshal(text, &values); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, values)
	}
	set := map[string]any{}
	for _, each := range i.set {
		key, text, ok := strings.Cut(each, "=")
		if !ok {
			return nil, fmt.Errorf("--set %s: write KEY=VALUE", each)
		}
		var value any
		if err := yaml.Unmarshal([]byte(text), &value); err != nil {
			return nil, fmt.Errorf("--set %s: %w", each, err)
		}
		if err := charts.Set(set, key, value); err != nil {
			return nil, fmt.Errorf("--set %s: %w", each, err)
		}
	}
	return append(all, set), nil
}

// maxValues bounds a file with values, in bytes.
const maxValues = 1 << 20

func (a *app) readValues(name string) ([]byte, error) {
	in := a.stdin
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("reading values: %w", err)
		}
		defer func() { _ = file.Close() }() // it was only read
		in = file
	}
	text, err := io.ReadAll(io.LimitReader(in, maxValues+1))
	if err == nil && len(text) > maxValues {
		err = errors.New("they are larger than 1 MiB")
	}
	if err != nil {
		return nil, fmt.Errorf("reading values from %s: %w", name, err)
	}
	return text, nil
}
