package workload

import (
	"strconv"
	"strings"
)

// MatchExpression returns a CEL expression over a pod, called object, that is true
// for every pod that Recognise accepts. It is for the matchConditions of a webhook
// configuration, which keep all other pods from depending on Sluice.
//
// It asks less than Recognise: whether the name of an image or a word of a command
// line holds one of a few texts. CEL has a budget, and what it costs to look for a
// text grows with the length of both.
func MatchExpression() string {
	c := catalogued()
	var images []string
	for _, d := range c.distributions {
		for i := range d.Images {
			images = append(images, d.Images[i].telling())
		}
	}
	words := containsAny("word", c.words)
	// A pod without containers reaches the expression with a null: it is refused later.
	return "has(object.spec) && has(object.spec.containers) && object.spec.containers != null && " +
		"object.spec.containers.exists(container, " +
		"has(container.image) && (" + containsAny("container.image", shortest(images)) + ")" +
		" || has(container.command) && container.command.exists(word, " + words + ")" +
		" || has(container.args) && container.args.exists(word, " + words + "))"
}

// containsAny asks whether a string holds one of the texts.
func containsAny(subject string, texts []string) string {
	questions := make([]string, len(texts))
	for i, text := range texts {
		questions[i] = subject + ".contains(" + strconv.Quote(text) + ")"
	}
	return strings.Join(questions, " || ")
}
