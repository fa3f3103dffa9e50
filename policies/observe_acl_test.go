package policies

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-dev/sluice/surroundings"
)

// aclsOf writes what is known of the ACLs of an object, a line each.
func aclsOf(t *testing.T, manifest string, around surroundings.Surroundings) []string {
	t.Helper()
	doc := read(t, manifest)
	var all []string
	for _, sheet := range ObjectFacts(t.Context(), doc.Root, "kafka", around) {
		if sheet.Subject == ACL {
			v := named(sheet)
			all = append(all, fmt.Sprintf("%s %s %s %s %s:%s:%s(%s) from %s%s", v["permission"], v["principal"], v["principal_kind"], v["operation"],
				v["resource"], v["pattern"], v["resource_name"], v["scope"], v["host"], strings.Repeat(" void by ", min(1, len(v["void_by"].(string))))+v["void_by"].(string)))
			keepsToDefinitions(t, "an ACL", sheet, doc)
		}
	}
	return all
}

func TestACLsOfStrimzisUsers(t *testing.T) {
	const user = "apiVersion: kafka.strimzi.io/v1\nkind: KafkaUser\nmetadata: {name: alice, namespace: kafka}\nspec: {authentication: {type: %s}, authorization: {type: simple, acls: [%s]}}\n"
	tests := []struct {
		name, authentication, acls string
		want                       []string
	}{
		{"with TLS", "tls", "{resource: {type: topic, name: t}, operations: [Read, Describe]}", []string{
			"allow User:CN=alice named Read topic:literal:t(narrow) from *", "allow User:CN=alice named Describe topic:literal:t(narrow) from *"}},
		{"with SCRAM", "scram-sha-512", "{type: deny, resource: {type: group, name: g, patternType: prefix}, operation: All, host: 10.0.0.1}",
			[]string{"deny User:alice named All group:prefixed:g(broad) from 10.0.0.1"}},
		{"on all", "tls", `{resource: {type: transactionalId, name: "*"}, operation: Write}, {resource: {type: topic, patternType: prefix}, operation: Write}`, []string{
			"allow User:CN=alice named Write transactional-id:literal:*(all) from *", "allow User:CN=alice named Write topic:prefixed:(all) from *"}},
		{"on the cluster", "tls", "{resource: {type: cluster}, operations: [AlterConfigs, Unheard]}", []string{
			"allow User:CN=alice named AlterConfigs cluster:literal:kafka-cluster(narrow) from *", "allow User:CN=alice named Unheard cluster:literal:kafka-cluster(narrow) from *"}},
		{"on what nobody knows", "tls", "{resource: {type: galaxy}, operation: Read}", []string{"allow User:CN=alice named Read other:literal:(narrow) from *"}},
		{"without an operation", "tls", "{resource: {type: topic, name: t}}", nil},
		{"a deny", "tls", "{resource: {type: topic, name: t}, operation: Read}, {type: deny, resource: {type: topic, name: '*'}, operation: All}", []string{
			"allow User:CN=alice named Read topic:literal:t(narrow) from * void by deny", "deny User:CN=alice named All topic:literal:*(all) from *"}},
		{"a deny of something else", "tls", "{resource: {type: topic, name: t}, operation: Read}, {type: deny, resource: {type: topic, name: u}, operation: Read}, {type: deny, resource: {type: topic, name: t}, operation: Write}, {type: deny, resource: {type: topic, name: t}, operation: Read, host: 10.0.0.1}", []string{
			"allow User:CN=alice named Read topic:literal:t(narrow) from *", "deny User:CN=alice named Read topic:literal:u(narrow) from *",
			"deny User:CN=alice named Write topic:literal:t(narrow) from *", "deny User:CN=alice named Read topic:literal:t(narrow) from 10.0.0.1"}},
		{"the same twice", "tls", "{resource: {type: topic, name: t}, operation: Read}, {resource: {type: topic, name: t}, operation: Read}", []string{
			"allow User:CN=alice named Read topic:literal:t(narrow) from *", "allow User:CN=alice named Read topic:literal:t(narrow) from * void by allow"}},
		{"a prefix of another", "tls", "{resource: {type: topic, name: abcd, patternType: prefix}, operation: Read}, {resource: {type: topic, name: abc, patternType: prefix}, operation: Read}, {resource: {type: topic, name: abc}, operation: Read}", []string{
			"allow User:CN=alice named Read topic:prefixed:abcd(narrow) from * void by allow", "allow User:CN=alice named Read topic:prefixed:abc(narrow) from *",
			"allow User:CN=alice named Read topic:literal:abc(narrow) from * void by allow"}},
		{"everything is not within a prefix", "tls", "{resource: {type: topic, name: '*'}, operation: Read}, {resource: {type: topic, name: '*', patternType: prefix}, operation: Read}", []string{
			"allow User:CN=alice named Read topic:literal:*(all) from *", "allow User:CN=alice named Read topic:prefixed:*(broad) from * void by allow"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := aclsOf(t, fmt.Sprintf(user, test.authentication, test.acls), surroundings.None{}); !slices.Equal(got, test.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

func TestACLsOfCommands(t *testing.T) {
	const job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j, namespace: kafka}\nspec: {template: {spec: {containers: [{name: a, image: x, command: [sh, -c, %q]}]}}}\n"
	tests := []struct {
		name, script string
		want         []string
	}{
		{"a right", "kafka-acls.sh --bootstrap-server k:9092 --add --allow-principal User:a --operation Read --topic t",
			[]string{"allow User:a named Read topic:literal:t(narrow) from *"}},
		{"with equals signs", "/opt/kafka/bin/kafka-acls --add --allow-principal=User:a --operation=describe_configs --topic='*'",
			[]string{"allow User:a named DescribeConfigs topic:literal:*(all) from *"}},
		{"all operations by default", "kafka-acls.sh --add --deny-principal User:a --deny-host 10.0.0.1 --cluster",
			[]string{"deny User:a named All cluster:literal:kafka-cluster(narrow) from 10.0.0.1"}},
		{"everybody, on a prefix", "kafka-acls.sh --add --allow-principal 'User:*' --operation Write --topic t --resource-pattern-type prefixed",
			[]string{"allow User:* everyone Write topic:prefixed:t(broad) from *"}},
		{"a producer", "kafka-acls.sh --add --allow-principal User:ANONYMOUS --producer --topic t --transactional-id i --idempotent", []string{
			"allow User:ANONYMOUS anonymous Write topic:literal:t(narrow) from *", "allow User:ANONYMOUS anonymous Describe topic:literal:t(narrow) from *",
			"allow User:ANONYMOUS anonymous Create topic:literal:t(narrow) from *", "allow User:ANONYMOUS anonymous Write transactional-id:literal:i(narrow) from *",
			"allow User:ANONYMOUS anonymous Describe transactional-id:literal:i(narrow) from *", "allow User:ANONYMOUS anonymous IdempotentWrite cluster:literal:kafka-cluster(narrow) from *"}},
		{"a consumer", "kafka-acls.sh --add --allow-principal User:a --consumer --topic t --group g", []string{
			"allow User:a named Read topic:literal:t(narrow) from *", "allow User:a named Describe topic:literal:t(narrow) from *", "allow User:a named Read group:literal:g(narrow) from *"}},
		{"two users and two resources", "kafka-acls.sh --add --allow-principal User:a --allow-principal User:b --operation Read --topic t --delegation-token d", []string{
			"allow User:a named Read topic:literal:t(narrow) from *", "allow User:a named Read other:literal:d(narrow) from *",
			"allow User:b named Read topic:literal:t(narrow) from *", "allow User:b named Read other:literal:d(narrow) from *"}},
		{"what cannot be known", "kafka-acls.sh --add --allow-principal User:$USER --operation Read --topic $TOPIC",
			[]string{"allow User:$USER unknown Read topic:literal:$TOPIC(unknown) from *"}},
		{"a filter", "kafka-acls.sh --add --allow-principal User:a --operation Read --topic t --resource-pattern-type match",
			[]string{"allow User:a named Read topic:filter:t(narrow) from *"}},
		{"two commands", "kafka-acls.sh --add --allow-principal User:a --operation Read --topic t && kafka-acls.sh --add --deny-principal User:a --operation Read --topic t", []string{
			"allow User:a named Read topic:literal:t(narrow) from * void by deny", "deny User:a named Read topic:literal:t(narrow) from *"}},
		{"what takes rights away", "kafka-acls.sh --remove --allow-principal User:a --operation Read --topic t; kafka-acls.sh --list", nil},
		{"nobody", "kafka-acls.sh --add --operation Read --topic t", nil},
		{"another program", "kafka-topics.sh --list", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := aclsOf(t, fmt.Sprintf(job, test.script), surroundings.None{}); !slices.Equal(got, test.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

func TestACLCommandsOfABrokersPodAreFound(t *testing.T) {
	w, _ := recognised(t, podOf(held, `initContainers: [{name: i, image: x, command: [kafka-acls.sh, --add, --allow-principal, User:a, --cluster]}], containers: [`+kafka+`]`))
	if !slices.ContainsFunc(Facts(t.Context(), w, modern), func(s Sheet) bool { return s.Subject == ACL }) {
		t.Error("nothing is known of the ACL")
	}
}

func TestACLsAreBounded(t *testing.T) {
	script := "kafka-acls.sh --add" + strings.Repeat(" --allow-principal User:a", 40) + strings.Repeat(" --topic t", 40) + "; "
	manifest := fmt.Sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: x, command: [sh, -c, %q]}]}\n", strings.Repeat(script, 20))
	if got := len(aclsOf(t, manifest, surroundings.None{})); got != maxACLs {
		t.Errorf("got %d", got)
	}
}

func TestACLsOfKoperatorsUsers(t *testing.T) {
	const user = "apiVersion: kafka.banzaicloud.io/v1alpha1\nkind: KafkaUser\nmetadata: {name: team-a-b, namespace: kafka}\nspec: {topicGrants: [{topicName: t, accessType: read}, {topicName: u, accessType: write, patternType: any}]}\n"
	want := []string{"allow User:CN=team-a-b named Read topic:literal:t(narrow) from *", "allow User:CN=team-a-b named Write topic:filter:u(narrow) from *"}
	if got := aclsOf(t, user, surroundings.None{}); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	for namespaces, want := range map[string]string{
		"{name: team}": "", "{name: team-a}": "",
		"{name: team}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: team-a}": "team/a-b and team-a/b",
	} {
		around := described(t, "apiVersion: v1\nkind: Namespace\nmetadata: "+namespaces+"\n")
		sheets := ObjectFacts(t.Context(), read(t, user).Root, "kafka", around)
		if got := named(sheets[0])["ambiguous_account"]; got != want {
			t.Errorf("%s: got %q, want %q", namespaces, got, want)
		}
	}
}

func TestUsersOfStrimzi(t *testing.T) {
	const user = "apiVersion: kafka.strimzi.io/v1\nkind: KafkaUser\nmetadata: {name: alice, namespace: kafka, labels: {strimzi.io/cluster: events}}\nspec: {authorization: {type: simple, acls: [%s]}}\n"
	const reading, write = "{resource: {type: topic, name: t}, operations: [Read]}", "{resource: {type: topic, name: t}, operations: [Write]}"
	tests := []struct{ name, acls, fact, want string }{
		{"reading", reading, "reads_without_group", "true"},
		{"reading with a group", reading + ", {resource: {type: group, name: g}, operations: [Read]}", "reads_without_group", "false"},
		{"reading as MirrorMaker does", reading + ", {resource: {type: group, name: '*'}, operations: [Describe]}", "reads_without_group", "false"},
		{"reading that is denied", "{type: deny, resource: {type: topic, name: t}, operations: [Read]}", "reads_without_group", "false"},
		{"all", "{resource: {type: topic, name: t}, operations: [All]}", "reads_without_group", "true"},
		{"a transaction", "{resource: {type: transactionalId, name: x}, operations: [Describe]}", "transaction_without_write", "x"},
		{"a transaction with its right", "{resource: {type: transactionalId, name: x}, operations: [Describe, Write]}", "transaction_without_write", ""},
		{"writing", write, "writes_without_idempotence", "true"},
		{"writing idempotently", write + ", {resource: {type: cluster}, operations: [IdempotentWrite]}", "writes_without_idempotence", "false"},
		{"no ACLs", "", "has_acls", "false"},
		{"no cluster that is known", "", "cluster_authorizes", "unknown"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			sheet := ObjectFacts(t.Context(), read(t, fmt.Sprintf(user, test.acls)).Root, "kafka", surroundings.None{})[0]
			if got := fmt.Sprint(named(sheet)[test.fact]); got != test.want {
				t.Errorf("%s is %s, want %s", test.fact, got, test.want)
			}
		})
	}
	for kafka, want := range map[string]string{"{authorization: {type: simple}, version: 2.7.1}": "yes 20701", "{version: '4'}": "no 0"} {
		around := described(t, "apiVersion: kafka.strimzi.io/v1\nkind: Kafka\nmetadata: {name: events, namespace: kafka}\nspec: {kafka: "+kafka+"}\n")
		values := named(ObjectFacts(t.Context(), read(t, fmt.Sprintf(user, reading)).Root, "kafka", around)[0])
		if got := fmt.Sprint(values["cluster_authorizes"], " ", values["broker_version_number"]); got != want {
			t.Errorf("%s: got %s, want %s", kafka, got, want)
		}
	}
}
