package webhook

import (
	"strings"
	"time"

	"golang.org/x/time/rate"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/cache"

	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/workload"
)

// EventRecorder writes events, without waiting for the API server to take them; an
// events.EventRecorder of client-go is one.
type EventRecorder interface {
	Eventf(regarding, related runtime.Object, eventtype, reason, action, note string, arguments ...any)
}

// The reasons of events.
const (
	eventPatched = "SluicePatched"
	eventFound   = "SluiceFound"
)

// The bounds of events: a StatefulSet that is scaled from one to a hundred tells its
// owner the same thing once, and ten thousand pods at a time do not fill etcd.
const (
	eventsPerSecond = 10
	eventsAtOnce    = 50
	eventAgain      = 10 * time.Minute
	eventsKnown     = 1024
	// maxNote is what the API server takes (k8s.io/kubernetes/pkg/apis/core/validation).
	maxNote = 1024
)

// events tells the owners of pods, where people look, what became of the pods. A nil
// one tells nobody.
type events struct {
	recorder EventRecorder
	limit    *rate.Limiter
	known    *cache.LRUExpireCache
}

// TellOwners lets the handlers leave events at the owners of pods.
func (a *Admission) TellOwners(recorder EventRecorder) {
	a.events = &events{recorder, rate.NewLimiter(eventsPerSecond, eventsAtOnce), cache.NewLRUExpireCache(eventsKnown)}
}

// changed tells of changes, and of what was left alone although it may matter.
func (e *events) changed(r *review, v *verdict.Verdict) {
	var changes, left codes
	for i := range v.Changes {
		if !v.Changes[i].Shadow {
			changes.add(string(v.Changes[i].Reason))
		}
	}
	for i := range v.Skips {
		if reason := v.Skips[i].Reason; !reason.Settled() {
			left.add(string(reason))
		}
	}
	if len(changes) == 0 {
		return
	}
	note := "Changed its pods: " + strings.Join(changes, ", ")
	if len(left) > 0 {
		note += ". Left alone: " + strings.Join(left, ", ")
	}
	e.tell(r, corev1.EventTypeNormal, eventPatched, note+". sluice explain CODE says more.")
}

// found tells of findings that only a controller would hear, since it made the object.
func (e *events) found(r *review, v *verdict.Verdict) {
	var rules codes
	var first string
	for i := range v.Findings {
		if finding := &v.Findings[i]; finding.Severity.AtLeast(verdict.Warning) && finding.Action != finding.Asked {
			rules.add(finding.Rule)
			if first == "" {
				first = finding.Message
			}
		}
	}
	if len(rules) == 0 {
		return
	}
	e.tell(r, corev1.EventTypeWarning, eventFound, "Found in what it makes: "+strings.Join(rules, ", ")+". "+first)
}

// tell leaves an event at the owner of the review's object. One that nobody owns has no
// UID yet, and its creator gets warnings.
func (e *events) tell(r *review, eventType, reason, note string) {
	if e == nil {
		return
	}
	owner := ownerOf(r)
	if owner == nil {
		return
	}
	key := string(owner.UID) + " " + note
	if _, known := e.known.Get(key); known || !e.limit.Allow() {
		return
	}
	e.known.Add(key, true, eventAgain)
	e.recorder.Eventf(owner, nil, eventType, reason, "Review", "%s", cut(clean(note), maxNote))
}

// ownerOf returns the controller of an object, or nil.
func ownerOf(r *review) *corev1.ObjectReference {
	reference := workload.ControllerOf(r.object)
	if reference.Get("uid").Text() == "" {
		return nil
	}
	return &corev1.ObjectReference{
		APIVersion: reference.Get("apiVersion").Text(), Kind: reference.Get("kind").Text(),
		Namespace: r.namespace, Name: reference.Get("name").Text(), UID: types.UID(reference.Get("uid").Text()),
	}
}
