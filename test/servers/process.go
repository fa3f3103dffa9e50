package servers

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Process is a server that runs.
type Process struct {
	command *exec.Cmd
	log     string
}

// start runs a class of a release, until the test ends or Stop.
func start(t *testing.T, r Release, directory string, arguments ...string) *Process {
	t.Helper()
	jars, err := r.jars(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p := &Process{log: filepath.Join(directory, "log")}
	out, err := os.Create(p.log)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = out.Close() }()
	p.command = exec.CommandContext(t.Context(), "java", append([]string{"-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", directory + ":" + jars + "/*"}, arguments...)...)
	p.command.Stdout, p.command.Stderr = out, out
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.Stop()
		if t.Failed() {
			text, _ := os.ReadFile(p.log)
			t.Logf("%s %s says\n%s", r.Name, r.Version, text[max(0, len(text)-8<<10):])
		}
	})
	return p
}

// Stop kills the server.
func (p *Process) Stop() {
	if p.command.ProcessState == nil {
		_ = p.command.Process.Kill()
		_ = p.command.Wait()
	}
}

// ports returns ports of the loopback that nobody uses.
func ports(t *testing.T, count int) []int {
	t.Helper()
	free := make([]int, count)
	var listeners []net.Listener
	for i := range free {
		listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		listeners = append(listeners, listener)
		free[i] = listener.Addr().(*net.TCPAddr).Port
	}
	// Only now that all are chosen, so that they differ.
	for _, listener := range listeners {
		_ = listener.Close()
	}
	return free
}

// write writes a file of a server's directory.
func write(t *testing.T, directory, name, format string, arguments ...any) string {
	t.Helper()
	path := filepath.Join(directory, name)
	if err := os.WriteFile(path, fmt.Appendf(nil, format, arguments...), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// logging is a log4j configuration that writes to standard output.
const logging = "log4j.rootLogger=INFO, out\nlog4j.appender.out=org.apache.log4j.ConsoleAppender\n" +
	"log4j.appender.out.layout=org.apache.log4j.PatternLayout\nlog4j.appender.out.layout.ConversionPattern=%d{ISO8601} %p %m (%c{1})%n\n"
