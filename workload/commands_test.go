package workload_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sluice-dev/sluice/workload"
)

func TestCommandsAreFoundInScriptsAndCommandLines(t *testing.T) {
	tests := []struct{ name, spec, want string }{
		{"a command line", `{containers: [{name: a, image: x, command: [/opt/kafka/bin/kafka-acls.sh, --list]}]}`, "a: /opt/kafka/bin/kafka-acls.sh --list"},
		{"arguments behind a wrapper", `{containers: [{name: a, image: x, command: [timeout, "60"], args: [kafka-acls.sh, --topic, "*"]}]}`, "a: kafka-acls.sh --topic *"},
		{"a script", `{containers: [{name: a, image: x, command: [sh, -c, "wait; kafka-acls.sh --topic 'a b' && kafka-acls.sh --list\ntrue"]}]}`, "a: kafka-acls.sh --topic a b; a: kafka-acls.sh --list"},
		{"what cannot be known", `{containers: [{name: a, image: x, command: [sh, -c, "kafka-acls.sh --topic $TOPIC"]}]}`, "a: kafka-acls.sh --topic $TOPIC?"},
		{"an init container", `{initContainers: [{name: i, image: x, args: [kafka-acls.sh]}], containers: [{name: a, image: x}]}`, "i: kafka-acls.sh"},
		{"another program that is told its name", `{containers: [{name: a, image: x, command: [echo, kafka-acls.sh]}]}`, ""},
		{"nothing", `{containers: [{name: a, image: x}]}`, ""},
	}
	for _, test := range tests {
		var got []string
		for _, command := range workload.Commands(pod(t, test.spec), "kafka-acls.sh") {
			var words []string
			for _, word := range command.Words {
				if words = append(words, word.Text); !word.Known {
					words[len(words)-1] += "?"
				}
				if word.Node == nil {
					t.Errorf("%s: %s is nowhere", test.name, word.Text)
				}
			}
			got = append(got, fmt.Sprintf("%s: %s", command.Container.Get("name").Text(), strings.Join(words, " ")))
		}
		if all := strings.Join(got, "; "); all != test.want {
			t.Errorf("%s: got %q, want %q", test.name, all, test.want)
		}
	}
	if len(workload.Commands(parse(t, "{apiVersion: v1, kind: Service}"), "kafka-acls.sh")) > 0 {
		t.Error("a Service runs something")
	}
}
