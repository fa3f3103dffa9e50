#!/bin/sh
exec java -cp "/conf:/opt/zookeeper/lib/*" org.apache.zookeeper.ZooKeeperMain "$@"
