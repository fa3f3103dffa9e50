package workload

import (
	"path"
	"slices"
	"strings"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/surroundings"
)

// disk is what the volumes of a pod hold, as far as that can be told: the texts of
// ConfigMaps, and what the scripts of init containers write into empty directories.
type disk struct {
	catalogue *Catalogue
	pod       *document.Node
	see       *sight

	// written are the files of empty directories, by the volume's name and the path.
	written map[string]content
	// ran is how many init containers have run so far.
	ran int
}

// mounted is a file of a container that lies on a volume.
type mounted struct {
	// mount is the entry of volumeMounts, volume the volume of the pod. A volume that a
	// StatefulSet claims for each pod is not there.
	mount, volume *document.Node
	// path is the path within the volume; known is false when it depends on a variable.
	path  string
	known bool
}

// close ends the time for looking.
func (d *disk) close() {
	if d != nil {
		d.see.close()
	}
}

// locate returns the volume on which a file of a container lies: the mount that is
// nearest to it. ok is false for a file of the image.
func (d *disk) locate(container *document.Node, file string) (found mounted, ok bool) {
	if d == nil {
		return mounted{}, false
	}
	longest := -1
	for _, mount := range container.Get("volumeMounts").Items() {
		directory := path.Clean(mount.Get("mountPath").Text())
		rest, below := strings.CutPrefix(file, strings.TrimSuffix(directory, "/"))
		if !below || rest != "" && rest[0] != '/' || len(directory) <= longest {
			continue
		}
		longest = len(directory)
		found = mounted{mount: mount, path: path.Join(mount.Get("subPath").Text(), rest), known: mount.Get("subPathExpr") == nil}
	}
	if longest < 0 {
		return mounted{}, false
	}
	found.path = strings.TrimPrefix(found.path, "/")
	found.volume = volumeOf(d.pod, found.mount)
	return found, true
}

// String names the file as a person would: "zoo.cfg in ConfigMap zookeeper". It is
// empty for one that lies on no ConfigMap or Secret, or on one of several.
func (m mounted) String() string {
	if !m.known {
		return ""
	}
	var names []string
	for _, source := range append([]*document.Node{m.volume}, m.volume.At("projected", "sources").Items()...) {
		for _, holder := range []struct{ kind, field, name string }{
			{"ConfigMap", "configMap", "name"}, {"Secret", "secret", "secretName"}, {"Secret", "secret", "name"},
		} {
			object := source.Get(holder.field)
			name := object.Get(holder.name).Text()
			if key, ok := projectedKey(object, m.path); ok && name != "" {
				names = append(names, key+" in "+holder.kind+" "+name)
			}
		}
	}
	if len(names) != 1 {
		return ""
	}
	return names[0]
}

// projectedKey returns the key whose text becomes a file of a volume: the key of that
// name, or among those that are chosen the one that is put there.
func projectedKey(source *document.Node, file string) (key string, ok bool) {
	items := source.Get("items").Items()
	if len(items) == 0 {
		return file, true
	}
	i := slices.IndexFunc(items, func(item *document.Node) bool { return path.Clean(item.Get("path").Text()) == file })
	if i < 0 {
		return "", false
	}
	return items[i].Get("key").Text(), true
}

// volumeOf returns the volume of a mount, nil when the pod names none of that name.
func volumeOf(pod, mount *document.Node) *document.Node {
	name := mount.Get("name").Text()
	for _, volume := range pod.At("spec", "volumes").Items() {
		if volume.Get("name").Text() == name {
			return volume
		}
	}
	return nil
}

// read returns what a file of a container holds when the container starts. What
// cannot be told is any content; what is certainly not there is none.
func (d *disk) read(container *document.Node, file string) content {
	if d == nil {
		return anything(Place{})
	}
	found, ok := d.locate(container, file)
	if !ok {
		return anything(Place{})
	}
	text, knowledge := d.text(found)
	switch {
	case text != nil:
		return contentOf(text, found.mount)
	case knowledge == surroundings.Absent:
		return content{}
	case found.volume.Get("emptyDir") != nil && found.known:
		return d.readEmptyDir(container, found)
	default:
		return anything(At(found.mount))
	}
}

// text returns the text of a ConfigMap that a file is. It is absent when the volume
// holds files of ConfigMaps alone, and none of that name.
func (d *disk) text(file mounted) (*ConfigText, surroundings.Knowledge) {
	if !file.known {
		return nil, surroundings.Unknown
	}
	if source := file.volume.Get("configMap"); source != nil {
		return d.projection(source, file.path)
	}
	sources := file.volume.At("projected", "sources").Items()
	if len(sources) == 0 {
		return nil, surroundings.Unknown
	}
	knowledge := surroundings.Absent
	for _, source := range slices.Backward(sources) {
		text, known := d.projection(source.Get("configMap"), file.path)
		if text != nil {
			return text, known
		}
		knowledge = min(knowledge, known)
	}
	return nil, knowledge
}

// projection looks for a file in what a volume makes of a ConfigMap: its keys, or
// those that are chosen under a path each.
func (d *disk) projection(source *document.Node, file string) (*ConfigText, surroundings.Knowledge) {
	if source == nil {
		return nil, surroundings.Unknown
	}
	key, ok := projectedKey(source, file)
	if !ok {
		return nil, surroundings.Absent
	}
	seen := d.see.configMap(source.Get("name").Text())
	switch {
	case seen.texts[key] != nil:
		return seen.texts[key], surroundings.Found
	case seen.knowledge == surroundings.Found && !slices.Contains(seen.Binary, key),
		seen.knowledge == surroundings.Absent && source.Get("optional").IsTrue():
		return nil, surroundings.Absent
	default:
		return nil, surroundings.Unknown
	}
}

// named returns the one file of that name which a container mounts from a ConfigMap,
// wherever it does.
func (d *disk) named(container *document.Node, name string) (file string, ok bool) {
	if d == nil {
		return "", false
	}
	for _, mount := range container.Get("volumeMounts").Items() {
		candidate := path.Clean(mount.Get("mountPath").Text())
		if path.Base(candidate) != name {
			candidate = path.Join(candidate, name)
		}
		found, located := d.locate(container, candidate)
		if !located || found.mount != mount {
			continue
		}
		if text, _ := d.text(found); text == nil || candidate == file {
			continue
		}
		if ok {
			return "", false
		}
		file, ok = candidate, true
	}
	return file, ok
}

// readEmptyDir returns what the init containers before a container have left in a
// file. Where none of them mounts the volume, there is none.
func (d *disk) readEmptyDir(container *document.Node, file mounted) content {
	inits := d.pod.At("spec", "initContainers").Items()
	before := len(inits)
	if i := slices.Index(inits, container); i >= 0 {
		before = i
	}
	d.run(inits[:before])
	if written, ok := d.written[d.key(file)]; ok {
		return written
	}
	name := file.volume.Get("name").Text()
	mounts := func(mount *document.Node) bool { return mount.Get("name").Text() == name }
	for _, init := range inits[:before] {
		if slices.ContainsFunc(init.Get("volumeMounts").Items(), mounts) {
			return anything(At(file.mount))
		}
	}
	return content{}
}

// run follows init containers that have not run yet.
func (d *disk) run(inits []*document.Node) {
	for d.ran < len(inits) {
		init := inits[d.ran]
		d.ran++ // before it reads in its turn what those before it have left
		r := readCommand(d.catalogue, d.pod, init, d.catalogue.byImage(parseReference(init.Get("image").Text()), init))
		r.lookFurther(d.pod, d)
		for _, w := range r.wrote {
			if file, ok := d.locate(init, w.file); ok && file.known && file.volume.Get("emptyDir") != nil {
				if d.written == nil {
					d.written = map[string]content{}
				}
				d.written[d.key(file)] = w.content
			}
		}
	}
}

func (d *disk) key(file mounted) string { return file.volume.Get("name").Text() + "/" + file.path }
