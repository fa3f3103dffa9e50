package apiserver

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/sluice-dev/sluice/cli"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/webhook"
)

// asSluice is set in the environment of a process of this test's own program that is
// to be sluice. A server decides on loggers and signals for its whole process.
const asSluice = "SLUICE_TEST_AS_SLUICE"

func runAsSluice() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return cli.Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
}

// served is sluice serve, as a person starts it.
type served struct {
	listen, metrics, health  string
	certificate, key, config string
	environment              []string

	client   *http.Client
	process  *exec.Cmd
	finished chan exit
}

// exit is how a command ended.
type exit struct {
	code   int
	stderr string
}

// serve runs a server with a certificate in files, as a user who may do nothing yet
// but what everybody may. Flags that are given twice count the second time.
func serve(t *testing.T, user string, flags ...string) *served {
	t.Helper()
	s := newServed(t, user)
	s.certify(t, 1)
	s.run(t, append([]string{"--cert", s.certificate, "--key", s.key, "--namespace", "sluice-system"}, flags...))
	return s
}

// newServed prepares a server that runs as that user.
func newServed(t *testing.T, user string) *served {
	t.Helper()
	directory := t.TempDir()
	account, err := plane.environment.AddUser(envtest.User{Name: user}, nil)
	if err != nil {
		t.Fatal(err)
	}
	kubeconfig, err := account.KubeConfig()
	if err != nil {
		t.Fatal(err)
	}
	s := &served{
		listen: freeAddress(t), metrics: freeAddress(t), health: freeAddress(t),
		certificate: filepath.Join(directory, "tls.crt"), key: filepath.Join(directory, "tls.key"),
		config: filepath.Join(directory, user+".kubeconfig"), finished: make(chan exit, 1),
	}
	if err := os.WriteFile(s.config, kubeconfig, 0o600); err != nil {
		t.Fatal(err)
	}
	// Each request sees the certificate of its moment.
	s.client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	return s
}

// run starts the process, which ends with the test.
func (s *served) run(t *testing.T, flags []string) {
	t.Helper()
	arguments := append([]string{
		"serve", "--listen", s.listen, "--metrics", s.metrics, "--health", s.health,
		"--kubeconfig", s.config, "--drain", "0s", "--log-level", "debug",
	}, flags...)
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	s.process = exec.Command(program, arguments...)
	s.process.Env = append(append(os.Environ(), asSluice+"=1"), s.environment...)
	s.process.Stderr = &stderr
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = s.process.Wait() // the exit code says more
		s.finished <- exit{s.process.ProcessState.ExitCode(), stderr.String()}
	}()
	t.Cleanup(func() {
		s.stop()
		s.wait(t)
	})
}

// stop tells the server to stop, as a kubelet does.
func (s *served) stop() { _ = s.process.Process.Signal(syscall.SIGTERM) }

// wait waits for the server's end, which may have been asked for before.
func (s *served) wait(t *testing.T) exit {
	t.Helper()
	select {
	case ended := <-s.finished:
		s.finished <- ended
		return ended
	case <-time.After(patience):
		t.Error("the server does not end")
		_ = s.process.Process.Kill()
		return exit{}
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// certify writes a certificate with that serial number.
func (s *served) certify(t *testing.T, serial int64) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []struct {
		name  string
		block pem.Block
	}{{s.certificate, pem.Block{Type: "CERTIFICATE", Bytes: der}}, {s.key, pem.Block{Type: "PRIVATE KEY", Bytes: private}}} {
		if err := os.WriteFile(file.name, pem.EncodeToMemory(&file.block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// shown is what a handshake shows, whoever signed it.
func (s *served) shown(ctx context.Context) (tls.ConnectionState, error) {
	dialer := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true}}
	connection, err := dialer.DialContext(ctx, "tcp", s.listen)
	if err != nil {
		return tls.ConnectionState{}, err
	}
	defer connection.Close()
	return connection.(*tls.Conn).ConnectionState(), nil
}

// get asks one of the plain addresses.
func (s *served) get(ctx context.Context, address, path string) (status int, body string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+path, nil)
	if err != nil {
		return 0, "", err
	}
	return s.do(request)
}

func (s *served) do(request *http.Request) (status int, body string, err error) {
	response, err := s.client.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, string(text), err
}

// ready waits until /readyz answers so, with the text in it.
func (s *served) ready(t *testing.T, status int, text string) {
	t.Helper()
	eventually(t, "readiness", func(ctx context.Context) error {
		select {
		case ended := <-s.finished:
			s.finished <- ended
			t.Fatalf("the server ended with %d: %s", ended.code, ended.stderr)
		default:
		}
		got, body, err := s.get(ctx, s.health, "/readyz?verbose")
		if err == nil && (got != status || !strings.Contains(body, text)) {
			err = fmt.Errorf("status %d: %s", got, body)
		}
		return err
	})
}

// reviewOf is a review of a ZooKeeper pod that is created.
func reviewOf(t testing.TB, namespace string) []byte {
	t.Helper()
	template := zookeeper()
	pod, err := json.Marshal(&corev1.Pod{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"}, ObjectMeta: template.ObjectMeta, Spec: template.Spec,
	})
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(admissionv1.AdmissionReview{
		TypeMeta: metav1.TypeMeta{APIVersion: "admission.k8s.io/v1", Kind: "AdmissionReview"},
		Request: &admissionv1.AdmissionRequest{
			UID: "uid", Kind: metav1.GroupVersionKind{Version: "v1", Kind: "Pod"}, Namespace: namespace,
			Operation: admissionv1.Create, Object: runtime.RawExtension{Raw: pod},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// mutate sends a review of a ZooKeeper pod and returns the answer.
func (s *served) mutate(ctx context.Context, t *testing.T, namespace string) (*admissionv1.AdmissionResponse, error) {
	t.Helper()
	body := reviewOf(t, namespace)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://"+s.listen+webhook.MutatePath, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	status, answer, err := s.do(request)
	if err != nil {
		return nil, err
	}
	if status != http.StatusOK {
		return nil, fmt.Errorf("status %d: %s", status, answer)
	}
	var review admissionv1.AdmissionReview
	if err := json.Unmarshal([]byte(answer), &review); err != nil {
		return nil, err
	}
	if review.Response == nil || !review.Response.Allowed {
		return nil, fmt.Errorf("the answer is %s", answer)
	}
	return review.Response, nil
}

// grant lets a user read what a server watches, and the mesh's ConfigMaps: all that it
// needs.
func grant(t *testing.T, user string) {
	t.Helper()
	read := []string{"get", "list", "watch"}
	var watched []rbacv1.PolicyRule
	for _, resource := range surroundings.Watched() {
		watched = append(watched, rbacv1.PolicyRule{APIGroups: []string{resource.Group}, Resources: []string{resource.Resource}, Verbs: read})
	}
	subjects := []rbacv1.Subject{{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: user}}
	for _, object := range []client.Object{
		&rbacv1.ClusterRole{ObjectMeta: named("", user), Rules: watched},
		&rbacv1.ClusterRoleBinding{ObjectMeta: named("", user), Subjects: subjects, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: user}},
		&rbacv1.Role{ObjectMeta: named(meshNamespace, user), Rules: []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"configmaps"}, ResourceNames: []string{"istio"}, Verbs: read}}},
		&rbacv1.RoleBinding{ObjectMeta: named(meshNamespace, user), Subjects: subjects, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: user}},
	} {
		install(t, object)
	}
}
