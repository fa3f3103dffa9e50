//go:build unix

package cli

import (
	"os"
	"syscall"
)

// keepOwner gives a file the owner of another one. Only root may do so for files of
// others; anybody else's new file belongs to who runs the command, as with any editor.
func keepOwner(fresh *os.File, old os.FileInfo) error {
	owner, ok := old.Sys().(*syscall.Stat_t)
	if ok && os.Geteuid() == 0 {
		return fresh.Chown(int(owner.Uid), int(owner.Gid))
	}
	return nil
}
