package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluice-dev/sluice/cli"
)

const docs = ".."

func TestPagesAreUpToDate(t *testing.T) {
	generated, err := all()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range generated {
		got, err := os.ReadFile(filepath.Join(docs, filepath.FromSlash(name)))
		if err != nil {
			t.Errorf("%v: run make generate", err)
			continue
		}
		if !bytes.Equal(got, want) {
			t.Errorf("docs/%s is stale: run make generate", name)
		}
	}
	for _, directory := range ownedDirectories {
		for _, name := range filesOf(t, directory) {
			if _, ok := generated[name]; !ok {
				t.Errorf("docs/%s is of something that no longer exists: run make generate", name)
			}
		}
	}
}

// TestLinksLeadSomewhere follows the links between the files of this repository, in
// pages that people wrote too.
func TestLinksLeadSomewhere(t *testing.T) {
	for _, page := range markdownFiles(t) {
		content, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, target := range links(content) {
			file, fragment, _ := strings.Cut(target, "#")
			linked := filepath.Join(filepath.Dir(page), filepath.FromSlash(file))
			if file == "" {
				linked = page
			}
			found, err := os.Stat(linked)
			if err != nil {
				t.Errorf("%s: %v", page, err)
				continue
			}
			if fragment == "" || found.IsDir() {
				continue
			}
			text, err := os.ReadFile(linked)
			if err != nil {
				t.Fatal(err)
			}
			if !hasHeading(text, fragment) {
				t.Errorf("%s: %s has no heading #%s", page, linked, fragment)
			}
		}
	}
}

// links returns the relative targets of the links of a page.
func links(page []byte) (targets []string) {
	for _, part := range strings.Split(string(page), "](")[1:] {
		target, _, ok := strings.Cut(part, ")")
		if ok && !strings.Contains(target, "://") {
			targets = append(targets, target)
		}
	}
	return targets
}

func hasHeading(page []byte, fragment string) bool {
	for line := range strings.Lines(string(page)) {
		if title := strings.TrimLeft(line, "#"); title != line && anchor(strings.TrimSpace(title)) == fragment {
			return true
		}
	}
	return false
}

// markdownFiles returns all Markdown files that belong to the repository.
func markdownFiles(t *testing.T) (names []string) {
	t.Helper()
	root := filepath.Join(docs, "..")
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != root && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "bin"):
			return filepath.SkipDir
		case filepath.Ext(path) == ".md":
			names = append(names, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// filesOf returns the files below a directory of docs/, by their path below docs/.
func filesOf(t *testing.T, directory string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(docs, directory), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(docs, path)
		names = append(names, filepath.ToSlash(name))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// TestTheScreenOfTheREADMEIsReal runs the commands that the README shows.
func TestTheScreenOfTheREADMEIsReal(t *testing.T) {
	t.Chdir(filepath.Join(docs, ".."))
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(readme), "```console\n")
	want, _, ok := strings.Cut(rest, "```\n")
	if !ok {
		t.Fatal("the README shows no screen")
	}
	var got bytes.Buffer
	for line := range strings.Lines(want) {
		command, ok := strings.CutPrefix(line, "$ bin/sluice ")
		if !ok {
			continue
		}
		if got.Len() > 0 {
			got.WriteByte('\n')
		}
		got.WriteString(line)
		cli.Run(t.Context(), strings.Fields(command), strings.NewReader(""), &got, &got)
	}
	if got.String() != want {
		t.Errorf("make demo prints something else:\n%s", got.Bytes())
	}
}

// anchor is the fragment under which a heading is found, as GitHub makes it.
func anchor(heading string) string {
	var name strings.Builder
	for _, r := range strings.ToLower(heading) {
		switch {
		case r == ' ':
			name.WriteByte('-')
		case r == '-', r == '_', 'a' <= r && r <= 'z', '0' <= r && r <= '9':
			name.WriteRune(r)
		}
	}
	return name.String()
}
