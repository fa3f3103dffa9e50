// Package pipeline is the one way through Sluice: recognise, mutate, recognise
// again, judge. The webhook and the command line both go through it, which is why
// they agree.
package pipeline

import (
	"cmp"
	"context"
	"fmt"

	"gomodules.xyz/jsonpatch/v2"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/mutators"
	"github.com/sluice-dev/sluice/policies"
	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/workload"
)

// Pipeline reviews objects. It is safe for concurrent use.
type Pipeline struct {
	settings     settings.Settings
	catalogue    *workload.Catalogue
	surroundings surroundings.Surroundings
	mutators     mutators.Mutator
	engine       *policies.Engine
}

// New returns a pipeline that asks around for what lies outside the objects.
func New(s settings.Settings, around surroundings.Surroundings) *Pipeline {
	return &Pipeline{settings: s, catalogue: s.Catalogue(), surroundings: around, mutators: mutators.All(), engine: policies.New()}
}

// Names are what settings may name.
func Names() settings.Names {
	return settings.Names{Mutators: mutators.Names(), Rules: policies.Names}
}

// Request is one object to review.
type Request struct {
	// Root is the object. The mutators change it in place, unless an operator writes it:
	// then what will become of its pods is only computed.
	Root *document.Node
	// Document is where the object is written; nil for one that came through the
	// API server, whose statements then carry no location.
	Document *document.Document
	// Namespace is the namespace that the object will be in when its metadata does
	// not say, as in an admission review.
	Namespace string
	// SkipMutators leaves the object as it is written.
	SkipMutators bool
	// SkipRules leaves the object unjudged.
	SkipRules bool
	// Summarise leaves an annotation with the codes on the object, which has to be a
	// pod.
	Summarise bool
}

// Result is what came of a request.
type Result struct {
	// Object names the object.
	Object verdict.Object
	// Recognised is false when the object is none of Sluice's business; all else is
	// empty then.
	Recognised bool
	// Verdict is all that is to be said.
	Verdict verdict.Verdict
	// Controlled says that a controller made the object, and nobody reads its warnings.
	Controlled bool
	// Waivers are those that the object has, or that the settings have for it.
	Waivers []*Waived
	// Operations are the patch, in order; empty when nothing was changed.
	Operations []jsonpatch.Operation
}

// Review takes one object through. An error means that the rules could not be
// evaluated; the result then holds everything else, and the object is patched.
func (p *Pipeline) Review(ctx context.Context, request Request) (Result, error) {
	w := p.catalogue.Recognise(ctx, request.Root, request.Namespace, p.surroundings)
	if w == nil {
		return p.withoutProcess(ctx, &request)
	}
	statement := writer{object: w.Object, document: request.Document}
	result := Result{Object: w.Object, Recognised: true}
	misdeclared := misdeclared(request.Root, w)
	result.Verdict.Skips = statement.skips(misdeclared)

	root, patched := request.Root, false
	if !request.SkipMutators {
		owner := w.WrittenBy()
		if owner != nil {
			root = root.Copy()
			w = p.catalogue.Recognise(ctx, root, request.Namespace, p.surroundings)
		}
		editor := document.NewEditor(root)
		review := mutators.NewReview(w, editor, &p.settings, p.surroundings, w.Object.Namespace)
		review.Skips = misdeclared
		p.mutators.Mutate(ctx, review)
		if request.Summarise {
			mutators.Summarise(ctx, review, true)
		}
		if owner != nil {
			review.LeaveTo(owner)
		} else {
			result.Operations = editor.Operations()
		}
		patched = len(editor.Operations()) > 0
		result.Verdict.Changes = statement.changes(review.Changes)
		result.Verdict.Skips = statement.skips(review.Skips)
	}
	if request.SkipRules {
		return result, nil
	}
	if patched {
		// The rules judge what will run, so they see the patched tree.
		if w = p.catalogue.Recognise(ctx, root, request.Namespace, p.surroundings); w == nil {
			return result, fmt.Errorf("%s is no longer recognised after its own patch", result.Object)
		}
	}
	findings, err := p.engine.Judge(ctx, w, p.surroundings)
	p.judged(&result, findings, request.Root, w.Pod, statement)
	if err != nil {
		return result, fmt.Errorf("judging %s: %w", result.Object, err)
	}
	return result, nil
}

// withoutProcess is what comes of an object that runs neither Kafka nor ZooKeeper: rules
// may judge its kind all the same.
func (p *Pipeline) withoutProcess(ctx context.Context, request *Request) (Result, error) {
	result := Result{Object: workload.Identify(request.Root)}
	misdeclared := misdeclared(request.Root, nil)
	if misdeclared != nil {
		result.Recognised = true
		result.Object.Namespace = cmp.Or(result.Object.Namespace, request.Namespace)
		result.Verdict.Skips = writer{result.Object, request.Document}.skips(misdeclared)
	}
	if request.Summarise {
		editor := document.NewEditor(request.Root)
		pod := &workload.Workload{Root: request.Root, Pod: request.Root}
		review := mutators.NewReview(pod, editor, &p.settings, p.surroundings, request.Namespace)
		review.Skips = misdeclared
		mutators.Summarise(ctx, review, false)
		result.Operations = editor.Operations()
	}
	if request.SkipRules {
		return result, nil
	}
	findings, judged, err := p.engine.JudgeObject(ctx, request.Root, request.Namespace, p.surroundings)
	if !judged {
		return result, nil
	}
	result.Recognised = true
	result.Object.Namespace = cmp.Or(result.Object.Namespace, request.Namespace)
	p.judged(&result, findings, request.Root, nil, writer{result.Object, request.Document})
	if err != nil {
		return result, fmt.Errorf("judging %s: %w", result.Object, err)
	}
	return result, nil
}

// misdeclared says what is wrong with what the pod of an object says of itself.
func misdeclared(root *document.Node, w *workload.Workload) []mutators.Skip {
	m := workload.Misdeclared(root, w)
	if m == nil {
		return nil
	}
	return []mutators.Skip{{Reason: m.Reason, Message: m.Message, Near: workload.At(m.Near)}}
}
