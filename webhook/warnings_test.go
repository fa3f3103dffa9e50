package webhook

import (
	"fmt"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/net"
)

func TestWarning(t *testing.T) {
	long := strings.Repeat("x", 300)
	for _, test := range []struct{ name, message, path, want string }{
		{"short", "too small", "spec.containers[0]", "sluice quorum/rule: too small (spec.containers[0])"},
		{"without a path", "too small", "", "sluice quorum/rule: too small"},
		{"a long message keeps its path", long, "spec.a", "sluice quorum/rule: " + strings.Repeat("x", 255-20-9-3) + "... (spec.a)"},
		{"a long path", "m", long, "sluice quorum/rule: m (" + strings.Repeat("x", 255-23-3) + "..."},
		{"control characters", "a\nb\x00c\u0085", "", "sluice quorum/rule: a b c "},
		{"no UTF-8", "a\xffb", "", "sluice quorum/rule: a\ufffdb"},
		{"cut between characters", strings.Repeat("é", 200), "", "sluice quorum/rule: " + strings.Repeat("é", 116) + "..."},
	} {
		t.Run(test.name, func(t *testing.T) {
			var w warnings
			w.add("quorum/rule", test.message, test.path)
			if got := w.all(); len(got) != 1 || got[0] != test.want {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
			if _, err := net.NewWarningHeader(299, "", w.list[0]); err != nil || len(w.list[0]) > maxWarning {
				t.Errorf("the API server would drop it or cut it: %d bytes, %v", len(w.list[0]), err)
			}
		})
	}
}

func TestManyWarningsStayWithinTheBound(t *testing.T) {
	var w warnings
	for i := range 1000 {
		w.add("quorum/rule", fmt.Sprint("message ", i), "spec")
	}
	bytes := 0
	list := w.all()
	for _, warning := range list {
		bytes += len(warning)
	}
	if bytes > 4096 || bytes < 3000 {
		t.Errorf("%d bytes", bytes)
	}
	if last, want := list[len(list)-1], fmt.Sprintf("%d more", 1000-len(list)+1); !strings.Contains(last, want) {
		t.Errorf("the last warning is %q, want %q in it", last, want)
	}
}
