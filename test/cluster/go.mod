// A one-node Kubernetes with Istio for the end-to-end tests: test equipment,
// so that what it needs stays out of what ships.
module github.com/sluice-dev/sluice/test/cluster

go 1.26.0

require (
	github.com/google/go-containerregistry v0.21.6
	github.com/sluice-dev/sluice/release v0.0.0-00010101000000-000000000000
	google.golang.org/grpc v1.79.3
	k8s.io/cri-api v0.36.3
)

require (
	github.com/CycloneDX/cyclonedx-go v0.12.0 // indirect
	github.com/klauspost/compress v1.18.6 // indirect
	github.com/opencontainers/go-digest v1.0.0 // indirect
	github.com/opencontainers/image-spec v1.1.1 // indirect
	golang.org/x/net v0.49.0 // indirect
	golang.org/x/sys v0.44.0 // indirect
	golang.org/x/text v0.33.0 // indirect
	google.golang.org/genproto/googleapis/rpc v0.0.0-20260128011058-8636f8732409 // indirect
	google.golang.org/protobuf v1.36.12-0.20260120151049-f2248ac996af // indirect
)

replace github.com/sluice-dev/sluice/release => ../../release
