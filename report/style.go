package report

import "github.com/fatih/color"

// Style paints parts of a text for a terminal.
type Style struct {
	good, bad, doubt, faint, strong func(...any) string
}

// NewStyle returns a style that paints, or one that leaves all text as it is.
func NewStyle(colours bool) Style {
	paint := func(attributes ...color.Attribute) func(...any) string {
		c := color.New(attributes...)
		if colours {
			c.EnableColor()
		} else {
			c.DisableColor()
		}
		return c.SprintFunc()
	}
	return Style{
		good:   paint(color.FgGreen),
		bad:    paint(color.FgRed, color.Bold),
		doubt:  paint(color.FgYellow),
		faint:  paint(color.Faint),
		strong: paint(color.Bold),
	}
}

// Added paints what a diff adds.
func (s Style) Added(text string) string { return s.good(text) }

// Removed paints what a diff takes away.
func (s Style) Removed(text string) string { return s.doubt(text) }

// Heading paints a heading.
func (s Style) Heading(text string) string { return s.strong(text) }

// Faint paints what may be passed over.
func (s Style) Faint(text string) string { return s.faint(text) }

// Bad paints what went wrong.
func (s Style) Bad(text string) string { return s.bad(text) }

// Good paints what went well.
func (s Style) Good(text string) string { return s.good(text) }

// Doubt paints what deserves a look.
func (s Style) Doubt(text string) string { return s.doubt(text) }
