package policies

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// guard is what must hold for a rule to find anything: the comparisons of facts with
// constants in its body. Where no guard of a query lets a subject pass, nothing is
// evaluated; that is the common case, and costs next to nothing.
type guard []comparison

// comparison compares the fact of that index with a bool, an int or a string.
type comparison struct {
	fact  int
	value any
	equal bool
}

// guard adds the guards of a module's rules.
func (q *query) guard(module *ast.Module) {
	for _, rule := range module.Rules {
		var g guard
		for _, expr := range rule.Body {
			if c, ok := q.comparison(expr); ok {
				g = append(g, c)
			}
		}
		if rule.Default || rule.Else != nil {
			g = nil // it may say something when the body does not hold
		}
		q.guards = append(q.guards, g)
	}
}

// comparison reads `input.FACT == CONSTANT` and `input.FACT != CONSTANT`.
func (q *query) comparison(expr *ast.Expr) (c comparison, ok bool) {
	fact, constant := compared(expr)
	if c.fact = q.index(fact); c.fact < 0 || expr.Negated || len(expr.With) > 0 {
		return c, false
	}
	switch operator := expr.Operator(); {
	case operator.Equal(ast.Equal.Ref()):
		c.equal = true
	case !operator.Equal(ast.NotEqual.Ref()):
		return c, false
	}
	switch constant := constant.(type) {
	case ast.Boolean:
		c.value = bool(constant)
	case ast.String:
		c.value = string(constant)
	case ast.Number:
		number, whole := constant.Int()
		c.value, ok = number, whole
		return c, ok
	default:
		return c, false
	}
	return c, true
}

// lets reports whether a rule may find something of a subject.
func (g guard) lets(facts *observed) bool {
	return !slices.ContainsFunc(g, func(c comparison) bool {
		return (facts.value(c.fact) == c.value) != c.equal
	})
}

// compared takes `input.FACT op CONSTANT` apart; fact is empty, or constant nil, where
// the expression is not of that form.
func compared(expr *ast.Expr) (fact string, constant ast.Value) {
	if !expr.IsCall() || len(expr.Operands()) != 2 {
		return "", nil
	}
	for _, operand := range expr.Operands() {
		switch of := operand.Value.(type) {
		case ast.Ref:
			if len(of) == 2 && of[0].Equal(ast.InputRootDocument) {
				fact = textOf(of[1])
			}
		case ast.String, ast.Number, ast.Boolean:
			constant = of
		}
	}
	return fact, constant
}

func textOf(term *ast.Term) string {
	if term == nil {
		return ""
	}
	text, _ := term.Value.(ast.String)
	return string(text)
}
