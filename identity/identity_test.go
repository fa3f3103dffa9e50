package identity

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestFilterIsTheGoldenOne(t *testing.T) {
	t.Parallel()
	got, err := Filter(9092, "istio-system")
	if err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "filter-9092.yaml")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the filter is not %s, but\n%s", golden, got)
	}
}

// One label selects one filter, whose port is nowhere in another's.
func TestFiltersOfTwoPortsShareNothing(t *testing.T) {
	t.Parallel()
	first, _ := Filter(9092, "istio-system")
	second, _ := Filter(9093, "istio-system")
	if strings.ReplaceAll(first, "9092", "9093") != second {
		t.Error("the filters of two ports differ in more than the port")
	}
	if strings.Contains(second, "9092") {
		t.Error("the filter of 9093 speaks of 9092")
	}
}

func TestFilterRefusesWhatIsNoPortOrNamespace(t *testing.T) {
	t.Parallel()
	for _, port := range []int{-1, 0, 65536} {
		if _, err := Filter(port, "istio-system"); err == nil {
			t.Errorf("port %d was taken", port)
		}
	}
	for _, namespace := range []string{"", "A", "a_b", "a\nb", "-a", strings.Repeat("a", 64)} {
		if _, err := Filter(9092, namespace); err == nil {
			t.Errorf("namespace %q was taken", namespace)
		}
	}
}

func TestSecretsAreNewAndFitThePlugIn(t *testing.T) {
	t.Parallel()
	first, err := Secret("kafka", "")
	if err != nil {
		t.Fatal(err)
	}
	value := secretValue(t, first, SecretCurrent)
	if !secretText.MatchString(value) {
		t.Errorf("the plug-in would refuse %q", value)
	}
	second, err := Secret("kafka", value)
	if err != nil {
		t.Fatal(err)
	}
	if previous := secretValue(t, second, SecretPrevious); previous != value {
		t.Errorf("previous is %q, not %q", previous, value)
	}
	if secretValue(t, second, SecretCurrent) == value {
		t.Error("the new value is the old one")
	}
	if _, err := Secret("kafka", "short"); err == nil || strings.Contains(err.Error(), "short") {
		t.Errorf("a value that the plug-in refuses gave %v", err)
	}
}

func TestThePlugInHasTheSameNumbers(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("../principal/src/main/java/dev/sluice/kafka/ProxyV2.java")
	if err != nil {
		t.Fatal(err)
	}
	for name, number := range map[string]string{"ID": "0xE0", "SECRET": "0xE1"} {
		if !regexp.MustCompile(`byte ` + name + ` = \(byte\) ` + number).Match(source) {
			t.Errorf("ProxyV2.java does not say that %s is %s", name, number)
		}
	}
}

func TestTheImageHasThePlugInWhereItIsLookedFor(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("../release/image/plug_in.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(source, []byte(`"`+PlugInInImage+`"`)) {
		t.Errorf("the recipe of the image does not have %s", PlugInInImage)
	}
}

func TestPolicyIsYAML(t *testing.T) {
	t.Parallel()
	var kinds []string
	for part := range bytes.SplitSeq([]byte(Policy()), []byte("\n---\n")) {
		var object struct {
			Kind     string
			Metadata struct{ Name string }
		}
		if err := yaml.Unmarshal(part, &object); err != nil {
			t.Fatal(err)
		}
		kinds = append(kinds, object.Kind+" "+object.Metadata.Name)
	}
	want := "ValidatingAdmissionPolicy sluice-identity-labels, ValidatingAdmissionPolicyBinding sluice-identity-labels, " +
		"ValidatingAdmissionPolicy sluice-identity-filters, ValidatingAdmissionPolicyBinding sluice-identity-filters"
	if got := strings.Join(kinds, ", "); got != want {
		t.Errorf("the policy has %s", got)
	}
}

func secretValue(t *testing.T, text, key string) string {
	t.Helper()
	var object struct {
		StringData map[string]string `yaml:"stringData"`
	}
	if err := yaml.Unmarshal([]byte(text), &object); err != nil {
		t.Fatal(err)
	}
	return object.StringData[key]
}
