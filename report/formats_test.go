package report

import (
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"

	"github.com/jstemmer/go-junit-report/v2/junit"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/sluice-dev/sluice/policies"
	"github.com/sluice-dev/sluice/verdict"
)

// found is a run in which one finding has this message, path and file.
func found(message, path, file string) []File {
	return []File{{Name: file, Objects: []Object{{Object: kafka, Recognised: true, Verdict: verdict.Verdict{Findings: []verdict.Finding{{
		Rule: "identity/x", Severity: verdict.Error, Message: message, Location: verdict.Location{File: file, Line: 3, Column: 7},
		Object: kafka, Path: path, Fingerprint: "f1",
	}}}}}}}
}

func TestSARIFFitsTheSchemaOfOASIS(t *testing.T) {
	for name, files := range map[string][]File{
		"no file": nil, "a run": run(), "nothing found": {{Name: "a.yaml"}},
		"odd names": found("a\x00b \xff", "spec", "/tmp/a b%?#.yaml"),
		// What the API server gave has no position, and a schema wants lines from 1 on.
		"no position": {{Name: "-", Objects: []Object{{Object: kafka, Recognised: true, Verdict: verdict.Verdict{Findings: []verdict.Finding{{Rule: "mesh/y", Severity: verdict.Info, Object: kafka}}}}}}},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			write(t, NewSARIF(&out, "v1.2.3", rules), files)
			// The library holds the schema; it reads the log into its own types first.
			read, err := sarif.FromString(out.String())
			if err != nil {
				t.Fatalf("%v in %s", err, out.String())
			}
			if err := read.Validate(); err != nil {
				t.Errorf("%v in %s", err, out.String())
			}
			again, err := json.Marshal(read)
			if err != nil {
				t.Fatal(err)
			}
			if wrote, known := untyped(t, out.String()), untyped(t, string(again)); !holds(known, wrote) {
				t.Errorf("wrote what the library does not know:\n%s\n%s", out.String(), again)
			}
		})
	}
}

// holds reports whether all that part says is said by whole, too.
func holds(whole, part any) bool {
	switch part := part.(type) {
	case map[string]any:
		whole, ok := whole.(map[string]any)
		for key, value := range part {
			ok = ok && holds(whole[key], value)
		}
		return ok
	case []any:
		whole, ok := whole.([]any)
		ok = ok && len(whole) == len(part)
		for i := range part {
			ok = ok && holds(whole[i], part[i])
		}
		return ok
	default:
		return whole == part
	}
}

func untyped(t *testing.T, text string) (value any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestSARIFHasARuleForEachIDAndAFingerprintForEachFinding(t *testing.T) {
	var out strings.Builder
	write(t, NewSARIF(&out, "v1.2.3", rules), run())
	read, err := sarif.FromString(out.String())
	if err != nil {
		t.Fatal(err)
	}
	log := read.Runs[0]
	if rules := log.Tool.Driver.Rules; len(rules) != 2 || *rules[0].ID != "identity/x" || *rules[1].ID != "mesh/y" ||
		!strings.Contains(*rules[0].Help.Text, "Do this,\nthen that.") || *rules[0].Name != "IdentityX" || rules[0].DefaultConfiguration.Level != "error" {
		t.Errorf("the rules are %s", out.String())
	}
	wanted := []struct {
		rule, level, fingerprint string
		index                    int
	}{{"identity/x", "error", "f1", 0}, {"identity/x", "warning", "f1-2", 0}, {"mesh/y", "note", "f2", 1}}
	for i, result := range log.Results {
		w := wanted[i]
		if *result.RuleID != w.rule || result.Level != w.level || result.RuleIndex != w.index || result.PartialFingerprints["sluice/v1"] != w.fingerprint {
			t.Errorf("result %d is %+v", i, result)
		}
	}
	at := log.Results[0].Locations[0]
	if *at.PhysicalLocation.ArtifactLocation.URI != "b.yaml" || *at.PhysicalLocation.Region.StartLine != 3 || *at.PhysicalLocation.Region.StartColumn != 7 ||
		*at.LogicalLocations[0].FullyQualifiedName != "Pod kafka, spec.containers[0]" {
		t.Errorf("the place is %s", out.String())
	}
	if *log.Invocations[0].ExecutionSuccessful {
		t.Error("a run that could not read all is called successful")
	}
}

func TestJUnitFailsATestForWhatFailsTheRun(t *testing.T) {
	var out strings.Builder
	errors := func(finding *verdict.Finding) bool { return finding.Severity == verdict.Error }
	write(t, NewJUnit(&out, rules, errors), run())
	var read junit.Testsuites
	if err := xml.Unmarshal([]byte(out.String()), &read); err != nil {
		t.Fatalf("%v in %s", err, out.String())
	}
	if len(read.Suites) != 3 {
		t.Fatalf("%d suites in %s", len(read.Suites), out.String())
	}
	for i, wanted := range []struct {
		name                    string
		tests, failures, errors int
	}{{"a.yaml", 1, 0, 0}, {"b.yaml", 2, 1, 0}, {"c.yaml", 1, 0, 1}} {
		if s := read.Suites[i]; s.Name != wanted.name || s.Tests != wanted.tests || s.Failures != wanted.failures || s.Errors != wanted.errors {
			t.Errorf("suite %d is %+v", i, s)
		}
	}
	if test := read.Suites[1].Testcases[0]; test.Failure == nil || !strings.Contains(test.Failure.Data, "b.yaml:3:7: error: too open [identity/x]") || !strings.Contains(test.Failure.Data, "fix: Do this,") {
		t.Errorf("the failure is %+v", test)
	}
	if test := read.Suites[1].Testcases[1]; test.Failure != nil || test.SystemOut == nil || !strings.Contains(test.SystemOut.Data, "open again") || !strings.Contains(test.SystemOut.Data, "by the way") {
		t.Errorf("what fails nothing is %+v", test)
	}
}

func TestJUnitIsXMLWhateverIsFound(t *testing.T) {
	for _, hostile := range []string{"\x00\x1b[31m", "]]><x/>", "\xff\xfe", "\uffff", `"&<`} {
		for _, files := range [][]File{found(hostile, "spec", "a.yaml"), found("m", hostile, hostile)} {
			var out strings.Builder
			write(t, NewJUnit(&out, rules, failsAll), files)
			if err := xml.Unmarshal([]byte(out.String()), new(junit.Testsuites)); err != nil {
				t.Errorf("%q: %v in %s", hostile, err, out.String())
			}
		}
	}
}

func TestGitHubGetsACommandForEachFinding(t *testing.T) {
	var out strings.Builder
	write(t, NewGitHub(&out, rules), run())
	compare(t, out.String(), `
::error file=b.yaml,line=3,col=7,title=identity/x::too open%0APod kafka, spec.containers[0]%0Afix: Do this,%0Athen that.
::warning file=b.yaml,line=4,col=7,title=identity/x::open again%0APod kafka, spec.containers[1]%0Afix: Do this,%0Athen that.
::notice file=b.yaml,line=5,col=1,title=mesh/y::by the way%0APod kafka, spec
`)
}

func TestGitHubGetsNoCommandOutOfAManifest(t *testing.T) {
	var out strings.Builder
	write(t, NewGitHub(&out, rules), found("50%\n::set-env name=X::y", "spec", "a:b,c\n::error::.yaml"))
	if text := out.String(); strings.Count(text, "\n") != 1 || !strings.HasPrefix(text, "::error file=a%3Ab%2Cc%0A%3A%3Aerror%3A%3A.yaml,line=3,col=7,title=identity/x::50%25%0A::set-env") {
		t.Errorf("got %s", text)
	}
}

func TestGitLabGetsAnIssueWithAFingerprintOfItsOwnForEachFinding(t *testing.T) {
	var out strings.Builder
	write(t, NewGitLab(&out), run())
	var issues []issue
	if err := json.Unmarshal([]byte(out.String()), &issues); err != nil {
		t.Fatalf("%v in %s", err, out.String())
	}
	wanted := []issue{
		{"too open", "identity/x", "f1", "major", codeQualityPlace{"b.yaml", codeQualityLines{3}}},
		{"open again", "identity/x", "f1-2", "minor", codeQualityPlace{"b.yaml", codeQualityLines{4}}},
		{"by the way", "mesh/y", "f2", "info", codeQualityPlace{"b.yaml", codeQualityLines{5}}},
	}
	if len(issues) != len(wanted) {
		t.Fatalf("got %s", out.String())
	}
	for i := range wanted {
		if issues[i] != wanted[i] {
			t.Errorf("got %+v, want %+v", issues[i], wanted[i])
		}
	}
	out.Reset()
	write(t, NewGitLab(&out), nil)
	compare(t, out.String(), "[]\n")
}

func TestMarkdownIsATableAndTheFixes(t *testing.T) {
	var out strings.Builder
	write(t, NewMarkdown(&out, rules), run())
	compare(t, out.String(), `
| | where | what |
|---|---|---|
| **error** | `+"`b.yaml:3`"+`<br>Pod kafka, spec.containers[0] | too open `+"`[identity/x]`"+` |
| **warning** | `+"`b.yaml:4`"+`<br>Pod kafka, spec.containers[1] | open again `+"`[identity/x]`"+` |
| **info** | `+"`b.yaml:5`"+`<br>Pod kafka, spec | by the way `+"`[mesh/y]`"+` |

<details><summary>identity/x: how to fix it</summary>

Do this,
then that.

</details>

3 files, 3 objects, 2 with Kafka or ZooKeeper: 1 error, 1 warning, 1 info, after 1 change that admission makes; 1 could not be read
`)
}

func TestMarkdownOfAThousandFindingsFitsIntoAComment(t *testing.T) {
	var files []File
	for range 1000 {
		files = append(files, found(strings.Repeat("<b>|\n", 20), "spec", "a|b`c.yaml")...)
	}
	var out strings.Builder
	write(t, NewMarkdown(&out, rules), files)
	if text := out.String(); len(text) > 65536 || !strings.Contains(text, "\n900 more are not shown.\n") || strings.Contains(text, "<b>") ||
		strings.Count(text, "\n| **error** | `a\\|b'c.yaml:3`<br>") != markdownFindings {
		t.Errorf("%d bytes: %.500s", len(text), text)
	}
}

func TestTheLineIsShownWithACaretBelowTheColumn(t *testing.T) {
	long := strings.Repeat("ä", 200)
	for name, test := range map[string]struct {
		line   string
		column int
		want   string
	}{
		"in the middle":      {"name: kafka", 7, "name: kafka\n       |       ^"},
		"at the end":         {"name:", 6, "name:\n       |      ^"},
		"behind a tab":       {"\tname: kafka", 2, " name: kafka\n       |  ^"},
		"for terminals":      {"a\x1b[31mb", 1, "a�[31mb\n       | ^"},
		"long":               {long, 101, "..." + strings.Repeat("ä", 100) + "...\n       | " + strings.Repeat(" ", 63) + "^"},
		"long, at the start": {long, 1, strings.Repeat("ä", 100) + "...\n       | ^"},
		"long, at the end":   {long, 200, "..." + strings.Repeat("ä", 100) + "\n       | " + strings.Repeat(" ", 102) + "^"},
	} {
		t.Run(name, func(t *testing.T) {
			files := found("m", "spec", "a.yaml")
			files[0].Objects[0].Verdict.Findings[0].Column = test.column
			files[0].Line = func(verdict.Location) string { return test.line }
			var out strings.Builder
			write(t, NewFindings(&out, NewStyle(false), rules), files)
			if want := "[identity/x]\n     3 | " + test.want + "\n    Pod kafka, spec\n"; !strings.Contains(out.String(), want) {
				t.Errorf("got\n%s\nwant\n%s", out.String(), want)
			}
		})
	}
}

func TestNoExcerptOfWhatIsNotThereOrIsASecret(t *testing.T) {
	for name, test := range map[string]struct {
		line   string
		column int
		secret bool
	}{
		"empty": {"", 1, false}, "white space": {"  \t", 1, false}, "beyond the end": {"ab", 4, false},
		"no column": {"ab", 0, false}, "a password": {"value: hunter2", 8, true},
	} {
		t.Run(name, func(t *testing.T) {
			files := found("m", "spec", "a.yaml")
			findings := files[0].Objects[0].Verdict.Findings
			findings[0].Column = test.column
			// Another rule finds something in the same line.
			other := findings[0]
			other.Rule = "mesh/y"
			files[0].Objects[0].Verdict.Findings = []verdict.Finding{findings[0], other}
			files[0].Line = func(verdict.Location) string { return test.line }
			var out strings.Builder
			pages := func(id string) policies.Rule { return policies.Rule{Secret: test.secret && id == "identity/x"} }
			write(t, NewFindings(&out, NewStyle(false), pages), files)
			if strings.Contains(out.String(), " | ") {
				t.Errorf("got %s", out.String())
			}
		})
	}
}
