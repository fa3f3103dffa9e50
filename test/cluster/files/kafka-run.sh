#!/bin/bash
# What a container of the official image does first: KafkaDockerWrapper writes the
# configuration from KAFKA_* variables and formats the storage.
set -euo pipefail
export CLUSTER_ID=${CLUSTER_ID:-5L6g3nShT-eMCtK--X86sw}
/opt/kafka/bin/kafka-run-class.sh kafka.docker.KafkaDockerWrapper setup \
	--default-configs-dir /etc/kafka/docker \
	--mounted-configs-dir /mnt/shared/config \
	--final-configs-dir /opt/kafka/config
exec /opt/kafka/bin/kafka-server-start.sh /opt/kafka/config/server.properties
