package e2e

import "testing"

// The versions that the claims are tried with: the first is the one that counts when
// time is short.

func zooKeeperVersions(t *testing.T) []string { return versions(t, "3.9.5", "3.5.7") }

func versions(t *testing.T, all ...string) []string {
	t.Helper()
	if testing.Short() {
		return all[:1]
	}
	return all
}

// kafkaOnZooKeeper is a version of the last line that can do without KRaft.
const kafkaOnZooKeeper = "3.9.2"

// kafkaNewest is the version for what needs no ZooKeeper.
const kafkaNewest = "4.3.1"
