package apiserver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// freshPlane is a cluster in which nothing was ever installed; until the end of the test
// it takes the place of the one that the tests share. Its API server calls the addresses
// behind a Service, since here nobody routes to a Service's own.
func freshPlane(t *testing.T) {
	t.Helper()
	fresh, err := startControlPlane(map[string]string{"enable-aggregator-routing": "true"})
	if err != nil {
		t.Fatal(err)
	}
	shared := plane
	plane = fresh
	t.Cleanup(func() {
		plane = shared
		if err := fresh.stop(); err != nil {
			t.Error(err)
		}
	})
}

// node does for the pods of one namespace what a kubelet and the controller of Endpoints
// do: the containers are processes of this machine, with their arguments and with the
// rights of their service account.
type node struct {
	namespace string
	// address is this machine's, since the API server calls no loopback address.
	address string
	ran     sync.WaitGroup
}

// runNode runs pods until the end of the test.
func runNode(t *testing.T, namespace string) *node {
	t.Helper()
	n := &node{namespace: namespace}
	t.TempDir() // the first is the last that goes, after all pods
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, each := range addresses {
		if network, ok := each.(*net.IPNet); ok && network.IP.To4() != nil && network.IP.IsGlobalUnicast() {
			n.address = network.IP.String()
		}
	}
	if n.address == "" {
		t.Skip("this machine has no address but its loopback's")
	}
	ctx, cancel := context.WithCancel(context.Background())
	known := map[types.UID]bool{}
	n.ran.Go(func() {
		for ctx.Err() == nil {
			var list corev1.PodList
			// The namespace may not be there yet, and the list is asked for again.
			_ = plane.client.List(ctx, &list, client.InNamespace(namespace))
			for at := range list.Items {
				if pod := &list.Items[at]; !known[pod.UID] {
					known[pod.UID] = true
					n.ran.Go(func() {
						if err := n.run(ctx, t, pod); err != nil && ctx.Err() == nil {
							t.Errorf("the pod %s: %v", pod.Name, err)
						}
					})
				}
			}
			time.Sleep(50 * time.Millisecond)
		}
	})
	t.Cleanup(func() {
		cancel()
		n.ran.Wait()
	})
	return n
}

// run runs the one container of a pod until it ends, or the pod is gone.
func (n *node) run(ctx context.Context, t *testing.T, pod *corev1.Pod) error {
	container := pod.Spec.Containers[0]
	s := newServed(t, "system:serviceaccount:"+n.namespace+":"+pod.Spec.ServiceAccountName)
	program, err := os.Executable()
	if err != nil {
		return err
	}
	arguments := append(slices.Clone(container.Args), "--kubeconfig", s.config)
	serves := slices.Contains(arguments, "serve")
	if serves {
		var settings corev1.ConfigMap
		if err := plane.client.Get(ctx, types.NamespacedName{Namespace: n.namespace, Name: pod.Spec.Volumes[0].ConfigMap.Name}, &settings); err != nil {
			return err
		}
		file := filepath.Join(t.TempDir(), "settings.yaml")
		if err := os.WriteFile(file, []byte(settings.Data["settings.yaml"]), 0o600); err != nil {
			return err
		}
		_, port, err := net.SplitHostPort(s.listen)
		if err != nil {
			return err
		}
		s.listen = net.JoinHostPort(n.address, port)
		arguments = append(arguments, "--settings", file, "--listen", s.listen, "--metrics", s.metrics, "--health", s.health)
	}
	var said bytes.Buffer
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	process := exec.CommandContext(ctx, program, arguments...)
	process.Env = append(os.Environ(), asSluice+"=1", "POD_NAMESPACE="+n.namespace)
	process.Stdout, process.Stderr = &said, &said
	if err := process.Start(); err != nil {
		return err
	}
	if serves {
		n.ran.Go(func() { n.publish(ctx, t, s) })
	}
	n.ran.Go(func() {
		for ctx.Err() == nil {
			if apierrors.IsNotFound(plane.client.Get(ctx, client.ObjectKeyFromObject(pod), &corev1.Pod{})) {
				cancel()
			}
			time.Sleep(100 * time.Millisecond)
		}
	})
	phase := corev1.PodSucceeded
	if err := process.Wait(); err != nil {
		phase = corev1.PodFailed
	}
	if ctx.Err() != nil {
		return nil
	}
	pod.Status.Phase = phase
	if err := plane.client.Status().Update(ctx, pod); err != nil {
		return err
	}
	if serves || phase == corev1.PodFailed {
		return errors.New(said.String())
	}
	return nil
}

// publish puts a server behind the Service once it is ready.
func (n *node) publish(ctx context.Context, t *testing.T, s *served) {
	for {
		if status, _, err := s.get(ctx, s.health, "/readyz"); err == nil && status == 200 {
			break
		}
		if ctx.Err() != nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	address, port, err := net.SplitHostPort(s.listen)
	if err != nil {
		t.Error(err)
		return
	}
	number := new(int32)
	if _, err := fmt.Sscan(port, number); err != nil {
		t.Error(err)
		return
	}
	slice := &discoveryv1.EndpointSlice{
		ObjectMeta:  metav1.ObjectMeta{Namespace: n.namespace, Name: "sluice-" + port, Labels: map[string]string{discoveryv1.LabelServiceName: "sluice"}},
		AddressType: discoveryv1.AddressTypeIPv4, Ports: []discoveryv1.EndpointPort{{Name: new("https-webhook"), Port: number}},
		Endpoints: []discoveryv1.Endpoint{{Addresses: []string{address}, Conditions: discoveryv1.EndpointConditions{Ready: new(true)}}},
	}
	if err := plane.client.Create(ctx, slice); err != nil && ctx.Err() == nil {
		t.Error(err)
	}
	<-ctx.Done()
	if err := client.IgnoreNotFound(plane.client.Delete(context.Background(), slice)); err != nil {
		t.Logf("the endpoints of %s: %v", s.listen, err)
	}
}
