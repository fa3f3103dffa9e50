package settings_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sluice-dev/sluice/pipeline"
	"github.com/sluice-dev/sluice/settings"
)

// ownRow is a right row; line 2 of a settings file begins it.
const ownRow = `distributions:
  - name: ours
    title: Ours
    product: kafka
    images: [{repository: team/ours}]
    starts: [{program: start-kafka.sh, anywhere: true}]
    serviceLinks: ignored
`

func TestMistakesInRowsAreNamedWithTheirPosition(t *testing.T) {
	if _, err := settings.Parse([]byte(ownRow), "s.yaml", pipeline.Names()); err != nil {
		t.Fatalf("a right row: %v", err)
	}
	many := func(what string, count int) string { return strings.TrimSuffix(strings.Repeat(what+", ", count), ", ") }
	for _, test := range []struct{ name, from, to, want string }{
		{"no list", ownRow, "distributions: {name: ours}", `s.yaml:1:16: distributions is a list of rows`},
		{"an unknown key", "title: Ours", "titel: Ours", `s.yaml:3:5: `},
		{"a title that is no text", "title: Ours", "title: [x]", `s.yaml:3:12: `},
		{"no title", "    title: Ours\n", "", `s.yaml:2:5: name and title must be given`},
		{"a product that is none", "product: kafka", "product: pulsar", `s.yaml:4:14: product: "pulsar" is none of`},
		{"the product of private images", "product: kafka", "product: any", `product: any is told by an annotation alone`},
		{"the name of a built-in row", "name: ours", "name: bitnami-kafka", `s.yaml:2:11: name: "bitnami-kafka" is a row that Sluice has itself`},
		{"a name twice", ownRow, ownRow + strings.TrimPrefix(ownRow, "distributions:\n"), `s.yaml:8:11: name: "ours" is the name of a row before it`},
		{"an image that a condition cannot ask for", "team/ours", "'team/o\"urs'", `s.yaml:5:27: images[0].repository: "team/o\"urs" is no repository`},
		{"an image that is any", "team/ours", "'team/*'", `s.yaml:5:14: images[0]: repository: "team/*" has no text to go by`},
		{"a program that a condition cannot ask for", "start-kafka.sh", "'start kafka'", `s.yaml:6:14: starts[0]: "start kafka" is neither a program`},
		{"a program that every pod would be looked at for", "start-kafka.sh", "run.sh", `s.yaml:6:14: starts[0]: only a program with one of `},
		{"an effect of service links that is none", "ignored", "maybe", `s.yaml:7:19: serviceLinks: "maybe" is none of`},
		{"too many rows", ownRow, "distributions: [" + many("{}", 65) + "]", `s.yaml:1:16: 65 rows are too many: there may be 64`},
		{"too many images", "[{repository: team/ours}]", "[" + many("{repository: team/ours}", 33) + "]", `s.yaml:2:3: all rows together may have 32 images`},
		{"too many wildcards", "team/ours", "'a*b*c*/ours*x'", `s.yaml:5:27: images[0].repository: there may be 3 wildcards`},
		{"a regular expression that is none", "serviceLinks", "version: {tags: ['(']}\n    serviceLinks", `s.yaml:7:21: version.tags: "("`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := settings.Parse([]byte(strings.Replace(ownRow, test.from, test.to, 1)), "s.yaml", pipeline.Names())
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestAllMistakesInRowsAreNamed(t *testing.T) {
	text := strings.NewReplacer("product: kafka", "product: pulsar", "ignored", "maybe").Replace(ownRow)
	_, err := settings.Parse([]byte(text), "s.yaml", pipeline.Names())
	for _, at := range []string{"s.yaml:4:14", "s.yaml:7:19"} {
		if err == nil || !strings.Contains(fmt.Sprint(err), at) {
			t.Errorf("nothing about %s in %v", at, err)
		}
	}
}
