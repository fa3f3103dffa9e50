package settings_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"testing"

	"github.com/invopop/jsonschema"
	validator "github.com/santhosh-tekuri/jsonschema/v6"
	"sigs.k8s.io/yaml"

	"github.com/sluice-dev/sluice/mutators"
	"github.com/sluice-dev/sluice/settings"
)

var update = flag.Bool("update", false, "write docs/settings.schema.json anew")

const schemaFile = "../docs/settings.schema.json"

// generate makes the schema of the struct; descriptions are its comments.
func generate(t *testing.T) []byte {
	t.Helper()
	reflector := jsonschema.Reflector{ExpandedStruct: true, DoNotReference: true, RequiredFromJSONSchemaTags: true}
	if err := reflector.AddGoComments("github.com/sluice-dev/sluice/settings", "."); err != nil {
		t.Fatal(err)
	}
	schema := reflector.Reflect(&settings.Settings{})
	schema.ID = "https://github.com/sluice-dev/sluice/docs/settings.schema.json"
	schema.Title = "Settings of Sluice"

	defaults := settings.Default()
	mode := property(t, schema, "mode")
	mode.Enum, mode.Default = values(settings.Modes()), defaults.Mode
	modes := property(t, schema, "mutators")
	modes.AdditionalProperties = &jsonschema.Schema{Type: "string", Enum: values(settings.Modes())}
	modes.PropertyNames = &jsonschema.Schema{Enum: values(mutators.Names())}
	mesh := property(t, schema, "mesh")
	root := property(t, mesh, "rootNamespace")
	root.Default, root.MinLength = defaults.Mesh.RootNamespace, new(uint64)
	*root.MinLength = 1
	delivery := property(t, mesh, "inboundDelivery")
	delivery.Enum, delivery.Default = values(settings.Deliveries()), defaults.Mesh.InboundDelivery

	out, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(out, '\n')
}

func property(t *testing.T, schema *jsonschema.Schema, name string) *jsonschema.Schema {
	t.Helper()
	found, ok := schema.Properties.Get(name)
	if !ok {
		t.Fatalf("the struct has no %s", name)
	}
	return found
}

func values[T any](all []T) []any {
	anys := make([]any, len(all))
	for i, value := range all {
		anys[i] = value
	}
	return anys
}

func TestTheCommittedSchemaIsThatOfTheStruct(t *testing.T) {
	want := generate(t)
	if *update {
		if err := os.WriteFile(schemaFile, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	committed, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(committed, want) {
		t.Errorf("%s is stale: run go test ./settings -update", schemaFile)
	}
}

// TestSchemaAndReaderAgree feeds both with the same texts.
func TestSchemaAndReaderAgree(t *testing.T) {
	schema, err := validator.NewCompiler().Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	full, err := os.ReadFile("testdata/full.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, text string
		valid      bool
	}{
		// The validator reads YAML 1.1, where an unquoted off is a boolean.
		{"every key", string(bytes.ReplaceAll(full, []byte(": off #"), []byte(`: "off" #`))), true},
		{"no key", "{}", true},
		{"unknown key", "mdoe: shadow", false},
		{"unknown key of mesh", "mesh: {root: x}", false},
		{"unknown mode", "mode: audit", false},
		{"unknown mode of a mutator", "mutators: {service-links: audit}", false},
		{"unknown mutator", "mutators: {links: shadow}", false},
		{"unknown delivery", "mesh: {inboundDelivery: somewhere}", false},
		{"empty namespace", "mesh: {rootNamespace: ''}", false},
		{"null", "mesh: null", false},
		{"sequence", "mutators: [service-links]", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			asJSON, err := yaml.YAMLToJSON([]byte(test.text))
			if err != nil {
				t.Fatal(err)
			}
			value, err := validator.UnmarshalJSON(bytes.NewReader(asJSON))
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(value); (err == nil) != test.valid {
				t.Errorf("the schema says %v", err)
			}
			if _, err := settings.Parse([]byte(test.text), "s", mutators.Names()); (err == nil) != test.valid {
				t.Errorf("the reader says %v", err)
			}
		})
	}
}
