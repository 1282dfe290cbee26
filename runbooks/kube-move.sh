#!/bin/sh
# kube-move.sh VOLUME.json CLAIM.json FROM TO: makes a volume's entry and its claim anew from kept
# text, with zone TO wherever FROM stood. In namespace $KUBE_SPACE of cluster $KUBE_CONTEXT.
set -u
volume=$1 claim=$2 from=$3 to=$4

# What the server gave them and will give them anew.
bare='del(.metadata.uid, .metadata.resourceVersion, .metadata.creationTimestamp, .metadata.finalizers,
	.metadata.deletionTimestamp, .metadata.deletionGracePeriodSeconds, .metadata.managedFields,
	.status, .spec.claimRef.uid, .spec.claimRef.resourceVersion)'

# A zone is a whole value, or a part of a path between slashes: europe-west1-b is not in
# europe-west1-bc.
moved='walk(if type == "string" then split("/") | map(if . == $from then $to else . end) | join("/")
	else . end)'

anew() {
	jq -e --arg from "$from" --arg to "$to" "$bare | $2" "$1" >"$1.new" &&
		kubectl --context "$KUBE_CONTEXT" -n "$KUBE_SPACE" apply -f "$1.new"
}

anew "$volume" "$moved" && anew "$claim" .
