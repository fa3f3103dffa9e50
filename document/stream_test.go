package document

import (
	"fmt"
	"strings"
	"testing"
)

// readAll writes each document as JSON and each error as a person sees it.
func readAll(text string) []string {
	var results []string
	for doc, err := range Read(NewFile("f.yaml", []byte(text))) {
		if err != nil {
			results = append(results, err.Error())
			continue
		}
		results = append(results, string(doc.Root.AppendJSON(nil)))
	}
	return results
}

type readCase struct {
	name, input string
	want        []string
}

func runReadCases(t *testing.T, cases []readCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := readAll(c.input)
			if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", c.want) {
				t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(c.want, "\n  "))
			}
		})
	}
}

func TestAStreamIsSplitAsKubectlDoes(t *testing.T) {
	runReadCases(t, []readCase{
		{"nothing", "", nil},
		{"only white space", " \n\t\n", nil},
		{"only comments and separators", "# a\n---\n# b\n---\n\n---", nil},
		{"null is empty", "---\nnull\n---\n~\n", nil},
		{"one document", "a: 1\n", []string{`{"a":1}`}},
		{"separator in front", "---\na: 1\n", []string{`{"a":1}`}},
		{"separator at the end", "a: 1\n---\n", []string{`{"a":1}`}},
		{"separator without line break", "a: 1\n---", []string{`{"a":1}`}},
		{"several", "a: 1\n---\nb: 2\n---\nc: 3", []string{`{"a":1}`, `{"b":2}`, `{"c":3}`}},
		{"comment behind the separator", "--- # one\na: 1\n---# two\nb: 2\n", []string{`{"a":1}`, `{"b":2}`}},
		{"spaces behind the separator", "---   \na: 1\n---\t\r\nb: 2\n", []string{`{"a":1}`, `{"b":2}`}},
		{"an indented separator is none", "a: |\n  x\n  ---\n  y\n", []string{`{"a":"x\n---\ny\n"}`}},
		{"content behind the separator", "a: 1\n--- b: 2\nc: 3\n---\nd: 4\n",
			[]string{`{"a":1}`, "f.yaml:2:5: only a comment may follow --- on its line", `{"d":4}`}},
		{"four dashes", "a: 1\n----\n---\nd: 4\n",
			[]string{`{"a":1}`, "f.yaml:2:4: only a comment may follow --- on its line", `{"d":4}`}},
		{"end marker", "a: 1\n...\n---\nb: 2\n...\n", []string{`{"a":1}`, `{"b":2}`}},
		{"comment behind the end marker", "a: 1\n... # end\n# more\n", []string{`{"a":1}`}},
		{"content behind the end marker", "a: 1\n...\nb: 2\n---\nc: 3\n",
			[]string{`f.yaml:3:1: kubectl does not read what follows a line of "...": begin a new document with ---`, `{"c":3}`}},
		{"directive", "%YAML 1.2\n---\na: 1\n",
			[]string{"f.yaml:1:1: kubectl does not read %YAML directives: remove the line", `{"a":1}`}},
		{"a broken document between two", "a: 1\n---\nb: [\n---\nc: 3\n",
			[]string{`{"a":1}`, "f.yaml:4:1: a value is expected here", `{"c":3}`}},
		{"Windows line ends", "a: 1\r\nb: |\r\n  x\r\n  y\r\n---\r\nc: 3\r\n", []string{`{"a":1,"b":"x\ny\n"}`, `{"c":3}`}},
		{"byte order mark", "\ufeffa: 1\n---\n\ufeffb: 2\n", []string{`{"a":1}`, `{"b":2}`}},
		{"byte order mark and separator", "\ufeff---\na: 1\n", []string{`{"a":1}`}},
		{"the last line is ended", "a: |\n  x", []string{`{"a":"x\n"}`}},
	})
}

func TestAStreamThatBeginsWithABraceIsJSONAsLongAsItCan(t *testing.T) {
	runReadCases(t, []readCase{
		{"one object", "\n {\"a\": 1}\n", []string{`{"a":1}`}},
		{"objects in a row", `{"a":1}{"b":2} {"c":3}`, []string{`{"a":1}`, `{"b":2}`, `{"c":3}`}},
		{"numbers stay as they are written", `{"a":1.0,"b":1e3,"c":12345678901234567890}`, []string{`{"a":1.0,"b":1e3,"c":12345678901234567890}`}},
		{"then YAML", "{\"a\":1}\n---\nb: 2\n", []string{`{"a":1}`, `{"b":2}`}},
		{"then JSON behind a separator", "{\"a\":1}\n---\n{\"b\":2}\n", []string{`{"a":1}`, `{"b":2}`}},
		{"many, then YAML", "{\"a\":1}{\"b\":2}\n---\nc: 3\n", []string{`{"a":1}`, `{"b":2}`, `{"c":3}`}},
		{"YAML in braces", "{a: 1, b: [x, z]}\n", []string{`{"a":1,"b":["x","z"]}`}},
		{"comma at the end, as YAML allows", `{"a": 1,}`, []string{`{"a":1}`}},
		{"comment, as YAML allows", "{\"a\": 1, # c\n \"b\": 2}", []string{`{"a":1,"b":2}`}},
		{"a comma is missing", "{\n  \"a\": 1\n  \"b\": 2\n}\n---\nc: 3\n",
			[]string{"f.yaml:3:3: a , or } is expected here", `{"c":3}`}},
		{"it ends too early", `{"a": {"b": 1}`, []string{"f.yaml:1:15: the JSON ends too early"}},
		{"a word that is none", `{"a": tru}`, []string{`{"a":"tru"}`}},
		{"broken after two objects", "{\"a\":1}{\"b\":2}{c: 3}\n---\nd: 4\n",
			[]string{`{"a":1}`, `{"b":2}`, "f.yaml:1:16: a key or a value is expected here", `{"d":4}`}},
		{"duplicate key", "{\"a\": 1,\n \"a\": 2}", []string{"f.yaml:2:2: the key a stands here twice"}},
		{"a list behind an object", `{"a":1}[2]`, []string{`{"a":1}`, "f.yaml:1:8: an object with apiVersion and kind is expected here, not a list"}},
	})
}

func TestBadYAMLIsReportedWithItsPlace(t *testing.T) {
	template := ": this looks like an unrendered template: render it first, for example with helm template"
	runReadCases(t, []readCase{
		{"duplicate key", "a: 1\nb: 2\na: 3\n", []string{"f.yaml:3:1: the key a stands here twice: the first is in line 1"}},
		{"duplicate key with an alias", "x: &x 1\na: *x\na: 3\n", []string{"f.yaml:3:1: the key a stands here twice: the first is in line 2"}},
		{"duplicate key, written differently", "true: 1\nyes: 2\n", []string{"f.yaml:2:1: the key true stands here twice: the first is in line 1"}},
		{"duplicate key in a large mapping", bigMapping(100) + "k7: again\n", []string{"f.yaml:101:1: the key k7 stands here twice: the first is in line 8"}},
		{"tab in front of a key", "a:\n\tb: 1\n", []string{"f.yaml:2:1: a tab cannot indent: use spaces"}},
		{"tab in a block scalar", "a: |\n\tb\n", []string{"f.yaml:2:1: a tab cannot indent: use spaces"}},
		{"tab behind a dash", "a:\n-\tb: 1\n", []string{"f.yaml:2:2: a tab cannot indent: use spaces"}},
		{"tab that only YAML 1.2 allows", "a:\n- \tb\n", []string{"f.yaml:2:3: a tab cannot indent: use spaces"}},
		{"template as a value", "a: b\nname: {{ .Values.name }}\n", []string{"f.yaml:2:7" + template}},
		{"template in a value", "name: {{ .Values.name }}-kafka\n", []string{"f.yaml:1:7" + template}},
		{"template as a line", "metadata:\n  labels:\n    {{- include \"labels\" . | nindent 4 }}\n", []string{"f.yaml:3:5" + template}},
		{"template around lines", "{{- if .Values.enabled }}\na: 1\n{{- end }}\n", []string{"f.yaml:1:1" + template}},
		{"template with quotes in quotes", "name: {{ template \"a\" . }}\nlabels:\n  app: \"{{ template \"b\" . }}\"\n", []string{"f.yaml:3:9" + template}},
		{"template that sets a variable", "{{ $a := .Values }}\na: b\n", []string{"f.yaml:1:1" + template}},
		{"a template elsewhere is not to blame", "a: |\n  {{ x }}\nb: c\nd: e: f\n", []string{`f.yaml:4:5: a ": " is not allowed here: quote the value, or check the indentation`}},
		{"a template in quotes is text", "a: \"{{ x }}\"\n", []string{`{"a":"{{ x }}"}`}},
		{"a list", "- a\n- b\n", []string{"f.yaml:1:1: an object with apiVersion and kind is expected here, not a list"}},
		{"a scalar", "\n\nhello\n", []string{"f.yaml:3:1: an object with apiVersion and kind is expected here, not a string"}},
		{"a number", "42\n", []string{"f.yaml:1:1: an object with apiVersion and kind is expected here, not a number"}},
		{"unknown alias", "a: *b\n", []string{"f.yaml:1:4: the alias *b has no anchor &b above it in this document"}},
		{"an anchor of another document", "a: &b 1\n---\nc: *b\n", []string{`{"a":1}`, "f.yaml:3:4: the alias *b has no anchor &b above it in this document"}},
		{"an anchor that contains itself", "a: &b [1, *b]\n", []string{"f.yaml:1:11: the value of the anchor &b contains itself"}},
		{"merge of a scalar", "a:\n  <<: 1\n", []string{"f.yaml:2:7: a merge key (<<) needs a mapping or a list of mappings"}},
		{"a list as a key", "? [a]\n: b\n", []string{"f.yaml:1:3: a key must be a string, not a list or a mapping"}},
		{"null as a key", "~: a\n", []string{`f.yaml:1:1: kubectl cannot read the key "~": put it in quotes`}},
		{"infinity", "a: .inf\n", []string{"f.yaml:1:4: kubectl cannot read the value .inf: put it in quotes if it is a text"}},
		{"a tag that does not fit", "a: !!int b\n", []string{"f.yaml:1:10: kubectl cannot read the value b: put it in quotes if it is a text"}},
		{"open quotes", "a: 1\nb: \"c\nd: e\n", []string{"f.yaml:2:4: the quotes that begin here are never closed"}},
		{"open brackets", "a: [b, c\nd: e\n", []string{"f.yaml:2:2: a , or ] is expected here"}},
		{"two colons", "a: b: c\n", []string{`f.yaml:1:5: a ": " is not allowed here: quote the value, or check the indentation`}},
		{"a key that is not indented right", "a:\n  b: 1\n c: 2\n", []string{"f.yaml:3:2: a key is expected here: check the indentation and the quotes of this line and the lines above"}},
		{"an item that is not indented right", "a:\n  - b\n c: d\n", []string{"f.yaml:3:2: a key is expected here: check the indentation and the quotes of this line and the lines above"}},
		{"a list that becomes a mapping", "a:\n- b\n- c\n  d: e\n", []string{`f.yaml:4:4: a ": " is not allowed here: quote the value, or check the indentation`}},
		{"a list in the line of its key", "a: - b\n", []string{"f.yaml:1:4: a list item is not allowed here: begin the list on a line of its own"}},
		{"a value with @", "a: @b\n", []string{"f.yaml:1:4: a value cannot begin with @: put it in quotes"}},
		{"a backslash", `a: "\d"`, []string{`f.yaml:1:5: double quotes have no such escape sequence: write \\ for a backslash, or use single quotes`}},
		{"an escape that only YAML 1.2 knows", `a: "b\/c"`, []string{`f.yaml:1:6: kubectl cannot read this document; the likely cause is here: double quotes have no such escape sequence: write \\ for a backslash, or use single quotes`}},
		{"braces that kubectl reads differently", "a: {1:}\n", []string{"f.yaml:1:5: kubectl reads this key differently: put it in quotes"}},
		{"brackets that kubectl reads differently", "a: [1:]\n", []string{`f.yaml:1:5: kubectl reads this as "1:": put it in quotes`}},
		{"behind the value", "{a: 1} b\n", []string{"f.yaml:1:8: nothing may follow the value of the document here"}},
		{"control character", "a: 1\nb: \x01\n", []string{"f.yaml:2:4: control characters are not allowed"}},
		{"invalid UTF-8", "é: 1\nü: \xff\n---\nb: 2\n", []string{"f.yaml:2:4: this is no valid UTF-8", `{"b":2}`}},
		{"UTF-16", "\xff\xfea\x00:\x001\x00", []string{"f.yaml:1:1: the file is encoded in UTF-16: save it as UTF-8"}},
		{"columns count characters", "a: {é: ü, ö: @}\n", []string{"f.yaml:1:14: a value cannot begin with @: put it in quotes"}},
	})
}

func TestScalarsMeanWhatTheyMeanToKubectl(t *testing.T) {
	runReadCases(t, []readCase{
		{"booleans of YAML 1.1", "a: [yes, No, ON, off, y, N, true, False, TRUE, tRue, yesterday]\n",
			[]string{`{"a":[true,false,true,false,true,false,true,false,true,"tRue","yesterday"]}`}},
		{"in quotes", "a: ['yes', \"no\"]\nb: |-\n  on\n", []string{`{"a":["yes","no"],"b":"on"}`}},
		{"nulls", "a: ~\nb: null\nc: Null\nd:\ne: \"\"\nf: [null, ~]\n", []string{`{"a":null,"b":null,"c":null,"d":null,"e":"","f":[null,null]}`}},
		{"integers", "a: [0, 1, -1, +1, 017, 0x1F, 0b11, 0o17, 1_000, 00, -0, 08]\n",
			[]string{`{"a":[0,1,-1,1,15,31,3,15,1000,0,0,8]}`}},
		{"floats", "a: [1.5, 1.0, 1e3, .5, 5., 1e21, -.5]\n", []string{`{"a":[1.5,1,1000,0.5,5,1e+21,-0.5]}`}},
		{"large integers", "a: [9223372036854775807, 9223372036854775808, 18446744073709551616]\n",
			[]string{`{"a":[9223372036854775807,9223372036854775808,18446744073709552000]}`}},
		{"strings that begin like numbers", "a: [500m, 3.7.0, 2024-01-01, 10.0.0.1, 1:30, 12abc, 1e, \"-\", 2024-01-01T00:00:00Z, 0x, 1e400]\n",
			[]string{`{"a":["500m","3.7.0","2024-01-01","10.0.0.1","1:30","12abc","1e","-","2024-01-01T00:00:00Z","0x","1e400"]}`}},
		{"keys", "yes: 1\n017: 2\n1.50: 3\n2024-01-01: 4\n'no': 5\n12: 6\n",
			[]string{`{"true":1,"15":2,"1.5":3,"2024-01-01":4,"no":5,"12":6}`}},
		{"tags", "a: !!str 5\nb: !!int \"5\"\nc: !!binary aGk=\nd: !mine x\ne: ! 5\nf: !!float 5\n",
			[]string{`{"a":"5","b":5,"c":"hi","d":"x","e":"5","f":5}`}},
	})
}

func TestAliasesAndMergeKeysAreResolvedAsKubectlDoes(t *testing.T) {
	runReadCases(t, []readCase{
		{"alias", "a: &x {b: 1}\nc: *x\nd: [*x, *x]\n", []string{`{"a":{"b":1},"c":{"b":1},"d":[{"b":1},{"b":1}]}`}},
		{"alias of a scalar and as a key", "a: &x b\n*x : *x\n", []string{`{"a":"b","b":"b"}`}},
		{"anchor of nothing", "a: &x\nb: *x\n", []string{`{"a":null,"b":null}`}},
		{"an anchor given twice", "a: &x 1\nb: &x 2\nc: *x\n", []string{`{"a":1,"b":2,"c":2}`}},
		{"merge, then override", "a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3\n", []string{`{"a":{"b":1,"c":2},"d":{"b":1,"c":3}}`}},
		{"a merge overrides what stands above it", "a: &x {b: 1}\nd:\n  b: 3\n  <<: *x\n", []string{`{"a":{"b":1},"d":{"b":1}}`}},
		{"of several mappings the first wins", "a: &x {b: 1}\nc: &y {b: 2, d: 3}\ne:\n  <<: [*x, *y]\n", []string{`{"a":{"b":1},"c":{"b":2,"d":3},"e":{"d":3,"b":1}}`}},
		{"merge of a mapping that is written there", "a:\n  <<: {b: 1}\n  c: 2\n", []string{`{"a":{"b":1,"c":2}}`}},
		{"a merge key in quotes is a key", "a:\n  '<<': 1\n", []string{`{"a":{"<<":1}}`}},
	})
}

func bigMapping(keys int) string {
	var b strings.Builder
	for i := range keys {
		fmt.Fprintf(&b, "k%d: %d\n", i, i)
	}
	return b.String()
}

func TestHostileInputIsRefusedWithinBounds(t *testing.T) {
	deep := strings.Repeat("[", 100_000)
	for _, c := range []struct{ name, input, want string }{
		{"deep brackets", "a: " + deep, "nested too deeply"},
		{"deep JSON", `{"a":` + deep, "nested too deeply"},
		{"just too deep", "a: " + strings.Repeat("[", MaxDepth+1) + strings.Repeat("]", MaxDepth+1), "nested too deeply"},
		{"deep indentation", deepMapping(MaxDepth + 10), "nested too deeply"},
		{"a thousand million laughs", laughs("[", "]", 9), "expand to too many values"},
		{"laughs by merging", laughs("{<<: [", "]}", 9), "expand to too many values"},
		{"many aliases of a large list", "a: &a [" + strings.Repeat("x,", 5000) + "]\nb: [" + strings.Repeat("*a,", 5000) + "]\n", "expand to too many values"},
		{"too many values", "a: [" + strings.Repeat("1,", MaxNodes) + "]\n", "too many values"},
		{"too many values of JSON", `{"a":[` + strings.Repeat("1,", MaxNodes) + "1]}", "too many values"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := readAll(c.input + "\n---\nok: true\n")
			if len(got) != 2 || !strings.Contains(got[0], c.want) || got[1] != `{"ok":true}` {
				t.Errorf("got %.300q, want an error of %q and the document behind it", got, c.want)
			}
		})
	}
}

// Each of these once took quadratic time, or would take it by a careless reader.
func TestOddLargeInputIsReadInLinearTime(t *testing.T) {
	const size = 1 << 20
	fill := func(pattern string) string { return strings.Repeat(pattern, size/len(pattern)) }
	keys := bigMapping(50_000)
	indented := "  " + strings.ReplaceAll(strings.TrimSuffix(keys, "\n"), "\n", "\n  ") + "\n"
	for _, c := range []struct {
		name, input string
		want        int // documents
	}{
		{"one line of brackets", "a: [" + fill("[], ") + "]\n", 1},
		{"one line of tabs", "a: \"" + fill("\t") + "\"\n", 1},
		{"carriage returns", "a: '" + fill("x\r") + "'\n", 1},
		{"line breaks of YAML 1.1", "a: '" + fill("\u0085") + "'\n", 1},
		{"tags", "a: [" + fill("!mine x, ") + "]\n", 1},
		{"anchors", "a: [" + fill("&a x, ") + "]\n", 1},
		{"floats", "a: [" + fill("1.5, ") + "]\n", 1},
		{"many keys that both libraries compare", keys + "z: &z 1\n", 1},
		{"many keys overridden by a merge", "a: &a\n" + indented + "b:\n" + indented + "  <<: *a\n", 1},
		{"a long block scalar", "a: |+\n" + fill("  x\n\n"), 1},
		{"a long folded scalar", "a: >\n" + fill("  x\n"), 1},
		{"comments", fill("# x\n") + "a: 1\n" + fill("# x\n"), 1},
		{"separators", fill("---\n"), 0},
		{"many objects of JSON", fill(`{"a":1}`), size / len(`{"a":1}`)},
	} {
		t.Run(c.name, func(t *testing.T) {
			documents := 0
			for _, err := range Read(NewFile("f", []byte(c.input))) {
				if err != nil {
					t.Fatal(err)
				}
				documents++
			}
			if documents != c.want {
				t.Errorf("read %d documents, want %d", documents, c.want)
			}
		})
	}
}

func deepMapping(depth int) string {
	var b strings.Builder
	for i := range depth {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

func laughs(opening, closing string, levels int) string {
	var b strings.Builder
	b.WriteString("l0: &l0 {a0: 1, b0: 2, c0: 3}\n")
	for i := 1; i <= levels; i++ {
		alias := fmt.Sprintf("*l%d", i-1)
		fmt.Fprintf(&b, "l%d: &l%d %s%s%s\n", i, i, opening, strings.Repeat(alias+", ", 9)+alias, closing)
	}
	return b.String()
}

func TestALargeFileIsReadInOneLineOrInMany(t *testing.T) {
	entry := `{name: "é", value: 'x'}`
	long := "a: [" + strings.Repeat(entry+", ", 100_000) + entry + "]\n"
	many := "a:\n" + strings.Repeat("- "+entry+"\n", 100_001)
	for _, text := range []string{long, many, strings.ReplaceAll(many, "\n", "\r\n")} {
		for doc, err := range Read(NewFile("f", []byte(text))) {
			if err != nil {
				t.Fatal(err)
			}
			items := doc.Root.Get("a").Items()
			last := items[len(items)-1]
			if len(items) != 100_001 || text[last.Source.Start:last.Source.End] != entry {
				t.Errorf("read %d items, the last at %q", len(items), text[last.Source.Start:last.Source.End])
			}
		}
	}
}

func TestTheConsumerMayStopAtAnyDocument(t *testing.T) {
	for _, text := range []string{"a: 1\n---\nb: [\n---\nc: 1\n", `{"a":1}{"b":2}`, "{\"a\":1}\n---\nb: 1\n---\nc: 1", "{a: 1}\n---\n--- x\n"} {
		total := len(readAll(text))
		for stop := 1; stop <= total; stop++ {
			seen := 0
			for range Read(NewFile("", []byte(text))) {
				if seen++; seen == stop {
					break
				}
			}
			if seen != stop {
				t.Errorf("%q: stopped at %d instead of %d", text, seen, stop)
			}
		}
	}
}

func TestDocumentsSayWhereTheyAre(t *testing.T) {
	text := "a: 1\n--- # two\nb: 2\n---\n\n---\nc: 3"
	var got []string
	for doc, err := range Read(NewFile("", []byte(text))) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, text[doc.Start:doc.End])
	}
	if want := `["a: 1\n" "b: 2\n" "c: 3"]`; fmt.Sprintf("%q", got) != want {
		t.Errorf("got %q, want %s", got, want)
	}
}

func TestDocumentsThatAreNotWantedAreNotParsed(t *testing.T) {
	file := NewFile("f.yaml", []byte("a: 1\n---\nb: [\n---\na: 2\n"))
	var got []string
	for doc, err := range ReadSome(file, func(text []byte) bool { return strings.HasPrefix(string(text), "a:") }) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%s at line %d", doc.Root.AppendJSON(nil), doc.Position(doc.Root).Line))
	}
	if want := `["{\"a\":1} at line 1" "{\"a\":2} at line 5"]`; fmt.Sprintf("%q", got) != want {
		t.Errorf("got %q", got)
	}
}
