package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// spawn starts a program inside the node, in a session of its own so that it
// outlives us, with its output in logs/name.log. One that runs already is kept.
func (c *Cluster) spawn(name string, argv ...string) error {
	if c.running(name) {
		return nil
	}
	return c.launch(name, append(append([]string{"nsenter"}, c.enter()...), argv...), &syscall.SysProcAttr{Setsid: true})
}

func (c *Cluster) launch(name string, argv []string, attr *syscall.SysProcAttr) error {
	log, err := os.OpenFile(c.logFile(name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	cmd := exec.CommandContext(context.Background(), argv[0], argv[1:]...) // no command of ours ends it but down
	cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = log, log, attr
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	started, err := startTime(cmd.Process.Pid)
	if err != nil {
		return fmt.Errorf("%s ended at once; its log is %s", name, c.logFile(name))
	}
	go func() { _ = cmd.Wait() }() // or it would stay a zombie, which looks alive
	return os.WriteFile(c.pidFile(name), []byte(fmt.Sprintf("%d %s\n", cmd.Process.Pid, started)), 0o644)
}

// enter is how to start a program in the node's namespaces.
func (c *Cluster) enter() []string {
	pid, _ := c.pid("node")
	return []string{"--target", strconv.Itoa(pid), "--mount", "--net", "--pid", "--"}
}

// inside runs a program in the node's namespaces and waits for it.
func (c *Cluster) inside(ctx context.Context, argv ...string) error {
	return run(ctx, "nsenter", append(c.enter(), argv...)...)
}

// run runs a program and puts what it said into the error.
func run(ctx context.Context, name string, args ...string) error {
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w\n%s", filepath.Base(name), strings.Join(args, " "), err, out)
	}
	return nil
}

// output is what a program printed, without the line's end.
func output(ctx context.Context, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", name, strings.Join(args, " "), err)
	}
	return strings.TrimSpace(string(out)), nil
}

func (c *Cluster) running(name string) bool {
	_, ok := c.pid(name)
	return ok
}

// pid is the recorded process, if that still runs: a number alone may belong to
// somebody else by now, so the start time must agree.
func (c *Cluster) pid(name string) (int, bool) {
	record, err := os.ReadFile(c.pidFile(name))
	if err != nil {
		return 0, false
	}
	fields := strings.Fields(string(record))
	if len(fields) != 2 {
		return 0, false
	}
	pid, err := strconv.Atoi(fields[0])
	if err != nil || pid <= 1 {
		return 0, false
	}
	started, err := startTime(pid)
	return pid, err == nil && started == fields[1]
}

var errZombie = errors.New("the process has ended")

// startTime is when a process started, in clock ticks since boot.
func startTime(pid int) (string, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "", err
	}
	// The second field, the program's name in brackets, may hold anything.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if fields[0] == "Z" || fields[0] == "X" {
		return "", errZombie
	}
	return fields[19], nil
}

// stop ends what spawn started. The signal goes to the whole session's group:
// nsenter waits outside the PID namespace for the program inside it.
func (c *Cluster) stop(name string) error {
	pid, ok := c.pid(name)
	if !ok {
		return removeFile(c.pidFile(name))
	}
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		_ = syscall.Kill(-pid, signal)
		for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
			if syscall.Kill(-pid, 0) == syscall.ESRCH {
				return removeFile(c.pidFile(name))
			}
		}
	}
	return fmt.Errorf("%s: process %d does not end", name, pid)
}

func (c *Cluster) pidFile(name string) string { return c.runPath(name + ".pid") }
func (c *Cluster) logFile(name string) string { return filepath.Join(c.logs, name+".log") }

func removeFile(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// poll asks until there is no error, the program called name has ended, or time
// is up.
func (c *Cluster) poll(ctx context.Context, name string, ask func(context.Context) error) error {
	for {
		err := ask(ctx)
		if err == nil {
			return nil
		}
		if !c.running(name) {
			return fmt.Errorf("%s ended: %w", name, err)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready in time: %w", name, err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}
