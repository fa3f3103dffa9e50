package document

import "testing"

func TestPositionsCountLinesAndCharactersFromOne(t *testing.T) {
	text := "a\nbé€c\n\nd"
	file := NewFile("f", []byte(text))
	for _, c := range []struct{ offset, line, column int }{
		{0, 1, 1}, {1, 1, 2}, {2, 2, 1}, {3, 2, 2}, {5, 2, 3}, {8, 2, 4}, {10, 3, 1}, {11, 4, 1}, {12, 4, 2},
		{-5, 1, 1}, {100, 4, 2},
	} {
		if got, want := file.Position(c.offset), (Position{"f", c.line, c.column}); got != want {
			t.Errorf("offset %d is %v, want %v", c.offset, got, want)
		}
		if c.offset >= 0 && c.offset <= len(text) {
			if got := file.Offset(c.line, c.column); got != c.offset {
				t.Errorf("%d:%d is at %d, want %d", c.line, c.column, got, c.offset)
			}
		}
	}
	for _, c := range []struct{ line, column, offset int }{{0, 1, 12}, {9, 1, 12}, {4, 99, 12}} {
		if got := file.Offset(c.line, c.column); got != c.offset {
			t.Errorf("%d:%d is at %d, want %d", c.line, c.column, got, c.offset)
		}
	}
}

func TestAByteOrderMarkIsNoCharacterOfTheFirstLine(t *testing.T) {
	file := NewFile("f", []byte("\ufeffab\nc"))
	for _, c := range []struct{ offset, line, column int }{{3, 1, 1}, {4, 1, 2}, {6, 2, 1}} {
		if got := file.Position(c.offset); got.Line != c.line || got.Column != c.column {
			t.Errorf("offset %d is %v", c.offset, got)
		}
		if got := file.Offset(c.line, c.column); got != c.offset {
			t.Errorf("%d:%d is at %d", c.line, c.column, got)
		}
	}
}

func TestAPositionLeavesOutWhatIsUnknown(t *testing.T) {
	for want, position := range map[string]Position{
		"f:1:2":            {"f", 1, 2},
		"f:1":              {"f", 1, 0},
		"f":                {"f", 0, 0},
		"line 1, column 2": {"", 1, 2},
		"":                 {},
	} {
		if got := position.String(); got != want {
			t.Errorf("%#v is %q, want %q", position, got, want)
		}
	}
}

func TestANodeIsWhereItIsWritten(t *testing.T) {
	text := `kind: Pod
metadata:
  labels: {a: b}
spec: &spec
  containers:
  - name: x
    args: [y]
  - &second
    name: z
other: *spec
`
	for doc, err := range Read(NewFile("f", []byte(text))) {
		if err != nil {
			t.Fatal(err)
		}
		containers := doc.Root.At("spec", "containers")
		e := NewEditor(doc.Root)
		e.SetEnv(containers.Items()[0], "A", "B")
		e.Set(doc.Root, "new", NewMapping())
		for _, c := range []struct {
			node *Node
			want string
		}{
			{doc.Root, "f:1:1"},
			{doc.Root.Get("kind"), "f:1:7"},
			{doc.Root.Get("metadata"), "f:2:1"},
			{doc.Root.At("metadata", "labels"), "f:3:3"},
			{doc.Root.At("metadata", "labels", "a"), "f:3:15"},
			{containers, "f:5:3"},
			{containers.Items()[0], "f:6:5"},
			{containers.Items()[0].Get("args").Items()[0], "f:7:12"},
			{containers.Items()[1], "f:9:5"},
			{doc.Root.Get("other"), "f:10:1"},
			{doc.Root.At("other", "containers").Items()[0].Get("name"), "f:6:11"},
			// What is new is where its nearest written ancestor is.
			{containers.Items()[0].Get("env").Items()[0], "f:6:5"},
			{doc.Root.Get("new"), "f:1:1"},
		} {
			if got := doc.Position(c.node).String(); got != c.want {
				t.Errorf("%s is at %s, want %s", c.node.Path(doc.Root), got, c.want)
			}
		}
	}
}
