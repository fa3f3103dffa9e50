package main

import (
	"context"
	"fmt"
	"path/filepath"
)

type kubelet struct{ program }

func newKubelet(c *Cluster) part {
	return kubelet{program{c, "kubelet", []string{
		"--config=" + c.runPath("kubelet.yaml"), "--kubeconfig=" + c.kubeconfig("kubelet"),
		"--hostname-override=" + nodeName, "--node-ip=" + nodeIP,
		"--root-dir=" + c.runPath("kubelet"), "--cert-dir=" + c.runPath("kubelet", "pki"),
	}, ""}}
}

func (k kubelet) Start(ctx context.Context) error {
	// A pod with dnsPolicy Default has nobody to ask.
	if err := k.write("resolv.conf", "\n"); err != nil {
		return err
	}
	// Images that no registry holds must never be collected as garbage. The node's
	// control groups are off because half of them are not ours to delegate.
	err := k.write("kubelet.yaml", fmt.Sprintf(`apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: true}
  x509: {clientCAFile: %s}
authorization: {mode: Webhook}
tlsCertFile: %s
tlsPrivateKeyFile: %s
containerRuntimeEndpoint: unix://%s
cgroupDriver: cgroupfs
cgroupsPerQOS: false
enforceNodeAllocatable: []
failCgroupV1: false
failSwapOn: false
localStorageCapacityIsolation: false
clusterDNS: [%s]
clusterDomain: cluster.local
resolvConf: %s
volumePluginDir: %s
podLogsDir: %s
imageGCHighThresholdPercent: 100
evictionHard: {memory.available: 100Mi, nodefs.available: 1%%, imagefs.available: 1%%, nodefs.inodesFree: 1%%}
syncFrequency: 10s
`, k.cert("ca"), k.cert("server"), k.key("server"), k.containerdSocket(), dnsServiceIP, k.runPath("resolv.conf"),
		k.runPath("kubelet", "plugins"), filepath.Join(k.logs, "pods")))
	if err != nil {
		return err
	}
	return k.program.Start(ctx)
}

func (k kubelet) Ready(ctx context.Context) error {
	return k.poll(ctx, k.name, func(ctx context.Context) error {
		return k.kubectl(ctx, "", "wait", "--for=condition=Ready", "--timeout=1s", "node/"+nodeName)
	})
}
