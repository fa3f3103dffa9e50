package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// cached returns the path of name as made from inputs, and makes it when there is
// none: build writes a file or a directory to the path it is given. What older
// inputs made is removed.
func (c *Cluster) cached(name string, inputs []string, build func(path string) error) (string, error) {
	sum := sha256.Sum256([]byte(strings.Join(inputs, "\x00")))
	path := filepath.Join(c.cache, name+"@"+hex.EncodeToString(sum[:6]))
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	say("making %s", name)
	older, err := filepath.Glob(filepath.Join(c.cache, name+"@*"))
	if err != nil {
		return "", err
	}
	for _, p := range older {
		if err := os.RemoveAll(p); err != nil {
			return "", err
		}
	}
	if err := build(path + ".part"); err != nil {
		return "", fmt.Errorf("making %s: %w", name, err)
	}
	return path, os.Rename(path+".part", path)
}
