package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	kubectl "sigs.k8s.io/yaml"
)

// FuzzRead proves that no input makes the reader panic, that every position lies in the
// file and on what it names, and that a document is what kubectl reads.
func FuzzRead(f *testing.F) {
	for _, seed := range readSeeds {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file := NewFile("fuzz.yaml", data)
		for doc, err := range Read(file) {
			if err != nil {
				if _, ok := errors.AsType[*SyntaxError](err); !ok {
					t.Fatalf("%T is no SyntaxError: %v", err, err)
				}
				continue
			}
			checkExtents(t, doc)
			compareWithKubectl(t, doc)
		}
	})
}

// fataler is what tests, fuzz tests and property tests have in common.
type fataler interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// checkExtents proves what Source promises of all nodes of a document.
func checkExtents(t fataler, doc *Document) {
	t.Helper()
	data := doc.File.Data
	var check func(n *Node, from, to int)
	check = func(n *Node, from, to int) {
		source := n.Source
		if source.Start < from || source.End < source.Start || source.End > to || source.after < source.End && !source.Shared {
			t.Fatalf("%s: [%d,%d) after %d lies outside of [%d,%d)", n.Path(doc.Root), source.Start, source.End, source.after, from, to)
		}
		if n.parent != nil && (source.Key >= 0) != (n.parent.Kind == Mapping) {
			t.Fatalf("%s: key at %d", n.Path(doc.Root), source.Key)
		}
		for _, child := range n.Children {
			if child.parent != n {
				t.Fatalf("%s: lost its parent", child.Path(doc.Root))
			}
			if child.Source.Shared {
				check(child, doc.Start, doc.End)
			} else {
				check(child, source.Start, source.End)
			}
		}
		text := string(data[source.Start:source.End])
		plain := !strings.ContainsAny(text, "\"'|>\r\n\\") && !hasOddCharacters([]byte(text))
		if n.Kind == String && plain && !bytes.Contains(data, []byte("!")) && text != n.Value && text != "" {
			t.Fatalf("%s: %q is written as %q", n.Path(doc.Root), n.Value, text)
		}
	}
	check(doc.Root, doc.Start, doc.End)
}

// compareWithKubectl reads a document by kubectl's reader and compares the trees.
func compareWithKubectl(t fataler, doc *Document) {
	t.Helper()
	if doc.json {
		return
	}
	data := bytes.ReplaceAll(doc.File.Data[doc.Start:doc.End], []byte("\r\n"), []byte("\n"))
	if !bytes.HasSuffix(data, []byte("\n")) {
		data = append(data, '\n')
	}
	answer, err := kubectl.YAMLToJSON(data)
	if err != nil {
		t.Fatalf("kubectl refuses this: %v\n%q", err, data)
	}
	want, err := ParseJSON(answer)
	if err != nil {
		t.Fatal(err)
	}
	if !Equal(doc.Root, want) {
		t.Fatalf("kubectl reads %s\nnot           %s", answer, doc.Root.AppendJSON(nil))
	}
}

// hasOddCharacters recognises the line breaks of YAML 1.1 and byte order marks.
func hasOddCharacters(data []byte) bool {
	for _, c := range string(data) {
		if c == '\u0085' || c == '\u2028' || c == '\u2029' || c == '\ufeff' || c == '\r' {
			return true
		}
	}
	return false
}

// FuzzSplice proves that no edit of any document makes the splicer panic or write
// something that kubectl reads as another tree.
func FuzzSplice(f *testing.F) {
	for i, seed := range readSeeds {
		f.Add([]byte(seed), []byte{byte(i), 1, 2, 3}, "text\n  # more\n")
		f.Add([]byte(seed), []byte{byte(3 * i), 4, byte(i), 9, 2, 5}, "yes")
	}
	f.Fuzz(func(t *testing.T, data, choices []byte, text string) {
		if !utf8.ValidString(text) {
			return
		}
		for doc, err := range Read(NewFile("fuzz.yaml", data)) {
			if err != nil {
				continue
			}
			e := NewEditor(doc.Root)
			for i := 0; i+1 < len(choices) && i < 8; i += 2 {
				editByChoice(e, int(choices[i]), choices[i+1], text)
			}
			wanted := doc.Root.AppendJSON(nil)
			spliced, err := Splice(doc)
			if err != nil {
				if _, ok := errors.AsType[*SpliceError](err); !ok {
					t.Fatalf("%T is no SpliceError: %v", err, err)
				}
				continue
			}
			checkReading(t, doc, spliced, wanted)
		}
	})
}

// editByChoice makes one change to the node of the given number.
func editByChoice(e *Editor, number int, choice byte, text string) {
	nodes := allNodes(e.Root())
	n := nodes[number%len(nodes)]
	values := []*Node{NewString(text), NewBool(true), NewMapping(NewString(text).WithKey(text)), NewSequence(NewString(text), NewMapping()), NewMapping(), {}}
	value := values[int(choice)%len(values)]
	switch {
	case n.Kind == Mapping && choice%4 != 0:
		e.Set(n, text, value)
	case n.Kind == Sequence && choice%4 != 0:
		e.Insert(n, int(choice)%(len(n.Children)+1), value)
	case n.Parent() != nil && n.Parent().Kind == Sequence && choice%8 > 4:
		e.MoveToFront(n)
	case n.Parent() != nil:
		e.Replace(n, value)
	}
}

// FuzzParseJSON proves that what ParseJSON accepts is JSON, that its tree is written as
// the same value, and that its positions are right.
func FuzzParseJSON(f *testing.F) {
	for _, seed := range []string{`{}`, `[]`, `null`, ` "a\u00e9\n" `, `{"a":[1,-2.5e3,true,false,null,{"b":"c"}],"":{}}`, `{"a":1,"a":2}`, `[1,]`, `"\ud800"`, `1 2`, "\ufeff{}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		root, err := ParseJSON(data)
		if err != nil {
			if _, ok := errors.AsType[*SyntaxError](err); !ok {
				t.Fatalf("%T is no SyntaxError: %v", err, err)
			}
			return
		}
		written := root.AppendJSON(nil)
		if want, got := decode(t, data), decode(t, written); !reflect.DeepEqual(got, want) {
			t.Fatalf("%s became %s", data, written)
		}
		again, err := ParseJSON(written)
		if err != nil || !Equal(again, root) {
			t.Fatalf("%s is read as something else again: %v", written, err)
		}
		checkExtents(t, &Document{File: NewFile("", data), Root: root, End: len(data)})
	})
}

func decode(t fataler, data []byte) (value any) {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber() // 1e700 is JSON, but no float64
	if err := decoder.Decode(&value); err != nil {
		t.Fatalf("this is no JSON: %v", err)
	}
	return value
}

var readSeeds = []string{
	"a: 1\nb:\n- c\n- d: e\n",
	"a: &x\n  b: c\nd: &y !!str\n  # c\n  foo\ne:\nf: # com\n- &q x\n-\n- - z\n-\n  w: |2+ # c\n     s\n\n",
	"? k\n: v\n? &p !t m\n: - 1\n",
	"é: {ü: [a, 'b',\"c\"], x: , y}\n<<: {}\n",
	"\ufeffa: 1\r\nb: 2\rc: 3\u2028d: 4\u0085e: 5",
	"--- # c\na: b\n...\nfoo: [",
	"%YAML 1.2\n---\na: b",
	"a: {{ x }}", "a: *x", "a: &a [*a]", "a: |\n x\n  y\n z: |3x\n",
	"{\"a\":1}{\"b\":2} {\"c\": tru}\n---\nd: e\n--- foo\nx: y\n---\nz: 1",
	"a: &a {x: 1, y: &b [2]}\nb: *a\nc: {<<: *a, x: 3}\nd: {x: 4, <<: [*a, {z: *b}]}",
	"yes: no\n017: 0x1F\n1.5: 2e3\n'on': \"off\"\na: {b: c, }\nd: [e, # x ]\n f ]",
	"a: \"x\\\n  y\"\nb: 'p\n\n  q'\nc: r\n  s\nd: >+\n  t\n\n   u\n\n\ne: v\n",
	// What the fuzzer found.
	" ? 0", "0: 0\x7f", "k: {1:}", "k: [?b#]", "k: \n    - \t\n", "a: \"\\/\"", "a: &!0 1", "...\n0:\n",
	"a: !!binary aGk=\nb: ! 5\nc: !!int \"7\"\n!!str 5: d\n",
}
