package main

import (
	"bytes"
	"debug/buildinfo"
	"embed"
	"fmt"
	"path"
	"text/template"
)

//go:embed files
var files embed.FS

// render returns a file of files/ with the cluster's own names and addresses in it.
func (c *Cluster) render(name string) (string, error) {
	parsed, err := template.New(path.Base(name)).Option("missingkey=error").ParseFS(files, "files/"+name)
	if err != nil {
		return "", err
	}
	istio, err := c.istioVersion()
	if err != nil {
		return "", err
	}
	kubernetes, err := c.moduleVersion("kubeadm", "k8s.io/kubernetes")
	if err != nil {
		return "", err
	}
	var text bytes.Buffer
	err = parsed.Execute(&text, map[string]string{
		"Run": c.runPath(), "Logs": c.logs, "Store": c.store(), "Socket": c.containerdSocket(),
		"NodeName": nodeName, "NodeIP": nodeIP, "PodRange": podRange, "PodGateway": podGateway,
		"ServiceRange": serviceRange, "DNSServiceIP": dnsServiceIP,
		"PauseImage": pauseImage, "CoreDNSImage": coreDNSImage, "Hub": hub, "IstioVersion": istio, "KubernetesVersion": kubernetes,
	})
	return text.String(), err
}

// configure writes a file of files/ to where the programs find it.
func (c *Cluster) configure(name string) error {
	text, err := c.render(name)
	if err != nil {
		return err
	}
	return c.write(name, text)
}

// istioVersion is the tag of Istio's images.
func (c *Cluster) istioVersion() (string, error) {
	return c.moduleVersion("pilot-agent", "istio.io/istio")
}

// moduleVersion is the version of the module that a program is built from.
func (c *Cluster) moduleVersion(program, module string) (string, error) {
	info, err := buildinfo.ReadFile(c.bin(program))
	if err != nil {
		return "", err
	}
	for _, m := range append(info.Deps, &info.Main) {
		if m.Path == module {
			return m.Version, nil
		}
	}
	return "", fmt.Errorf("%s is not built from %s", c.bin(program), module)
}
