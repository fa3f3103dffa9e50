package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// inPlace writes the changes into the files.
type inPlace struct{}

func (inPlace) write(result *reviewed) error {
	if len(result.spliced) == 0 {
		return nil
	}
	return rewrite(result.input.name, result.content())
}

func (inPlace) end() error { return nil }

// rewrite gives a file another content: a new file with the permissions of the old
// one takes its name, so that nobody ever reads half of it. A symbolic link stays
// one.
func rewrite(name string, content []byte) (err error) {
	target, err := filepath.EvalSymlinks(name)
	if err != nil {
		return readable(name, err)
	}
	info, err := os.Stat(target)
	if err != nil {
		return readable(name, err)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s: --in-place writes into regular files only", name)
	}
	fresh, err := os.CreateTemp(filepath.Dir(target), "."+filepath.Base(target)+".*")
	if err != nil {
		return readable(name, err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(fresh.Name())
			err = fmt.Errorf("%s: %w; the file is as it was", name, err)
		}
	}()
	_, err = fresh.Write(content)
	err = errors.Join(err, fresh.Chmod(info.Mode()), keepOwner(fresh, info), fresh.Sync(), fresh.Close())
	if err != nil {
		return err
	}
	return os.Rename(fresh.Name(), target)
}
