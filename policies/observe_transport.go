package policies

import (
	"slices"
	"strings"

	"github.com/sluice-dev/sluice/workload"
)

// transportFacts are the facts about how a process encrypts by itself.
var transportFacts = []of[*process]{
	{Definition{"allows_broken_tls", Boolean, nil,
		"whether a property allows a broken version of TLS"},
		(*process).allowsBrokenVersion, (*process).brokenVersionPlace},
	{Definition{"broken_tls_version", Text, nil,
		"the first broken version of TLS that a property allows, as in TLSv1; empty when there is none"},
		(*process).brokenVersion, (*process).brokenVersionPlace},
	{Definition{"allows_broken_cipher", Boolean, nil,
		"whether a property allows a broken cipher suite"},
		(*process).allowsBrokenCipher, (*process).brokenCipherPlace},
	{Definition{"broken_cipher", Text, nil,
		"the first broken cipher suite that a property allows; empty when there is none"},
		(*process).brokenCipher, (*process).brokenCipherPlace},
	{Definition{"password_listener_in_clear", Text, nil,
		"the first listener that takes passwords, SASL/PLAIN, without TLS of its own; empty when there is none"},
		(*process).clearPasswordListener, (*process).protocolsPlace},
}

// The properties that choose versions and ciphers, Kafka's and ZooKeeper's.
var (
	versionProperties = []string{"ssl.enabled.protocols", "ssl.protocol"}
	cipherProperties  = []string{"ssl.cipher.suites"}

	zooKeeperVersionProperties = []string{"ssl.enabledProtocols", "ssl.protocol", "ssl.quorum.enabledProtocols", "ssl.quorum.protocol"}
	zooKeeperCipherProperties  = []string{"ssl.ciphersuites", "ssl.quorum.ciphersuites"}
)

// brokenVersions have been deprecated by RFC 7568 and RFC 8996.
var brokenVersions = []string{"SSL", "SSLv2", "SSLv2Hello", "SSLv3", "TLSv1", "TLSv1.1"}

// brokenCiphers are parts of the names of suites without authentication, without
// encryption, or with a broken one: RFC 7465, RFC 9325.
var brokenCiphers = []string{"_NULL_", "_anon_", "_EXPORT", "_RC4_", "_DES_", "_DES40_", "_3DES_", "_RC2_"}

func isBrokenVersion(version string) bool { return isOneOf(version, brokenVersions...) }

func isBrokenCipher(cipher string) bool {
	return slices.ContainsFunc(brokenCiphers, func(part string) bool {
		return strings.Contains(strings.ToUpper(cipher), strings.ToUpper(part))
	})
}

// item finds the first item of the lists that these properties hold which fits, and the
// property.
func (p *process) item(properties []string, fits func(string) bool) (item, property string) {
	for _, property := range properties {
		for _, item := range listOf(p.textOf(property)) {
			if fits(item) {
				return item, property
			}
		}
	}
	return "", ""
}

// listOf splits a list at commas and white space.
func listOf(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\t' })
}

func (p *process) versionProperties() []string {
	if p.Role == workload.ZooKeeper {
		return zooKeeperVersionProperties
	}
	return p.withListeners(versionProperties)
}

func (p *process) cipherProperties() []string {
	if p.Role == workload.ZooKeeper {
		return zooKeeperCipherProperties
	}
	return p.withListeners(cipherProperties)
}

// withListeners adds the same properties for each listener alone.
func (p *process) withListeners(properties []string) []string {
	own := p.ownListeners()
	if len(own) == 0 {
		return properties
	}
	all := slices.Clone(properties)
	for _, listener := range own {
		for _, property := range properties {
			all = append(all, workload.ListenerProperty(listener.Name, property))
		}
	}
	return all
}

func (p *process) brokenVersion() any {
	version, _ := p.item(p.versionProperties(), isBrokenVersion)
	return version
}

func (p *process) allowsBrokenVersion() any { return p.brokenVersion() != "" }

func (p *process) brokenVersionPlace() place {
	_, property := p.item(p.versionProperties(), isBrokenVersion)
	return p.settingPlace(property)
}

func (p *process) brokenCipher() any {
	cipher, _ := p.item(p.cipherProperties(), isBrokenCipher)
	return cipher
}

func (p *process) allowsBrokenCipher() any { return p.brokenCipher() != "" }

func (p *process) brokenCipherPlace() place {
	_, property := p.item(p.cipherProperties(), isBrokenCipher)
	return p.settingPlace(property)
}

func (p *process) clearPasswordListener() any {
	read := p.listening()
	for _, listener := range read.listeners {
		if !read.known || read.protocols.Of(listener.Name) != "SASL_PLAINTEXT" {
			continue
		}
		own := workload.ListenerProperty(listener.Name, "sasl.enabled.mechanisms")
		if mechanism, _ := p.item([]string{own, "sasl.enabled.mechanisms"}, func(item string) bool { return item == "PLAIN" }); mechanism != "" {
			return listener.Name
		}
	}
	return ""
}
