package sluice.security

# METADATA
# title: The server is given a token that it has no use for
# description: |
#   The pod asks for the token of its service account. Kafka and ZooKeeper do not talk to
#   the API server; whoever takes one of them over then can.
# custom:
#   rule: security/token-nobody-needs
#   severity: info
#   subjects: [broker, controller, zookeeper]
#   symptom: |
#     /var/run/secrets/kubernetes.io/serviceaccount/token
#   cause: |
#     automountServiceAccountToken is true in the pod, even where the service account
#     says otherwise. The mesh does not need it: istio-proxy has a token of its own. The
#     rule is silent where another container, a config provider or the command line may
#     use it, and where nothing is written.
#   fix: Set automountServiceAccountToken to false in the pod.
#   versions: All versions.
#   source: https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting
findings contains {
	"rule": "security/token-nobody-needs",
	"fact": "token",
	"message": sprintf("the pod asks for a token for the API server, which container %s has no use for", [input.container]),
} if {
	input.token == "asked-for"
	input.asks_api_server == false
}
