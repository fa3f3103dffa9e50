package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sluice-dev/sluice/report"
	"github.com/sluice-dev/sluice/verdict"
)

// format is a format of the report of check.
type format struct {
	name string
	open func(c *checking, to io.Writer, style report.Style) report.Writer
}

var formats = []format{
	{"text", func(_ *checking, to io.Writer, style report.Style) report.Writer {
		return report.NewFindings(to, style, pageOf)
	}},
	{"json", func(_ *checking, to io.Writer, _ report.Style) report.Writer { return report.NewJSON(to) }},
	{"sarif", func(_ *checking, to io.Writer, _ report.Style) report.Writer {
		return report.NewSARIF(to, readBuild().Version, pageOf)
	}},
	{"junit", func(c *checking, to io.Writer, _ report.Style) report.Writer {
		return report.NewJUnit(to, pageOf, c.counts)
	}},
	{"github", func(_ *checking, to io.Writer, _ report.Style) report.Writer { return report.NewGitHub(to, pageOf) }},
	{"gitlab", func(_ *checking, to io.Writer, _ report.Style) report.Writer { return report.NewGitLab(to) }},
	{"markdown", func(_ *checking, to io.Writer, _ report.Style) report.Writer {
		return report.NewMarkdown(to, pageOf)
	}},
}

func formatNames() []string {
	names := make([]string, len(formats))
	for i, format := range formats {
		names[i] = format.name
	}
	return names
}

// outputFlag is the value of a flag that takes FORMAT or FORMAT=FILE, several times.
type outputFlag struct{ outputs []output }

// output is one report to write; file is empty for standard output.
type output struct {
	format
	file string
}

func (o *outputFlag) String() string { return "" }
func (o *outputFlag) Type() string   { return "string" }

// Set adds a report.
func (o *outputFlag) Set(text string) error {
	name, file, toFile := strings.Cut(text, "=")
	at := slices.IndexFunc(formats, func(f format) bool { return f.name == name })
	switch {
	case at < 0:
		return fmt.Errorf("use %s, or one of them with =FILE", strings.Join(formatNames(), ", "))
	case toFile && file == "":
		return fmt.Errorf("name a file behind %s=", name)
	}
	for _, other := range o.outputs {
		switch {
		case file == "" && other.file == "":
			return fmt.Errorf("%s and %s cannot both go to standard output: write one to a file, as in %s=FILE", other.name, name, name)
		case file != "" && filepath.Clean(other.file) == filepath.Clean(file):
			return fmt.Errorf("%s and %s cannot both go to %s", other.name, name, file)
		}
	}
	o.outputs = append(o.outputs, output{formats[at], file})
	return nil
}

// reports writes several reports of one run.
type reports struct {
	writers []report.Writer
	files   []*reportFile
}

// reportFile is a file that holds a report.
type reportFile struct {
	buffer *bufio.Writer
	file   *os.File
}

// openReports opens the reports that were asked for, text if none was. A report is never
// written over one of the inputs.
func (c *checking) openReports(inputs []*input) (*reports, error) {
	all := &reports{}
	outputs := c.outputs.outputs
	if len(outputs) == 0 {
		outputs = []output{{format: formats[0]}}
	}
	for _, wanted := range outputs {
		if wanted.file == "" {
			all.writers = append(all.writers, wanted.open(c, c.stdout, c.outputStyle()))
			continue
		}
		if in := inputAt(inputs, wanted.file); in != "" {
			return nil, errors.Join(fmt.Errorf("%s is one of the manifests: write the %s report somewhere else", in, wanted.name), all.close())
		}
		file, err := os.Create(wanted.file)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("the %s report: %w", wanted.name, readable(wanted.file, err)), all.close())
		}
		to := &reportFile{bufio.NewWriter(file), file}
		all.files = append(all.files, to)
		all.writers = append(all.writers, wanted.open(c, to.buffer, report.NewStyle(c.colours == "always")))
	}
	return all, nil
}

// inputAt returns the input that is the file of that name, or "".
func inputAt(inputs []*input, name string) string {
	file, err := os.Stat(name)
	if err != nil || !file.Mode().IsRegular() {
		return ""
	}
	for _, in := range inputs {
		if info, err := os.Stat(in.name); err == nil && os.SameFile(info, file) {
			return in.name
		}
	}
	return ""
}

// Write writes the results of one file to all reports.
func (r *reports) Write(file report.File) error {
	for _, to := range r.writers {
		if err := to.Write(file); err != nil {
			return err
		}
	}
	return nil
}

// Flush ends all reports.
func (r *reports) Flush() error {
	for _, to := range r.writers {
		if err := to.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// close closes the files; a second time does nothing.
func (r *reports) close() error {
	var failed []error
	for _, to := range r.files {
		if err := errors.Join(to.buffer.Flush(), to.file.Close()); err != nil {
			failed = append(failed, readable(to.file.Name(), err))
		}
	}
	r.files = nil
	return errors.Join(failed...)
}

// counts reports whether a finding makes the exit code 1.
func (c *checking) counts(finding *verdict.Finding) bool {
	return c.failOn != never && finding.Counts(verdict.Severity(c.failOn))
}
