package charts

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"sigs.k8s.io/yaml"

	"github.com/sluice-dev/sluice/webhook"
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
	for _, w := range webhook.MutatingConfiguration(webhook.Endpoint{}).Webhooks {
		content.Mutating = append(content.Mutating, sent{w.Name, *w.ClientConfig.Service.Path, true, *w.SideEffects, w.Rules, w.MatchConditions})
	}
	for i, w := range webhook.ValidatingConfiguration(webhook.Endpoint{}).Webhooks {
		content.Validating = append(content.Validating, sent{w.Name, *w.ClientConfig.Service.Path, i == 0, *w.SideEffects, w.Rules, w.MatchConditions})
	}
	content.Guard = webhook.NewGuard()
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
	endpoint := webhook.Endpoint{Namespace: "sluice-system", Service: "sluice", Port: 443}
	mutating, validating := webhook.MutatingConfiguration(endpoint), webhook.ValidatingConfiguration(endpoint)
	got := objects(t, render(t))
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
}
