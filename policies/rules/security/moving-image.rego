package sluice.security

# METADATA
# title: The image is another one tomorrow
# description: |
#   A tag such as latest, or none, names whatever was pushed last. Each restart of a pod
#   may bring another version: of a broker, with another protocol and storage format.
# custom:
#   rule: security/moving-image
#   severity: warning
#   subjects: [broker, controller, zookeeper, connect, mirrormaker, schema-registry, cruise-control, bridge, client]
#   symptom: |
#     Inconsistent inter.broker.protocol.version, or a broker that cannot read the metadata of a newer one
#   cause: |
#     Servers of a cluster have to be upgraded in order, one after the other, and cannot
#     be downgraded at will. With a moving tag the order is that in which nodes fail, and
#     two servers of a quorum can have two versions.
#   fix: Name the version, as in apache/kafka:4.1.0, or better the digest.
#   versions: All versions.
#   source: https://kubernetes.io/docs/concepts/containers/images/#image-names
findings contains {
	"rule": "security/moving-image",
	"fact": "image_tag",
	"message": sprintf("the image of container %s has the tag %q, and may be another one after each restart", [input.container, input.image_tag]),
} if {
	input.image_moves == true
	input.image_tag != ""
}

findings contains {
	"rule": "security/moving-image",
	"fact": "image_tag",
	"message": sprintf("the image of container %s has no tag, and may be another one after each restart", [input.container]),
} if {
	input.image_moves == true
	input.image_tag == ""
}
