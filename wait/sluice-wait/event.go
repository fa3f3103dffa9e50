package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// serviceAccount is where the kubelet puts the credentials of the pod.
const serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount"

// reporting bounds the one request to the API server.
const reporting = 5 * time.Second

// reporter is who can tell the API server of a pod.
type reporter struct {
	// server is the API server's address, host:port.
	server string
	// credentials is the directory of a service account.
	credentials string
	// namespace, pod and uid name the pod.
	namespace, pod, uid string
}

// report makes a Warning event of the pod, where the pod's service account has the
// right to create events. A container that waits has no rights of its own, and asks
// for none: without, the termination message has to do.
func report(ctx context.Context, message string, log say) {
	r := reporter{
		server:      net.JoinHostPort(os.Getenv("KUBERNETES_SERVICE_HOST"), os.Getenv("KUBERNETES_SERVICE_PORT")),
		credentials: serviceAccount,
		namespace:   os.Getenv("POD_NAMESPACE"), pod: os.Getenv("POD_NAME"), uid: os.Getenv("POD_UID"),
	}
	if r.pod == "" || r.namespace == "" {
		return // nobody said which pod this is, so it is none
	}
	ctx, cancel := context.WithTimeout(ctx, reporting)
	defer cancel()
	if err := r.event(ctx, message, time.Now()); err != nil {
		log("no event:", err)
	}
}

// event creates the event.
func (r *reporter) event(ctx context.Context, message string, now time.Time) error {
	token, err := os.ReadFile(filepath.Join(r.credentials, "token"))
	if err != nil {
		return errors.New("the pod has no token of a service account")
	}
	authority, err := os.ReadFile(filepath.Join(r.credentials, "ca.crt"))
	roots := x509.NewCertPool()
	if err != nil || !roots.AppendCertsFromPEM(authority) {
		return errors.New("the pod has no certificate of the API server's authority")
	}
	at := now.UTC().Format(time.RFC3339)
	body, err := json.Marshal(map[string]any{
		"apiVersion": "v1", "kind": "Event",
		"metadata": map[string]string{"generateName": r.pod + ".", "namespace": r.namespace},
		"involvedObject": map[string]string{
			"apiVersion": "v1", "kind": "Pod", "namespace": r.namespace, "name": r.pod, "uid": r.uid,
			"fieldPath": "spec.initContainers{sluice-wait}",
		},
		"type": "Warning", "reason": "WaitTimedOut", "message": message[:min(len(message), 1024)],
		"source":         map[string]string{"component": "sluice-wait"},
		"firstTimestamp": at, "lastTimestamp": at, "count": 1,
	})
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost,
		"https://"+r.server+"/api/v1/namespaces/"+r.namespace+"/events", bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+string(bytes.TrimSpace(token)))
	request.Header.Set("Content-Type", "application/json")
	client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	switch response.StatusCode {
	case http.StatusCreated:
		return nil
	case http.StatusForbidden:
		return errors.New("the pod's service account may not create events")
	default:
		return fmt.Errorf("the API server answers %s", response.Status)
	}
}
