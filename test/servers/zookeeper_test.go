package servers

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/sluice-dev/sluice/wait/target"
)

// ensemble is a ZooKeeper of several servers on the loopback.
type ensemble struct {
	release Release
	// client are the ports for clients, one a server.
	client []int
	// more is more of each server's configuration; %d is an index of extra.
	servers string
	more    func(t *testing.T, directory string, server int) string
	jvm     []string
}

func newEnsemble(t *testing.T, r Release, size int) *ensemble {
	t.Helper()
	e := &ensemble{release: r, client: ports(t, size)}
	if size == 1 {
		return e
	}
	quorum := ports(t, 2*size)
	for i := range size {
		e.servers += fmt.Sprintf("server.%d=127.0.0.1:%d:%d\n", i+1, quorum[2*i], quorum[2*i+1])
	}
	return e
}

func (e *ensemble) start(t *testing.T, server int) *Process {
	t.Helper()
	directory := t.TempDir()
	more := ""
	if e.more != nil {
		more = e.more(t, directory, server)
	}
	// A quorum takes its time on a busy machine; who waits for it shall not give up.
	file := write(t, directory, "zoo.cfg", "tickTime=2000\ninitLimit=30\nsyncLimit=15\ndataDir=%s\nclientPort=%d\nclientPortAddress=127.0.0.1\nadmin.enableServer=false\n%s%s",
		directory, e.client[server], e.servers, more)
	write(t, directory, "myid", "%d", server+1)
	write(t, directory, "log4j.properties", "%s", logging)
	arguments := append([]string{"-Dzookeeper.jmx.log4j.disable=true"}, e.jvm...)
	return start(t, e.release, directory, append(arguments, "org.apache.zookeeper.server.quorum.QuorumPeerMain", file)...)
}

func eachZooKeeper(t *testing.T, test func(t *testing.T, r Release)) {
	t.Helper()
	for _, r := range ZooKeeperReleases {
		t.Run(r.Version, func(t *testing.T) { test(t, r) })
	}
}

func TestASingleZooKeeperGrantsASession(t *testing.T) {
	eachZooKeeper(t, func(t *testing.T, r Release) {
		e := newEnsemble(t, r, 1)
		e.start(t, 0)
		answers(t, target.ZooKeeper, e.client[0])
	})
}

func TestZooKeeperAnswersOnlyWithItsQuorum(t *testing.T) {
	eachZooKeeper(t, func(t *testing.T, r Release) {
		e := newEnsemble(t, r, 3)
		e.start(t, 0)
		// It listens, and tells everybody that it serves nobody.
		refuses(t, target.ZooKeeper, e.client[0], "closes the connection without an answer")
		second := e.start(t, 1)
		answers(t, target.ZooKeeper, e.client[0])
		answers(t, target.ZooKeeper, e.client[1])
		second.Stop()
		refuses(t, target.ZooKeeper, e.client[0], "closes the connection without an answer")
	})
}

// A server that is cut off from its quorum may still let people read. What starts then
// could do no more than that.
func TestAZooKeeperThatOnlyLetsReadDoesNotCount(t *testing.T) {
	e := newEnsemble(t, ZooKeeperReleases[2], 3)
	e.jvm = []string{"-Dreadonlymode.enabled=true"}
	server := e.start(t, 0)
	eventually(t, "the read-only server", func() error {
		if !strings.Contains(server.said(t), "ReadOnlyZooKeeperServer") {
			return errors.New("it has not started")
		}
		return nil
	})
	refuses(t, target.ZooKeeper, e.client[0], "closes the connection without an answer")
}

func TestZooKeeperWithTLSSendsItsServerHello(t *testing.T) {
	for _, r := range ZooKeeperReleases[1:] {
		t.Run(r.Version, func(t *testing.T) {
			e := newEnsemble(t, r, 1)
			secure := ports(t, 1)[0]
			e.jvm = []string{"-Dzookeeper.serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory"}
			e.more = func(t *testing.T, directory string, _ int) string {
				key, trust := stores(t, directory)
				return fmt.Sprintf("secureClientPort=%d\nssl.keyStore.location=%s\nssl.keyStore.password=%s\nssl.trustStore.location=%s\nssl.trustStore.password=%s\n",
					secure, key, password, trust, password)
			}
			e.start(t, 0)
			answers(t, target.TLS, secure)
			refuses(t, target.ZooKeeper, secure, "")
			refuses(t, target.TLS, e.client[0], "")
		})
	}
}

// The four-letter words that no longer matter to the check may be forbidden.
func TestZooKeeperNeedsNoFourLetterWord(t *testing.T) {
	e := newEnsemble(t, ZooKeeperReleases[2], 1)
	e.more = func(*testing.T, string, int) string { return "4lw.commands.whitelist=ruok\n" }
	e.start(t, 0)
	answers(t, target.ZooKeeper, e.client[0])
}

// A session that was asked for only to see whether it is granted does not stay.
func TestTheSessionIsClosed(t *testing.T) {
	e := newEnsemble(t, ZooKeeperReleases[2], 1)
	server := e.start(t, 0)
	answers(t, target.ZooKeeper, e.client[0])
	eventually(t, "the end of the session", func() error {
		if text := server.said(t); !strings.Contains(text, "closeSession") && !strings.Contains(text, "Closed socket connection") && !strings.Contains(text, "closed session") {
			return errors.New("no session was closed")
		}
		return nil
	})
}
