package policies

import (
	"context"
	"strings"

	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/workload"
)

// aclTable is the fact table of an ACL: one operation on one resource.
var aclTable = []of[*acl]{
	{Definition{"subject", Text, []string{string(ACL)},
		"always the same"},
		(*acl).subject, (*acl).whole},
	{Definition{"origin", Text, []string{"strimzi", "koperator", "command"},
		"what writes the ACL: the KafkaUser of one of these operators, or the command kafka-acls"},
		(*acl).from, (*acl).whole},
	{Definition{"namespace_in_mesh", Text, answers,
		"whether the pods of the namespace have a sidecar"},
		(*acl).namespaceInMesh, (*acl).whole},
	{Definition{"principal", Text, nil,
		"whom it is about, as in User:alice; with what cannot be known as it is written"},
		(*acl).whom, (*acl).principalPlace},
	{Definition{"principal_kind", Text, []string{"everyone", "anonymous", "named", "unknown"},
		"what that is: User:*, User:ANONYMOUS, or somebody"},
		(*acl).principalKind, (*acl).principalPlace},
	{Definition{"principal_is_gateway", Boolean, nil,
		"whether that is the SPIFFE id of a gateway, by the name of its service account or namespace: whoever comes through it has this one"},
		(*acl).principalIsGateway, (*acl).principalPlace},
	{Definition{"ambiguous_account", Text, nil,
		"the two service accounts that the name of the principal may mean, namespaces that are known with a dash and an account; empty when it is clear"},
		(*acl).ambiguousAccount, (*acl).principalPlace},
	{Definition{"permission", Text, []string{"allow", "deny"},
		"what it does"},
		(*acl).permits, (*acl).whole},
	{Definition{"resource", Text, []string{"topic", "group", "cluster", "transactional-id", "other"},
		"the type of the resource"},
		(*acl).resourceType, (*acl).resourcePlace},
	{Definition{"resource_name", Text, nil,
		"the name of the resource, or its beginning"},
		(*acl).resourceName, (*acl).namePlace},
	{Definition{"pattern", Text, []string{"literal", "prefixed", "filter"},
		"how the name is compared; match and any are for filters alone"},
		(*acl).patternType, (*acl).patternPlace},
	{Definition{"scope", Text, []string{"all", "broad", "narrow", "unknown"},
		"how many resources it is about: all, those with a prefix of one or two letters, fewer"},
		(*acl).scope, (*acl).namePlace},
	{Definition{"operation", Text, nil,
		"the operation as Kafka spells it, as in AlterConfigs"},
		(*acl).does, (*acl).operationPlace},
	{Definition{"host", Text, nil,
		"the address that it is about; * for all"},
		(*acl).addresses, (*acl).hostPlace},
	{Definition{"void_by", Text, []string{"", "deny", "allow"},
		"what makes it void: a deny of the same user that counts more, or an allow that says more"},
		(*acl).voidBy, (*acl).operationPlace},
}

// acl is one operation that somebody may, or may not, do with a resource.
type acl struct {
	home
	origin     string
	principal  string
	permission string
	resource   string
	name       string
	pattern    string
	operation  string
	host       string

	inMesh    workload.Answer
	ambiguous string
	void      string

	// entry is what it is a part of; the others are where its parts are written.
	entry, atPrincipal, atResource, atName, atPattern, atOperation, atHost place
}

func (a *acl) named() Subject { return ACL }
func (a *acl) called() string { return "an ACL of " + a.home.name.String() }
func (a *acl) within() home   { return a.home }

func (a *acl) subject() any          { return string(ACL) }
func (a *acl) whole() place          { return a.entry }
func (a *acl) from() any             { return a.origin }
func (a *acl) namespaceInMesh() any  { return string(a.inMesh) }
func (a *acl) whom() any             { return a.principal }
func (a *acl) principalPlace() place { return a.atPrincipal }
func (a *acl) ambiguousAccount() any { return a.ambiguous }
func (a *acl) permits() any          { return a.permission }
func (a *acl) resourceType() any     { return a.resource }
func (a *acl) resourcePlace() place  { return a.atResource }
func (a *acl) resourceName() any     { return a.name }
func (a *acl) namePlace() place      { return a.atName }
func (a *acl) patternType() any      { return a.pattern }
func (a *acl) patternPlace() place   { return a.atPattern }
func (a *acl) does() any             { return a.operation }
func (a *acl) operationPlace() place { return a.atOperation }
func (a *acl) addresses() any        { return a.host }
func (a *acl) hostPlace() place      { return a.atHost }
func (a *acl) voidBy() any           { return a.void }

func (a *acl) principalIsGateway() any { return gatewayID.MatchString(a.principal) }

func (a *acl) principalKind() any {
	switch {
	case strings.ContainsAny(a.principal, "$`"):
		return string(workload.Unknown)
	case a.principal == "User:*":
		return "everyone"
	case a.principal == "User:ANONYMOUS":
		return "anonymous"
	default:
		return "named"
	}
}

// broadPrefix is up to how many letters a prefix does not tell one team's topics from
// another's.
const broadPrefix = 2

func (a *acl) scope() any {
	switch {
	case strings.ContainsAny(a.name, "$`"):
		return string(workload.Unknown)
	case a.pattern == "literal" && a.name == "*", a.pattern == "prefixed" && a.name == "":
		return "all"
	case a.pattern == "prefixed" && len(a.name) <= broadPrefix:
		return "broad"
	default:
		return "narrow"
	}
}

// maxACLs bounds the ACLs of one object, of which each is compared with each.
const maxACLs = 512

// finishACLs finds out what takes a look at all of them, or beyond.
func finishACLs(ctx context.Context, all []*acl, around surroundings.Surroundings) []subject {
	all = all[:min(len(all), maxACLs)]
	subjects := make([]subject, len(all))
	for i, a := range all {
		subjects[i] = a
		a.inMesh = workload.NamespaceInMesh(ctx, a.home.name.Namespace, around)
		a.ambiguous = twoAccounts(ctx, a, around)
		for j, other := range all {
			if i == j || other.principal != a.principal || a.permission != "allow" || !other.covers(a) {
				continue
			}
			if other.permission == "deny" {
				a.void = "deny"
				break
			}
			if !a.covers(other) || j < i { // of two that say the same the later one
				a.void = "allow"
			}
		}
	}
	return subjects
}

// covers reports whether an ACL says at least what another one says.
func (a *acl) covers(other *acl) bool {
	if a.resource != other.resource || a.resource == "other" || a.scope() == string(workload.Unknown) || other.scope() == string(workload.Unknown) {
		return false
	}
	return (a.operation == "All" || a.operation == other.operation) && (a.host == "*" || a.host == other.host) && a.names(other)
}

func (a *acl) names(other *acl) bool {
	switch a.pattern {
	case "literal":
		return a.name == "*" || other.pattern == "literal" && a.name == other.name
	case "prefixed":
		return other.pattern != "filter" && strings.HasPrefix(other.name, a.name) && (other.name != "*" || other.pattern == "prefixed")
	default:
		return false
	}
}

// twoAccounts takes a name that is made of a namespace and a service account apart. It is
// ambiguous when several namespaces are there that it may begin with. Strimzi's users
// have names of their own.
func twoAccounts(ctx context.Context, a *acl, around surroundings.Surroundings) string {
	name, ok := strings.CutPrefix(a.principal, "User:")
	if name = strings.TrimPrefix(name, "CN="); !ok || a.origin == "strimzi" || strings.ContainsAny(name, "/$`,=") {
		return ""
	}
	var accounts []string
	for i := range len(name) - 1 {
		if name[i] != '-' || i == 0 {
			continue
		}
		if _, known := around.Namespace(ctx, name[:i]); known == surroundings.Found {
			accounts = append(accounts, name[:i]+"/"+name[i+1:])
		}
	}
	if len(accounts) < 2 {
		return ""
	}
	return accounts[0] + " and " + accounts[1]
}

// operations are Kafka's, in its spelling.
var operations = []string{
	"All", "Read", "Write", "Create", "Delete", "Alter", "Describe", "ClusterAction", "DescribeConfigs", "AlterConfigs", "IdempotentWrite",
	"CreateTokens", "DescribeTokens", "TwoPhaseCommit",
}

// operationNamed returns an operation in Kafka's spelling.
func operationNamed(text string) string {
	plain := strings.ReplaceAll(text, "_", "")
	for _, operation := range operations {
		if strings.EqualFold(plain, operation) {
			return operation
		}
	}
	return text
}

// patternNamed returns a pattern type as the fact spells it.
func patternNamed(text string) string {
	switch strings.ToLower(text) {
	case "", "literal":
		return "literal"
	case "prefix", "prefixed":
		return "prefixed"
	default:
		return "filter"
	}
}
