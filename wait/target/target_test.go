package target

import (
	"strings"
	"testing"
)

func TestTargetsAreReadAndWrittenAlike(t *testing.T) {
	for text, want := range map[string]string{
		"kafka://kafka-0.kafka:9092":     "",
		"zookeeper://zookeeper:2181":     "",
		"tls://192.0.2.7:9093":           "",
		"kafka://[2001:db8::7]:9092":     "",
		"kafka.events:9092":              "kafka://kafka.events:9092",
		"kafka_0.kafka.svc.:9092":        "kafka://kafka_0.kafka.svc.:9092",
		"kafka://KAFKA:65535":            "",
		"tls://kafka.events.svc.a.b:443": "",
	} {
		if want == "" {
			want = text
		}
		target, err := Parse(text)
		if err != nil || target.String() != want {
			t.Errorf("%q: got %q, %v", text, target, err)
		}
	}
}

func TestWhatIsNoTargetIsRefusedWithTheReason(t *testing.T) {
	for text, want := range map[string]string{
		"":                              "write host:port",
		"kafka":                         "write host:port",
		"kafka://kafka":                 "write host:port",
		"http://kafka:80":               `"http" is none of kafka, zookeeper and tls`,
		"PLAINTEXT://kafka:9092":        `"PLAINTEXT" is none of`,
		"kafka:0":                       "the port is a number from 1 to 65535",
		"kafka:65536":                   "the port is a number",
		"kafka:-1":                      "the port is a number",
		"kafka:clients":                 "the port is a number",
		":9092":                         `"" is neither the name of a host nor an IP address`,
		"kafka..events:9092":            "is neither the name",
		".kafka:9092":                   "is neither the name",
		"kaf ka:9092":                   "is neither the name",
		"kafka/events:9092":             "is neither the name",
		"$(HOST):9092":                  "is neither the name",
		"2001:db8::7:9092":              "write host:port",
		strings.Repeat("a", 254) + ":1": "is neither the name",
	} {
		if _, err := Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestGroupsHaveSemicolonsBetweenThemAndTargetsCommas(t *testing.T) {
	groups, err := ParseGroups(" kafka-0:9092 , kafka-1:9092;\n zookeeper://zk:2181 ; ")
	if err != nil || len(groups) != 2 || groups[0].String() != "kafka://kafka-0:9092,kafka://kafka-1:9092" || groups[1].String() != "zookeeper://zk:2181" {
		t.Errorf("got %v, %v", groups, err)
	}
}

func TestAllThatIsWrongWithGroupsIsSaid(t *testing.T) {
	for text, want := range map[string][]string{
		"":                                 {"there is no target"},
		";\n;":                             {"there is no target"},
		"a:1,,b:2":                         {`"": write host:port`},
		"a:x;b:y,c:1":                      {`"a:x"`, `"b:y"`},
		strings.Repeat("a:1,", 64) + "a:1": {"65 targets are more than the 64"},
		strings.Repeat("a:1;", 16) + "a:1": {"17 groups are more than the 16"},
	} {
		_, err := ParseGroups(text)
		for _, part := range want {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("%q: %v", text, err)
			}
		}
	}
}
