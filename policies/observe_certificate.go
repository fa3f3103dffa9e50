package policies

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/workload"
)

// certificateTable is the fact table of a Certificate of cert-manager's whose Secret a
// process has.
var certificateTable = []of[*certificate]{
	{Definition{"subject", Text, []string{string(Certificate)},
		"always the same"},
		(*certificate).subject, (*certificate).root},
	{Definition{"container", Text, nil,
		"the name of the container that has its Secret"},
		(*certificate).containerName, (*certificate).mountPlace},
	{Definition{"certificate", Text, nil,
		"the name of the Certificate"},
		(*certificate).certificateName, (*certificate).root},
	{Definition{"renewal_arrives", Text, []string{"yes", "no", "unknown"},
		"whether the process takes a renewed certificate: by itself, or because something restarts the pod"},
		(*certificate).renewalArrives, (*certificate).mountPlace},
	{Definition{"lacking_name", Text, nil,
		"the host that a listener with TLS advertises and the Certificate does not name; empty when there is none"},
		(*certificate).lackingName, (*certificate).namesPlace},
	{Definition{"lacks_client_usage", Boolean, nil,
		"whether it is for servers alone, and nodes use it as clients of each other"},
		(*certificate).lacksClientUsage, (*certificate).usagesPlace},
}

// certificate is a Certificate, and the process that has its Secret.
type certificate struct {
	*process
	object home
	mount  *document.Node
}

// certificates finds those of cert-manager's that the processes of a pod have.
func (p *pod) certificates(ctx context.Context, all []subject, around surroundings.Surroundings) []subject {
	volumes := p.secretVolumes()
	if len(volumes) == 0 {
		return all
	}
	objects, _ := around.Objects(ctx, surroundings.Certificate, p.Object.Namespace)
	for _, object := range objects {
		secret := object.Root.At("spec", "secretName").Text()
		for _, one := range p.Processes {
			for _, mount := range one.Container.Get("volumeMounts").Items() {
				if secret != "" && slices.Contains(volumes[mount.Get("name").Text()], secret) {
					all = append(all, &certificate{&process{pod: p, Process: one}, homeOf(object, p.Object.Namespace), mount})
				}
			}
		}
	}
	return all
}

// secretVolumes are the names of the Secrets in each volume.
func (p *pod) secretVolumes() map[string][]string {
	found := map[string][]string{}
	for _, volume := range p.Pod.At("spec", "volumes").Items() {
		name := volume.Get("name").Text()
		if secret := volume.At("secret", "secretName").Text(); secret != "" {
			found[name] = append(found[name], secret)
		}
		for _, source := range volume.At("projected", "sources").Items() {
			if secret := source.At("secret", "name").Text(); secret != "" {
				found[name] = append(found[name], secret)
			}
		}
	}
	return found
}

func (c *certificate) named() Subject { return Certificate }
func (c *certificate) called() string { return c.object.name.String() }

func (c *certificate) subject() any         { return string(Certificate) }
func (c *certificate) root() place          { return place{node: c.object.Root, in: &c.object} }
func (c *certificate) mountPlace() place    { return place{node: c.mount} }
func (c *certificate) certificateName() any { return c.object.name.Name }

// reloaderAnnotations are of controllers that restart a pod when its Secret changes.
const reloaderAnnotations = "reloader.stakater.com/"

func (c *certificate) renewalArrives() any {
	for _, annotations := range []*document.Node{c.Pod.At("metadata", "annotations"), c.Root.At("metadata", "annotations")} {
		for _, annotation := range annotations.Entries() {
			if strings.Contains(annotation.Key, reloaderAnnotations) {
				return string(workload.Yes)
			}
		}
	}
	switch {
	case c.Owner != nil:
		return string(workload.Unknown) // an operator may see to it
	case c.Role != workload.ZooKeeper:
		return string(workload.No)
	case c.mount.Get("subPath") != nil:
		return string(workload.No) // such a file stays what it was
	}
	_, quorum := c.zooKeeperOption("sslQuorumReloadCertFiles", isTrueText)
	_, clients := c.zooKeeperOption("client.certReload", isTrueText)
	if quorum || clients {
		return string(workload.Yes)
	}
	return string(workload.No)
}

func isTrueText(text string) bool { return isOneOf(strings.TrimSpace(text), "true") }

// advertisedHosts are the hosts under which listeners with TLS are reached.
func (p *process) advertisedHosts() (hosts []string) {
	read := p.listening()
	setting, _ := p.Property("advertised.listeners")
	for _, listener := range workload.ReadListeners(setting.Written()) {
		if strings.HasSuffix(read.protocols.Of(listener.Name), "SSL") && listener.Host != "" {
			hosts = append(hosts, listener.Host)
		}
	}
	return hosts
}

func (c *certificate) lackingName() any {
	if !c.Role.ServesKafka() {
		return ""
	}
	var names []string
	for _, name := range c.object.Root.At("spec", "dnsNames").Items() {
		names = append(names, name.Text())
	}
	if common := c.object.Root.At("spec", "commonName").Text(); len(names) == 0 && common != "" {
		names = []string{common}
	}
	for _, host := range c.advertisedHosts() {
		if !slices.ContainsFunc(names, func(name string) bool { return covers(name, host) }) {
			return host
		}
	}
	return ""
}

// covers reports whether a name of a certificate is one for a host, whose first label may
// be out of sight: then any name beside it will do.
func covers(name, host string) bool {
	if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return true // addresses are another field
	}
	label, rest, dotted := strings.Cut(host, ".")
	if strings.ContainsAny(rest, "$`") || !dotted && strings.ContainsAny(host, "$`") {
		return true
	}
	first, behind, _ := strings.Cut(name, ".")
	if strings.ContainsAny(label, "$`") {
		return strings.EqualFold(behind, rest)
	}
	return strings.EqualFold(name, host) || first == "*" && dotted && strings.EqualFold(behind, rest)
}

func (c *certificate) namesPlace() place { return c.inCertificate("spec", "dnsNames") }

// inCertificate is a place of the Certificate, rather than of the pod.
func (c *certificate) inCertificate(keys ...string) place {
	at := nearest(c.object.Root, keys...)
	at.in = &c.object
	return at
}

func (c *certificate) lacksClientUsage() any {
	usages := c.object.Root.At("spec", "usages").Items()
	has := func(usage string) bool {
		return slices.ContainsFunc(usages, func(u *document.Node) bool { return u.Text() == usage })
	}
	if !c.Role.ServesKafka() || !has("server auth") || has("client auth") {
		return false
	}
	read := c.listening()
	for _, name := range c.nodeListeners() {
		if read.known && read.protocols.Of(name) == "SSL" {
			return true
		}
	}
	return false
}

func (c *certificate) usagesPlace() place { return c.inCertificate("spec", "usages") }
