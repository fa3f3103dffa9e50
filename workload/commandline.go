package workload

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/sluice-dev/sluice/document"
)

// maxShells bounds how deeply shells may call shells in what is read.
const maxShells = 3

// maxCalls bounds the programs of one command line that are looked at.
const maxCalls = 256

// word is one word of a command line.
type word struct {
	// text is what the program gets. What cannot be known stands in it as it is
	// written: "${KAFKA_HOME}/bin/kafka-server-start.sh".
	text  string
	known bool
	// place is where the word is written; nowhere for what the image declares.
	place Place
	// start and end delimit the word in the script that holds it; end is 0 for a word
	// that is no piece of a script, or not one piece.
	start, end int
}

// call is one program that a container runs, with its arguments.
type call struct {
	words []word
	// environment is what the program gets.
	environment *environment
	// source is the script in which the call stands; nil when it stands in none. start is
	// where its statement begins there. certain is true when it runs in any case, and as
	// itself: not in the background, say. listed is true when nothing but its success
	// depends on its statement.
	source          *source
	start           int
	certain, listed bool
	// ran are the programs that ran before in the same script, or that run the call.
	ran []string
	// wrote is what the scripts wrote into files before.
	wrote []written
}

// written is what a script leaves in a file.
type written struct {
	file    string
	content content
	// from is the directory of which the file, a directory too, is a copy.
	from string
	how  writing
}

// writing is how a script comes to leave something in a file.
type writing uint8

const (
	// changed: in some other way, or perhaps not at all.
	changed writing = iota
	// made: the script has certainly made the file anew.
	made
	// added: the script has added to what was there.
	added
	// generated: a program of the image has made it of the variables.
	generated
)

// source is the text of a shell script, and where it is written.
type source struct {
	text string
	// place is the string that holds the script, or the text of a ConfigMap.
	place Place
	// exact is true when an offset in text is the same in place.
	exact bool
	// arguments are what "$@" stands for in it.
	arguments []word
}

// at returns the place of an offset in the script.
func (s *source) at(offset int) Place {
	place := s.place
	if s.exact {
		place.Offset = offset
	}
	return place
}

// editable reports whether words can be put into the script where it is written.
func (s *source) editable() bool { return s.exact && s.place.Text == nil }

// reader follows a container's command line to the programs that it runs.
type reader struct {
	catalogue *Catalogue
	container *document.Node
	// byImage are the rows that describe its image, and tag is the image's tag.
	byImage []*Distribution
	tag     string
	// declared is what the pod says of the container, if it does.
	declared declaration
	// environment is what the kubelet gives the container.
	environment *environment
	// outside is where files come from that no script writes; nil is nowhere.
	outside *disk

	calls []call
	// wrote is what the scripts wrote into files so far, in their order.
	wrote []written
	// unreadable is true when there is a script that is no shell script.
	unreadable bool
	// parsed are the scripts that were read.
	parsed map[string]*syntax.File
	// scripted is true when there is a script at all.
	scripted bool
	// sourced is true when a script reads another one that cannot be seen.
	sourced bool
	depth   int
	// lines counts the lines that were handled.
	lines int
}

// setup is what a command line finds when it runs.
type setup struct {
	environment *environment
	source      *source
	start       int
	certain     bool
	listed      bool
	ran         []string
	// doubts is how many branches it stands in, any of which may not be taken.
	doubts int
}

// readCommand follows what a container runs, whose image these rows describe.
func readCommand(c *Catalogue, pod, container *document.Node, byImage []*Distribution) *reader {
	r := &reader{catalogue: c, container: container, byImage: byImage, environment: readEnvironment(pod, container, nil)}
	r.follow(commandLine(container, declared(byImage), r.environment), setup{environment: r.environment})
	return r
}

// lookFurther looks at what comes from outside of the object, and reports whether the
// container may run something else by that.
func (r *reader) lookFurther(pod *document.Node, outside *disk) bool {
	r.outside = outside
	refers := refersToConfigMaps(r.container)
	if refers {
		r.environment = readEnvironment(pod, r.container, outside.see)
	}
	if !refers && !r.scripted && !r.runsScript() {
		return false
	}
	r.calls, r.wrote, r.unreadable, r.sourced, r.lines = nil, nil, false, false, 0
	r.follow(commandLine(r.container, declared(r.byImage), r.environment), setup{environment: r.environment})
	return true
}

// commandLine returns what a container runs. The API server reads an empty command or
// args as none; a command replaces both halves of what the image declares.
func commandLine(container *document.Node, d *Distribution, env *environment) []word {
	command, args := container.Get("command").Items(), container.Get("args").Items()
	words := make([]word, 0, len(command)+len(args)+2)
	declare := func(texts []string) {
		for _, text := range texts {
			words = append(words, word{text: text, known: true})
		}
	}
	write := func(nodes []*document.Node) {
		for _, node := range nodes {
			text, known := env.expand(scalar(node))
			if !known {
				text = scalar(node)
			}
			words = append(words, word{text: text, known: known, place: At(node)})
		}
	}
	switch {
	case len(command) > 0:
		write(command)
	case d != nil:
		declare(d.Entrypoint)
	}
	if len(args) > 0 {
		write(args)
	} else if len(command) == 0 && d != nil {
		declare(d.Command)
	}
	return words
}

// wrapper is a program that does something small and then becomes the rest of its
// command line.
type wrapper struct {
	// operands is how many operands stand before that rest.
	operands int
	// valued are the letters of the options that take a value.
	valued string
}

var wrappers = map[string]wrapper{
	"exec": {valued: "a"}, "command": {}, "builtin": {}, "env": {valued: "uCS"}, "nohup": {}, "time": {},
	"nice": {valued: "n"}, "ionice": {valued: "cn"}, "stdbuf": {valued: "ioe"}, "timeout": {operands: 1, valued: "ks"},
	"tini": {valued: "pe"}, "tini-static": {valued: "pe"}, "dumb-init": {valued: "r"}, "catatonit": {}, "docker-init": {},
	"gosu": {operands: 1}, "su-exec": {operands: 1}, "sudo": {valued: "ugCDhpRrTt"}, "busybox": {},
}

var shells = []string{"sh", "bash", "dash", "ash", "ksh", "zsh"}

// follow reads a command line, through wrappers and shells.
func (r *reader) follow(words []word, at setup) {
	for len(words) > 0 {
		program := path.Base(words[0].text)
		if slices.Contains(r.catalogue.configures, words[0].text) {
			at.ran = append(slices.Clone(at.ran), words[0].text)
			words = words[1:]
			continue
		}
		if known, ok := wrappers[program]; ok {
			words, at.environment = known.unwrap(words[1:], at.environment)
			continue
		}
		if program == "su" || program == "runuser" {
			if i := slices.IndexFunc(words, func(w word) bool { return w.text == "-c" }); i > 0 && i+1 < len(words) {
				r.script(words[i+1], nil, at)
			}
			return
		}
		if !slices.Contains(shells, program) {
			break
		}
		operands, isScript := shellOperands(words[1:])
		if isScript {
			if len(operands) > 0 {
				r.script(operands[0], operands[min(2, len(operands)):], at) // the second one is $0
			}
			return
		}
		words = operands // a file that the shell runs is the program
	}
	if len(words) == 0 {
		return
	}
	r.mountedScript(words[0], at)
	if len(r.calls) < maxCalls {
		r.calls = append(r.calls, call{
			words: words, environment: at.environment, source: at.source,
			start: at.start, certain: at.certain, listed: at.listed, ran: at.ran, wrote: slices.Clip(r.wrote),
		})
	}
}

// unwrap returns the rest of a wrapper's command line and the environment that the
// wrapper gives it.
func (w wrapper) unwrap(words []word, env *environment) ([]word, *environment) {
	operands, changed := w.operands, false
	for len(words) > 0 {
		text := words[0].text
		name, value, assigned := strings.Cut(text, "=")
		switch {
		case text == "--":
			words = words[1:]
			return words[min(operands, len(words)):], env
		case len(text) > 1 && text[0] == '-':
			if len(text) == 2 && strings.ContainsRune(w.valued, rune(text[1])) && len(words) > 1 {
				words = words[1:]
			}
		case assigned && isVariableName(name):
			if !changed {
				env, changed = env.copy(), true
			}
			env.set(variable{name: name, value: value, known: words[0].known, place: words[0].place, commanded: true})
		case operands > 0:
			operands--
		default:
			return words, env
		}
		words = words[1:]
	}
	return nil, env
}

// shellOperands skips a shell's options. isScript tells that the first operand is a
// script rather than the name of a file.
func shellOperands(words []word) (operands []word, isScript bool) {
	for len(words) > 0 {
		option := words[0].text
		if len(option) < 2 || option[0] != '-' && option[0] != '+' {
			break
		}
		words = words[1:]
		if option == "--" {
			break
		}
		if strings.HasPrefix(option, "--") {
			continue
		}
		isScript = isScript || option[0] == '-' && strings.ContainsRune(option, 'c')
		if strings.HasSuffix(option, "o") && len(words) > 0 {
			words = words[1:] // the name of a shell option
		}
	}
	return words, isScript
}

// script reads what a shell is given to run, with these arguments.
func (r *reader) script(given word, arguments []word, at setup) {
	r.scripted = true
	script := source{text: given.text, place: given.place, arguments: arguments}
	if node := given.place.Node; node != nil && given.place.Text == nil && given.end == 0 {
		// The script is read as it is written. What the kubelet replaces looks like a
		// command substitution to a shell and is looked up there, so that places in
		// the script stay what they are.
		script.text, script.exact = scalar(node), true
		if strings.Contains(script.text, "$$(") {
			script.text, script.exact = strings.ReplaceAll(script.text, "$$(", "$("), false
		}
	}
	if !r.readScript(&script, at) {
		r.unreadable = true
	}
}

// mountedScript reads a program that is a shell script in a ConfigMap.
func (r *reader) mountedScript(program word, at setup) {
	script := r.findScript(program.text)
	if script != nil {
		r.readScript(script, at)
	}
}

// findScript returns the shell script that a file of the container is, when it comes
// from a ConfigMap.
func (r *reader) findScript(file string) *source {
	if r.outside == nil || !path.IsAbs(file) {
		return nil
	}
	found, ok := r.outside.locate(r.container, path.Clean(file))
	if !ok {
		return nil
	}
	text, _ := r.outside.text(found)
	if text == nil || !isShell(text.Value) {
		return nil
	}
	return &source{text: text.Value, place: Place{Node: found.mount, Text: text}, exact: true}
}

// isShell tells a shell script by its first line. Without one, the shell that is asked
// to run a file takes it for a script of its own.
func isShell(text string) bool {
	first, _, _ := strings.Cut(text, "\n")
	interpreter, given := strings.CutPrefix(first, "#!")
	if !given {
		return true
	}
	return slices.ContainsFunc(strings.Fields(interpreter), func(field string) bool { return slices.Contains(shells, path.Base(field)) })
}

// read returns what a file of the container holds by now.
func (r *reader) read(file string) content {
	for _, w := range slices.Backward(r.wrote) {
		if w.file == file {
			return w.content
		}
		if rest, below := strings.CutPrefix(file, w.file+"/"); below && w.from != "" {
			if copied := r.outside.read(r.container, path.Join(w.from, rest)); len(copied) > 0 {
				return copied
			}
		}
	}
	return r.outside.read(r.container, file)
}

// write notes what a script leaves in a file.
func (r *reader) write(w written) {
	if r.lines += len(w.content); r.lines > maxLines {
		w.content = anything(Place{})
	}
	r.wrote = append(r.wrote, w)
}
