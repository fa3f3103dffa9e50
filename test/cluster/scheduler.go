package main

func scheduler(c *Cluster) part {
	return program{c, "kube-scheduler", "", c.controllerArgs("scheduler"), "https://" + nodeIP + ":10259/healthz"}
}
