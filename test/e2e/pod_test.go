package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/remotecommand"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// getPod reads a pod as it is now.
func getPod(ctx context.Context, namespace, name string) (*corev1.Pod, error) {
	pod := &corev1.Pod{}
	return pod, world.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, pod)
}

// statuses are those of all containers of a pod, init containers first.
func statuses(pod *corev1.Pod) []corev1.ContainerStatus {
	return slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses)
}

// status is that of one container; its zero value stands for one that the kubelet has
// not looked at yet.
func status(pod *corev1.Pod, container string) corev1.ContainerStatus {
	all := statuses(pod)
	if i := slices.IndexFunc(all, func(s corev1.ContainerStatus) bool { return s.Name == container }); i >= 0 {
		return all[i]
	}
	return corev1.ContainerStatus{}
}

// logs returns all that a container has written, the run before this one first.
func logs(ctx context.Context, namespace, pod, container string) (string, error) {
	var text strings.Builder
	for _, previous := range []bool{true, false} {
		options := &corev1.PodLogOptions{Container: container, Previous: previous}
		raw, err := world.clientset.CoreV1().Pods(namespace).GetLogs(pod, options).DoRaw(ctx)
		if err != nil && !previous {
			return text.String(), err
		}
		if err == nil {
			text.Write(raw)
		}
	}
	return text.String(), nil
}

// saying waits until a container has written a line that matches.
func saying(t *testing.T, namespace, pod, container, pattern string) {
	t.Helper()
	line := regexp.MustCompile(pattern)
	eventually(t, fmt.Sprintf("container %s of %s/%s says %q", container, namespace, pod, pattern), func(ctx context.Context) error {
		text, err := logs(ctx, namespace, pod, container)
		if err == nil && !line.MatchString(text) {
			err = errors.New("it has not said so")
		}
		return err
	})
}

// run executes a command in a container and returns what it printed.
func run(ctx context.Context, namespace, pod, container string, command ...string) (string, error) {
	request := world.clientset.CoreV1().RESTClient().Post().Resource("pods").Namespace(namespace).Name(pod).SubResource("exec").
		VersionedParams(&corev1.PodExecOptions{Container: container, Command: command, Stdout: true, Stderr: true}, scheme.ParameterCodec)
	executor, err := remotecommand.NewSPDYExecutor(world.config, "POST", request.URL())
	if err != nil {
		return "", err
	}
	var out, complaints bytes.Buffer
	if err := executor.StreamWithContext(ctx, remotecommand.StreamOptions{Stdout: &out, Stderr: &complaints}); err != nil {
		return out.String(), fmt.Errorf("%s in %s/%s: %w: %s", strings.Join(command, " "), namespace, pod, err, complaints.String())
	}
	return out.String(), nil
}

// running waits until a container runs and is ready.
func running(t *testing.T, namespace, pod, container string) {
	t.Helper()
	eventually(t, fmt.Sprintf("container %s of %s/%s runs", container, namespace, pod), func(ctx context.Context) error {
		p, err := getPod(ctx, namespace, pod)
		if err != nil {
			return err
		}
		if s := status(p, container); s.State.Running == nil || !s.Ready {
			return fmt.Errorf("it is %+v", s.State)
		}
		return nil
	})
}

// restarts is how often the containers of a pod were started anew.
func restarts(t *testing.T, namespace, pod string) int32 {
	t.Helper()
	p, err := getPod(t.Context(), namespace, pod)
	if err != nil {
		t.Fatal(err)
	}
	var sum int32
	for _, s := range statuses(p) {
		sum += s.RestartCount
	}
	return sum
}

// listensOnAll reports whether a port, in the kernel's spelling, is bound to all
// addresses of a pod, by the kernel's word. It is an error when nobody listens.
func listensOnAll(ctx context.Context, namespace, pod, container, port string) (bool, error) {
	const listening = "0A" // TCP_LISTEN
	table, err := run(ctx, namespace, pod, container, "cat", "/proc/net/tcp", "/proc/net/tcp6")
	if err != nil {
		return false, err
	}
	for line := range strings.Lines(table) {
		fields := strings.Fields(line)
		if len(fields) < 4 || fields[3] != listening {
			continue
		}
		if address, ok := strings.CutSuffix(fields[1], port); ok {
			return strings.Trim(address, "0") == "", nil
		}
	}
	return false, errors.New("nobody listens on the port")
}

// A transcript follows what a container writes until it ends: the log of a pod goes
// with the pod.
type transcript struct {
	mutex sync.Mutex
	text  strings.Builder
	ended chan struct{}
}

// follow starts a transcript.
func follow(t *testing.T, namespace, pod, container string) *transcript {
	t.Helper()
	stream, err := world.clientset.CoreV1().Pods(namespace).GetLogs(pod, &corev1.PodLogOptions{Container: container, Follow: true}).Stream(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	followed := &transcript{ended: make(chan struct{})}
	go func() {
		defer close(followed.ended)
		defer stream.Close()
		_, _ = io.Copy(followed, stream) // it ends with the container, one way or the other
	}()
	return followed
}

// Write takes what the container wrote.
func (f *transcript) Write(p []byte) (int, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.text.Write(p)
}

// String is what the container has written so far.
func (f *transcript) String() string {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.text.String()
}
