package certs

import (
	"errors"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// The steps that can fail; they label a metric.
const (
	stepRead    = "read"
	stepForeign = "foreign"
	stepWrite   = "write"
	stepPublish = "publish"
)

var failureSteps = []string{stepRead, stepForeign, stepWrite, stepPublish}

// failure is an error with the step that failed.
type failure struct {
	step string
	err  error
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// patience is how long something fails before a person is called for, unless it is
// clear that only a person can help; again is how long until that is repeated.
const (
	patience = 10 * time.Minute
	again    = time.Hour
)

// trouble is what is failing at the moment.
type trouble struct {
	since, told time.Time
}

// report logs and counts a failure, and calls for a person when it lasts.
func (a *Authority) report(err error) {
	now := a.Clock.Now()
	if err == nil {
		if !a.trouble.since.IsZero() {
			a.Logger.Info("the certificates are in order again", "failedFor", now.Sub(a.trouble.since))
		}
		a.trouble = trouble{}
		return
	}
	if a.trouble.since.IsZero() {
		a.trouble.since = now
	}
	step := stepRead
	if failed, ok := errors.AsType[*failure](err); ok {
		step = failed.step
	}
	a.metrics.failed(step)
	a.Logger.Error("the certificates could not be looked after", "step", step, "error", err)
	if !onlyAPerson(step, err) && now.Sub(a.trouble.since) < patience || !a.trouble.told.IsZero() && now.Sub(a.trouble.told) < again {
		return
	}
	a.trouble.told = now
	until := "and no certificate is served"
	if s := a.current.Load(); s != nil {
		until = "and the certificate that is served expires at " + s.leaf.Leaf.NotAfter.UTC().Format(time.RFC3339)
	}
	a.warn("CertificatesFailing", fmt.Sprintf("%v; this has failed since %s, %s", err, a.trouble.since.UTC().Format(time.RFC3339), until))
}

// onlyAPerson says whether waiting is of no use.
func onlyAPerson(step string, err error) bool {
	return step == stepForeign || apierrors.IsForbidden(err) || apierrors.IsUnauthorized(err)
}

func (a *Authority) warn(reason, message string) {
	if a.Warn != nil {
		a.Warn(reason, message)
	}
}
