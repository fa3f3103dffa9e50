package certs

import (
	"net/http"
	"sync/atomic"
	"time"

	"k8s.io/utils/clock"
)

// serverClock tells the API server's time by the dates of its answers.
type serverClock struct {
	clock  clock.PassiveClock
	offset atomic.Int64
}

// negligible is what the dates of answers do not tell: they are in full seconds, and
// the answer was on its way.
const negligible = 5 * time.Second

// wrap reads the date of each answer that passes.
func (c *serverClock) wrap(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(request *http.Request) (*http.Response, error) {
		response, err := next.RoundTrip(request)
		if err == nil {
			if date, err := http.ParseTime(response.Header.Get("Date")); err == nil {
				c.offset.Store(int64(c.off(date)))
			}
		}
		return response, err
	})
}

// off returns by how much the machine's clock is behind, as far as it matters. The
// wall clock counts, which says something else than a monotonic one after a jump.
func (c *serverClock) off(date time.Time) time.Duration {
	offset := date.Sub(c.clock.Now().Round(0))
	if -negligible < offset && offset < negligible {
		return 0
	}
	return offset
}

func (c *serverClock) now() time.Time { return c.clock.Now().Round(0).Add(c.behind()) }

// behind is by how much the machine's clock is behind, as of the last answer.
func (c *serverClock) behind() time.Duration { return time.Duration(c.offset.Load()) }

type roundTripper func(*http.Request) (*http.Response, error)

// RoundTrip is for http.Client.
func (f roundTripper) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }
