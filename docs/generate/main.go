// Command generate writes the pages of docs/ that the code already says: reasons,
// rules, facts, distributions and commands. Run it by make generate; its test fails
// while a page is stale.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: generate DIRECTORY")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// pages are the contents of files by their slash-separated path below docs/.
type pages map[string][]byte

// ownedDirectories hold generated pages only.
var ownedDirectories = []string{"cli", "reasons", "rules"}

func all() (pages, error) {
	p := pages{}
	p.addReasons()
	p.addRules()
	p.addFacts()
	p.addDistributions()
	if err := p.addValues(); err != nil {
		return nil, err
	}
	return p, p.addCommands()
}

// write brings directory up to date: pages of what no longer exists are removed.
func write(directory string) error {
	generated, err := all()
	if err != nil {
		return err
	}
	for _, owned := range ownedDirectories {
		if err := os.RemoveAll(filepath.Join(directory, owned)); err != nil {
			return err
		}
	}
	for name, content := range generated {
		file := filepath.Join(directory, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
