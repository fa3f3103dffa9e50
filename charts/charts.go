// Package charts holds the Helm chart, and renders it without Helm: sluice install
// prints what helm template would.
package charts

import (
	"embed"
	"io/fs"
)

//go:embed all:sluice
var files embed.FS

// Sluice returns the files of the chart.
func Sluice() fs.FS {
	chart, err := fs.Sub(files, "sluice")
	if err != nil {
		panic(err) // there is no such error for a path that is embedded
	}
	return chart
}
