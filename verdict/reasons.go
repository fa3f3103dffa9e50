package verdict

// The codes, by the mutator that uses them; "sluice" stands for all of them.
const (
	HoldAlready          Code = "hold-application/already"
	HoldDeclined         Code = "hold-application/declined"
	HoldMalformed        Code = "hold-application/malformed-annotation"
	HoldMerged           Code = "hold-application/merged"
	HoldNative           Code = "hold-application/native-sidecar"
	HoldReordered        Code = "hold-application/reordered"
	HoldSet              Code = "hold-application/set"
	HoldWaits            Code = "hold-application/waits"
	ListenAdvertised     Code = "quorum-listen/advertised-would-change"
	ListenAlready        Code = "quorum-listen/already"
	ListenAppended       Code = "quorum-listen/appended"
	ListenFlipped        Code = "quorum-listen/flipped"
	ListenForeignCommand Code = "quorum-listen/foreign-command"
	ListenMountedConfig  Code = "quorum-listen/mounted-config"
	ListenNoRoute        Code = "quorum-listen/no-route"
	ListenRebound        Code = "quorum-listen/rebound"
	ListenSet            Code = "quorum-listen/set"
	ListenUnknownValue   Code = "quorum-listen/unknown-value"
	LinksAlready         Code = "service-links/already"
	LinksDisabled        Code = "service-links/disabled"
	ShutdownAlready      Code = "shutdown-order/already"
	ShutdownDeclined     Code = "shutdown-order/declined"
	ShutdownMalformed    Code = "shutdown-order/malformed-annotation"
	ShutdownMerged       Code = "shutdown-order/merged"
	ShutdownNative       Code = "shutdown-order/native-sidecar"
	ShutdownProxyEnv     Code = "shutdown-order/proxy-env"
	ShutdownSet          Code = "shutdown-order/set"
	ModeInvalid          Code = "sluice/invalid-mode"
	NotInMesh            Code = "sluice/not-in-mesh"
	NotSpliced           Code = "sluice/not-spliced"
	ModeOff              Code = "sluice/off"
)

// What several pages say in the same words.
const (
	whyHold = "Istio redirects a pod's traffic before any of its containers runs. What starts before the proxy finds no network: " +
		"a broker in ZooKeeper mode exits after 18 seconds (ZooKeeperClientTimeoutException), a KRaft broker after 60, " +
		"and ZooKeeper doubles its election time-out up to a minute."
	whyListen = "ZooKeeper binds its quorum and election ports to the address that its own server entry resolves to, the pod IP. " +
		"Where the proxy delivers to localhost (Istio before 1.10, inboundTrafficPolicy LOCALHOST, a Sidecar with a localhost endpoint) nobody " +
		"listens there: peers see EOFException, not \"connection refused\", and no quorum forms. Elsewhere the setting changes nothing that matters."
	whyShutdown = "A proxy that gets SIGTERM together with its broker leaves after five seconds. A KRaft broker then waits for the " +
		"controller's leave over a connection that is gone, up to five minutes, until the grace period ends in SIGKILL: the next start is an unclean one."
	whyLinks = "The kubelet makes environment variables of each Service in the namespace. A Service called \"kafka\" becomes " +
		"KAFKA_PORT=tcp://…, which Kafka images take for a setting: some refuse to start, some write port=tcp://… into server.properties."
	doMalformed = "Correct the annotation proxy.istio.io/config: it must be a YAML or JSON mapping, and Istio would refuse it as well. Then run Sluice again."
)

// reasons is the one table of reason codes, sorted by code. docs/reasons/ is
// generated from it.
var reasons = []Reason{
	{
		Code: HoldAlready, Outcome: OutcomeSkip,
		Title: "The application already waits for the proxy",
		Why:   "The annotation proxy.istio.io/config of the pod says holdApplicationUntilProxyStarts: true. There is nothing to add.",
		Do:    "Nothing.",
	},
	{
		Code: HoldDeclined, Outcome: OutcomeSkip,
		Title: "Somebody decided against waiting for the proxy",
		Why: "The pod's annotation says holdApplicationUntilProxyStarts: false, or its istio-proxy has a postStart hook of its own. " +
			"Neither comes about by default, so Sluice takes it for a decision. " + whyHold,
		Do: "Remove the key, or the hook, to let Sluice set its own. To keep the decision and silence the rule, set the annotation sluice.dev/hold-application: \"off\".",
	},
	{
		Code: HoldMalformed, Outcome: OutcomeSkip,
		Title: "The proxy configuration could not be read",
		Why:   "The annotation proxy.istio.io/config is there but cannot be parsed, so nothing can be merged into it without losing what it was meant to say.",
		Do:    doMalformed,
	},
	{
		Code: HoldMerged, Outcome: OutcomeChange,
		Title: "Merged the wait for the proxy into the pod's proxy configuration",
		Why:   whyHold + " The annotation was there with other keys; they stay as they are.",
		Do:    "Nothing. To decline, set the annotation sluice.dev/hold-application: \"off\" on the pod or its namespace.",
	},
	{
		Code: HoldNative, Outcome: OutcomeSkip,
		Title: "A native sidecar needs no hold",
		Why: "The proxy is, or will be, an init container with restartPolicy Always. The kubelet starts it before the application " +
			"and waits for its startup probe, so holdApplicationUntilProxyStarts has no effect.",
		Do: "Nothing.",
	},
	{
		Code: HoldReordered, Outcome: OutcomeChange,
		Title: "Moved istio-proxy to the front",
		Why: whyHold + " The pod already carried its proxy, so the annotation comes too late: the order of the containers is what the kubelet goes by. " +
			"It starts them one after the other.",
		Do: "Let Istio's webhook run after Sluice's; then Istio orders the containers itself.",
	},
	{
		Code: HoldSet, Outcome: OutcomeChange,
		Title: "The application now waits for the proxy",
		Why: whyHold + " With the annotation proxy.istio.io/config: {\"holdApplicationUntilProxyStarts\": true} Istio puts its proxy first and " +
			"lets the next container start when the proxy is ready. A native sidecar ignores it.",
		Do: "Nothing. To decline, set the annotation sluice.dev/hold-application: \"off\" on the pod or its namespace.",
	},
	{
		Code: HoldWaits, Outcome: OutcomeChange,
		Title: "Let istio-proxy hold back the application",
		Why: whyHold + " The pod already carried its proxy, without the postStart hook \"pilot-agent wait\". " +
			"The kubelet starts the next container only when that hook has ended.",
		Do: "Let Istio's webhook run after Sluice's; then Istio adds the hook itself.",
	},
	{
		Code: ListenAdvertised, Outcome: OutcomeSkip,
		Title: "Rebinding would change what the controller advertises",
		Why: "The controller's listener names a host. Without controller.quorum.voters, and without an entry of its own in advertised.listeners, " +
			"that host is also the address that other nodes are told to dial. Taking it away would send them elsewhere.",
		Do: "Add the controller's listener to advertised.listeners with the address that it has now, then let the listener have no host: CONTROLLER://:9093.",
	},
	{
		Code: ListenAlready, Outcome: OutcomeSkip,
		Title: "The quorum already listens on all addresses",
		Why:   "The property is set, or the controller's listener names no host. There is nothing to add.",
		Do:    "Nothing.",
	},
	{
		Code: ListenAppended, Outcome: OutcomeChange,
		Title: "Appended the quorum's address to settings that were there",
		Why:   whyListen + " The variable or command line held other settings; they stay as they are.",
		Do:    "Nothing. To decline, set the annotation sluice.dev/quorum-listen: \"off\" on the pod or its namespace.",
	},
	{
		Code: ListenFlipped, Outcome: OutcomeChange,
		Title: "Changed a setting so that the quorum listens on all addresses",
		Why:   whyListen + " Charts write the default out (ZOO_LISTEN_ALLIPS_ENABLED=no), so a written \"no\" is no decision.",
		Do:    "Nothing. To decline, set the annotation sluice.dev/quorum-listen: \"off\" on the pod or its namespace.",
	},
	{
		Code: ListenForeignCommand, Outcome: OutcomeSkip,
		Title: "The container's command does not read the image's variables",
		Why: "The image knows a variable for the setting, but only its own start script reads it, and the container runs another command. " +
			"Setting the variable would change nothing and claim otherwise. " + whyListen,
		Do: "Add quorumListenOnAllIPs=true to the configuration that the command writes or reads, or let it end in the image's start script.",
	},
	{
		Code: ListenMountedConfig, Outcome: OutcomeSkip,
		Title: "A mounted configuration file takes the place of the variables",
		Why: "The image ignores its variables when a configuration file is mounted, and a pod cannot carry a change of that file. " +
			whyListen,
		Do: "Change the file where it is written: the ConfigMap, or the chart's values. For ZooKeeper the line is quorumListenOnAllIPs=true.",
	},
	{
		Code: ListenNoRoute, Outcome: OutcomeSkip,
		Title: "The pod offers no way to set the property",
		Why: "ZooKeeper reads quorumListenOnAllIPs from its configuration file alone: there is no variable, no argument and no system property. " +
			"What only a file can say, a change of the pod cannot. " + whyListen,
		Do: "Add the line to the file that the command line names. The message says which one it is where that can be seen.",
	},
	{
		Code: ListenRebound, Outcome: OutcomeChange,
		Title: "The controller's listener lost its host",
		Why: "A KRaft controller that binds one address cannot be reached where the proxy delivers to another. " +
			"Without a host the listener binds all addresses; what other nodes dial comes from the voters or from advertised.listeners and stays what it was.",
		Do: "Nothing. To decline, set the annotation sluice.dev/quorum-listen: \"off\" on the pod or its namespace.",
	},
	{
		Code: ListenSet, Outcome: OutcomeChange,
		Title: "The quorum now listens on all addresses",
		Why:   whyListen,
		Do:    "Nothing. To decline, set the annotation sluice.dev/quorum-listen: \"off\" on the pod or its namespace.",
	},
	{
		Code: ListenUnknownValue, Outcome: OutcomeSkip,
		Title: "The value comes from where Sluice cannot look",
		Why: "The setting is taken from a Secret, a ConfigMap or a file that is not part of what Sluice sees. What is unknown is never guessed. " +
			whyListen,
		Do: "Look at the value where it is written: quorumListenOnAllIPs must be true, a controller's listener must have no host.",
	},
	{
		Code: LinksAlready, Outcome: OutcomeSkip,
		Title: "Service links are already off",
		Why:   "The pod says enableServiceLinks: false. There is nothing to add.",
		Do:    "Nothing.",
	},
	{
		Code: LinksDisabled, Outcome: OutcomeChange,
		Title: "Turned service links off",
		Why: whyLinks + " The API server fills in enableServiceLinks: true before a webhook sees the pod, so a true that a person wrote cannot be told " +
			"from one that nobody did.",
		Do: "Nothing. If a container of the pod relies on such variables, set the annotation sluice.dev/service-links: \"off\".",
	},
	{
		Code: ShutdownAlready, Outcome: OutcomeSkip,
		Title: "The proxy already waits for the broker's last connection",
		Why:   "The annotation proxy.istio.io/config of the pod sets EXIT_ON_ZERO_ACTIVE_CONNECTIONS to true. There is nothing to add.",
		Do:    "Nothing.",
	},
	{
		Code: ShutdownDeclined, Outcome: OutcomeSkip,
		Title: "Somebody decided when the proxy leaves",
		Why: "EXIT_ON_ZERO_ACTIVE_CONNECTIONS is set to something else than true, in the annotation or on istio-proxy itself. That does not come about by default, " +
			"so Sluice takes it for a decision. " + whyShutdown,
		Do: "Remove the key to let Sluice set it. To keep the decision, set the annotation sluice.dev/shutdown-order: \"off\".",
	},
	{
		Code: ShutdownMalformed, Outcome: OutcomeSkip,
		Title: "The proxy configuration could not be read",
		Why:   "The annotation proxy.istio.io/config is there but cannot be parsed, so nothing can be merged into it without losing what it was meant to say.",
		Do:    doMalformed,
	},
	{
		Code: ShutdownMerged, Outcome: OutcomeChange,
		Title: "Merged the proxy's late exit into the pod's proxy configuration",
		Why:   whyShutdown + " The annotation was there with other keys; they stay as they are.",
		Do:    "Nothing. To decline, set the annotation sluice.dev/shutdown-order: \"off\" on the pod or its namespace.",
	},
	{
		Code: ShutdownNative, Outcome: OutcomeSkip,
		Title: "A native sidecar outlives the application by itself",
		Why: "The proxy is, or will be, an init container with restartPolicy Always. The kubelet stops it after the application's " +
			"containers have ended.",
		Do: "Nothing.",
	},
	{
		Code: ShutdownProxyEnv, Outcome: OutcomeChange,
		Title: "Told the istio-proxy that is there to leave last",
		Why:   whyShutdown + " The pod already carried its proxy, so the annotation comes too late: the proxy's agent reads the variable EXIT_ON_ZERO_ACTIVE_CONNECTIONS.",
		Do:    "Let Istio's webhook run after Sluice's; then Istio sets the variable itself.",
	},
	{
		Code: ShutdownSet, Outcome: OutcomeChange,
		Title: "The proxy now leaves after the broker",
		Why: whyShutdown + " With EXIT_ON_ZERO_ACTIVE_CONNECTIONS the proxy stays until the last connection is closed, " +
			"at most as long as the grace period lasts.",
		Do: "Nothing. To decline, set the annotation sluice.dev/shutdown-order: \"off\" on the pod or its namespace.",
	},
	{
		Code: ModeInvalid, Outcome: OutcomeSkip,
		Title: "An annotation names a mode that does not exist",
		Why: "The value of a sluice.dev annotation is none of enforce, shadow and off. Whoever wrote it wanted something else than the default, " +
			"so nothing is changed. An off without quotes is the boolean false in YAML, which no annotation can be.",
		Do: "Write \"enforce\", \"shadow\" or \"off\", in quotes.",
	},
	{
		Code: NotInMesh, Outcome: OutcomeSkip,
		Title: "The pod stays outside the mesh",
		Why:   "The pod or its namespace keeps Istio from injecting its proxy, so there is nothing to order, to hold or to listen for.",
		Do:    "Nothing, if the pod is meant to stay outside. The message says what keeps it there.",
	},
	{
		Code: NotSpliced, Outcome: OutcomeSkip,
		Title: "The change could not be written into the file",
		Why: "Sluice puts its changes between the bytes of the file and reads the result again. Where that does not give the patched object, " +
			"as for a value that several places share through a YAML alias, the document is left as it was.",
		Do: "Write the value out where the message points, or make the change by hand. In the cluster the pod is patched all the same.",
	},
	{
		Code: ModeOff, Outcome: OutcomeSkip,
		Title: "The mutator is off",
		Why:   "An annotation of the pod, an annotation of its namespace, or the settings turn the mutator off.",
		Do:    "Nothing, if that is meant. The message says who asked for it.",
	},
}
