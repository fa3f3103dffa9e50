package cli

// tally is what the exit code of a run depends on.
type tally struct {
	app *app
	// failed asks for exit code 1.
	failed bool
	// unusable asks for exit code 2, which goes before 1.
	unusable bool
}

// count writes problems to standard error.
func (t *tally) count(problems []error) {
	for _, problem := range problems {
		t.unusable = true
		t.app.complain(problem)
	}
}

func (t *tally) exit() error {
	switch {
	case t.unusable:
		return &exitError{code: exitUnusable}
	case t.failed:
		return &exitError{code: exitFindings}
	default:
		return nil
	}
}
