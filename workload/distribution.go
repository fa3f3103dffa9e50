package workload

import "regexp"

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
	// Configures are the programs that turn the environment into the configuration
	// and then run the rest of their command line, or return to the script that
	// called them.
	Configures []string `yaml:"configures"`
	// Configuration are the files that matter for whether the environment is read.
	Configuration []ConfigurationFile `yaml:"configuration"`
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
}

// Product is what a distribution packages.
type Product string

// The products.
const (
	KafkaProduct     Product = "kafka"
	ZooKeeperProduct Product = "zookeeper"
)

// Image recognises images. All that is given must fit; of several images that do,
// the one that says most counts.
type Image struct {
	// Repository is compared with the last components of the image's repository,
	// component by component, in which "*" stands for any text: "bitnami*/kafka".
	// After a leading slash it must be the whole repository, the registry aside.
	Repository string `yaml:"repository"`
	// Tags are patterns with the same wildcard, of which one must fit the tag.
	Tags []string `yaml:"tags"`
	// Variables are environment variables, of which the container must set one. They
	// are for repositories that do not say whose image it is.
	Variables []string `yaml:"variables"`
	// Mounts are paths: the container must mount something at or below one of them.
	Mounts []string `yaml:"mounts"`

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
	Program string `yaml:"program"`
	// Class is a Java main class, given to java or kafka-run-class.sh.
	Class string `yaml:"class"`
	// Arguments are words of which one must be among the arguments.
	Arguments []string `yaml:"arguments"`
	// ReadsEnvironment is true for a program that turns the environment into the
	// configuration itself.
	ReadsEnvironment bool `yaml:"readsEnvironment"`
	// Assigns is true for a program that takes NAME=value arguments as variables.
	Assigns bool `yaml:"assigns"`
	// Override is the option that takes property=value, if there is one.
	Override string `yaml:"override"`
	// Anywhere is true when the words are the distribution's own, so that they tell
	// it in an image of any name.
	Anywhere bool `yaml:"anywhere"`
}

// ConfigurationFile is a file that a container may mount.
type ConfigurationFile struct {
	Directory string `yaml:"directory"`
	File      string `yaml:"file"`
	// DirectoryVariable is the variable that moves the directory.
	DirectoryVariable string `yaml:"directoryVariable"`
	// Effect is what the file does when it is there.
	Effect FileEffect `yaml:"effect"`

	// whole is the file with its directory.
	whole string
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
	// Label is a label of the pod with its value.
	Label string `yaml:"label"`
	Value string `yaml:"value"`
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
