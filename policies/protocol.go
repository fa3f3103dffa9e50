package policies

import (
	"slices"
	"strings"

	"github.com/sluice-dev/sluice/document"
)

// sniffed stands for the protocol of a port of which Istio finds out by what a client
// sends.
const sniffed = "sniffed"

// istioProtocols are the words that Istio takes for a protocol (pkg/config/protocol).
var istioProtocols = []string{
	"tcp", "udp", "tls", "http", "http2", "http_proxy", "https", "grpc", "grpc-web", "mongo", "redis", "mysql", "hbone", "double-hbone",
}

// tcpPorts are those which Istio takes for TCP when nothing says what they are
// (pkg/config/kube): what is spoken there begins with the server.
var tcpPorts = []int64{25, 53, 3306, 27017}

// kubernetesProtocols are Kubernetes' own names for protocols.
var kubernetesProtocols = map[string]string{"kubernetes.io/h2c": "http2", "kubernetes.io/ws": "http", "kubernetes.io/wss": "https"}

// protocolOf returns the protocol that Istio assumes for a port of a Service, and where
// that is said: appProtocol counts more than the name, of which it takes what stands
// before the first dash (ConvertProtocol in pkg/config/kube).
func protocolOf(port *document.Node) (protocol string, at place) {
	word, at := port.Get("name").Text(), nearest(port, "name")
	if application := port.Get("appProtocol"); application.Text() != "" {
		word, at = application.Text(), place{node: application}
	}
	if port.Get("protocol").Text() == "UDP" {
		return "udp", nearest(port, "protocol")
	}
	word = strings.ToLower(word)
	if named, ok := kubernetesProtocols[word]; ok {
		return named, at
	}
	if strings.HasPrefix(word, "grpc-web") {
		return "grpc-web", at
	}
	first, _, _ := strings.Cut(word, "-")
	if slices.Contains(istioProtocols, first) {
		return first, at
	}
	if number, ok := port.Get("port").Int(); ok && slices.Contains(tcpPorts, number) {
		return "tcp", at
	}
	return sniffed, at
}

// kindOfProtocol says what Istio makes of a protocol.
func kindOfProtocol(protocol string) string {
	switch protocol {
	case "tcp", sniffed:
		return protocol
	case "tls", "https":
		return "tls"
	case "http", "http2", "http_proxy", "grpc", "grpc-web":
		return "http"
	case "mongo", "redis", "mysql":
		return "database"
	default:
		return "other"
	}
}
