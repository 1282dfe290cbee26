#!/bin/sh
# The driver `etcd`: snapshot files of a real server, laid down as members' data.
for tool in etcd etcdctl jq; do
	command -v $tool >/dev/null || { echo "1..0 # SKIP $tool is not installed"; exit 0; }
done
exec tests/drivers/conformance-volume runbooks/drivers/volume/etcd.yaml tests/drivers/volume/etcd
