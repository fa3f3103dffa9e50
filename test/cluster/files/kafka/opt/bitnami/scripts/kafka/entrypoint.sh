#!/bin/bash
# What the page of Bitnami's image promises: KAFKA_CFG_A_B becomes the property a.b, the
# storage is formatted, and then the command runs.
set -euo pipefail
file=/opt/kafka/config/server.properties
echo "log.dirs=/var/lib/kafka/data" >$file
for variable in "${!KAFKA_CFG_@}"; do
	name=${variable#KAFKA_CFG_}
	name=${name//_/.}
	echo "${name,,}=${!variable}" >>$file
done
kafka-storage.sh format --ignore-formatted --cluster-id "$KAFKA_KRAFT_CLUSTER_ID" --config $file
exec "$@"
