package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/sluice-dev/sluice/pipeline"
	"github.com/sluice-dev/sluice/settings"
)

// panicking and failing are what a mistake of ours would look like.
type panicking struct{}

func (panicking) Review(context.Context, pipeline.Request) (pipeline.Result, error) {
	panic("out of luck")
}

type failing struct{}

func (failing) Review(context.Context, pipeline.Request) (pipeline.Result, error) {
	return pipeline.Result{}, errors.New("out of luck")
}

func TestFailsOpen(t *testing.T) {
	for _, test := range []struct {
		name     string
		reviewer Reviewer
		panics   float64
	}{{"panic", panicking{}, 1}, {"error", failing{}, 0}} {
		t.Run(test.name, func(t *testing.T) {
			d := deskOf(test.reviewer)
			response := answered(t, d.MutateHandler(), podReview(t).String())
			if response.Patch != nil || len(response.Warnings) != 1 || !strings.Contains(response.Warnings[0], "uid-1") {
				t.Errorf("patch %s, warnings %q", response.Patch, response.Warnings)
			}
			if strings.Contains(response.Warnings[0], "luck") {
				t.Errorf("the warning tells the cause: %q", response.Warnings[0])
			}
			if got := testutil.ToFloat64(d.metrics.panics); got != test.panics {
				t.Errorf("%v panics counted", got)
			}
			if d.count(MutatePath, Failed, "false") != 1 {
				t.Error("not counted as failed")
			}
			if log := d.log.String(); !strings.Contains(log, `"level":"ERROR"`) || !strings.Contains(log, "out of luck") {
				t.Errorf("log: %s", log)
			}
			answered(t, d.ValidateHandler(), statefulSetReview(t).String())
		})
	}
}

// waiting is a Reviewer that is at work until it is released.
type waiting struct{ begun, release chan struct{} }

func (w waiting) Review(context.Context, pipeline.Request) (pipeline.Result, error) {
	w.begun <- struct{}{}
	<-w.release
	return pipeline.Result{}, nil
}

func TestLargeReviewsWaitForEachOtherAndSmallOnesDoNot(t *testing.T) {
	reviewer := waiting{make(chan struct{}), make(chan struct{})}
	handler := deskOf(reviewer).MutateHandler()
	small := podReview(t).String()
	large := small + strings.Repeat(" ", largeBody)
	done := make(chan int, 2)
	send := func(body string) { done <- post(handler, body).Code }

	go send(large)
	<-reviewer.begun
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	request := httptest.NewRequestWithContext(ctx, http.MethodPost, "/", strings.NewReader(large))
	request.Header.Set("Content-Type", "application/json")
	second := httptest.NewRecorder()
	handler.ServeHTTP(second, request)
	if second.Code != http.StatusServiceUnavailable {
		t.Errorf("the second large review: status %d", second.Code)
	}
	go send(small)
	<-reviewer.begun
	close(reviewer.release)
	for range 2 {
		if code := <-done; code != http.StatusOK {
			t.Errorf("status %d", code)
		}
	}
	go send(large)
	<-reviewer.begun
	if code := <-done; code != http.StatusOK {
		t.Errorf("after the first large review: status %d", code)
	}
}

func TestOverloadIsAnsweredWhileTheAPIServerStillListens(t *testing.T) {
	reviewer := waiting{make(chan struct{}), make(chan struct{})}
	d := deskOf(reviewer)
	handler, body := d.MutateHandler(), podReview(t).String()
	done := make(chan int, maxReviews)
	for range maxReviews {
		go func() { done <- post(handler, body).Code }()
	}
	for range maxReviews {
		<-reviewer.begun
	}
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, MutatePath+"?timeout=20ms", strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	shed := httptest.NewRecorder()
	handler.ServeHTTP(shed, request)
	if shed.Code != http.StatusServiceUnavailable || !strings.Contains(shed.Body.String(), "too many reviews at a time") || d.count(MutatePath, Shed, "false") != 1 {
		t.Errorf("status %d: %s", shed.Code, shed.Body)
	}
	close(reviewer.release)
	for range maxReviews {
		if code := <-done; code != http.StatusOK {
			t.Errorf("status %d for one that had a place", code)
		}
	}
	go func() { <-reviewer.begun }()
	if code := post(handler, body).Code; code != http.StatusOK {
		t.Errorf("status %d once there are places again", code)
	}
}

func TestAReviewWaitsForHalfOfTheAPIServersPatience(t *testing.T) {
	for query, want := range map[string]time.Duration{
		"": longestWait, "timeout=1s": 500 * time.Millisecond, "timeout=30s": longestWait, "timeout=-1s": longestWait, "timeout=soon": longestWait, "a=b": longestWait,
	} {
		if got := patience(&url.URL{RawQuery: query}); got != want {
			t.Errorf("%q: %s", query, got)
		}
	}
}

func TestAllowsAReviewWithoutItsObject(t *testing.T) {
	d := newDesk(t, settings.Default())
	for name, object := range map[string]any{"missing": nil, "a list": []int{}, "a string": "pod"} {
		t.Run(name, func(t *testing.T) {
			if response := answered(t, d.MutateHandler(), podReview(t).with("object", object).String()); len(response.Warnings) != 1 {
				t.Errorf("warnings: %q", response.Warnings)
			}
		})
	}
}

func TestOddObjectsAreAllowed(t *testing.T) {
	d := newDesk(t, settings.Default())
	for _, object := range []string{
		`{}`, `{"kind":"Pod","apiVersion":"v1"}`,
		`{"kind":"Pod","apiVersion":"v1","metadata":null,"spec":null}`,
		`{"kind":"Pod","apiVersion":"v1","metadata":[],"spec":[]}`,
		`{"kind":"Pod","apiVersion":"v1","spec":{"containers":{}}}`,
		`{"kind":"Pod","apiVersion":"v1","spec":{"containers":[null,1,"x",[],{}]}}`,
		`{"kind":"Pod","apiVersion":"v1","spec":{"containers":[{"image":1,"env":"x","command":{},"args":[1]}]}}`,
		`{"kind":"Pod","apiVersion":"v1","spec":{"containers":[{"image":"bitnami/zookeeper","env":[null,{},{"name":1}]}]}}`,
		`{"kind":"Pod","apiVersion":"v1","metadata":{"annotations":"x"},"spec":{"containers":[{"image":"bitnami/zookeeper"}]}}`,
		`{"kind":"Deployment","apiVersion":"apps/v1","spec":{"template":[]}}`,
	} {
		answered(t, d.MutateHandler(), podReview(t).with("object", json.RawMessage(object)).String())
		answered(t, d.ValidateHandler(), podReview(t).with("object", json.RawMessage(object)).String())
		answered(t, d.ValidateHandler(), statefulSetReview(t).with("object", json.RawMessage(object)).String())
	}
	if got := testutil.ToFloat64(d.metrics.panics); got != 0 {
		t.Errorf("%v panics: %s", got, d.log)
	}
}
