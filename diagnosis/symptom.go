package diagnosis

// Symptom is a sign that was seen in logs.
type Symptom struct {
	Sign *Sign
	// First is the line in which it was first seen, Last the one in which it was seen
	// last, of the logs of those names.
	First, Last       Line
	FirstLog, LastLog string
	// Count is the number of lines that have it.
	Count int
}

// Symptoms are those of one or several logs, in the order in which they were first
// seen. The zero value is none.
type Symptoms struct {
	All []*Symptom

	bySign map[*Sign]*Symptom
}

// Add counts a line. It returns the symptom if it is new, and nil otherwise.
func (s *Symptoms) Add(log string, line Line) *Symptom {
	seen, known := s.bySign[line.Sign]
	if !known {
		seen = &Symptom{Sign: line.Sign, First: line, FirstLog: log}
		if s.bySign == nil {
			s.bySign = map[*Sign]*Symptom{}
		}
		s.bySign[line.Sign] = seen
		s.All = append(s.All, seen)
	}
	seen.Count++
	seen.Last, seen.LastLog = line, log
	if known {
		return nil
	}
	return seen
}
