package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

// zooKeepers are the names of the pods of three servers.
var zooKeepers = []string{"zookeeper-0", "zookeeper-1", "zookeeper-2"}

// mode asks a server for its place in the quorum: "leader", "follower", "standalone",
// or "" while it serves nobody.
func mode(ctx context.Context, namespace, pod string) (string, error) {
	answer, err := run(ctx, namespace, pod, "zookeeper", "sh", "-c", "echo srvr | nc -w 5 127.0.0.1 2181 || true")
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(answer) {
		if mode, ok := strings.CutPrefix(line, "Mode: "); ok {
			return strings.TrimSpace(mode), nil
		}
	}
	return "", nil
}

// elected waits until one of the servers leads and all others follow.
func elected(t *testing.T, namespace string, pods []string) {
	t.Helper()
	eventually(t, "a leader and its followers in "+namespace, func(ctx context.Context) error {
		modes := map[string]int{}
		for _, pod := range pods {
			mode, err := mode(ctx, namespace, pod)
			if err != nil {
				return err
			}
			modes[mode]++
		}
		if modes["leader"] != 1 || modes["follower"] != len(pods)-1 {
			return fmt.Errorf("modes %v", modes)
		}
		return nil
	})
}
