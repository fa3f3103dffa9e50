package cli

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

func TestTheLoggerHasTheFormatAndTheLevelOfTheFlags(t *testing.T) {
	var stderr bytes.Buffer
	a := &app{stderr: &screen{Writer: &stderr}}

	logger := a.logger("json", "warn")
	logger.Info("too low")
	logger.Warn("heard", "pod", "kafka-0")
	var line map[string]any
	if err := json.Unmarshal(stderr.Bytes(), &line); err != nil || line["msg"] != "heard" || line["pod"] != "kafka-0" {
		t.Errorf("%v in %s", err, stderr.String())
	}

	stderr.Reset()
	a.logger("text", "debug").Debug("heard too")
	if !strings.Contains(stderr.String(), `level=DEBUG msg="heard too"`) {
		t.Error(stderr.String())
	}
}
