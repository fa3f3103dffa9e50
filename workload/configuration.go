package workload

import (
	"path"
	"slices"
	"strings"
)

// zooKeeperFile is the file that zkServer.sh reads when its command line names none.
const zooKeeperFile = "zoo.cfg"

// readConfiguration reads the file that the server reads, where there is one beside
// the variables.
func (p *Process) readConfiguration(r *reader) {
	if p.Reading == Read && !p.underlain && !p.generated() || p.Reading == Unclear {
		return
	}
	lines, file := p.configuration(r)
	p.file = readProperties(lines)
	for _, l := range lines {
		if l.place.Text != nil {
			p.filePlace = Place{Node: l.place.Node, Text: l.place.Text, Offset: -1}
			p.fileName = l.place.Text.String()
			return
		}
	}
	if found, ok := r.outside.locate(r.container, file); ok {
		p.filePlace, p.fileName = At(found.mount), found.String()
	}
}

// configuration returns the lines of that file, and its name: as the container's own
// scripts leave it, or else as it is mounted.
func (p *Process) configuration(r *reader) (lines content, file string) {
	for _, w := range slices.Backward(p.call.wrote) {
		if p.readsFile(w.file) && w.from == "" {
			return w.content, w.file
		}
	}
	left := reader{container: r.container, outside: r.outside, wrote: p.call.wrote}
	if file := p.ConfigurationFile; file != "" {
		if !path.IsAbs(file) {
			file = path.Join(p.Container.Get("workingDir").Text(), file)
		}
		return left.read(path.Clean(file)), path.Clean(file)
	}
	for _, c := range p.Distribution.Configuration {
		if _, file := c.locate(p.environment); p.mounts(file) {
			return left.read(file), file
		}
	}
	if p.Distribution.Product == ZooKeeperProduct {
		if file, ok := r.outside.named(r.container, zooKeeperFile); ok {
			return left.read(file), file
		}
	}
	return anything(Place{}), ""
}

// mounts reports whether a file, or its directory, is mounted.
func (p *Process) mounts(file string) bool {
	for _, mount := range p.Container.Get("volumeMounts").Items() {
		if mounted := path.Clean(mount.Get("mountPath").Text()); mounted == file || mounted == path.Dir(file) {
			return true
		}
	}
	return false
}

// readsFile reports whether a file that a script wrote is the one that the server
// reads. Where a directory stands in a variable, the file's name must do.
func (p *Process) readsFile(file string) bool {
	read := p.ConfigurationFile
	if read == "" {
		return slices.ContainsFunc(p.Distribution.Configuration, func(c ConfigurationFile) bool { return c.File == path.Base(file) }) ||
			p.Distribution.Product == ZooKeeperProduct && path.Base(file) == zooKeeperFile
	}
	if strings.ContainsAny(file+read, "$`") {
		return path.Base(file) == path.Base(read)
	}
	return path.Clean(file) == path.Clean(read)
}
