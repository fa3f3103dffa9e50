package main

func kubeProxy(c *Cluster) part {
	return program{c, "kube-proxy", "kube-proxy.yaml", []string{"--config=" + c.runPath("kube-proxy.yaml")}, "http://" + nodeIP + ":10256/healthz"}
}
