package policies

import (
	"context"
	"slices"
	"strings"

	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/workload"
)

// aclPrograms are how Kafka's command for ACLs is called.
var aclPrograms = []string{"kafka-acls.sh", "kafka-acls"}

// aclCommands are the ACLs that the commands of a pod add.
func aclCommands(ctx context.Context, in home, around surroundings.Surroundings) []subject {
	var all []*acl
	for _, command := range workload.Commands(in.Root, aclPrograms...) {
		options := readOptions(command.Words[1:])
		if options.first("--add") != nil && len(all) < maxACLs {
			all = append(all, options.acls(in)...)
		}
	}
	return finishACLs(ctx, all, around)
}

// option is an option of a command with its value.
type option struct {
	name string
	workload.Word
}

// options are those of a command, in their order.
type options []option

// readOptions reads "--name value" and "--name=value".
func readOptions(words []workload.Word) (read options) {
	for i := 0; i < len(words); i++ {
		word := words[i]
		if !strings.HasPrefix(word.Text, "--") {
			continue
		}
		name, value, given := strings.Cut(word.Text, "=")
		switch {
		case given:
			word.Text = value
		case i+1 < len(words) && !strings.HasPrefix(words[i+1].Text, "--"):
			i++
			word = words[i]
		}
		read = append(read, option{name, word})
	}
	return read
}

// all returns the options of that name.
func (o options) all(name string) (found options) {
	for _, one := range o {
		if one.name == name {
			found = append(found, one)
		}
	}
	return found
}

func (o options) first(name string) *option {
	if found := o.all(name); len(found) > 0 {
		return &found[0]
	}
	return nil
}

// at is where an option is written, or what stands for it.
func (o *option) at(otherwise place) place {
	if o == nil {
		return otherwise
	}
	return placeOf(o.Place)
}

func (o *option) text(otherwise string) string {
	if o == nil {
		return otherwise
	}
	return o.Text
}

// resourceOptions are the options that name resources, and their types.
var resourceOptions = []struct{ option, resource string }{
	{"--topic", "topic"}, {"--group", "group"}, {"--cluster", "cluster"}, {"--transactional-id", "transactional-id"},
	{"--delegation-token", "other"}, {"--user-principal", "other"},
}

// roles are the options that stand for several operations on resources.
var roles = map[string]map[string][]string{
	"--producer": {"topic": {"Write", "Describe", "Create"}, "transactional-id": {"Write", "Describe"}},
	"--consumer": {"topic": {"Read", "Describe"}, "group": {"Read"}},
}

// acls are what the command adds: each operation on each resource, for each principal
// and host.
func (o options) acls(in home) (all []*acl) {
	for _, permission := range []string{"allow", "deny"} {
		hosts := o.all("--" + permission + "-host")
		if hosts == nil {
			hosts = options{{}}
		}
		for _, principal := range o.all("--" + permission + "-principal") {
			for _, host := range hosts {
				all = append(all, o.each(in, permission, &principal, &host)...)
			}
		}
		if len(all) > maxACLs {
			break
		}
	}
	return all
}

func (o options) each(in home, permission string, principal, host *option) (all []*acl) {
	whole := placeOf(principal.Place)
	pattern := o.first("--resource-pattern-type")
	template := acl{
		home: in, origin: "command", permission: permission, principal: principal.Text, host: "*", pattern: patternNamed(pattern.text("")),
		entry: whole, atPrincipal: whole, atPattern: pattern.at(whole), atHost: whole,
	}
	if host.name != "" {
		template.host, template.atHost = host.Text, placeOf(host.Place)
	}
	for _, named := range resourceOptions {
		for _, resource := range o.all(named.option) {
			for _, operation := range o.operationsOn(named.resource) {
				one := template
				one.resource, one.name, one.operation = named.resource, resource.Text, operationNamed(operation.Text)
				if named.resource == "cluster" {
					one.name, one.pattern = "kafka-cluster", "literal"
				}
				one.atResource, one.atName = placeOf(resource.Place), placeOf(resource.Place)
				if one.atOperation = placeOf(operation.Place); operation.Node == nil {
					one.atOperation = one.atName
				}
				all = append(all, &one)
			}
		}
	}
	if o.first("--producer") != nil && o.first("--idempotent") != nil {
		one := template
		one.resource, one.name, one.pattern, one.operation = "cluster", "kafka-cluster", "literal", "IdempotentWrite"
		one.atResource, one.atName, one.atOperation = whole, whole, whole
		all = append(all, &one)
	}
	return all
}

// operationsOn are the operations on a type of resource: those of a role, or those that
// are given, and all when none is.
func (o options) operationsOn(resource string) (found options) {
	role := false
	for _, name := range []string{"--producer", "--consumer"} {
		given := o.first(name)
		if given == nil {
			continue
		}
		role = true
		for _, operation := range roles[name][resource] {
			found = append(found, option{name, workload.Word{Text: operation, Place: given.Place}})
		}
	}
	if role {
		return found
	}
	if found = o.all("--operation"); found == nil {
		return options{{"--operation", workload.Word{Text: "All"}}}
	}
	return slices.Clone(found)
}
