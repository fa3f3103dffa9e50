package e2e

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/sluice-dev/sluice/workload"
)

// The page has the same text whenever the same claims hold with the same versions: no
// dates, no durations.
const pageHead = `# Proof

Each claim has two halves: the world without Sluice, and with it. Both ran on a real cluster, and each waited for its own
evidence: a log line, an exit code, the kernel's word on a listening socket. Before anything fails, its proxy is ready and
has its certificate: what fails, fails in the mesh.

This page is written by ` + "`make e2e`" + `, once all of it holds. [test/e2e](../test/e2e/README.md) says how to run it on your own cluster.

It ran with %s; mutual TLS was STRICT throughout.

`

const tableHead = "| claim | without Sluice | with Sluice | tried with | test |\n|---|---|---|---|---|\n"

// writeProof writes the page, and the table in the README beside its directory.
func writeProof(ctx context.Context) error {
	if *proofFile == "" {
		return nil
	}
	parts, err := versionsOfCluster(ctx)
	if err != nil {
		return err
	}
	var page, table strings.Builder
	fmt.Fprintf(&page, pageHead+tableHead, parts)
	table.WriteString("| claim | without Sluice | with Sluice |\n|---|---|---|\n")
	if !routesShown || !attacksShown {
		return errors.New("the routes or the attacks have not been shown")
	}
	slices.SortStableFunc(claims, func(a, b *claim) int {
		return cmp.Compare(slices.Index(subjects, a.subject), slices.Index(subjects, b.subject))
	})
	for _, c := range claims {
		if c.seen[without] == "" || c.seen[with] == "" {
			return fmt.Errorf("%s has not shown both halves", c.test)
		}
		fmt.Fprintf(&page, "| %s | %s | %s | %s | [%s](../test/e2e/%s) |\n", c.title, c.seen[without], c.seen[with], strings.Join(c.with, ", "), c.test, c.file)
		fmt.Fprintf(&table, "| %s | %s | %s |\n", c.title, c.seen[without], c.seen[with])
	}
	if err := os.WriteFile(*proofFile, []byte(page.String()+identityPage()+routesPage()+notReproduced), 0o644); err != nil {
		return err
	}
	return between(filepath.Join(filepath.Dir(*proofFile), "..", "README.md"), "proof", table.String())
}

const routesHead = `
## Routes

A route is the way by which a distribution takes a setting that its pod carries. Each of these was shown in a running pod: the
quorum's port was bound to the pod's own address without Sluice, and to all addresses with it, by the kernel's word.

| distribution | route |
|---|---|
`

const routesRest = `
The images are known by their names. Those of [test/cluster](../test/cluster/README.md) stand in for the official ones, and take the
variables that the official ones document.

The rest of the [catalogue](distributions.md) is shown by golden file only: %s.
`

// routesPage lists the routes that were shown, and the rows that have none of them.
func routesPage() string {
	var page strings.Builder
	page.WriteString(routesHead)
	var rest []string
	for _, row := range workload.BuiltIn().Distributions() {
		shown := false
		for _, r := range routes {
			if r.row == row.Name {
				fmt.Fprintf(&page, "| %s | %s |\n", row.Title, r.by)
				shown = true
			}
		}
		if !shown {
			rest = append(rest, row.Title)
		}
	}
	slices.Sort(rest)
	fmt.Fprintf(&page, routesRest, strings.Join(rest, ", "))
	return page.String()
}

const identityHead = `
## The identity that the mesh proved

While a producer wrote record after record to three nodes, all of this happened to them, and no acknowledged record was lost or
doubled. After each step the account that may write could, and the one that may not could not:

- a node was killed and came back,
- one pod opened %d connections,
- the secret was rotated, and the nodes were restarted one after the other with a newer plug-in,
- the previous secret was taken away,
- the certificates of all proxies were renewed, at a life of two minutes.

### Attacks

Each was tried %d times on a running broker, and refused each time. Where no proxy writes a header on the way, one with the right
secret was believed there: so the attempt reaches the broker, and is well formed.

| attack | what stops it |
|---|---|
`

const identityRest = `
Tested by [TestBrokersKnowServiceAccounts](../test/e2e/identity_test.go) and [TestNobodyForgesAnIdentity](../test/e2e/identity_attack_test.go).
`

// identityPage says what brokers went through that take the mesh's identity.
func identityPage() string {
	var page strings.Builder
	fmt.Fprintf(&page, identityHead, connections, tries)
	for _, attack := range attacks {
		fmt.Fprintf(&page, "| %s | %s |\n", attack.name, attack.seen)
	}
	page.WriteString(identityRest)
	return page.String()
}

// notReproduced is what people report, or the documentation says, and no run of these
// tests has shown.
const notReproduced = `
## Not reproduced

- **An election in its slow mode**, 25 to 45 seconds instead of 5, is a matter of luck: a follower that dials the leader before
  its port is bound is told by the proxy that it was accepted. It was seen in runs by hand and cannot be had on demand.
- **KRaft nodes that give up** because they could not register with the controllers take a proxy that is late by more than a minute.
  The claims hold proxies back only as long as a broker in ZooKeeper mode needs to give up.
- **A small broker whose proxy leaves after five seconds** shuts down in time. It takes one that needs longer, as with many
  partitions; the claim about shutdown makes it take longer with a hook.
- **The official images, and those of operators and charts.** No image registry was asked. The stand-ins have the same jars and take the
  same variables; what an image's own scripts do beyond their documentation was not seen.
- **Istio's own build of Envoy.** The proxies here are a stock build without Istio's filters, so telemetry, metadata exchange and ALPN
  were switched off.
- **More than one node, Istio's CNI plug-in, version 2 of control groups, arm64, and a cloud's load balancers.**
`

// between replaces what stands between two comments in a file.
func between(file, name, text string) error {
	begin, end := "<!-- "+name+": written by make e2e -->\n", "<!-- /"+name+" -->"
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	before, rest, opened := strings.Cut(string(old), begin)
	_, after, closed := strings.Cut(rest, end)
	if !opened || !closed {
		return fmt.Errorf("%s has no place for the table: %s…%s", file, begin, end)
	}
	return os.WriteFile(file, []byte(before+begin+"\n"+text+"\n"+end+after), 0o644)
}

// versionsOfCluster says what the cluster consists of.
func versionsOfCluster(ctx context.Context) (string, error) {
	server, err := world.clientset.Discovery().ServerVersion()
	if err != nil {
		return "", err
	}
	var pods corev1.PodList
	if err := world.List(ctx, &pods, client.InNamespace(meshNamespace), client.MatchingLabels{"app": "istiod"}); err != nil {
		return "", err
	}
	if len(pods.Items) == 0 {
		return "", fmt.Errorf("no istiod runs in %s", meshNamespace)
	}
	image := pods.Items[0].Spec.Containers[0].Image
	istio := image[strings.LastIndexByte(image, ':')+1:]
	return fmt.Sprintf("Kubernetes %s, Istio %s and Envoy %s", server.GitVersion, istio, envoyVersion), nil
}

// envoyVersion is that of the proxies, noted from the first that was asked.
var envoyVersion string

// The admin interface's "version" is commit/version/state/build/TLS library.
var envoyBuild = regexp.MustCompile(`"version": "[0-9a-f]+/([^/"]+)/`)

// noteEnvoy reads the version of a pod's Envoy.
func noteEnvoy(ctx context.Context, namespace, pod string) error {
	info, err := run(ctx, namespace, pod, proxy, "pilot-agent", "request", "GET", "server_info")
	if err != nil {
		return err
	}
	found := envoyBuild.FindStringSubmatch(info)
	if found == nil {
		return fmt.Errorf("the proxy of %s/%s does not tell its version: %s", namespace, pod, info)
	}
	envoyVersion = found[1]
	return nil
}
