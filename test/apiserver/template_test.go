package apiserver

import (
	"slices"
	"testing"

	"gomodules.xyz/jsonpatch/v2"
	corev1 "k8s.io/api/core/v1"

	"github.com/sluice-dev/sluice/settings"
	"github.com/sluice-dev/sluice/verdict"
	"github.com/sluice-dev/sluice/webhook"
)

func TestATemplateAndThePodThatWasMadeOfItAgree(t *testing.T) {
	compared := 0
	eachAdmitted(t, func(t *testing.T, a *admitted) {
		if a.template == nil {
			return
		}
		compared++
		template, pod := a.template.result.Verdict, a.mutated.result.Verdict
		pod.Findings = a.judged.result.Verdict.Findings
		for _, skip := range a.judged.result.Verdict.Skips {
			if ofRules(skip) {
				pod.Skips = append(slices.Clip(pod.Skips), skip)
			}
		}
		// That an operator writes the template is no matter of the pod.
		of, have := slices.DeleteFunc(codes(template), func(code string) bool { return code == string(verdict.OperatorsObject) }), codes(pod)
		if !slices.Equal(of, have) {
			t.Errorf("of the template: %v\nof its pod:      %v", of, have)
		}
	})
	if compared < 20 {
		t.Errorf("only %d templates were compared", compared)
	}
}

// The exceptions: a webhook between the template and its pod, such as Istio's, shows
// the pod something that the template does not have. The first pass still agrees; the
// second one says what is new, and nothing that the first said is undone.
func TestATemplateAndItsPodDifferByWhatAnotherWebhookAdds(t *testing.T) {
	for _, test := range []struct {
		name  string
		proxy corev1.Container
		// second are the codes of the pass that sees the proxy, and of the rules.
		second []string
	}{
		{
			"a proxy that holds nothing back",
			corev1.Container{Name: "istio-proxy", Image: "docker.io/istio/proxyv2:1.31.1"},
			[]string{"hold-application/already", "hold-application/reordered", "hold-application/waits", "quorum-listen/already", "service-links/already"},
		},
		{
			"a proxy with a hook of its own",
			corev1.Container{Name: "istio-proxy", Image: "docker.io/istio/proxyv2:1.31.1", Lifecycle: &corev1.Lifecycle{
				PostStart: &corev1.LifecycleHandler{Exec: &corev1.ExecAction{Command: []string{"true"}}},
			}},
			[]string{"hold-application/already", "hold-application/declined", "hold-application/reordered", "mesh/app-before-proxy", "quorum-listen/already", "service-links/already"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			namespace := newNamespace(t, inMesh, nil)
			g := newGate(t, namespace, settings.Default())
			afterUs(t, namespace, carriesProxy, func(*corev1.Pod) jsonpatch.Operation {
				return jsonpatch.NewOperation("add", "/spec/containers/-", test.proxy)
			})
			g.forget()
			set := statefulSet(namespace, zookeeper())
			set.Spec.Replicas = new(int32(1))
			if err := plane.client.Create(t.Context(), set); err != nil {
				t.Fatal(err)
			}
			pods(t, "the StatefulSet", namespace, 1)
			passes, judged := g.seen(webhook.MutatePath), g.seen(webhook.ValidatePath)
			if len(passes) != 2 || len(judged) != 2 {
				t.Fatalf("%d passes and %d judgements, want two of each", len(passes), len(judged))
			}
			template := judged[0].result.Verdict
			template.Findings = nil // those of the pod are in the second judgement
			if of, have := codes(template), codes(passes[0].result.Verdict); !slices.Equal(of, have) {
				t.Errorf("of the template:   %v\nof the first pass: %v", of, have)
			}
			second := passes[1].result.Verdict
			second.Findings = judged[1].result.Verdict.Findings
			if have := codes(second); !slices.Equal(have, test.second) {
				t.Errorf("the second pass says %v, want %v", have, test.second)
			}
		})
	}
}

// codes lists the reasons and rules of a verdict, sorted.
func codes(v verdict.Verdict) []string {
	var list []string
	for _, change := range v.Changes {
		list = append(list, string(change.Reason))
	}
	for _, skip := range v.Skips {
		list = append(list, string(skip.Reason))
	}
	for _, finding := range v.Findings {
		list = append(list, finding.Rule)
	}
	slices.Sort(list)
	return list
}
