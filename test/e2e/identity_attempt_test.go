package e2e

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/sluice-dev/sluice/identity"
)

func (s *siege) answered(t *testing.T, from *guarded, account string, port int, bytes []byte) {
	t.Helper()
	if err := s.attempt(from, account, port, bytes); err != nil {
		t.Fatalf("%s in %s was not answered on port %d: %v", account, from.namespace, port, err)
	}
}

func (s *siege) refused(t *testing.T, from *guarded, account string, port int, bytes []byte) {
	t.Helper()
	for range tries {
		if err := not(s.attempt(from, account, port, bytes)); err != nil {
			t.Fatalf("%s in %s on port %d, %d bytes: %v", account, from.namespace, port, len(bytes), err)
		}
	}
}

var errRefused = errors.New("the connection was ended without an answer")

// not turns an attempt around: what was refused is right.
func not(err error) error {
	if err == nil {
		return errors.New("it was answered")
	}
	if errors.Is(err, errRefused) {
		return nil
	}
	return err
}

// attempt sends bytes to the broker and waits for an answer of Kafka. It returns
// errRefused if the connection ends before one.
func (s *siege) attempt(from *guarded, account string, port int, bytes []byte) (err error) {
	defer func(begun time.Time) {
		s.tried = append(s.tried, fmt.Sprintf("%s to %s: %s in %s, port %d, %d bytes: %v",
			begun.UTC().Format(time.TimeOnly+".000"), time.Now().UTC().Format(time.TimeOnly+".000"), account, from.namespace, port, len(bytes), err))
	}(time.Now())
	connection, err := dial(from.namespace, account+"-client", "client", s.address(s.pods[0], port))
	if err != nil {
		return err
	}
	defer connection.Close()
	if err := connection.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	if _, err := connection.Write(bytes); err != nil && !errors.Is(err, io.ErrClosedPipe) {
		return err
	}
	answer := make([]byte, 8) // the length, and the request's number
	switch _, err := io.ReadFull(connection, answer); {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return errors.New("the connection stays open, and nobody answers")
	case connection.err != nil:
		return connection.err
	case err != nil:
		return errRefused
	case binary.BigEndian.Uint32(answer[4:]) != requestNumber:
		return fmt.Errorf("the answer is % x", answer)
	}
	return nil
}

const requestNumber = 0x51C3

// request is Kafka's first question, after the versions that it knows.
func request() []byte {
	const apiVersions = 18
	body := binary.BigEndian.AppendUint16(nil, apiVersions)
	body = append(body, 0, 0) // of version 0
	body = binary.BigEndian.AppendUint32(body, requestNumber)
	body = append(body, 0xFF, 0xFF) // from nobody
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), body...)
}

// forged is a request behind a header that names a super user, with a secret or none.
func (s *siege) forged(secret string) []byte {
	const overTCP4 = 0x11
	rest := append(net.IPv4(10, 244, 0, 99).To4(), net.IPv4(10, 244, 0, 1).To4()...)
	rest = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(rest, 40000), filtered)
	for _, tlv := range []struct {
		kind byte
		text string
	}{{0xE0, s.principal(nodes)[len("User:"):]}, {0xE1, secret}} {
		if tlv.text != "" {
			rest = binary.BigEndian.AppendUint16(append(rest, tlv.kind), uint16(len(tlv.text)))
			rest = append(rest, tlv.text...)
		}
	}
	header := append([]byte("\r\n\r\n\x00\r\nQUIT\n\x21"), overTCP4)
	header = binary.BigEndian.AppendUint16(header, uint16(len(rest)))
	return append(append(header, rest...), request()...)
}

// secret is the one that proxies have which start now.
func (s *siege) secret(t *testing.T) string {
	t.Helper()
	secret := &corev1.Secret{}
	if err := world.Get(t.Context(), client.ObjectKey{Namespace: s.namespace, Name: identity.SecretName}, secret); err != nil {
		t.Fatal(err)
	}
	return string(secret.Data[identity.SecretCurrent])
}

// object names an object of any kind.
func object(version, kind, namespace, name string) *unstructured.Unstructured {
	o := &unstructured.Unstructured{}
	o.SetGroupVersionKind(schema.FromAPIVersionAndKind(version, kind))
	o.SetNamespace(namespace)
	o.SetName(name)
	return o
}

// patch merges a change into an object.
func patch(t *testing.T, o client.Object, change string) {
	t.Helper()
	if err := world.Patch(t.Context(), o, client.RawPatch(types.MergePatchType, []byte(change))); err != nil {
		t.Fatalf("changing %s: %v", o.GetName(), err)
	}
}

// putBackLater returns what creates a deleted object again, which the test's end does
// otherwise.
func putBackLater(t *testing.T, o *unstructured.Unstructured) func() {
	t.Helper()
	again := object(o.GetAPIVersion(), o.GetKind(), o.GetNamespace(), o.GetName())
	again.SetLabels(o.GetLabels())
	again.Object["spec"] = o.Object["spec"]
	done := false
	putBack := func() {
		if done {
			return
		}
		done = true
		if err := world.Create(context.Background(), again); err != nil {
			t.Errorf("%s must be put back by hand: %v", o.GetName(), err)
		}
	}
	t.Cleanup(putBack)
	return putBack
}
