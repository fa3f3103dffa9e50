package policies

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestNamesOfPasswords(t *testing.T) {
	for _, name := range []string{
		"KAFKA_SSL_KEYSTORE_PASSWORD", "ssl.key.password", "KAFKA_CLIENT_PASSWORDS", "javax.net.ssl.keyStorePassword",
		"AWS_SECRET_ACCESS_KEY", "password.encoder.secret", "OAUTH_CLIENT_SECRET", "password",
	} {
		if !namesPassword(name) {
			t.Errorf("%s is not taken for a password", name)
		}
	}
	for _, name := range []string{
		"KAFKA_SSL_KEYSTORE_CREDENTIALS", "KAFKA_PASSWORD_FILE", "KAFKA_SSL_TRUSTSTORE_PASSWORD", "ssl.truststore.password",
		"javax.net.ssl.trustStorePassword", "ALLOW_EMPTY_PASSWORD", "SLUICE_IDENTITY_SECRET", "KAFKA_PASSWORD_ENCODER_ITERATIONS", "",
	} {
		if namesPassword(name) {
			t.Errorf("%s is taken for a password", name)
		}
	}
}

func TestTextsThatSayWhereASecretIs(t *testing.T) {
	for _, text := range []string{
		"", " ", "$(PASSWORD)", "${file:/mnt/p.properties:key}", "prefix-${env:P}", "/run/secrets/p", "$PASSWORD", "`cat /p`",
		"yes", "False", "<password>", "{{ .Values.password }}", `"$P"`,
	} {
		if isOpenText(text) {
			t.Errorf("%q is taken for a secret", text)
		}
	}
	for _, text := range []string{"hunter2", "a$b", `"quoted"`} {
		if !isOpenText(text) {
			t.Errorf("%q is not taken for a secret", text)
		}
	}
}

func TestPasswordsInJAASTexts(t *testing.T) {
	tests := map[string]string{
		`x.PlainLoginModule required username="a" password="hunter2";`:         "hunter2",
		`x.PlainLoginModule required username=\"a\" password=\"hunter2\";`:     "hunter2",
		`x.PlainLoginModule required user_bob='hunter2';`:                      "hunter2",
		`x.OAuthBearerLoginModule required clientSecret="hunter2";`:            "hunter2",
		`x.ScramLoginModule required username="a" password="${file:/p:k}";`:    "",
		`x.ScramLoginModule required username="a" password="$PASSWORD";`:       "",
		`x.Krb5LoginModule required useKeyTab=true keyTab="/k" principal="p";`: "",
		`x.ScramLoginModule required username="a" password="";`:                "",
	}
	for text, want := range tests {
		offset, ok := jaasPassword(text)
		if ok != (want != "") || !strings.HasPrefix(text[offset:], want) {
			t.Errorf("%s: got %d, %t", text, offset, ok)
		}
	}
}

func TestCredentialsOfAPod(t *testing.T) {
	const secret = `valueFrom: {secretKeyRef: {name: s, key: k}}`
	tests := []struct {
		name, spec string
		want       []string
	}{
		{"in a variable", `containers: [{name: k, image: "apache/kafka:4.1.0", env: [{name: KAFKA_SSL_KEY_PASSWORD, value: hunter2}]}]`,
			[]string{"password KAFKA_SSL_KEY_PASSWORD k spec.containers[0].env[0].value"}},
		{"in a Secret", `containers: [{name: k, image: "apache/kafka:4.1.0", env: [{name: KAFKA_SSL_KEY_PASSWORD, ` + secret + `}]}]`, nil},
		{"in a variable that refers to one in a Secret", `containers: [{name: k, image: "apache/kafka:4.1.0", env: [{name: P, ` + secret + `}, {name: KAFKA_SSL_KEY_PASSWORD, value: $(P)}]}]`, nil},
		{"in a variable that refers to one in the open", `containers: [{name: k, image: "apache/kafka:4.1.0", env: [{name: MY_PASSWORD, value: hunter2}, {name: KAFKA_SSL_KEY_PASSWORD, value: $(MY_PASSWORD)}]}]`,
			[]string{"password MY_PASSWORD k spec.containers[0].env[0].value"}},
		{"in a script", `containers: [{name: k, image: "apache/kafka:4.1.0", command: [sh, -c, "export KAFKA_SSL_KEY_PASSWORD=hunter2; exec /etc/kafka/docker/run"]}]`,
			[]string{"password KAFKA_SSL_KEY_PASSWORD k spec.containers[0].command[2]"}},
		{"read from a file by a script", `containers: [{name: k, image: "apache/kafka:4.1.0", command: [sh, -c, "export KAFKA_SSL_KEY_PASSWORD=$(cat /run/p); exec /etc/kafka/docker/run"]}]`, nil},
		{"in an override", `containers: [{name: k, image: x, command: [kafka-server-start.sh, /c, --override, ssl.key.password=hunter2]}]`,
			[]string{"password ssl.key.password k spec.containers[0].command[3]"}},
		{"in an option of Java", `containers: [{name: k, image: "apache/kafka:4.1.0", env: [{name: KAFKA_OPTS, value: "-Da=b -Djavax.net.ssl.keyStorePassword=hunter2"}]}]`,
			[]string{"password javax.net.ssl.keyStorePassword k spec.containers[0].env[0].value"}},
		{"in an argument of an exporter", `containers: [` + kafka + `, {name: exporter, image: e, args: [--kafka.server=k, --sasl.password=hunter2]}]`,
			[]string{"password sasl.password exporter spec.containers[1].args[1]"}},
		{"in an init container", `initContainers: [{name: i, image: e, env: [{name: ADMIN_PASSWORD, value: hunter2}]}], containers: [` + kafka + `]`,
			[]string{"password ADMIN_PASSWORD i spec.initContainers[0].env[0].value"}},
		{"of the proxy", `containers: [` + kafka + `, {name: istio-proxy, env: [{name: ADMIN_PASSWORD, value: hunter2}]}]`, nil},
		{"in a JAAS configuration", `containers: [{name: k, image: "apache/kafka:4.1.0", env: [{name: KAFKA_SASL_JAAS_CONFIG, value: 'a.PlainLoginModule required password="hunter2";'}]}]`,
			[]string{"jaas KAFKA_SASL_JAAS_CONFIG k spec.containers[0].env[0].value"}},
		{"in a JAAS file that a script writes", `containers: [{name: k, image: "apache/kafka:4.1.0", command: [sh, -c, "echo 'K { a.PlainLoginModule required password=\"hunter2\"; };' > /j; exec /etc/kafka/docker/run"]}]`,
			[]string{"jaas  k spec.containers[0].command[2]"}},
		{"a private key", `containers: [{name: k, image: "apache/kafka:4.1.0", env: [{name: KAFKA_SSL_KEYSTORE_KEY, value: "-----BEGIN PRIVATE KEY----- MII"}]}]`,
			[]string{"key KAFKA_SSL_KEYSTORE_KEY k spec.containers[0].env[0].value"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w, doc := recognised(t, podOf(held, test.spec))
			var got []string
			for _, sheet := range Facts(t.Context(), w, modern) {
				if sheet.Subject != Credential {
					continue
				}
				values := named(sheet)
				got = append(got, fmt.Sprintf("%s %s %s %s", values["form"], values["name"], values["container"], sheet.Facts[0].Path))
				keepsToDefinitions(t, test.name, sheet, doc)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestCredentialsAreBounded(t *testing.T) {
	var env strings.Builder
	for i := range 2 * maxCredentials {
		fmt.Fprintf(&env, "{name: P%d_PASSWORD, value: hunter2}, ", i)
	}
	w, _ := recognised(t, podOf(held, `containers: [{name: k, image: "apache/kafka:4.1.0", env: [`+env.String()+`]}]`))
	count := 0
	for _, sheet := range Facts(t.Context(), w, modern) {
		if sheet.Subject == Credential {
			count++
		}
	}
	if count != maxCredentials {
		t.Errorf("got %d", count)
	}
}
