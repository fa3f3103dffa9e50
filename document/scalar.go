package document

import (
	"fmt"
	"strconv"
	"strings"
	"sync"

	"sigs.k8s.io/yaml"
)

// resolve says what an unquoted scalar means to kubectl: YAML 1.1, in which yes is
// a boolean and 017 is fifteen. Whatever might be more than an ordinary string or a
// plain decimal integer is put to kubectl's own reader.
func resolve(text string) (Kind, string, error) {
	if text == "" {
		return Null, "", nil
	}
	switch c := text[0]; {
	case '0' <= c && c <= '9', c == '-', c == '+', c == '.':
		if isPlainInteger(text) {
			return Number, text, nil
		}
		if mayBeNumber(text) {
			return resolveSlowly(text, text)
		}
	case c == '~' || strings.IndexByte("yYnNtTfFoO", c) >= 0:
		if found, ok := lookUp(text); ok {
			return found.Kind, found.Value, nil
		}
	}
	return String, text, nil
}

// resolveTagged says what a scalar with an explicit tag means to kubectl.
func resolveTagged(tag, text string) (Kind, string, error) {
	return resolveSlowly(tagged(tag, text), text)
}

func resolveSlowly(source, text string) (Kind, string, error) {
	entry, err := ask("v: " + source)
	if err != nil {
		return Null, "", fmt.Errorf("kubectl cannot read the value %s: put it in quotes if it is a text", text)
	}
	return entry.Kind, entry.Value, nil
}

// resolveKey says which string kubectl makes of an unquoted key; tag may be empty.
func resolveKey(tag, text string) (string, error) {
	source := text
	if tag != "" {
		source = tagged(tag, text)
	} else {
		switch kind, value, err := resolve(text); {
		case err == nil && (kind == String || kind == Bool):
			return value, nil
		case err == nil && kind == Number && isPlainInteger(text):
			return text, nil
		}
	}
	entry, err := ask(source + ": v")
	if err != nil {
		return "", fmt.Errorf("kubectl cannot read the key %s: put it in quotes", strconv.Quote(text))
	}
	return entry.Key, nil
}

// tagged writes a scalar with its tag, which makes the quotes meaningless.
func tagged(tag, text string) string {
	if !strings.HasPrefix(tag, "!") {
		tag = "!<" + tag + ">"
	}
	return tag + " " + strconv.Quote(text)
}

// ask reads a mapping of one scalar by kubectl's reader.
func ask(document string) (*Node, error) {
	answer, err := yaml.YAMLToJSON([]byte(document))
	if err != nil {
		return nil, err
	}
	root, err := ParseJSON(answer)
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
