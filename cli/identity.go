package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-dev/sluice/identity"
	"github.com/sluice-dev/sluice/settings"
)

func (a *app) identity() *cobra.Command {
	command := &cobra.Command{
		Use:   "identity",
		Short: "Print what lets brokers know the identity that the mesh proved",
		Long: `Identity prints the objects by which a broker's proxy tells it who a client is, to be
committed or applied. docs/identity.md says how they work together.`,
		Example: `  # Let the proxies of labelled pods write their header on port 9092
  sluice identity filter --port 9092 | kubectl apply -f -

  # The first secret of a namespace
  sluice identity secret --namespace kafka | kubectl apply -f -

  # Keep labels and filters while pods rely on them
  sluice identity policy | kubectl apply -f -`,
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error { return command.Help() },
	}
	command.AddCommand(a.identityFilter(), a.identitySecret(), a.identityPolicy(), a.identityPlugIn())
	return command
}

func (a *app) identityFilter() *cobra.Command {
	var ports []int
	var namespace string
	command := &cobra.Command{
		Use:   "filter --port PORT",
		Short: "Print the EnvoyFilter of a port",
		Long: `Filter prints an EnvoyFilter for each port. It is for the proxies of pods that have the
port's label, sluice.dev/identity-PORT: mesh, and needs Envoy 1.37.

Ports have filters of their own, which are never edited: a filter that changes, changes
the listeners of running brokers at once.`,
		Example: `  # Clients on 9092, brokers among themselves on 9094, controllers on 9093
  sluice identity filter --port 9092 --port 9093 --port 9094 | kubectl apply -f -`,
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: running(func(context.Context, []string) error {
			if len(ports) == 0 {
				return &exitError{exitUnusable, errors.New("say which port, as in --port 9092")}
			}
			for i, port := range ports {
				text, err := identity.Filter(port, namespace)
				if err != nil {
					return &exitError{exitUnusable, err}
				}
				if i > 0 {
					text = "---\n" + text
				}
				if _, err := io.WriteString(a.stdout, text); err != nil {
					return err
				}
			}
			return nil
		}),
	}
	command.Flags().IntSliceVar(&ports, "port", nil, "`PORT` on which a broker listens; repeatable")
	command.Flags().StringVarP(&namespace, "namespace", "n", settings.Default().Mesh.RootNamespace,
		"`NAMESPACE` of the filter; in the mesh's root namespace it is for all namespaces")
	_ = command.RegisterFlagCompletionFunc("port", cobra.NoFileCompletions)
	return command
}

func (a *app) identitySecret() *cobra.Command {
	var namespace string
	var rotate bool
	command := &cobra.Command{
		Use:   "secret --namespace NAMESPACE",
		Short: "Print a Secret with a new random value",
		Long: `Secret prints the Secret that the brokers of a namespace and their proxies share. With
--rotate it reads the value that is in use from standard input, and keeps it as the previous
one.

A proxy keeps the value with which its pod started. Restart the brokers after a rotation and
before the next: with the one after that, proxies that were not restarted are refused.`,
		Example: `  # The first
  sluice identity secret --namespace kafka | kubectl apply -f -

  # A new one; the brokers take the old one until the next
  kubectl get secret sluice-identity -n kafka -o jsonpath='{.data.current}' | base64 -d |
    sluice identity secret --namespace kafka --rotate | kubectl apply -f -`,
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: running(func(context.Context, []string) error {
			previous := ""
			if rotate {
				var err error
				if previous, err = a.firstLine(); err != nil {
					return &exitError{exitUnusable, err}
				}
			}
			text, err := identity.Secret(namespace, previous)
			if err != nil {
				return &exitError{exitUnusable, err}
			}
			_, err = io.WriteString(a.stdout, text)
			return err
		}),
	}
	command.Flags().StringVarP(&namespace, "namespace", "n", "", "`NAMESPACE` of the brokers")
	command.Flags().BoolVar(&rotate, "rotate", false, "read the present value from standard input, and keep it as the previous one")
	return command
}

// longestSecret bounds what is read as one, in bytes; the plug-in takes fewer.
const longestSecret = 4096

// firstLine reads a secret from standard input. An error does not say it.
func (a *app) firstLine() (string, error) {
	line, err := bufio.NewReader(io.LimitReader(a.stdin, longestSecret)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("cannot read the present value from standard input: %w", err)
	}
	if line = strings.TrimSpace(line); line == "" {
		return "", errors.New("standard input is empty, and should be the present value of the secret")
	}
	return line, nil
}

func (a *app) identityPolicy() *cobra.Command {
	return &cobra.Command{
		Use:   "policy",
		Short: "Print the policies that protect labels and filters",
		Long: `Policy prints ValidatingAdmissionPolicies, which need no server of ours. They keep the
labels of running pods, and the filters from being edited, and from being deleted unless
they are annotated as unused.`,
		Example:           `  sluice identity policy | kubectl apply -f -`,
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: running(func(context.Context, []string) error {
			_, err := io.WriteString(a.stdout, identity.Policy())
			return err
		}),
	}
}

func (a *app) identityPlugIn() *cobra.Command {
	var source string
	command := &cobra.Command{
		Use:   "plug-in DIRECTORY",
		Short: "Copy the Kafka plug-in out of Sluice's image",
		Long: `Plug-in copies the jar into a directory. The init container does so that brings it to a
broker.`,
		Example: `  sluice identity plug-in /opt/sluice`,
		Args:    cobra.ExactArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
		RunE: running(func(_ context.Context, arguments []string) error {
			if err := copyFile(source, filepath.Join(arguments[0], identity.PlugInFile)); err != nil {
				return &exitError{exitUnusable, fmt.Errorf("copying the plug-in: %w", err)}
			}
			return nil
		}),
	}
	command.Flags().StringVar(&source, "from", identity.PlugInInImage, "the plug-in's jar `FILE`")
	return command
}

// copyFile puts a copy of a file in place at once, so that a broker that looks already
// finds none or a whole one.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.CreateTemp(filepath.Dir(to), ".plug-in-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(out.Name()) }()
	if _, err = io.Copy(out, in); err == nil {
		err = out.Chmod(0o644)
	}
	if err := errors.Join(err, out.Close()); err != nil {
		return err
	}
	return os.Rename(out.Name(), to)
}
