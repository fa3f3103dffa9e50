package verdict

// The codes, by the mutator that uses them; "sluice" stands for all of them.
const (
	HoldSet              Code = "hold-application/set"
	HoldMerged           Code = "hold-application/merged"
	HoldReordered        Code = "hold-application/reordered"
	HoldWaits            Code = "hold-application/waits"
	HoldAlready          Code = "hold-application/already"
	HoldDeclined         Code = "hold-application/declined"
	HoldNative           Code = "hold-application/native-sidecar"
	HoldMalformed        Code = "hold-application/malformed-annotation"
	ListenSet            Code = "quorum-listen/set"
	ListenFlipped        Code = "quorum-listen/flipped"
	ListenAppended       Code = "quorum-listen/appended"
	ListenRebound        Code = "quorum-listen/rebound"
	ListenAlready        Code = "quorum-listen/already"
	ListenUnknownValue   Code = "quorum-listen/unknown-value"
	ListenNoRoute        Code = "quorum-listen/no-route"
	ListenMountedConfig  Code = "quorum-listen/mounted-config"
	ListenForeignCommand Code = "quorum-listen/foreign-command"
	ListenAdvertised     Code = "quorum-listen/advertised-would-change"
	ShutdownSet          Code = "shutdown-order/set"
	ShutdownMerged       Code = "shutdown-order/merged"
	ShutdownProxyEnv     Code = "shutdown-order/proxy-env"
	ShutdownAlready      Code = "shutdown-order/already"
	ShutdownDeclined     Code = "shutdown-order/declined"
	ShutdownNative       Code = "shutdown-order/native-sidecar"
	ShutdownMalformed    Code = "shutdown-order/malformed-annotation"
	LinksDisabled        Code = "service-links/disabled"
	LinksAlready         Code = "service-links/already"
	ModeOff              Code = "sluice/off"
	ModeInvalid          Code = "sluice/invalid-mode"
	NotInMesh            Code = "sluice/not-in-mesh"
	NotSpliced           Code = "sluice/not-spliced"
)

// reasons is the one table of reason codes, sorted by code. docs/reasons/ is
// generated from it.
var reasons = []Reason{}
