package workload

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Bounds of the rows of a user's own. Each image and each start that is told anywhere makes
// the match condition of the webhook longer, which has a budget.
const (
	maxOwnRows   = 64
	maxOwnImages = 32
	maxOwnStarts = 64
	// maxWildcards bounds those in the repository of one image.
	maxWildcards = 3
)

// The forms of what a match condition is made of, as regular expressions.
const (
	// RepositoryPattern takes the repository of an Image: components with "*" in them.
	RepositoryPattern = `^/?[A-Za-z0-9._*-]+(/[A-Za-z0-9._*-]+)*$`
	// StartPattern takes the program or the class of a Start.
	StartPattern = `^[A-Za-z0-9._/-]{1,128}$`
)

var (
	repositoryForm = regexp.MustCompile(RepositoryPattern)
	startForm      = regexp.MustCompile(StartPattern)
)

// longestRepository bounds the repository of an image, in bytes.
const longestRepository = 255

// ownWeight makes an image or a start of a user's own row count more than any of the
// built-in ones that fits as well.
const ownWeight = 1000

// RowError is what is wrong with a row, and where it is written.
type RowError struct {
	Line, Column int
	Err          error
}

func (e *RowError) Error() string { return e.Err.Error() }

// Unwrap returns what is wrong without the place.
func (e *RowError) Unwrap() error { return e.Err }

// ReadRows reads a sequence of rows of a user's own. Each is written as a file of
// distributions/ is. Errors are RowErrors, joined.
func ReadRows(sequence *yaml.Node) ([]*Distribution, error) {
	sequence = aliased(sequence)
	if sequence.Kind != yaml.SequenceNode {
		return nil, rowError(sequence, errors.New("distributions is a list of rows, as in [{name: ours, title: …}]"))
	}
	if len(sequence.Content) > maxOwnRows {
		return nil, rowError(sequence, fmt.Errorf("%d rows are too many: there may be %d", len(sequence.Content), maxOwnRows))
	}
	var own []*Distribution
	var problems []error
	images, starts := 0, 0
	for _, node := range sequence.Content {
		d, err := readOwn(node)
		problems = append(problems, err)
		if d == nil {
			continue
		}
		if wrong := taken(d.Name, own); wrong != nil {
			problems = append(problems, rowError(field(node, "name"), wrong))
		}
		own = append(own, d)
		images += len(d.Images)
		starts += len(d.Starts)
	}
	if images > maxOwnImages || starts > maxOwnStarts {
		problems = append(problems, rowError(sequence, fmt.Errorf(
			"all rows together may have %d images and %d starts, since each is looked for in every pod of the cluster; they have %d and %d", maxOwnImages, maxOwnStarts, images, starts)))
	}
	return own, errors.Join(problems...)
}

// taken says whose name a row has, nil when nobody's.
func taken(name string, own []*Distribution) error {
	named := func(d *Distribution) bool { return d.Name == name }
	switch {
	case slices.ContainsFunc(BuiltIn().distributions, named):
		return fmt.Errorf("name: %q is a row that Sluice has itself; give yours another name: where both fit a pod, yours counts", name)
	case slices.ContainsFunc(own, named):
		return fmt.Errorf("name: %q is the name of a row before it", name)
	default:
		return nil
	}
}

// readOwn reads one row. With an error about a field it returns no row.
func readOwn(node *yaml.Node) (*Distribution, error) {
	d := new(Distribution)
	if err := aliased(node).Load(d, yaml.WithKnownFields()); err != nil {
		return nil, loadError(node, err)
	}
	if err := d.prepare(); err != nil {
		return nil, placed(node, err)
	}
	var problems complaints
	if d.Product == AnyProduct {
		problems.add("product: %q is for pods that say themselves what they run", AnyProduct)
	}
	for i := range d.Images {
		if text := d.Images[i].Repository; !repositoryForm.MatchString(text) || len(text) > longestRepository {
			problems.add("images[%d].repository: %q is no repository such as team/our-kafka or team*/kafka", i, text)
		}
		if strings.Count(d.Images[i].Repository, "*") > maxWildcards {
			problems.add("images[%d].repository: there may be %d wildcards; write a second image", i, maxWildcards)
		}
		d.Images[i].weight += ownWeight
	}
	for i := range d.Starts {
		start := &d.Starts[i]
		start.weight += ownWeight
		text := start.telling()
		switch {
		case !startForm.MatchString(text):
			problems.add("starts[%d]: %q is neither a program such as start-broker.sh nor a class", i, start.Program+start.Class)
		case start.Anywhere && !slices.ContainsFunc(glances(), func(stem string) bool { return strings.Contains(text, stem) }):
			problems.add("starts[%d]: only a program with one of %s in its name can be told anywhere, or else every pod of the cluster would have to be looked at; leave anywhere out, and give images",
				i, strings.Join(glances(), ", "))
		}
	}
	if len(problems) > 0 {
		return nil, placed(node, errors.Join(problems...))
	}
	return d, nil
}

// With returns the catalogue with rows of a user's own, as ReadRows returns them.
func (c *Catalogue) With(own []*Distribution) *Catalogue {
	if len(own) == 0 {
		return c
	}
	more := &Catalogue{distributions: slices.Concat(c.distributions, own), own: own}
	more.index()
	return more
}

// loadError gives the places of what does not fit a row's fields.
func loadError(node *yaml.Node, err error) error {
	all, ok := errors.AsType[*yaml.LoadErrors](err)
	if !ok {
		return rowError(node, err)
	}
	problems := make([]error, len(all.Errors))
	for i, each := range all.Errors {
		problems[i] = &RowError{each.Mark.Line, each.Mark.Column, errors.New(each.Message)}
	}
	return errors.Join(problems...)
}

// placed gives each complaint the place of the field that it begins with.
func placed(node *yaml.Node, err error) error {
	all, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return rowError(node, err)
	}
	var problems []error
	for _, each := range all.Unwrap() {
		path, _, _ := strings.Cut(each.Error(), ": ")
		problems = append(problems, rowError(field(node, path), each))
	}
	return errors.Join(problems...)
}

func rowError(node *yaml.Node, err error) error { return &RowError{node.Line, node.Column, err} }

// field follows a path such as starts[0].options as far as it is there.
func field(node *yaml.Node, path string) *yaml.Node {
	for step := range strings.FieldsFuncSeq(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		next := below(aliased(node), step)
		if next == nil {
			break
		}
		node = next
	}
	return node
}

// below returns the value of a key, or an item by its number; nil if there is none.
func below(node *yaml.Node, step string) *yaml.Node {
	if node.Kind == yaml.SequenceNode {
		if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(node.Content) {
			return node.Content[i]
		}
		return nil
	}
	for i := 0; node.Kind == yaml.MappingNode && i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == step {
			return node.Content[i+1]
		}
	}
	return nil
}

// aliased follows an alias.
func aliased(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode && node.Alias != nil {
		return node.Alias
	}
	return node
}
