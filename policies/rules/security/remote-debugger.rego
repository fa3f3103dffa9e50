package sluice.security

# METADATA
# title: Everybody can attach a debugger
# description: |
#   A debugger that attaches to a process runs any code in it. The port asks for no
#   password, and this one listens on more than localhost.
# custom:
#   rule: security/remote-debugger
#   severity: error
#   subjects: [broker, controller, zookeeper, connect, mirrormaker, schema-registry, cruise-control, bridge, client]
#   symptom: |
#     Listening for transport dt_socket at address: 5005
#   signs:
#     - 'Listening for transport dt_socket at address:'
#   cause: |
#     An option with jdwp, or KAFKA_DEBUG with JAVA_DEBUG_PORT, names an address for all
#     interfaces. The proxy takes whoever the mesh lets in to it.
#   fix: |
#     Take the option out. For a session use kubectl port-forward, and a port without an
#     address, which since Java 9 means localhost.
#   versions: All versions.
#   source: https://docs.oracle.com/en/java/javase/17/docs/specs/jpda/conninv.html
findings contains {
	"rule": "security/remote-debugger",
	"fact": "debugger",
	"message": sprintf("a debugger can attach to container %s at %s, and run any code in it", [input.container, input.debugger]),
} if {
	input.debugger_open == true
}
