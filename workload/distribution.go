package workload

import (
	"regexp"
	"slices"
	"sync/atomic"
)

// Distribution is one row of the catalogue: one way of packaging Kafka or
// ZooKeeper. The rows are the YAML files of distributions/, whose README explains
// how to write one; the fields here are their schema. Unknown fields are errors.
type Distribution struct {
	// Name is the row's stable name, the name of its file: "bitnami-zookeeper".
	Name string `yaml:"name"`
	// Title is the name for people.
	Title string `yaml:"title"`
	// Product is what it packages.
	Product Product `yaml:"product"`
	// Reference is the page that documents the image.
	Reference string `yaml:"reference"`

	// Images are the images that hold it. A row without any is known by its command
	// lines alone, in an image of any name.
	Images []Image `yaml:"images"`
	// Version says how an image tag tells the product's version.
	Version Version `yaml:"version"`

	// Entrypoint and Command are what the image declares under these names
	// (ENTRYPOINT and CMD), which a container's command and args replace.
	Entrypoint []string `yaml:"entrypoint"`
	Command    []string `yaml:"command"`
	// Starts are the command lines that start the server.
	Starts []Start `yaml:"starts"`
	// Generic is true for a row about the product's own scripts, which any image may
	// hold: where the image is another row's, that row describes the process.
	Generic bool `yaml:"generic"`
	// Configures are the programs that turn the environment into the configuration
	// and then run the rest of their command line, or return to the script that
	// called them.
	Configures []string `yaml:"configures"`
	// Configuration are the files that matter for whether the environment is read.
	Configuration []ConfigurationFile `yaml:"configuration"`
	// Setters are programs of the image that set single properties of a file, for the
	// scripts of init containers.
	Setters []Setter `yaml:"setters"`
	// Environment is how variables become properties; nil when the image has no such
	// contract.
	Environment *Environment `yaml:"environment"`

	// Defaults are properties that hold while nothing sets them.
	Defaults map[string]string `yaml:"defaults"`
	// Derived are properties that the image computes from others.
	Derived []Derived `yaml:"derived"`
	// Roles tell the role of a Kafka process whose process.roles cannot be seen. The
	// first one that fits counts; when none does, the process is a broker.
	Roles []RoleHint `yaml:"roles"`
	// KRaftVariables are variables that only a process without ZooKeeper is given.
	KRaftVariables []string `yaml:"kraftVariables"`
	// Ports are the server's ports by what they are for.
	Ports map[string]int `yaml:"ports"`
	// ServiceLinks says what the variables do that the kubelet makes of Services.
	ServiceLinks ServiceLinks `yaml:"serviceLinks"`
	// LinkVariable is the one of these variables that does the harm: KAFKA_PORT, which
	// a Service called kafka becomes.
	LinkVariable string `yaml:"linkVariable"`
	// Rewrite is how a line gets into a file that a script of the image writes right before
	// it starts the server; nil where there is no such script, or no need.
	Rewrite *Rewrite `yaml:"rewrite"`
	// Owner is the operator that makes the pods; nil where people and charts do.
	Owner *Owner `yaml:"owner"`
}

// Product is what a distribution packages.
type Product string

// The products. A process of any but KafkaProduct has the role of the same name.
const (
	KafkaProduct          Product = "kafka"
	ZooKeeperProduct      Product = Product(ZooKeeper)
	ConnectProduct        Product = Product(Connect)
	MirrorMakerProduct    Product = Product(MirrorMaker)
	SchemaRegistryProduct Product = Product(SchemaRegistry)
	CruiseControlProduct  Product = Product(CruiseControl)
	BridgeProduct         Product = Product(Bridge)
	ClientProduct         Product = Product(Client)
	// AnyProduct is what the pod's annotation says; the row of it has neither images nor starts.
	AnyProduct Product = "any"
)

// products lists all products.
var products = []Product{
	KafkaProduct, ZooKeeperProduct, ConnectProduct, MirrorMakerProduct, SchemaRegistryProduct,
	CruiseControlProduct, BridgeProduct, ClientProduct, AnyProduct,
}

// Products lists all products.
func Products() []Product { return slices.Clone(products) }

// Image recognises images. All that is given must fit; of several images that do,
// the one that says most counts.
type Image struct {
	// Repository is compared with the last components of the image's repository,
	// component by component, in which "*" stands for any text: "bitnami*/kafka".
	// After a leading slash it must be the whole repository, the registry aside.
	Repository string `json:"repository" yaml:"repository"`
	// Tags are patterns with the same wildcard, of which one must fit the tag.
	Tags []string `json:"tags,omitempty" yaml:"tags"`
	// Variables are environment variables, of which the container must set one. They
	// are for repositories that do not say whose image it is.
	Variables []string `json:"variables,omitempty" yaml:"variables"`
	// Mounts are paths: the container must mount something at or below one of them.
	Mounts []string `json:"mounts,omitempty" yaml:"mounts"`

	components []pattern
	tags       []pattern
	whole      bool
	// weight is how much is given.
	weight int
}

// Version says how an image tag tells the product's version.
type Version struct {
	// Tags are regular expressions; the first group of the first one that matches is
	// the version. Without any, the tag tells nothing.
	Tags []string `yaml:"tags"`
	// Releases translates "major.minor" of a distribution that counts its own
	// releases into the product's version; a release that is missing tells nothing.
	Releases map[string]string `yaml:"releases"`

	compiled []*regexp.Regexp
}

// Start is a command line that starts the server.
type Start struct {
	// Program is the program's file name, or its whole path when it begins with a
	// slash. For a Class it is empty.
	Program string `json:"program,omitempty" yaml:"program"`
	// Class is a Java main class, given to java or kafka-run-class.sh.
	Class string `json:"class,omitempty" yaml:"class"`
	// Arguments are words of which one must be among the arguments.
	Arguments []string `json:"arguments,omitempty" yaml:"arguments"`
	// Files are configuration files, of which the command line must name one.
	Files []string `json:"files,omitempty" yaml:"files"`
	// Labels are labels that the pod must have.
	Labels map[string]string `json:"labels,omitempty" yaml:"labels"`
	// ReadsEnvironment is true for a program that turns the environment into the
	// configuration itself.
	ReadsEnvironment bool `json:"readsEnvironment,omitempty" yaml:"readsEnvironment"`
	// Assigns is true for a program that takes NAME=value arguments as variables.
	Assigns bool `json:"assigns,omitempty" yaml:"assigns"`
	// Override is the option that takes property=value, if there is one.
	Override string `json:"override,omitempty" yaml:"override"`
	// Options are the options that take the value of one property each: --tick_time of
	// --tick_time=2000, with the property.
	Options map[string]string `json:"options,omitempty" yaml:"options"`
	// Anywhere is true when the words are the distribution's own, so that they tell
	// it in an image of any name. Of several such starts that fit, the one that asks for
	// most counts.
	Anywhere bool `json:"anywhere,omitempty" yaml:"anywhere"`

	// weight is how much is asked for.
	weight int
}

// ConfigurationFile is a file that a container may mount.
type ConfigurationFile struct {
	Directory string `yaml:"directory"`
	File      string `yaml:"file"`
	// DirectoryVariable is the variable that moves the directory.
	DirectoryVariable string `yaml:"directoryVariable"`
	// Effect is what the file does when it is there.
	Effect FileEffect `yaml:"effect"`
	// WrittenBy is the one of the row's Configures that makes the file of the variables and
	// returns to the script that called it, which can add to the file before it starts the
	// server.
	WrittenBy string `yaml:"writtenBy"`

	// whole is the file with its directory.
	whole string
}

// Setter is a program, or a function of the image's scripts, that sets one property of
// a file: its operands are the property and the value.
type Setter struct {
	Program string `yaml:"program"`
	// FileVariable is the variable that names the file.
	FileVariable string `yaml:"fileVariable"`
}

// FileEffect is what a mounted configuration file does to the environment.
type FileEffect string

// The effects.
const (
	// Replaces: the environment is not read at all.
	Replaces FileEffect = "replaces"
	// Underlies: the environment is put on top of the file.
	Underlies FileEffect = "underlies"
)

// Environment is the contract by which variables become properties.
type Environment struct {
	// Sources are applied in their order, so that a later one wins. A property that
	// nothing sets yet is set through the first one that can.
	Sources []Source `yaml:"sources"`
	// AllOrNothing is true when the image has a configuration of its own, BuiltIn,
	// which is dropped as soon as one variable is given.
	AllOrNothing bool `yaml:"allOrNothing"`
	// BuiltIn are properties of that configuration.
	BuiltIn map[string]string `yaml:"builtIn"`
	// FileSuffix makes NAME<suffix> the name of a file from which NAME is read.
	FileSuffix string `yaml:"fileSuffix"`
}

// Source is one step of an environment contract: exactly one of Variables, Rule and
// List is given.
type Source struct {
	// Variables are single variables by their names.
	Variables map[string]*Variable `yaml:"variables"`
	// EmptyIsUnset is true when an empty value of one of the Variables counts as none.
	EmptyIsUnset bool `yaml:"emptyIsUnset"`
	// Rule makes a property of every variable with a prefix.
	Rule *Rule `yaml:"rule"`
	// List is one variable that holds several property=value.
	List *List `yaml:"list"`

	// byProperty is Variables the other way round; the names are sorted.
	byProperty map[string][]string
}

// Variable is the property that one variable becomes. In a row it is written as the
// property's name alone, unless the image has its own spelling of booleans.
//
// "servers" stands for ZooKeeper's server.1, server.2 and so on: images take them as
// one list, each in its own syntax, and Sluice keeps them as they are written.
type Variable struct {
	Property string `yaml:"property"`
	// True and False are the image's spellings of a boolean. It reads "yes", "true"
	// and "1" in any case as true and all else as false, as Bitnami's scripts do.
	True  string `yaml:"true"`
	False string `yaml:"false"`
}

// Rule makes properties of variables: the prefix is cut off, Replace is applied
// from left to right, the first pair that fits at a place counting; then the name is
// lower-cased unless KeepCase; then Respell.
type Rule struct {
	Prefix   string `yaml:"prefix"`
	KeepCase bool   `yaml:"keepCase"`
	// Replace are pairs of texts, the longest first: "___" becomes "-".
	Replace []Pair `yaml:"replace"`
	// Respell mends single words of the resulting name.
	Respell []Pair `yaml:"respell"`
	// Exclude are variables with the prefix that are no properties.
	Exclude []string `yaml:"exclude"`

	excluded map[string]bool
	// reversed is Replace the other way round.
	reversed []Pair
	// spellings are the variables of properties that were asked for.
	spellings atomic.Pointer[map[string]spelling]
}

// Pair is one replacement.
type Pair struct {
	From string `yaml:"from"`
	To   string `yaml:"to"`
}

// List is one variable that holds several property=value.
type List struct {
	Variable string `yaml:"variable"`
	// Separator is what to put between two of them. Any white space separates when
	// it is a space.
	Separator string `yaml:"separator"`
}

// Derived is a property that is computed from another one when nothing sets it: the
// same listeners, on another host.
type Derived struct {
	Property string `yaml:"property"`
	From     string `yaml:"from"`
	Host     string `yaml:"host"`
}

// RoleHint is evidence for the roles of a Kafka process. All that is given must fit.
type RoleHint struct {
	// Labels are labels of the pod with their values.
	Labels map[string]string `yaml:"labels"`
	// PortName is the name of a port that the container declares.
	PortName string `yaml:"portName"`
	// File ends the path of the configuration file on the command line.
	File string `yaml:"file"`
	// Roles are as in process.roles: "broker,controller". Whoever has such roles needs
	// no ZooKeeper.
	Roles string `yaml:"roles"`
}

// ServiceLinks is what service-link variables such as KAFKA_PORT do to an image.
type ServiceLinks string

// The effects of service links.
const (
	// LinksIgnored: the image does not look at them.
	LinksIgnored ServiceLinks = "ignored"
	// LinksBecomeSettings: they end up as properties that nobody meant.
	LinksBecomeSettings ServiceLinks = "become-settings"
	// LinksStopStart: the image refuses to start.
	LinksStopStart ServiceLinks = "stop-start"
)
