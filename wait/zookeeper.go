package wait

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/sluice-dev/sluice/wait/target"
)

const (
	// sessionTimeout is asked for; the server raises it to its minimum, mostly four
	// seconds. It is how long a session lives that could not be closed.
	sessionTimeout = 4 * time.Second
	// passwordSize is the size of a session's password, in bytes.
	passwordSize = 16
	// maxConnectResponse bounds the answer, in bytes; a real one has 37.
	maxConnectResponse = 1 << 10
	// closeSession is the type of the request that ends a session.
	closeSession = -11
	// farewell is how long the server may take to end the session.
	farewell = time.Second
)

// askZooKeeper opens a session and closes it. A server grants one only when its
// quorum has agreed, so that one without a quorum, or cut off from it, does not count;
// "ruok" would be answered by either. The request is binary and longer than five bytes:
// a proxy that looks whether a connection begins with TLS, or with HTTP, lets it pass at
// once, and holds back the four bytes of "srvr".
func askZooKeeper(_ context.Context, conn net.Conn, _ target.Target) (string, error) {
	if _, err := conn.Write(connectRequest()); err != nil {
		return "", err
	}
	if err := readSession(conn); err != nil {
		return "", err
	}
	// The session ends by itself, too; this only spares the server the time.
	_ = conn.SetDeadline(time.Now().Add(farewell))
	if _, err := conn.Write(closeRequest()); err == nil {
		_, _ = io.ReadFull(conn, make([]byte, 4))
	}
	return "grants a session, so its quorum stands", nil
}

// connectRequest asks for a new session with a server that is no read-only one.
func connectRequest() []byte {
	frame := binary.BigEndian.AppendUint32(nil, 0)                                          // the size
	frame = binary.BigEndian.AppendUint32(frame, 0)                                         // the protocol's version
	frame = binary.BigEndian.AppendUint64(frame, 0)                                         // the last transaction seen
	frame = binary.BigEndian.AppendUint32(frame, uint32(sessionTimeout/time.Millisecond))   // the time-out
	frame = binary.BigEndian.AppendUint64(frame, 0)                                         // no session yet
	frame = append(binary.BigEndian.AppendUint32(frame, passwordSize), make([]byte, 17)...) // the password, and read-only: no
	binary.BigEndian.PutUint32(frame, uint32(len(frame)-4))
	return frame
}

func closeRequest() []byte {
	frame := binary.BigEndian.AppendUint32(nil, 8)
	frame = binary.BigEndian.AppendUint32(frame, 1) // the request's number
	kind := int32(closeSession)
	return binary.BigEndian.AppendUint32(frame, uint32(kind))
}

// readSession reads the answer to connectRequest.
func readSession(from io.Reader) error {
	var size [4]byte
	if _, err := io.ReadFull(from, size[:]); err != nil {
		return err
	}
	// Version, time-out, session and password; servers from 3.4 on add one byte.
	const least = 4 + 4 + 8 + 4 + passwordSize
	length := binary.BigEndian.Uint32(size[:])
	if length < least || length > maxConnectResponse {
		return fmt.Errorf("answers, but not as ZooKeeper: %q", size[:])
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(from, body); err != nil {
		return err
	}
	timeout, session := int32(binary.BigEndian.Uint32(body[4:])), binary.BigEndian.Uint64(body[8:])
	switch {
	case binary.BigEndian.Uint32(body[16:]) != passwordSize:
		return fmt.Errorf("answers, but not as ZooKeeper: %q", body[:16])
	case timeout <= 0 || session == 0:
		return errors.New("answers as ZooKeeper, but grants no session")
	case length > least && body[least] != 0:
		return errors.New("answers as ZooKeeper, but without a quorum it only lets read")
	}
	return nil
}
