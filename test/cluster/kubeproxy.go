package main

import (
	"context"
	"fmt"
)

type kubeProxy struct{ program }

func newKubeProxy(c *Cluster) part {
	return kubeProxy{program{c, "kube-proxy", []string{"--config=" + c.runPath("kube-proxy.yaml")}, "http://" + nodeIP + ":10256/healthz"}}
}

func (p kubeProxy) Start(ctx context.Context) error {
	// Without maxPerCore: 0 it would set a limit of the whole machine's kernel.
	err := p.write("kube-proxy.yaml", fmt.Sprintf(`apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
clusterCIDR: %s
healthzBindAddress: %s:10256
hostnameOverride: %s
clientConnection: {kubeconfig: %s}
conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
`, podRange, nodeIP, nodeName, p.kubeconfig("proxy")))
	if err != nil {
		return err
	}
	return p.program.Start(ctx)
}
