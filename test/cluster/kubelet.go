package main

import "context"

type kubelet struct{ program }

func newKubelet(c *Cluster) part {
	return kubelet{program{c, "kubelet", "kubelet.yaml", []string{
		"--config=" + c.runPath("kubelet.yaml"), "--kubeconfig=" + c.runPath("kubelet.conf"),
		"--hostname-override=" + nodeName, "--node-ip=" + nodeIP,
		"--root-dir=" + c.runPath("kubelet"), "--cert-dir=" + c.runPath("kubelet", "pki"),
	}, ""}}
}

func (k kubelet) Ready(ctx context.Context) error {
	return k.poll(ctx, k.name, func(ctx context.Context) error {
		return k.kubectl(ctx, "", "wait", "--for=condition=Ready", "--timeout=1s", "node/"+nodeName)
	})
}
