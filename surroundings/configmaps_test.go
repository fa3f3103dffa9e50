package surroundings

import (
	"context"
	"strings"
	"testing"

	"github.com/sluice-dev/sluice/document"
)

// addTo adds the documents of a YAML stream, by one of the two ways.
func addTo(t *testing.T, add func(*document.Document) error, name, stream string) {
	t.Helper()
	for doc, err := range document.Read(document.NewFile(name, []byte(stream))) {
		if err != nil {
			t.Fatal(err)
		}
		if err := add(doc); err != nil {
			t.Fatal(err)
		}
	}
}

const zooCfg = `apiVersion: v1
kind: ConfigMap
metadata: {name: zoo, namespace: kafka}
data:
  zoo.cfg: |
    tickTime=2000
    quorumListenOnAllIPs=true
  number: 1
binaryData:
  keystore: AAAA
`

func TestAConfigMapIsFoundWithThePlacesOfItsTexts(t *testing.T) {
	f := NewFiles("istio-system", "")
	addTo(t, f.Add, "zoo.yaml", "---\n"+zooCfg)
	found, known := f.ConfigMap(context.Background(), "kafka", "zoo")
	if known != Found || len(found.Data) != 1 || len(found.Binary) != 1 {
		t.Fatalf("got %v %+v", known, found)
	}
	text := found.Data["zoo.cfg"]
	if at := text.Position(strings.Index(text.Value, "quorum")).String(); at != "zoo.yaml:8:5" {
		t.Errorf("at %s", at)
	}
	for _, other := range [][2]string{{"kafka", "other"}, {"", "zoo"}, {"zoo", "kafka"}} {
		if _, known := f.ConfigMap(context.Background(), other[0], other[1]); known != Unknown {
			t.Errorf("%v: got %v", other, known)
		}
	}
}

func TestAConfigMapWithoutANamespaceIsWhereTheRunPutsIt(t *testing.T) {
	for _, namespace := range []string{"", "kafka"} {
		f := NewFiles("istio-system", namespace)
		addTo(t, f.Add, "zoo.yaml", strings.Replace(zooCfg, ", namespace: kafka", "", 1))
		if _, known := f.ConfigMap(context.Background(), namespace, "zoo"); known != Found {
			t.Errorf("%q: got %v", namespace, known)
		}
	}
}

func TestADocumentUnderReviewCountsMoreThanTheContext(t *testing.T) {
	f := NewFiles("istio-system", "")
	addTo(t, f.AddContext, "cluster.yaml", strings.Replace(zooCfg, "true", "false", 1))
	addTo(t, f.Add, "zoo.yaml", zooCfg)
	found, _ := f.ConfigMap(context.Background(), "kafka", "zoo")
	if text := found.Data["zoo.cfg"].Value; !strings.Contains(text, "=true") {
		t.Errorf("got %q", text)
	}
}

func TestDocumentsThatDisagreeLeaveAConfigMapUnknown(t *testing.T) {
	for name, test := range map[string]struct {
		second string
		want   Knowledge
	}{
		"the same elsewhere": {zooCfg, Found},
		"another text":       {strings.Replace(zooCfg, "2000", "3000", 1), Unknown},
		"another key":        {strings.Replace(zooCfg, "number: 1", "more: a", 1), Unknown},
		"another namespace":  {strings.Replace(zooCfg, "namespace: kafka", "namespace: dev", 1), Found},
	} {
		t.Run(name, func(t *testing.T) {
			f := NewFiles("istio-system", "")
			addTo(t, f.Add, "a.yaml", zooCfg)
			addTo(t, f.Add, "b.yaml", test.second)
			if _, known := f.ConfigMap(context.Background(), "kafka", "zoo"); known != test.want {
				t.Errorf("got %v, want %v", known, test.want)
			}
		})
	}
}

func TestAnAnswerIsGivenAgainForAMoment(t *testing.T) {
	var recent recentConfigMaps
	asked := 0
	ask := func(knowledge Knowledge, size int) func() (ConfigMap, Knowledge) {
		return func() (ConfigMap, Knowledge) {
			asked++
			return ConfigMap{Data: map[string]document.Text{"k": {Value: strings.Repeat("x", size)}}}, knowledge
		}
	}
	zoo, kafka := objectKey{"kafka", "zoo"}, objectKey{"kafka", "kafka"}
	for _, step := range []struct {
		key       objectKey
		knowledge Knowledge
		size      int
		want      int
	}{
		{zoo, Unknown, 0, 1}, // nobody answered, so the next one asks again
		{zoo, Found, 10, 2},
		{zoo, Absent, 0, 2},
		{kafka, Absent, 0, 3},
		{kafka, Found, 0, 3},
		{objectKey{"kafka", "huge"}, Found, recentBytes, 4}, // drops the others
		{zoo, Found, 10, 5},
	} {
		if recent.get(step.key, ask(step.knowledge, step.size)); asked != step.want {
			t.Errorf("%v: asked %d times, want %d", step.key, asked, step.want)
		}
	}
	answer := recent.answers[zoo]
	answer.until = answer.until.Add(-2 * recentFor)
	recent.answers[zoo] = answer
	if recent.get(zoo, ask(Found, 10)); asked != 6 {
		t.Errorf("an old answer was given again")
	}
}
