package main

import (
	"context"
	"os"
	"strconv"
)

// The node has no route but these: to its pods, to the services (kube-proxy
// rewrites them before they leave), and to the machine by one pair of interfaces.
// Nothing that runs in the cluster reaches another machine.
const (
	nodeName     = "sluice"
	hostLink     = "sluice0"
	hostIP       = "172.31.255.1"
	nodeIP       = "172.31.255.2"
	linkBits     = "/30"
	apiURL       = "https://" + nodeIP + ":6443"
	podRange     = "10.244.0.0/16"
	podGateway   = "10.244.0.1"
	serviceRange = "10.96.0.0/16"
	dnsServiceIP = "10.96.0.10"
)

type network struct{ inert }

func (n network) Name() string { return "network" }

func (n network) Start(ctx context.Context) error {
	if err := n.inside(ctx, "ip", "link", "show", "node0"); err == nil {
		return nil
	}
	pid, _ := n.pid("node")
	if err := run(ctx, "ip", "link", "add", hostLink, "type", "veth", "peer", "name", "node0", "netns", strconv.Itoa(pid)); err != nil {
		return err
	}
	if err := run(ctx, "ip", "address", "add", hostIP+linkBits, "dev", hostLink); err != nil {
		return err
	}
	if err := run(ctx, "ip", "link", "set", hostLink, "up"); err != nil {
		return err
	}
	if err := os.MkdirAll(n.runPath("cni"), 0o755); err != nil {
		return err
	}
	if err := n.configure("cni/10-sluice.conflist"); err != nil {
		return err
	}
	// The bridge's own plug-in would make it with the first pod only.
	return n.inside(ctx, "sh", "-ec", `
		ip link set lo up
		ip address add `+nodeIP+linkBits+` dev node0
		ip link set node0 up
		ip link add cni0 type bridge
		ip address add `+podGateway+`/16 dev cni0
		ip link set cni0 up
		ip link add svc0 type bridge
		ip link set svc0 up
		ip route add `+serviceRange+` dev svc0
		echo 1 >/proc/sys/net/ipv4/ip_forward
		if [ -e /proc/sys/net/bridge/bridge-nf-call-iptables ]; then echo 1 >/proc/sys/net/bridge/bridge-nf-call-iptables; fi`)
}
