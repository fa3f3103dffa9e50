// Package webhook is the door for the API server: admission reviews in, patches and
// warnings out. It runs on controller-runtime's servers, but decodes and answers the
// reviews itself, because controller-runtime's codec alone costs several times what
// the rest of a review does.
package webhook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/sluice-dev/sluice/pipeline"
)

// MaxBody bounds the body of a review, in bytes. etcd takes 1.5 MiB, and the API
// server twice as much as JSON, since it stores objects in a denser form
// (k8s.io/apiserver/pkg/server/config.go, MaxRequestBodyBytes). A review holds at
// most two objects, the new and the old one, and what surrounds them stays far
// below 1 MiB: 2 x 3 + 1.
const MaxBody = 7 << 20

// bodyTimeout is how long a client may take to send its body. The API server waits
// 30 seconds at most for the whole answer, and sends a body at once.
const bodyTimeout = 10 * time.Second

// Reviewer takes one object through; a *pipeline.Pipeline is one.
type Reviewer interface {
	Review(ctx context.Context, request pipeline.Request) (pipeline.Result, error)
}

// Admission answers admission reviews.
type Admission struct {
	reviewer Reviewer
	exempt   []string
	metrics  *Metrics
	log      *slog.Logger
	events   *events
	limit    limit
}

// NewAdmission answers reviews by what the reviewer says. Objects in ownNamespace,
// where Sluice itself runs, are let through like those in the system's namespaces;
// it may be empty.
func NewAdmission(reviewer Reviewer, ownNamespace string, metrics *Metrics, log *slog.Logger) *Admission {
	exempt := systemNamespaces
	if ownNamespace != "" {
		exempt = append(slices.Clone(exempt), ownNamespace)
	}
	return &Admission{reviewer: reviewer, exempt: exempt, metrics: metrics, log: log, limit: newLimit()}
}

// MutateHandler serves MutatePath.
func (a *Admission) MutateHandler() http.Handler {
	return &handler{Admission: a, path: MutatePath, review: a.mutate}
}

// ValidateHandler serves ValidatePath.
func (a *Admission) ValidateHandler() http.Handler {
	return &handler{Admission: a, path: ValidatePath, review: a.validate}
}

// handler is the HTTP side of one path.
type handler struct {
	*Admission
	path   string
	review func(context.Context, *review) (Response, error)
}

// buffers are one review's bytes, in and out. They are used again: a review then
// costs no allocation of its own size.
type buffers struct {
	in  bytes.Buffer
	out []byte
}

// keepBuffers is the largest buffer, in bytes, that is kept for the next review;
// ordinary pods are smaller, and a single huge one must not stay in memory.
const keepBuffers = 64 << 10

var pool = sync.Pool{New: func() any { return new(buffers) }}

// ServeHTTP answers one review.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b := pool.Get().(*buffers)
	defer func() {
		if b.in.Cap() <= keepBuffers && cap(b.out) <= keepBuffers {
			b.in.Reset()
			pool.Put(b)
		}
	}()
	begin := time.Now()
	large, err := h.readBody(&b.in, w, r)
	if large {
		defer h.limit.leaveLarge()
	}
	if err == nil {
		err = h.limit.enter(r.Context(), patience(r.URL))
	}
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	defer h.limit.leave()
	read, err := decodeReview(b.in.Bytes())
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	decoded := time.Now()
	response := h.guarded(r.Context(), read)
	reviewed := time.Now()
	b.out = response.appendReview(b.out[:0], read.apiVersion, read.uid)

	header := w.Header()
	header["Content-Type"] = contentType
	header.Set("Content-Length", strconv.Itoa(len(b.out)))
	if _, err := w.Write(b.out); err != nil {
		h.log.LogAttrs(r.Context(), slog.LevelWarn, "answer not sent", slog.String("uid", read.uid), slog.Any("error", err))
	}
	h.metrics.answered(h.path, read.dryRun, &response)
	h.metrics.stages(decoded.Sub(begin), reviewed.Sub(decoded), time.Since(reviewed))
	h.logReview(r.Context(), read, &response)
}

var contentType = []string{"application/json"}

// unread is why a body was not read, with the HTTP status that says so.
type unread struct {
	status int
	err    error
}

func (u *unread) Error() string { return u.err.Error() }
func (u *unread) Unwrap() error { return u.err }

// readBody reads the body. One that turns out large is read when no other is in work,
// and until leaveLarge is called none is.
func (h *handler) readBody(into *bytes.Buffer, w http.ResponseWriter, r *http.Request) (large bool, err error) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return false, &unread{http.StatusMethodNotAllowed, fmt.Errorf("the method is %s; admission reviews are sent with POST", clip(r.Method))}
	}
	given := r.Header.Get("Content-Type")
	if media, _, err := mime.ParseMediaType(given); err != nil || media != contentType[0] {
		return false, &unread{http.StatusUnsupportedMediaType, fmt.Errorf("the Content-Type is %q; admission reviews are application/json", clip(given))}
	}
	if size := r.ContentLength; 0 < size && size <= MaxBody {
		into.Grow(int(min(size, keepBuffers)) + bytes.MinRead)
	}
	// A writer that has no deadlines, as in a test, has no slow clients either.
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(bodyTimeout))
	body := http.MaxBytesReader(w, r.Body, MaxBody)
	_, err = into.ReadFrom(io.LimitReader(body, largeBody+1))
	if err == nil && into.Len() > largeBody {
		if err := h.limit.enterLarge(r.Context(), patience(r.URL)); err != nil {
			// A client that is still sending would not see the answer.
			_, _ = io.Copy(io.Discard, body)
			return false, err
		}
		large = true
		if size := r.ContentLength; 0 < size && size <= MaxBody {
			into.Grow(int(size) - into.Len() + bytes.MinRead)
		}
		_, err = into.ReadFrom(body)
	}
	if _, huge := errors.AsType[*http.MaxBytesError](err); huge {
		return large, &unread{http.StatusRequestEntityTooLarge, fmt.Errorf("the body is larger than %d bytes, more than any review that the API server sends", MaxBody)}
	}
	if err != nil {
		return large, fmt.Errorf("reading the body: %w", err)
	}
	_ = control.SetReadDeadline(time.Time{})
	return large, nil
}

// refuse answers what is not looked at with an HTTP error. The API server then goes by
// the failurePolicy.
func (h *handler) refuse(w http.ResponseWriter, r *http.Request, err error) {
	status, outcome := http.StatusBadRequest, Rejected
	if errors.Is(err, errBusy) {
		status, outcome = http.StatusServiceUnavailable, Shed
	} else if why, ok := errors.AsType[*unread](err); ok {
		status = why.status
	}
	h.metrics.refused(h.path, outcome)
	h.log.LogAttrs(r.Context(), slog.LevelWarn, "not reviewed", slog.String("outcome", string(outcome)),
		slog.String("path", h.path), slog.Int("status", status), slog.Any("error", err))
	http.Error(w, "sluice: "+err.Error(), status)
}

// guarded reviews, and makes of an error or a panic an answer that allows.
func (h *handler) guarded(ctx context.Context, r *review) (response Response) {
	defer func() {
		if reason := recover(); reason != nil {
			h.metrics.panics.Inc()
			h.log.LogAttrs(ctx, slog.LevelError, "panic in a review", slog.String("path", h.path), slog.String("uid", r.uid),
				slog.String("request", r.what()), slog.Any("panic", reason), slog.String("stack", string(debug.Stack())))
			response = Errored(r.uid)
		}
	}()
	response, err := h.review(ctx, r)
	if err != nil {
		h.log.LogAttrs(ctx, slog.LevelError, "review failed", slog.String("path", h.path), slog.String("uid", r.uid),
			slog.String("request", r.what()), slog.String("namespace", r.namespace), slog.Any("error", err))
		return Errored(r.uid)
	}
	return response
}

// logReview writes the one line of a review.
func (h *handler) logReview(ctx context.Context, r *review, response *Response) {
	if !h.log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	attributes := []slog.Attr{
		slog.String("path", h.path), slog.String("uid", r.uid), slog.String("request", r.what()),
		slog.String("namespace", r.namespace), slog.Bool("dryRun", r.dryRun),
		slog.String("outcome", string(response.Outcome)), slog.String("message", response.Message),
	}
	for _, annotation := range response.Annotations {
		attributes = append(attributes, slog.String(annotation.Key, annotation.Value))
	}
	h.log.LogAttrs(ctx, slog.LevelDebug, "review", attributes...)
}
