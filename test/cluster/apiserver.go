package main

func apiServer(c *Cluster) part {
	return program{c, "kube-apiserver", "", []string{
		"--advertise-address=" + nodeIP, "--secure-port=6443",
		"--tls-cert-file=" + c.cert("apiserver"), "--tls-private-key-file=" + c.key("apiserver"),
		"--client-ca-file=" + c.cert("ca"),
		"--etcd-servers=" + etcdURL, "--etcd-cafile=" + c.cert("ca"),
		"--etcd-certfile=" + c.cert("apiserver-kubelet-client"), "--etcd-keyfile=" + c.key("apiserver-kubelet-client"),
		"--authorization-mode=Node,RBAC",
		"--allow-privileged=true", // istio-init sets packet filter rules
		"--service-cluster-ip-range=" + serviceRange,
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=" + c.key("sa"),
		"--service-account-signing-key-file=" + c.key("sa"),
		"--api-audiences=https://kubernetes.default.svc,istio-ca", // the second is in the tokens of Istio's agents
		"--kubelet-preferred-address-types=InternalIP",
		"--kubelet-certificate-authority=" + c.cert("ca"),
		"--kubelet-client-certificate=" + c.cert("apiserver-kubelet-client"), "--kubelet-client-key=" + c.key("apiserver-kubelet-client"),
	}, apiURL + "/readyz"}
}
