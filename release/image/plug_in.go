package image

// plugInPath is where init containers and image volumes find the Kafka plug-in;
// identity.PlugInInImage is the same.
const plugInPath = "/usr/share/sluice/sluice-principal.jar"

// PlugIn is the Kafka plug-in as a file of the image. source is the jar. It has no
// dependencies of its own, and is the same for all architectures.
func PlugIn(source string) File { return File{Path: plugInPath, Source: source, Mode: 0o644} }
