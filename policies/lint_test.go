package policies

import (
	"fmt"
	"net/url"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	semver "k8s.io/apimachinery/pkg/util/version"

	"github.com/sluice-dev/sluice/verdict"
)

func TestRulesKeepTheFormat(t *testing.T) {
	read, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	if len(read.rules) == 0 {
		t.Fatal("there are no rules")
	}
	for i, rule := range read.rules {
		for _, complaint := range lint(rule, read.modules[i]) {
			t.Error(complaint)
		}
	}
}

func TestRulesAreSortedAndUnique(t *testing.T) {
	rules := Rules()
	if !slices.IsSortedFunc(rules, func(a, b Rule) int { return strings.Compare(a.ID, b.ID) }) {
		t.Error("the rules are not sorted by their IDs")
	}
	for i := 1; i < len(rules); i++ {
		if rules[i-1].ID == rules[i].ID {
			t.Errorf("two rules are called %s", rules[i].ID)
		}
	}
}

// lint says what is wrong with a rule, for its author.
func lint(rule Rule, module *ast.Module) []string {
	l := linter{rule: rule, name: module.Package.Location.File}
	l.metadata()
	if want := "data.sluice." + rule.Group; module.Package.Path.String() != want {
		l.complain(module.Package.Location, "the package must be %s, after the directory", strings.TrimPrefix(want, "data."))
	}
	for _, rule := range module.Rules {
		l.finding(rule)
		l.comparisons(rule)
	}
	return l.complaints
}

type linter struct {
	rule       Rule
	name       string
	complaints []string
}

func (l *linter) complain(at *ast.Location, format string, arguments ...any) {
	l.complaints = append(l.complaints, fmt.Sprintf("%s:%d: %s", at.File, at.Row, fmt.Sprintf(format, arguments...)))
}

var kebabPath = regexp.MustCompile(`^[a-z]+/[a-z]+(-[a-z]+)*$`)

func (l *linter) metadata() {
	top := &ast.Location{File: l.name, Row: 1}
	if want := strings.TrimSuffix(strings.TrimPrefix(l.name, "rules/"), ".rego"); l.rule.ID != want {
		l.complain(top, "custom.rule is %q, but the file says %q", l.rule.ID, want)
	}
	if !kebabPath.MatchString(l.rule.ID) {
		l.complain(top, "%q is not group/kebab-name", l.rule.ID)
	}
	for field, text := range map[string]string{
		"title": l.rule.Title, "description": l.rule.Description, "custom.symptom": l.rule.Symptom,
		"custom.cause": l.rule.Cause, "custom.fix": l.rule.Fix, "custom.versions": l.rule.Versions,
	} {
		if text == "" {
			l.complain(top, "%s is missing", field)
		}
	}
	for _, sign := range l.rule.Signs {
		if !slices.ContainsFunc(strings.Split(l.rule.Symptom, "\n"), pattern(sign).MatchString) {
			l.complain(top, "custom.signs: no line of the symptom has %q", sign)
		}
	}
	if strings.HasSuffix(l.rule.Title, ".") {
		l.complain(top, "the title ends in a full stop")
	}
	if _, err := verdict.ParseSeverity(string(l.rule.Severity)); err != nil {
		l.complain(top, "custom.severity: %v", err)
	}
	if since := l.rule.Since; since != "" && !released(since) {
		l.complain(top, "custom.since is %q: it is a minor version behind the first one, 0.1, up to %s", since, Release)
	}
	if len(l.rule.Subjects) == 0 {
		l.complain(top, "custom.subjects is missing")
	}
	for _, subject := range l.rule.Subjects {
		if !slices.Contains(Subjects(), subject) {
			l.complain(top, "custom.subjects: there are no rules for %q", subject)
		}
	}
	if source, err := url.Parse(l.rule.Source); err != nil || source.Scheme != "https" {
		l.complain(top, "custom.source must be an https address")
	}
}

// released reports whether a minor version, as in 0.2, came after the first one.
func released(version string) bool {
	v, err := semver.ParseMajorMinor(version)
	return err == nil && v.GreaterThan(semver.MustParseMajorMinor("0.1")) && !v.GreaterThan(semver.MustParseMajorMinor(Release))
}

// pattern is what a sign stands for.
func pattern(sign string) *regexp.Regexp {
	return regexp.MustCompile(strings.ReplaceAll(regexp.QuoteMeta(sign), `\.\.\.`, ".*"))
}

// finding checks the head, which must be a literal: what a function builds costs
// more than twice as much when it fires.
func (l *linter) finding(rule *ast.Rule) {
	if rule.Head.Name != "findings" || rule.Head.Key == nil {
		l.complain(rule.Location, "a file has only rules of the form `findings contains {...} if {...}`: all rules of a role share one package")
		return
	}
	object, ok := rule.Head.Key.Value.(ast.Object)
	if !ok {
		l.complain(rule.Location, "what findings contains must be an object literal")
		return
	}
	for _, key := range object.Keys() {
		if !slices.Contains([]string{"rule", "fact", "message", "severity"}, textOf(key)) {
			l.complain(rule.Location, "a finding has no %v", key)
		}
	}
	if id := textOf(object.Get(ast.StringTerm("rule"))); id != l.rule.ID {
		l.complain(rule.Location, "the finding's rule is %q, but the metadata says %q", id, l.rule.ID)
	}
	if !l.known(textOf(object.Get(ast.StringTerm("fact")))) {
		l.complain(rule.Location, "the finding's fact must be the name of a fact")
	}
	if object.Get(ast.StringTerm("message")) == nil {
		l.complain(rule.Location, "the finding has no message")
	}
	if term := object.Get(ast.StringTerm("severity")); term != nil {
		severity, err := verdict.ParseSeverity(textOf(term))
		if err != nil || severity == l.rule.Severity {
			l.complain(rule.Location, "the finding's severity is %v: give one that differs from the rule's, or none", term)
		}
	}
	if fact, value := compared(rule.Body[0]); fact == "" || value == nil || !isEquality(rule.Body[0]) {
		l.complain(rule.Body[0].Location, "the first expression must be `input.FACT == CONSTANT`, so that OPA's index can pass over the rule")
	}
}

// known reports whether each of the rule's subjects has the fact.
func (l *linter) known(fact string) bool {
	return !slices.ContainsFunc(l.rule.Subjects, func(subject Subject) bool {
		_, ok := classOf(subject).row(fact)
		return !ok
	})
}

// row returns a fact of the rule's subjects.
func (l *linter) row(fact string) (*row, bool) {
	if len(l.rule.Subjects) == 0 {
		return nil, false
	}
	return classOf(l.rule.Subjects[0]).row(fact)
}

// comparisons checks that facts exist, and that what they are compared with can be
// their value.
func (l *linter) comparisons(rule *ast.Rule) {
	ast.WalkRefs(rule, func(ref ast.Ref) bool {
		if !ref[0].Equal(ast.InputRootDocument) {
			return false
		}
		if len(ref) != 2 {
			l.complain(rule.Location, "%v: facts are scalars, written as input.FACT", ref)
		} else if !l.known(textOf(ref[1])) {
			l.complain(rule.Location, "there is no fact called %v", ref[1])
		}
		return false
	})
	ast.WalkExprs(rule, func(expr *ast.Expr) bool {
		fact, value := compared(expr)
		row, ok := l.row(fact)
		if !ok || value == nil {
			return false
		}
		if kind := Kind(ast.ValueName(value)); kind != row.Kind {
			l.complain(expr.Location, "the fact %s is a %s, and can never be %v", fact, row.Kind, value)
		} else if row.Values != nil && !slices.Contains(row.Values, textOf(ast.NewTerm(value))) {
			l.complain(expr.Location, "the fact %s can never be %v, but one of %q", fact, value, row.Values)
		}
		return false
	})
}

func isEquality(expr *ast.Expr) bool {
	return !expr.Negated && expr.Operator().Equal(ast.Equal.Ref())
}

// TestLintFindsWhatBreaksTheFormat changes one thing of a good rule at a time.
func TestLintFindsWhatBreaksTheFormat(t *testing.T) {
	const good = `package sluice.mesh

# METADATA
# title: A title
# description: What it is.
# custom:
#   rule: mesh/some-rule
#   severity: error
#   subjects: [broker]
#   symptom: a line of a log
#   cause: why
#   fix: how
#   versions: all
#   source: https://example.com/
findings contains {"rule": "mesh/some-rule", "fact": "hold", "message": "text"} if {
	input.hold == false
	input.in_mesh != "no"
}
`
	tests := []struct{ name, from, to, complaint string }{
		{"nothing", "", "", ""},
		{"another package", "package sluice.mesh", "package sluice.other", "the package must be sluice.mesh"},
		{"another id", "rule: mesh/some-rule", "rule: mesh/rule", `custom.rule is "mesh/rule"`},
		{"a sign of nothing", "#   cause: why\n", "#   signs: [a line ... book]\n#   cause: why\n", `no line of the symptom has "a line ... book"`},
		{"no cause", "#   cause: why\n", "", "custom.cause is missing"},
		{"a sentence for a title", "title: A title", "title: A title.", "full stop"},
		{"an unknown severity", "severity: error", "severity: fatal", `unknown severity "fatal"`},
		{"an unknown subject", "[broker]", "[registrar]", `"registrar"`},
		{"no subject", "[broker]", "[]", "custom.subjects is missing"},
		{"a plain source", "https://", "http://", "https address"},
		{"a helper", "findings contains {", "helper contains {", "findings contains"},
		{"no literal", `{"rule": "mesh/some-rule", "fact": "hold", "message": "text"}`, `sprintf("%s", ["x"])`, "object literal"},
		{"an unknown key", `"message"`, `"text": "", "message"`, `a finding has no "text"`},
		{"another rule's finding", `{"rule": "mesh/some-rule"`, `{"rule": "mesh/other"`, `the finding's rule is "mesh/other"`},
		{"an unknown fact in the finding", `"fact": "hold"`, `"fact": "held"`, "must be the name of a fact"},
		{"no message", `, "message": "text"`, "", "no message"},
		{"the rule's own severity", `"message": "text"`, `"message": "text", "severity": "error"`, "differs from the rule's"},
		{"a comparison that is not indexed", "input.hold == false", "not input.hold", "the first expression must be"},
		{"an inequality first", "input.hold == false", "input.hold != true", "the first expression must be"},
		{"two facts compared", "input.hold == false", "input.hold == input.service_links", "the first expression must be"},
		{"an unknown fact", `input.in_mesh != "no"`, `input.in_messh != "no"`, `no fact called "in_messh"`},
		{"a fact's part", `input.in_mesh != "no"`, `input.in_mesh.x != "no"`, "facts are scalars"},
		{"an impossible value", `input.in_mesh != "no"`, `input.in_mesh != "nope"`, `can never be "nope"`},
		{"a release that is none", "#   cause: why\n", "#   since: v0.2\n#   cause: why\n", `custom.since is "v0.2"`},
		{"the first release", "#   cause: why\n", "#   since: \"0.1\"\n#   cause: why\n", `custom.since is "0.1"`},
		{"a release to come", "#   cause: why\n", "#   since: \"999.1\"\n#   cause: why\n", `custom.since is "999.1"`},
		{"an impossible type", "input.hold == false", `input.hold == "false"`, "is a boolean"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text := strings.Replace(good, test.from, test.to, 1)
			if test.from != "" && text == good {
				t.Fatal("the case changes nothing")
			}
			rule, module, err := readRule(path.Join("rules", "mesh", "some-rule.rego"), []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			complaints := strings.Join(lint(rule, module), "\n")
			if !strings.Contains(complaints, test.complaint) || test.complaint == "" && complaints != "" {
				t.Errorf("got %q, want something on %q", complaints, test.complaint)
			}
		})
	}
}

func TestExampleForAuthorsKeepsTheFormat(t *testing.T) {
	text, err := os.ReadFile("rules/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, found := strings.Cut(string(text), "```rego\n")
	example, _, closed := strings.Cut(example, "```")
	if !found || !closed {
		t.Fatal("rules/README.md has no example")
	}
	rule, module, err := readRule("rules/mesh/some-rule.rego", []byte(example))
	if err != nil {
		t.Fatal(err)
	}
	for _, complaint := range lint(rule, module) {
		t.Error(complaint)
	}
}

func TestMetadataThatCannotBeReadIsAnError(t *testing.T) {
	tests := []struct{ name, text, mention string }{
		{"none", "package sluice.mesh\n", "METADATA"},
		{"a key that does not exist", "package sluice.mesh\n\n# METADATA\n# custom: {sevirity: error}\nfindings contains 1 if true\n", "sevirity"},
		{"two blocks", "package sluice.mesh\n\n# METADATA\n# title: a\nfindings contains 1 if true\n\n# METADATA\n# title: b\nfindings contains 2 if true\n", "one METADATA"},
		{"broken Rego", "package sluice.mesh\n\nfindings contains", "rego_parse_error"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := readRule("rules/mesh/x.rego", []byte(test.text))
			if err == nil || !strings.Contains(err.Error(), test.mention) {
				t.Errorf("got the error %v, which should mention %q", err, test.mention)
			}
		})
	}
}
