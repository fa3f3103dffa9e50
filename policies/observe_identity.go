package policies

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/sluice-dev/sluice/workload"
)

// identityFacts are the facts about who may do what.
var identityFacts = []of[*process]{
	{Definition{"authorizer", Text, nil,
		"authorizer.class.name; \"unknown\" when it comes from where Sluice cannot look, empty when nothing sets it"},
		(*process).authorizer, (*process).authorizerPlace},
	{Definition{"allow_everyone", Text, answers,
		"allow.everyone.if.no.acl.found"},
		(*process).allowEveryone, (*process).allowEveryonePlace},
	{Definition{"super_users", Text, []string{"absent", "known", "unknown"},
		"whether super.users names somebody"},
		(*process).superUsersSeen, (*process).superUsersPlace},
	{Definition{"super_users_anonymous", Boolean, nil,
		"whether super.users names User:ANONYMOUS"},
		(*process).superUsersAnonymous, (*process).superUsersPlace},
	{Definition{"super_user_malformed", Text, nil,
		"the entry of super.users that is no Type:name; empty when there is none"},
		(*process).superUserMalformed, (*process).superUsersPlace},
	{Definition{"super_users_joined", Text, nil,
		"the entry of super.users that holds several users with a comma between them; empty when there is none"},
		(*process).superUsersJoined, (*process).superUsersPlace},
	{Definition{"super_user_default_account", Text, nil,
		"the super user that is a namespace's service account default; empty when there is none"},
		(*process).superUserDefaultAccount, (*process).superUsersPlace},
	{Definition{"super_user_gateway", Text, nil,
		"the super user that is the SPIFFE id of a gateway, by the name of its service account or namespace; empty when there is none"},
		(*process).superUserGateway, (*process).superUsersPlace},
	{Definition{"super_user_spiffe", Text, nil,
		"the first super user that is a SPIFFE id; empty when there is none"},
		(*process).superUserSpiffe, (*process).superUsersPlace},
	{Definition{"coordination", Text, []string{"", "kraft", "zookeeper", "unknown"},
		"who keeps the metadata of a Kafka cluster, as far as the process tells; empty for other processes"},
		(*process).coordination, (*process).coordinationPlace},
	{Definition{"kafka_version", Text, nil,
		"the version of Kafka as in 3.9.1 or 3.9; empty when the image does not tell"},
		(*process).kafkaVersion, (*process).imagePlace},
	{Definition{"kafka_version_number", Number, nil,
		"the same to compare with: 30901, and 30900 for 3.9; 0 when the image does not tell"},
		(*process).kafkaVersionNumber, (*process).imagePlace},
}

// answers are the values of a fact that may not be known.
var answers = []string{string(workload.Yes), string(workload.No), string(workload.Unknown)}

// The properties that decide who may do what.
const (
	authorizerProperty    = "authorizer.class.name"
	superUsersProperty    = "super.users"
	allowEveryoneProperty = "allow.everyone.if.no.acl.found"
	zooKeeperProperty     = "zookeeper.connect"
	rolesProperty         = "process.roles"
)

func (p *process) authorizer() any { return p.textOf(authorizerProperty) }

// textOf is the value of a property: "unknown" where Sluice cannot look, empty when
// certainly nothing sets it.
func (p *process) textOf(property string) string {
	setting, ok := p.Property(property)
	if ok && !setting.Known || !ok && !p.Complete() {
		return string(workload.Unknown)
	}
	return strings.TrimSpace(setting.Value)
}

func (p *process) authorizerPlace() place { return p.settingPlace(authorizerProperty) }

func (p *process) superUsersSeen() any {
	switch text := p.textOf(superUsersProperty); text {
	case "":
		return "absent"
	case string(workload.Unknown):
		return text
	default:
		return "known"
	}
}

// superUserWith returns the first entry of super.users that fits. Kafka splits at
// semicolons, for a DN has commas, and leaves out what is empty.
func (p *process) superUserWith(fits func(user string) bool) string {
	setting, _ := p.Property(superUsersProperty)
	for user := range strings.SplitSeq(setting.Value, ";") {
		if user = strings.TrimSpace(user); user != "" && fits(user) {
			return user
		}
	}
	return ""
}

func (p *process) superUsersAnonymous() any {
	return p.superUserWith(func(user string) bool { return user == "User:ANONYMOUS" }) != ""
}

func (p *process) superUserMalformed() any {
	return p.superUserWith(func(user string) bool { return !strings.Contains(user, ":") })
}

func (p *process) superUsersJoined() any {
	return p.superUserWith(func(user string) bool {
		_, rest, joined := strings.Cut(user, ",")
		return joined && strings.Contains(strings.ReplaceAll(rest, ", ", ","), "User:")
	})
}

// superUserDefaultAccount knows a SPIFFE id, and the names that are made of a namespace
// and an account, of which only those of the pod's own namespace are certain.
func (p *process) superUserDefaultAccount() any {
	joined := "User:" + p.Object.Namespace + "-default"
	return p.superUserWith(func(user string) bool {
		return strings.HasPrefix(user, "User:spiffe://") && strings.HasSuffix(user, "/sa/default") ||
			p.Object.Namespace != "" && (user == joined || user == strings.Replace(joined, ":", ":CN=", 1))
	})
}

// gatewayID fits the SPIFFE id of a gateway: of Istio's charts, by their names; of one of
// the Gateway API, whose account is called after it and its class.
var gatewayID = regexp.MustCompile(`^User:spiffe://[^/]+/ns/(?:istio-(?:ingress|egress|gateways)/sa/.+|[^/]+/sa/(?:istio-(?:ingress|egress|eastwest)\S*|\S*gateway(?:-istio)?|\S*-gateway-service-account))$`)

func (p *process) superUserGateway() any { return p.superUserWith(gatewayID.MatchString) }

func (p *process) superUserSpiffe() any {
	return p.superUserWith(func(user string) bool { return strings.HasPrefix(user, "User:spiffe://") })
}

func (p *process) superUsersPlace() place { return p.settingPlace(superUsersProperty) }

func (p *process) allowEveryone() any {
	switch text := p.textOf(allowEveryoneProperty); {
	case text == string(workload.Unknown):
		return text
	case strings.EqualFold(text, "true"):
		return string(workload.Yes)
	default:
		return string(workload.No)
	}
}

func (p *process) allowEveryonePlace() place { return p.settingPlace(allowEveryoneProperty) }

// coordination is "zookeeper" only where the process is told of a ZooKeeper and of
// nothing else: what it is told may be out of sight.
func (p *process) coordination() any {
	switch {
	case !p.Role.ServesKafka():
		return ""
	case p.KRaft:
		return "kraft"
	case p.textOf(zooKeeperProperty) != "" && p.textOf(rolesProperty) == "":
		return "zookeeper"
	default:
		return string(workload.Unknown)
	}
}

func (p *process) coordinationPlace() place {
	if p.KRaft {
		return p.settingPlace(rolesProperty)
	}
	return p.settingPlace(zooKeeperProperty)
}

func (p *process) kafkaVersion() any {
	if !p.Role.ServesKafka() {
		return ""
	}
	return p.Version
}

func (p *process) kafkaVersionNumber() any {
	if !p.Role.ServesKafka() {
		return 0
	}
	return cmp.Or(versionNumber(p.Version), versionNumber(p.Version+".0"))
}

// settingPlace is where a property is set, or the container that nowhere sets it.
func (p *process) settingPlace(properties ...string) place {
	for _, property := range properties {
		if setting, ok := p.Property(property); ok && setting.Node != nil {
			return placeOf(setting.Place)
		}
	}
	return p.container()
}

// placeOf is a place that the workload has found.
func placeOf(at workload.Place) place { return place{node: at.Node, written: at} }

// isOneOf reports whether a text is one of these in any case.
func isOneOf(text string, words ...string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return strings.EqualFold(text, word) })
}
