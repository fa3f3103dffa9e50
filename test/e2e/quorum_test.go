package e2e

import (
	"context"
	"testing"
)

// Where a proxy delivers to localhost, ZooKeeper's peers reach a proxy and nobody
// behind it: the election port is bound to the pod's own address.
func TestZooKeeperElectsALeaderWhereTheProxyDeliversToLocalhost(t *testing.T) {
	claim := prove(t, quorums, "ZooKeeper elects a leader where the proxy delivers to localhost (`inboundTrafficPolicy: LOCALHOST`)")
	for _, version := range zooKeeperVersions(t) {
		t.Run(version, func(t *testing.T) {
			deliverToLocalhost(t)
			claim.ran("ZooKeeper " + version)

			claim.half(t, without, "no quorum: `EOFException` at `QuorumCnxManager$RecvWorker`, and nobody on `127.0.0.1:3888`", func(t *testing.T, namespace string) {
				zooKeeperQuorum(t, namespace, version, true)
				// The server with the least number leaves dialling to the others, and is not
				// reached by them. Its own proxy accepts what nobody takes from it.
				saying(t, namespace, zooKeepers[0], "zookeeper", `Have smaller server identifier, so dropping the connection`)
				for _, pod := range zooKeepers[1:] {
					saying(t, namespace, pod, "zookeeper", `(?s)Connection broken for id \d.*java\.io\.EOFException.*RecvWorker\.run`)
				}
				for _, pod := range zooKeepers {
					if mode, err := mode(t.Context(), namespace, pod); err != nil || mode != "" {
						t.Errorf("%s is %q, %v", pod, mode, err)
					}
				}
			})
			claim.half(t, with, "a leader and two followers", func(t *testing.T, namespace string) {
				zooKeeperQuorum(t, namespace, version, true)
				elected(t, namespace, zooKeepers)
				boundToAll(t, namespace)
			})
		})
	}
}

// Where a proxy delivers to the pod's own address, listening on all of them is not
// needed, and must do no harm.
func TestZooKeeperElectsALeaderWhereTheProxyDeliversToThePod(t *testing.T) {
	claim := prove(t, quorums, "Where the proxy delivers to the pod's address, Sluice does the quorum no harm")
	for _, version := range zooKeeperVersions(t) {
		t.Run(version, func(t *testing.T) {
			claim.ran("ZooKeeper " + version)
			claim.half(t, without, "a leader and two followers", func(t *testing.T, namespace string) {
				zooKeeperQuorum(t, namespace, version, false)
				elected(t, namespace, zooKeepers)
			})
			claim.half(t, with, "a leader and two followers, the election port bound to all addresses", func(t *testing.T, namespace string) {
				zooKeeperQuorum(t, namespace, version, false)
				elected(t, namespace, zooKeepers)
				boundToAll(t, namespace)
			})
		})
	}
}

// zooKeeperQuorum starts three servers, whose proxies are in the mesh and deliver as
// they should when this returns.
func zooKeeperQuorum(t *testing.T, namespace, version string, localhost bool) {
	t.Helper()
	apply(t, namespace, "zookeeper.yaml", map[string]any{"Version": version, "Replicas": 3})
	for _, pod := range zooKeepers {
		meshed(t, namespace, pod)
		delivering(t, namespace, pod, 3888, localhost)
	}
}

func boundToAll(t *testing.T, namespace string) {
	t.Helper()
	for _, pod := range zooKeepers {
		eventually(t, "the election port of "+pod, func(ctx context.Context) error {
			all, err := listensOnAll(ctx, namespace, pod, "zookeeper", electionPort)
			if err == nil && !all {
				t.Fatalf("the election port of %s is bound to one address", pod)
			}
			return err
		})
	}
}
