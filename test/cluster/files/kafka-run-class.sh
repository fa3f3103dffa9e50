#!/bin/bash
# Runs a class with Kafka's variables, like the script of this name in a release.
set -euo pipefail
log=${LOGGING:-}log4j
for dir in /etc/kafka/docker /opt/kafka/config; do
	[ ! -e $dir/${log}2.yaml ] || logging="-Dlog4j2.configurationFile=$dir/${log}2.yaml"
	[ ! -e $dir/$log.properties ] || logging="-Dlog4j.configuration=file:$dir/$log.properties"
done
# The variables hold several words each.
# shellcheck disable=SC2086
exec java ${KAFKA_HEAP_OPTS:--Xmx512M} ${KAFKA_JVM_PERFORMANCE_OPTS:-} ${KAFKA_GC_LOG_OPTS:-} ${KAFKA_JMX_OPTS:-} \
	${KAFKA_LOG4J_OPTS:-$logging} ${KAFKA_OPTS:-} -cp "${CLASSPATH:+$CLASSPATH:}/opt/kafka/libs/*" "$@"
