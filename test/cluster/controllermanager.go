package main

func controllerManager(c *Cluster) part {
	return program{c, "kube-controller-manager", append(c.controllerArgs("controller-manager"),
		"--use-service-account-credentials",
		"--root-ca-file="+c.cert("ca"),
		"--service-account-private-key-file="+c.key("service-account"),
		"--cluster-signing-cert-file="+c.cert("ca"), "--cluster-signing-key-file="+c.key("ca"),
	), "https://" + nodeIP + ":10257/healthz"}
}

// controllerArgs are those that the scheduler takes, too.
func (c *Cluster) controllerArgs(identity string) []string {
	return []string{
		"--kubeconfig=" + c.kubeconfig(identity),
		"--authentication-kubeconfig=" + c.kubeconfig(identity),
		"--authorization-kubeconfig=" + c.kubeconfig(identity),
		"--bind-address=" + nodeIP,
		"--tls-cert-file=" + c.cert("server"), "--tls-private-key-file=" + c.key("server"),
		"--leader-elect=false",
	}
}
