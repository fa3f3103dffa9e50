package apiserver

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"gomodules.xyz/jsonpatch/v2"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/json"
	semver "k8s.io/apimachinery/pkg/util/version"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/sluice-dev/sluice/audit"
	"github.com/sluice-dev/sluice/pipeline"
	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/webhook"
)

// The page https://kubernetes.io/docs/concepts/cluster-administration/admission-webhooks-good-practices/
// is the referee of this test: each recommendation has a subtest, named by its anchor.
// They look at the chart as it is installed by default, and at the real API server with
// a real server behind it.
func TestAdmissionWebhookGoodPractices(t *testing.T) {
	i := installChart(t, map[string]any{})
	i.start(t)
	mutating, validating := i.mutating(t), i.validating(t)
	namespace := i.namespaceOf(t, nil)
	created := zookeeperPod(namespace, "zookeeper-0")
	if err := plane.client.Create(t.Context(), created); err != nil {
		t.Fatal(err)
	}

	t.Run("identify-admission-webhooks", func(t *testing.T) {
		// An audit lists the webhooks that see the same pods, whoever has installed them.
		said, _ := audited(t, mutating.Name, namespace)
		if !slices.ContainsFunc(said.Webhooks, func(w audit.Webhook) bool { return w.Configuration == mutating.Name && w.Ours }) {
			t.Errorf("%+v", said.Webhooks)
		}
	})
	t.Run("choose-admission-mechanism", func(t *testing.T) {
		// What CEL can say is said without a server: whether Sluice has seen a pod.
		var guard admissionregistrationv1.ValidatingAdmissionPolicy
		i.one(t, "ValidatingAdmissionPolicy", &guard)
		if len(guard.Spec.Validations) == 0 {
			t.Error("the policy asks nothing")
		}
	})
	t.Run("no-crd-validation-defaulting", func(t *testing.T) {
		for _, rule := range rules(mutating, validating) {
			if !slices.Contains([]string{"", "apps", "batch"}, rule.APIGroups[0]) {
				t.Errorf("the rules select a custom resource: %v", rule)
			}
		}
	})
	t.Run("design-admission-webhooks-low-latency", func(t *testing.T) {
		if len(mutating.Webhooks) != 1 {
			t.Errorf("%d mutating webhooks, which are called one after the other", len(mutating.Webhooks))
		}
		if asked := questions(t, namespace, 100); asked > 0 {
			t.Errorf("100 reviews asked the API server %d times", asked)
		}
	})
	t.Run("prevent-loops-competing-controllers", func(t *testing.T) {
		// What is changed once, when it is created, nobody can fight over.
		for _, rule := range mutating.Webhooks[0].Rules {
			if !slices.Equal(rule.Operations, []admissionregistrationv1.OperationType{admissionregistrationv1.Create}) || !slices.Equal(rule.Resources, []string{"pods"}) {
				t.Errorf("more than the creation of pods is changed: %v", rule)
			}
		}
	})
	t.Run("small-timeout", func(t *testing.T) {
		for _, seconds := range timeouts(mutating, validating) {
			if seconds > 2 {
				t.Errorf("%d seconds", seconds)
			}
		}
	})
	t.Run("load-balancer-webhook", func(t *testing.T) {
		var service corev1.Service
		i.one(t, "Service", &service)
		if service.Spec.Type != "" && service.Spec.Type != corev1.ServiceTypeClusterIP || len(service.Spec.Selector) == 0 {
			t.Errorf("%+v", service.Spec)
		}
	})
	t.Run("ha-deployment", func(t *testing.T) {
		var deployment appsv1.Deployment
		i.one(t, "Deployment", &deployment)
		var budget policyv1.PodDisruptionBudget
		i.one(t, "PodDisruptionBudget", &budget)
		if *deployment.Spec.Replicas < 2 || len(deployment.Spec.Template.Spec.TopologySpreadConstraints) < 2 || budget.Spec.MaxUnavailable.IntValue() != 1 {
			t.Errorf("%d replicas", *deployment.Spec.Replicas)
		}
		// Pods that become unready when nodes fail are no business of ours.
		sends(t, i, 0, func(ctx context.Context) error {
			created.Status.Phase = corev1.PodRunning
			return plane.client.Status().Update(ctx, created)
		})
	})
	t.Run("webhook-limit-scope", func(t *testing.T) {
		lease := &coordinationv1.Lease{ObjectMeta: named("kube-node-lease", i.namespace)}
		sends(t, i, 0, func(ctx context.Context) error {
			for _, object := range []client.Object{
				zookeeperPod("kube-system", "zookeeper-0"), zookeeperPod("kube-public", "zookeeper-0"), lease,
				&authenticationv1.TokenReview{Spec: authenticationv1.TokenReviewSpec{Token: "kafka"}},
				&authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{
					ResourceAttributes: &authorizationv1.ResourceAttributes{Namespace: namespace, Verb: "get", Resource: "pods", Name: "kafka"}}},
			} {
				var options []client.CreateOption
				if object.GetNamespace() != "" {
					options = append(options, client.DryRunAll)
				}
				if err := plane.client.Create(ctx, object, options...); err != nil {
					return err
				}
			}
			return nil
		})
	})
	t.Run("filter-match-conditions", func(t *testing.T) {
		sends(t, i, 0, func(ctx context.Context) error {
			return plane.client.Create(ctx, webPod(namespace, "web"), client.DryRunAll)
		})
	})
	t.Run("match-all-versions", func(t *testing.T) {
		for _, w := range mutating.Webhooks {
			if *w.MatchPolicy != admissionregistrationv1.Equivalent {
				t.Errorf("%s: %s", w.Name, *w.MatchPolicy)
			}
		}
		for _, w := range validating.Webhooks {
			if *w.MatchPolicy != admissionregistrationv1.Equivalent {
				t.Errorf("%s: %s", w.Name, *w.MatchPolicy)
			}
		}
	})
	operations := answerOf(t, string(reviewOf(t, namespace)))
	t.Run("patch-required-fields", func(t *testing.T) {
		allowed := []string{"/metadata/annotations", "/spec/containers/0/env/1/value", "/spec/enableServiceLinks"}
		for _, operation := range operations {
			if !slices.ContainsFunc(allowed, func(path string) bool { return strings.HasPrefix(operation.Path, path) }) {
				t.Errorf("%s %s", operation.Operation, operation.Path)
			}
		}
		if len(operations) == 0 {
			t.Error("nothing was patched")
		}
	})
	t.Run("dont-overwrite-arrays", func(t *testing.T) {
		for _, operation := range operations {
			if _, array := operation.Value.([]any); array || operation.Operation == "remove" {
				t.Errorf("%s %s: %v", operation.Operation, operation.Path, operation.Value)
			}
		}
	})
	t.Run("avoid-side-effects", func(t *testing.T) {
		for _, effects := range sideEffects(mutating, validating) {
			if effects != admissionregistrationv1.SideEffectClassNoneOnDryRun {
				t.Errorf("%s", effects)
			}
		}
		// That a dry run leaves no event is TestServerSideDryRunShowsThePatchAndHasNoSideEffect.
	})
	t.Run("avoid-self-mutation", func(t *testing.T) {
		sends(t, i, 0, func(ctx context.Context) error {
			return plane.client.Create(ctx, zookeeperPod(i.namespace, "zookeeper-0"), client.DryRunAll)
		})
	})
	t.Run("avoid-dependency-loops", func(t *testing.T) {
		// A server needs the API server, its own namespace and nothing else: no pod that
		// Sluice looks after is needed to start it, and other webhooks are not ours to see.
		for _, rule := range rules(mutating, validating) {
			if rule.APIGroups[0] == "admissionregistration.k8s.io" || *rule.Scope != admissionregistrationv1.NamespacedScope {
				t.Errorf("%v", rule)
			}
		}
	})
	t.Run("plan-future-field-updates", func(t *testing.T) {
		// The tree is not typed: what a later Kubernetes adds to pods stays as it came.
		body := strings.Replace(string(reviewOf(t, namespace)), `"containers":[{`, `"future":{"a":[1]},"containers":[{"future":true,`, 1)
		response := answerOf(t, body)
		for _, operation := range response {
			if strings.Contains(operation.Path, "future") {
				t.Errorf("%s %s", operation.Operation, operation.Path)
			}
		}
		if len(response) == 0 {
			t.Error("nothing was patched")
		}
	})
	t.Run("prevent-webhook-self-trigger", func(t *testing.T) {
		for _, rule := range rules(mutating, validating) {
			if slices.Contains(rule.Resources, "events") || slices.Contains(rule.Resources, "*") || slices.Contains(rule.Resources, "secrets") {
				t.Errorf("what a server writes is sent to it: %v", rule)
			}
		}
	})
	t.Run("dont-change-immutable-objects", func(t *testing.T) {
		mirror := zookeeperPod(namespace, "zookeeper-node")
		mirror.Annotations = map[string]string{"kubernetes.io/config.mirror": "b9"}
		mirror.Spec.AutomountServiceAccountToken, mirror.Spec.NodeName = new(false), "node"
		sends(t, i, 0, func(ctx context.Context) error { return plane.client.Create(ctx, mirror, client.DryRunAll) })
	})
	t.Run("dont-rely-webhook-order", func(t *testing.T) {
		// Whatever comes later, Sluice is asked again; and the outcome is judged.
		if *mutating.Webhooks[0].ReinvocationPolicy != admissionregistrationv1.IfNeededReinvocationPolicy {
			t.Errorf("%s", *mutating.Webhooks[0].ReinvocationPolicy)
		}
	})
	t.Run("ensure-mutating-webhook-idempotent", func(t *testing.T) {
		again := &corev1.Pod{ObjectMeta: named(namespace, "zookeeper-again"), Spec: *created.Spec.DeepCopy()}
		again.Labels, again.Annotations = created.Labels, created.Annotations
		if err := plane.client.Create(t.Context(), again, client.DryRunAll); err != nil {
			t.Fatal(err)
		}
		got, want := text(t, again.Spec), text(t, created.Spec)
		if got != want || text(t, again.Annotations) != text(t, created.Annotations) {
			t.Errorf("the second pass gives\n%s\nthe first\n%s", got, want)
		}
	})
	t.Run("test-in-staging-environments", func(t *testing.T) {
		// Shadow mode says what would change, in the cluster where it would.
		shadow := i.namespaceOf(t, map[string]string{"sluice.dev/mode": "shadow"})
		c, given := newClient(t)
		pod := zookeeperPod(shadow, "zookeeper-0")
		if err := c.Create(t.Context(), pod, client.DryRunAll); err != nil {
			t.Fatal(err)
		}
		if len(pod.Annotations) > 0 || !strings.Contains(strings.Join(given.take(), "\n"), "not applied, shadow mode") {
			t.Errorf("annotations %v", pod.Annotations)
		}
	})
	t.Run("ensure-mutations-dont-violate-validations", func(t *testing.T) {
		// The API server's own validation took the pod; that of all fixtures is
		// TestEveryPatchAppliesThereAndGivesTheTreeThatTheRulesSaw.
		if created.UID == "" {
			t.Error("the pod was not created")
		}
	})
	t.Run("test-minor-version-upgrades", func(t *testing.T) {
		asking, err := discovery.NewDiscoveryClientForConfig(plane.config)
		if err != nil {
			t.Fatal(err)
		}
		server, err := asking.ServerVersion()
		if err != nil {
			t.Fatal(err)
		}
		// One of the versions that the chart is for is tested here; KUBEBUILDER_ASSETS names
		// the programs of another.
		text, err := os.ReadFile("../../charts/sluice/Chart.yaml")
		if err != nil {
			t.Fatal(err)
		}
		var chart struct{ KubeVersion string }
		if err := yaml.Unmarshal(text, &chart); err != nil {
			t.Fatal(err)
		}
		oldest, err := semver.ParseGeneric(strings.TrimPrefix(strings.TrimSuffix(chart.KubeVersion, "-0"), ">="))
		if err != nil {
			t.Fatal(err)
		}
		if at, err := semver.ParseGeneric(server.GitVersion); err != nil || !at.AtLeast(oldest) {
			t.Errorf("Kubernetes %s, the chart is for %s: %v", server.GitVersion, chart.KubeVersion, err)
		}
	})
	t.Run("validate-mutations", func(t *testing.T) {
		if !slices.ContainsFunc(validating.Webhooks, func(w admissionregistrationv1.ValidatingWebhook) bool {
			return slices.Contains(w.Rules[0].Resources, "pods")
		}) {
			t.Error("nobody validates pods")
		}
	})
	t.Run("install-enable-mutating-webhook", func(t *testing.T) {
		// The webhooks come after the server, and one namespace at a time if a person
		// wants that, as here.
		at := func(kind string) int {
			return slices.IndexFunc(i.objects, func(object *unstructured.Unstructured) bool { return object.GetKind() == kind })
		}
		if at("MutatingWebhookConfiguration") < at("Deployment") {
			t.Error("the webhook is installed before its server")
		}
		if len(mutating.Webhooks[0].NamespaceSelector.MatchExpressions) != 2 {
			t.Errorf("%v", mutating.Webhooks[0].NamespaceSelector)
		}
	})
	t.Run("limit-edit-access", func(t *testing.T) {
		var role rbacv1.ClusterRole
		i.one(t, "ClusterRole", &role)
		for _, rule := range role.Rules {
			if !slices.Contains(rule.APIGroups, "admissionregistration.k8s.io") {
				continue
			}
			if len(rule.ResourceNames) != 1 || !slices.Equal(rule.Verbs, []string{"get", "watch", "patch"}) {
				t.Errorf("%v", rule)
			}
		}
	})
	// The last one: from here on nobody answers.
	t.Run("fail-open-validate-final-state", func(t *testing.T) {
		for _, policy := range failurePolicies(mutating, validating) {
			if policy != admissionregistrationv1.Ignore {
				t.Errorf("%s", policy)
			}
		}
		for _, replica := range i.replicas {
			replica.stop()
			replica.wait(t)
		}
		c, given := newClient(t)
		if err := c.Create(t.Context(), zookeeperPod(namespace, "zookeeper-1")); err != nil {
			t.Errorf("without a server no pod is created: %v", err)
		}
		if warnings := strings.Join(given.all(), "\n"); !strings.Contains(warnings, "Sluice did not see the pod zookeeper-1") {
			t.Errorf("nobody warns: %s", warnings)
		}
	})
}

// sends fails unless the API server sends so many reviews meanwhile.
func sends(t *testing.T, i *installation, want float64, do func(ctx context.Context) error) {
	t.Helper()
	before := i.reviews(t)
	if err := do(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := i.reviews(t) - before; got != want {
		t.Errorf("%v reviews were sent", got)
	}
}

// questions counts what so many reviews ask the API server.
func questions(t *testing.T, namespace string, reviews int) int64 {
	t.Helper()
	var asked atomic.Int64
	config := rest.CopyConfig(plane.config)
	config.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(request *http.Request) (*http.Response, error) {
			// Whoever lists or watches says how, and nobody waits for what the API has.
			if request.URL.RawQuery == "" && strings.HasPrefix(request.URL.Path, "/api/v1/") {
				asked.Add(1)
			}
			return next.RoundTrip(request)
		})
	})
	around, _ := surround(t, config)
	eventually(t, "the namespaces", func(context.Context) error {
		if !around.Synced() {
			return errors.New("not read yet")
		}
		return nil
	})
	admission := webhook.NewAdmission(pipeline.New(settings.Default(), around), "sluice-system", webhook.NewMetrics(), slog.New(slog.DiscardHandler))
	for range reviews {
		if len(answer(t, admission.MutateHandler(), string(reviewOf(t, namespace)))) == 0 {
			t.Fatal("nothing was patched")
		}
	}
	return asked.Load()
}

// answerOf is the patch by which the real pipeline answers a review.
func answerOf(t *testing.T, body string) []jsonpatch.Operation {
	t.Helper()
	admission := webhook.NewAdmission(pipeline.New(settings.Default(), surroundings.WithSettings(plane.around, settings.Default().Mesh)),
		"sluice-system", webhook.NewMetrics(), slog.New(slog.DiscardHandler))
	return answer(t, admission.MutateHandler(), body)
}

func text(t *testing.T, value any) string {
	t.Helper()
	encoded, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}
