package main

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/sluice-dev/sluice/release/image"
)

// The user that the official images of both run as.
const appUser = 1000

const binaries = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// servers are what has a Java server in it: the official images, and those of others,
// which stand on the same files, with their own start scripts beside the official one.
func (c *Cluster) servers(ctx context.Context) ([]recipe, error) {
	var list []recipe
	kafka := v1.Config{Cmd: []string{"/etc/kafka/docker/run"}, User: "1000:1000", Env: []string{"PATH=/opt/kafka/bin:" + binaries}}
	zooKeeper := v1.Config{
		Entrypoint: []string{"/docker-entrypoint.sh"}, Cmd: []string{"zkServer.sh", "start-foreground"},
		User: "1000:1000", Env: []string{"PATH=" + binaries},
	}
	for _, release := range releases {
		config, libs := kafka, "/opt/kafka/libs"
		if release.product == "zookeeper" {
			config, libs = zooKeeper, "/opt/zookeeper/lib"
		}
		files, err := c.jars(ctx, release, libs)
		if err != nil {
			return nil, err
		}
		more, err := c.scripts(release)
		if err != nil {
			return nil, err
		}
		files = append(files, more...)
		for _, dir := range []string{"/opt/kafka/config", "/opt/kafka/logs", "/var/lib/kafka/data", "/mnt/shared/config", "/conf", "/data", "/datalog", "/logs"} {
			files = append(files, image.File{Path: dir, Mode: 0o755, Owner: appUser})
		}
		list = append(list, recipe{release.tag, true, files, config})
		for _, other := range release.others {
			config.Entrypoint, config.Cmd = strings.Fields(other.entrypoint), []string{other.command}
			list = append(list, recipe{other.tag, true, files, config})
		}
	}
	return list, nil
}

// scripts are the files of a product's directory below files/, and the tools that
// people and tests call in a broker's container.
func (c *Cluster) scripts(release javaRelease) ([]image.File, error) {
	var list []image.File
	root := "files/" + release.product
	err := fs.WalkDir(files, root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := files.ReadFile(path)
		list = append(list, image.File{Path: strings.TrimPrefix(path, root), Content: text, Mode: 0o755})
		return err
	})
	if err != nil || release.product != "kafka" {
		return list, err
	}
	tools, err := files.ReadFile("files/kafka-tools")
	for line := range strings.Lines(string(tools)) {
		name, class, _ := strings.Cut(strings.TrimSpace(line), " ")
		if old, ok := release.moved[class]; ok {
			class = old
		}
		script := "#!/bin/sh\nLOGGING=tools- exec /opt/kafka/bin/kafka-run-class.sh " + class + " \"$@\"\n"
		list = append(list, image.File{Path: "/opt/kafka/bin/" + name + ".sh", Content: []byte(script), Mode: 0o755})
	}
	return list, err
}

// jars fetches a release with all that it depends on, to be put into target.
func (c *Cluster) jars(ctx context.Context, release javaRelease, target string) ([]image.File, error) {
	var exclusions, dependencies strings.Builder
	for _, artifact := range release.exclude {
		exclusions.WriteString("<exclusion>" + coordinates(artifact) + "</exclusion>")
	}
	for _, artifact := range release.artifacts {
		dependencies.WriteString("<dependency>" + coordinates(artifact) + "<exclusions>" + exclusions.String() + "</exclusions></dependency>\n")
	}
	pom := "<project><modelVersion>4.0.0</modelVersion>" + coordinates("dev.sluice.test:"+release.product+":1") +
		"<dependencies>\n" + dependencies.String() + "</dependencies></project>\n"
	name := "jars-" + strings.NewReplacer("/", "-", ":", "-").Replace(release.tag)
	dir, err := c.cached(name, []string{pom, mavenPlugin}, func(path string) error {
		if err := os.MkdirAll(path, 0o755); err != nil {
			return err
		}
		file := filepath.Join(path, "pom.xml")
		if err := os.WriteFile(file, []byte(pom), 0o644); err != nil {
			return err
		}
		return run(ctx, "mvn", "--quiet", "--batch-mode", "--file", file, mavenPlugin+":copy-dependencies",
			"-DincludeScope=runtime", "-DoutputDirectory="+path)
	})
	if err != nil {
		return nil, err
	}
	paths, err := filepath.Glob(filepath.Join(dir, "*.jar"))
	var list []image.File
	for _, path := range paths {
		list = append(list, image.File{Path: target + "/" + filepath.Base(path), Source: path, Mode: 0o644})
	}
	return list, err
}

// coordinates writes group:artifact:version as Maven's XML has it.
func coordinates(artifact string) string {
	var xml strings.Builder
	for i, part := range strings.Split(artifact, ":") {
		tag := []string{"groupId", "artifactId", "version"}[i]
		xml.WriteString("<" + tag + ">" + part + "</" + tag + ">")
	}
	return xml.String()
}
