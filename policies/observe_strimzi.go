package policies

import (
	"context"
	"strings"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/surroundings"
)

// strimziListenerTable is the fact table of a listener of a Kafka resource of Strimzi's.
var strimziListenerTable = []of[*strimziListener]{
	{Definition{"subject", Text, []string{string(StrimziListener)},
		"always the same"},
		(*strimziListener).subject, (*strimziListener).root},
	{Definition{"listener", Text, nil,
		"the name of the listener"},
		(*strimziListener).listenerName, (*strimziListener).root},
	{Definition{"authenticates", Boolean, nil,
		"whether it asks its clients who they are"},
		(*strimziListener).authenticates, (*strimziListener).authenticationPlace},
	{Definition{"cluster_authorizes", Boolean, nil,
		"whether the Kafka resource has an authorizer"},
		(*strimziListener).clusterAuthorizes, (*strimziListener).root},
	{Definition{"anonymous_super_user", Boolean, nil,
		"whether ANONYMOUS is a super user of the Kafka resource"},
		(*strimziListener).anonymousSuperUser, (*strimziListener).root},
	{Definition{"listener_offered", Boolean, nil,
		"whether it is offered outside of the cluster and asks nobody who he is"},
		(*strimziListener).offered, (*strimziListener).typePlace},
	{Definition{"open_listener", Text, nil,
		"the listener, when it is offered outside of the cluster and asks nobody who he is; empty otherwise"},
		(*strimziListener).openListener, (*strimziListener).typePlace},
	{Definition{"open_listener_way", Text, nil,
		"how it is offered, as in \"the listener's type nodeport\""},
		(*strimziListener).openListenerWay, (*strimziListener).typePlace},
}

// strimziSuperUserTable is the fact table of a super user of such a resource.
var strimziSuperUserTable = []of[*strimziSuperUser]{
	{Definition{"subject", Text, []string{string(StrimziSuperUser)},
		"always the same"},
		(*strimziSuperUser).subject, (*strimziSuperUser).root},
	{Definition{"super_user", Text, nil,
		"the user as it is written"},
		(*strimziSuperUser).written, (*strimziSuperUser).root},
	{Definition{"super_user_has_type", Boolean, nil,
		"whether it begins with User:, which the operator puts in front of each"},
		(*strimziSuperUser).hasType, (*strimziSuperUser).root},
	{Definition{"super_users_anonymous", Boolean, nil,
		"whether it is ANONYMOUS"},
		(*strimziSuperUser).anonymous, (*strimziSuperUser).root},
	{Definition{"authorizer", Text, nil,
		"the type of authorization"},
		(*strimziSuperUser).authorizer, (*strimziSuperUser).root},
}

// strimziListener is a listener of a Kafka resource.
type strimziListener struct {
	home
	node *document.Node
}

// strimziSuperUser is a super user of a Kafka resource.
type strimziSuperUser struct {
	home
	node *document.Node
}

// strimziKafka finds what there is to judge of a Kafka resource.
func strimziKafka(_ context.Context, in home, _ surroundings.Surroundings) (all []subject) {
	kafka := in.Root.At("spec", "kafka")
	for _, node := range kafka.Get("listeners").Items() {
		all = append(all, &strimziListener{in, node})
	}
	for _, node := range kafka.At("authorization", "superUsers").Items() {
		all = append(all, &strimziSuperUser{in, node})
	}
	return all
}

func (l *strimziListener) named() Subject { return StrimziListener }
func (l *strimziListener) called() string { return "a listener of " + l.name.String() }
func (l *strimziListener) within() home   { return l.home }

func (l *strimziListener) subject() any      { return string(StrimziListener) }
func (l *strimziListener) root() place       { return place{node: l.node} }
func (l *strimziListener) listenerName() any { return l.node.Get("name").Text() }

func (l *strimziListener) authenticates() any {
	authentication := l.node.Get("authentication")
	return authentication != nil && authentication.Kind != document.Null
}

func (l *strimziListener) authenticationPlace() place { return nearest(l.node, "authentication") }

func (l *strimziListener) clusterAuthorizes() any {
	return l.Root.At("spec", "kafka", "authorization") != nil
}

func (l *strimziListener) anonymousSuperUser() any {
	for _, user := range l.Root.At("spec", "kafka", "authorization", "superUsers").Items() {
		if user.Text() == "ANONYMOUS" {
			return true
		}
	}
	return false
}

func (l *strimziListener) offered() any { return l.outside() }

func (l *strimziListener) outside() bool {
	return isOneOf(l.node.Get("type").Text(), "nodeport", "loadbalancer", "ingress", "route") && l.authenticates() == false
}

func (l *strimziListener) openListener() any {
	if !l.outside() {
		return ""
	}
	return l.node.Get("name").Text()
}

func (l *strimziListener) openListenerWay() any {
	if !l.outside() {
		return ""
	}
	return "the listener's type " + l.node.Get("type").Text()
}

func (l *strimziListener) typePlace() place { return nearest(l.node, "type") }

func (u *strimziSuperUser) named() Subject { return StrimziSuperUser }
func (u *strimziSuperUser) called() string { return "a super user of " + u.name.String() }
func (u *strimziSuperUser) within() home   { return u.home }

func (u *strimziSuperUser) subject() any   { return string(StrimziSuperUser) }
func (u *strimziSuperUser) root() place    { return place{node: u.node} }
func (u *strimziSuperUser) written() any   { return u.node.Text() }
func (u *strimziSuperUser) hasType() any   { return strings.HasPrefix(u.node.Text(), "User:") }
func (u *strimziSuperUser) anonymous() any { return u.node.Text() == "ANONYMOUS" }

func (u *strimziSuperUser) authorizer() any {
	return u.Root.At("spec", "kafka", "authorization", "type").Text()
}
