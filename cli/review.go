package cli

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"runtime/debug"
	"slices"

	"gomodules.xyz/jsonpatch/v2"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/pipeline"
	"github.com/sluice-dev/sluice/report"
	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/workload"
)

// review is how the inputs of one run are reviewed.
type review struct {
	app      *app
	pipeline *pipeline.Pipeline
	settings settings.Settings
	// request is what all requests have in common.
	request pipeline.Request
	// splice writes the changes into the bytes of the file.
	splice bool
	// objects keeps the objects and their patches.
	objects bool
}

// reviewed is what came of one input.
type reviewed struct {
	input *input
	// data is the content of the file, nil when it could not be read.
	data []byte
	// spliced are the documents whose bytes change, in their order.
	spliced []spliced
	// unspliced counts documents whose changes could not be written.
	unspliced int
	// objects are the objects as they would be admitted.
	objects []object
	// waivers are those of all objects that were judged.
	waivers []waived
	report  report.File
	// problems say what could not be read or judged.
	problems []error
}

// spliced is a document of a file, [start, end), and the bytes that take its place.
type spliced struct {
	start, end int
	data       []byte
}

// object is one object as it would be admitted.
type object struct {
	name       verdict.Object
	root       *document.Node
	operations []jsonpatch.Operation
}

// content returns the whole file with the changes in it.
func (r *reviewed) content() []byte {
	if len(r.spliced) == 0 {
		return r.data
	}
	var all []byte
	at := 0
	for _, s := range r.spliced {
		all = append(append(all, r.data[at:s.start]...), s.data...)
		at = s.end
	}
	return append(all, r.data[at:]...)
}

// prepare reads the settings and what lies around the inputs, and returns how to
// review them. Problems with the surroundings spoil no review; they are returned.
func (a *app) prepare(ctx context.Context, inputs []*input) (*review, []error, error) {
	decided, err := a.settings()
	if err != nil {
		return nil, nil, err
	}
	if slices.Contains(a.contextFiles, standardInput) && slices.ContainsFunc(inputs, (*input).isStandard) {
		return nil, nil, errors.New("standard input can be read only once: give it as a manifest or as --context")
	}
	around := surroundings.NewFiles(decided.Mesh.RootNamespace, a.namespace)
	problems := a.lookAround(ctx, around, inputs)
	if ctx.Err() != nil {
		return nil, nil, ctx.Err()
	}
	line := pipeline.New(decided, surroundings.WithSettings(around, decided.Mesh))
	return &review{app: a, pipeline: line, settings: decided}, problems, nil
}

// lookAround takes what it can from the context files, then from the inputs.
func (a *app) lookAround(ctx context.Context, around *surroundings.Files, inputs []*input) (problems []error) {
	for _, name := range a.contextFiles {
		data, err := a.read(ctx, &input{name: name})
		if err != nil {
			problems = append(problems, err)
			continue
		}
		syntax, failed := addAll(ctx, around.AddContext, document.Read(document.NewFile(name, data)))
		problems = append(append(problems, syntax...), failed...)
	}
	kept := 0
	for _, in := range inputs {
		data, err := a.read(ctx, in)
		if err != nil {
			in.failed = err
			continue
		}
		if in.readsOnce() || kept+len(data) <= keptSize {
			kept += len(data)
			in.keep(data)
		}
		if surroundings.Relevant(data) {
			// The syntax errors are left to the review.
			_, failed := addAll(ctx, around.Add, document.ReadSome(document.NewFile(in.name, data), surroundings.Relevant))
			problems = append(problems, failed...)
		}
	}
	return problems
}

// addAll adds documents. It returns what could not be read and what could be read but
// says nothing that makes sense.
func addAll(ctx context.Context, add func(*document.Document) error, documents iter.Seq2[*document.Document, error]) (syntax, failed []error) {
	for doc, err := range documents {
		switch {
		case ctx.Err() != nil:
			return syntax, failed
		case err != nil:
			syntax = append(syntax, err)
		default:
			if err := add(doc); err != nil {
				failed = append(failed, fmt.Errorf("%s: %w", doc.Position(doc.Root), err))
			}
		}
	}
	return syntax, failed
}

// run reviews all inputs and hands what came of each to emit, in their order.
func (r *review) run(ctx context.Context, inputs []*input, emit func(*reviewed) error) error {
	advance, end := r.app.showProgress(len(inputs))
	defer end()
	defer collectLess()()
	return inOrder(ctx, inputs,
		func(in *input) *reviewed { return r.review(ctx, in) },
		func(result *reviewed) error {
			advance()
			return emit(result)
		})
}

// garbagePercent is how far the heap may grow before it is collected, in percent of
// what is alive. A run is short and little of it lives long: collecting less often
// takes a fifth off its time, for some tens of megabytes.
const garbagePercent = 400

// collectLess makes the garbage collector run less often until the returned function
// is called, unless somebody has settled that by GOGC.
func collectLess() (restore func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	before := debug.SetGCPercent(garbagePercent)
	return func() { debug.SetGCPercent(before) }
}

func (r *review) review(ctx context.Context, in *input) *reviewed {
	result := &reviewed{input: in, report: report.File{Name: in.name}}
	data, err := r.app.read(ctx, in)
	if err != nil {
		result.unusable(err)
		return result
	}
	result.data = data
	for doc, err := range document.Read(document.NewFile(in.name, data)) {
		switch {
		case ctx.Err() != nil:
			return result
		case err != nil:
			result.unusable(err)
		default:
			r.document(ctx, doc, result)
		}
	}
	return result
}

// unusable notes that a document, or the file, could not be read.
func (r *reviewed) unusable(err error) {
	r.problems = append(r.problems, err)
	r.report.Unusable++
}

// document reviews the objects of one document and writes their changes into it.
func (r *review) document(ctx context.Context, doc *document.Document, result *reviewed) {
	first := len(result.report.Objects)
	patched := false
	for root := range workload.Objects(doc.Root) {
		request := r.request
		request.Root, request.Document = root, doc
		came, err := r.pipeline.Review(ctx, request)
		if err != nil {
			result.problems = append(result.problems, fmt.Errorf("%s: %w", doc.Position(root), err))
		}
		result.report.Objects = append(result.report.Objects, report.Object{
			Object: came.Object, Recognised: came.Recognised, Verdict: came.Verdict,
		})
		for _, waiver := range came.Waivers {
			result.waivers = append(result.waivers, waived{came.Object, waiver})
		}
		patched = patched || len(came.Operations) > 0
		if r.objects {
			result.objects = append(result.objects, object{came.Object, root, came.Operations})
		}
	}
	if !patched || !r.splice {
		return
	}
	data, err := document.Splice(doc)
	if err != nil {
		result.unspliced++
		declare(result.report.Objects[first:], doc, err)
		return
	}
	result.spliced = append(result.spliced, spliced{doc.Start, doc.End, data})
}

// declare takes back what was said to be changed in a document into which it could
// not be written.
func declare(objects []report.Object, doc *document.Document, cause error) {
	at, message := doc.Position(doc.Root), cause.Error()
	if refused, ok := errors.AsType[*document.SpliceError](cause); ok {
		at, message = refused.Position, refused.Message
		if refused.Path != "" {
			message = refused.Path + ": " + message
		}
	}
	for i := range objects {
		said := &objects[i].Verdict
		if !said.Changed() {
			continue
		}
		said.Changes = slices.DeleteFunc(said.Changes, func(c verdict.Change) bool { return !c.Shadow })
		said.Skips = append(said.Skips, verdict.Skip{
			Reason:   verdict.NotSpliced,
			Message:  message,
			Location: verdict.Location{File: at.File, Line: at.Line, Column: at.Column},
			Object:   objects[i].Object,
		})
	}
}
