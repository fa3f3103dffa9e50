package wait

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/sluice-dev/sluice/wait/target"
)

const (
	// attempt bounds one question to one target. A proxy that finds nobody behind it
	// hangs up much sooner; a quorum under load may take seconds to grant a session.
	attempt = 5 * time.Second
	// firstPause and lastPause stand between two rounds of questions. Pods that start
	// at once need a few seconds; nobody is to wait much longer than that, and nobody is
	// to be asked all the time.
	firstPause, lastPause = 250 * time.Millisecond, 2 * time.Second
	// reminder is how often a line says that nothing has changed.
	reminder = 30 * time.Second
)

// TimeoutError says who did not answer.
type TimeoutError struct {
	// After is how long they were asked.
	After time.Duration
	// Silent are the groups without an answer.
	Silent []Silence
}

// Silence is a group without an answer, and what came of the last question to each of
// its targets.
type Silence struct {
	Group target.Group
	Last  []string
}

// Error names each target with what came of the last question.
func (e *TimeoutError) Error() string {
	var text strings.Builder
	fmt.Fprintf(&text, "no answer within %s:", e.After)
	for i, silence := range e.Silent {
		if i > 0 {
			text.WriteString(";")
		}
		for j, to := range silence.Group {
			if j > 0 {
				text.WriteString(",")
			}
			fmt.Fprintf(&text, " %s %s", to, silence.Last[j])
		}
	}
	return text.String()
}

// For asks the groups until each of them has answered, which returns nil, until the
// timeout, which returns a *TimeoutError, or until the context ends, which returns its
// error. Every change of what is known is said in a line.
func For(ctx context.Context, groups []target.Group, timeout time.Duration, say func(line string)) error {
	start := time.Now()
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	silent := make([]*Silence, len(groups))
	var saying sync.Mutex
	var running sync.WaitGroup
	for i, group := range groups {
		running.Go(func() {
			a := &asker{group: group, last: make([]string, len(group)), start: start, say: func(line string) {
				saying.Lock()
				defer saying.Unlock()
				say(line)
			}}
			if !a.ask(limited) {
				silent[i] = &Silence{group, a.last}
			}
		})
	}
	running.Wait()
	failed := &TimeoutError{After: timeout}
	for _, silence := range silent {
		if silence != nil {
			failed.Silent = append(failed.Silent, *silence)
		}
	}
	switch {
	case len(failed.Silent) == 0:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	default:
		return failed
	}
}

// asker asks the targets of one group.
type asker struct {
	group target.Group
	// last is what came of the last question to each target.
	last  []string
	start time.Time
	say   func(string)
}

// ask goes on until a target answers, or until the context ends.
func (a *asker) ask(ctx context.Context) (answered bool) {
	reminded := a.start
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		if a.round(ctx) {
			return true
		}
		if now := time.Now(); now.Sub(reminded) >= reminder && ctx.Err() == nil {
			reminded = now
			a.say(fmt.Sprintf("still waiting for %s after %s", a.group, now.Sub(a.start).Round(time.Second)))
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(pause):
		}
	}
}

// reply is what came of a question to the target at an index of the group.
type reply struct {
	index  int
	answer string
	err    error
}

// round asks all targets at once, so that one that is silent holds up none.
func (a *asker) round(ctx context.Context) (answered bool) {
	asking, cancel := context.WithTimeout(ctx, attempt)
	defer cancel()
	replies := make(chan reply, len(a.group))
	for i, to := range a.group {
		go func() {
			answer, err := Check(asking, to)
			replies <- reply{i, answer, err}
		}()
	}
	for range a.group {
		r := <-replies
		if r.err == nil {
			a.say(fmt.Sprintf("%s %s, after %s", a.group[r.index], r.answer, time.Since(a.start).Round(time.Millisecond)))
			return true
		}
		if ctx.Err() != nil && a.last[r.index] != "" {
			continue // that was the end of the time, not the target's doing
		}
		if said := r.err.Error(); said != a.last[r.index] {
			a.last[r.index] = said
			a.say(fmt.Sprintf("%s %s", a.group[r.index], said))
		}
	}
	return false
}
