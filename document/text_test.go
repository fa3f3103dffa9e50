package document

import (
	"strings"
	"testing"
)

// textOf reads a document and returns its text under the key text.
func textOf(t *testing.T, source string) (*Document, Text) {
	t.Helper()
	for doc, err := range Read(NewFile("config.yaml", []byte(source))) {
		if err != nil {
			t.Fatal(err)
		}
		text := doc.Text(doc.Root.At("data", "text"))
		return doc, text
	}
	t.Fatal("no document")
	return nil, Text{}
}

// Each source writes the same lines with the word "here" in one of them, which has to
// be found where it stands.
func TestAPlaceInATextIsWhereItIsWritten(t *testing.T) {
	for name, source := range map[string]string{
		"literal":              "data:\n  text: |\n    a=1\n    # ä\n    ö b=here\n    c=3\n",
		"literal, stripped":    "data:\n  text: |-\n\n    a=1\n    b=here\n",
		"literal, indented":    "data:\n  text: |2\n      a=1\n    b=here\n",
		"literal, commented":   "data:\n  text: | # the configuration\n    a=1\n\n\n    b=here\n",
		"literal, in windows":  "data:\r\n  text: |\r\n    a=1\r\n    b=here\r\n",
		"literal, old breaks":  "data:\n  text: |\n    a=1\u0085    b=here\n",
		"literal, anchored":    "anchor: &text |\n  a=1\n  b=here\ndata:\n  text: *text\n",
		"literal, tagged":      "data:\n  text: !!str |\n    a=1\n    b=here\n",
		"folded":               "data:\n  text: >\n    a=1\n\n    x\n    y b=here\n",
		"double quotes":        `data: {text: "a=1\n\"b\\=\x41\U0001F600\u00e4\t\a here\n"}`,
		"double quotes, lines": "data:\n  text: \"a=1\\n\\\n    b=here\"\n",
		"single quotes":        "data: {text: 'it''s here'}",
		"single quotes, lines": "data:\n  text: 'a=1\n\n    it''s\n    b=here'\n",
		"plain":                "data:\n  text: a=1 here\n",
		"plain, lines":         "data:\n  text: a=1\n    b=here\n",
		"json":                 `{"data": {"text": "a=1\n\ud83d\ude00 \/ b=here\n"}}`,
		"json, indented":       "{\n  \"data\": {\n    \"text\": \"a=1\\nb=here\"\n  }\n}\n",
	} {
		t.Run(name, func(t *testing.T) {
			doc, text := textOf(t, source)
			got := text.Position(strings.Index(text.Value, "here"))
			if want := doc.File.Position(strings.Index(source, "here")); got != want {
				t.Errorf("got %v, want %v, in %q", got, want, text.Value)
			}
		})
	}
}

func TestATextBeginsAndEndsInItsFile(t *testing.T) {
	doc, text := textOf(t, "data:\n  text: 'a=1'\n")
	if got, want := text.Position(-1), doc.File.Position(15); got != want {
		t.Errorf("begins at %v, want %v", got, want)
	}
	if got, want := text.Position(99), doc.File.Position(19); got != want {
		t.Errorf("ends at %v, want %v", got, want)
	}
	_, text = textOf(t, "data:\n  text: |\n    a=1\n")
	if got := text.Position(99); got.Line != 4 || got.Column != 5 {
		t.Errorf("ends at %v", got)
	}
}

func TestATextFromNoFileHasNoPlace(t *testing.T) {
	text := Text{Value: "a=1"}
	if got := text.Position(1); got != (Position{}) {
		t.Errorf("got %v", got)
	}
	doc, _ := textOf(t, "data: {text: }\n")
	added := NewString("new")
	NewEditor(doc.Root).Set(doc.Root.Get("data"), "more", added)
	text = doc.Text(added)
	if got, want := text.Position(1), doc.Position(doc.Root.Get("data")); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

func FuzzTextPosition(f *testing.F) {
	f.Add("data:\n  text: |\n    a=1\n    b=2\n")
	f.Add("data: {text: \"a\\n\\u00e4\\\\\"}")
	f.Add("data:\n  text: >+\n    a\n\n    'b\n")
	f.Add(`{"data": {"text": "\ud83d\ude00\u"}}`)
	f.Fuzz(func(t *testing.T, source string) {
		for doc, err := range Read(NewFile("f", []byte(source))) {
			if err != nil {
				continue
			}
			text := doc.Text(doc.Root.At("data", "text"))
			for offset := range text.Value {
				at := text.Position(offset)
				if at.Line < 1 || at.Column < 1 || doc.File.Offset(at.Line, at.Column) > len(source) {
					t.Fatalf("offset %d of %q is at %v", offset, text.Value, at)
				}
			}
		}
	})
}
