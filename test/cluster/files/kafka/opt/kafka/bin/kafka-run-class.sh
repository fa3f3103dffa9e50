#!/bin/bash
# Runs a class with Kafka's variables, like the script of this name in a release.
set -euo pipefail
# Kafka logs by Log4j 2 from 4.0 on.
name=log4j.properties option=-Dlog4j.configuration=file:
if ls /opt/kafka/libs/log4j-core-*.jar >/dev/null 2>&1; then
	name=log4j2.yaml option=-Dlog4j2.configurationFile=
fi
for dir in /etc/kafka/docker /opt/kafka/config; do
	file=$dir/${LOGGING:-}$name
	[ ! -e "$file" ] || logging=$option$file
done
# The variables hold several words each.
# shellcheck disable=SC2086
exec java ${KAFKA_HEAP_OPTS:--Xmx512M} ${KAFKA_JVM_PERFORMANCE_OPTS:-} ${KAFKA_GC_LOG_OPTS:-} ${KAFKA_JMX_OPTS:-} \
	${KAFKA_LOG4J_OPTS:-$logging} ${KAFKA_OPTS:-} -cp "${CLASSPATH:+$CLASSPATH:}/opt/kafka/libs/*" "$@"
