#!/bin/bash
# Writes zoo.cfg and myid from the variables of the official image, unless they are
# there, and runs the command.
set -euo pipefail
conf=${ZOO_CONF_DIR:-/conf} data=${ZOO_DATA_DIR:-/data}
if [ ! -e "$conf/zoo.cfg" ]; then
	{
		echo "dataDir=$data"
		echo "dataLogDir=${ZOO_DATA_LOG_DIR:-/datalog}"
		echo "tickTime=${ZOO_TICK_TIME:-2000}"
		echo "initLimit=${ZOO_INIT_LIMIT:-5}"
		echo "syncLimit=${ZOO_SYNC_LIMIT:-2}"
		echo "autopurge.snapRetainCount=${ZOO_AUTOPURGE_SNAPRETAINCOUNT:-3}"
		echo "autopurge.purgeInterval=${ZOO_AUTOPURGE_PURGEINTERVAL:-0}"
		echo "maxClientCnxns=${ZOO_MAX_CLIENT_CNXNS:-60}"
		echo "standaloneEnabled=${ZOO_STANDALONE_ENABLED:-true}"
		echo "admin.enableServer=${ZOO_ADMINSERVER_ENABLED:-true}"
		if [ -n "${ZOO_4LW_COMMANDS_WHITELIST:-}" ]; then
			echo "4lw.commands.whitelist=$ZOO_4LW_COMMANDS_WHITELIST"
		fi
		# Both hold several lines, parted by blanks.
		for line in ${ZOO_SERVERS:-server.1=localhost:2888:3888;2181} ${ZOO_CFG_EXTRA:-}; do
			echo "$line"
		done
	} >"$conf/zoo.cfg"
fi
[ -e "$data/myid" ] || echo "${ZOO_MY_ID:-1}" >"$data/myid"
exec "$@"
