package e2e

import (
	"context"
	"errors"
	"io"
	"net"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/remotecommand"
)

// holdConnection is a shell's script that carries what it reads to HOST and PORT, and
// back, and ends with the connection.
const holdConnection = `exec 3<>"/dev/tcp/$0/$1" && exec 4<&0 || exit 1; cat <&4 >&3 & cat <&3; kill $!; exit 0`

// dial connects to an address as a container does: from within its pod, through the
// pod's proxy, if it has one. What is at fault there shows as the connection's end.
func dial(namespace, pod, container, address string) (*heldConnection, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	request := world.clientset.CoreV1().RESTClient().Post().Resource("pods").Namespace(namespace).Name(pod).SubResource("exec").
		VersionedParams(&corev1.PodExecOptions{
			Container: container, Command: []string{"bash", "-c", holdConnection, host, port}, Stdin: true, Stdout: true, Stderr: true,
		}, scheme.ParameterCodec)
	executor, err := remotecommand.NewSPDYExecutor(world.config, "POST", request.URL())
	if err != nil {
		return nil, err
	}
	ours, theirs := net.Pipe()
	ctx, cancel := context.WithCancel(context.Background())
	held := &heldConnection{Conn: ours, cancel: cancel}
	go func() {
		defer theirs.Close()
		defer cancel()
		held.err = executor.StreamWithContext(ctx, remotecommand.StreamOptions{Stdin: untilClosed{theirs}, Stdout: untilClosed{theirs}, Stderr: io.Discard})
	}()
	return held, nil
}

// untilClosed takes it for the end, and for no error, that its connection was closed.
type untilClosed struct{ net.Conn }

// Write writes, or drops what nobody reads any more.
func (u untilClosed) Write(p []byte) (int, error) {
	n, err := u.Conn.Write(p)
	if errors.Is(err, io.ErrClosedPipe) {
		return len(p), nil
	}
	return n, err
}

// Read reads.
func (u untilClosed) Read(p []byte) (int, error) {
	n, err := u.Conn.Read(p)
	if errors.Is(err, io.ErrClosedPipe) {
		err = io.EOF
	}
	return n, err
}

// A heldConnection ends its command in the pod when it is closed.
type heldConnection struct {
	net.Conn
	cancel context.CancelFunc
	// err says, once reading has ended, why there was no connection.
	err error
}

// Close ends both.
func (c *heldConnection) Close() error {
	c.cancel()
	return c.Conn.Close()
}
