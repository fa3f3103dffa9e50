package document

import "testing"

func TestPointersAndPathsNameTheSamePlace(t *testing.T) {
	root := parse(t, `{"a":[{"b/c":{"d~e":1}}],"":{"f g":2},"x.y":[3],"q\"":4}`)
	for _, c := range []struct {
		node          *Node
		pointer, path string
	}{
		{root, "", ""},
		{root.Get("a"), "/a", "a"},
		{root.Get("a").Items()[0], "/a/0", "a[0]"},
		{root.Get("a").Items()[0].Get("b/c").Get("d~e"), "/a/0/b~1c/d~0e", `a[0]["b/c"].d~e`},
		{root.At("", "f g"), "//f g", `[""]["f g"]`},
		{root.Get("x.y").Items()[0], "/x.y/0", `["x.y"][0]`},
		{root.Get(`q"`), `/q"`, `["q\""]`},
	} {
		if got := c.node.Pointer(root); got != c.pointer {
			t.Errorf("the pointer is %q, want %q", got, c.pointer)
		}
		if got := c.node.Path(root); got != c.path {
			t.Errorf("the path is %q, want %q", got, c.path)
		}
		if c.path != `[""]["f g"]` && lookUpPointer(root, c.pointer) != c.node {
			t.Errorf("%q leads elsewhere", c.pointer)
		}
	}
}

func TestPathsMayStartBelowTheDocument(t *testing.T) {
	root := parse(t, `{"spec":{"template":{"spec":{"a":[1]}}}}`)
	template := root.At("spec", "template")
	item := template.At("spec", "a").Items()[0]
	if got := item.Pointer(template); got != "/spec/a/0" {
		t.Errorf("the pointer is %q", got)
	}
	if got := item.Path(template); got != "spec.a[0]" {
		t.Errorf("the path is %q", got)
	}
}

func TestAPathNamesAKeyThatIsNotThereYet(t *testing.T) {
	root := parse(t, `{"a":{}}`)
	if got := root.Get("a").PathBelow(root, "b", "c.d", "e"); got != `a.b["c.d"].e` {
		t.Errorf("the path is %q", got)
	}
	if got := root.PathBelow(root, "b"); got != "b" {
		t.Errorf("the path is %q", got)
	}
}
