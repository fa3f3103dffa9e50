module github.com/sluice-dev/sluice/test/chart

go 1.26.0

require (
	github.com/sluice-dev/sluice v0.0.0
	sigs.k8s.io/yaml v1.6.0
)

require (
	github.com/santhosh-tekuri/jsonschema/v6 v6.0.3 // indirect
	go.yaml.in/yaml/v2 v2.4.4 // indirect
	golang.org/x/text v0.42.0 // indirect
)

replace github.com/sluice-dev/sluice => ../..
