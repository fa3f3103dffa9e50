package verdict

// The codes of init-ordering.
const (
	OrderAlready          Code = "init-ordering/already"
	OrderDefaultContainer Code = "init-ordering/default-container"
	OrderFirst            Code = "init-ordering/first"
	OrderGate             Code = "init-ordering/gate"
	OrderHeadless         Code = "init-ordering/headless"
	OrderInit             Code = "init-ordering/init-container"
	OrderJob              Code = "init-ordering/job"
	OrderMalformed        Code = "init-ordering/malformed-annotation"
	OrderNoImage          Code = "init-ordering/no-image"
	OrderNoProxy          Code = "init-ordering/no-proxy"
	OrderNoService        Code = "init-ordering/no-service"
	OrderNotAsked         Code = "init-ordering/not-asked"
	OrderNotForBrokers    Code = "init-ordering/not-for-brokers"
	OrderNotHeld          Code = "init-ordering/not-held"
	OrderOwnTarget        Code = "init-ordering/own-target"
	OrderPullSecret       Code = "init-ordering/pull-secret"
	OrderUnconfigured     Code = "init-ordering/unconfigured"
	OrderUnknown          Code = "init-ordering/unknown-target"
)

// What several pages of init-ordering say in the same words.
const (
	whyOrder = "A broker that starts before its quorum answers exits, and so does a Connect worker before its brokers do: restarts, back-off and alarms at every cold start. " +
		"A proxy accepts connections for whoever is not there yet, so that only an answer in the protocol itself shows that somebody is: of ZooKeeper a session, which takes a quorum, " +
		"of Kafka its API versions, on a TLS port a ServerHello. When nobody answers in time the application starts all the same."
	doOrder = "Nothing. To decline, set the annotation sluice.dev/init-ordering: \"off\" on the pod or its namespace."
)

var orderReasons = []Reason{
	{
		Code: OrderAlready, Outcome: OutcomeSkip,
		Title: "The pod already waits for what it depends on",
		Why:   "The pod has a container of the name sluice-wait, or sluice-gate, which Sluice added in an earlier pass or somebody wrote. There is nothing to add.",
		Do:    "Nothing.",
	},
	{
		Code: OrderDefaultContainer, Outcome: OutcomeChange,
		Title: "Named the container that kubectl means",
		Why:   "kubectl logs and kubectl exec mean a pod's first container unless the annotation kubectl.kubernetes.io/default-container names another one. With a gate in front of the application people would land in the gate.",
		Do:    "Nothing. An annotation that is there stays as it is.",
	},
	{
		Code: OrderFirst, Outcome: OutcomeSkip,
		Title: "Others wait for this pod",
		Why: "Waiting goes one way: from brokers to ZooKeeper or to controllers, and from the rest to brokers. ZooKeeper and every pod with a controller, combined or not, wait for nobody: " +
			"servers of one quorum that wait for each other never start.",
		Do: "Remove the annotation sluice.dev/wait-for.",
	},
	{
		Code: OrderGate, Outcome: OutcomeChange,
		Title: "The application now starts behind a gate",
		Why: whyOrder + " Beside a classic sidecar an init container has no network, so that a container between istio-proxy and the application waits: the kubelet starts containers in their order, " +
			"and the next one when the postStart hook has ended. The gate stays, because the kubelet would start it again, and takes a few megabytes. After a time-out it fails its startup probe once, " +
			"which makes a Warning event of the pod with the reason.",
		Do: doOrder,
	},
	{
		Code: OrderHeadless, Outcome: OutcomeSkip,
		Title: "Waiting for pods of a headless Service would not end",
		Why: "Whether connections to the pods of a headless Service are mTLS Istio decides when it configures the proxy, and it decides for plaintext while the Service has no pods. " +
			"A proxy that is up before the first pod, as one that waits is, keeps that decision, and STRICT peers refuse it as long as it lives. " +
			"Sluice waits through another Service with the same selector that has an address of its own, where there is one.",
		Do: "Add a DestinationRule for the headless Service with trafficPolicy.tls.mode: ISTIO_MUTUAL, which the application needs for the same reason.",
	},
	{
		Code: OrderInit, Outcome: OutcomeChange,
		Title: "The application now waits for what it depends on",
		Why: whyOrder + " A native sidecar is there before the pod's other init containers, so that one of them can ask through the mesh. What came of it is its termination message; after a time-out there is also a " +
			"Warning event, if the pod's service account may create events.",
		Do: doOrder,
	},
	{
		Code: OrderJob, Outcome: OutcomeSkip,
		Title: "A gate would keep the pod from ending",
		Why: "A pod with restartPolicy Never or OnFailure, as that of a Job, is done when all of its containers have ended, and a gate stays. Beside a classic sidecar nothing else can wait: an init container has no network there. " +
			"With native sidecars Sluice adds an init container instead.",
		Do: "Use native sidecars for this pod, by the annotation sidecar.istio.io/nativeSidecar: \"true\", or let the program try again by itself.",
	},
	{
		Code: OrderMalformed, Outcome: OutcomeSkip,
		Title: "The annotation sluice.dev/wait-for could not be read",
		Why: "Its value is none of the form protocol://host:port, with commas between addresses of which one has to answer, and semicolons between groups that all have to. " +
			"The protocol is kafka (the default), zookeeper or tls. A pod that waits for half of what it should is no better off, so nothing waits.",
		Do: "Correct it as the message says, for instance sluice.dev/wait-for: \"kafka.events:9092; zookeeper://zookeeper.events:2181\".",
	},
	{
		Code: OrderNoImage, Outcome: OutcomeSkip,
		Title: "There is no image with which to wait",
		Why:   "The pod's annotation sluice.dev/wait-for asks to wait, but the settings do not name the image that has the program for it.",
		Do:    "Set images.wait in the settings to the image of Sluice, by its digest or its version, in a registry from which the nodes can pull it.",
	},
	{
		Code: OrderNoProxy, Outcome: OutcomeSkip,
		Title: "What waits can only be placed behind istio-proxy",
		Why: "An init container has a network behind a native sidecar, and none beside a classic one, where a gate is needed. Which of them a pod gets is decided when Istio injects it. " +
			"In a cluster the API server asks Sluice again after Istio; a manifest before injection stays as it is.",
		Do: "Nothing, where Sluice's webhook is installed.",
	},
	{
		Code: OrderNoService, Outcome: OutcomeSkip,
		Title: "No such Service can be seen",
		Why: "The name looks like that of a Service, or of a pod behind one, and no Service of that name can be seen: it is not in the cluster yet, or not among the files. " +
			"Whether it is headless decides whether it can be waited for. What is unknown is never guessed.",
		Do: "Create Services before the pods that need them, give them to the command as a file or with --context, and look for a typing error in the name.",
	},
	{
		Code: OrderNotAsked, Outcome: OutcomeSkip,
		Title: "A client waits only if it is asked to",
		Why:   "What an application does without its brokers is its own business: many wait by themselves.",
		Do:    "Nothing, or set the annotation sluice.dev/wait-for, for instance to \"kafka.events:9092\".",
	},
	{
		Code: OrderNotForBrokers, Outcome: OutcomeSkip,
		Title: "Brokers do not wait by annotation",
		Why:   "The annotation sluice.dev/wait-for is for what depends on brokers. A broker waits for the quorum that its configuration names and for nothing else: brokers that wait for each other would never start.",
		Do:    "Remove the annotation.",
	},
	{
		Code: OrderNotHeld, Outcome: OutcomeSkip,
		Title: "Nothing behind the proxy is held back",
		Why:   "A gate asks through istio-proxy, so the proxy has to be the first container and to hold back the next one until it is ready. Here it does not, by somebody's decision or because hold-application is off.",
		Do:    "See hold-application: remove what keeps it from holding back the application.",
	},
	{
		Code: OrderOwnTarget, Outcome: OutcomeSkip,
		Title: "The pod would wait for itself",
		Why:   "What the pod depends on is, or may be, the pod itself: by localhost, by its own name, or through a Service whose selector it fits. Who waits for itself never starts.",
		Do:    "Nothing.",
	},
	{
		Code: OrderPullSecret, Outcome: OutcomeChange,
		Title: "Added a Secret with which to pull the image",
		Why:   "The settings name it for the images of what Sluice adds. A pod may have several.",
		Do:    "See to it that the Secret is in the pod's namespace.",
	},
	{
		Code: OrderUnconfigured, Outcome: OutcomeSkip,
		Title: "No image is set up with which to wait",
		Why:   "What waits is a container of its own, and its image has to be one that the cluster's nodes can pull. Without images.wait in the settings this mutator does nothing.",
		Do:    "Nothing, or set images.wait to the image of Sluice.",
	},
	{
		Code: OrderUnknown, Outcome: OutcomeSkip,
		Title: "What the pod depends on cannot be seen",
		Why:   "The setting that names it is in a file, a Secret or a ConfigMap that Sluice does not see, or makes no sense to it. What is unknown is never guessed.",
		Do:    "Nothing. For anything but a broker the annotation sluice.dev/wait-for says it.",
	},
}
