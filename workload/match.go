package workload

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Bounds of the expression, which has a budget of one million in the API server. What
// is beyond them is let through unlooked: such pods are rare, and looking at them is
// what would cost. With them, a pod of 1.5 MiB, which is what etcd takes, stays below
// the budget unless nearly all of its words speak of Kafka.
const (
	maxMatchedContainers = 64
	maxMatchedWords      = 256
	maxMatchedWord       = 4096
)

// MoreImages and MoreWords stand in MatchTemplate for what the rows of a user's own add. They
// have no character that YAML would break a line at.
const (
	MoreImages = "@images@"
	MoreWords  = "@words@"
)

// MatchExpression returns a CEL expression over a pod, called object, that is true
// for every pod that Recognise accepts. It is for the matchConditions of a webhook
// configuration, which keep all other pods from depending on Sluice.
//
// It asks less than Recognise: whether the pod says of itself what it runs, or the name of
// an image or a word of a command line holds one of a few texts. What it costs to look for
// a text grows with the length of both, so that words are first looked over for short ones.
func (c *Catalogue) MatchExpression() string {
	var images, words strings.Builder
	for _, d := range c.own {
		for i := range d.Images {
			images.WriteString(d.Images[i].question())
		}
		for i := range d.Starts {
			words.WriteString(d.Starts[i].question())
		}
	}
	return strings.NewReplacer(MoreImages, images.String(), MoreWords, words.String()).Replace(MatchTemplate())
}

// MatchTemplate returns the MatchExpression of the built-in catalogue with MoreImages and
// MoreWords in it, once and twice. The chart, which knows a user's rows only when it is
// rendered, puts in their places what question returns.
func MatchTemplate() string {
	c := BuiltIn()
	word := fmt.Sprintf("(%s) && (word.size() > %d || %s%s)",
		containsAny("word", glances()), maxMatchedWord, containsAny("word", c.words), MoreWords)
	words := func(field string) string {
		return fmt.Sprintf("has(container.%[1]s) && (container.%[1]s.size() > %[2]d || container.%[1]s.exists(word, %[3]s))", field, maxMatchedWords, word)
	}
	// A pod without containers reaches the expression with a null: it is refused later.
	return fmt.Sprintf("has(object.spec) && has(object.spec.containers) && object.spec.containers != null && "+
		"(%s || object.spec.containers.size() > %d || object.spec.containers.exists(container, has(container.image) && (%s%s) || %s || %s))",
		declares("object"), maxMatchedContainers, containsAny("container.image", c.images), MoreImages, words("command"), words("args"))
}

// question asks, as one more alternative, whether an image has all that is literal in the
// pattern of its repository.
func (i *Image) question() string {
	texts, err := json.Marshal(strings.Split(strings.TrimPrefix(i.Repository, "/"), "*"))
	if err != nil {
		return " || true"
	}
	return " || " + string(texts) + ".all(text, container.image.contains(text))"
}

// question asks, as one more alternative, whether a word holds the text of a start that is
// told in an image of any name.
func (s *Start) question() string {
	if !s.Anywhere {
		return ""
	}
	return " || word.contains(" + strconv.Quote(s.telling()) + ")"
}

// declares asks whether a pod says of itself what it runs.
func declares(pod string) string {
	annotations := pod + ".metadata.annotations"
	return fmt.Sprintf("has(%s.metadata) && has(%s) && ('%s' in %s || '%s' in %s)",
		pod, annotations, RoleAnnotation, annotations, ContainerAnnotation, annotations)
}

// stems are short texts that the words of the catalogue have in common. What the
// expression costs on a large pod grows with the number of its glances: with seven it is
// beyond its budget. A start that has another text should be told by its image as well.
var stems = []string{"kafka", "zookeeper", "connect", "cruise"}

// glances are short texts of which each word of the catalogue has one.
func glances() []string {
	var all []string
	for _, text := range BuiltIn().words {
		all = append(all, glance(text))
	}
	return shortest(all)
}

// glance is a short text within another one, for which CEL asks the least it can.
func glance(text string) string {
	for _, stem := range stems {
		if strings.Contains(text, stem) {
			return stem
		}
	}
	return text[:min(len(text), 10)]
}

// containsAny asks whether a string holds one of the texts.
func containsAny(subject string, texts []string) string {
	questions := make([]string, len(texts))
	for i, text := range texts {
		questions[i] = subject + ".contains(" + strconv.Quote(text) + ")"
	}
	return strings.Join(questions, " || ")
}
