package workload

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/sluice-dev/sluice/document"
)

// ProxyConfigAnnotation is the pod's share of Istio's ProxyConfig, as JSON or YAML.
const ProxyConfigAnnotation = "proxy.istio.io/config"

// The fields of the annotation that matter here, as people write them, and the
// variable of MetadataField.
const (
	HoldField             = "holdApplicationUntilProxyStarts"
	MetadataField         = "proxyMetadata"
	TerminationDrainField = "terminationDrainDuration"
	ExitOnZeroVariable    = "EXIT_ON_ZERO_ACTIVE_CONNECTIONS"
)

// protoNames are the same fields by the names of the protobuf message, which
// Istio's reader takes too.
var protoNames = map[string]string{
	HoldField:             "hold_application_until_proxy_starts",
	MetadataField:         "proxy_metadata",
	TerminationDrainField: "termination_drain_duration",
}

// ProxyConfig is what a pod says to its proxy in ProxyConfigAnnotation.
type ProxyConfig struct {
	// Annotation is the annotation's node; nil when the pod has none.
	Annotation *document.Node
	// Root is the content of the annotation as a tree of its own, a mapping; nil
	// when there is no annotation, nothing in it, or no sense in it.
	Root *document.Node

	hold, exitOnZero optionalBool
	drain            time.Duration
	drainSet         bool
}

type optionalBool struct{ value, set bool }

// ReadProxyConfig reads the annotation of a pod or pod template. An error says what
// Istio's injector will not understand, as it then refuses the pod; Annotation is
// set even so.
func ReadProxyConfig(pod *document.Node) (ProxyConfig, error) {
	config := ProxyConfig{Annotation: pod.At("metadata", "annotations", ProxyConfigAnnotation)}
	if config.Annotation == nil {
		return config, nil
	}
	err := config.read()
	return config, err
}

// Hold returns holdApplicationUntilProxyStarts; set is false when the annotation
// does not decide it.
func (c *ProxyConfig) Hold() (value, set bool) { return c.hold.value, c.hold.set }

// ExitOnZeroActiveConnections returns the variable of proxyMetadata by which the
// proxy, told to stop, waits until its last connection is gone. What is no boolean
// counts as not set, for the proxy too.
func (c *ProxyConfig) ExitOnZeroActiveConnections() (value, set bool) {
	return c.exitOnZero.value, c.exitOnZero.set
}

// TerminationDrain returns terminationDrainDuration: how long the proxy, told to
// stop, goes on. Istio's default is five seconds.
func (c *ProxyConfig) TerminationDrain() (duration time.Duration, set bool) {
	return c.drain, c.drainSet
}

// Field returns the node of a field of Root under either of its names, nil when it
// is not set.
func (c *ProxyConfig) Field(name string) *document.Node {
	node := c.Root.Get(name)
	if node == nil {
		node = c.Root.Get(protoNames[name])
	}
	if node == nil || node.Kind == document.Null {
		return nil
	}
	return node
}

func (c *ProxyConfig) read() error {
	if c.Annotation.Kind != document.String {
		return fmt.Errorf("the value is a %s, but annotations are strings: put it in quotes", c.Annotation.Kind)
	}
	root, err := parseText(c.Annotation.Value)
	if err != nil || root == nil {
		return err
	}
	c.Root = root
	return errors.Join(c.readHold(), c.readMetadata(), c.readDrain())
}

func (c *ProxyConfig) readHold() error {
	node := c.Field(HoldField)
	if node == nil {
		return nil
	}
	if node.Kind != document.Bool {
		return fmt.Errorf("%s is a %s, but Istio wants true or false without quotes", HoldField, node.Kind)
	}
	c.hold = optionalBool{node.IsTrue(), true}
	return nil
}

func (c *ProxyConfig) readMetadata() error {
	metadata := c.Field(MetadataField)
	if metadata == nil {
		return nil
	}
	if metadata.Kind != document.Mapping {
		return fmt.Errorf("%s is a %s, but Istio wants a mapping of strings", MetadataField, metadata.Kind)
	}
	for _, entry := range metadata.Entries() {
		if entry.Kind != document.String && entry.Kind != document.Null {
			return fmt.Errorf("%s.%s is a %s, but Istio wants a string: put it in quotes", MetadataField, entry.Key, entry.Kind)
		}
	}
	c.exitOnZero = proxyBool(metadata.Get(ExitOnZeroVariable))
	return nil
}

func (c *ProxyConfig) readDrain() error {
	node := c.Field(TerminationDrainField)
	if node == nil {
		return nil
	}
	duration, err := time.ParseDuration(node.Text())
	if err != nil {
		return fmt.Errorf(`%s is %s, but Istio wants a duration in quotes, such as "30s"`, TerminationDrainField, node.AppendJSON(nil))
	}
	c.drain, c.drainSet = duration, true
	return nil
}

// proxyBool reads a variable as the proxy's agent does.
func proxyBool(node *document.Node) optionalBool {
	value, err := strconv.ParseBool(node.Text())
	return optionalBool{value, err == nil}
}

// parseText reads the content of an annotation as Istio does: JSON is YAML, too, and
// no content is no setting. Positions in errors count within the text.
func parseText(text string) (*document.Node, error) {
	var only *document.Document
	for doc, err := range document.Read(document.NewFile("", []byte(text))) {
		if syntax, ok := errors.AsType[*document.SyntaxError](err); ok {
			return nil, fmt.Errorf("line %d, column %d: %s", syntax.Position.Line, syntax.Position.Column, syntax.Message)
		}
		if err != nil {
			return nil, err
		}
		if only != nil {
			return nil, errors.New("the content is more than one YAML document")
		}
		only = doc
	}
	if only == nil {
		return nil, nil
	}
	return only.Root, nil
}
