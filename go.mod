module github.com/sluice-dev/sluice

go 1.26.0

require (
	github.com/go-json-experiment/json v1.27.2
	gomodules.xyz/jsonpatch/v2 v2.5.0
)
