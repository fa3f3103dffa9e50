#!/bin/sh
exec zkServer.sh start-foreground
