package workload_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/workload"
)

// TestCarriersAreWhatRoutesTake compares what the catalogue says of a distribution with
// what is done to the pods of all fixtures.
func TestCarriersAreWhatRoutesTake(t *testing.T) {
	inputs, err := filepath.Glob("../test/fixtures/*/input.yaml")
	if err != nil {
		t.Fatal(err)
	}
	taken := make(map[workload.RouteKind]bool)
	for _, input := range inputs {
		data, err := os.ReadFile(input)
		if err != nil {
			t.Fatal(err)
		}
		for doc, err := range document.Read(document.NewFile(input, data)) {
			if err != nil {
				t.Fatal(err)
			}
			for root := range workload.Objects(doc.Root) {
				found := recognise(root)
				if found == nil {
					continue
				}
				for _, process := range found.Processes {
					route := process.Route("listeners", "PLAINTEXT://:9092")
					taken[route.Kind] = true
					if !carries(process, route.Kind) {
						t.Errorf("%s: the route of %s is %s, which is no carrier of its distribution", input, process.Distribution.Name, route.Kind)
					}
				}
			}
		}
	}
	for _, kind := range []workload.RouteKind{workload.RouteEnv, workload.RouteEnvList, workload.RouteArgument, workload.RouteNone} {
		if !taken[kind] {
			t.Errorf("no fixture takes the route %s", kind)
		}
	}
}

// carries reports whether a process's distribution carries properties by a route. A
// product's own scripts are started in any image.
func carries(process *workload.Process, kind workload.RouteKind) bool {
	if kind == workload.RouteNone {
		return true
	}
	return slices.ContainsFunc(workload.BuiltIn().Distributions(), func(d *workload.Distribution) bool {
		own := d == process.Distribution || d.Generic && d.Product == process.Distribution.Product
		return own && slices.ContainsFunc(d.Carriers(), func(c workload.Carrier) bool { return c.Kind == workload.CarrierKind(kind) })
	})
}

func TestEveryDistributionHasACarrier(t *testing.T) {
	for _, d := range workload.BuiltIn().Distributions() {
		carriers := d.Carriers()
		if len(carriers) == 0 {
			t.Errorf("%s has none", d.Name)
		}
		for _, c := range carriers {
			if (c.Kind == workload.ByResource) != (c.Resource != "") || (c.Kind == workload.ByResource) != (d.Owner != nil) {
				t.Errorf("%s: %+v, of the owner %v", d.Name, c, d.Owner)
			}
		}
	}
}

func TestProductsHaveRoles(t *testing.T) {
	all := workload.Roles()
	for _, d := range workload.BuiltIn().Distributions() {
		for _, role := range d.Product.Roles() {
			if !slices.Contains(all, role) {
				t.Errorf("%s: %q is no role", d.Name, role)
			}
		}
	}
}
