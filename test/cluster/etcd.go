package main

const etcdURL = "https://" + nodeIP + ":2379"

func etcd(c *Cluster) part {
	return program{c, "etcd", "", []string{
		"--data-dir=" + c.runPath("etcd"),
		"--listen-client-urls=" + etcdURL, "--advertise-client-urls=" + etcdURL,
		"--listen-peer-urls=http://127.0.0.1:2380",
		"--cert-file=" + c.cert("apiserver"), "--key-file=" + c.key("apiserver"),
		"--trusted-ca-file=" + c.cert("ca"), "--client-cert-auth",
		"--unsafe-no-fsync", // it need not outlive the machine
	}, etcdURL + "/health"}
}
