package verdict

// The codes, by the mutator that uses them; "sluice" stands for all of them, and "rule" for
// the rules.
const (
	AuditLate            Code = "audit/after-istio"
	AuditComesLater      Code = "audit/comes-later"
	AuditNotInjected     Code = "audit/not-injected"
	AuditNotInstalled    Code = "audit/not-installed"
	AuditNotSeen         Code = "audit/not-seen"
	AuditNotSent         Code = "audit/not-sent"
	AuditNotTrusted      Code = "audit/not-trusted"
	AuditTimeouts        Code = "audit/time-outs"
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
	ListenScript         Code = "quorum-listen/script"
	ListenSet            Code = "quorum-listen/set"
	ListenUnknownValue   Code = "quorum-listen/unknown-value"
	RuleOff              Code = "rule/off"
	RuleWaived           Code = "rule/waived"
	WaiverExpired        Code = "rule/waiver-expired"
	WaiverMalformed      Code = "rule/waiver-malformed"
	WaiverRefused        Code = "rule/waiver-refused"
	LinksAlready         Code = "service-links/already"
	LinksDisabled        Code = "service-links/disabled"
	LinksHarmless        Code = "service-links/harmless"
	ShutdownAlready      Code = "shutdown-order/already"
	ShutdownDeclined     Code = "shutdown-order/declined"
	ShutdownMalformed    Code = "shutdown-order/malformed-annotation"
	ShutdownMerged       Code = "shutdown-order/merged"
	ShutdownNative       Code = "shutdown-order/native-sidecar"
	ShutdownProxyEnv     Code = "shutdown-order/proxy-env"
	ShutdownSet          Code = "shutdown-order/set"
	ModeInvalid          Code = "sluice/invalid-mode"
	NotInMesh            Code = "sluice/not-in-mesh"
	NotRecognised        Code = "sluice/not-recognised"
	NotSpliced           Code = "sluice/not-spliced"
	ModeOff              Code = "sluice/off"
	OperatorOwned        Code = "sluice/operator-owned"
	OperatorsObject      Code = "sluice/operators-object"
	RoleContradicted     Code = "sluice/role-contradicted"
	RoleInvalid          Code = "sluice/role-invalid"
)

// The codes of principal-builder.
const (
	PrincipalAlready      Code = "principal-builder/already"
	PrincipalAccount      Code = "principal-builder/default-account"
	PrincipalLabel        Code = "principal-builder/label"
	PrincipalListener     Code = "principal-builder/listener"
	PrincipalNoFilter     Code = "principal-builder/no-filter"
	PrincipalNoProxy      Code = "principal-builder/no-proxy"
	PrincipalNoRoute      Code = "principal-builder/no-route"
	PrincipalPlugIn       Code = "principal-builder/plug-in"
	PrincipalProbe        Code = "principal-builder/probe"
	PrincipalProxySecret  Code = "principal-builder/proxy-secret"
	PrincipalProxyVersion Code = "principal-builder/proxy-version"
	PrincipalRedirection  Code = "principal-builder/redirection"
	PrincipalUnknownValue Code = "principal-builder/unknown-value"
)

// What several pages say in the same words.
const (
	whyHold = "Istio redirects a pod's traffic before any of its containers runs. What starts before the proxy finds no network: " +
		"a broker in ZooKeeper mode exits after 18 seconds (ZooKeeperClientTimeoutException), a KRaft broker after 60, " +
		"and ZooKeeper doubles its election time-out up to a minute."
	whyListen = "ZooKeeper binds its quorum and election ports to the address that its own server entry resolves to, the pod IP. " +
		"Where the proxy delivers to localhost (Istio before 1.10, inboundTrafficPolicy LOCALHOST, a Sidecar with a localhost endpoint) nobody " +
		"listens there: peers see EOFException, not \"connection refused\", and no quorum forms. Elsewhere the setting changes nothing that matters."
	whyShutdown = "A proxy that gets SIGTERM together with its broker leaves after five seconds, which is enough for a broker that has little " +
		"to hand over and no preStop hook. Any other KRaft broker then waits for the " +
		"controller's leave over a connection that is gone, up to five minutes, until the grace period ends in SIGKILL: the next start is an unclean one. " +
		"A Connect worker or MirrorMaker cannot commit what its tasks did last, and does it again."
	whyLinks = "The kubelet makes environment variables of each Service in the namespace. A Service called \"kafka\" becomes " +
		"KAFKA_PORT=tcp://…, which Kafka images take for a setting: some refuse to start, some write port=tcp://… into server.properties."
	whyPrincipal = "Behind its proxy a broker sees every client as User:ANONYMOUS, from 127.0.0.6, although the proxies have proved to each other " +
		"who they are. The plug-in takes that from the header which the broker's own proxy writes in front of each connection, so that ACLs name service accounts."
	doMalformed = "Correct the annotation proxy.istio.io/config: it must be a YAML or JSON mapping, and Istio would refuse it as well. Then run Sluice again."
)

// reasons is, with those of init-ordering, the one table of reason codes, each part
// sorted by code. docs/reasons/ is generated from it.
var reasons = []Reason{
	{
		Code: AuditLate, Outcome: OutcomeProblem,
		Title: "Sluice's webhook comes after Istio's",
		Why: "The API server calls mutating webhooks in the order of the names of their configurations. Istio reads annotations that Sluice sets, " +
			"and has read them already when Sluice comes second.",
		Do: "Name the MutatingWebhookConfiguration so that it sorts before Istio's: aa-sluice is the default.",
	},
	{
		Code: AuditComesLater, Outcome: OutcomeProblem,
		Title: "Another webhook may change pods after Sluice",
		Why: "A mutating webhook that comes later can undo what Sluice did. Sluice is asked again after each change, unless its reinvocation policy is Never, " +
			"but the last word belongs to whoever comes last.",
		Do: "Nothing, if the pods have what they need: the findings of this audit are those of the pods that run. Otherwise exclude these pods from that webhook.",
	},
	{
		Code: AuditNotInjected, Outcome: OutcomeProblem,
		Title: "The pod should have a sidecar and has none",
		Why: "The labels of the namespace or of the pod ask for Istio's sidecar, and the pod that runs has no container istio-proxy: it was created " +
			"while Istio's webhook was away, or before the label was set. It speaks plaintext, and a mesh with STRICT mTLS does not hear it.",
		Do: "Create the pod again: sluice plan says in which order. If it was meant to stay outside, label it sidecar.istio.io/inject: \"false\".",
	},
	{
		Code: AuditNotInstalled, Outcome: OutcomeProblem,
		Title: "Sluice's webhook is not installed",
		Why:   "There is no MutatingWebhookConfiguration that sends pods to Sluice, so that no pod is changed when it is created.",
		Do:    "Install it: sluice install, or helm install. Until then findings tell what pods lack.",
	},
	{
		Code: AuditNotSeen, Outcome: OutcomeProblem,
		Title: "The pod was created without Sluice",
		Why: "Sluice leaves the annotation sluice.dev/summary on each pod that it may change, and this one has none: it was created before Sluice was installed, or " +
			"while it was away.",
		Do: "Create the pod again: sluice plan says whether that would change it, and in which order.",
	},
	{
		Code: AuditNotSent, Outcome: OutcomeProblem,
		Title: "The webhook configuration leaves the pod out",
		Why:   "The namespaceSelector or objectSelector of Sluice's webhook does not match, so that the API server does not send such pods to Sluice.",
		Do:    "Nothing, if that is meant, as while Sluice is introduced step by step. Otherwise correct webhooks.excludedNamespaces or webhooks.namespaceRequirements.",
	},
	{
		Code: AuditNotTrusted, Outcome: OutcomeProblem,
		Title: "The webhook configuration has no authority",
		Why: "Sluice's webhook has no caBundle. The API server then trusts only what every program on its machine trusts, does not accept Sluice's certificate, and admits " +
			"pods without it.",
		Do: "Look at the log of sluice serve: it says why it could not write caBundle. With cert-manager look at its cainjector.",
	},
	{
		Code: AuditTimeouts, Outcome: OutcomeProblem,
		Title: "The time-outs of all webhooks exceed the time of a request",
		Why: "The API server calls mutating webhooks one after the other and gives the whole request 34 seconds. When several servers are gone at the same time, their time-outs add up, " +
			"and the pod is refused although every single webhook is to be ignored.",
		Do: "Shorten timeoutSeconds of the webhooks in the list. Sluice's own is 2 seconds.",
	},
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
			"lets the next container start when the proxy is ready. A native sidecar ignores it. The proxy has a minute: one that is not ready by then " +
			"is killed and started anew (FailedPostStartHook), and the kubelet no longer holds the application back.",
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
		Code: PrincipalAlready, Outcome: OutcomeSkip,
		Title: "The broker already takes the mesh's identity",
		Why:   "Its listeners, its plug-in, its labels and its proxy are as they should be.",
		Do:    "Nothing.",
	},
	{
		Code: PrincipalAccount, Outcome: OutcomeSkip,
		Title: "The broker has the service account of everybody",
		Why:   "A broker is a super user by its own id. With the account default, or none, that is the id of every other pod of the namespace, too.",
		Do:    "Give the brokers a service account that nothing else uses, and name it in serviceAccountName.",
	},
	{
		Code: PrincipalLabel, Outcome: OutcomeChange,
		Title: "The proxy says who connects to the port",
		Why:   "The label selects the EnvoyFilter of the port, which makes the pod's own proxy write the header. There is one label and one filter a port, so that no filter ever changes under running brokers.",
		Do:    "Nothing. sluice identity filter prints the filter, and sluice identity policy protects the label.",
	},
	{
		Code: PrincipalListener, Outcome: OutcomeChange,
		Title: "The listener takes the mesh's identity",
		Why:   whyPrincipal,
		Do:    "Write ACLs for User:spiffe://TRUST-DOMAIN/ns/NAMESPACE/sa/SERVICE-ACCOUNT. Once all nodes have moved, take User:ANONYMOUS out of super.users.",
	},
	{
		Code: PrincipalNoFilter, Outcome: OutcomeSkip,
		Title: "The listener was left in plaintext",
		Why:   "A listener takes the identity only where the proxy is known to write the header: without it the broker would refuse everybody. The settings name the ports in identity.ports, and in a cluster the filter has to be there as well, with the selector that Sluice gives it.",
		Do:    "Apply sluice identity filter --port PORT, and then name the port in identity.ports. A listener with TLS or SASL of its own stays as it is.",
	},
	{
		Code: PrincipalNoProxy, Outcome: OutcomeSkip,
		Title: "There is no proxy in the pod yet",
		Why:   "Whether the proxy can say who connects is known once it is there. In the cluster that is the second time that the webhook sees the pod, after Istio's.",
		Do:    "Nothing, if the pod is created in a mesh. Sluice changes it then.",
	},
	{
		Code: PrincipalNoRoute, Outcome: OutcomeSkip,
		Title: "The broker cannot be given the plug-in",
		Why:   "The distribution offers no way to set what the plug-in needs, its start script stops at a listener with the protocol SSL that has no key store, or the settings do not name an image. A broker with a part of it would not start.",
		Do:    "Set the properties in the broker's own configuration, as docs/identity.md shows, and the labels with it.",
	},
	{
		Code: PrincipalPlugIn, Outcome: OutcomeChange,
		Title: "The broker has the plug-in on its class path",
		Why:   "The broker's image stays as it is: the jar comes from Sluice's own image, by an init container or as an image volume. The secret by which the broker believes its proxy is mounted beside it.",
		Do:    "Nothing. The Secret sluice-identity has to be in the namespace, or the pod waits for it: sluice identity secret.",
	},
	{
		Code: PrincipalProbe, Outcome: OutcomeSkip,
		Title: "A tool within the container would be refused",
		Why:   "What a container asks of its own broker passes no proxy and has no header. A probe that does so would never succeed again.",
		Do:    "Probe by tcpSocket, or give the tool a --command-config as docs/identity.md shows.",
	},
	{
		Code: PrincipalProxySecret, Outcome: OutcomeChange,
		Title: "The proxy has the secret by which the broker believes it",
		Why:   "A client could write a header, too, through a proxy that writes none. The secret is what it does not know.",
		Do:    "Nothing. Restart the brokers after each rotation: a proxy keeps the value with which its pod started.",
	},
	{
		Code: PrincipalProxyVersion, Outcome: OutcomeSkip,
		Title: "The proxy may be too old",
		Why:   "Before Envoy 1.37, in Istio 1.29, a proxy connects to the broker before it knows the client, and refuses the filter.",
		Do:    "Update the mesh. Where the images have other tags, say identity.assumeProxy: true in the settings.",
	},
	{
		Code: PrincipalRedirection, Outcome: OutcomeSkip,
		Title: "Connections do not reach the proxy in the usual way",
		Why:   "With hostNetwork there is no redirection at all, and with TPROXY the header has not been tried.",
		Do:    "Run the brokers in the pod network, with Istio's default interception.",
	},
	{
		Code: PrincipalUnknownValue, Outcome: OutcomeSkip,
		Title: "A property cannot be seen, or not be decided",
		Why:   "Which listeners there are, and who the super users are, has to be known to be changed.",
		Do:    "Say it in the open: in a variable with a value, or on the command line. Brokers that have no inter.broker.listener.name need one.",
	},
	{
		Code: ListenAdvertised, Outcome: OutcomeSkip,
		Title: "Rebinding would change what the controller advertises",
		Why: "The controller's listener names a host. Without static voters (controller.quorum.voters alone), and without an entry of its own in advertised.listeners, " +
			"that host is also the address that other nodes are told to dial: in a dynamic quorum each voter says its own. Taking it away would send them elsewhere.",
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
		Why: whyListen + " The variable, command line or script held something else; that stays as it is. " +
			"In a script, a line is added to the file that it writes at each start.",
		Do: "Nothing. To decline, set the annotation sluice.dev/quorum-listen: \"off\" on the pod or its namespace.",
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
		Code: ListenScript, Outcome: OutcomeSkip,
		Title: "The script that starts the server was left as it is",
		Why: whyListen + " Here the script in the container's command is the only place that could say it. Sluice rewrites such a script only where the mesh is " +
			"known to deliver to localhost, or on request: elsewhere the change would gain nothing.",
		Do: "Nothing, where the mesh delivers to the pod's IP, as Istio does since 1.10. To have the script rewritten all the same, set the annotation " +
			"sluice.dev/quorum-listen: \"enforce\" on the pod or its namespace, or mutators: {quorum-listen: enforce} in the settings.",
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
		Code: RuleOff, Outcome: OutcomeSkip,
		Title: "A rule that is off would have found something",
		Why:   "The settings turn the rule off, for all namespaces or for this one, so that what it finds is not reported. The message says which key does.",
		Do:    "Nothing, if that is meant. The action audit instead of off keeps the finding in reports and metrics, and tells nobody.",
	},
	{
		Code: RuleWaived, Outcome: OutcomeSkip,
		Title: "What the rule finds is waived",
		Why: "Somebody has taken responsibility for it, in the annotation sluice.dev/waive of the object or of its pod, or in the settings: with a reason, " +
			"and until a day that is not over yet. The message has both.",
		Do: "Nothing before that day. sluice waivers lists all waivers in manifests, with what they hide.",
	},
	{
		Code: WaiverExpired, Outcome: OutcomeSkip,
		Title: "A waiver has expired",
		Why:   "The last day of the waiver is over, by the clock of UTC, so that what the rule finds counts again.",
		Do:    "Put right what was waived and remove the waiver, or decide again: a new day and, if it has changed, a new reason.",
	},
	{
		Code: WaiverMalformed, Outcome: OutcomeSkip,
		Title: "A waiver is not whole, and hides nothing",
		Why: "The annotation sluice.dev/waive holds a list in YAML. Each item names a rule, a reason and the day on which it expires, and may name a container. " +
			"What lacks one of them, or names a rule that does not exist, hides nothing; the other items of the list do.",
		Do: "Correct what the message names, as in: [{rule: mesh/host-port, container: kafka, reason: the old clients, expires: 2027-01-31}].",
	},
	{
		Code: WaiverRefused, Outcome: OutcomeSkip,
		Title: "The rule cannot be waived",
		Why:   "What the rule finds endangers others than those who waive it, or does its harm at once. The page of the rule says why.",
		Do:    "Put right what the rule finds. Whoever runs Sluice can turn the rule off in the settings, for all to see.",
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
		Code: LinksHarmless, Outcome: OutcomeSkip,
		Title: "Service links do no harm here",
		Why: "The pod runs neither a broker nor ZooKeeper, and its image makes no settings of such variables. An application may look for " +
			"those that the kubelet makes of Services, so they stay.",
		Do: "Nothing.",
	},
	{
		Code: ShutdownAlready, Outcome: OutcomeSkip,
		Title: "The proxy already waits for the last connection",
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
		Title: "The proxy now leaves last",
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
		Code: NotRecognised, Outcome: OutcomeSkip,
		Title: "The pod runs neither Kafka nor ZooKeeper",
		Why: "Something in the pod, such as the name of an image, speaks of Kafka or ZooKeeper, so that the API server sent it to the webhook. " +
			"No container of it runs a server that Sluice knows: an exporter, a user interface, a client. Nothing was changed but the annotation sluice.dev/summary, " +
			"which says that the pod was looked at.",
		Do: "Nothing, if that is right. If it is a server, its distribution is one that Sluice does not know yet.",
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
	{
		Code: OperatorOwned, Outcome: OutcomeSkip,
		Title: "The field belongs to an operator",
		Why: "An operator makes this pod out of a resource of its own. It compares fields of the pod with what it wants, and restarts the pod when they differ: " +
			"a change here would be a restart over and over. What the server reads, it writes itself, into a ConfigMap.",
		Do: "Change the operator's resource: the message says which field of it. Sluice sees the result when the operator makes the pod anew.",
	},
	{
		Code: OperatorsObject, Outcome: OutcomeSkip,
		Title: "An operator writes this object",
		Why: "The object comes out of an operator's resource, and the operator writes it anew whatever is changed in it. " +
			"Nobody compares the annotations of its pods: in a cluster, Sluice's webhook changes those when they are created. What it would change is computed and judged.",
		Do: "Nothing, where the webhook runs. Otherwise put the settings into the operator's resource.",
	},
	{
		Code: RoleContradicted, Outcome: OutcomeSkip,
		Title: "The pod runs something else than its annotation says",
		Why: "The annotation sluice.dev/role is for images and commands that say nothing. Here they say something else than the annotation, " +
			"and what can be seen counts more than what was written down once.",
		Do: "Correct the annotation, or remove it.",
	},
	{
		Code: RoleInvalid, Outcome: OutcomeSkip,
		Title: "The pod's annotation does not say what it runs",
		Why: "The annotation sluice.dev/role holds no role that Sluice knows, or it is not clear of which container it speaks. " +
			"The pod is treated as if the annotation were not there.",
		Do: "Correct it as the message says, for instance sluice.dev/role: broker and, in a pod with several containers, sluice.dev/container: app.",
	},
}
