package e2e

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// identityPorts are those whose filters the tests' Sluice installs.
var identityPorts = []int{9092, 9093, 9094}

// Accounts of the tests: the nodes' own, one that ACLs speak of, and one that they
// do not allow anything.
const (
	nodes = "kafka"
	alice = "alice"
	bob   = "bob"
	// The pod of this one has no proxy.
	outsider = "outsider"
)

// A guarded cluster is one with an authorizer, and with pods that dial it.
type guarded struct {
	namespace                 string
	accounts, pods, bootstrap []string
}

// A layout is how nodes share the work.
type layout struct {
	title    string
	separate bool
	brokers  int
	// bare adds listeners that take the identity on ports without a filter.
	bare     bool
	accounts []string
	// apart is what comes of it without Sluice, and says what a node's log says then.
	apart, says string
}

var layouts = []layout{
	{
		title: "three nodes that are broker and controller", brokers: 3, accounts: []string{nodes, alice, bob},
		// Nobody's vote counts before the ACLs are loaded, and nobody loads them before there is a leader.
		apart: "no quorum: the nodes are nobody to each other, and `Failed to complete initial ACL load process`",
		says:  `Failed to complete initial ACL load process`,
	},
	{
		title: "two brokers with a controller of its own", separate: true, brokers: 2, accounts: []string{nodes, alice, bob},
		apart: "the controller takes no broker in: `Principal = User:ANONYMOUS is Denied`",
		says:  `Principal = User:ANONYMOUS is Denied operation`,
	},
}

func (l layout) apply(t *testing.T, namespace string) *guarded {
	t.Helper()
	secret, err := sluice(t.Context(), "identity", "secret", "--namespace", namespace)
	if err != nil {
		t.Fatal(err)
	}
	object := &corev1.Secret{}
	if err := yaml.Unmarshal([]byte(secret), object); err != nil {
		t.Fatal(err)
	}
	create(t, object)
	g := &guarded{namespace: namespace, accounts: l.accounts}
	apply(t, namespace, "kafka-client.yaml", map[string]any{"Version": kafkaNewest, "Accounts": l.accounts})
	var voters []string
	for i := range l.brokers {
		pod := fmt.Sprintf("kafka-%d", i)
		g.pods, g.bootstrap = append(g.pods, pod), append(g.bootstrap, g.address(pod, 9092))
		voters = append(voters, fmt.Sprintf("%d@%s", i, g.address(pod, 9093)))
	}
	if l.separate {
		g.pods = append(g.pods, "controller-0")
		voters = []string{"100@" + g.address("controller-0", 9093)}
	}
	apply(t, namespace, "kafka-identity.yaml", map[string]any{
		"Version": kafkaNewest, "Brokers": l.brokers, "Separate": l.separate, "Bare": l.bare,
		"Voters": strings.Join(voters, ","),
	})
	return g
}

// ready waits until brokers serve clients, and those can dial.
func (g *guarded) ready(t *testing.T) {
	t.Helper()
	for _, account := range g.accounts {
		if account != outsider {
			meshed(t, g.namespace, account+"-client")
		}
		running(t, g.namespace, account+"-client", "client")
	}
	for _, pod := range g.pods {
		meshed(t, g.namespace, pod)
		if strings.HasPrefix(pod, "kafka-") {
			saying(t, g.namespace, pod, "kafka", kraftStarted)
		}
	}
}

func (g *guarded) address(pod string, port int) string {
	return fmt.Sprintf("%s.%s.%s.svc.cluster.local:%d", pod, pod[:strings.LastIndexByte(pod, '-')], g.namespace, port)
}

// principal is how an account of the namespace is called in ACLs.
func (g *guarded) principal(account string) string {
	return "User:spiffe://cluster.local/ns/" + g.namespace + "/sa/" + account
}

// client dials as the pod of an account does.
func (g *guarded) client(t *testing.T, account string, options ...kgo.Opt) *kgo.Client {
	t.Helper()
	c, err := kgo.NewClient(append([]kgo.Opt{
		kgo.SeedBrokers(g.bootstrap...), kgo.RecordPartitioner(kgo.RoundRobinPartitioner()), kgo.MetadataMinAge(200 * time.Millisecond),
		kgo.Dialer(func(_ context.Context, _, address string) (net.Conn, error) {
			return dial(g.namespace, account+"-client", "client", address)
		}),
	}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// Behind its proxy a broker sees one address and no name, so an authorizer could allow
// everybody or nobody: not even the nodes know each other.
func TestBrokersKnowServiceAccounts(t *testing.T) {
	for _, l := range layouts {
		t.Run(l.title, func(t *testing.T) {
			claim := prove(t, identities, "Kafka's ACLs speak of service accounts: "+l.title)
			claim.ran("Kafka " + kafkaNewest)
			claim.half(t, without, l.apart, func(t *testing.T, namespace string) {
				g := l.apply(t, namespace)
				saying(t, namespace, g.pods[len(g.pods)-1], "kafka", l.says)
			})
			claim.half(t, with, "one account may write, read, join its group, run transactions and create a topic, another may do none of it, and nobody is ANONYMOUS",
				func(t *testing.T, namespace string) {
					g := l.apply(t, namespace)
					g.ready(t)
					g.grant(t, l.brokers)
					g.allowsAndDenies(t)
					if !l.separate {
						g.endures(t)
					}
					g.nobodyIsAnonymous(t)
				})
		})
	}
}

// grant makes a topic, and lets alice use it. bob may know that it is there: so what he
// may not do is refused for its own sake.
func (g *guarded) grant(t *testing.T, replicas int) {
	t.Helper()
	admin := kadm.NewClient(g.client(t, nodes))
	// The first request waits until the controller has taken all brokers in.
	eventually(t, "the topic", func(ctx context.Context) error {
		created, err := admin.CreateTopic(ctx, 2, int16(replicas), nil, "orders")
		if errors.Is(created.Err, kerr.TopicAlreadyExists) {
			return nil
		}
		return errors.Join(err, created.Err)
	})
	alices, bobs := g.principal(alice), g.principal(bob)
	for _, acl := range []*kadm.ACLBuilder{
		kadm.NewACLs().Topics("orders").Groups("alice").TransactionalIDs("alice").
			Operations(kadm.OpWrite, kadm.OpRead, kadm.OpDescribe).Allow(alices),
		kadm.NewACLs().Topics("alice-").ResourcePatternType(kadm.ACLPatternPrefixed).Operations(kadm.OpCreate).Allow(alices),
		kadm.NewACLs().Topics("orders").Groups("alice").TransactionalIDs("alice").Operations(kadm.OpDescribe).Allow(bobs),
	} {
		results, err := admin.CreateACLs(t.Context(), acl.AllowHosts("*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, result := range results {
			if result.Err != nil {
				t.Fatalf("an ACL for %s: %v", result.Principal, result.Err)
			}
		}
	}
}

// acts are what ACLs decide on, each with what Kafka answers to whom they do not allow it.
var acts = []struct {
	name string
	do   func(ctx context.Context, t *testing.T, g *guarded, account string) error
	deny error
}{
	{"produce", produce, kerr.TopicAuthorizationFailed},
	{"consume", consume, kerr.TopicAuthorizationFailed},
	{"join a group", join, kerr.GroupAuthorizationFailed},
	{"run a transaction", transact, kerr.TransactionalIDAuthorizationFailed},
	// Brokers forward this one to the controller, with the client's principal.
	{"create a topic", createTopic, kerr.TopicAuthorizationFailed},
}

func (g *guarded) allowsAndDenies(t *testing.T) {
	t.Helper()
	for _, act := range acts {
		eventually(t, alice+" may "+act.name, func(ctx context.Context) error { return act.do(ctx, t, g, alice) })
		if err := act.do(t.Context(), t, g, bob); !errors.Is(err, act.deny) {
			t.Errorf("%s may not %s, and got %v", bob, act.name, err)
		}
	}
}

func produce(ctx context.Context, t *testing.T, g *guarded, account string) error {
	c := g.client(t, account, kgo.DefaultProduceTopic("orders"), kgo.DisableIdempotentWrite())
	defer c.Close()
	return c.ProduceSync(ctx, kgo.StringRecord("of "+account)).FirstErr()
}

func consume(ctx context.Context, t *testing.T, g *guarded, account string) error {
	return read(ctx, g.client(t, account, kgo.ConsumeTopics("orders")))
}

func join(ctx context.Context, t *testing.T, g *guarded, account string) error {
	return read(ctx, g.client(t, account, kgo.ConsumeTopics("orders"), kgo.ConsumerGroup("alice")))
}

// read waits for a record, or for what is in the way.
func read(ctx context.Context, c *kgo.Client) error {
	defer c.Close()
	fetches := c.PollRecords(ctx, 1)
	if fetches.NumRecords() > 0 {
		return nil
	}
	return errors.Join(fetches.Err(), errors.New("there was no record"))
}

func transact(ctx context.Context, t *testing.T, g *guarded, account string) error {
	c := g.client(t, account, kgo.DefaultProduceTopic("orders"), kgo.TransactionalID("alice"))
	defer c.Close()
	if err := c.BeginTransaction(); err != nil {
		return err
	}
	if err := c.ProduceSync(ctx, kgo.StringRecord("of "+account)).FirstErr(); err != nil {
		return err
	}
	return c.EndTransaction(ctx, kgo.TryCommit)
}

func createTopic(ctx context.Context, t *testing.T, g *guarded, account string) error {
	c := g.client(t, account)
	defer c.Close()
	created, err := kadm.NewClient(c).CreateTopic(ctx, 1, 1, nil, "alice-topic")
	if errors.Is(created.Err, kerr.TopicAlreadyExists) && account == alice {
		return nil
	}
	return errors.Join(err, created.Err)
}

// nobodyIsAnonymous looks through what the authorizers of all nodes have decided.
func (g *guarded) nobodyIsAnonymous(t *testing.T) {
	t.Helper()
	decisions := 0
	for _, pod := range g.pods {
		text, err := logs(t.Context(), g.namespace, pod, "kafka")
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(text) {
			if strings.Contains(line, "Principal = User:spiffe://") {
				decisions++
			}
			if strings.Contains(line, "User:ANONYMOUS") {
				t.Errorf("%s: %s", pod, line)
			}
		}
	}
	if decisions == 0 {
		t.Error("the authorizers have decided nothing")
	}
}
