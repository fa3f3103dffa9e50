package document

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
	kubectl "sigs.k8s.io/yaml"
)

// scalars generates unquoted scalars, most of them close to what YAML 1.1 resolves.
func scalars() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringMatching(`[-+]?[0-9_]{1,20}`),
		rapid.StringMatching(`[-+]?0[xXoObB]?[0-9a-fA-F_]{1,8}`),
		rapid.StringMatching(`[-+]?[0-9_]{0,4}\.?[0-9_]{0,4}([eE][-+]?[0-9]{1,3})?`),
		rapid.StringMatching(`[-+]?\.(inf|Inf|INF|nan|NaN|NAN|iNf)`),
		rapid.StringMatching(`[0-9]{1,4}-[0-9]{1,2}-[0-9]{1,2}([Tt ][0-9]{1,2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z?)?`),
		rapid.StringMatching(`[0-9]{1,3}(:[0-9]{1,2}){1,2}`),
		rapid.StringMatching(`[0-9.]{1,8}(m|Mi|Gi|s|ms|e|E|x)?`),
		rapid.SampledFrom(words()),
		rapid.StringMatching(`[a-zA-Z0-9~<=.+_-]{1,8}`),
	)
}

// words are the words of YAML 1.1 in every combination of upper and lower case.
func words() []string {
	var all []string
	for _, word := range []string{"y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "<<", "=", ""} {
		for mask := range 1 << len(word) {
			text := []byte(word)
			for i := range text {
				if mask&(1<<i) != 0 {
					text[i] = strings.ToUpper(string(text[i]))[0]
				}
			}
			all = append(all, string(text))
		}
	}
	return all
}

func sameAsKubectl(t fataler, text string) {
	t.Helper()
	answer, theirErr := kubectl.YAMLToJSON([]byte(text))
	root, ourErr := readYAMLValue(NewFile("", []byte(text)), 0, len(text))
	switch {
	case theirErr != nil && ourErr == nil:
		t.Fatalf("kubectl refuses %q: %v", text, theirErr)
	case theirErr == nil && ourErr != nil:
		t.Fatalf("kubectl reads %q: %v", text, ourErr)
	case theirErr != nil:
		return
	}
	want, err := ParseJSON(answer)
	if err != nil {
		t.Fatalf("%v", err)
	}
	if !Equal(root, want) {
		t.Fatalf("of %q kubectl reads\n%s, not\n%s", text, answer, root.AppendJSON(nil))
	}
}

func TestEveryScalarIsWhatKubectlReads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scalar := scalars().Draw(t, "scalar")
		sameAsKubectl(t, "v: "+scalar+"\n")
		if scalar != "" && scalar != "<<" {
			sameAsKubectl(t, scalar+": v\n")
		}
	})
	for _, word := range words() {
		sameAsKubectl(t, "v: "+word+"\n")
	}
}

func TestEveryScalarWithATagIsWhatKubectlReads(t *testing.T) {
	tags := rapid.SampledFrom([]string{"!", "!!str", "!!int", "!!float", "!!bool", "!!null", "!!timestamp", "!!binary", "!mine", "!<tag:example.com,2026:x>"})
	rapid.Check(t, func(t *rapid.T) {
		quoted := scalars().Draw(t, "scalar")
		switch rapid.IntRange(0, 2).Draw(t, "quotes") {
		case 1:
			quoted = "'" + quoted + "'"
		case 2:
			quoted = `"` + quoted + `"`
		}
		sameAsKubectl(t, "v: "+tags.Draw(t, "tag")+" "+quoted+"\n")
	})
}

// writer generates YAML documents as text, in all styles that YAML has.
type writer struct {
	t       *rapid.T
	anchors []string
	mapping []string // anchors of mappings
}

func (w *writer) pick(options ...string) string { return rapid.SampledFrom(options).Draw(w.t, "pick") }

func (w *writer) chance(percent int) bool {
	return rapid.IntRange(1, 100).Draw(w.t, "chance") <= percent
}

func (w *writer) comment() string {
	return w.pick("", "", "", "", "", " # comment", "  # it's a: [comment", " #")
}

// scalar writes a scalar behind a colon or a dash, whose lines are indented by column.
func (w *writer) scalar(column int) string {
	indentation := strings.Repeat(" ", column)
	lines := rapid.SliceOfN(rapid.StringMatching(`[a-z"'\\]?[a-z #:,{}"'é-]{0,10}[a-z]`), 1, 3).Draw(w.t, "lines")
	text := lines[0]
	switch w.pick("plain", "plain", "plain", "number", "single", "double", "literal", "folded", "multi", "empty") {
	case "number":
		return scalars().Draw(w.t, "scalar") + w.comment()
	case "single":
		return "'" + strings.ReplaceAll(text, "'", "''") + "'" + w.comment()
	case "double":
		return `"` + strings.NewReplacer(`"`, `\"`, `\`, `\\`).Replace(text) + w.pick("", `\n`, `\u00e9`, `\x41`) + `"` + w.comment()
	case "multi":
		quote := w.pick(`"`, `'`, "")
		return quote + "a\n" + indentation + "b\n\n" + indentation + " c" + quote
	case "literal", "folded":
		header := w.pick("|", "|-", "|+", ">", ">-", ">+") + w.comment()
		if w.chance(20) {
			header = w.pick("|2", ">2-", "|+2")
			lines[0] = " " + lines[0]
		}
		var block strings.Builder
		block.WriteString(header)
		for i, line := range lines {
			block.WriteString("\n" + indentation + strings.TrimLeft(line, "\t"))
			if i > 0 && w.chance(30) {
				block.WriteString("\n")
			}
		}
		return block.String() + w.pick("", "\n", "\n\n")
	case "empty":
		return w.comment()
	}
	return w.pick("plain", "a b", "x:y", "http://a/b?c#d", "-1a", "a-b", "yes sir", "é") + w.comment()
}

func (w *writer) key(i int) string {
	return w.pick("k%d", "k%d", "k%d", "'q %d'", `"d\t%d"`, "%d", "0x1%d", "é%d", "a/b.c%d") + strings.Repeat("x", i)
}

func (w *writer) blockMapping(column, depth int) string {
	var b strings.Builder
	for i := range rapid.IntRange(1, 3).Draw(w.t, "entries") {
		if i > 0 && w.chance(15) {
			b.WriteString(strings.Repeat(" ", rapid.IntRange(0, 6).Draw(w.t, "indentation")) + "# above\n")
		}
		b.WriteString(strings.Repeat(" ", column))
		b.WriteString(fmt.Sprintf(w.key(i), i) + ":")
		b.WriteString(w.value(column, depth, true))
	}
	if len(w.mapping) > 0 && w.chance(20) {
		b.WriteString(strings.Repeat(" ", column) + "<<: *" + w.pick(w.mapping...) + "\n")
	}
	return b.String()
}

func (w *writer) blockSequence(column, depth int) string {
	var b strings.Builder
	for range rapid.IntRange(1, 3).Draw(w.t, "items") {
		b.WriteString(strings.Repeat(" ", column) + "-" + w.value(column, depth, false))
	}
	return b.String()
}

func (w *writer) flow(depth int) string {
	switch w.pick("scalar", "scalar", "sequence", "mapping", "empty") {
	case "sequence":
		if depth > 0 {
			return "[" + w.flow(depth-1) + w.pick(",", ", ", ",\n        ", " , # c\n        ") + w.flow(depth-1) + w.pick("", ",", " ") + "]"
		}
	case "mapping":
		if depth > 0 {
			return "{a: " + w.flow(depth-1) + w.pick(",", ", ", ",\n        ") + "'b': " + w.flow(depth-1) + w.pick("", ",", "\n        ") + "}"
		}
	case "empty":
		return w.pick("[]", "{}", "[ ]", "{\n        }")
	}
	return w.pick("plain", "'single'", `"double"`, "1", "0x1f", "yes", "~", "a b")
}

// value writes what follows a colon or a dash at column.
func (w *writer) value(column, depth int, inMapping bool) string {
	anchor := ""
	if w.chance(10) {
		anchor = fmt.Sprintf(" &a%d", len(w.anchors)+len(w.mapping))
	}
	deeper := column + rapid.IntRange(1, 4).Draw(w.t, "deeper")
	kind := w.pick("scalar", "scalar", "mapping", "sequence", "flow", "alias")
	if depth == 0 && (kind == "mapping" || kind == "sequence") {
		kind = "scalar"
	}
	var text string
	switch kind {
	case "mapping":
		if !inMapping && anchor == "" && w.chance(70) {
			return " " + strings.TrimLeft(w.blockMapping(column+2, depth-1), " ")
		}
		text = w.comment() + "\n" + w.blockMapping(deeper, depth-1)
	case "sequence":
		if inMapping && w.chance(50) {
			deeper = column
		}
		text = w.comment() + "\n" + w.blockSequence(deeper, depth-1)
	case "flow":
		text = " " + w.flow(2) + w.comment() + "\n"
	case "alias":
		if all := slices.Concat(w.anchors, w.mapping); len(all) > 0 {
			return " *" + w.pick(all...) + w.comment() + "\n"
		}
		text = " 1\n"
	default:
		text = " " + w.scalar(deeper) + "\n"
	}
	if anchor != "" && kind == "mapping" {
		w.mapping = append(w.mapping, anchor[2:])
	} else if anchor != "" {
		w.anchors = append(w.anchors, anchor[2:])
	}
	return anchor + text
}

func TestEveryDocumentIsWhatKubectlReads(t *testing.T) {
	generated, accepted := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		w := &writer{t: t}
		text := w.blockMapping(0, 3)
		generated++
		if rapid.Bool().Draw(t, "Windows") {
			text = strings.ReplaceAll(text, "\n", "\r\n")
		}
		for doc, err := range Read(NewFile("", []byte(text))) {
			if err != nil {
				continue
			}
			accepted++
			checkExtents(t, doc)
			compareWithKubectl(t, doc)
		}
	})
	if accepted < generated/2 {
		t.Errorf("of %d generated documents only %d could be read", generated, accepted)
	}
}
