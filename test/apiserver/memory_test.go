package apiserver

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/sluice-dev/sluice/webhook"
)

// resident returns the memory that a process has now and cannot give back, which a
// container's limit is about: the pages of its program can be read again.
func resident(t *testing.T, s *served) resource.Quantity {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.process.Process.Pid))
	if err != nil {
		t.Skip("only Linux says how much memory a process has")
	}
	for line := range strings.Lines(string(status)) {
		if pages, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			return resource.MustParse(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(pages), "kB")) + "Ki")
		}
	}
	t.Fatalf("no RssAnon in %s", status)
	return resource.Quantity{}
}

// most follows the memory of a process, and returns what returns the most that it had.
func most(t *testing.T, s *served) (stop func() resource.Quantity) {
	t.Helper()
	ended, found := make(chan struct{}), make(chan resource.Quantity)
	go func() {
		var most resource.Quantity
		for {
			if now := resident(t, s); now.Cmp(most) > 0 {
				most = now
			}
			select {
			case <-ended:
				found <- most
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	}()
	return func() resource.Quantity {
		close(ended)
		return <-found
	}
}

// large returns reviews as large as the API server sends them, and what somebody who
// means harm could send: as many values as possible.
func large(t *testing.T, namespace string) map[string][]byte {
	t.Helper()
	review := func(change func(pod map[string]any)) []byte {
		var body map[string]any
		if err := json.Unmarshal(reviewOf(t, namespace), &body); err != nil {
			t.Fatal(err)
		}
		change(body["request"].(map[string]any)["object"].(map[string]any))
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	// What etcd takes.
	const stored = 3 << 19
	container := func(pod map[string]any) map[string]any {
		return pod["spec"].(map[string]any)["containers"].([]any)[0].(map[string]any)
	}
	return map[string][]byte{
		"a long argument": review(func(pod map[string]any) { container(pod)["args"] = []any{strings.Repeat("a ", stored/2)} }),
		"many variables": review(func(pod map[string]any) {
			variables := container(pod)["env"].([]any)
			for i := range stored / 40 {
				variables = append(variables, map[string]any{"name": fmt.Sprintf("KAFKA_%07d", i), "value": "v"})
			}
			container(pod)["env"] = variables
		}),
		"many values":     review(func(pod map[string]any) { pod["future"] = make([]int, webhook.MaxBody/2-8<<10) }),
		"a little more":   review(func(pod map[string]any) { pod["future"] = strings.Repeat("a", webhook.MaxBody) }),
		"no end of depth": bytes.Repeat([]byte(`{"a":[`), webhook.MaxBody/6),
	}
}

// The kernel ends a server that needs more than its limit. The largest reviews, many at
// a time, do not make it need that; those that cannot be looked at are answered so.
func TestTheLargestReviewsFitTheMemoryLimit(t *testing.T) {
	i := installChart(t, map[string]any{})
	s := i.start(t)
	namespace := i.namespaceOf(t, nil)
	before := resident(t, s)
	stop := most(t, s)
	bodies := large(t, namespace)
	bodies["an ordinary one"] = reviewOf(t, namespace)
	send := func(ctx context.Context, body []byte) (int, string, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://"+s.listen+webhook.MutatePath, bytes.NewReader(body))
		if err != nil {
			return 0, "", err
		}
		request.Header.Set("Content-Type", "application/json")
		return s.do(request)
	}
	var mutex sync.Mutex
	answers := map[string]map[int]int{}
	var senders sync.WaitGroup
	for name, body := range bodies {
		answers[name] = map[int]int{}
		for range 16 {
			senders.Go(func() {
				for range 3 {
					status, answer, err := send(t.Context(), body)
					// A server may refuse a body, and close the connection, before all of it is sent.
					if err != nil && len(body) <= webhook.MaxBody {
						t.Errorf("%s: no answer: %v", name, err)
					}
					if status == http.StatusServiceUnavailable && !strings.Contains(answer, "too many reviews at a time") {
						t.Errorf("%s: %s", name, answer)
					}
					mutex.Lock()
					answers[name][status]++
					mutex.Unlock()
				}
			})
		}
	}
	senders.Wait()
	for name, status := range answers {
		t.Logf("%s, %d bytes: answers by status %v", name, len(bodies[name]), status)
	}
	// Alone each is answered as it should be.
	for name, want := range map[string]int{
		"a long argument": http.StatusOK, "many variables": http.StatusOK, "an ordinary one": http.StatusOK,
		"many values": http.StatusBadRequest, "no end of depth": http.StatusBadRequest,
	} {
		if status, answer, err := send(t.Context(), bodies[name]); err != nil || status != want {
			t.Errorf("%s: status %d, %v: %.200s", name, status, err, answer)
		}
	}
	var deployment appsv1.Deployment
	i.one(t, "Deployment", &deployment)
	limit := deployment.Spec.Template.Spec.Containers[0].Resources.Limits[corev1.ResourceMemory]
	after := stop()
	t.Logf("%s before, %s at most, the limit is %s", &before, &after, &limit)
	if after.Cmp(limit) >= 0 {
		t.Errorf("the server needed %s, its limit is %s", &after, &limit)
	}
}
