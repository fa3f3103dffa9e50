package waivers_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sluice-dev/sluice/waivers"
)

const whole = `- rule: mesh/host-port
  container: kafka
  reason: the old clients, until they have moved
  expires: 2027-01-31
`

func known(rule string) bool { return rule == "mesh/host-port" }

func TestAWholeWaiverIsRead(t *testing.T) {
	for _, text := range []string{whole, `[{"rule": "mesh/host-port", "container": "kafka", "reason": "the old clients, until they have moved", "expires": "2027-01-31"}]`} {
		read, wrong := waivers.Parse(text, known)
		want := waivers.Waiver{Rule: "mesh/host-port", Container: "kafka", Reason: "the old clients, until they have moved", Expires: "2027-01-31"}
		if len(wrong) > 0 || len(read) != 1 || read[0] != want {
			t.Errorf("%+v, %v", read, wrong)
		}
	}
}

func TestWhatIsNotWholeIsNoWaiver(t *testing.T) {
	for _, test := range []struct{ name, from, to, want string }{
		{"no reason", "  reason: the old clients, until they have moved\n", "", "1:3: reason is missing: a waiver says which rule, why, and until when"},
		{"an empty reason", "the old clients, until they have moved", "' '", "3:11: reason needs a text"},
		{"no end", "  expires: 2027-01-31\n", "", "1:3: expires is missing"},
		{"a day that does not exist", "2027-01-31", "2027-02-31", `4:12: "2027-02-31" is no day: write it as 2027-01-31`},
		{"a period", "2027-01-31", "90d", `4:12: "90d" is no day`},
		{"no rule", "rule: mesh/host-port", "rules: mesh/host-port", `1:3: unknown key "rules": a waiver has rule, container, reason and expires`},
		{"an unknown rule", "host-port", "host-prot", `1:9: there is no rule called "mesh/host-prot"`},
		{"a group", "mesh/host-port", "mesh", `1:9: there is no rule called "mesh"; groups cannot be waived`},
		{"a key twice", "  reason", "  rule: mesh/host-port\n  reason", "3:3: rule stands here a second time"},
		{"a namespace, in an object", "container: kafka", "namespace: kafka", `2:3: unknown key "namespace"`},
		{"no list", "- rule", "  rule", "1:3: it is a list"},
		{"a list of texts", whole, "[mesh/host-port]", "1:2: a waiver is a mapping of rule,"},
		{"a null", "container: kafka", "container:", "2:13: container needs a text"},
		{"no YAML", whole, "[", "1:"},
		{"nothing", whole, "", "1:1: it is a list"},
		{"two documents", whole, whole + "---\n" + whole, "1:1: it is a list"},
		{"an alias that grows", whole, "- &a [*a]\n", "1:"},
		{"a long reason", "the old clients", strings.Repeat("x", waivers.MaxReason), "the reason may have 500 bytes at most"},
		{"too many", whole, strings.Repeat(whole, waivers.MaxCount+1), "1:1: 65 waivers are too many: there may be 64"},
		{"a huge text", whole, strings.Repeat("#", 1<<20), "1:1: it may have 32768 bytes at most"},
	} {
		t.Run(test.name, func(t *testing.T) {
			read, wrong := waivers.Parse(strings.Replace(whole, test.from, test.to, 1), known)
			if len(read) > 0 || len(wrong) == 0 {
				t.Fatalf("read as %+v", read)
			}
			if got := fmt.Sprintf("%d:%d: %v", wrong[0].Line, wrong[0].Column, wrong[0]); !strings.Contains(got, test.want) {
				t.Errorf("got %s", got)
			}
		})
	}
}

func TestOneMistakeLeavesTheOtherWaivers(t *testing.T) {
	read, wrong := waivers.Parse(whole+"- rule: mesh/host-port\n", known)
	if len(read) != 1 || len(wrong) != 2 {
		t.Errorf("%+v, %v", read, wrong)
	}
}

func TestTheLastDayCounts(t *testing.T) {
	w := waivers.Waiver{Expires: "2027-01-31"}
	for at, expired := range map[string]bool{
		"2027-01-01T00:00:00Z": false, "2027-01-31T23:59:59Z": false, "2027-02-01T00:00:00Z": true,
		"2027-02-01T01:00:00+02:00": false, "2027-01-31T22:00:00-05:00": true,
	} {
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if w.Expired(now) != expired {
			t.Errorf("at %s: %v", at, !expired)
		}
	}
	if !new(waivers.Waiver).Expired(time.Time{}) {
		t.Error("a waiver without an end holds")
	}
}

func FuzzParse(f *testing.F) {
	f.Add(whole)
	f.Add("[{rule: mesh/host-port, reason: x, expires: 2027-01-31}]")
	f.Add("- &a {rule: *a}")
	f.Fuzz(func(t *testing.T, text string) {
		read, _ := waivers.Parse(text, known)
		for _, w := range read {
			if w.Rule == "" || w.Reason == "" || w.Expires == "" {
				t.Errorf("read %+v", w)
			}
		}
	})
}
