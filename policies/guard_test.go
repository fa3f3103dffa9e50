package policies

import (
	"strings"
	"testing"
)

// TestGuardsLetThroughWhatTheRuleMayFind compares guards with what the rules say.
func TestGuardsLetThroughWhatTheRuleMayFind(t *testing.T) {
	const rule = `findings contains {"rule": "ID", "fact": "hold", "message": "found"} if {
	BODY
}`
	// The broker is called kafka, in a mesh, not held back, and has no quorum.
	tests := []struct {
		body             string
		evaluated, found bool
	}{
		{`input.container == "kafka"`, true, true},
		{`"kafka" == input.container`, true, true},
		{`input.container == "other"`, false, false},
		{`input.container != "kafka"`, false, false},
		{`input.container != "other"`, true, true},
		{`input.hold == false`, true, true},
		{`input.hold == true`, false, false},
		{`input.quorum_size == 0`, true, true},
		{`input.quorum_size == 1`, false, false},
		{`input.quorum_size != 0`, false, false},
		{`input.quorum_size == 0.5`, true, false},
		{`input.quorum_size < 0`, true, false},
		{`input.in_mesh in {"no"}`, true, false},
		{`not input.container == "other"`, true, true},
		{`input.hold == input.service_links`, true, true},
		{"input.hold == false\n\tinput.container == \"other\"", false, false},
		{`some name in ["kafka"]; input.container == name`, true, true},
		{`input.container == "other" with input.container as "other"`, true, true},
	}
	for _, test := range tests {
		t.Run(test.body, func(t *testing.T) {
			engine := engineOf(t, strings.Replace(rule, "BODY", test.body, 1))
			query, err := engine.queries["broker"]()
			if err != nil {
				t.Fatal(err)
			}
			evaluated := false
			compile := query.compile
			query.compile = func() (*program, error) {
				evaluated = true
				return compile()
			}
			findings, err := engine.Judge(t.Context(), broker(t), modern)
			if err != nil {
				t.Fatal(err)
			}
			if found := len(findings) > 0; found != test.found || evaluated != test.evaluated {
				t.Errorf("found %t, want %t; evaluated %t, want %t", found, test.found, evaluated, test.evaluated)
			}
		})
	}
}

func TestAnElseIsEvaluatedWhereTheBodyDoesNotHold(t *testing.T) {
	engine := engineOf(t, `findings contains {"rule": "ID", "fact": "hold", "message": said} if {
	input.subject == "broker"
	said := word
}

word := "body" if {
	input.container == "other"
} else := "else" if {
	input.container == "another"
} else := "found"`)
	findings, err := engine.Judge(t.Context(), broker(t), modern)
	if err != nil || len(findings) != 1 || findings[0].Message != "found" {
		t.Errorf("got %+v, %v", findings, err)
	}
}
