#!/bin/sh
exec java -cp "/conf:$ZOO_HOME/lib/*" org.apache.zookeeper.ZooKeeperMain "$@"
