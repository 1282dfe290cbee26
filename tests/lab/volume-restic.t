#!/bin/sh
# The driver `restic`: snapshots in a real repository.
for tool in restic jq; do
	command -v $tool >/dev/null || { echo "1..0 # SKIP $tool is not installed"; exit 0; }
done
exec tests/drivers/conformance-volume runbooks/drivers/volume/restic.yaml tests/drivers/volume/restic
