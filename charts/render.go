package charts

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"sigs.k8s.io/yaml"
)

// Release is what a chart is rendered for.
type Release struct {
	// Name names the objects; Namespace is where they go.
	Name, Namespace string
	// Service says who manages the objects, in one of their labels.
	Service string
}

// chart is what Chart.yaml says, as far as templates ask.
type chart struct {
	Name, Version, AppVersion string
}

// Render returns the chart's objects as YAML documents, in the order in which Helm
// installs them. Values replace the chart's own, as Helm's do, and must fit
// values.schema.json. Templates that are hooks of Helm, its tests, are left out.
func Render(release Release, values ...map[string]any) ([]byte, error) {
	files := Sluice()
	merged, err := merge(files, values)
	if err != nil {
		return nil, err
	}
	var about chart
	if err := read(files, "Chart.yaml", &about); err != nil {
		return nil, err
	}
	templates, err := parse(files)
	if err != nil {
		return nil, err
	}
	data := map[string]any{"Release": release, "Chart": about, "Values": merged, "Files": chartFiles{files}}
	var documents []document
	for _, name := range names(templates) {
		if path.Base(name)[0] == '_' || path.Dir(name) != "templates" {
			continue
		}
		var text strings.Builder
		if err := templates.ExecuteTemplate(&text, name, data); err != nil {
			return nil, fmt.Errorf("rendering the chart: %w", err)
		}
		for each := range strings.SplitSeq(text.String(), "\n---\n") {
			if blank(each) {
				continue
			}
			var head struct{ Kind string }
			if err := yaml.Unmarshal([]byte(each), &head); err != nil {
				return nil, fmt.Errorf("rendering the chart's %s: %w", name, err)
			}
			documents = append(documents, document{head.Kind, fmt.Sprintf("---\n# Source: %s/%s\n%s\n", about.Name, name, strings.TrimSpace(each))})
		}
	}
	slices.SortStableFunc(documents, document.compare)
	var out bytes.Buffer
	for _, each := range documents {
		out.WriteString(each.text)
	}
	return out.Bytes(), nil
}

// document is one object as text.
type document struct{ kind, text string }

// order is Helm's: what others need comes first. Kinds that are not listed come last,
// and webhook configurations among them, so that nothing is sent to a server that is
// not there yet.
var order = []string{
	"NetworkPolicy", "PodDisruptionBudget", "ServiceAccount", "ConfigMap", "ClusterRole", "ClusterRoleBinding",
	"Role", "RoleBinding", "Service", "Deployment",
}

// compare orders kinds; those that are not listed by their names.
func (d document) compare(other document) int {
	place := func(kind string) int {
		if i := slices.Index(order, kind); i >= 0 {
			return i
		}
		return len(order)
	}
	if c := cmp.Compare(place(d.kind), place(other.kind)); c != 0 || place(d.kind) < len(order) {
		return c
	}
	return cmp.Compare(d.kind, other.kind)
}

// blank says whether a document holds nothing but comments.
func blank(document string) bool {
	for line := range strings.Lines(document) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			return false
		}
	}
	return true
}

func names(templates *template.Template) []string {
	var list []string
	for _, each := range templates.Templates() {
		if strings.HasPrefix(each.Name(), "templates/") {
			list = append(list, each.Name())
		}
	}
	slices.Sort(list)
	return list
}

// parse reads the templates. They may use these functions and no others of Helm's.
func parse(files fs.FS) (*template.Template, error) {
	root := template.New("").Option("missingkey=zero")
	root.Funcs(template.FuncMap{
		"include": func(name string, data any) (string, error) {
			var text strings.Builder
			err := root.ExecuteTemplate(&text, name, data)
			return text.String(), err
		},
		"toYaml": func(value any) (string, error) {
			text, err := yaml.Marshal(value)
			return strings.TrimSuffix(string(text), "\n"), err
		},
		"fromYaml": func(text string) (map[string]any, error) {
			var value map[string]any
			err := yaml.Unmarshal([]byte(text), &value)
			return value, err
		},
		"quote":  func(value any) string { return strconv.Quote(fmt.Sprint(value)) },
		"indent": indent,
		"nindent": func(spaces int, text string) string {
			return "\n" + indent(spaces, text)
		},
		"sha256sum": func(text string) string {
			sum := sha256.Sum256([]byte(text))
			return hex.EncodeToString(sum[:])
		},
		"list":       func(values ...any) []any { return values },
		"replace":    func(old, with, text string) string { return strings.ReplaceAll(text, old, with) },
		"splitList":  func(separator, text string) []string { return strings.Split(text, separator) },
		"trimPrefix": func(prefix, text string) string { return strings.TrimPrefix(text, prefix) },
		"trimSuffix": func(suffix, text string) string { return strings.TrimSuffix(text, suffix) },
		"toJson": func(value any) (string, error) {
			text, err := json.Marshal(value)
			return string(text), err
		},
		"int": func(value any) (int, error) { return strconv.Atoi(fmt.Sprint(value)) },
	})
	found, err := fs.Glob(files, "templates/*")
	if err != nil {
		return nil, err
	}
	for _, name := range found {
		if strings.HasSuffix(name, "/tests") {
			continue
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		if _, err := root.New(name).Parse(string(text)); err != nil {
			return nil, fmt.Errorf("the chart: %w", err)
		}
	}
	return root, nil
}

func indent(spaces int, text string) string {
	margin := strings.Repeat(" ", spaces)
	return margin + strings.ReplaceAll(text, "\n", "\n"+margin)
}

// chartFiles are the chart's files for templates.
type chartFiles struct{ files fs.FS }

// Get returns a file's text.
func (f chartFiles) Get(name string) (string, error) {
	text, err := fs.ReadFile(f.files, name)
	return string(text), err
}

// read reads a YAML file of the chart.
func read(files fs.FS, name string, into any) error {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	return yaml.Unmarshal(text, into)
}
