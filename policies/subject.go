package policies

import (
	"context"
	"slices"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/workload"
)

// Subject is what a rule judges, by the name that rules have for it: the role of a
// process, or what else there is a class of.
type Subject string

// The subjects beside the roles of processes.
const (
	// Access is a Role or RoleBinding.
	Access Subject = "access"
	// ACL is one operation of an ACL, that a KafkaUser or a command of a pod writes.
	ACL Subject = "acl"
	// Certificate is a Certificate of cert-manager's whose Secret a process has.
	Certificate Subject = "certificate"
	// Credential is a password that stands in the open in the pod of a process.
	Credential Subject = "credential"
	// EnvoyPatch is a patch of an EnvoyFilter that is about Kafka or ZooKeeper.
	EnvoyPatch Subject = "envoy-patch"
	// Service is a Service that selects the pod of a process.
	Service Subject = "service"
	// ServicePort is a port of such a Service.
	ServicePort Subject = "service-port"
	// StrimziListener and StrimziSuperUser are items of a Kafka resource of Strimzi's.
	StrimziListener  Subject = "strimzi-listener"
	StrimziSuperUser Subject = "strimzi-super-user"
	// StrimziUser and StrimziTopic are a KafkaUser and a KafkaTopic of Strimzi's.
	StrimziUser  Subject = "strimzi-user"
	StrimziTopic Subject = "strimzi-topic"
)

// Class is a set of subjects about which the same facts are known.
type Class struct {
	// Subjects are the names of the class's subjects.
	Subjects []Subject
	// Meaning says in a sentence what is judged, for the authors of rules.
	Meaning string

	table []row
}

// classes are all classes. What a rule may ask about a subject is the table of its
// class.
var classes = []Class{
	{processSubjects(), "a Kafka or ZooKeeper process, or one beside them, in its pod or pod template", rowsOf(processTable())},
	{[]Subject{Service}, "a Service that selects the pod of such a process", rowsOf(serviceTable)},
	{[]Subject{ServicePort}, "a port of such a Service", rowsOf(servicePortTable)},
	{[]Subject{Credential}, "a password or another secret that stands in the open in the pod of such a process", rowsOf(credentialTable)},
	{[]Subject{Certificate}, "a Certificate of cert-manager whose Secret such a process mounts", rowsOf(certificateTable)},
	{[]Subject{ACL}, "an operation of an ACL: of a KafkaUser of Strimzi or Koperator, or of the command kafka-acls in a pod", rowsOf(aclTable)},
	{[]Subject{StrimziUser, StrimziTopic}, "a KafkaUser or KafkaTopic of Strimzi", rowsOf(strimziUserTable)},
	{[]Subject{StrimziListener}, "a listener of a Kafka resource of Strimzi", rowsOf(strimziListenerTable)},
	{[]Subject{StrimziSuperUser}, "an item of the superUsers of a Kafka resource of Strimzi", rowsOf(strimziSuperUserTable)},
	{[]Subject{Access}, "a Role or RoleBinding, which may let somebody into the pods of its namespace", rowsOf(accessTable)},
	{[]Subject{EnvoyPatch}, "an item of an EnvoyFilter's configPatches that brings a filter for Kafka or ZooKeeper", rowsOf(envoyPatchTable)},
}

// judged are the kinds of objects that are judged by themselves, without a process,
// and how the subjects of one are found.
var judged = map[surroundings.Kind]func(context.Context, home, surroundings.Surroundings) []subject{
	surroundings.EnvoyFilter:  envoyPatches,
	surroundings.StrimziKafka: strimziKafka,

	{Group: "kafka.strimzi.io", Name: "KafkaTopic"}:    strimziTopics,
	{Group: "kafka.strimzi.io", Name: "KafkaUser"}:     strimziUsers,
	{Group: "kafka.banzaicloud.io", Name: "KafkaUser"}: koperatorACLs,

	{Group: "rbac.authorization.k8s.io", Name: "Role"}:        accesses,
	{Group: "rbac.authorization.k8s.io", Name: "RoleBinding"}: accesses,

	{Group: "", Name: "Pod"}:             aclCommands,
	{Group: "apps", Name: "Deployment"}:  aclCommands,
	{Group: "apps", Name: "StatefulSet"}: aclCommands,
	{Group: "batch", Name: "CronJob"}:    aclCommands,
	{Group: "batch", Name: "Job"}:        aclCommands,
}

// processSubjects are the roles.
func processSubjects() []Subject {
	var all []Subject
	for _, role := range workload.Roles() {
		all = append(all, Subject(role))
	}
	return all
}

// Classes returns all classes, processes first.
func Classes() []Class { return slices.Clone(classes) }

// Subjects returns the names of all subjects, processes first.
func Subjects() []Subject {
	var all []Subject
	for i := range classes {
		all = append(all, classes[i].Subjects...)
	}
	return all
}

// Definitions returns the definitions of the class's facts, in the order in which they
// are best read.
func (c *Class) Definitions() []Definition {
	definitions := make([]Definition, len(c.table))
	for i := range c.table {
		definitions[i] = c.table[i].Definition
	}
	return definitions
}

// classOf returns the class of a subject, or nil.
func classOf(name Subject) *Class {
	i := slices.IndexFunc(classes, func(c Class) bool { return slices.Contains(c.Subjects, name) })
	if i < 0 {
		return nil
	}
	return &classes[i]
}

func (c *Class) row(name string) (*row, bool) {
	if c == nil {
		return nil, false
	}
	i := slices.IndexFunc(c.table, func(r row) bool { return r.Name == name })
	if i < 0 {
		return nil, false
	}
	return &c.table[i], true
}

// subject is one thing to judge: what the facts of its class are taken from.
type subject interface {
	// named is the name by which rules choose it.
	named() Subject
	// called is what a person calls it, as in "container kafka".
	called() string
	// within is the object that it is, or is a part of.
	within() home
}

// home is an object that is, or holds, what is judged.
type home struct {
	surroundings.Object
	name verdict.Object
}

// homeOf names an object. namespace is that of an object which does not say.
func homeOf(object surroundings.Object, namespace string) home {
	name := workload.Identify(object.Root)
	if name.Namespace == "" {
		name.Namespace = namespace
	}
	return home{object, name}
}

// subjectsOf finds what is to be judged of an object that runs no process. ok is false
// for one of which there is nothing to judge.
func subjectsOf(ctx context.Context, root *document.Node, namespace string, around surroundings.Surroundings) (all []subject, ok bool) {
	find, ok := judged[surroundings.KindOf(root)]
	if !ok {
		return nil, false
	}
	all = find(ctx, homeOf(surroundings.Object{Root: root}, namespace), around)
	return all, len(all) > 0
}

// containerOf names the container that a finding is about: that of the process, or the one
// in which the fact is written.
func containerOf(s subject, fact *document.Node) string {
	switch s := s.(type) {
	case *process:
		return s.Name()
	case *certificate:
		return s.Name()
	case *credential:
		return s.container.Get("name").Text()
	}
	for node := fact; node != nil; node = node.Parent() {
		if list := node.Parent(); list != nil && slices.Contains([]string{"containers", "initContainers"}, list.Key) {
			return node.Get("name").Text()
		}
	}
	return ""
}
