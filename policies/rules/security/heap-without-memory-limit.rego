package sluice.security

# METADATA
# title: The heap is a share of the whole node
# description: |
#   Java takes a share of the memory that it finds. Without a memory limit that is all of
#   the node's: several servers on one node promise themselves more than there is.
# custom:
#   rule: security/heap-without-memory-limit
#   severity: warning
#   subjects: [broker, controller, zookeeper, connect, mirrormaker, schema-registry, cruise-control, bridge, client]
#   symptom: |
#     The node was low on resource: memory. Container kafka was using ..., request is 0
#     Out of memory: Killed process (java)
#   signs:
#     - 'The node was low on resource: memory'
#     - 'Out of memory: Killed process'
#   cause: |
#     -XX:MaxRAMPercentage or MaxRAMFraction looks at the limit of the container, and at
#     the node's memory where there is none. The kubelet then evicts pods, and not only
#     this one. A limit that a LimitRange brings counts.
#   fix: |
#     Set resources.limits.memory, with room beyond the heap for buffers and the page
#     cache, or write the heap out with -Xmx. A broker needs no CPU limit.
#   versions: All versions.
#   source: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
findings contains {
	"rule": "security/heap-without-memory-limit",
	"fact": "memory_limit_mib",
	"message": sprintf("the heap of container %s is a share of its memory, and without a memory limit that is the node's", [input.container]),
} if {
	input.heap_is_share == true
	input.memory_limited == "no"
}
