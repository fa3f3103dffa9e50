package apiserver

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/sluice-dev/sluice/webhook"
)

// release is Sluice as it runs in a cluster: replicas that look after their own
// certificates, behind one address, and webhook configurations that send one
// namespace's pods there, and refuse them when nobody answers.
type release struct {
	namespace string // of the Secret
	watched   string // of the pods
	balancer  *balancer
	flags     []string
	user      string
}

// newRelease installs the configurations. lives are the flags with the lifetimes.
func newRelease(t *testing.T, lives ...string) *release {
	t.Helper()
	r := &release{namespace: newNamespace(t, nil, nil), watched: newNamespace(t, inMesh, nil), balancer: newBalancer(t)}
	r.user = "sluice-" + r.namespace
	r.flags = append([]string{
		"--namespace", r.namespace, "--host", "127.0.0.1", "--drain", "2s",
		"--mutating-configuration", r.user, "--validating-configuration", r.user,
	}, lives...)
	grant(t, r.user)
	grantCertificates(t, r.namespace, r.user)
	mutating := webhook.MutatingConfiguration(webhook.Endpoint{URL: "https://" + r.balancer.address})
	validating := webhook.ValidatingConfiguration(webhook.Endpoint{URL: "https://" + r.balancer.address})
	mutating.Name, validating.Name = r.user, r.user
	for i := range mutating.Webhooks {
		only(mutating.Webhooks[i].NamespaceSelector, r.watched)
		mutating.Webhooks[i].FailurePolicy = new(admissionregistrationv1.Fail)
		// What is asked is whether an answer comes, not how busy this machine is.
		mutating.Webhooks[i].TimeoutSeconds = new(int32(30))
	}
	for i := range validating.Webhooks {
		only(validating.Webhooks[i].NamespaceSelector, r.watched)
		validating.Webhooks[i].FailurePolicy = new(admissionregistrationv1.Fail)
		validating.Webhooks[i].TimeoutSeconds = new(int32(30))
	}
	install(t, mutating)
	install(t, validating)
	return r
}

// start adds a replica, and returns when it is ready.
func (r *release) start(t *testing.T) *served {
	t.Helper()
	s := newServed(t, r.user)
	s.run(t, append(r.flags, "--log-level", "info"))
	r.balancer.add(t, s)
	return s
}

// grantCertificates lets a user keep the certificates in a namespace and publish
// them in the configurations of its own name.
func grantCertificates(t *testing.T, namespace, user string) {
	t.Helper()
	subjects := []rbacv1.Subject{{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: user}}
	for _, object := range []client.Object{
		&rbacv1.Role{ObjectMeta: named(namespace, user), Rules: []rbacv1.PolicyRule{
			{APIGroups: []string{""}, Resources: []string{"secrets"}, Verbs: []string{"create"}},
			{APIGroups: []string{""}, Resources: []string{"secrets"}, ResourceNames: []string{"sluice-certificates"}, Verbs: []string{"get", "watch", "update"}},
			{APIGroups: []string{"events.k8s.io"}, Resources: []string{"events"}, Verbs: []string{"create", "patch"}},
		}},
		&rbacv1.RoleBinding{ObjectMeta: named(namespace, user), Subjects: subjects, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: user}},
		&rbacv1.ClusterRole{ObjectMeta: named("", user+"-publish"), Rules: []rbacv1.PolicyRule{{
			APIGroups: []string{"admissionregistration.k8s.io"}, Resources: []string{"mutatingwebhookconfigurations", "validatingwebhookconfigurations"},
			ResourceNames: []string{user}, Verbs: []string{"get", "watch", "patch"},
		}}},
		&rbacv1.ClusterRoleBinding{ObjectMeta: named("", user+"-publish"), Subjects: subjects, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: user + "-publish"}},
	} {
		install(t, object)
	}
}

// caller calls the webhook as an API server does: it trusts what the configuration
// says at the moment, and keeps its connections.
type caller struct {
	url    string
	bundle atomic.Pointer[[]byte]
	// expects is what every answer has to hold.
	expects string

	mutex   sync.Mutex
	clients map[string]*http.Client
	// seen are the certificates that were presented, by serial number.
	seen map[string]*x509.Certificate
}

// newCallerOf trusts nobody yet.
func newCallerOf(b *balancer, expects string) *caller {
	return &caller{url: "https://" + b.address + webhook.MutatePath, expects: expects, clients: map[string]*http.Client{}, seen: map[string]*x509.Certificate{}}
}

// newCaller follows a configuration.
func newCaller(t *testing.T, r *release) *caller {
	t.Helper()
	c := newCallerOf(r.balancer, `"patch":`)
	watching, err := client.NewWithWatch(plane.config, client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	watcher, err := watching.Watch(t.Context(), &admissionregistrationv1.MutatingWebhookConfigurationList{}, client.MatchingFields{"metadata.name": r.user})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(watcher.Stop)
	go func() {
		for event := range watcher.ResultChan() {
			if configuration, ok := event.Object.(*admissionregistrationv1.MutatingWebhookConfiguration); ok {
				c.bundle.Store(&configuration.Webhooks[0].ClientConfig.CABundle)
			}
		}
	}()
	eventually(t, "the configuration", func(context.Context) error {
		if c.bundle.Load() == nil {
			return errors.New("not heard of")
		}
		return nil
	})
	return c
}

// client returns the client for what is trusted now.
func (c *caller) client() *http.Client {
	bundle := *c.bundle.Load()
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if known, ok := c.clients[string(bundle)]; ok {
		return known
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(bundle)
	c.clients[string(bundle)] = &http.Client{Timeout: patience, Transport: &http.Transport{
		MaxIdleConnsPerHost: 32,
		TLSClientConfig: &tls.Config{RootCAs: pool, VerifyConnection: func(state tls.ConnectionState) error {
			c.mutex.Lock()
			defer c.mutex.Unlock()
			c.seen[state.PeerCertificates[0].SerialNumber.String()] = state.PeerCertificates[0]
			return nil
		}},
	}}
	return c.clients[string(bundle)]
}

// call sends a review and demands an answer. fresh calls come over a new connection.
func (c *caller) call(ctx context.Context, body []byte, fresh bool) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	sender := c.client()
	if fresh {
		sender.CloseIdleConnections()
	}
	response, err := sender.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK || !bytes.Contains(answer, []byte(c.expects)) {
		return fmt.Errorf("status %d: %s", response.StatusCode, answer)
	}
	return nil
}

// tally is what came of many calls.
type tally struct {
	mutex  sync.Mutex
	took   []time.Duration
	failed []error
}

func (y *tally) add(took time.Duration, err error) {
	y.mutex.Lock()
	defer y.mutex.Unlock()
	y.took = append(y.took, took)
	if err != nil {
		y.failed = append(y.failed, fmt.Errorf("%s: %w", time.Now().UTC().Format(time.StampMilli), err))
	}
}

// percentile returns how long all but so many calls took.
func (y *tally) percentile(of float64) time.Duration {
	slices.Sort(y.took)
	return y.took[int(float64(len(y.took)-1)*of)]
}

// load calls at that rate, or as often as the machine can, until the context ends.
func load(ctx context.Context, perSecond int, call func(ctx context.Context, count int) error) *tally {
	y := &tally{}
	var calls sync.WaitGroup
	places := make(chan struct{}, 32)
	ticker := time.NewTicker(time.Second / time.Duration(perSecond))
	defer ticker.Stop()
	for count := 0; ; count++ {
		select {
		case <-ctx.Done():
			calls.Wait()
			return y
		case <-ticker.C:
		}
		places <- struct{}{}
		calls.Go(func() {
			defer func() { <-places }()
			begin := time.Now()
			// A call that was begun is finished: the end of the test is no failure.
			err := call(context.WithoutCancel(ctx), count)
			y.add(time.Since(begin), err)
		})
	}
}

// Five hundred reviews a second over TLS, and pods through the API server, while the
// authority and the leaf rotate several times and every replica is replaced.
func TestNoRequestFailsWhileCertificatesRotateAndReplicasRoll(t *testing.T) {
	r := newRelease(t, "--cert-lifetime", "12s", "--ca-lifetime", "24s")
	replicas := []*served{r.start(t), r.start(t), r.start(t)}
	c := newCaller(t, r)
	body := reviewOf(t, r.watched)
	eventually(t, "the first answer", func(ctx context.Context) error { return c.call(ctx, body, false) })

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var direct, through, nothing *tally
	var loads sync.WaitGroup
	loads.Go(func() {
		direct = load(ctx, 500, func(ctx context.Context, count int) error { return c.call(ctx, body, count%100 == 0) })
	})
	loads.Go(func() {
		through = load(ctx, 5, func(ctx context.Context, count int) error {
			template := zookeeper()
			pod := &corev1.Pod{ObjectMeta: template.ObjectMeta, Spec: template.Spec}
			pod.Name, pod.Namespace = fmt.Sprint("zookeeper-", count), r.watched
			if err := plane.client.Create(ctx, pod, client.DryRunAll); err != nil {
				return err
			}
			if env(&pod.Spec.Containers[0], "ZOO_LISTEN_ALLIPS_ENABLED") != "yes" {
				return errors.New("the pod was not patched")
			}
			return nil
		})
	})
	if measured() {
		c := startNothing(t)
		loads.Go(func() {
			nothing = load(ctx, 500, func(ctx context.Context, count int) error { return c.call(ctx, body, count%100 == 0) })
		})
	}
	for i := range replicas {
		time.Sleep(8 * time.Second)
		added := r.start(t)
		replicas[i].stop()
		if ended := replicas[i].wait(t); ended.code != 0 {
			t.Errorf("a replica ended with %d: %s", ended.code, ended.stderr)
		}
		replicas[i] = added
	}
	var secret corev1.Secret
	if err := plane.client.Get(ctx, types.NamespacedName{Namespace: r.namespace, Name: "sluice-certificates"}, &secret); err != nil {
		t.Error(err)
	}
	time.Sleep(8 * time.Second)
	cancel()
	loads.Wait()

	for name, y := range map[string]*tally{"over TLS": direct, "through the API server": through} {
		t.Logf("%s: %d requests, 50%% within %s, 99%% within %s", name, len(y.took), y.percentile(.5), y.percentile(.99))
		for i, err := range y.failed {
			if i < 5 {
				t.Errorf("%s, %d failed: %v", name, len(y.failed), err)
			}
		}
	}
	issuers := map[string]bool{}
	for _, leaf := range c.seen {
		issuers[leaf.Issuer.CommonName] = true
	}
	if len(c.seen) < 3 || len(issuers) < 2 {
		t.Errorf("only %d leaves of %d authorities were presented", len(c.seen), len(issuers))
	}
	for _, replica := range replicas {
		needs := resident(t, replica)
		t.Logf("a replica needs %s of memory", &needs)
		if goal := resource.MustParse("64Mi"); needs.Cmp(goal) > 0 {
			t.Errorf("that is more than %s", &goal)
		}
	}
	if nothing != nil {
		if len(nothing.failed) > 0 {
			t.Errorf("the handler that does nothing: %d failed: %v", len(nothing.failed), nothing.failed[0])
		}
		ours, theirs := direct.percentile(.99), nothing.percentile(.99)
		t.Logf("a handler that does nothing, under the same load at the same time: %d requests, 50%% within %s, 99%% within %s", len(nothing.took), nothing.percentile(.5), theirs)
		t.Logf("Sluice takes %.2f times as long for 99%%; the goal is at most 2", float64(ours)/float64(theirs))
	}
}
