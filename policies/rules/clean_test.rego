# The facts of processes with which no rule finds fault. Tests change one or two of
# them at a time.
package sluice.clean

broker := {
	"subject": "broker",
	"container": "kafka",
	"in_mesh": "yes",
	"hold": true,
	"proxy_config": "valid",
	"proxy_config_error": "",
	"proxy_outlives_app": true,
	"proxy_drain_seconds": 5,
	"service_links": false,
	"service_links_harm": "become-settings",
	"inbound_delivery": "localhost",
	"quorum_listens_on_all": "yes",
	"quorum_size": 0,
	"wildcard_server": false,
	"zookeeper_version": "",
	"zookeeper_version_number": 0,
	"authorizer": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
	"super_users_anonymous": false,
	"allow_everyone": "no",
}

zookeeper := object.union(broker, {
	"subject": "zookeeper",
	"container": "zookeeper",
	"service_links_harm": "ignored",
	"quorum_size": 3,
	"zookeeper_version": "3.8.4",
	"zookeeper_version_number": 30804,
	"authorizer": "",
})
