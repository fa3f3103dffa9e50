// Command sluice-wait keeps an application from starting before Kafka or ZooKeeper
// answers. It is small, since it stays in memory where it is a gate, and it never
// keeps an application from starting for longer than its time-out.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/sluice-dev/sluice/wait/target"
)

// version is set by the linker in release builds.
var version string

// defaultTimeout is how long to wait unless something else is said.
const defaultTimeout = 3 * time.Minute

// The exit codes of a wait that was told to fail. Without that, all end with 0: a
// container that waits must not keep its pod from running.
const (
	exitSilent = 1
	exitUsage  = 2
)

const usage = `Wait until Kafka or ZooKeeper answers.

usage:
  sluice-wait wait [flags] TARGET[,TARGET...]...   wait, then end: an init container
  sluice-wait gate [flags] TARGET[,TARGET...]...   wait, and stay: a container between the proxy and the application
  sluice-wait hook [flags]                         wait for the gate of this pod: its postStart hook
  sluice-wait probe [flags]                        say how the gate of this pod stands: its startupProbe
  sluice-wait version

A target is protocol://host:port; the protocol is kafka (the default), zookeeper or tls. Of the targets in one
argument any one has to answer; each argument has to be answered.

  kafka      a broker or controller answers an ApiVersions request
  zookeeper  a server grants a session, which takes a quorum
  tls        a server sends its ServerHello; nothing is verified

flags:
`

const examples = `
examples:
  sluice-wait wait kafka-0.kafka:9092,kafka-1.kafka:9092
  sluice-wait wait --fail --timeout 30s zookeeper://zookeeper:2181 tls://registry:8085
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// flags are what a person can say besides the targets.
type flags struct {
	timeout     time.Duration
	fail        bool
	termination string
	socket      string
}

// run is the program.
func run(ctx context.Context, arguments []string, stdout, stderr io.Writer) int {
	if len(arguments) == 0 {
		return misused(stderr, "say what to do: wait, gate, hook, probe or version")
	}
	mode, rest := arguments[0], arguments[1:]
	var f flags
	set := flagSet(&f)
	if slices.ContainsFunc(arguments, func(a string) bool { return a == "-h" || a == "--help" || a == "help" }) {
		help(stdout, set)
		return 0
	}
	say := log.New(stdout, "", log.LstdFlags|log.LUTC).Println
	switch mode {
	case "version":
		_, _ = fmt.Fprintln(stdout, "sluice-wait", versionText())
		return 0
	case "wait":
		groups, err := read(set, &f, rest)
		return waitOnce(ctx, groups, err, &f, say)
	case "gate":
		groups, err := read(set, &f, rest)
		return stand(ctx, groups, err, &f, say)
	case "hook":
		if err := set.Parse(rest); err != nil {
			say(err)
			return 0 // see pass
		}
		return pass(ctx, &f, say)
	case "probe":
		if err := set.Parse(rest); err != nil {
			return misused(stderr, err.Error())
		}
		return probe(ctx, &f, stdout)
	default:
		return misused(stderr, fmt.Sprintf("%q is none of wait, gate, hook, probe and version", mode))
	}
}

func flagSet(f *flags) *flag.FlagSet {
	set := flag.NewFlagSet("sluice-wait", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.DurationVar(&f.timeout, "timeout", defaultTimeout, "how long to wait; then the application starts all the same")
	set.BoolVar(&f.fail, "fail", false, "wait: end with 1 after the time-out, and with 2 for wrong usage")
	set.StringVar(&f.termination, "termination-log", "/dev/termination-log", "`FILE` that takes the last words, if it is there")
	set.StringVar(&f.socket, "socket", defaultSocket, "the gate's `SOCKET`; with an @ in front it is no file, but the pod's")
	return set
}

// read reads flags and targets. A flag that it does not know does not keep it from
// seeing that it was told to fail.
func read(set *flag.FlagSet, f *flags, arguments []string) ([]target.Group, error) {
	f.fail = slices.ContainsFunc(arguments, func(a string) bool { return a == "-fail" || a == "--fail" })
	if err := set.Parse(arguments); err != nil {
		return nil, err
	}
	if f.timeout <= 0 {
		return nil, fmt.Errorf("a time-out of %s is none: use one such as 3m", f.timeout)
	}
	return target.ParseGroups(strings.Join(set.Args(), ";"))
}

func help(stdout io.Writer, set *flag.FlagSet) {
	_, _ = io.WriteString(stdout, usage)
	set.SetOutput(stdout)
	set.PrintDefaults()
	_, _ = io.WriteString(stdout, examples)
}

func misused(stderr io.Writer, message string) int {
	_, _ = fmt.Fprintf(stderr, "sluice-wait: %s\nSee sluice-wait --help.\n", message)
	return exitUsage
}

func versionText() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return "unknown"
}
