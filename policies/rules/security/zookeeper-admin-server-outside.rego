package sluice.security

# METADATA
# title: The admin server of ZooKeeper is offered outside of the cluster
# description: |
#   The admin server answers everybody over plain HTTP: with the configuration, the
#   environment, the clients and the state of the server, and newer ones with its data.
# custom:
#   rule: security/zookeeper-admin-server-outside
#   severity: warning
#   subjects: [zookeeper]
#   symptom: |
#     Started AdminServer on address 0.0.0.0, port 8080 and command URL /commands
#   cause: |
#     It is on by default since 3.5, on all addresses. A Service of type NodePort or
#     LoadBalancer, or a hostPort, leads to it from outside. Within the mesh it is no
#     more open than the rest of the pod, and the rule is silent.
#   fix: |
#     Take the port out of that Service, or set admin.enableServer=false, or
#     admin.serverAddress=127.0.0.1 for a probe in the pod.
#   versions: ZooKeeper since 3.5.0.
#   source: https://zookeeper.apache.org/doc/current/zookeeperAdmin.html#sc_adminserver_config
findings contains {
	"rule": "security/zookeeper-admin-server-outside",
	"fact": "admin_server_way",
	"message": sprintf("%s offers the admin server of container %s outside of the cluster, which asks for no password", [input.admin_server_way, input.container]),
} if {
	input.subject == "zookeeper"
	input.admin_server_way != ""
}
