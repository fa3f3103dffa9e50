package main

import (
	"bytes"
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"text/template"
)

// A repository of manifests as large companies have them.
const (
	manifestFiles   = 1000
	objectsPerFile  = 4
	manifestObjects = manifestFiles * objectsPerFile
)

//go:embed manifests/*.yaml
var manifestFS embed.FS

// charts are the templates, in turn one for each file.
var charts = []string{"confluent.yaml", "official.yaml"}

// cluster is what differs between two Kafka clusters of one company.
type cluster struct {
	Namespace                   string
	Replicas, Storage           int
	SuperUsers                  string
	Kafka, ZooKeeper, Confluent string
}

func clusterOf(i int) cluster {
	c := cluster{
		Namespace:  fmt.Sprintf("team-%04d", i),
		Replicas:   3 + i%3,
		Storage:    50 + 10*(i%7),
		SuperUsers: "User:admin",
		Kafka:      []string{"3.9.1", "4.0.1", "4.1.1"}[i%3],
		ZooKeeper:  []string{"3.8.4", "3.9.3", "3.9.4"}[i%3],
		Confluent:  []string{"7.7.1", "7.8.0", "7.9.2"}[i%3],
	}
	// One in ten has a fault that no mutator mends.
	if i%10 == 0 {
		c.SuperUsers = "User:ANONYMOUS;User:admin"
	}
	return c
}

// writeManifests writes the files into directory, the same ones in every run.
func writeManifests(directory string) error {
	templates, err := template.ParseFS(manifestFS, "manifests/*.yaml")
	if err != nil {
		return err
	}
	var text bytes.Buffer
	for i := range manifestFiles {
		text.Reset()
		if err := templates.ExecuteTemplate(&text, charts[i%len(charts)], clusterOf(i)); err != nil {
			return err
		}
		name := filepath.Join(directory, fmt.Sprintf("cluster-%04d.yaml", i))
		if err := os.WriteFile(name, text.Bytes(), 0o600); err != nil {
			return err
		}
	}
	return nil
}
