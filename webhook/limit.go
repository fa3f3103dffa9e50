package webhook

import (
	"context"
	"errors"
	"net/url"
	"time"
)

// maxReviews is how many reviews are in work at a time. One takes some tens of
// microseconds of a CPU, or waits up to 100 ms for a ConfigMap: more at a time would
// only take memory, some hundreds of KiB each.
const maxReviews = 128

// largeBody is the size of a body, in bytes, from which reviews wait for each other,
// before they are read whole: as a tree one of MaxBody takes tens of MiB, and whoever
// reaches the port can send many. Ordinary pods are smaller.
const largeBody = keepBuffers

// longestWait is how long a review waits at most until others are done.
const longestWait = time.Second

// errBusy is the answer to a review that waited in vain. The API server goes by the
// failurePolicy, as without an answer, but at once and knowing why.
var errBusy = errors.New("too many reviews at a time; this one was not looked at")

// limit lets a bounded number of reviews in at a time.
type limit struct{ places, large chan struct{} }

func newLimit() limit {
	return limit{places: make(chan struct{}, maxReviews), large: make(chan struct{}, 1)}
}

// enter waits for a place. Without an error it has to be followed by leave.
func (l limit) enter(ctx context.Context, patience time.Duration) error {
	return take(ctx, l.places, patience)
}

// leave gives the place to the next one.
func (l limit) leave() { <-l.places }

// enterLarge waits until no other large body is in work, before a place is asked for:
// who waits for it must not keep one from small ones. Without an error it has to be
// followed by leaveLarge.
func (l limit) enterLarge(ctx context.Context, patience time.Duration) error {
	return take(ctx, l.large, patience)
}

// leaveLarge lets the next large one in.
func (l limit) leaveLarge() { <-l.large }

// take waits for one of the places.
func take(ctx context.Context, places chan<- struct{}, patience time.Duration) error {
	select {
	case places <- struct{}{}:
		return nil
	default:
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case places <- struct{}{}:
		return nil
	case <-timer.C:
		return errBusy
	case <-ctx.Done():
		return errBusy
	}
}

// patience is half of what the API server waits for an answer, which is part of the
// address that it calls: the other half is for the review.
func patience(address *url.URL) time.Duration {
	if address.RawQuery == "" {
		return longestWait
	}
	waits, err := time.ParseDuration(address.Query().Get("timeout"))
	if err != nil || waits <= 0 {
		return longestWait
	}
	return min(waits/2, longestWait)
}
