package webhook

import (
	"errors"
	"fmt"
	"strings"

	"github.com/sluice-dev/sluice/document"
)

// review is one AdmissionReview as far as Sluice reads it: views into the tree that
// the whole review was decoded into, so that nothing is decoded twice.
type review struct {
	// apiVersion is the version in which the API server wants its answer.
	apiVersion string
	uid        string
	operation  string
	// group and kind name the kind of object.
	group, kind string
	subresource string
	// namespace is where the object is, or will be: a pod that its controller is
	// creating need not say so itself.
	namespace string
	dryRun    bool
	object    *document.Node
	oldObject *document.Node
}

// apiGroup begins the apiVersion of every AdmissionReview. Its two versions, v1 and
// v1beta1, are the same but for their name.
const apiGroup = "admission.k8s.io/"

// maxNodes bounds the values of a review. What etcd takes, 1.5 MiB, has some 80,000 at
// the 20 bytes that a value of a pod takes with its key, and at most 120,000 if it is
// nothing but short variables. As a tree the bound is 20 MiB.
const maxNodes = 150_000

// decodeReview reads an AdmissionReview. What it gets is not ours: every error says
// what the client has to do otherwise.
func decodeReview(body []byte) (*review, error) {
	if len(body) == 0 {
		return nil, errors.New("the request has no body; send an AdmissionReview as JSON")
	}
	root, err := document.ParseJSONWithin(body, maxNodes)
	if err != nil {
		return nil, fmt.Errorf("the body is not a JSON document: %w", err)
	}
	apiVersion, kind := root.Get("apiVersion").Text(), root.Get("kind").Text()
	if kind != "AdmissionReview" || apiVersion != apiGroup+"v1" && apiVersion != apiGroup+"v1beta1" {
		return nil, fmt.Errorf("the body is %q of %q; send an AdmissionReview of admission.k8s.io/v1", clip(kind), clip(apiVersion))
	}
	request := root.Get("request")
	if request == nil || request.Kind != document.Mapping {
		return nil, errors.New("the AdmissionReview has no request")
	}
	r := &review{
		apiVersion:  apiVersion,
		uid:         request.Get("uid").Text(),
		operation:   request.Get("operation").Text(),
		group:       request.At("kind", "group").Text(),
		kind:        request.At("kind", "kind").Text(),
		subresource: request.Get("subResource").Text(),
		namespace:   request.Get("namespace").Text(),
		dryRun:      request.Get("dryRun").IsTrue(),
		object:      request.Get("object"),
		oldObject:   request.Get("oldObject"),
	}
	if r.uid == "" {
		return nil, errors.New("request.uid is missing; an answer could not be told apart from others")
	}
	return r, nil
}

// what describes the request in half a sentence, for logs.
func (r *review) what() string {
	kind := r.kind
	if r.group != "" {
		kind += "." + r.group
	}
	if r.subresource != "" {
		kind += "/" + r.subresource
	}
	return strings.TrimSpace(r.operation + " " + kind)
}

// clip bounds text of a client that goes into messages.
func clip(text string) string {
	const most = 64
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "..."
}
