package pipeline

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/mutators"
	"github.com/sluice-dev/sluice/policies"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/workload"
)

// writer turns what mutators and rules say of nodes into what a person reads: the
// object's name and the place in the file.
type writer struct {
	object   verdict.Object
	document *document.Document
}

func (w writer) location(place workload.Place) verdict.Location { return locate(place, w.document) }

func locate(place workload.Place, doc *document.Document) verdict.Location {
	at := place.Position(doc)
	return verdict.Location{File: at.File, Line: at.Line, Column: at.Column, Within: place.Within()}
}

func (w writer) changes(changes []mutators.Change) []verdict.Change {
	said := make([]verdict.Change, len(changes))
	for i, change := range changes {
		said[i] = verdict.Change{
			Reason: change.Reason, Message: change.Message, Location: w.location(workload.At(change.Near)),
			Object: w.object, Path: change.Path, Shadow: change.Shadow,
		}
	}
	return said
}

func (w writer) skips(skips []mutators.Skip) []verdict.Skip {
	said := make([]verdict.Skip, len(skips))
	for i, skip := range skips {
		said[i] = verdict.Skip{Reason: skip.Reason, Message: skip.Message, Location: w.location(skip.Near), Object: w.object}
	}
	return said
}

func (w writer) findings(findings []policies.Finding) []verdict.Finding {
	said := make([]verdict.Finding, len(findings))
	for i := range findings {
		finding := &findings[i]
		said[i] = verdict.Finding{
			Rule: finding.Rule, Severity: finding.Severity, Message: finding.Message,
			Location: locate(finding.Place, cmp.Or(finding.In.Document, w.document)),
			Object:   finding.Object, Path: finding.Path, Fingerprint: fingerprint(finding),
		}
	}
	return said
}

// fingerprint sums up which rule finds something of which object, and where in it: by
// names and keys, not by numbers of lines.
func fingerprint(f *policies.Finding) string {
	within := ""
	if f.Place.Text != nil {
		within = f.Place.Text.String()
	}
	sum := sha256.New()
	for _, part := range [...]string{f.Rule, f.Object.APIVersion, f.Object.Kind, f.Object.Namespace, f.Object.Name, f.Named, within} {
		// A hash takes everything. The zero byte, which no part holds, parts them.
		_, _ = sum.Write(append([]byte(part), 0))
	}
	return hex.EncodeToString(sum.Sum(nil)[:fingerprintSize])
}

// fingerprintSize is the size of a fingerprint in bytes.
const fingerprintSize = 16
