package sluice.security

# METADATA
# title: The heap is as large as the memory limit
# description: |
#   Java may use more than its heap, and the heap alone is as large as what the container
#   may have. The kernel kills it once the heap has filled up.
# custom:
#   rule: security/heap-exceeds-memory-limit
#   severity: error
#   subjects: [broker, controller, zookeeper, connect, mirrormaker, schema-registry, cruise-control, bridge, client]
#   symptom: |
#     Last State: Terminated, Reason: OOMKilled, Exit Code: 137
#   signs:
#     - 'OOMKilled'
#   cause: |
#     Threads, direct buffers, class data and the page cache of the log come on top of
#     -Xmx. It happens under load, weeks after the start, and to all brokers at about the
#     same time.
#   fix: |
#     Leave about half of the limit to other things than the heap: -Xmx4g with a limit of
#     8Gi.
#   versions: All versions.
#   source: https://kafka.apache.org/documentation/#java
findings contains {
	"rule": "security/heap-exceeds-memory-limit",
	"fact": "heap_mib",
	"message": sprintf("the heap of container %s may grow to %d MiB, and all its memory to %d MiB", [input.container, input.heap_mib, input.memory_limit_mib]),
} if {
	input.heap_fits == "no"
}
