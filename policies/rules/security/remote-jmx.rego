package sluice.security

# METADATA
# title: Everybody can manage the process by JMX
# description: |
#   JMX over the network without authentication lets whoever reaches its port change the
#   running process, and load code into it.
# custom:
#   rule: security/remote-jmx
#   severity: warning
#   subjects: [broker, controller, zookeeper, connect, mirrormaker, schema-registry, cruise-control, bridge, client]
#   symptom: |
#     The JMX connector server is listening, com.sun.management.jmxremote.authenticate=false
#   cause: |
#     The start scripts of Kafka and ZooKeeper turn JMX_PORT, KAFKA_JMX_PORT or JMXPORT
#     into a port on all addresses, without authentication unless the options say
#     otherwise. It is often there for a metrics exporter in the same pod, which needs
#     localhost alone.
#   fix: |
#     Add -Dcom.sun.management.jmxremote.host=127.0.0.1 to KAFKA_JMX_OPTS, with the other
#     options that this variable then has to hold, or run the exporter as a Java agent
#     and have no port at all. Else require a password and TLS.
#   versions: All versions.
#   source: https://docs.oracle.com/en/java/javase/17/management/monitoring-and-management-using-jmx-technology.html
findings contains {
	"rule": "security/remote-jmx",
	"fact": "jmx",
	"message": sprintf("whoever reaches the JMX port of container %s can run code in it: nothing asks for a password", [input.container]),
} if {
	input.jmx == "open"
}
