package workload

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/sluice-dev/sluice/document"
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
	text   string
	node   *document.Node
	// locals are variables that are not exported.
	locals environment
	// branches is how many branches the statement stands in.
	branches int
	// owned is true while no call refers to at.environment.
	owned bool
	// grown is how many bytes the values of variables have put into words.
	grown int
	// target is the file that the output goes to, "" when it goes nowhere known.
	target string
}

// readScript follows a script to its calls; false when it cannot be read.
func (r *reader) readScript(text string, at setup) bool {
	if len(text) > maxScript || strings.Count(text, "(")+strings.Count(text, "{") > maxBrackets {
		return false
	}
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(text), "")
	if err != nil {
		return false
	}
	at.environment = at.environment.child()
	at.wrote = slices.Clip(at.wrote)
	s := &script{reader: r, at: at, text: text, node: at.script, owned: true}
	s.statements(file.Stmts)
	return true
}

func (s *script) statements(statements []*syntax.Stmt) {
	for _, statement := range statements {
		s.statement(statement)
	}
}

// inBranch follows what may happen or not.
func (s *script) inBranch(follow func()) {
	s.branches++
	follow()
	s.branches--
}

func (s *script) statement(statement *syntax.Stmt) {
	before := s.target
	var here *syntax.Word
	for _, redirect := range statement.Redirs {
		switch redirect.Op {
		case syntax.RdrOut, syntax.AppOut, syntax.RdrClob, syntax.RdrAll, syntax.AppAll:
			if redirect.N == nil || redirect.N.Value == "1" {
				s.target = s.word(redirect.Word).text
			}
		case syntax.Hdoc, syntax.DashHdoc:
			here = redirect.Hdoc
		default: // input, and copies of what is open
		}
	}
	s.command(statement.Cmd, here)
	s.target = before
}

func (s *script) command(command syntax.Command, here *syntax.Word) {
	switch command := command.(type) {
	case *syntax.CallExpr:
		s.call(command, here)
	case *syntax.DeclClause:
		s.declare(command)
	case *syntax.Block:
		s.statements(command.Stmts)
	case *syntax.TimeClause:
		if command.Stmt != nil {
			s.statement(command.Stmt)
		}
	case *syntax.BinaryCmd:
		s.statement(command.X)
		if command.Op == syntax.AndStmt && !isTest(command.X) {
			s.statement(command.Y)
			return
		}
		s.inBranch(func() { s.statement(command.Y) })
	case *syntax.Subshell:
		s.inBranch(func() { s.statements(command.Stmts) })
	case *syntax.FuncDecl:
		s.inBranch(func() { s.statement(command.Body) })
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

// isTest tells the conditions that stand before && where others would write an if.
func isTest(statement *syntax.Stmt) bool {
	switch command := statement.Cmd.(type) {
	case *syntax.TestClause, *syntax.ArithmCmd:
		return true
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
	set := variable{name: assign.Name.Value, known: true, node: s.node, commanded: true}
	switch {
	case assign.Append || assign.Array != nil || assign.Index != nil:
		set.known = false
	case assign.Value != nil:
		value := s.word(assign.Value)
		set.value, set.shape, set.known = value.text, value.text, value.known
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

func (s *script) call(expr *syntax.CallExpr, here *syntax.Word) {
	words := s.words(expr.Args)
	if len(words) == 0 {
		for _, assign := range expr.Assigns {
			s.assign(assign, false)
		}
		return
	}
	at := s.at
	if len(expr.Assigns) > 0 {
		changed := s.at.environment.copy()
		for _, assign := range expr.Assigns {
			changed.set(s.value(assign))
		}
		at.environment = changed
	}
	switch program := path.Base(words[0].text); program {
	case "unset":
		for _, name := range words[1:] {
			s.environment().set(variable{name: name.text, known: s.branches == 0, unset: s.branches == 0, node: s.node, commanded: true})
		}
	case ".", "source", "eval":
		// Whatever this sets is not visible, like what envFrom brings.
		env := s.environment()
		env.from = append(slices.Clip(env.from), unseen{node: s.node})
	case "echo", "printf", "cat", "tee":
		s.write(program, words[1:], here)
	case "cp", "mv", "ln", "install":
		s.place(words[1:])
	default:
		before := len(s.reader.calls)
		s.reader.follow(words, at)
		s.owned = s.owned && len(s.reader.calls) == before
		s.remember(words, before)
	}
}

// remember notes the programs that configure from the environment and then return to
// the script, so that the calls to come know of them.
func (s *script) remember(words []word, before int) {
	if len(s.reader.calls) == before && slices.Contains(s.reader.catalogue.configures, words[0].text) {
		s.at.ran = append(slices.Clone(s.at.ran), words[0].text)
	}
}
