package main

import (
	"context"
	"embed"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/sluice-dev/sluice/test/cluster/image"
)

//go:embed files
var files embed.FS

// The user that the official images of both run as.
const appUser = 1000

// Tools that people and tests call in a broker's container.
var kafkaTools = map[string]string{
	"kafka-broker-api-versions": "org.apache.kafka.tools.BrokerApiVersionsCommand",
	"kafka-configs":             "kafka.admin.ConfigCommand",
	"kafka-console-consumer":    "org.apache.kafka.tools.consumer.ConsoleConsumer",
	"kafka-console-producer":    "org.apache.kafka.tools.ConsoleProducer",
	"kafka-consumer-groups":     "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
	"kafka-consumer-perf-test":  "org.apache.kafka.tools.ConsumerPerformance",
	"kafka-metadata-quorum":     "org.apache.kafka.tools.MetadataQuorumCommand",
	"kafka-producer-perf-test":  "org.apache.kafka.tools.ProducerPerformance",
	"kafka-storage":             "kafka.tools.StorageTool",
	"kafka-topics":              "org.apache.kafka.tools.TopicCommand",
}

const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

var kafkaConfig = v1.Config{
	Cmd: []string{"/etc/kafka/docker/run"}, User: "1000:1000", Env: []string{"PATH=/opt/kafka/bin:" + path},
}

// kafka is what an image of Kafka has on top of the base.
func (c *Cluster) kafka(ctx context.Context, release javaRelease) ([]image.File, error) {
	list, err := c.jars(ctx, "kafka", release, "/opt/kafka/libs")
	if err != nil {
		return nil, err
	}
	// KafkaDockerWrapper reads one syntax up to 3.x and another from 4.0 on, where
	// the last tool left Scala, too.
	logging, tools := "log4j2.yaml", kafkaTools
	if strings.HasPrefix(release.version, "3.") {
		logging, tools = "log4j.properties", maps.Clone(kafkaTools)
		tools["kafka-console-producer"] = "kafka.tools.ConsoleProducer"
	}
	for _, dir := range []string{"/opt/kafka/config", "/opt/kafka/logs", "/var/lib/kafka", "/var/lib/kafka/data", "/mnt/shared", "/mnt/shared/config"} {
		list = append(list, image.File{Path: dir, Mode: 0o755, Owner: appUser})
	}
	for name, class := range tools {
		script := "#!/bin/sh\nLOGGING=tools- exec /opt/kafka/bin/kafka-run-class.sh " + class + " \"$@\"\n"
		list = append(list, image.File{Path: "/opt/kafka/bin/" + name + ".sh", Content: []byte(script), Mode: 0o755})
	}
	return embedded(list, map[string]string{
		"/opt/kafka/bin/kafka-run-class.sh":    "kafka-run-class.sh",
		"/opt/kafka/bin/kafka-server-start.sh": "kafka-server-start.sh",
		"/etc/kafka/docker/run":                "kafka-run.sh",
		"/etc/kafka/docker/" + logging:         "kafka-" + logging,
		"/etc/kafka/docker/tools-" + logging:   "kafka-tools-" + logging,
		"/etc/kafka/docker/server.properties":  "kafka-server.properties",
	})
}

func zooKeeperHome(version string) string { return "/apache-zookeeper-" + version + "-bin" }

func zooKeeperConfig(version string) v1.Config {
	home := zooKeeperHome(version)
	return v1.Config{
		Entrypoint: []string{"/docker-entrypoint.sh"}, Cmd: []string{"zkServer.sh", "start-foreground"},
		User: "1000:1000", WorkingDir: home, Env: []string{"PATH=" + home + "/bin:" + path, "ZOO_HOME=" + home},
	}
}

// zooKeeper is what an image of ZooKeeper has on top of the base.
func (c *Cluster) zooKeeper(ctx context.Context, release javaRelease) ([]image.File, error) {
	home := zooKeeperHome(release.version)
	list, err := c.jars(ctx, "zookeeper", release, home+"/lib")
	if err != nil {
		return nil, err
	}
	for _, dir := range []string{"/conf", "/data", "/datalog", "/logs"} {
		list = append(list, image.File{Path: dir, Mode: 0o755, Owner: appUser})
	}
	return embedded(list, map[string]string{
		"/docker-entrypoint.sh":   "zookeeper-entrypoint.sh",
		home + "/bin/zkServer.sh": "zookeeper-server.sh",
		home + "/bin/zkCli.sh":    "zookeeper-cli.sh",
		"/conf/log4j.properties":  "zookeeper-log4j.properties",
	})
}

// jars fetches a release with all that it depends on, to be put into target.
func (c *Cluster) jars(ctx context.Context, name string, release javaRelease, target string) ([]image.File, error) {
	var pom, exclusions strings.Builder
	for _, coordinates := range release.exclude {
		part := strings.Split(coordinates, ":")
		fmt.Fprintf(&exclusions, "<exclusion><groupId>%s</groupId><artifactId>%s</artifactId></exclusion>", part[0], part[1])
	}
	fmt.Fprintf(&pom, "<project><modelVersion>4.0.0</modelVersion><groupId>dev.sluice.test</groupId><artifactId>%s</artifactId><version>1</version><dependencies>\n", name)
	for _, coordinates := range release.artifacts {
		part := strings.Split(coordinates, ":")
		fmt.Fprintf(&pom, "<dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version><exclusions>%s</exclusions></dependency>\n",
			part[0], part[1], part[2], exclusions.String())
	}
	pom.WriteString("</dependencies></project>\n")
	dir, err := c.cached("jars-"+name+"-"+release.version, []string{pom.String(), mavenPlugin}, func(path string) error {
		if err := os.MkdirAll(path, 0o755); err != nil {
			return err
		}
		file := filepath.Join(path, "pom.xml")
		if err := os.WriteFile(file, []byte(pom.String()), 0o644); err != nil {
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

func embedded(list []image.File, sources map[string]string) ([]image.File, error) {
	for target, source := range sources {
		text, err := files.ReadFile("files/" + source)
		if err != nil {
			return nil, err
		}
		list = append(list, image.File{Path: target, Content: text, Mode: 0o755})
	}
	return list, nil
}
