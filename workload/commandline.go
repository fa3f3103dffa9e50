package workload

import (
	"path"
	"slices"
	"strings"

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
	// node is the string that holds the word; nil for what the image declares.
	node *document.Node
	// start and end delimit the word in the script that node holds; end is 0 for a
	// word that is no piece of a script, or not one piece.
	start, end int
}

// call is one program that a container runs, with its arguments.
type call struct {
	words []word
	// environment is what the program gets.
	environment *environment
	// script is the string in which the call stands, when that is a shell's script.
	script *document.Node
	// editable is true when words can be put into the script where it is written.
	editable bool
	// ran are the programs that ran before in the same script, or that run the call.
	ran []string
	// wrote is what the script wrote into files before.
	wrote []written
}

// written is a line that a script writes into a file, or, without a name, a file that
// it puts in place as a whole.
type written struct {
	file    string
	setting Setting
	name    string
}

// reader follows a container's command line to the programs that it runs.
type reader struct {
	catalogue *catalogue
	calls     []call
	// unreadable is true when there is a script that is no shell script.
	unreadable bool
	depth      int
}

// setup is what a command line finds when it runs.
type setup struct {
	environment *environment
	script      *document.Node
	editable    bool
	ran         []string
	wrote       []written
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
			words = append(words, word{text: text, known: known, node: node})
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
				r.script(words[i+1], at)
			}
			return
		}
		if !slices.Contains(shells, program) {
			break
		}
		operands, isScript := shellOperands(words[1:])
		if isScript {
			if len(operands) > 0 {
				r.script(operands[0], at)
			}
			return
		}
		words = operands // a file that the shell runs is the program
	}
	if len(words) > 0 && len(r.calls) < maxCalls {
		r.calls = append(r.calls, call{
			words: words, environment: at.environment, script: at.script, editable: at.editable, ran: at.ran, wrote: at.wrote,
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
			env.set(variable{name: name, value: value, known: words[0].known, node: words[0].node, commanded: true})
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

// script reads what a shell is given to run.
func (r *reader) script(source word, at setup) {
	if r.depth == maxShells {
		r.unreadable = true
		return
	}
	r.depth++
	defer func() { r.depth-- }()

	text, editable := source.text, false
	if source.node != nil && source.end == 0 {
		// The script is read as it is written. What the kubelet replaces looks like a
		// command substitution to a shell and is looked up there, so that places in
		// the script stay what they are.
		text, editable = scalar(source.node), true
		if strings.Contains(text, "$$(") {
			text, editable = strings.ReplaceAll(text, "$$(", "$("), false
		}
	}
	at.script, at.editable = source.node, editable
	if !r.readScript(text, at) {
		r.unreadable = true
	}
}
