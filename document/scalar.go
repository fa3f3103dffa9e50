package document

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"sigs.k8s.io/yaml"
)

// resolver says what the scalars of a document mean to kubectl: YAML 1.1, in which yes
// is a boolean and 017 is fifteen. Whatever might be more than an ordinary string or a
// decimal number is put to kubectl's own reader.
type resolver struct {
	answers map[string]answer
}

type answer struct {
	entry *Node
	err   error
}

// maxQuestions bounds how often kubectl's reader is asked for one document: it takes
// some 10 µs each time.
const maxQuestions = 20_000

// plain resolves a scalar without quotes and tag.
func (r *resolver) plain(text string) (Kind, string, error) {
	if text == "" {
		return Null, "", nil
	}
	switch c := text[0]; {
	case '0' <= c && c <= '9', c == '-', c == '+', c == '.':
		if isPlainInteger(text) {
			return Number, text, nil
		}
		if value, ok := decimal(text); ok {
			return Number, value, nil
		}
		if mayBeNumber(text) {
			return r.value(text, text)
		}
	case c == '~' || strings.IndexByte("yYnNtTfFoO", c) >= 0:
		if found, ok := lookUp(text); ok {
			return found.Kind, found.Value, nil
		}
	}
	return String, text, nil
}

// tagged resolves a scalar with an explicit tag, which makes its quotes meaningless.
func (r *resolver) tagged(tag, text string) (Kind, string, error) {
	return r.value(withTag(tag, text), text)
}

func (r *resolver) value(source, text string) (Kind, string, error) {
	entry, err := r.ask("v: " + source)
	if err != nil {
		return Null, "", fmt.Errorf("kubectl cannot read the value %s: put it in quotes if it is a text", text)
	}
	return entry.Kind, entry.Value, nil
}

// key resolves a key without quotes, or with a tag, to the string that kubectl makes
// of it.
func (r *resolver) key(tag, text string) (string, error) {
	source := text
	if tag != "" {
		source = withTag(tag, text)
	} else {
		switch kind, value, err := r.plain(text); {
		case err == nil && (kind == String || kind == Bool):
			return value, nil
		case err == nil && kind == Number && isPlainInteger(text):
			return text, nil
		}
	}
	entry, err := r.ask(source + ": v")
	if err != nil {
		return "", fmt.Errorf("kubectl cannot read the key %s: put it in quotes", strconv.Quote(text))
	}
	return entry.Key, nil
}

func withTag(tag, text string) string {
	if !strings.HasPrefix(tag, "!") {
		tag = "!<" + tag + ">"
	}
	return tag + " " + strconv.Quote(text)
}

// ask reads a mapping of one scalar by kubectl's reader, once for each document.
func (r *resolver) ask(document string) (*Node, error) {
	if known, ok := r.answers[document]; ok {
		return known.entry, known.err
	}
	if len(r.answers) == maxQuestions {
		return nil, errors.New("too many unusual scalars")
	}
	if r.answers == nil {
		r.answers = map[string]answer{}
	}
	entry, err := ask(document)
	r.answers[document] = answer{entry, err}
	return entry, err
}

func ask(document string) (*Node, error) {
	read, err := yaml.YAMLToJSON([]byte(document))
	if err != nil {
		return nil, err
	}
	root, err := ParseJSON(read)
	if err != nil {
		return nil, err
	}
	if len(root.Children) != 1 || len(root.Children[0].Children) > 0 {
		return nil, fmt.Errorf("%s is no scalar", document)
	}
	return root.Children[0], nil
}

// reservedWords are the words that YAML 1.1 reads as something else than strings,
// and what kubectl's reader makes of them. They begin with the letters of resolve.
var reservedWords = sync.OnceValue(func() map[string]*Node {
	words := map[string]*Node{}
	for _, base := range []string{"~", "y", "n", "yes", "no", "on", "off", "true", "false", "null"} {
		for _, text := range []string{base, strings.ToUpper(base), strings.ToUpper(base[:1]) + base[1:]} {
			if entry, err := ask("v: " + text); err == nil && entry.Kind != String {
				words[text] = entry
			}
		}
	}
	return words
})

var (
	wordTrue  = NewBool(true)
	wordFalse = NewBool(false)
)

func lookUp(text string) (found *Node, ok bool) {
	switch {
	case text == "true":
		return wordTrue, true
	case text == "false":
		return wordFalse, true
	case len(text) > len("false"):
		return nil, false
	}
	found, ok = reservedWords()[text]
	return found, ok
}

// isPlainInteger recognises integers that all versions of YAML and JSON write alike.
func isPlainInteger(text string) bool {
	digits := strings.TrimPrefix(text, "-")
	if digits == "" || len(digits) > 18 || digits[0] == '0' && len(text) > 1 {
		return false
	}
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return false
		}
	}
	return true
}

// decimal converts a plain decimal fraction as kubectl's reader does: to a float64, and
// from there to the literal of encoding/json.
func decimal(text string) (literal string, ok bool) {
	whole, fraction, found := strings.Cut(text, ".")
	if !found || !isPlainInteger(whole) || fraction == "" || len(fraction) > 18 || strings.Trim(fraction, "0123456789") != "" {
		return "", false
	}
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return "", false
	}
	encoded, err := json.Marshal(value)
	return string(encoded), err == nil
}

// mayBeNumber is a cheap test that no number fails. It keeps quantities (500m),
// versions (3.7.0), addresses and dates away from the expensive reader.
func mayBeNumber(text string) bool {
	unsigned := strings.TrimLeft(text, "+-")
	if len(unsigned) == len(".inf") && unsigned[0] == '.' {
		return true // .inf and .nan are the numbers that are spelt
	}
	digits, dots := 0, 0
	for i := range len(text) {
		switch c := text[i]; {
		case '0' <= c && c <= '9':
			digits++
		case c == '_':
		case c == '.':
			if dots++; dots > 1 {
				return false
			}
		case c == '-' || c == '+':
			if i > 0 && text[i-1] != 'e' && text[i-1] != 'E' {
				return false
			}
		case strings.IndexByte("abcdefABCDEFxXoO", c) < 0:
			return false
		}
	}
	return digits > 0
}
