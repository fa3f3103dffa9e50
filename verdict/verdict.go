// Package verdict is what Sluice says about an object: what it changed, what it
// left alone and why, and what it found. Both doors, the webhook and the command
// line, give the same Verdict for equal object, settings and surroundings.
package verdict

// Object names the Kubernetes object that a statement is about.
type Object struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace,omitempty"`
	Name       string `json:"name"`
}

// String writes the object as kubectl does, with its namespace where it is known:
// "StatefulSet kafka/broker".
func (o Object) String() string {
	name := o.Name
	if name == "" {
		name = "(unnamed)"
	}
	if o.Namespace != "" {
		name = o.Namespace + "/" + name
	}
	return o.Kind + " " + name
}

// Location is where something is written. The zero Location means that the object
// came through the API server, which keeps no positions.
type Location struct {
	File string `json:"file,omitempty"`
	// Line and Column count from 1; columns count characters.
	Line   int `json:"line,omitempty"`
	Column int `json:"column,omitempty"`
	// Within says where in which ConfigMap it is written, if in one: "line 3 of zoo.cfg
	// in ConfigMap zookeeper". It is there without a file, too.
	Within string `json:"within,omitempty"`
}

// Change is one thing that Sluice changed, or, in shadow mode, would have.
type Change struct {
	Reason   Code   `json:"reason"`
	Message  string `json:"message"`
	Location        // of the nearest thing that was there before the change
	Object   Object `json:"object"`
	// Path is the place of what changed, as in "spec.containers[0].env[2].value".
	Path string `json:"path"`
	// Shadow is true when the change was only computed.
	Shadow bool `json:"shadow,omitempty"`
}

// Skip is one thing that Sluice left alone although it looked at it.
type Skip struct {
	Reason  Code   `json:"reason"`
	Message string `json:"message"`
	Location
	Object Object `json:"object"`
}

// Finding is one rule's judgement of one fact.
type Finding struct {
	// Rule is group/kebab-name.
	Rule     string   `json:"rule"`
	Severity Severity `json:"severity"`
	// Action is what becomes of the finding at admission: never off.
	Action Action `json:"action"`
	// Asked is what the settings ask for. Action is less where nobody would hear it, or be
	// helped by it: in what a controller makes.
	Asked   Action `json:"-"`
	Message string `json:"message"`
	Location
	Object Object `json:"object"`
	// Path is the place of the fact, whether it is there or missing.
	Path string `json:"path"`
	// Fingerprint tells the finding in another run, 32 hexadecimal digits: it stays when
	// lines or neighbours in a list move, and when the message is put in other words.
	// Several findings of one rule in one place share it.
	Fingerprint string `json:"fingerprint"`
}

// Where says what in its object the finding speaks of, for people.
func (f *Finding) Where() string {
	if f.Within == "" {
		return f.Path
	}
	return f.Path + ", " + f.Within
}

// Verdict is everything that is said about one object.
type Verdict struct {
	Findings []Finding
	Changes  []Change
	Skips    []Skip
}

// Changed reports whether anything was really changed, shadow mode aside.
func (v *Verdict) Changed() bool {
	for i := range v.Changes {
		if !v.Changes[i].Shadow {
			return true
		}
	}
	return false
}
