package target

import "testing"

// FuzzParseGroups: what is accepted reads the same once written.
func FuzzParseGroups(f *testing.F) {
	for _, seed := range []string{"kafka:9092", "zookeeper://[::1]:2181,tls://a:1;b:2", "://:0", ";,"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		groups, err := ParseGroups(text)
		if err != nil {
			return
		}
		for _, group := range groups {
			again, err := ParseGroup(group.String())
			if err != nil || again.String() != group.String() {
				t.Errorf("%q: %v, %v", group, again, err)
			}
		}
	})
}
