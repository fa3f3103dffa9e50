package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"pgregory.net/rapid"
	kubectl "sigs.k8s.io/yaml"
)

// shapes generates documents: generated ones in every style, a manifest as people
// write it, and the same as JSON.
func shapes(t *rapid.T) string {
	manifest := func() string {
		data, err := os.ReadFile("testdata/statefulset.yaml")
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	var text string
	switch rapid.IntRange(0, 9).Draw(t, "shape") {
	case 0:
		text = manifest()
	case 1, 2:
		text = (&writer{t: t}).blockMapping(0, 3)
		fallthrough
	case 3:
		if text == "" {
			text = manifest()
		}
		converted, err := kubectl.YAMLToJSON([]byte(text))
		if err != nil || converted[0] != '{' {
			return text
		}
		var b bytes.Buffer
		if rapid.Bool().Draw(t, "pretty") {
			if err := json.Indent(&b, converted, "", rapid.SampledFrom([]string{"  ", "    ", "\t"}).Draw(t, "indentation")); err != nil {
				t.Fatal(err)
			}
			return b.String() + "\n"
		}
		return string(converted)
	default:
		text = (&writer{t: t}).blockMapping(0, 3)
	}
	if rapid.IntRange(0, 4).Draw(t, "line ends") == 0 {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	if rapid.IntRange(0, 4).Draw(t, "end") == 0 {
		text = strings.TrimRight(text, "\r\n")
	}
	return text
}

// values generates what an Editor may put into a tree.
func values(t *rapid.T, depth int) *Node {
	switch rapid.IntRange(0, 9).Draw(t, "value") {
	case 0:
		return NewBool(rapid.Bool().Draw(t, "bool"))
	case 1:
		return NewNumber(rapid.Int64().Draw(t, "number"))
	case 2:
		return &Node{}
	case 3:
		return NewString(rapid.StringMatching(`([ a-z:#'"{}\\-]{0,6}\n?){0,4}`).Draw(t, "lines"))
	case 4:
		return NewString(rapid.String().Draw(t, "string"))
	case 5:
		return NewString(scalars().Draw(t, "scalar"))
	case 6, 7:
		sequence := NewSequence()
		for range rapid.IntRange(0, depth).Draw(t, "items") {
			sequence.Children = append(sequence.Children, values(t, depth-1))
		}
		return adopt(sequence)
	default:
		mapping := NewMapping()
		for range rapid.IntRange(0, depth).Draw(t, "entries") {
			if key := keys(t); mapping.Get(key) == nil {
				mapping.Children = append(mapping.Children, values(t, depth-1).WithKey(key))
			}
		}
		return adopt(mapping)
	}
}

// keys are not empty: the referee loses what is added below an empty key.
func keys(t *rapid.T) string {
	return rapid.OneOf(scalars(), rapid.StringMatching(`[a-z]{1,6}(\.[a-z]{1,4}/[a-z]{1,4})?`), rapid.StringN(1, 4, 8)).
		Filter(func(key string) bool { return key != "" }).Draw(t, "key")
}

func allNodes(n *Node) []*Node {
	nodes := []*Node{n}
	for _, child := range n.Children {
		nodes = append(nodes, allNodes(child)...)
	}
	return nodes
}

// editAtRandom makes one change and reports whether it only adds.
func editAtRandom(t *rapid.T, e *Editor) (adds bool) {
	n := rapid.SampledFrom(allNodes(e.Root())).Draw(t, "node")
	switch {
	case n.Kind == Mapping && rapid.IntRange(0, 9).Draw(t, "edit") < 8:
		key := keys(t)
		adds = n.Get(key) == nil && len(n.Children) > 0
		e.Set(n, key, values(t, 2))
		return adds
	case n.Kind == Sequence && rapid.IntRange(0, 9).Draw(t, "edit") < 8:
		adds = len(n.Children) > 0
		if rapid.Bool().Draw(t, "append") {
			e.Append(n, values(t, 2))
		} else {
			e.Insert(n, rapid.IntRange(0, len(n.Children)).Draw(t, "index"), values(t, 2))
		}
		return adds
	case n.Parent() != nil && n.Parent().Kind == Sequence && rapid.Bool().Draw(t, "move"):
		e.MoveToFront(n)
	case n.Parent() != nil:
		e.Replace(n, values(t, 2))
	}
	return false
}

// isSubsequence reports whether text can be had from longer by leaving out bytes.
func isSubsequence(text, longer []byte) bool {
	for _, c := range text {
		i := bytes.IndexByte(longer, c)
		if i < 0 {
			return false
		}
		longer = longer[i+1:]
	}
	return true
}

func TestSplicedDocumentsReadAsTheirTreesAndKeepAllOtherBytes(t *testing.T) {
	edited, refused := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		data := []byte(shapes(t))
		for doc, err := range Read(NewFile("f", data)) {
			if err != nil {
				continue
			}
			before := doc.Root.AppendJSON(nil)
			e := NewEditor(doc.Root)
			onlyAdds := true
			for range rapid.IntRange(1, 4).Draw(t, "edits") {
				onlyAdds = editAtRandom(t, e) && onlyAdds
			}
			wanted := doc.Root.AppendJSON(nil)
			checkOperations(t, before, wanted, e)

			edited++
			spliced, err := Splice(doc)
			if err != nil {
				if _, ok := errors.AsType[*SpliceError](err); !ok {
					t.Fatalf("%T is no SpliceError: %v", err, err)
				}
				refused++
				if !bytes.ContainsAny(data, "*&!") {
					t.Fatalf("refused: %v\n%s\nto become %s", err, data, wanted)
				}
				continue
			}
			checkReading(t, doc, spliced, wanted)
			if onlyAdds && !isSubsequence(data[doc.Start:doc.End], spliced) {
				t.Fatalf("bytes were lost:\n%s\nbecame\n%s", data[doc.Start:doc.End], spliced)
			}
			if bytes.Contains(data, []byte("\r\n")) && bytes.Count(spliced, []byte("\n")) != bytes.Count(spliced, []byte("\r\n")) {
				t.Fatalf("a line does not end as the others do: %q", spliced)
			}
		}
	})
	if edited == 0 || refused > edited/4 {
		t.Errorf("%d of %d edited documents were refused", refused, edited)
	}
}

// checkOperations applies the recorded operations by another library.
func checkOperations(t fataler, before, wanted []byte, e *Editor) {
	t.Helper()
	operations, err := json.Marshal(e.Operations())
	if err != nil {
		t.Fatal(err)
	}
	patch, err := jsonpatch.DecodePatch(operations)
	if err != nil {
		t.Fatal(err)
	}
	after, err := patch.Apply(before)
	if err != nil {
		t.Fatalf("%v: %s to %s", err, operations, before)
	}
	checkTree(t, after, wanted)
}

// checkReading reads text by kubectl's reader.
func checkReading(t fataler, doc *Document, text, wanted []byte) {
	t.Helper()
	if doc.json {
		checkTree(t, text, wanted)
		return
	}
	lines := bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	if !bytes.HasSuffix(lines, []byte("\n")) {
		lines = append(lines, '\n') // kubectl ends every line
	}
	answer, err := kubectl.YAMLToJSON(lines)
	if err != nil {
		t.Fatalf("kubectl refuses the result: %v\n%s", err, text)
	}
	checkTree(t, answer, wanted)
}

func checkTree(t fataler, text, wanted []byte) {
	t.Helper()
	got, err := ParseJSON(text)
	if err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	want, err := ParseJSON(wanted)
	if err != nil {
		t.Fatal(err)
	}
	if !Equal(got, want) {
		t.Fatalf("reads as %s\n instead of %s", text, wanted)
	}
}
