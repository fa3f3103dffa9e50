package document

import (
	"bytes"
	"os"
	"testing"

	"go.yaml.in/yaml/v4"
	kubectl "sigs.k8s.io/yaml"
)

func statefulSet(b *testing.B) []byte {
	b.Helper()
	data, err := os.ReadFile("testdata/statefulset.yaml")
	if err != nil {
		b.Fatal(err)
	}
	return data
}

// A file of four documents, as 4,000 documents in 1,000 files are.
func BenchmarkRead(b *testing.B) {
	data := bytes.Repeat(append([]byte("---\n"), statefulSet(b)...), 4)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range Read(NewFile("kafka.yaml", data)) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(4*b.N), "µs/document")
}

// The floor that the YAML library sets: one document.
func BenchmarkYAMLNodes(b *testing.B) {
	data := statefulSet(b)
	b.ReportAllocs()
	for b.Loop() {
		var document yaml.Node
		if err := yaml.Unmarshal(data, &document); err != nil {
			b.Fatal(err)
		}
	}
}

// What kubectl's reader takes for one document.
func BenchmarkYAMLToJSON(b *testing.B) {
	data := statefulSet(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := kubectl.YAMLToJSON(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseJSON(b *testing.B) {
	data, err := kubectl.YAMLToJSON(statefulSet(b))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseJSON(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSplice(b *testing.B) {
	data := statefulSet(b)
	b.ReportAllocs()
	for b.Loop() {
		for doc, err := range Read(NewFile("kafka.yaml", data)) {
			if err != nil {
				b.Fatal(err)
			}
			e := NewEditor(doc.Root)
			template := doc.Root.At("spec", "template")
			e.SetSpec(template, "enableServiceLinks", NewBool(false))
			e.SetEnv(template.At("spec", "containers").Items()[0], "ADDED", "true")
			if _, err := Splice(doc); err != nil {
				b.Fatal(err)
			}
		}
	}
}
