package document

import (
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "write what Splice returns into the golden files")

// The archives in testdata/splice hold a script of edits, the input and the output or
// the error. TestSplice explains the script's verbs.
func TestSplice(t *testing.T) {
	archives, err := filepath.Glob("testdata/splice/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no golden files", err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) { spliceGolden(t, name) })
	}
}

func spliceGolden(t *testing.T, name string) {
	archive, err := txtar.ParseFile(name)
	if err != nil || len(archive.Files) != 2 {
		t.Fatalf("%s needs an input and an output: %v", name, err)
	}
	script := strings.Split(strings.TrimSpace(string(archive.Comment)), "\n")
	input := inFormat(string(archive.Files[0].Data), script)
	var result strings.Builder
	failed, written := false, 0
	for doc, err := range Read(NewFile("input.yaml", []byte(input))) {
		if err != nil {
			t.Fatal(err)
		}
		runScript(t, doc.Root, script)
		spliced, err := Splice(doc)
		if err != nil {
			failed = true
			result.Reset()
			result.WriteString(err.Error() + "\n")
			written = len(input)
			break
		}
		result.WriteString(input[written:doc.Start])
		result.Write(spliced)
		written = doc.End
	}
	result.WriteString(input[written:])
	got := result.String()
	if *update {
		archive.Files[1].Name = map[bool]string{false: "output", true: "error"}[failed]
		archive.Files[1].Data = []byte(strings.TrimSuffix(strings.ReplaceAll(got, "\r\n", "\n"), "\n") + "\n")
		if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want := string(archive.Files[1].Data)
	if !failed {
		want = inFormat(want, script)
	}
	if failed != (archive.Files[1].Name == "error") || got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestALargeDocumentIsSplicedInLinearTime(t *testing.T) {
	for _, text := range []string{
		"items:\n" + strings.Repeat("- name: x\n  env:\n  - name: a\n", 20_000),
		`{"items":[` + strings.Repeat(`{"name":"x","env":[{"name":"a"}]},`, 20_000) + `{"env":[{}]}]}`,
	} {
		for doc, err := range Read(NewFile("f", []byte(text))) {
			if err != nil {
				t.Fatal(err)
			}
			e := NewEditor(doc.Root)
			items := doc.Root.Get("items").Items()
			for _, item := range items {
				e.SetEnv(item, "B", "yes")
			}
			spliced, err := Splice(doc)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Count(string(spliced), `"yes"`); got != len(items) {
				t.Errorf("changed %d items of %d", got, len(items))
			}
		}
	}
}

// inFormat applies the words of a script that say how its files end their lines:
//
//	crlf          as Windows does
//	unterminated  the last line is not ended
func inFormat(text string, script []string) string {
	for _, line := range script {
		switch line {
		case "unterminated":
			text = strings.TrimSuffix(text, "\n")
		case "crlf":
			text = strings.ReplaceAll(text, "\n", "\r\n")
		}
	}
	return text
}

// runScript runs the edits of a script on a tree; places are RFC 6901 pointers, "" is
// the root, values are JSON:
//
//	set MAPPING KEY VALUE        Editor.Set
//	replace NODE VALUE           Editor.Replace
//	append SEQUENCE VALUE        Editor.Append
//	insert SEQUENCE INDEX VALUE  Editor.Insert
//	front ITEM                   Editor.MoveToFront
//	ensure MAPPING KEY KIND      Editor.Ensure
//	env CONTAINER NAME VALUE     Editor.SetEnv
//	annotate POD NAME VALUE      Editor.SetAnnotation
//	edit STRING KEY VALUE        EditText, setting a key
//	# comment
func runScript(t *testing.T, root *Node, script []string) {
	t.Helper()
	e := NewEditor(root)
	for _, line := range script {
		if line == "" || line[0] == '#' || line == "crlf" || line == "unterminated" {
			continue
		}
		verb, rest, _ := strings.Cut(line, " ")
		words := strings.SplitN(rest, " ", strings.Count(verbs[verb], " ")+1)
		if verbs[verb] == "" || len(words) != strings.Count(verbs[verb], " ")+1 {
			t.Fatalf("%q: %s %s", line, verb, verbs[verb])
		}
		at := lookUpPointer(root, words[0])
		if at == nil {
			t.Fatalf("%q: there is no %s", line, words[0])
		}
		value := func() *Node {
			node, err := ParseJSON([]byte(words[len(words)-1]))
			if err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			return node.Clone()
		}
		switch verb {
		case "set":
			e.Set(at, words[1], value())
		case "replace":
			e.Replace(at, value())
		case "append":
			e.Append(at, value())
		case "insert":
			index, err := strconv.Atoi(words[1])
			if err != nil {
				t.Fatal(err)
			}
			e.Insert(at, index, value())
		case "front":
			e.MoveToFront(at)
		case "ensure":
			e.Ensure(at, words[1], map[string]Kind{"mapping": Mapping, "sequence": Sequence}[words[2]])
		case "env":
			e.SetEnv(at, words[1], words[2])
		case "annotate":
			e.SetAnnotation(at, words[1], words[2])
		case "edit":
			text, err := EditText(at.Text(), func(root *Node, e *Editor) { e.Set(root, words[1], value()) })
			if err != nil {
				t.Fatal(err)
			}
			e.Replace(at, NewString(text))
		}
	}
}

var verbs = map[string]string{
	"set": "MAPPING KEY VALUE", "replace": "NODE VALUE", "append": "SEQUENCE VALUE", "insert": "SEQUENCE INDEX VALUE",
	"front": "ITEM", "ensure": "MAPPING KEY KIND", "env": "CONTAINER NAME VALUE", "annotate": "POD NAME VALUE", "edit": "STRING KEY VALUE",
}

// lookUpPointer follows an RFC 6901 pointer.
func lookUpPointer(n *Node, pointer string) *Node {
	if pointer == "" {
		return n
	}
	for key := range strings.SplitSeq(pointer[1:], "/") {
		if n == nil {
			return nil
		}
		if n.Kind == Sequence {
			index, err := strconv.Atoi(key)
			if err != nil || index >= len(n.Children) {
				return nil
			}
			n = n.Children[index]
			continue
		}
		n = n.Get(strings.NewReplacer("~1", "/", "~0", "~").Replace(key))
	}
	return n
}
