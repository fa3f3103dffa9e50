package verdict

import "fmt"

// Severity orders findings by how soon somebody has to look.
type Severity string

// The severities, from the least to the most urgent.
const (
	Info    Severity = "info"
	Warning Severity = "warning"
	Error   Severity = "error"
)

// Severities lists all severities, the least urgent first.
func Severities() []Severity { return []Severity{Info, Warning, Error} }

// ParseSeverity reads a severity by its name.
func ParseSeverity(name string) (Severity, error) {
	for _, severity := range Severities() {
		if name == string(severity) {
			return severity, nil
		}
	}
	return "", fmt.Errorf("unknown severity %q: use info, warning or error", name)
}

// AtLeast reports whether s is as urgent as threshold.
func (s Severity) AtLeast(threshold Severity) bool { return s.rank() >= threshold.rank() }

func (s Severity) rank() int {
	for i, severity := range Severities() {
		if s == severity {
			return i
		}
	}
	return -1
}
