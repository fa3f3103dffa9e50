package workload

import (
	"path"
	"slices"

	"github.com/sluice-dev/sluice/document"
)

// Command is a program that a container runs, with its arguments.
type Command struct {
	Container *document.Node
	// Words are what the program gets, its own name first.
	Words []Word
}

// Word is one word of a command.
type Word struct {
	// Text is what the program gets. What cannot be known stands in it as it is written:
	// "User:$NAME".
	Text  string
	Known bool
	Place
}

// Commands returns the calls of programs of these names, whatever the directory, in the
// command lines of an object's containers and in their scripts. Scripts in ConfigMaps
// and in images are not looked at.
func Commands(root *document.Node, names ...string) []Command {
	spec := podOf(root).Get("spec")
	var all []Command
	for _, container := range slices.Concat(spec.Get("initContainers").Items(), spec.Get("containers").Items()) {
		if !slices.ContainsFunc(names, func(name string) bool { return mentions(container, name) }) {
			continue
		}
		for _, call := range readCommand(BuiltIn(), podOf(root), container, nil).calls {
			if slices.Contains(names, path.Base(call.words[0].text)) {
				all = append(all, Command{container, wordsOf(call.words)})
			}
		}
	}
	return all
}

func wordsOf(words []word) []Word {
	all := make([]Word, len(words))
	for i, w := range words {
		all[i] = Word{w.text, w.known, w.place}
	}
	return all
}
