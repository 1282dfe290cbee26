#!/bin/sh
# The driver `btrfs`: read-only snapshots of a file system in a file.
for tool in btrfs mkfs.btrfs jq; do
	command -v $tool >/dev/null || { echo "1..0 # SKIP $tool is not installed"; exit 0; }
done
[ "$(id -u)" -eq 0 ] || { echo "1..0 # SKIP mounting needs root"; exit 0; }
exec tests/drivers/conformance-volume runbooks/drivers/volume/btrfs.yaml tests/drivers/volume/btrfs
