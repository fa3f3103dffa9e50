package webhook

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"github.com/prometheus/client_golang/prometheus/testutil"
	admissionv1 "k8s.io/api/admission/v1"

	"github.com/sluice-dev/sluice/settings"
)

// FuzzReview sends any bytes through the whole pipeline. Whatever they are, the
// answer is an HTTP error or a review that allows, without a panic, and a patch
// applies to the object that came.
func FuzzReview(f *testing.F) {
	pod, set := podReview(f), statefulSetReview(f)
	for _, review := range []request{
		pod, set, pod.with("dryRun", true), set.with("operation", "UPDATE").with("oldObject", set["object"]),
		pod.edited(f, `"labels": {`, `"annotations": {"proxy.istio.io/config": "{concurrency: 2", "sluice.dev/mode": "shadow"}, "labels": {`),
		pod.edited(f, `"labels": {`, `"annotations": {"proxy.istio.io/config": "concurrency: 2 # two\nholdApplicationUntilProxyStarts: false\n"}, "labels": {`),
		pod.edited(f, `"containers": [`, `"containers": [{"name": "istio-proxy", "image": "proxyv2"},`),
		pod.edited(f, `"/scripts/setup.sh"`, `"sh", "-c", "exec zkServer.sh start-foreground"`),
		pod.edited(f, "docker.io/bitnami/zookeeper:3.9.2-debian-12-r8", "apache/kafka:4.1.0"),
		pod.edited(f, "docker.io/bitnami/zookeeper:3.9.2-debian-12-r8", "confluentinc/cp-zookeeper:7.6.0"),
		pod.edited(f, "docker.io/bitnami/zookeeper:3.9.2-debian-12-r8", "bitnami/kafka:3.4.0"),
	} {
		f.Add(review.String())
	}
	f.Add(`{"kind":"AdmissionReview"`)
	d := newDesk(f, settings.Default())
	handlers := []http.Handler{d.MutateHandler(), d.ValidateHandler()}
	f.Fuzz(func(t *testing.T, body string) {
		for _, handler := range handlers {
			d.log.Reset()
			recorder := post(handler, body)
			if got := testutil.ToFloat64(d.metrics.panics); got != 0 {
				t.Fatalf("panic: %s", d.log)
			}
			if recorder.Code >= 400 && recorder.Code < 500 {
				continue
			}
			var answer admissionv1.AdmissionReview
			if err := json.Unmarshal(recorder.Body.Bytes(), &answer); err != nil || recorder.Code != http.StatusOK {
				t.Fatalf("status %d, %v: %s", recorder.Code, err, recorder.Body)
			}
			if !answer.Response.Allowed || answer.Response.UID == "" {
				t.Fatalf("the answer is %s", recorder.Body)
			}
			if len(answer.Response.Patch) == 0 {
				continue
			}
			checkPatch(t, body, answer.Response.Patch)
		}
	})
}

// checkPatch applies a patch with a library that is not ours, to the object as
// another decoder reads it.
func checkPatch(t *testing.T, body string, patch []byte) {
	t.Helper()
	var review struct {
		Request struct {
			Object json.RawMessage `json:"object"`
		} `json:"request"`
	}
	if err := json.NewDecoder(strings.NewReader(body)).Decode(&review); err != nil {
		t.Fatalf("encoding/json does not read what was answered: %v", err)
	}
	operations, err := jsonpatch.DecodePatch(patch)
	if err != nil {
		t.Fatalf("the patch is %s: %v", patch, err)
	}
	if _, err := operations.Apply(review.Request.Object); err != nil {
		t.Fatalf("the patch %s does not apply: %v", patch, err)
	}
}
