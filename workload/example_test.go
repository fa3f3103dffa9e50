package workload_test

import (
	"context"
	"fmt"

	"github.com/sluice-dev/sluice/document"
	"github.com/sluice-dev/sluice/surroundings"
	"github.com/sluice-dev/sluice/workload"
)

func ExampleRecognise() {
	root, err := document.ParseJSON([]byte(`{
		"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "zookeeper-0"},
		"spec": {"containers": [{
			"name": "zookeeper",
			"image": "docker.io/bitnami/zookeeper:3.9.4-debian-12-r1",
			"env": [{"name": "ZOO_LISTEN_ALLIPS_ENABLED", "value": "no"}]
		}]}
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, process := range workload.Recognise(context.Background(), root, "kafka", surroundings.None{}).Processes {
		setting, _ := process.Property("quorumListenOnAllIPs")
		route := process.Route("quorumListenOnAllIPs", "true")
		fmt.Println(process.Distribution.Title, process.Version, "is a", process.Role)
		fmt.Println("quorumListenOnAllIPs is", setting.Value, "at", setting.Node.Path(root))
		fmt.Printf("%s %s=%s makes it true\n", route.Kind, route.Env, route.Value)
	}
	// Output:
	// Bitnami ZooKeeper 3.9.4 is a zookeeper
	// quorumListenOnAllIPs is false at spec.containers[0].env[0].value
	// env ZOO_LISTEN_ALLIPS_ENABLED=yes makes it true
}
