package wait

import (
	"bytes"
	"testing"
)

// FuzzReadAPIVersions feeds any bytes as Kafka's answer.
func FuzzReadAPIVersions(f *testing.F) {
	for _, seed := range []string{apiVersions(0, 3), apiVersions(35, 0), size(1 << 31), size(4) + size(correlation), "HTTP/1.1 400 Bad Request\r\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		kinds, err := readAPIVersions(bytes.NewReader(answer))
		if err == nil && (kinds < 1 || len(answer) < 14 || kinds*6 > len(answer)) {
			t.Errorf("%d kinds in %q", kinds, answer)
		}
	})
}

// FuzzReadSession feeds any bytes as ZooKeeper's answer.
func FuzzReadSession(f *testing.F) {
	for _, seed := range []string{session(4000, 7, "\x00"), session(4000, 7, ""), session(0, 0, "\x01"), size(1 << 31), "imok"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		if err := readSession(bytes.NewReader(answer)); err == nil && (len(answer) < 40 || bytes.Equal(answer[12:20], make([]byte, 8))) {
			t.Errorf("%q is a session", answer)
		}
	})
}
