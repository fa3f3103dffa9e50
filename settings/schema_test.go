package settings_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/invopop/jsonschema"
	validator "github.com/santhosh-tekuri/jsonschema/v6"
	"sigs.k8s.io/yaml"

	"github.com/sluice-dev/sluice/mutators"
	"github.com/sluice-dev/sluice/pipeline"
	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/waivers"
	"github.com/sluice-dev/sluice/workload"
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
	if err := reflector.AddGoComments("github.com/sluice-dev/sluice/waivers", "../waivers"); err != nil {
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
	actions := property(t, schema, "actions")
	inside := property(t, actions, "namespaces").AdditionalProperties
	for _, each := range []*jsonschema.Schema{actions, inside} {
		property(t, each, "default").Enum = values(verdict.Actions())
		rules := property(t, each, "rules")
		rules.AdditionalProperties = &jsonschema.Schema{Type: "string", Enum: values(verdict.Actions())}
		rules.PropertyNames = &jsonschema.Schema{Pattern: settings.RulePattern}
	}
	property(t, actions, "default").Default = defaults.Actions.Default
	waived := property(t, schema, "waivers")
	waived.MaxItems, waived.Items.Required = new(uint64(waivers.MaxCount)), []string{"rule", "reason", "expires"}
	property(t, waived.Items, "rule").Pattern = waivers.RulePattern
	property(t, waived.Items, "reason").MaxLength = new(uint64(waivers.MaxReason))
	property(t, waived.Items, "expires").Pattern = waivers.ExpiresPattern
	mesh := property(t, schema, "mesh")
	root := property(t, mesh, "rootNamespace")
	root.Default, root.MinLength = defaults.Mesh.RootNamespace, new(uint64)
	*root.MinLength = 1
	delivery := property(t, mesh, "inboundDelivery")
	delivery.Enum, delivery.Default = values(settings.Deliveries()), defaults.Mesh.InboundDelivery
	images := property(t, schema, "images")
	property(t, images, "registry").Pattern = settings.RegistryPattern
	property(t, images, "pullSecrets").Items.Pattern = settings.NamePattern
	wait := property(t, images, "wait")
	wait.Pattern, wait.Not = settings.ImagePattern, &jsonschema.Schema{Pattern: ":latest$"}
	timeout := property(t, property(t, schema, "initOrdering"), "timeout")
	timeout.Type, timeout.Pattern, timeout.MinLength, timeout.Default = "string", settings.TimeoutPattern, new(uint64(2)), "3m"

	identity := property(t, schema, "identity")
	domain := property(t, identity, "trustDomain")
	domain.Default, domain.MinLength = defaults.Identity.TrustDomain, root.MinLength
	property(t, identity, "image").MinLength = root.MinLength
	port := property(t, identity, "ports").Items
	port.Minimum, port.Maximum = "1", json.Number(strconv.Itoa(settings.HighestPort))

	distributions := property(t, schema, "distributions")
	distributions.MaxItems, distributions.Items = new(uint64(64)), row(t)

	out, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(out, '\n')
}

// row makes the schema of a row of the catalogue, which has the names of its YAML.
func row(t *testing.T) *jsonschema.Schema {
	t.Helper()
	reflector := jsonschema.Reflector{
		ExpandedStruct: true, DoNotReference: true, Anonymous: true, RequiredFromJSONSchemaTags: true, FieldNameTag: "yaml",
		Mapper: func(of reflect.Type) *jsonschema.Schema {
			if of != reflect.TypeFor[workload.Variable]() {
				return nil
			}
			property := jsonschema.Schema{Type: "string", MinLength: new(uint64(1))}
			properties := jsonschema.NewProperties()
			for _, name := range []string{"property", "true", "false"} {
				properties.Set(name, &property)
			}
			return &jsonschema.Schema{OneOf: []*jsonschema.Schema{&property, {
				Type: "object", Properties: properties, Required: []string{"property"}, AdditionalProperties: jsonschema.FalseSchema,
			}}}
		},
	}
	if err := reflector.AddGoComments("github.com/sluice-dev/sluice/workload", "../workload"); err != nil {
		t.Fatal(err)
	}
	row := reflector.Reflect(&workload.Distribution{})
	row.Version, row.Required = "", []string{"name", "title", "product", "starts", "serviceLinks"}
	var products []any
	for _, product := range workload.Products() {
		if product != workload.AnyProduct {
			products = append(products, product)
		}
	}
	property(t, row, "product").Enum = products
	property(t, row, "serviceLinks").Enum = []any{workload.LinksIgnored, workload.LinksBecomeSettings, workload.LinksStopStart}
	starts := property(t, row, "starts")
	starts.MinItems = new(uint64(1))
	property(t, starts.Items, "program").Pattern, property(t, starts.Items, "class").Pattern = workload.StartPattern, workload.StartPattern
	image := property(t, property(t, row, "images").Items, "repository")
	image.Pattern, image.MaxLength = workload.RepositoryPattern, new(uint64(255))
	return row
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
		{"a row", ownRow, true},
		{"a row without a title", strings.Replace(ownRow, "title: Ours", "reference: x", 1), false},
		{"a row with an unknown key", strings.Replace(ownRow, "title: Ours", "titel: Ours", 1), false},
		{"a row of no product", strings.Replace(ownRow, "product: kafka", "product: pulsar", 1), false},
		{"a row of any product", strings.Replace(ownRow, "product: kafka", "product: any", 1), false},
		{"a row with a program that is none", strings.Replace(ownRow, "start-kafka.sh", "'start kafka'", 1), false},
		{"a row with an image that is none", strings.Replace(ownRow, "team/ours", "'team ours'", 1), false},
		{"a row with an unknown key of a start", strings.Replace(ownRow, "anywhere", "anywere", 1), false},
		{"a row that is a text", "distributions: [ours]", false},
		{"empty namespace", "mesh: {rootNamespace: ''}", false},
		{"port that is none", "identity: {ports: [70000]}", false},
		{"port as a text", "identity: {ports: ['9092']}", false},
		{"ports that are no sequence", "identity: {ports: 9092}", false},
		{"empty image", "identity: {image: ''}", false},
		{"a text for a truth", "identity: {imageVolume: 'true'}", false},
		{"null", "mesh: null", false},
		{"sequence", "mutators: [service-links]", false},
		{"an image by its digest", "images: {wait: 'registry.example.com:5000/sluice/sluice@sha256:" + strings.Repeat("0f", 32) + "'}", true},
		{"an image by tag and digest", "images: {wait: 'sluice/sluice:v1@sha256:" + strings.Repeat("0f", 32) + "'}", true},
		{"an image by its tag", "images: {wait: 'sluice:v1.2.3'}", true},
		{"actions", "actions: {default: 'off', rules: {mesh: deny}, namespaces: {a: {rules: {mesh/host-port: audit}}}}", true},
		{"no such action", "actions: {default: block}", false},
		{"no such action in a namespace", "actions: {namespaces: {a: {default: block}}}", false},
		{"a rule whose name can be none", "actions: {rules: {Mesh: warn}}", false},
		{"an action for a namespace as a whole", "actions: {namespaces: {a: warn}}", false},
		{"a waiver", "waivers: [{rule: mesh/host-port, container: a, name: b, namespace: c, reason: x, expires: '2027-01-31'}]", true},
		{"a waiver without a reason", "waivers: [{rule: mesh/host-port, expires: '2027-01-31'}]", false},
		{"a waiver of a group", "waivers: [{rule: mesh, reason: x, expires: '2027-01-31'}]", false},
		{"a waiver for 90 days", "waivers: [{rule: mesh/host-port, reason: x, expires: 90d}]", false},
		{"an image that moves", "images: {wait: 'sluice:latest'}", false},
		{"an image of a registry without a tag", "images: {wait: 'registry.example.com:5000/sluice'}", false},
		{"an image without a tag", "images: {wait: sluice}", false},
		{"a short digest", "images: {wait: 'sluice@sha256:0f'}", false},
		{"an empty image", "images: {wait: ''}", false},
		{"an image that is a number", "images: {wait: 7}", false},
		{"a registry with a port and a path", "images: {registry: 'mirror:5000/a/b'}", true},
		{"a registry with a scheme", "images: {registry: 'https://mirror'}", false},
		{"a registry with a slash at the end", "images: {registry: 'mirror/'}", false},
		{"a Secret", "images: {pullSecrets: [mirror.example.com]}", true},
		{"no Secrets", "images: {pullSecrets: []}", true},
		{"one Secret, as a string", "images: {pullSecrets: mirror}", false},
		{"a Secret that can have no such name", "images: {pullSecrets: [Mirror]}", false},
		{"a time", "initOrdering: {timeout: 1h30m10s}", true},
		{"no time", "initOrdering: {timeout: 0s}", false},
		{"an empty time", "initOrdering: {timeout: ''}", false},
		{"a time without a unit", "initOrdering: {timeout: '90'}", false},
		{"a number for a time", "initOrdering: {timeout: 90}", false},
		{"too long a time", "initOrdering: {timeout: 10000h}", false},
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
			if _, err := settings.Parse([]byte(test.text), "s", pipeline.Names()); (err == nil) != test.valid {
				t.Errorf("the reader says %v", err)
			}
		})
	}
}
