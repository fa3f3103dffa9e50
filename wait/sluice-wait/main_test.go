package main

import (
	"bytes"
	"context"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// maxSize is what the program may take, in bytes: each node that runs brokers keeps it,
// and each pod with a classic sidecar keeps it in memory.
const maxSize = 10_000_000

func TestTheProgramIsSmallAndKnowsNeitherOPANorKubernetes(t *testing.T) {
	program := filepath.Join(t.TempDir(), "sluice-wait")
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", program, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	info, err := os.Stat(program)
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() >= maxSize {
		t.Errorf("it has %d bytes, and may have less than %d", info.Size(), maxSize)
	}
	packages, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for path := range strings.FieldsSeq(string(packages)) {
		if strings.HasPrefix(path, "k8s.io/") || strings.HasPrefix(path, "sigs.k8s.io/") || strings.Contains(path, "open-policy-agent") ||
			strings.HasPrefix(path, "github.com/sluice-dev/sluice/") && !strings.HasPrefix(path, "github.com/sluice-dev/sluice/wait") {
			t.Errorf("it links %s", path)
		}
	}
}

// command runs the program in this process.
func command(ctx context.Context, arguments ...string) (code int, stdout, stderr string) {
	var out, failed bytes.Buffer
	code = run(ctx, arguments, &out, &failed)
	return code, out.String(), failed.String()
}

// silent is a target that nobody serves.
const silent = "kafka://nowhere.invalid:9092"

func TestWaitNeverKeepsAPodFromRunningUnlessItIsTold(t *testing.T) {
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	answering := "tls://" + server.Listener.Addr().String()
	for _, test := range []struct {
		name      string
		arguments []string
		code      int
		says      string
	}{
		{"an answer", []string{answering}, 0, "all that was waited for answered after"},
		{"one of two", []string{silent + "," + answering}, 0, "all that was waited for answered after"},
		{"no answer", []string{"--timeout", "50ms", silent}, 0, "the application starts without what it needs: no answer within 50ms: " + silent},
		{"no answer, to fail", []string{"--fail", "--timeout", "50ms", answering, silent}, 1, "no answer within 50ms: " + silent},
		{"no target", nil, 0, "cannot wait, so the application starts at once: there is no target"},
		{"no target, to fail", []string{"-fail"}, 2, "there is no target"},
		{"a flag of a later version", []string{"--later", silent}, 0, "flag provided but not defined: -later"},
		{"a flag of a later version, to fail", []string{"--later", "--fail", silent}, 2, "flag provided but not defined: -later"},
		{"no time", []string{"--timeout", "0s", silent}, 0, "a time-out of 0s is none"},
		{"no target that makes sense", []string{"kafka:x"}, 0, `"kafka:x": the port`},
	} {
		t.Run(test.name, func(t *testing.T) {
			last := filepath.Join(t.TempDir(), "termination-log")
			if err := os.WriteFile(last, []byte("before"), 0o600); err != nil {
				t.Fatal(err)
			}
			code, stdout, _ := command(t.Context(), append([]string{"wait", "--termination-log", last}, test.arguments...)...)
			words, err := os.ReadFile(last)
			if err != nil {
				t.Fatal(err)
			}
			if code != test.code || !strings.Contains(stdout, test.says) {
				t.Errorf("ends with %d, and says\n%s", code, stdout)
			}
			// A flag that cannot be read may be the very one that names the file.
			if !strings.Contains(string(words), test.says) {
				t.Errorf("the last words are %q", words)
			}
		})
	}
}

func TestTheLastWordsFitIntoTheStatusOfAPod(t *testing.T) {
	last := filepath.Join(t.TempDir(), "termination-log")
	if err := os.WriteFile(last, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	targets := strings.TrimSuffix(strings.Repeat("kafka://"+strings.Repeat("a", 60)+".invalid:9092,", 60), ",")
	if code, _, _ := command(t.Context(), "wait", "--termination-log", last, "--timeout", "10ms", targets); code != 0 {
		t.Errorf("ends with %d", code)
	}
	if words, err := os.ReadFile(last); err != nil || len(words) != maxLastWords {
		t.Errorf("%d bytes, %v", len(words), err)
	}
}

// Outside of a container nobody wants a file of that name.
func TestNoTerminationMessageIsWrittenWhereNobodyReadsIt(t *testing.T) {
	last := filepath.Join(t.TempDir(), "termination-log")
	command(t.Context(), "wait", "--termination-log", last, "--timeout", "10ms", silent)
	if _, err := os.Stat(last); !os.IsNotExist(err) {
		t.Errorf("%s is there: %v", last, err)
	}
}

func TestWaitEndsWhenItIsToldTo(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if code, stdout, _ := command(ctx, "wait", "--fail", silent); code != 0 || !strings.Contains(stdout, "told to stop before anything answered") {
		t.Errorf("ends with %d, and says\n%s", code, stdout)
	}
}

func TestUsage(t *testing.T) {
	for _, test := range []struct {
		arguments      string
		code           int
		stdout, stderr string
	}{
		{"", 2, "", "say what to do: wait, gate, hook, probe or version"},
		{"sleep", 2, "", `"sleep" is none of`},
		{"--help", 0, "examples:", ""},
		{"gate -h", 0, "examples:", ""},
		{"version", 0, "sluice-wait ", ""},
		{"probe --later", 2, "", "flag provided but not defined"},
		{"hook --later", 0, "flag provided but not defined", ""},
	} {
		code, stdout, stderr := command(t.Context(), strings.Fields(test.arguments)...)
		if code != test.code || !strings.Contains(stdout, test.stdout) || !strings.Contains(stderr, test.stderr) || test.stderr == "" && stderr != "" {
			t.Errorf("%q ends with %d:\n%s%s", test.arguments, code, stdout, stderr)
		}
	}
}
