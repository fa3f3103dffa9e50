// Package servers runs real Kafka and ZooKeeper servers on this machine, from their
// jars, for tests of what speaks their protocols. It needs Java 17 and Maven.
package servers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// plugin copies jars.
const plugin = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"

// Release is a version of a server: what Maven is asked for. Each artifact is named
// exactly, since ranges in their own descriptions would mix versions.
type Release struct {
	Name, Version string
	// Artifacts are group:artifact:version.
	Artifacts []string
	// Exclude are group:artifact, kept out of what the artifacts depend on.
	Exclude []string
}

var logback = []string{"ch.qos.logback:logback-classic", "ch.qos.logback:logback-core"}

// KafkaReleases are the last one with ZooKeeper and one that has dropped it, and with
// it the old versions of most requests.
var KafkaReleases = []Release{
	{"kafka", "3.9.2", []string{
		"org.apache.kafka:kafka_2.13:3.9.2", "org.apache.kafka:kafka-tools:3.9.2", "org.slf4j:slf4j-reload4j:1.7.36",
	}, logback},
	{"kafka", "4.3.1", []string{
		"org.apache.kafka:kafka_2.13:4.3.1", "org.apache.kafka:kafka-tools:4.3.1", "org.apache.logging.log4j:log4j-slf4j-impl:2.25.3",
	}, nil},
}

// ZooKeeperReleases are the oldest one that still runs somewhere, the first with TLS
// and a list of allowed commands, and today's.
var ZooKeeperReleases = []Release{
	{"zookeeper", "3.4.14", []string{"org.apache.zookeeper:zookeeper:3.4.14"}, nil},
	{"zookeeper", "3.5.7", []string{"org.apache.zookeeper:zookeeper:3.5.7", "io.netty:netty-all:4.1.45.Final"}, nil},
	{"zookeeper", "3.9.5", []string{
		"org.apache.zookeeper:zookeeper:3.9.5", "org.slf4j:slf4j-reload4j:2.0.13",
		"io.dropwizard.metrics:metrics-core:4.1.12.1", "org.xerial.snappy:snappy-java:1.1.10.5",
	}, logback},
}

// jars returns a directory with the jars of a release, which Maven fetches once.
func (r Release) jars(ctx context.Context) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	directory := filepath.Join(cache, "sluice", "jars", r.Name+"-"+r.Version)
	pom := filepath.Join(directory, "pom.xml")
	text := r.pom()
	if have, err := os.ReadFile(pom); err == nil && string(have) == text {
		return directory, nil
	}
	// The description is written last, so that what was fetched in part is not taken for
	// the whole.
	if err := errors.Join(os.RemoveAll(directory), os.MkdirAll(directory, 0o755)); err != nil {
		return "", err
	}
	draft := filepath.Join(directory, "draft.xml")
	if err := os.WriteFile(draft, []byte(text), 0o644); err != nil {
		return "", err
	}
	command := exec.CommandContext(ctx, "mvn", "--quiet", "--batch-mode", "--file", draft, plugin+":copy-dependencies",
		"-DincludeScope=runtime", "-DoutputDirectory="+directory)
	if out, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("fetching %s %s: %w\n%s", r.Name, r.Version, err, out)
	}
	return directory, os.Rename(draft, pom)
}

// pom describes a project that depends on the artifacts.
func (r Release) pom() string {
	var exclusions, pom strings.Builder
	for _, coordinates := range r.Exclude {
		part := strings.Split(coordinates, ":")
		fmt.Fprintf(&exclusions, "<exclusion><groupId>%s</groupId><artifactId>%s</artifactId></exclusion>", part[0], part[1])
	}
	fmt.Fprintf(&pom, "<project><modelVersion>4.0.0</modelVersion><groupId>dev.sluice.test</groupId><artifactId>%s</artifactId><version>1</version><dependencies>\n", r.Name)
	for _, coordinates := range r.Artifacts {
		part := strings.Split(coordinates, ":")
		fmt.Fprintf(&pom, "<dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version><exclusions>%s</exclusions></dependency>\n",
			part[0], part[1], part[2], exclusions.String())
	}
	pom.WriteString("</dependencies></project>\n")
	return pom.String()
}
