package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/sluice-dev/sluice/charts"
)

// describes begins the comment of a value.
const describes = "# -- "

// addValues writes the table of the chart's values from the comments of values.yaml.
func (p pages) addValues() error {
	text, err := fs.ReadFile(charts.Sluice(), "values.yaml")
	if err != nil {
		return err
	}
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil {
		return err
	}
	var page strings.Builder
	page.WriteString(`# Values of the chart

Values of [charts/sluice](../charts/sluice), for ` + "`helm install --values`, and for `sluice install`" + `. What is not in this table
is refused.

| value | default | what it is |
|---|---|---|
`)
	if err := valueRows(&page, "", root.Content[0]); err != nil {
		return err
	}
	p["values.md"] = []byte(page.String())
	return nil
}

// valueRows writes a row for each value with a comment, and demands one of each that
// has no values below it.
func valueRows(page *strings.Builder, prefix string, mapping *yaml.Node) error {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		key, value := mapping.Content[i], mapping.Content[i+1]
		path := prefix + key.Value
		_, text, described := strings.Cut(key.HeadComment, describes)
		if described {
			fmt.Fprintf(page, "| `%s` | `%s` | %s |\n", path, valueText(value), strings.ReplaceAll(strings.TrimSpace(text), "|", `\|`))
		}
		if value.Kind == yaml.MappingNode && value.Style&yaml.FlowStyle == 0 && len(value.Content) > 0 {
			if err := valueRows(page, path+".", value); err != nil {
				return err
			}
		} else if !described {
			return fmt.Errorf("values.yaml:%d: %s has no comment that begins with %q", key.Line, path, describes)
		}
		if described && strings.Contains(text, "\n") {
			return errors.New("values.yaml: the comment of " + path + " has more than one line")
		}
	}
	return nil
}

// valueText is a default in one line.
func valueText(value *yaml.Node) string {
	switch {
	case value.Kind == yaml.ScalarNode && value.Value == "":
		return `""`
	case value.Kind == yaml.ScalarNode:
		return value.Value
	case value.Kind == yaml.MappingNode && value.Style&yaml.FlowStyle == 0:
		return "…"
	}
	clone := *value
	clone.Style = yaml.FlowStyle
	text, err := yaml.Marshal(&clone)
	if err != nil {
		return "…"
	}
	return strings.Join(strings.Fields(string(text)), " ")
}
