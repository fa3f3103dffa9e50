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

// largeBody is the size of a body, in bytes, from which reviews wait for each other.
// As a tree a hostile body of MaxBody takes some hundreds of MiB, and whoever reaches
// the port can send many; ordinary pods are much smaller.
const largeBody = 256 << 10

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

// enter waits for a place for a body of that size, in bytes. Without an error it has to
// be followed by leave.
func (l limit) enter(ctx context.Context, size int, patience time.Duration) error {
	// Who waits for the other large ones must not keep a place from small ones.
	if size > largeBody {
		if err := take(ctx, l.large, patience); err != nil {
			return err
		}
	}
	err := take(ctx, l.places, patience)
	if err != nil && size > largeBody {
		<-l.large
	}
	return err
}

// leave gives the place to the next one.
func (l limit) leave(size int) {
	<-l.places
	if size > largeBody {
		<-l.large
	}
}

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
