package apiserver

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"gomodules.xyz/jsonpatch/v2"
	admissionv1 "k8s.io/api/admission/v1"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/util/json"
)

func rules(mutating *admissionregistrationv1.MutatingWebhookConfiguration, validating *admissionregistrationv1.ValidatingWebhookConfiguration) []admissionregistrationv1.RuleWithOperations {
	var list []admissionregistrationv1.RuleWithOperations
	for i := range mutating.Webhooks {
		list = append(list, mutating.Webhooks[i].Rules...)
	}
	for i := range validating.Webhooks {
		list = append(list, validating.Webhooks[i].Rules...)
	}
	return list
}

func timeouts(mutating *admissionregistrationv1.MutatingWebhookConfiguration, validating *admissionregistrationv1.ValidatingWebhookConfiguration) []int32 {
	var list []int32
	for i := range mutating.Webhooks {
		list = append(list, *mutating.Webhooks[i].TimeoutSeconds)
	}
	for i := range validating.Webhooks {
		list = append(list, *validating.Webhooks[i].TimeoutSeconds)
	}
	return list
}

func sideEffects(mutating *admissionregistrationv1.MutatingWebhookConfiguration, validating *admissionregistrationv1.ValidatingWebhookConfiguration) []admissionregistrationv1.SideEffectClass {
	var list []admissionregistrationv1.SideEffectClass
	for i := range mutating.Webhooks {
		list = append(list, *mutating.Webhooks[i].SideEffects)
	}
	for i := range validating.Webhooks {
		list = append(list, *validating.Webhooks[i].SideEffects)
	}
	return list
}

func failurePolicies(mutating *admissionregistrationv1.MutatingWebhookConfiguration, validating *admissionregistrationv1.ValidatingWebhookConfiguration) []admissionregistrationv1.FailurePolicyType {
	var list []admissionregistrationv1.FailurePolicyType
	for i := range mutating.Webhooks {
		list = append(list, *mutating.Webhooks[i].FailurePolicy)
	}
	for i := range validating.Webhooks {
		list = append(list, *validating.Webhooks[i].FailurePolicy)
	}
	return list
}

// reviews counts, by their own metrics, what the servers of an installation were sent.
func (i *installation) reviews(t *testing.T) float64 {
	t.Helper()
	total := 0.0
	for _, replica := range i.replicas {
		status, body, err := replica.get(t.Context(), replica.metrics, "/metrics")
		if err != nil || status != http.StatusOK {
			t.Fatalf("metrics: status %d, %v", status, err)
		}
		for lines := bufio.NewScanner(strings.NewReader(body)); lines.Scan(); {
			if strings.HasPrefix(lines.Text(), "sluice_admission_requests_total{") {
				value, err := strconv.ParseFloat(lines.Text()[strings.LastIndexByte(lines.Text(), ' ')+1:], 64)
				if err != nil {
					t.Fatal(err)
				}
				total += value
			}
		}
	}
	return total
}

// answer is the patch by which a handler answers.
func answer(t *testing.T, handler http.Handler, body string) []jsonpatch.Operation {
	t.Helper()
	request := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	var review admissionv1.AdmissionReview
	if err := json.Unmarshal(recorder.Body.Bytes(), &review); err != nil || review.Response == nil {
		t.Fatalf("status %d, %v: %s", recorder.Code, err, recorder.Body)
	}
	var operations []jsonpatch.Operation
	if len(review.Response.Patch) > 0 {
		if err := json.Unmarshal(review.Response.Patch, &operations); err != nil {
			t.Fatal(err)
		}
	}
	return operations
}
