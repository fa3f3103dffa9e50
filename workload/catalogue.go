package workload

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"
)

//go:embed distributions/*.yaml
var rows embed.FS

// BuiltIn returns the catalogue that is part of Sluice. It is read when it is first needed.
// That it can be read is a test's business, not a user's.
func BuiltIn() *Catalogue { return builtIn() }

// Distributions returns all rows, sorted by name. They are shared: do not change them.
func (c *Catalogue) Distributions() []*Distribution { return slices.Clone(c.distributions) }

var builtIn = sync.OnceValue(func() *Catalogue {
	loaded, err := readCatalogue(rows)
	if err != nil {
		panic("workload: the embedded catalogue: " + err.Error())
	}
	return loaded
})

// readCatalogue reads all rows of a file system.
func readCatalogue(files fs.FS) (*Catalogue, error) {
	names, err := fs.Glob(files, "distributions/*.yaml")
	if err != nil {
		return nil, err
	}
	loaded := &Catalogue{setters: map[string]*Setter{}}
	var problems []error
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		d, err := readDistribution(data)
		if err == nil && d.Name+".yaml" != path.Base(name) {
			err = fmt.Errorf("name: %q is not the name of the file", d.Name)
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", name, err))
			continue
		}
		loaded.distributions = append(loaded.distributions, d)
	}
	loaded.index()
	return loaded, errors.Join(problems...)
}

// readDistribution reads one row and prepares it for use.
func readDistribution(data []byte) (*Distribution, error) {
	d := new(Distribution)
	if err := yaml.Load(data, d, yaml.WithKnownFields()); err != nil {
		return nil, err
	}
	if err := d.prepare(); err != nil {
		return nil, err
	}
	return d, nil
}

// prepare checks a row and computes what is derived from it.
func (d *Distribution) prepare() error {
	var problems complaints
	if d.Name == "" || d.Title == "" {
		problems.add("name and title must be given")
	}
	if !slices.Contains(products, d.Product) {
		problems.add("product: %q is none of %v", d.Product, products)
	}
	for i := range d.Images {
		if err := d.Images[i].prepare(); err != nil {
			problems.add("images[%d]: %w", i, err)
		}
	}
	d.Version.prepare(&problems)
	d.prepareStarts(&problems)
	d.prepareConfiguration(&problems)
	if d.Rewrite != nil {
		if err := d.Rewrite.prepare(); err != nil {
			problems.add("%w", err)
		}
	}
	if d.Owner != nil {
		if err := d.Owner.prepare(); err != nil {
			problems.add("%w", err)
		}
	}
	switch d.ServiceLinks {
	case LinksIgnored:
	case LinksBecomeSettings, LinksStopStart:
		if service, ok := strings.CutSuffix(d.LinkVariable, "_PORT"); !ok || service == "" {
			problems.add("linkVariable: %q is not what a Service becomes, such as KAFKA_PORT", d.LinkVariable)
		}
	default:
		problems.add("serviceLinks: %q is none of ignored, become-settings, stop-start", d.ServiceLinks)
	}
	return errors.Join(problems...)
}

// complaints are what is wrong with a row.
type complaints []error

// add adds one. It begins with the path of a field and a colon, where it is about one.
func (c *complaints) add(format string, args ...any) { *c = append(*c, fmt.Errorf(format, args...)) }

func (v *Version) prepare(problems *complaints) {
	for _, text := range v.Tags {
		compiled, err := regexp.Compile(text)
		if err != nil || compiled.NumSubexp() < 1 {
			problems.add("version.tags: %q must be a regular expression with a group", text)
			continue
		}
		v.compiled = append(v.compiled, compiled)
	}
}

func (d *Distribution) prepareStarts(problems *complaints) {
	switch {
	case d.Product == AnyProduct:
		if len(d.Images)+len(d.Starts) > 0 {
			problems.add("product: any is told by an annotation alone, without images and starts")
		}
	case len(d.Starts) == 0:
		problems.add("starts: there must be one")
	}
	for i := range d.Starts {
		start := &d.Starts[i]
		if (start.Program == "") == (start.Class == "") {
			problems.add("starts[%d]: give either program or class", i)
		}
		start.weight = len(start.Labels)
		for _, given := range []bool{path.IsAbs(start.Program), len(start.Arguments) > 0, len(start.Files) > 0} {
			if given {
				start.weight++
			}
		}
		for option, property := range start.Options {
			if !strings.HasPrefix(option, "-") || strings.Contains(option, "=") || property == "" {
				problems.add("starts[%d].options: %q is no option with a property", i, option)
			}
		}
		if len(d.Images) == 0 && !start.Anywhere {
			problems.add("starts[%d]: without images, a start must tell the distribution anywhere", i)
		}
	}
}

func (d *Distribution) prepareConfiguration(problems *complaints) {
	for i := range d.Configuration {
		file := &d.Configuration[i]
		if file.Effect != Replaces && file.Effect != Underlies {
			problems.add("configuration[%d].effect: %q is neither replaces nor underlies", i, file.Effect)
		}
		if !path.IsAbs(file.Directory) || file.File == "" {
			problems.add("configuration[%d]: give a directory from the root, and a file", i)
		}
		if file.WrittenBy != "" && !slices.Contains(d.Configures, file.WrittenBy) {
			problems.add("configuration[%d].writtenBy: %q is not among configures", i, file.WrittenBy)
		}
		file.whole = path.Join(file.Directory, file.File)
	}
	for i, setter := range d.Setters {
		if setter.Program == "" || setter.FileVariable == "" {
			problems.add("setters[%d]: give program and fileVariable", i)
		}
	}
	if d.Environment == nil {
		return
	}
	for i := range d.Environment.Sources {
		if err := d.Environment.Sources[i].prepare(); err != nil {
			problems.add("environment.sources[%d]: %w", i, err)
		}
	}
}

func (i *Image) prepare() error {
	repository, whole := strings.CutPrefix(i.Repository, "/")
	i.whole = whole
	for component := range strings.SplitSeq(repository, "/") {
		i.components = append(i.components, newPattern(component))
	}
	for _, tag := range i.Tags {
		i.tags = append(i.tags, newPattern(tag))
	}
	i.weight = len(i.components)
	for _, given := range []bool{i.whole, len(i.Tags) > 0, len(i.Variables) > 0, len(i.Mounts) > 0} {
		if given {
			i.weight++
		}
	}
	if i.telling() == "" {
		return fmt.Errorf("repository: %q has no text to go by in its last component", i.Repository)
	}
	return nil
}

// UnmarshalYAML reads a variable written as its property alone, or in full.
func (v *Variable) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		v.Property = node.Value
		return nil
	}
	type plain Variable
	return node.Load((*plain)(v), yaml.WithKnownFields())
}

func (s *Source) prepare() error {
	given := 0
	for _, is := range []bool{s.Variables != nil, s.Rule != nil, s.List != nil} {
		if is {
			given++
		}
	}
	if given != 1 {
		return errors.New("give exactly one of variables, rule and list")
	}
	s.byProperty = make(map[string][]string, len(s.Variables))
	for name, variable := range s.Variables {
		if variable == nil || variable.Property == "" || (variable.True == "") != (variable.False == "") {
			return fmt.Errorf("variables.%s: give a property, and both spellings of a boolean or none", name)
		}
		s.byProperty[variable.Property] = append(s.byProperty[variable.Property], name)
	}
	for _, names := range s.byProperty {
		slices.Sort(names)
	}
	if s.List != nil && (s.List.Variable == "" || s.List.Separator == "") {
		return errors.New("list: give the variable and the separator")
	}
	if s.Rule != nil {
		return s.Rule.prepare()
	}
	return nil
}

func (r *Rule) prepare() error {
	if r.Prefix == "" {
		return errors.New("rule: give the prefix")
	}
	r.excluded = make(map[string]bool, len(r.Exclude))
	for _, name := range r.Exclude {
		r.excluded[name] = true
	}
	for _, pair := range slices.Concat(r.Replace, r.Respell) {
		if pair.From == "" || pair.To == "" {
			return errors.New("rule: a replacement needs both from and to")
		}
	}
	for _, pair := range r.Replace {
		r.reversed = append(r.reversed, Pair{From: pair.To, To: pair.From})
	}
	return nil
}
