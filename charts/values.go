package charts

import (
	"bytes"
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// merge returns the chart's values with others laid over them, the last one on top.
func merge(files fs.FS, values []map[string]any) (map[string]any, error) {
	var merged map[string]any
	if err := read(files, "values.yaml", &merged); err != nil {
		return nil, err
	}
	for _, over := range values {
		lay(merged, over)
	}
	schema, err := valuesSchema()
	if err != nil {
		return nil, err
	}
	if err := schema.Validate(any(merged)); err != nil {
		return nil, fmt.Errorf("the values do not fit the chart: %w", err)
	}
	return merged, nil
}

// lay puts values over others, mapping by mapping. A null takes a value away.
func lay(below, over map[string]any) {
	for key, value := range over {
		if value == nil {
			delete(below, key)
			continue
		}
		if mapping, ok := value.(map[string]any); ok {
			if beneath, ok := below[key].(map[string]any); ok {
				lay(beneath, mapping)
				continue
			}
		}
		below[key] = value
	}
}

// valuesSchema compiles values.schema.json.
var valuesSchema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	text, err := fs.ReadFile(Sluice(), "values.schema.json")
	if err != nil {
		return nil, err
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("values.schema.json", document); err != nil {
		return nil, err
	}
	return compiler.Compile("values.schema.json")
})

// Set lays one value over others: path is the keys, separated by dots, and text the
// value as YAML.
func Set(values map[string]any, path string, value any) error {
	keys := strings.Split(path, ".")
	for _, key := range keys[:len(keys)-1] {
		if key == "" {
			return fmt.Errorf("%q has an empty key", path)
		}
		next, ok := values[key].(map[string]any)
		if !ok {
			next = map[string]any{}
			values[key] = next
		}
		values = next
	}
	if values[keys[len(keys)-1]] = value; keys[len(keys)-1] == "" {
		return fmt.Errorf("%q has an empty key", path)
	}
	return nil
}
