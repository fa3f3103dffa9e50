package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// A node is a process that does nothing in mount, network and PID namespaces of its
// own, which all other parts enter. When it ends, the kernel takes every process,
// mount, interface and packet filter rule of the cluster away with it.
type node struct{ inert }

func (n node) Name() string { return "node" }

// Kernel settings that the kubelet changes and that belong to the whole machine.
var tunables = []string{
	"vm/overcommit_memory", "vm/panic_on_oom", "kernel/panic", "kernel/panic_on_oops", "kernel/keys/root_maxkeys", "kernel/keys/root_maxbytes",
}

func (n node) Start(ctx context.Context) error {
	if n.running("node") {
		return nil
	}
	if _, err := os.Stat("/sys/class/net/" + hostLink); err == nil {
		return fmt.Errorf("there is an interface %s already: another cluster runs, with a state directory other than %s", hostLink, n.state)
	}
	if err := removeControlGroups(); err != nil {
		return fmt.Errorf("containers of somebody else run in the control group %s: %w", controlGroup, err)
	}
	if err := copyTunables(inKernel, n.kept); err != nil {
		return err
	}
	err := n.launch("node", []string{n.bin("pause")}, &syscall.SysProcAttr{
		Setsid:       true,
		Cloneflags:   syscall.CLONE_NEWNET | syscall.CLONE_NEWPID,
		Unshareflags: syscall.CLONE_NEWNS, // also makes the mounts private
	})
	if err != nil {
		return err
	}
	// What the parts leave behind in the places that are nobody's to choose goes to
	// memory. Volumes with mount propagation need a tree that is shared, with nobody.
	return n.inside(ctx, "sh", "-ec", `
		mount -t proc sluice /proc
		for dir in /run /var/lib /var/log; do mount -t tmpfs -o mode=0755 sluice $dir; done
		mount --make-rshared /`)
}

func (n node) Stop(ctx context.Context) error {
	if pid, ok := n.pid("node"); ok {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	if err := n.stop("node"); err != nil {
		return err
	}
	if err := copyTunables(n.kept, inKernel); err != nil {
		return err
	}
	return n.gone(ctx)
}

// gone waits for what the kernel clears away in its own time: the interface goes
// with the network namespace, and a control group can go once it is empty.
func (n node) gone(ctx context.Context) error {
	for {
		_, err := os.Stat("/sys/class/net/" + hostLink)
		linked := err == nil
		err = removeControlGroups()
		if err == nil && !linked {
			return nil
		}
		if linked {
			err = errors.Join(err, fmt.Errorf("the interface %s is still there", hostLink))
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Containerd makes all containers' control groups below this one.
const controlGroup = "k8s.io"

// removeControlGroups fails when there are processes in them.
func removeControlGroups() error {
	for _, pattern := range []string{"*/" + controlGroup + "/*", "*/" + controlGroup, controlGroup + "/*", controlGroup} {
		paths, err := filepath.Glob("/sys/fs/cgroup/" + pattern)
		if err != nil {
			return err
		}
		for _, path := range paths {
			if info, err := os.Stat(path); err != nil || !info.IsDir() {
				continue
			}
			if err := removeFile(path); err != nil {
				return err
			}
		}
	}
	return nil
}

// copyTunables copies those kernel settings that are there.
func copyTunables(from, to func(name string) string) error {
	for _, name := range tunables {
		value, err := os.ReadFile(from(name))
		if err == nil {
			err = os.WriteFile(to(name), value, 0o600)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func inKernel(name string) string { return "/proc/sys/" + name }

func (n node) kept(name string) string {
	return n.runPath("sysctl." + strings.ReplaceAll(name, "/", "."))
}

// permitted says, before anything is changed, why there can be no node.
func (c *Cluster) permitted() error {
	if os.Geteuid() != 0 {
		return errors.New("a node needs root: it makes namespaces, mounts and interfaces")
	}
	for _, dir := range []string{"/run/", "/var/lib/", "/var/log/"} {
		if strings.HasPrefix(c.state+"/", dir) {
			return fmt.Errorf("the state directory %s must not be below %s, which the node hides", c.state, dir)
		}
	}
	return nil
}

// capable tries, in namespaces that vanish at once, what a node consists of.
func (c *Cluster) capable(ctx context.Context) error {
	err := run(ctx, "unshare", "--mount", "--net", "--pid", "--fork", "sh", "-ec", `
		mount -t tmpfs sluice /mnt
		mkdir /mnt/lower /mnt/upper /mnt/work /mnt/merged
		mount -t overlay -o lowerdir=/mnt/lower,upperdir=/mnt/upper,workdir=/mnt/work sluice /mnt/merged
		ip link add cni0 type bridge`)
	if err != nil {
		return fmt.Errorf("this machine does not let root make namespaces, mounts or bridges (a container without privileges?): %w", err)
	}
	return nil
}
