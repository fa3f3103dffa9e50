package policies

import (
	"strconv"
	"strings"

	"github.com/sluice-dev/sluice/workload"
)

// zooKeeperFacts are the facts about who may do what with a ZooKeeper server. Of other
// processes they are empty.
var zooKeeperFacts = []of[*process]{
	{Definition{"four_letter_words", Text, nil,
		"4lw.commands.whitelist as somebody has set it; \"unknown\" when it comes from where Sluice cannot look, empty when nothing sets it"},
		(*process).fourLetterWords, (*process).fourLetterWordsPlace},
	{Definition{"skips_acls", Boolean, nil,
		"whether ZooKeeper is told to check no ACLs, by skipACL"},
		(*process).skipsACLs, (*process).skipsACLsPlace},
	{Definition{"super_digest", Boolean, nil,
		"whether ZooKeeper is given the digest of a superuser's password"},
		(*process).superDigest, (*process).superDigestPlace},
	{Definition{"admin_server_way", Text, nil,
		"how the port of ZooKeeper's admin server is offered outside of the cluster, as in \"Service zk of type NodePort\"; empty when it is not, as far as is known"},
		(*process).adminServerWay, (*process).adminServerPlace},
	{Definition{"quorum_sasl", Boolean, nil,
		"whether the servers of a quorum authenticate each other by SASL, quorum.auth.enableSasl"},
		(*process).quorumSASL, (*process).quorumSASLPlace},
}

const (
	fourLetterWordsProperty = "4lw.commands.whitelist"
	quorumSASLProperty      = "quorum.auth.enableSasl"
	adminServerProperty     = "admin.enableServer"
	adminAddressProperty    = "admin.serverAddress"
	adminPortProperty       = "admin.serverPort"

	// defaultAdminPort is ZooKeeper's (JettyAdminServer).
	defaultAdminPort = 8080
)

func (p *process) fourLetterWords() any {
	if setting, _ := p.Property(fourLetterWordsProperty); p.Role != workload.ZooKeeper || setting.Source == workload.FromDefault {
		return ""
	}
	return p.textOf(fourLetterWordsProperty)
}

func (p *process) fourLetterWordsPlace() place { return p.settingPlace(fourLetterWordsProperty) }

// zooKeeperOption returns where a setting is written that ZooKeeper takes as a Java
// system property: zoo.cfg may say it without the prefix.
func (p *process) zooKeeperOption(name string, fits func(value string) bool) (at workload.Place, ok bool) {
	if p.Role != workload.ZooKeeper {
		return workload.Place{}, false
	}
	if value, at, set := p.option("-Dzookeeper." + name + "="); set && fits(value) {
		return at, true
	}
	setting, set := p.Property(name)
	return setting.Place, set && fits(setting.Value)
}

func isYes(value string) bool { return isOneOf(strings.TrimSpace(value), "yes") }

func (p *process) skipsACLs() any {
	_, ok := p.zooKeeperOption("skipACL", isYes)
	return ok
}

func (p *process) skipsACLsPlace() place {
	at, _ := p.zooKeeperOption("skipACL", isYes)
	return p.orWritten(at)
}

// orWritten is a place that the workload has found, or the container.
func (p *process) orWritten(at workload.Place) place {
	if at.Node == nil {
		return p.container()
	}
	return placeOf(at)
}

const superDigestOption = "DigestAuthenticationProvider.superDigest"

func isSet(value string) bool { return value != "" }

func (p *process) superDigest() any {
	_, ok := p.zooKeeperOption(superDigestOption, isSet)
	return ok
}

func (p *process) superDigestPlace() place {
	at, _ := p.zooKeeperOption(superDigestOption, isSet)
	return p.orWritten(at)
}

func (p *process) adminServer() (way string, at place) {
	if p.Role != workload.ZooKeeper || isOneOf(p.textOf(adminServerProperty), "false") ||
		isOneOf(p.textOf(adminAddressProperty), "127.0.0.1", "localhost") {
		return "", p.container()
	}
	if number := versionNumber(p.Version); number != 0 && number < 30500 {
		return "", p.container() // there was none
	}
	port := defaultAdminPort
	if number, err := strconv.Atoi(p.textOf(adminPortProperty)); err == nil {
		port = number
	}
	return p.outside(port)
}

func (p *process) adminServerWay() any {
	way, _ := p.adminServer()
	return way
}

func (p *process) adminServerPlace() place {
	_, at := p.adminServer()
	return at
}

func (p *process) quorumSASL() any {
	return p.Role == workload.ZooKeeper && strings.EqualFold(p.textOf(quorumSASLProperty), "true")
}

func (p *process) quorumSASLPlace() place { return p.settingPlace(quorumSASLProperty) }
