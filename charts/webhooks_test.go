package charts

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"reflect"
	"strings"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"sigs.k8s.io/yaml"

	"github.com/sluice-dev/sluice/webhook"
	"github.com/sluice-dev/sluice/workload"
)

var update = flag.Bool("update", false, "write files/webhooks.yaml anew")

// sent is what the chart takes from the code of a webhook.
type sent struct {
	Name            string                                       `json:"name"`
	Path            string                                       `json:"path"`
	Pods            bool                                         `json:"pods"`
	SideEffects     admissionregistrationv1.SideEffectClass      `json:"sideEffects"`
	Rules           []admissionregistrationv1.RuleWithOperations `json:"rules"`
	MatchConditions []admissionregistrationv1.MatchCondition     `json:"matchConditions"`
}

// What is sent to Sluice, and under which conditions, is decided in one place, the
// code that answers; the chart has a copy that must not grow old.
func TestTheChartSendsWhatTheCodeSays(t *testing.T) {
	var content struct {
		Mutating   []sent        `json:"mutating"`
		Validating []sent        `json:"validating"`
		Guard      webhook.Guard `json:"guard"`
	}
	endpoint := webhook.Endpoint{Expression: workload.MatchTemplate()}
	for _, w := range webhook.MutatingConfiguration(endpoint).Webhooks {
		content.Mutating = append(content.Mutating, sent{w.Name, *w.ClientConfig.Service.Path, true, *w.SideEffects, w.Rules, w.MatchConditions})
	}
	for i, w := range webhook.ValidatingConfiguration(endpoint).Webhooks {
		content.Validating = append(content.Validating, sent{w.Name, *w.ClientConfig.Service.Path, i == 0, *w.SideEffects, w.Rules, w.MatchConditions})
	}
	content.Guard = webhook.NewGuard(endpoint.Expression)
	want, err := yaml.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	want = append([]byte("# Written by make generate, from webhook/configuration.go and the catalogue.\n"), want...)
	if *update {
		if err := os.WriteFile("sluice/files/webhooks.yaml", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := fs.ReadFile(Sluice(), "files/webhooks.yaml")
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("files/webhooks.yaml is stale: run make generate (%v)", err)
	}
}

// The defaults of the chart are those of the code.
func TestTheChartDecidesAsTheCode(t *testing.T) {
	decidesAsTheCode(t, "{}", workload.BuiltIn())
}

// What the match conditions ask follows from the rows of the settings, in the chart as in
// the code.
func TestTheChartAsksForTheRowsOfTheSettings(t *testing.T) {
	values, err := os.ReadFile("testdata/rows.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s := settingsOf(t, string(values))
	if len(s.Distributions) != 2 {
		t.Fatalf("the server reads %d rows", len(s.Distributions))
	}
	catalogue := s.Catalogue()
	for _, asked := range []string{`["team","/our-kafka"].all(text, container.image.contains(text))`, `word.contains("start-our-kafka")`, `word.contains("com.example.kafka.Main")`} {
		if !strings.Contains(catalogue.MatchExpression(), asked) {
			t.Errorf("the code does not ask for %s", asked)
		}
	}
	decidesAsTheCode(t, string(values), catalogue)
}

// decidesAsTheCode compares what is rendered with what the code makes of a catalogue.
func decidesAsTheCode(t *testing.T, values string, catalogue *workload.Catalogue) {
	t.Helper()
	endpoint := webhook.Endpoint{Namespace: "sluice-system", Service: "sluice", Port: 443, Expression: catalogue.MatchExpression()}
	mutating, validating := webhook.MutatingConfiguration(endpoint), webhook.ValidatingConfiguration(endpoint)
	got := objects(t, render(t, values))
	for _, test := range []struct {
		kind string
		into any
		want any
	}{
		{"MutatingWebhookConfiguration", &admissionregistrationv1.MutatingWebhookConfiguration{}, mutating},
		{"ValidatingWebhookConfiguration", &admissionregistrationv1.ValidatingWebhookConfiguration{}, validating},
	} {
		text, err := yaml.Marshal(got.one(t, test.kind))
		if err != nil {
			t.Fatal(err)
		}
		if err := yaml.UnmarshalStrict(text, test.into); err != nil {
			t.Fatal(err)
		}
		switch configuration := test.into.(type) {
		case *admissionregistrationv1.MutatingWebhookConfiguration:
			configuration.Labels = nil
		case *admissionregistrationv1.ValidatingWebhookConfiguration:
			configuration.Labels = nil
		}
		gotText, err := yaml.Marshal(test.into)
		if err != nil {
			t.Fatal(err)
		}
		wantText, err := yaml.Marshal(test.want)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(gotText, wantText) {
			t.Errorf("the chart has\n%s\nthe code has\n%s", gotText, wantText)
		}
	}
	var policy admissionregistrationv1.ValidatingAdmissionPolicy
	text, err := yaml.Marshal(got.one(t, "ValidatingAdmissionPolicy"))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.UnmarshalStrict(text, &policy); err != nil {
		t.Fatal(err)
	}
	if want := webhook.NewGuard(endpoint.Expression).MatchConditions; !reflect.DeepEqual(policy.Spec.MatchConditions, want) {
		t.Errorf("the guard has\n%v\nthe code has\n%v", policy.Spec.MatchConditions, want)
	}
}
