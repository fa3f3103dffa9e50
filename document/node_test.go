package document

import (
	"encoding/json"
	"testing"
)

func TestAccessorsAnswerForMissingNodesAndOtherKinds(t *testing.T) {
	root := parse(t, `{"s":"x","n":5,"f":1.5,"t":true,"no":false,"z":null,"m":{"k":"v"},"l":[1]}`)
	var none *Node
	for name, ok := range map[string]bool{
		"Get":              root.Get("m").Get("k").Text() == "v" && root.Get("?") == nil && none.Get("a") == nil && root.Get("l").Get("0") == nil,
		"At":               root.At("m", "k").Text() == "v" && root.At("m", "k", "x") == nil && root.At("?", "?") == nil && root.At() == root,
		"Items":            len(root.Get("l").Items()) == 1 && root.Items() == nil && none.Items() == nil,
		"Entries":          len(root.Get("m").Entries()) == 1 && root.Get("l").Entries() == nil && none.Entries() == nil,
		"Text":             root.Get("s").Text() == "x" && root.Get("n").Text() == "" && none.Text() == "",
		"IsTrue":           root.Get("t").IsTrue() && !root.Get("no").IsTrue() && !root.Get("s").IsTrue() && !none.IsTrue(),
		"IsFalse":          root.Get("no").IsFalse() && !root.Get("t").IsFalse() && !root.Get("z").IsFalse() && !none.IsFalse(),
		"Index":            root.Index() == -1 && root.Get("n").Index() == 1 && root.Get("l").Items()[0].Index() == 0,
		"Parent":           root.Parent() == nil && root.At("m", "k").Parent() == root.Get("m"),
		"String of a kind": root.Kind.String() == "mapping" && root.Get("z").Kind.String() == "null",
	} {
		if !ok {
			t.Errorf("%s is wrong", name)
		}
	}
	for key, want := range map[string]bool{"n": true, "f": false, "s": false, "?": false} {
		if value, ok := root.Get(key).Int(); ok != want || ok && value != 5 {
			t.Errorf("%s is the integer %d, %v", key, value, ok)
		}
	}
	if _, ok := parse(t, "9223372036854775808").Int(); ok {
		t.Error("an integer of more than 64 bits fits")
	}
}

func TestEqualTakesNoNoticeOfTheOrderOfKeys(t *testing.T) {
	large := func(from, step int) *Node {
		n := NewMapping()
		for i := range 100 {
			n.Children = append(n.Children, NewNumber(int64(i)).WithKey(string(rune('a'+from+i*step))))
		}
		return n
	}
	reversed := large(0, 1)
	for i, child := range large(0, 1).Children {
		reversed.Children[99-i] = child
	}
	for _, c := range []struct {
		a, b *Node
		want bool
	}{
		{parse(t, `{"a":1,"b":[2]}`), parse(t, `{"b":[2],"a":1}`), true},
		{parse(t, `{"a":1,"b":2}`), parse(t, `{"b":1,"a":2}`), false},
		{parse(t, `{"a":1}`), parse(t, `{"b":1}`), false},
		{parse(t, `[1,2]`), parse(t, `[2,1]`), false},
		{parse(t, `[1]`), parse(t, `[1,2]`), false},
		{parse(t, `"1"`), parse(t, `1`), false},
		{parse(t, `{}`), parse(t, `[]`), false},
		{large(0, 1), reversed, true},
		{large(0, 1), large(0, 2), false},
		{nil, nil, true},
		{parse(t, `null`), nil, false},
	} {
		if Equal(c.a, c.b) != c.want || Equal(c.b, c.a) != c.want {
			t.Errorf("%s and %s: equal is not %v", c.a.AppendJSON(nil), c.b.AppendJSON(nil), c.want)
		}
	}
}

func TestACloneStandsOnItsOwn(t *testing.T) {
	root := parse(t, `{"a":[{"b":"c"}],"d":{}}`)
	clone := root.Clone()
	if !Equal(root, clone) {
		t.Errorf("the clone is %s", clone.AppendJSON(nil))
	}
	NewEditor(clone).Set(clone.Get("a").Items()[0], "b", NewString("x"))
	if got := string(root.AppendJSON(nil)); got != `{"a":[{"b":"c"}],"d":{}}` {
		t.Errorf("the original became %s", got)
	}
	for _, n := range allNodes(clone) {
		if n.Source.Written {
			t.Errorf("%s is written somewhere", n.Path(clone))
		}
	}
}

func TestATreeIsAValueOfEncodingJSON(t *testing.T) {
	text, err := json.Marshal(map[string]any{"x": NewMapping(NewString("a\"<\u2028\xff").WithKey("k"), NewSequence(NewBool(true), &Node{}).WithKey("l"))})
	if err != nil {
		t.Fatal(err)
	}
	var back map[string]map[string]any
	if err := json.Unmarshal(text, &back); err != nil || back["x"]["k"] != "a\"<\u2028\ufffd" || len(back["x"]["l"].([]any)) != 2 {
		t.Errorf("%s: %v", text, err)
	}
}
