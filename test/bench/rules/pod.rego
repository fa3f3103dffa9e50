# What Sluice's rules say, written as a user of conftest would write it: over the
# manifest, with what it takes to find the right container in it.
package main

annotations := object.get(input.spec.template.metadata, "annotations", {})

proxy_config := yaml.unmarshal(annotations["proxy.istio.io/config"])

kafka contains container if {
	some container in input.spec.template.spec.containers
	some image in ["apache/kafka:", "confluentinc/cp-kafka:", "bitnami/kafka:"]
	contains(container.image, image)
}

zookeeper contains container if {
	some container in input.spec.template.spec.containers
	regex.match(`^(.*/)?(zookeeper|cp-zookeeper):`, container.image)
}

servers := kafka | zookeeper

env(container, name) := variable.value if {
	some variable in container.env
	variable.name == name
}
