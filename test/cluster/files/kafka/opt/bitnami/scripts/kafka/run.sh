#!/bin/sh
exec kafka-server-start.sh /opt/kafka/config/server.properties
