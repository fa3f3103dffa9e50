package webhook

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"gomodules.xyz/jsonpatch/v2"

	"github.com/sluice-dev/sluice/verdict"
)

// Outcome says in one word what became of a review; it is the label of a metric.
type Outcome string

// The outcomes. All but Refused, Rejected and Shed are answers that allow the object.
const (
	// Unhandled: an operation, kind or subresource that is not Sluice's business.
	Unhandled Outcome = "unhandled"
	// Exempt: Sluice's business, but in a place that it never touches.
	Exempt Outcome = "exempt"
	// Unrecognised: an object that runs no Kafka and no ZooKeeper.
	Unrecognised Outcome = "unrecognised"
	// Unchanged: looked at, and nothing had to be changed or said.
	Unchanged Outcome = "unchanged"
	// PatchSent: the answer carries a patch.
	PatchSent Outcome = "patched"
	// Warned: the answer carries warnings of findings.
	Warned Outcome = "warned"
	// Refused: the object was denied, as the settings ask for.
	Refused Outcome = "denied"
	// Failed: an error or a panic of ours; the object was allowed as it came.
	Failed Outcome = "failed"
	// Rejected: no review at all; the client got an HTTP error.
	Rejected Outcome = "rejected"
	// Shed: too many reviews at a time; the client got an HTTP error.
	Shed Outcome = "shed"
)

// outcomes lists all outcomes.
var outcomes = []Outcome{Unhandled, Exempt, Unrecognised, Unchanged, PatchSent, Warned, Refused, Failed, Rejected, Shed}

// Response is the answer to one review. It allows, unless its outcome is Refused.
type Response struct {
	Outcome Outcome
	// Message says in a sentence what was done or why nothing was. The API server
	// shows that of a refusal, and ignores all others; people who ask the webhook directly,
	// and the log, do not.
	Message string
	// Patch is the JSON of an RFC 6902 patch; empty without changes.
	Patch []byte
	// Warnings are shown to whoever made the API request.
	Warnings []string
	// Annotations go into the API server's audit log, under the webhook's name.
	Annotations []Annotation
}

// Annotation is one entry of the audit log: a subject and the codes that were
// given for it.
type Annotation struct{ Key, Value string }

// Allowed lets the object through as it is.
func Allowed(outcome Outcome, message string) Response {
	return Response{Outcome: outcome, Message: message}
}

// Denied refuses the object. message says why, and goes to whoever made the request.
func Denied(message string) Response {
	return Response{Outcome: Refused, Message: message}
}

// Patched lets the object through with changes. Without operations it is Allowed.
func Patched(operations []jsonpatch.Operation) Response {
	if len(operations) == 0 {
		return Allowed(Unchanged, "nothing to change")
	}
	return Response{Outcome: PatchSent, Message: "patched", Patch: appendPatch(make([]byte, 0, 1024), operations)}
}

// Errored lets the object through as it is although something of ours failed: a
// mesh setting that is missing can be put right, a pod that cannot start is an
// outage. The cause is logged and not told, since it may quote other objects.
func Errored(uid string) Response {
	return Response{
		Outcome:  Failed,
		Message:  "internal error",
		Warnings: []string{"sluice: an internal error; the object was admitted without its review (look for " + clip(uid) + " in Sluice's log)"},
	}
}

// WithWarnings returns the response with these warnings.
func (r Response) WithWarnings(warnings []string) Response {
	r.Warnings = warnings
	return r
}

// WithAnnotations returns the response with what the verdict says as audit
// annotations.
func (r Response) WithAnnotations(v *verdict.Verdict) Response {
	var changes, shadows, skips, findings codes
	for i := range v.Changes {
		if v.Changes[i].Shadow {
			shadows.add(string(v.Changes[i].Reason))
		} else {
			changes.add(string(v.Changes[i].Reason))
		}
	}
	for i := range v.Skips {
		skips.add(string(v.Skips[i].Reason))
	}
	for i := range v.Findings {
		findings.add(v.Findings[i].Rule)
	}
	for _, each := range []struct {
		key  string
		list codes
	}{{"changes", changes}, {"shadow-changes", shadows}, {"skips", skips}, {"findings", findings}} {
		if len(each.list) > 0 {
			r.Annotations = append(r.Annotations, Annotation{each.key, strings.Join(each.list, ",")})
		}
	}
	return r
}

// codes is a list without repetitions, in the order of their first use. The lists
// are as short as the table of codes.
type codes []string

func (c *codes) add(code string) {
	if !slices.Contains(*c, code) {
		*c = append(*c, code)
	}
}

// appendReview appends the AdmissionReview that answers the review of this version
// and UID. It is written by hand: an encoder that reflects costs several times as
// much as all the rest of an answer.
func (r Response) appendReview(dst []byte, apiVersion, uid string) []byte {
	dst = appendField(append(dst, `{"kind":"AdmissionReview",`...), "apiVersion", apiVersion)
	dst = appendField(append(dst, `,"response":{`...), "uid", uid)
	if r.Outcome == Refused {
		dst = append(dst, `,"allowed":false,"status":{"code":403,"reason":"Forbidden",`...)
	} else {
		dst = append(dst, `,"allowed":true,"status":{"code":200,`...)
	}
	dst = append(appendField(dst, "message", r.Message), '}')
	if len(r.Patch) > 0 {
		dst = append(dst, `,"patchType":"JSONPatch","patch":"`...)
		dst = append(base64.StdEncoding.AppendEncode(dst, r.Patch), '"')
	}
	if len(r.Annotations) > 0 {
		dst = append(dst, `,"auditAnnotations":{`...)
		for i, annotation := range r.Annotations {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendField(dst, annotation.Key, annotation.Value)
		}
		dst = append(dst, '}')
	}
	if len(r.Warnings) > 0 {
		dst = append(dst, `,"warnings":[`...)
		for i, warning := range r.Warnings {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendText(dst, warning)
		}
		dst = append(dst, ']')
	}
	return append(dst, "}}\n"...)
}

// appendPatch appends the operations as RFC 6902 writes them.
func appendPatch(dst []byte, operations []jsonpatch.Operation) []byte {
	for i := range operations {
		operation := &operations[i]
		separator := byte(',')
		if i == 0 {
			separator = '['
		}
		dst = appendField(append(dst, separator, '{'), "op", operation.Operation)
		dst = appendField(append(dst, ','), "path", operation.Path)
		// An Editor records every value as the JSON that it is; a removal has none.
		if operation.Value != nil {
			dst = append(append(dst, `,"value":`...), operation.Value.(json.RawMessage)...)
		}
		dst = append(dst, '}')
	}
	return append(dst, ']')
}

func appendField(dst []byte, name, value string) []byte {
	return appendText(append(appendText(dst, name), ':'), value)
}

// appendText quotes text, with U+FFFD for what is no valid UTF-8.
func appendText(dst []byte, text string) []byte {
	dst, _ = jsontext.AppendQuote(dst, text)
	return dst
}
