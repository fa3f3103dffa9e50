package identity

import (
	"crypto/rand"
	"errors"
	"fmt"
	"regexp"
)

// secretText is what the plug-in takes (Secrets.java): what an environment variable and
// Envoy's format string carry unchanged.
var secretText = regexp.MustCompile(`^[A-Za-z0-9+/=_.~-]{32,256}$`)

// ValidSecret reports whether a broker takes a value.
func ValidSecret(value string) bool { return secretText.MatchString(value) }

// NewSecret returns a random value. It is two of rand.Text, of 128 bits each, because
// one is shorter than the plug-in takes.
func NewSecret() string { return rand.Text() + rand.Text() }

const manifest = `apiVersion: v1
kind: Secret
metadata:
  name: %[2]s
  namespace: %[1]s
  labels:
    app.kubernetes.io/managed-by: sluice
type: Opaque
stringData:
  %[3]s: %[4]s
`

// Secret returns the Secret of a namespace, as YAML, with a new random value. previous is
// the value that it had so far, which brokers take until the next rotation; empty for
// the first.
func Secret(namespace, previous string) (string, error) {
	if err := checkNamespace(namespace); err != nil {
		return "", err
	}
	text := fmt.Sprintf(manifest, namespace, SecretName, SecretCurrent, NewSecret())
	if previous == "" {
		return text, nil
	}
	if !ValidSecret(previous) {
		return "", errors.New("the previous value is none that a broker takes: it needs 32 to 256 characters out of A-Z, a-z, 0-9 and +/=_.~-")
	}
	return text + fmt.Sprintf("  %s: %q\n", SecretPrevious, previous), nil
}
