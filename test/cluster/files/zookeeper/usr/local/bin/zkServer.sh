#!/bin/bash
# zkServer.sh start-foreground|status [FILE], like the script of this name in a release.
set -euo pipefail
conf=${ZOOCFGDIR:-${ZOO_CONF_DIR:-/conf}}
file=${2:-$conf/${ZOOCFG:-zoo.cfg}}
# The variables hold several words each.
# shellcheck disable=SC2086
java=(java -cp "$conf:${CLASSPATH:+$CLASSPATH:}/opt/zookeeper/lib/*" ${JVMFLAGS:-})
case ${1:-} in
start-foreground)
	# shellcheck disable=SC2086
	exec "${java[@]}" -Xmx"${ZK_SERVER_HEAP:-256}"m ${SERVER_JVMFLAGS:-} org.apache.zookeeper.server.quorum.QuorumPeerMain "$file"
	;;
status)
	"${java[@]}" org.apache.zookeeper.client.FourLetterWordMain localhost "${ZOO_CLIENT_PORT:-2181}" srvr 2>/dev/null | grep Mode
	;;
*)
	echo "usage: zkServer.sh start-foreground|status [FILE]" >&2
	exit 1
	;;
esac
