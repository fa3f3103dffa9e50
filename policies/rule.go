package policies

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/sluice-dev/sluice/verdict"
)

// Rule is the page of a rule, for people. It is written as OPA metadata above the
// rule itself.
type Rule struct {
	// ID is group/kebab-name, which is also where the rule is, below rules/.
	ID string `json:"rule"`
	// Group is the part of ID before the slash.
	Group string `json:"-"`
	// Title is one line without a full stop.
	Title string `json:"-"`
	// Description says what is wrong.
	Description string `json:"-"`
	// Severity is that of a finding that does not say otherwise.
	Severity verdict.Severity `json:"severity"`
	// Subjects are what the rule judges: roles of processes, or others that know the
	// same facts.
	Subjects []Subject `json:"subjects"`
	// Symptom is what one sees in a log, a line each.
	Symptom string `json:"symptom"`
	// Signs are the parts of Symptom by which a line of a log tells the rule, each
	// within one line; "..." stands for any text. What healthy servers write, too, is
	// none. A rule may have no sign.
	Signs []string `json:"signs"`
	// Cause says how that comes about, and when a finding has another severity.
	Cause string `json:"cause"`
	// Fix says what to write instead.
	Fix string `json:"fix"`
	// Since is the minor version of Sluice that brought the rule, as in "0.2"; empty for
	// the first one.
	Since string `json:"since,omitempty"`
	// Unwaivable says why nobody can waive the rule; empty for one that can be.
	Unwaivable string `json:"unwaivable,omitempty"`
	// Versions says which versions of what are concerned.
	Versions string `json:"versions"`
	// Secret says that what it finds is a secret, so that no report shows the line.
	Secret bool `json:"secret"`
	// Source is the address of where one can read on.
	Source string `json:"source"`
}

// Release is the minor version of Sluice whose rules these are.
const Release = "0.1"

// Recent reports whether the rule came with this minor version. It is only recorded until
// the next one, unless somebody asks for more by its name: an upgrade refuses nothing that
// was fine before it.
func (r *Rule) Recent() bool { return r.Since == Release }

// Rules returns all rules, sorted by ID.
func Rules() []Rule { return slices.Clone(shipped()) }

func shipped() []Rule {
	book, err := builtIn()
	if err != nil {
		// The rules are part of the program, and a test reads them.
		panic(err)
	}
	return book.rules
}

// Names returns the IDs of all rules, sorted.
func Names() []string {
	var names []string
	for _, rule := range shipped() {
		names = append(names, rule.ID)
	}
	return names
}

// Lookup returns the rule of that ID.
func Lookup(id string) (Rule, bool) {
	rules := shipped()
	at, found := slices.BinarySearchFunc(rules, id, func(rule Rule, id string) int { return strings.Compare(rule.ID, id) })
	if !found {
		return Rule{}, false
	}
	return rules[at], true
}

//go:embed rules/*/*.rego
var ruleFiles embed.FS

// builtIn reads the rules that are part of the program, once, when they are first
// asked for: most commands never do.
var builtIn = sync.OnceValues(func() (*book, error) { return readBook(ruleFiles) })

// book is a set of rules with the code of each, in the same order.
type book struct {
	rules   []Rule
	modules []*ast.Module
}

// readBook reads rules/GROUP/NAME.rego; their tests stay aside.
func readBook(files fs.FS) (*book, error) {
	names, err := fs.Glob(files, "rules/*/*.rego")
	if err != nil {
		return nil, err
	}
	read := &book{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.rego") {
			continue
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		rule, module, err := readRule(name, text)
		if err != nil {
			return nil, fmt.Errorf("rule %s: %w", name, err)
		}
		read.rules = append(read.rules, rule)
		read.modules = append(read.modules, module)
	}
	return read, nil
}

func readRule(name string, text []byte) (Rule, *ast.Module, error) {
	options := ast.ParserOptions{RegoVersion: ast.RegoV1, ProcessAnnotation: true}
	module, err := ast.ParseModuleWithOpts(name, string(text), options)
	if err != nil {
		return Rule{}, nil, err
	}
	if len(module.Annotations) != 1 {
		return Rule{}, nil, errors.New("there must be one METADATA block, above the first rule of the file")
	}
	annotations := module.Annotations[0]
	custom, err := json.Marshal(annotations.Custom)
	if err != nil {
		return Rule{}, nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(custom))
	decoder.DisallowUnknownFields()
	var rule Rule
	if err := decoder.Decode(&rule); err != nil {
		return Rule{}, nil, fmt.Errorf("the custom part of METADATA: %w", err)
	}
	rule.Group = path.Dir(rule.ID)
	rule.Title = annotations.Title
	for text, from := range map[*string]string{
		&rule.Description: annotations.Description, &rule.Symptom: rule.Symptom,
		&rule.Cause: rule.Cause, &rule.Fix: rule.Fix, &rule.Unwaivable: rule.Unwaivable,
	} {
		*text = strings.TrimSpace(from)
	}
	return rule, module, nil
}
