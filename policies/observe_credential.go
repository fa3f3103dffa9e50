package policies

import (
	"regexp"
	"strings"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/workload"
)

// credentialTable is the fact table of a password that stands in the open.
var credentialTable = []of[*credential]{
	{Definition{"subject", Text, []string{string(Credential)},
		"always the same"},
		(*credential).subject, (*credential).root},
	{Definition{"container", Text, nil,
		"the name of the container that is given it"},
		(*credential).containerName, (*credential).root},
	{Definition{"form", Text, []string{"password", "jaas", "key"},
		"what it is: a value that is the password, a JAAS configuration with the password in it, or a private key"},
		(*credential).form, (*credential).root},
	{Definition{"name", Text, nil,
		"the variable, property or option that holds it; empty for a line of a script"},
		(*credential).name, (*credential).root},
}

// credential is a password, or another secret, that whoever may read the object can read.
type credential struct {
	*pod
	container *document.Node
	kind      string
	label     string
	at        workload.Place
}

func (c *credential) named() Subject { return Credential }
func (c *credential) called() string { return "container " + c.container.Get("name").Text() }

func (c *credential) subject() any       { return string(Credential) }
func (c *credential) root() place        { return placeOf(c.at) }
func (c *credential) containerName() any { return c.container.Get("name").Text() }
func (c *credential) form() any          { return c.kind }
func (c *credential) name() any          { return c.label }

// maxCredentials bounds those of one pod that are told apart.
const maxCredentials = 64

// credentials finds them in a pod: in the variables and command lines of all its
// containers, and in what the configuration of its processes says.
func (p *pod) credentials(all []subject) []subject {
	found := finder{pod: p, seen: map[workload.Place]bool{}}
	for _, one := range p.Processes {
		found.container = one.Container
		for name, set := range one.Variables() {
			if set.Node != nil && (set.Text != nil || set.Node.Key != "value") { // the entries themselves come below
				found.setting(name, set)
			}
		}
		for _, option := range one.JavaOptions() {
			found.option(option.Text, option.Place)
		}
		for name, set := range one.Lines() {
			found.setting(name, set)
		}
	}
	for _, container := range p.containers() {
		if strings.HasPrefix(container.Get("name").Text(), "istio-") {
			continue
		}
		found.container = container
		for _, entry := range container.Get("env").Items() {
			value := entry.Get("value")
			found.setting(entry.Get("name").Text(), workload.Setting{Value: value.Text(), Known: true, Place: workload.At(value)})
		}
		for _, words := range []string{"command", "args"} {
			for _, word := range container.Get(words).Items() {
				found.word(word)
			}
		}
	}
	for _, one := range found.all {
		all = append(all, one)
	}
	return all
}

// finder gathers credentials.
type finder struct {
	*pod
	container *document.Node
	all       []*credential
	seen      map[workload.Place]bool
}

func (f *finder) add(kind, name string, at workload.Place) {
	if at.Node == nil || f.seen[at] || len(f.all) == maxCredentials {
		return
	}
	f.seen[at] = true
	f.all = append(f.all, &credential{f.pod, f.container, kind, name, at})
}

// setting looks at a variable or property.
func (f *finder) setting(name string, set workload.Setting) {
	switch {
	case !set.Known || set.Value == "":
	case strings.Contains(set.Value, "PRIVATE KEY-----"):
		f.add("key", name, set.Place)
	case strings.Contains(set.Value, "LoginModule"):
		if _, ok := jaasPassword(set.Value); ok {
			f.add("jaas", name, set.Place)
		}
	case namesPassword(name) && isOpenText(set.Value):
		f.add("password", name, set.Place)
	}
}

// option looks at an option such as -Djavax.net.ssl.keyStorePassword=secret.
func (f *finder) option(text string, at workload.Place) {
	name, value, ok := strings.Cut(strings.TrimLeft(text, "-"), "=")
	if ok && strings.HasPrefix(text, "-") && namesPassword(name) && isOpenText(value) {
		f.add("password", strings.TrimPrefix(name, "D"), at)
	}
}

// word looks at a word of a command line, which may be a script that writes a JAAS file.
func (f *finder) word(node *document.Node) {
	text := node.Text()
	if strings.ContainsAny(text, " \n") {
		if strings.Contains(text, "LoginModule") {
			if offset, ok := jaasPassword(text); ok {
				f.add("jaas", "", workload.Place{Node: node, Offset: offset})
			}
		}
		return
	}
	f.option(text, workload.At(node))
}

// passwordNames end the names of variables and properties that hold a secret.
var passwordNames = []string{"password", "passwords", "passwd", "client_secret", "client.secret", "secret_access_key", "encoder_secret", "encoder.secret", "keypass", "storepass"}

// namesPassword tells such a name. The password of a trust store is none: it keeps
// nothing secret, for certificates of authorities are public.
func namesPassword(name string) bool {
	for _, end := range passwordNames {
		if cut := len(name) - len(end); cut >= 0 && strings.EqualFold(name[cut:], end) {
			plain := strings.NewReplacer("_", "", ".", "").Replace(strings.ToLower(name))
			return !strings.Contains(plain, "truststore") && !strings.Contains(plain, "emptypassword")
		}
	}
	return false
}

// isOpenText tells a value that is the secret itself from one that says where it is: a
// reference that the kubelet, a shell, Kafka's config providers or a template replace, a
// file, or a switch.
func isOpenText(value string) bool {
	value = strings.Trim(strings.TrimSpace(value), `"'`)
	switch {
	case value == "", strings.ContainsAny(value[:1], "$/<`"), strings.Contains(value, "${"), strings.Contains(value, "$("), strings.Contains(value, "{{"):
		return false
	default:
		return !isOneOf(value, "true", "false", "yes", "no", "none", "null")
	}
}

// jaasSecret is an option of a login module that holds a secret.
var jaasSecret = regexp.MustCompile(`\b(?:password|clientSecret|oauth\.client\.secret|user_[\w.-]+)\s*=\s*\\?["']?([^"'\\;\s]*)`)

// jaasPassword finds a secret in the text of a JAAS configuration.
func jaasPassword(text string) (offset int, ok bool) {
	for _, at := range jaasSecret.FindAllStringSubmatchIndex(text, -1) {
		if isOpenText(text[at[2]:at[3]]) {
			return at[2], true
		}
	}
	return 0, false
}
