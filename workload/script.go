package workload

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// maxScript bounds the scripts that are read, in bytes. Those of charts have up to
// six thousand; the bound keeps the parser's recursion over hostile input shallow.
const maxScript = 32 << 10

// maxBrackets bounds the brackets that a script opens: the parser's time grows with
// the square of their nesting. Those of charts open about a hundred.
const maxBrackets = 1000

// script follows the statements of a shell script in the order in which they are
// written. What a branch does may happen or not: its calls count, the values that it
// sets are unknown.
type script struct {
	reader *reader
	at     setup
	source *source
	// locals are variables that are not exported.
	locals environment
	// branches is how many branches the statement stands in, and subshells, whose
	// variables may not reach those after them.
	branches int
	// current is the statement, listed the one of a list that it is or belongs to, and
	// background is true when it runs beside what comes after it.
	current, listed *syntax.Stmt
	background      bool
	// owned is true while no call refers to at.environment.
	owned bool
	// grown is how many bytes the values of variables have put into words.
	grown int
	// functions are those that the script declares; used are the ones that it calls,
	// and running those that have not returned yet.
	functions     map[string]*syntax.Stmt
	used, running map[string]bool

	// in is what the statement reads, and out where its output goes: nil is nowhere.
	in  content
	out *output
}

// readScript follows a script to its calls; false when it cannot be read.
func (r *reader) readScript(text *source, at setup) bool {
	if r.depth == maxShells {
		return false
	}
	r.depth++
	defer func() { r.depth-- }()
	file := r.parse(text.text)
	if file == nil {
		return false
	}
	at.environment = at.environment.child()
	at.source = text
	s := &script{reader: r, at: at, source: text, owned: true, in: hidden}
	s.statements(file.Stmts)
	s.unusedFunctions()
	return true
}

// parse reads a script, once however often the container is looked at. It returns nil
// for what is none.
func (r *reader) parse(text string) *syntax.File {
	if len(text) > maxScript || strings.Count(text, "(")+strings.Count(text, "{") > maxBrackets {
		return nil
	}
	if parsed, ok := r.parsed[text]; ok {
		return parsed
	}
	parsed, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(text), "")
	if err != nil {
		parsed = nil
	}
	if r.parsed == nil {
		r.parsed = map[string]*syntax.File{}
	}
	r.parsed[text] = parsed
	return parsed
}

func (s *script) statements(statements []*syntax.Stmt) {
	for _, statement := range statements {
		s.listed = statement
		s.statement(statement)
	}
}

// inBranch follows what may happen or not.
func (s *script) inBranch(follow func()) {
	s.at.doubts++
	s.inSubshell(follow)
	s.at.doubts--
}

// inSubshell follows what happens, but whose variables stay to themselves.
func (s *script) inSubshell(follow func()) {
	s.branches++
	follow()
	s.branches--
}

func (s *script) statement(statement *syntax.Stmt) {
	in, out, background := s.in, s.out, s.background
	s.current, s.background = statement, background || statement.Background
	var file string
	captured := output{doubts: s.at.doubts}
	how := made
	for _, redirect := range statement.Redirs {
		standard := redirect.N == nil || redirect.N.Value == "1"
		switch redirect.Op {
		case syntax.RdrOut, syntax.AppOut, syntax.RdrClob, syntax.RdrAll, syntax.AppAll:
			if standard {
				file, s.out = s.word(redirect.Word).text, &captured
				if how = made; redirect.Op == syntax.AppOut || redirect.Op == syntax.AppAll {
					how = added
				}
			}
		case syntax.DplOut:
			if standard {
				s.out = nil // to where errors go
			}
		case syntax.RdrIn:
			s.in = s.reader.read(s.word(redirect.Word).text)
		case syntax.Hdoc, syntax.DashHdoc:
			s.in = s.hereDocument(redirect.Hdoc)
		case syntax.WordHdoc:
			s.in = s.outputOf([]*syntax.Word{redirect.Word}).lines
		default: // other copies of what is open
		}
	}
	s.command(statement.Cmd)
	s.in, s.out, s.background = in, out, background
	if file != "" {
		s.write(file, captured.lines, how)
	}
}

func (s *script) command(command syntax.Command) {
	switch command := command.(type) {
	case *syntax.CallExpr:
		s.call(command)
	case *syntax.DeclClause:
		s.declare(command)
	case *syntax.Block:
		s.statements(command.Stmts)
	case *syntax.TimeClause:
		if command.Stmt != nil {
			s.statement(command.Stmt)
		}
	case *syntax.BinaryCmd:
		s.binary(command)
	case *syntax.Subshell:
		s.inSubshell(func() { s.statements(command.Stmts) })
	case *syntax.FuncDecl:
		if command.Name == nil {
			return // one without a name, as zsh has it, can never be called
		}
		if s.functions == nil {
			s.functions, s.used, s.running = map[string]*syntax.Stmt{}, map[string]bool{}, map[string]bool{}
		}
		s.functions[command.Name.Value] = command.Body
	case *syntax.WhileClause:
		s.inBranch(func() { s.statements(command.Cond); s.statements(command.Do) })
	case *syntax.ForClause:
		s.inBranch(func() { s.statements(command.Do) })
	case *syntax.IfClause:
		for clause := command; clause != nil; clause = clause.Else {
			s.statements(clause.Cond)
			s.inBranch(func() { s.statements(clause.Then) })
		}
	case *syntax.CaseClause:
		for _, item := range command.Items {
			s.inBranch(func() { s.statements(item.Stmts) })
		}
	}
}

func (s *script) binary(command *syntax.BinaryCmd) {
	switch command.Op {
	case syntax.Pipe, syntax.PipeAll:
		in, out := s.in, s.out
		piped := output{doubts: s.at.doubts}
		s.out = &piped
		s.inSubshell(func() { s.statement(command.X) })
		s.in, s.out = piped.lines, out
		s.inSubshell(func() { s.statement(command.Y) })
		s.in = in
	case syntax.AndStmt:
		s.statement(command.X)
		if isTest(command.X) {
			s.inBranch(func() { s.statement(command.Y) })
			return
		}
		s.statement(command.Y)
	default:
		s.statement(command.X)
		s.inBranch(func() { s.statement(command.Y) })
	}
}

// isTest tells the conditions that stand before && where others would write an if.
func isTest(statement *syntax.Stmt) bool {
	switch command := statement.Cmd.(type) {
	case *syntax.TestClause, *syntax.ArithmCmd:
		return true
	case *syntax.BinaryCmd:
		return isTest(command.X)
	case *syntax.CallExpr:
		return len(command.Args) > 0 && slices.Contains([]string{"[", "test", "grep"}, command.Args[0].Lit())
	default:
		return false
	}
}

// declare follows export and its relatives.
func (s *script) declare(clause *syntax.DeclClause) {
	exports := clause.Variant.Value == "export"
	for _, assign := range clause.Args {
		switch {
		case assign.Name == nil: // an option
		case assign.Naked:
			if local, ok := s.locals.get(assign.Name.Value); ok && exports {
				s.environment().set(local)
			}
		default:
			s.assign(assign, exports)
		}
	}
}

// assign gives a variable its value, in the environment if it is there already or is
// exported.
func (s *script) assign(assign *syntax.Assign, exports bool) {
	set := s.value(assign)
	if _, exported := s.at.environment.get(set.name); exports || exported {
		s.environment().set(set)
		return
	}
	s.locals.set(set)
}

// value evaluates an assignment.
func (s *script) value(assign *syntax.Assign) variable {
	set := variable{name: assign.Name.Value, known: true, place: s.source.place, commanded: true}
	switch {
	case assign.Append || assign.Array != nil || assign.Index != nil:
		set.known = false
	case assign.Value != nil:
		value := s.word(assign.Value)
		set.value, set.shape, set.known, set.place = value.text, value.text, value.known, value.place
	}
	if s.branches > 0 {
		set.known, set.shape = false, ""
	}
	return set
}

// environment returns the environment of the calls to come, for changes; those before
// keep the one that they had.
func (s *script) environment() *environment {
	if !s.owned {
		s.at.environment, s.owned = s.at.environment.copy(), true
	}
	return s.at.environment
}

func (s *script) call(expr *syntax.CallExpr) {
	words := s.words(expr.Args)
	if len(words) == 0 {
		for _, assign := range expr.Assigns {
			s.assign(assign, false)
		}
		return
	}
	at := s.at
	// What stands before a call in its own statement, a redirection or an exclamation
	// mark, belongs to it.
	at.start, at.listed = int(expr.Pos().Offset()), s.listed == s.current
	at.certain = s.at.doubts == 0 && s.branches == 0 && !s.background && s.current.Pos() == expr.Pos()
	if len(expr.Assigns) > 0 {
		changed := s.at.environment.copy()
		for _, assign := range expr.Assigns {
			changed.set(s.value(assign))
		}
		at.environment = changed
	}
	if s.function(words[0].text) || s.handlesText(words, expr.Args) {
		return
	}
	switch path.Base(words[0].text) {
	case "unset":
		for _, name := range words[1:] {
			s.environment().set(variable{name: name.text, known: s.branches == 0, unset: s.branches == 0, place: s.source.place, commanded: true})
		}
	case ".", "source":
		s.sourced(words[1:])
	case "eval":
		s.setsAnything()
	default:
		before := len(s.reader.calls)
		s.reader.follow(words, at)
		s.owned = s.owned && len(s.reader.calls) == before
		s.remember(words, before)
		s.edits(words)
	}
}

// function follows the body of a function that the script declares; false when there
// is none of that name. What a function does in turn by calling itself is left out.
func (s *script) function(name string) bool {
	body, ok := s.functions[name]
	if !ok {
		return false
	}
	s.used[name] = true
	if !s.running[name] && len(s.running) < maxShells {
		s.running[name] = true
		s.statement(body)
		delete(s.running, name)
	}
	return true
}

// unusedFunctions follows the functions that the script calls in no way that can be
// seen. They may be called all the same.
func (s *script) unusedFunctions() {
	if len(s.used) == len(s.functions) {
		return
	}
	var unused []*syntax.Stmt
	for name, body := range s.functions {
		if !s.used[name] {
			unused = append(unused, body)
		}
	}
	slices.SortFunc(unused, func(a, b *syntax.Stmt) int { return int(a.Pos().Offset()) - int(b.Pos().Offset()) })
	s.inBranch(func() { s.statements(unused) })
}

// sourced follows a file that the script reads as a part of itself.
func (s *script) sourced(operands []word) {
	if len(operands) > 0 && s.reader.depth < maxShells {
		if included := s.reader.findScript(operands[0].text); included != nil {
			if file := s.reader.parse(included.text); file != nil {
				before := s.source
				s.reader.depth++
				s.source, s.at.source = included, included
				s.statements(file.Stmts)
				s.source, s.at.source = before, before
				s.reader.depth--
				return
			}
		}
	}
	s.reader.sourced = true
	s.setsAnything()
}

// setsAnything notes that something sets variables that are not visible, like what
// envFrom brings.
func (s *script) setsAnything() {
	env := s.environment()
	env.from = append(slices.Clip(env.from), unseen{node: s.source.place.Node})
}

// remember notes the programs that configure from the environment and then return to
// the script, so that the calls to come know of them.
func (s *script) remember(words []word, before int) {
	if len(s.reader.calls) == before && slices.Contains(s.reader.catalogue.configures, words[0].text) {
		s.at.ran = append(slices.Clone(s.at.ran), words[0].text)
		s.generate(words[0].text)
	}
}

// generate notes that a program has made a configuration file of the variables.
func (s *script) generate(program string) {
	for _, d := range s.reader.byImage {
		for i := range d.Configuration {
			file := &d.Configuration[i]
			directory, set := s.at.environment.get(file.DirectoryVariable)
			if file.WrittenBy != program || set && !directory.known {
				continue
			}
			if _, whole := file.locate(s.at.environment); s.at.doubts == 0 {
				s.reader.write(written{file: whole, content: anything(s.source.place), how: generated})
			}
		}
	}
}
