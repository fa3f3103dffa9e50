package workload

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/sluice-dev/sluice/document"
)

// Catalogue is all rows that count, with what recognition wants at hand: what a container
// costs does not grow with the number of rows. It does not change once it is made.
type Catalogue struct {
	distributions []*Distribution
	// own are those among them that are the user's own.
	own []*Distribution
	// configures are the programs of all rows that configure from the environment.
	configures []string
	// images are texts of which an image has one whenever a row's images can fit it.
	images []string
	// words are texts of which the command line has one whenever it tells a
	// distribution in an image of any name.
	words []string
	// named are the images by the last component of their repository; patterns are
	// those in which that has a wildcard.
	named    map[string][]rowImage
	patterns []rowImage
	// programs and classes are the starts that tell a distribution anywhere.
	programs, classes map[string][]rowStart
	// declared is the row of what pods say of themselves.
	declared *Distribution
	// setters are the programs that set a property of a file.
	setters map[string]*Setter
}

// rowImage is one of the images of a row.
type rowImage struct {
	*Image
	row *Distribution
}

// rowStart is one of the starts of a row.
type rowStart struct {
	*Start
	row *Distribution
}

// index fills what is computed from the distributions.
func (c *Catalogue) index() {
	slices.SortFunc(c.distributions, func(a, b *Distribution) int { return cmp.Compare(a.Name, b.Name) })
	c.named, c.programs, c.classes = make(map[string][]rowImage), make(map[string][]rowStart), make(map[string][]rowStart)
	c.setters = make(map[string]*Setter)
	for _, d := range c.distributions {
		c.configures = append(c.configures, d.Configures...)
		if d.Product == AnyProduct {
			c.declared = d
		}
		for i := range d.Setters {
			c.setters[d.Setters[i].Program] = &d.Setters[i]
		}
		for i := range d.Images {
			image := rowImage{&d.Images[i], d}
			c.images = append(c.images, image.telling())
			if last := image.components[len(image.components)-1]; len(last) == 1 {
				c.named[last[0]] = append(c.named[last[0]], image)
				continue
			}
			c.patterns = append(c.patterns, image)
		}
		for i := range d.Starts {
			start := rowStart{&d.Starts[i], d}
			switch {
			case !start.Anywhere:
				continue
			case start.Class != "":
				c.classes[start.Class] = append(c.classes[start.Class], start)
			default:
				c.programs[start.Program] = append(c.programs[start.Program], start)
			}
			c.words = append(c.words, start.telling())
		}
	}
	c.images, c.words = shortest(c.images), shortest(c.words)
}

// byImage returns the distributions whose images describe the container's best: more
// than one where an image holds several products, or others start it in their own way.
// The one that says what the image declares comes first.
func (c *Catalogue) byImage(ref reference, container *document.Node) []*Distribution {
	if !slices.ContainsFunc(c.images, func(text string) bool { return strings.Contains(ref.repository, text) }) {
		return nil
	}
	var best []*Distribution
	weight := 0
	consider := func(images []rowImage) {
		for _, image := range images {
			if image.weight < weight || !image.fits(ref, container) {
				continue
			}
			if image.weight > weight {
				best, weight = best[:0], image.weight
			}
			if !slices.Contains(best, image.row) {
				best = append(best, image.row)
			}
		}
	}
	consider(c.named[ref.repository[strings.LastIndexByte(ref.repository, '/')+1:]])
	consider(c.patterns)
	if i := slices.IndexFunc(best, (*Distribution).declares); i > 0 {
		best[0], best[i] = best[i], best[0]
	}
	return best
}

// declares reports whether the row says what its image declares.
func (d *Distribution) declares() bool { return len(d.Entrypoint)+len(d.Command) > 0 }

// declared returns the row that says what the image of a container declares, or nil.
func declared(rows []*Distribution) *Distribution {
	if len(rows) == 0 || !rows[0].declares() {
		return nil
	}
	return rows[0]
}

// mayStart reports whether a container's command line has a word that could tell a
// distribution whatever the image is called. MatchExpression asks the same.
func (c *Catalogue) mayStart(container *document.Node) bool {
	return slices.ContainsFunc(c.words, func(text string) bool { return mentions(container, text) })
}

// anywhere returns the start that a call fits in an image of any name, the one that
// asks for most.
func (c *Catalogue) anywhere(call call, pod *document.Node) (best rowStart, ok bool) {
	consider := func(starts []rowStart) {
		for _, start := range starts {
			if (!ok || start.weight > best.weight) && start.fits(call, pod) {
				best, ok = start, true
			}
		}
	}
	program := call.words[0].text
	base := path.Base(program)
	consider(c.programs[program])
	if base != program {
		consider(c.programs[base])
	}
	if runsClasses(base) {
		for _, word := range call.words[1:] {
			consider(c.classes[word.text])
		}
	}
	return best, ok
}

// runsClasses tells the programs that are given a Java class.
func runsClasses(program string) bool {
	switch program {
	case "java", "kafka-run-class.sh", "kafka-run-class":
		return true
	default:
		return false
	}
}

// telling is a text that each matching repository has: the longest one in its last
// component, with what stands before it where nothing there is open.
func (i *Image) telling() string {
	last := len(i.components) - 1
	text := slices.MaxFunc(i.components[last], func(a, b string) int { return cmp.Compare(len(a), len(b)) })
	for len(i.components[last]) == 1 && last > 0 && len(i.components[last-1]) == 1 {
		last--
		text = i.components[last][0] + "/" + text
	}
	return text
}

// telling is a text that some word of the command line has, raw, when the start fits.
// The ending is left out: Confluent's packages have scripts without it.
func (s *Start) telling() string { return strings.TrimSuffix(s.Program+s.Class, ".sh") }

// shortest returns the texts that contain no other one of them, sorted: to look for
// them is to look for all.
func shortest(texts []string) []string {
	var kept []string
	for _, text := range texts {
		if !slices.ContainsFunc(texts, func(other string) bool { return other != text && strings.Contains(text, other) }) {
			kept = append(kept, text)
		}
	}
	slices.Sort(kept)
	return slices.Compact(kept)
}
