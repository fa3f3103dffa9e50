package main

func controllerManager(c *Cluster) part {
	return program{c, "kube-controller-manager", "", append(c.controllerArgs("controller-manager"),
		"--use-service-account-credentials",
		"--root-ca-file="+c.cert("ca"),
		"--service-account-private-key-file="+c.key("sa"),
		"--cluster-signing-cert-file="+c.cert("ca"), "--cluster-signing-key-file="+c.key("ca"),
	), "https://" + nodeIP + ":10257/healthz"}
}

// controllerArgs are those that the scheduler takes, too.
func (c *Cluster) controllerArgs(identity string) []string {
	kubeconfig := c.runPath(identity + ".conf")
	return []string{
		"--kubeconfig=" + kubeconfig,
		"--authentication-kubeconfig=" + kubeconfig,
		"--authorization-kubeconfig=" + kubeconfig,
		"--bind-address=" + nodeIP,
		"--tls-cert-file=" + c.cert("apiserver"), "--tls-private-key-file=" + c.key("apiserver"),
		"--leader-elect=false",
	}
}
