#!/bin/bash
# What the page of Bitnami's image promises: the variables become zoo.cfg, and then the
# command runs.
set -euo pipefail
{
	echo "dataDir=/data"
	echo "clientPort=${ZOO_PORT_NUMBER:-2181}"
	echo "tickTime=${ZOO_TICK_TIME:-2000}"
	echo "initLimit=${ZOO_INIT_LIMIT:-10}"
	echo "syncLimit=${ZOO_SYNC_LIMIT:-5}"
	case ${ZOO_LISTEN_ALLIPS_ENABLED:-no} in
	yes | true | 1) echo "quorumListenOnAllIPs=true" ;;
	esac
	for server in ${ZOO_SERVERS//,/ }; do
		echo "server.${server##*::}=${server%%::*};${ZOO_PORT_NUMBER:-2181}"
	done
} >/conf/zoo.cfg
echo "${ZOO_SERVER_ID:-1}" >/data/myid
exec "$@"
