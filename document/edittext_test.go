package document

import "testing"

func TestEditTextKeepsWhatItDoesNotChange(t *testing.T) {
	hold := func(root *Node, e *Editor) { e.Set(root, "hold", NewBool(true)) }
	for _, c := range []struct {
		name, text string
		edit       func(root *Node, e *Editor)
		want       string
	}{
		{"YAML", "# mine\nconcurrency: 2 # two\n", hold, "# mine\nconcurrency: 2 # two\nhold: true\n"},
		{"YAML without line break at the end", "a: 1", hold, "a: 1\nhold: true"},
		{"YAML behind a separator", "---\na: 1\n", hold, "---\na: 1\nhold: true\n"},
		{"JSON", `{"a":1}`, hold, `{"a":1,"hold":true}`},
		{"JSON with spaces around it", " {\"a\": 1} \n", hold, " {\"a\": 1, \"hold\": true} \n"},
		{"JSON of several lines", "{\n  \"a\": 1\n}", hold, "{\n  \"a\": 1,\n  \"hold\": true\n}"},
		{"an empty object", "{}", hold, `{"hold": true}`},
		{"a key that is there", "hold: false # why?\na: 1\n", hold, "hold: true # why?\na: 1\n"},
		{"a key below another", "proxyMetadata:\n  A: \"1\"\n", func(root *Node, e *Editor) {
			e.Set(e.Ensure(root, "proxyMetadata", Mapping), "B", NewString("true"))
		}, "proxyMetadata:\n  A: \"1\"\n  B: \"true\"\n"},
		{"nothing", "a:   1\n\n", func(*Node, *Editor) {}, "a:   1\n\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, err := EditText(c.text, c.edit); err != nil || got != c.want {
				t.Errorf("%q (%v), want %q", got, err, c.want)
			}
		})
	}
}

func TestEditTextRefusesWhatIsNoObject(t *testing.T) {
	for text, want := range map[string]string{
		"":                    "the text holds no object",
		" # nothing\n":        "the text holds no object",
		"null":                "the text holds no object",
		"hello":               "line 1, column 1: an object is expected here, not a string",
		"[1]":                 "line 1, column 1: an object is expected here, not a list",
		"a: 1\n---\nb: 2\n":   "line 3, column 1: one document is expected, not several",
		"a: [":                "line 1, column 5: a value is expected here",
		"a: 1\na: 2\n":        "line 2, column 1: the key a stands here twice: the first is in line 1",
		"a: &a [1]\nhold: *a": "line 2, column 1: hold: the value is shared through a YAML alias: write it out here, or change it by hand",
	} {
		got, err := EditText(text, func(root *Node, e *Editor) {
			if list := root.Get("hold"); list != nil {
				e.Append(list, NewNumber(2))
			}
		})
		if err == nil || err.Error() != want || got != "" {
			t.Errorf("%q: %q, %v, want %s", text, got, err, want)
		}
	}
}
