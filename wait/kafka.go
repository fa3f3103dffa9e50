package wait

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/sluice-dev/sluice/wait/target"
)

// maxResponse bounds Kafka's answer, in bytes. A real one, with a few bytes for each
// kind of request, has less than a thousand.
const maxResponse = 64 << 10

// correlation is sent with the request and comes back with its response.
const correlation = 0x736c7563

// askKafka sends an ApiVersions request of version 0, which every broker and
// controller answers before it asks who the client is.
func askKafka(_ context.Context, conn net.Conn, _ target.Target) (string, error) {
	request := kmsg.NewPtrApiVersionsRequest()
	formatter := kmsg.NewRequestFormatter(kmsg.FormatterClientID("sluice-wait"))
	if _, err := conn.Write(formatter.AppendRequest(nil, request, correlation)); err != nil {
		return "", err
	}
	kinds, err := readAPIVersions(conn)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("answers as Kafka, which knows %d kinds of requests", kinds), nil
}

// readAPIVersions reads the response and returns how many kinds of requests the
// broker serves.
func readAPIVersions(from io.Reader) (kinds int, err error) {
	var header [8]byte
	if _, err := io.ReadFull(from, header[:]); err != nil {
		return 0, err
	}
	// The size counts the correlation id and what follows.
	size := binary.BigEndian.Uint32(header[:4])
	if size < 4 || size > maxResponse || binary.BigEndian.Uint32(header[4:]) != correlation {
		return 0, notKafka(header[:])
	}
	body := make([]byte, size-4)
	if _, err := io.ReadFull(from, body); err != nil {
		return 0, err
	}
	response := kmsg.NewPtrApiVersionsResponse()
	if err := response.ReadFrom(body); err != nil {
		return 0, notKafka(body)
	}
	if response.ErrorCode != 0 {
		return 0, fmt.Errorf("answers as Kafka, with error %d", response.ErrorCode)
	}
	if len(response.ApiKeys) == 0 {
		return 0, errors.New("answers as Kafka, but serves no requests")
	}
	return len(response.ApiKeys), nil
}

// notKafka shows the beginning of an answer that was none.
func notKafka(beginning []byte) error {
	return fmt.Errorf("answers, but not as Kafka: %q", beginning[:min(len(beginning), 16)])
}
