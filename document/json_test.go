package document

import (
	"errors"
	"strings"
	"testing"
)

func TestParseJSONSaysWhereEveryValueIs(t *testing.T) {
	text := " {\"a\" : [1, \"x\\n\", {\"é\":null}] ,\n\t\"b\":true}\n"
	root := parse(t, text)
	for _, c := range []struct {
		node       *Node
		key, value string
	}{
		{root, "", strings.TrimSpace(text)},
		{root.Get("a"), `"a"`, `[1, "x\n", {"é":null}]`},
		{root.Get("a").Items()[1], "", `"x\n"`},
		{root.Get("a").Items()[2].Get("é"), `"é"`, "null"},
		{root.Get("b"), `"b"`, "true"},
	} {
		source := c.node.Source
		if got := text[source.Start:source.End]; got != c.value || !source.Written {
			t.Errorf("%s is %q, want %q", c.node.Path(root), got, c.value)
		}
		if c.key == "" && source.Key != -1 || c.key != "" && !strings.HasPrefix(text[source.Key:], c.key) {
			t.Errorf("the key of %s is at %d", c.node.Path(root), source.Key)
		}
	}
	if got := root.Get("a").Items()[1].Text(); got != "x\n" {
		t.Errorf("the text is %q", got)
	}
}

func TestParseJSONReportsWhatItCannotRead(t *testing.T) {
	for text, want := range map[string]string{
		"":                              "line 1, column 1: the JSON ends too early",
		"  ":                            "line 1, column 3: the JSON ends too early",
		`{"a":`:                         "line 1, column 6: the JSON ends too early",
		`{"a":"x`:                       "line 1, column 8: the JSON ends too early",
		"{\n\"a\":1,\n}":                "line 2, column 6: nothing follows this comma, or nothing stands in front of it",
		"[1,,2]":                        "line 1, column 4: nothing follows this comma, or nothing stands in front of it",
		`{"a":1}}`:                      "line 1, column 8: the JSON value is followed by something else",
		`{"a":1} {}`:                    "line 1, column 9: the JSON value is followed by something else",
		`{"a":{"b":1,"b":2}}`:           "line 1, column 13: the key b stands here twice",
		`{a:1}`:                         "line 1, column 2: a key or a value is expected here",
		`{"a" 1}`:                       "line 1, column 6: a : is expected here",
		`{"a":1 "b":2}`:                 "line 1, column 8: a , or } is expected here",
		`[1 2]`:                         "line 1, column 4: a , or ] is expected here",
		`["é",tru]`:                     "line 1, column 9: true, false or null is expected here; strings need double quotes",
		`["\d"]`:                        "line 1, column 3: invalid escape sequence `\\d` in string",
		"[\"\xff\"]":                    "line 1, column 3: invalid UTF-8",
		"\ufeff{}":                      "line 1, column 1: a key or a value is expected here",
		"nul":                           "line 1, column 4: the JSON ends too early",
		strings.Repeat("[", MaxDepth+2): "line 1, column 514: nested too deeply",
	} {
		_, err := ParseJSON([]byte(text))
		if _, ok := errors.AsType[*SyntaxError](err); !ok || err.Error() != want {
			t.Errorf("%.20q: %v, want %s", text, err, want)
		}
	}
}

func TestParseJSONDoesNotHoldOnToItsInput(t *testing.T) {
	data := []byte(`{"key":"value"}`)
	root, err := ParseJSON(data)
	if err != nil {
		t.Fatal(err)
	}
	for i := range data {
		data[i] = '!'
	}
	if got := root.Get("key").Text(); got != "value" {
		t.Errorf("the value became %q", got)
	}
}
