package document

import (
	"encoding/json"
	"testing"
)

func parse(t *testing.T, text string) *Node {
	t.Helper()
	root, err := ParseJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func TestEachVerbChangesTheTreeAndRecordsTheOperation(t *testing.T) {
	first := func(e *Editor) *Node { return e.Root().Get("containers").Items()[0] }
	for _, c := range []struct {
		name, before string
		edit         func(e *Editor)
		after        string
		operations   string
	}{
		{"Set adds a key", `{"a":1}`, func(e *Editor) { e.Set(e.Root(), "b/~", NewString("x")) },
			`{"a":1,"b/~":"x"}`, `[{"op":"add","path":"/b~1~0","value":"x"}]`},
		{"Set replaces a value", `{"a":1}`, func(e *Editor) { e.Set(e.Root(), "a", NewSequence(NewNumber(2))) },
			`{"a":[2]}`, `[{"op":"replace","path":"/a","value":[2]}]`},
		{"Replace", `{"a":[1,{"b":2}]}`, func(e *Editor) { e.Replace(e.Root().Get("a").Items()[1].Get("b"), NewBool(true)) },
			`{"a":[1,{"b":true}]}`, `[{"op":"replace","path":"/a/1/b","value":true}]`},
		{"Replace the root", `{"a":1}`, func(e *Editor) { e.Replace(e.Root(), NewMapping()) },
			`{}`, `[{"op":"replace","path":"","value":{}}]`},
		{"Insert in the middle", `{"a":[1,3]}`, func(e *Editor) { e.Insert(e.Root().Get("a"), 1, NewNumber(2)) },
			`{"a":[1,2,3]}`, `[{"op":"add","path":"/a/1","value":2}]`},
		{"Append", `{"a":[1]}`, func(e *Editor) { e.Append(e.Root().Get("a"), NewNumber(2)) },
			`{"a":[1,2]}`, `[{"op":"add","path":"/a/1","value":2}]`},
		{"MoveToFront", `{"a":[1,2,3]}`, func(e *Editor) { e.MoveToFront(e.Root().Get("a").Items()[2]) },
			`{"a":[3,1,2]}`, `[{"op":"remove","path":"/a/2"},{"op":"add","path":"/a/0","value":3}]`},
		{"MoveToFront of the first item", `{"a":[1,2]}`, func(e *Editor) { e.MoveToFront(e.Root().Get("a").Items()[0]) },
			`{"a":[1,2]}`, `null`},
		{"Ensure finds", `{"a":{"b":1}}`, func(e *Editor) { e.Ensure(e.Root(), "a", Mapping) }, `{"a":{"b":1}}`, `null`},
		{"Ensure adds", `{}`, func(e *Editor) { e.Ensure(e.Root(), "a", Sequence) },
			`{"a":[]}`, `[{"op":"add","path":"/a","value":[]}]`},
		{"Ensure replaces null", `{"a":null}`, func(e *Editor) { e.Ensure(e.Root(), "a", Mapping) },
			`{"a":{}}`, `[{"op":"replace","path":"/a","value":{}}]`},
		{"Ensure replaces another kind", `{"a":"x"}`, func(e *Editor) { e.Set(e.Ensure(e.Root(), "a", Mapping), "b", NewNumber(1)) },
			`{"a":{"b":1}}`, `[{"op":"replace","path":"/a","value":{}},{"op":"add","path":"/a/b","value":1}]`},
		{"SetAnnotation without metadata", `{}`, func(e *Editor) { e.SetAnnotation(e.Root(), "x.io/y", "1") },
			`{"metadata":{"annotations":{"x.io/y":"1"}}}`,
			`[{"op":"add","path":"/metadata","value":{}},{"op":"add","path":"/metadata/annotations","value":{"x.io/y":"1"}}]`},
		{"SetAnnotation among others", `{"metadata":{"annotations":{"a":"b"}}}`, func(e *Editor) { e.SetAnnotation(e.Root(), "x.io/y", "1") },
			`{"metadata":{"annotations":{"a":"b","x.io/y":"1"}}}`, `[{"op":"add","path":"/metadata/annotations/x.io~1y","value":"1"}]`},
		{"SetSpec", `{"spec":{}}`, func(e *Editor) { e.SetSpec(e.Root(), "a", NewBool(false)) },
			`{"spec":{"a":false}}`, `[{"op":"add","path":"/spec/a","value":false}]`},
		{"SetSpec where there is none", `{"spec":null}`, func(e *Editor) { e.SetSpec(e.Root(), "a", NewBool(false)) },
			`{"spec":{"a":false}}`, `[{"op":"replace","path":"/spec","value":{"a":false}}]`},
		{"SetEnv without env", `{"containers":[{}]}`, func(e *Editor) { e.SetEnv(first(e), "A", "1") },
			`{"containers":[{"env":[{"name":"A","value":"1"}]}]}`, `[{"op":"add","path":"/containers/0/env","value":[{"name":"A","value":"1"}]}]`},
		{"SetEnv of the entry that counts", `{"containers":[{"env":[{"name":"A","value":"1"},{"name":"A","value":"2"}]}]}`,
			func(e *Editor) { e.SetEnv(first(e), "A", "3") },
			`{"containers":[{"env":[{"name":"A","value":"1"},{"name":"A","value":"3"}]}]}`, `[{"op":"replace","path":"/containers/0/env/1/value","value":"3"}]`},
		{"SetEnv of an entry without value", `{"containers":[{"env":[{"name":"A"}]}]}`, func(e *Editor) { e.SetEnv(first(e), "A", "3") },
			`{"containers":[{"env":[{"name":"A","value":"3"}]}]}`, `[{"op":"add","path":"/containers/0/env/0/value","value":"3"}]`},
		{"SetEnv in the place of a reference", `{"containers":[{"env":[{"name":"A","valueFrom":{"fieldRef":{}}}]}]}`,
			func(e *Editor) { e.SetEnv(first(e), "A", "3") },
			`{"containers":[{"env":[{"name":"A","value":"3"}]}]}`, `[{"op":"replace","path":"/containers/0/env/0","value":{"name":"A","value":"3"}}]`},
		{"AppendArgs", `{"containers":[{}]}`, func(e *Editor) { e.AppendArgs(first(e), "a", "b") },
			`{"containers":[{"args":["a","b"]}]}`, `[{"op":"add","path":"/containers/0/args","value":["a"]},{"op":"add","path":"/containers/0/args/1","value":"b"}]`},
		{"AppendCommand", `{"containers":[{"command":["x"]}]}`, func(e *Editor) { e.AppendCommand(first(e), "a") },
			`{"containers":[{"command":["x","a"]}]}`, `[{"op":"add","path":"/containers/0/command/1","value":"a"}]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := parse(t, c.before)
			e := NewEditor(root)
			c.edit(e)
			if got := string(root.AppendJSON(nil)); got != c.after {
				t.Errorf("the tree is %s, want %s", got, c.after)
			}
			operations, err := json.Marshal(e.Operations())
			if err != nil || string(operations) != c.operations {
				t.Errorf("recorded %s (%v), want %s", operations, err, c.operations)
			}
			for _, n := range allNodes(root) {
				for _, child := range n.Children {
					if child.Parent() != n {
						t.Errorf("%s has another parent", child.Path(root))
					}
				}
			}
		})
	}
}

func TestAnOperationKeepsTheValueOfItsMoment(t *testing.T) {
	root := parse(t, `{}`)
	e := NewEditor(root)
	list := e.Ensure(root, "a", Sequence)
	e.Append(list, NewNumber(1))
	e.Append(list, NewNumber(2))
	checkOperations(t, []byte(`{}`), []byte(`{"a":[1,2]}`), e)
}

func TestOperationsStartAtTheRootOfTheEditor(t *testing.T) {
	root := parse(t, `{"template":{"spec":{}}}`)
	e := NewEditor(root.Get("template"))
	e.SetSpec(e.Root(), "a", NewNumber(1))
	if got := e.Operations()[0].Path; got != "/spec/a" {
		t.Errorf("the path is %s", got)
	}
}
