package cli

import (
	"bytes"
	"encoding/json"
	"io"

	"gomodules.xyz/jsonpatch/v2"

	"github.com/sluice-dev/sluice/verdict"
)

// listOutput writes all objects as the items of one List.
type listOutput struct{ items array }

func newListOutput(to io.Writer) *listOutput {
	return &listOutput{array{to: to, opening: `{"apiVersion":"v1","kind":"List","items":[`, closing: "]}\n"}}
}

func (l *listOutput) write(result *reviewed) error {
	for _, object := range result.objects {
		if err := l.items.add(object.root); err != nil {
			return err
		}
	}
	return nil
}

func (l *listOutput) end() error { return l.items.end() }

// patchOutput writes the patches of all objects that have one.
type patchOutput struct{ items array }

func newPatchOutput(to io.Writer) *patchOutput {
	return &patchOutput{array{to: to, opening: "[", closing: "]\n"}}
}

// patch is one item of the output.
type patch struct {
	File   string                `json:"file"`
	Object verdict.Object        `json:"object"`
	Patch  []jsonpatch.Operation `json:"patch"`
}

func (p *patchOutput) write(result *reviewed) error {
	for _, object := range result.objects {
		if len(object.operations) == 0 {
			continue
		}
		if err := p.items.add(patch{result.report.Name, object.name, object.operations}); err != nil {
			return err
		}
	}
	return nil
}

func (p *patchOutput) end() error { return p.items.end() }

// array writes a JSON array, and what stands around it, item by item.
type array struct {
	to               io.Writer
	opening, closing string
	items            int
}

func (a *array) add(item any) error {
	var out bytes.Buffer
	if a.items++; a.items == 1 {
		out.WriteString(a.opening)
	} else {
		out.WriteByte(',')
	}
	out.WriteByte('\n')
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(item); err != nil {
		return err
	}
	out.Truncate(out.Len() - 1)
	_, err := out.WriteTo(a.to)
	return err
}

func (a *array) end() error {
	opening := a.opening
	if a.items > 0 {
		opening = "\n"
	}
	_, err := io.WriteString(a.to, opening+a.closing)
	return err
}
