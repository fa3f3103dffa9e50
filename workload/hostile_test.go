package workload_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sluice-dev/sluice/workload"
)

func TestHostileScriptsAreGivenUp(t *testing.T) {
	const size = 30_000
	for _, piece := range []string{
		"(", "$(", "{ ", "((", "`", "$((", "${", "if ", "while ", "case x in a) ", "<<a ", "f() ", "! ", "\"$(", "time ", "[[ ( ", "a=(", "sh -c '", "\\",
		"export A=$A$A;", "A=x kafka-server-start.sh x;", "export A=1; kafka-server-start.sh x;", "echo a=b>f;", "/entrypoint.sh;", ". x;", "A$A",
	} {
		script := strings.Repeat(piece, size/len(piece)) + "; kafka-server-start.sh /etc/x"
		found := recognise(pod(t, container(fmt.Sprintf("image: x, command: [bash, -c, %q]", script))))
		if found == nil {
			continue
		}
		for _, p := range found.Processes {
			for range p.Properties() {
			}
			p.Route("listeners", "A://:1")
		}
	}
}

func TestAScriptThatIsTooLongIsUnclear(t *testing.T) {
	script := strings.Repeat("true\n", 10_000) + "kafka-server-start.sh /etc/x"
	p := process(t, container(fmt.Sprintf("image: x, command: [bash, -c, %q]", script)))
	if p.Reading != workload.Unclear {
		t.Errorf("variables are %s, want unclear", p.Reading)
	}
}

func TestShellsWithinShellsEnd(t *testing.T) {
	command := "kafka-server-start.sh x"
	for range 10 {
		command = fmt.Sprintf("sh -c %q", command)
	}
	p := process(t, container(fmt.Sprintf("image: x, command: [sh, -c, %q]", command)))
	if p.Reading != workload.Unclear {
		t.Errorf("variables are %s, want unclear", p.Reading)
	}
}
