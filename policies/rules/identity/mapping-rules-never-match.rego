package sluice.identity

# METADATA
# title: Mapping rules for certificates that no listener sees
# description: |
#   ssl.principal.mapping.rules makes a name of the distinguished name of a client's
#   certificate. The certificates of the mesh have an empty one, and end at the proxy.
# custom:
#   rule: identity/mapping-rules-never-match
#   severity: warning
#   subjects: [broker, controller]
#   symptom: |
#     Principal = User:ANONYMOUS is Denied operation = DESCRIBE from host = 127.0.0.6
#   signs:
#     - 'Principal = User:ANONYMOUS is Denied'
#   cause: |
#     Kafka applies the rules to listeners with the protocol SSL alone, and SASL_SSL
#     takes the name from SASL. Behind a sidecar such listeners are in plaintext. Where a
#     broker takes Istio's own certificates for its TLS, the SPIFFE id of a client is in
#     the subject alternative name, of which the rules know nothing.
#   fix: |
#     Take the rules out, and use a principal builder: annotate the pod with
#     sluice.dev/principal-builder: enforce. Or give a listener certificates of your own,
#     with names, and exclude its port from the proxy.
#   versions: Kafka since 2.2.0.
#   source: https://cwiki.apache.org/confluence/display/KAFKA/KIP-371%3A+Add+a+configuration+to+build+custom+SSL+principal+name
findings contains {
	"rule": "identity/mapping-rules-never-match",
	"fact": "mapping_rules",
	"message": "ssl.principal.mapping.rules is set, but no listener has the protocol SSL: there is no certificate that it could map",
} if {
	input.mapping_rules == true
	input.clients_known_by in {"nothing", "password"}
}

findings contains {
	"rule": "identity/mapping-rules-never-match",
	"fact": "mapping_rules",
	"message": "the certificates of the mesh, which a key store here takes, have an empty subject: ssl.principal.mapping.rules never matches",
} if {
	input.mapping_rules == true
	input.key_store_from_mesh == true
	input.clients_known_by == "certificate"
}
