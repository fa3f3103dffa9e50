package policies

import (
	"cmp"
	"context"
	"slices"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/surroundings"
)

// strimziUserTable is the fact table of a KafkaUser, or KafkaTopic, of Strimzi.
var strimziUserTable = []of[*strimziUser]{
	{Definition{"subject", Text, []string{string(StrimziUser), string(StrimziTopic)},
		"which of the two it is"},
		(*strimziUser).subject, (*strimziUser).root},
	{Definition{"cluster", Text, nil,
		"the name of the Kafka resource that it belongs to; empty when it names none"},
		(*strimziUser).clusterName, (*strimziUser).clusterPlace},
	{Definition{"has_acls", Boolean, nil,
		"whether it has ACLs"},
		(*strimziUser).hasACLs, (*strimziUser).authorizationPlace},
	{Definition{"cluster_authorizes", Text, answers,
		"whether that Kafka resource has an authorizer"},
		(*strimziUser).clusterAuthorizes, (*strimziUser).authorizationPlace},
	{Definition{"reads_without_group", Boolean, nil,
		"whether the user may read a topic, and has no ACL on any group"},
		(*strimziUser).readsWithoutGroup, (*strimziUser).readPlace},
	{Definition{"transaction_without_write", Text, nil,
		"the first transactional id that the user has an ACL on, but may not write with; empty when there is none"},
		(*strimziUser).transactionWithoutWrite, (*strimziUser).transactionPlace},
	{Definition{"writes_without_idempotence", Boolean, nil,
		"whether the user may write to a topic, but not idempotently"},
		(*strimziUser).writesWithoutIdempotence, (*strimziUser).writePlace},
	{Definition{"broker_version", Text, nil,
		"the version of the cluster's brokers as the Kafka resource says it; empty when that is not known"},
		(*strimziUser).brokerVersion, (*strimziUser).root},
	{Definition{"broker_version_number", Number, nil,
		"the same to compare with: 20700 for 2.7.0; 0 when that is not known"},
		(*strimziUser).brokerVersionNumber, (*strimziUser).root},
}

// strimziUser is a KafkaUser of Strimzi, with its ACLs, or a KafkaTopic.
type strimziUser struct {
	home
	kind    Subject
	acls    []*acl
	cluster surroundings.Object
}

// strimziClusterLabel names the Kafka resource that another one belongs to.
const strimziClusterLabel = "strimzi.io/cluster"

func strimziUsers(ctx context.Context, in home, around surroundings.Surroundings) []subject {
	user := &strimziUser{home: in, kind: StrimziUser, acls: strimziACLs(in)}
	user.cluster, _ = around.Object(ctx, surroundings.StrimziKafka, in.name.Namespace, user.label().Text())
	return append([]subject{user}, finishACLs(ctx, user.acls, around)...)
}

func strimziTopics(_ context.Context, in home, _ surroundings.Surroundings) []subject {
	return []subject{&strimziUser{home: in, kind: StrimziTopic}}
}

// strimziACLs are the ACLs of a KafkaUser, an operation each.
func strimziACLs(in home) (all []*acl) {
	name := in.name.Name
	if isOneOf(in.Root.At("spec", "authentication", "type").Text(), "tls", "tls-external") {
		name = "CN=" + name
	}
	for _, entry := range in.Root.At("spec", "authorization", "acls").Items() {
		resource := entry.Get("resource")
		template := acl{
			home: in, origin: "strimzi", principal: "User:" + name, permission: cmp.Or(entry.Get("type").Text(), "allow"),
			name: resource.Get("name").Text(), pattern: patternNamed(resource.Get("patternType").Text()), host: cmp.Or(entry.Get("host").Text(), "*"),
			entry: place{node: entry}, atPrincipal: nearest(in.Root, "metadata", "name"), atResource: nearest(entry, "resource", "type"),
			atName: nearest(entry, "resource", "name"), atPattern: nearest(entry, "resource", "patternType"), atHost: nearest(entry, "host"),
		}
		switch kind := resource.Get("type").Text(); kind {
		case "topic", "group":
			template.resource = kind
		case "transactionalId":
			template.resource = "transactional-id"
		case "cluster":
			template.resource, template.name, template.atName = kind, "kafka-cluster", template.atResource
		default:
			template.resource = "other"
		}
		written := entry.Get("operations").Items()
		if single := entry.Get("operation"); single != nil {
			written = append(slices.Clip(written), single)
		}
		for _, operation := range written {
			one := template
			one.operation, one.atOperation = operationNamed(operation.Text()), place{node: operation}
			all = append(all, &one)
		}
	}
	return all
}

func (u *strimziUser) named() Subject { return u.kind }
func (u *strimziUser) called() string { return u.name.String() }
func (u *strimziUser) within() home   { return u.home }

func (u *strimziUser) subject() any { return string(u.kind) }
func (u *strimziUser) root() place  { return place{node: u.Root} }
func (u *strimziUser) label() *document.Node {
	return u.Root.At("metadata", "labels", strimziClusterLabel)
}
func (u *strimziUser) clusterName() any { return u.label().Text() }
func (u *strimziUser) clusterPlace() place {
	return nearest(u.Root, "metadata", "labels", strimziClusterLabel)
}
func (u *strimziUser) hasACLs() any              { return len(u.acls) > 0 }
func (u *strimziUser) authorizationPlace() place { return nearest(u.Root, "spec", "authorization") }

func (u *strimziUser) clusterAuthorizes() any {
	switch {
	case u.cluster.Root == nil:
		return "unknown"
	case u.cluster.Root.At("spec", "kafka", "authorization") == nil:
		return "no"
	default:
		return "yes"
	}
}

// allowed returns the first ACL that allows one of the operations on a type of resource.
func (u *strimziUser) allowed(resource string, operations ...string) *acl {
	for _, a := range u.acls {
		if a.permission == "allow" && a.resource == resource && (len(operations) == 0 || isOneOf(a.operation, operations...)) {
			return a
		}
	}
	return nil
}

func (u *strimziUser) placeOf(a *acl) place {
	if a == nil {
		return u.authorizationPlace()
	}
	return a.atOperation
}

// readsWithoutGroup takes any ACL on a group as a sign that somebody has thought of it:
// MirrorMaker, for one, only describes groups.
func (u *strimziUser) readsWithoutGroup() any {
	return u.allowed("topic", "Read", "All") != nil && u.allowed("group") == nil
}

func (u *strimziUser) readPlace() place { return u.placeOf(u.allowed("topic", "Read", "All")) }

// lameTransaction is an ACL on a transactional id with which nobody may write.
func (u *strimziUser) lameTransaction() *acl {
	if u.allowed("transactional-id", "Write", "All") != nil {
		return nil
	}
	return u.allowed("transactional-id")
}

func (u *strimziUser) transactionWithoutWrite() any {
	if lame := u.lameTransaction(); lame != nil {
		return lame.name
	}
	return ""
}

func (u *strimziUser) transactionPlace() place { return u.placeOf(u.lameTransaction()) }

func (u *strimziUser) writesWithoutIdempotence() any {
	return u.allowed("topic", "Write", "All") != nil && u.allowed("cluster", "IdempotentWrite", "All") == nil
}

func (u *strimziUser) writePlace() place { return u.placeOf(u.allowed("topic", "Write", "All")) }

func (u *strimziUser) brokerVersion() any {
	return u.cluster.Root.At("spec", "kafka", "version").Text()
}

func (u *strimziUser) brokerVersionNumber() any {
	return versionNumber(u.cluster.Root.At("spec", "kafka", "version").Text())
}

// koperatorACLs are the topic grants of a KafkaUser of Koperator's.
func koperatorACLs(ctx context.Context, in home, around surroundings.Surroundings) []subject {
	var all []*acl
	for _, grant := range in.Root.At("spec", "topicGrants").Items() {
		one := &acl{
			home: in, origin: "koperator", principal: "User:CN=" + in.name.Name, permission: "allow", resource: "topic", host: "*",
			name: grant.Get("topicName").Text(), pattern: patternNamed(grant.Get("patternType").Text()), operation: operationNamed(grant.Get("accessType").Text()),
			entry: place{node: grant}, atPrincipal: nearest(in.Root, "metadata", "name"), atResource: place{node: grant}, atHost: place{node: grant},
			atName: nearest(grant, "topicName"), atPattern: nearest(grant, "patternType"), atOperation: nearest(grant, "accessType"),
		}
		all = append(all, one)
	}
	return finishACLs(ctx, all, around)
}
