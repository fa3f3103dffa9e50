package workload

import "slices"

// Role is what a process does in or for a Kafka or ZooKeeper cluster.
type Role string

// The roles. A KRaft node that is broker and controller at once is a Broker whose
// Process.Controller is true.
const (
	Broker         Role = "broker"
	Controller     Role = "controller"
	ZooKeeper      Role = "zookeeper"
	Connect        Role = "connect"
	MirrorMaker    Role = "mirrormaker"
	SchemaRegistry Role = "schema-registry"
	CruiseControl  Role = "cruise-control"
	// Bridge serves Kafka over HTTP: Strimzi's bridge, Confluent's REST Proxy.
	Bridge Role = "bridge"
	// Client is anything else that somebody says depends on Kafka.
	Client Role = "client"
)

// roles are in the order in which a person would start them.
var roles = []Role{ZooKeeper, Controller, Broker, SchemaRegistry, Connect, MirrorMaker, CruiseControl, Bridge, Client}

// Roles lists all roles: the servers of the cluster first, then what depends on them.
func Roles() []Role { return slices.Clone(roles) }

// Serves reports whether a process of this role is a server of the cluster itself,
// rather than one that dials its brokers.
func (r Role) Serves() bool { return r == Broker || r == Controller || r == ZooKeeper }

// ServesKafka reports whether a process of this role is a broker or a controller.
func (r Role) ServesKafka() bool { return r == Broker || r == Controller }
