package workload

import (
	"strings"
	"testing"

	"github.com/magiconair/properties"

	"github.com/sluice-dev/sluice/document"
)

// propertiesOf reads a text as if a ConfigMap held it.
func propertiesOf(text string) fileProperties {
	return readProperties(contentOf(&ConfigText{Text: document.Text{Value: text}}, document.NewString("mount")))
}

func TestPropertiesAreReadAsByJava(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"equals sign", "k=v", "v"},
		{"colon", "k : v", "v"},
		{"white space", "k \t v w ", "v w"},
		{"nothing", "k", ""},
		{"nothing behind the sign", "k=", ""},
		{"an equals sign in the value", "k=a=b:c", "a=b:c"},
		{"the last one", "k=1\nk=2", "2"},
		{"indented", "  \t k=v", "v"},
		{"on two lines", "k=a,\\\n    b", "a,b"},
		{"an escaped backslash at the end", "k=a\\\\\nb=c", `a\`},
		{"a comment that ends in a backslash", "# comment \\\nk=v", "v"},
		{"another comment", "! k=x\nk=v\n!k=y", "v"},
		{"an escape", `k=a\tb\u0041\:`, "a\tbA:"},
		{"an escaped name", `a\=b=1` + "\nk=v", "v"},
		{"line ends of Windows", "a=b\r\nk=v\r\n", "v"},
		{"a name on two lines", "k\\\n  = v", "v"},
		{"nothing continues it", "k=v\\", "v"},
		{"Latin-1", "k=\u00e4", "Ã¤"},
		{"a separator that is escaped", "k=a\\=b", "a=b"},
		{"a name with a dot", "a.k=1\nk=v", "v"},
	} {
		t.Run(test.name, func(t *testing.T) {
			setting, ok := propertiesOf(test.text).settings["k"]
			if !ok || !setting.Known || setting.Value != test.want {
				t.Errorf("got %+v", setting)
			}
		})
	}
}

func TestWhatNoServerCanReadIsNotKnown(t *testing.T) {
	read := propertiesOf("a=1\nk=\\u12\nb=2")
	if read.complete || read.settings["a"].Known || !read.settings["b"].Known {
		t.Errorf("got %+v", read)
	}
}

// loader is the referee: a library that reads a file as a whole. A "${" in a value is
// not its business.
var loader = properties.Loader{Encoding: properties.ISO_8859_1, DisableExpansion: true}

// FuzzProperties compares our reading with that of the library.
func FuzzProperties(f *testing.F) {
	f.Add("a=b\n# c\\\nd : e\\\n  f\ng\nh=\\u0041\ni\\ j=k\n\\\n\nl=m\\\\\n")
	f.Add("broker.id=0\r\nlisteners=A://:1,\\\r\n B://:2")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, hiddenMark) || strings.Contains(text, `u0000`) || strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\r") || strings.Contains(text, "\f") {
			return
		}
		whole, err := loader.LoadBytes([]byte(strings.ReplaceAll(text, "\r\n", "\n")))
		read := propertiesOf(text)
		if strings.Contains(strings.ReplaceAll(text, "\r\n", "\n"), "\\\n") || strings.HasSuffix(text, "\\") {
			return // the library takes a name on two lines for one with a line break in it
		}
		if err != nil {
			return // for one, it takes no property without a name, as Java does
		}
		compareProperties(t, whole, read)
	})
}

func compareProperties(t *testing.T, whole *properties.Properties, read fileProperties) {
	t.Helper()
	for _, name := range whole.Keys() {
		value, _ := whole.Get(name)
		setting, ok := read.settings[name]
		if !ok || setting.Known != !strings.Contains(value, "${") || setting.Known && setting.Value != strings.TrimSpace(value) {
			if name == serversProperty || strings.HasPrefix(name, "server.") {
				continue
			}
			t.Errorf("%q is %q for the library and %+v for us", name, value, setting)
		}
	}
	if _, servers := read.settings[serversProperty]; !servers && len(read.settings) != whole.Len() {
		t.Errorf("the library reads %v, we %+v", whole.Keys(), read.settings)
	}
}

// FuzzScript follows scripts over a file, whatever they are.
func FuzzScript(f *testing.F) {
	for _, script := range []string{
		"cp /config/zoo.cfg /conf/zoo.cfg; sed -i -e 's/a/b/g;/x/d' /conf/zoo.cfg",
		"cat <<EOF | envsubst '$A' | tee -a /conf/zoo.cfg\na=$A\nEOF",
		"f() { printf '%s=%d\\n' a 1 b; f; }; for i in 1; do f; done > /conf/zoo.cfg",
		"{ echo -n a=; cat /config/*; } >> /conf/zoo.cfg; . /config/zoo.cfg; sed -E 's|^(a)(.*)$|\\2&\\n|I' < /config/zoo.cfg > zoo.cfg",
		"cp -r /config/. /conf; mv /conf/zoo.cfg /x; rm /x; replace_in_file /conf/zoo.cfg '[^]a]' b; kafka_server_conf_set a b",
	} {
		f.Add(script+"\nexec zkServer.sh start-foreground /conf/zoo.cfg", "a=b\nserver.1=${A}\n")
	}
	f.Fuzz(func(t *testing.T, script, file string) {
		container := document.NewMapping(
			document.NewString("zookeeper:3.9").WithKey("image"),
			document.NewSequence(document.NewString("bash"), document.NewString("-c"), document.NewString(script)).WithKey("command"),
			document.NewSequence(document.NewMapping(document.NewString("v").WithKey("name"), document.NewString("/config").WithKey("mountPath"))).WithKey("volumeMounts"),
		)
		pod := document.NewMapping(document.NewMapping(document.NewSequence(document.NewMapping(
			document.NewString("v").WithKey("name"),
			document.NewMapping(document.NewString("c").WithKey("name")).WithKey("configMap"),
		)).WithKey("volumes")).WithKey("spec"))
		text := &ConfigText{Text: document.Text{Value: file}, ConfigMap: "c", Key: "zoo.cfg"}
		see := &sight{asked: map[string]*seenConfigMap{"c": {texts: map[string]*ConfigText{"zoo.cfg": text}}}}
		r := BuiltIn().read(pod, container, declaration{})
		r.lookFurther(pod, &disk{catalogue: BuiltIn(), pod: pod, see: see})
		for _, f := range BuiltIn().servers(pod, r) {
			for name, setting := range f.process(pod, container, r).Properties() {
				if setting.Known && strings.Contains(setting.Value, hiddenMark) || !setting.Known && setting.Value != "" {
					t.Errorf("%q is %+v", name, setting)
				}
			}
		}
	})
}
