package identity

import (
	"fmt"
	"regexp"
	"strings"
)

// Highest number of a port.
const highestPort = 65535

// A Kubernetes namespace (RFC 1123 label).
var namespaceName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)

// filter has the verbs namespace, name, label, port, the types of both TLVs, and the
// variable. Each part of it was needed in a run against real proxies:
//
//   - Until the TLS handshake is over there is no client certificate, so the connection
//     to the broker waits for it; max_early_data_bytes has to be there then, even as 0.
//   - The TLVs stand on tcp_proxy. Those of the transport socket are evaluated where
//     the client's certificate is not known, and it has to be told to pass these on.
//   - A value that the proxy does not have becomes a hyphen, which the broker refuses.
const filter = `apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata:
  name: %[2]s
  namespace: %[1]s
  labels:
    app.kubernetes.io/managed-by: sluice
spec:
  workloadSelector:
    labels:
      %[3]s: %[8]s
  configPatches:
    - applyTo: NETWORK_FILTER
      match:
        context: SIDECAR_INBOUND
        listener:
          filterChain:
            destinationPort: %[4]d
            filter:
              name: envoy.filters.network.tcp_proxy
      patch:
        operation: MERGE
        value:
          name: envoy.filters.network.tcp_proxy
          typed_config:
            "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
            upstream_connect_mode: ON_DOWNSTREAM_TLS_HANDSHAKE
            max_early_data_bytes: 0
            proxy_protocol_tlvs:
              - type: %[5]d
                format_string:
                  text_format_source:
                    inline_string: "%%DOWNSTREAM_PEER_URI_SAN%%"
              - type: %[6]d
                format_string:
                  text_format_source:
                    inline_string: "%%ENVIRONMENT(%[7]s)%%"
    - applyTo: CLUSTER
      match:
        context: SIDECAR_INBOUND
        cluster:
          portNumber: %[4]d
      patch:
        operation: MERGE
        value:
          transport_socket:
            name: envoy.transport_sockets.upstream_proxy_protocol
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport
              config:
                version: V2
                pass_through_tlvs:
                  match_type: INCLUDE
                  tlv_type: [%[5]d, %[6]d]
              transport_socket:
                name: envoy.transport_sockets.raw_buffer
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer
`

// Filter returns the EnvoyFilter, as YAML, that makes the proxies of pods with the
// port's label write a header in front of each connection to it. In the mesh's root
// namespace it is for the pods of all namespaces.
func Filter(port int, namespace string) (string, error) {
	if err := checkPort(port); err != nil {
		return "", err
	}
	if err := checkNamespace(namespace); err != nil {
		return "", err
	}
	return fmt.Sprintf(filter, namespace, FilterName(port), Label(port), port, idTLV, secretTLV, SecretVariable, LabelValue), nil
}

func checkPort(port int) error {
	if port < 1 || port > highestPort {
		return fmt.Errorf("there is no port %d; a port is a number from 1 to %d", port, highestPort)
	}
	return nil
}

func checkNamespace(namespace string) error {
	if !namespaceName.MatchString(namespace) {
		return fmt.Errorf("%q is no name of a namespace: use a-z, 0-9 and hyphens, at most 63", strings.ToValidUTF8(namespace, "?"))
	}
	return nil
}
