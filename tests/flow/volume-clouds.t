#!/bin/sh
# The drivers of clouds, against what the clouds' tools printed: the exact calls, in their order; the new
# volume is there and right before the old one is touched; what is not as expected stops before that.
. tests/lib/tap.sh
. tests/drivers/lib.sh

command -v jq >/dev/null || skip_all "jq is not installed"
[ -z "${BLACKSTART_SANITIZED-}" ] || skip_all "drivers are no program of the build"
mkdir "$T/tools"
for tool in aws gcloud; do ln -s "$ROOT/tests/drivers/replay" "$T/tools/$tool"; done

# plays RECORDING STATUS COMMAND NAME=VALUE...: the command makes all of these calls, no other, and ends so.
plays() {
	played=$1 want=$2 command=$3
	shift 3
	REPLAY=$T/replay
	rm -f "$REPLAY"*
	cp "tests/drivers/recordings/$driver/$played" "$REPLAY"
	run env PATH="$T/tools:$PATH" REPLAY="$REPLAY" functions="$(cat "$T/$driver/functions")" "$@" \
		sh -c "$(cat "$T/$driver/$command")"
	[ ! -e "$REPLAY.wrong" ] || err="$err$(cat "$REPLAY.wrong")"
	is "$driver $played: makes the calls of the recording" \
		"$(cat "$REPLAY.wrong" 2>/dev/null)$(cat "$REPLAY.at")" "$(grep -c '^\$ ' "$REPLAY")"
	is "$driver $played: status" "$status" "$want" || diag "$err"
}
# refuses RECORDING WORDS COMMAND NAME=VALUE...: it stops, says why, and that nothing was touched where so.
refuses() {
	played=$1 words=$2
	shift 2
	plays "$played" 1 "$@"
	like "$driver $played: says why" "$err" "$words"
}
last() { printf '%s\n' "$out" | tail -n 1; }
# before RECORDING FIRST SECOND: in it the one call comes before the other
before() {
	one=$(grep -n "^\\$ .*$2" "tests/drivers/recordings/$driver/$1" | head -n 1 | cut -d: -f1)
	two=$(grep -n "^\\$ .*$3" "tests/drivers/recordings/$driver/$1" | head -n 1 | cut -d: -f1)
	ok "$driver $1: $2 before $3" test "${one:-9999}" -lt "${two:-0}"
}

# --- aws-ebs ------------------------------------------------------------------------------------------

driver=aws-ebs
driver_commands runbooks/drivers/volume/$driver.yaml "$T/$driver"
old=vol-049df61146c4d7901
new=vol-0f1e2d3c4b5a69788
aws() { # plays or refuses, RECORDING, STATUS or WORDS, COMMAND
	case $4 in
	points) "$@" region=eu-west-1 profile= tag=Name \
		'volumes={"db-1": "i-0a1b2c3d4e5f60718:/dev/sdf", "db-10": "i-0a1b2c3d4e5f60718:/dev/sdg"}' ;;
	*) "$@" region=eu-west-1 profile= tag=Name volume=db-1 place=i-0a1b2c3d4e5f60718:/dev/sdf \
		point=snap-066877671789bd71b kept=$old ;;
	esac
}
aws plays points 0 points
is "aws-ebs: points of these volumes, by the tag, completed ones" \
	"$(printf '%s' "$out" | jq -r '.[] | "\(.volume) \(.point) \(.at) \(.size)"')" \
	"db-1 snap-066877671789bd71b 2026-11-21T03:00:11Z 107374182400
db-10 snap-0aa0bb1cc2dd3ee4f 2026-11-22T03:00:40Z 107374182400
db-1 snap-0c5e1f3a97b2d8e46 2026-11-22T03:00:12Z 107374182400"
aws refuses points-refused 'cannot be listed' points
aws plays safety 0 safety
is "aws-ebs: the copy is the old volume" "$(last)" $old
aws refuses safety-another-name "is 'db-10', not 'db-1'" safety
aws refuses safety-nothing-there 'Nothing is attached' safety
for how in restore restore-again-after-create restore-again-after-detach restore-again-after-attach; do
	aws plays $how 0 restore
	like "aws-ebs $how: says what is where" "$(last)" "$new now, from snap-066877671789bd71b.*kept: $old"
	like "aws-ebs $how: progress" "$out" '^@progress 6 6 steps$'
done
before restore create-volume detach-volume
before restore "wait volume-available --volume-ids $new" detach-volume
before restore "describe-volumes --volume-ids $new" detach-volume
before restore "replaced by $new" detach-volume
ok "aws-ebs: a restore deletes nothing" sh -c '! grep -l delete tests/drivers/recordings/aws-ebs/restore*'
aws refuses restore-vanished 'not there any more. Nothing was touched' restore
aws refuses restore-of-db-10 "of 'db-10', not of 'db-1'. Nothing was touched" restore
aws refuses restore-not-kept 'not tagged as kept.*Nothing was touched' restore
aws refuses restore-wrong-zone 'another AvailabilityZone.*eu-west-1b, not eu-west-1a. Nothing was touched' restore
aws refuses restore-never-available 'does not become available. Nothing was touched' restore
aws refuses restore-no-room 'No volume could be made.*Nothing was touched' restore
aws refuses restore-stranger-there 'vol-0999999999999999f, neither.*Nothing was touched' restore
ok "aws-ebs: what is refused has detached nothing" sh -c 'cd tests/drivers/recordings/aws-ebs &&
	! grep -l -e detach-volume restore-vanished restore-of-db-10 restore-not-kept restore-wrong-zone \
		restore-never-available restore-no-room restore-stranger-there'
aws plays verify 0 verify
like "aws-ebs verify: says what it compared" "$out" 'snapshot, name, zone, type, size'
aws plays verify-old-still-there 1 verify
aws plays verify-smaller 1 verify
like "aws-ebs verify: says what differs" "$out" 'Size is 80, and was 100'
aws plays put_back 0 put_back
aws plays put_back-again 0 put_back
aws refuses put_back-stranger 'not made to replace' put_back
aws plays release 0 release
aws plays release-again 0 release
aws plays release-after-undo 0 release
aws refuses release-nothing-there 'only state there is, and stays' release
aws refuses release-not-ours 'it stays' release

# --- gce-disk -----------------------------------------------------------------------------------------

driver=gce-disk
driver_commands runbooks/drivers/volume/$driver.yaml "$T/$driver"
kept=db-1-blackstart-kept-036854775807
gce() { # plays or refuses, RECORDING, STATUS or WORDS, COMMAND
	case $4 in
	points) "$@" project=acme-prd 'volumes={"one": "europe-west1-b/db-1", "ten": "db-10"}' ;;
	*) "$@" project=acme-prd volume=one place=${PLACE-europe-west1-b/db-1} kept=$kept \
		point=db-1-20261121-030000 ;;
	esac
}
gce plays points 0 points
is "gce-disk: points of these disks, by name and zone, without what we kept" \
	"$(printf '%s' "$out" | jq -r '.[] | "\(.volume) \(.point) \(.at) \(.size)"')" \
	"one db-1-20261121-030000 2026-11-21T03:00:05Z 107374182400
one db-1-20261122-030000 2026-11-22T03:00:07Z 107374182400
ten db-10-20261122-030000 2026-11-22T03:00:09Z 107374182400"
gce refuses points-refused 'cannot be listed' points
gce plays safety 0 safety
is "gce-disk: the copy is a snapshot with the disk's number" "$(last)" $kept
gce plays safety-again 0 safety
is "gce-disk: again it is the same one" "$(last)" $kept
gce refuses safety-in-use 'attached to couch-0' safety
PLACE=db-1
gce refuses safety-two-zones 'several disks db-1: say ZONE/db-1' safety
unset PLACE
gce refuses safety-fails 'No snapshot of db-1 can be made' safety
for how in restore restore-again-after-trial restore-again-after-delete restore-again-after-create; do
	gce plays $how 0 restore
	like "gce-disk $how: says what is where" "$(last)" \
		"db-1 in europe-west1-b is from db-1-20261121-030000 now.*$kept"
	like "gce-disk $how: progress" "$out" '^@progress 6 6 steps$'
done
before restore "snapshots describe $kept" 'disks delete db-1 '
before restore 'disks create db-1-blackstart-new' 'disks delete db-1 '
before restore 'disks list --filter=name=db-1-blackstart-new' 'disks delete db-1 '
before restore 'disks create db-1 ' 'disks delete db-1-blackstart-new'
before put_back 'disks create db-1-blackstart-new' 'disks delete db-1 '
gce refuses restore-vanished 'not there any more. Nothing was touched' restore
gce refuses restore-of-db-10 'not ready, or not of db-1. Nothing was touched' restore
gce refuses restore-not-kept 'no safety copy of db-1. Nothing was touched' restore
gce refuses restore-in-use 'attached to couch-0.*Nothing was touched' restore
gce refuses restore-wrong-type 'not what db-1 is to become.*Nothing was touched' restore
gce refuses restore-no-room 'No disk can be made.*Nothing was touched' restore
gce refuses restore-stranger 'neither the one.*Nothing was touched' restore
ok "gce-disk: what is refused has deleted nothing" sh -c 'cd tests/drivers/recordings/gce-disk &&
	! grep -l "disks delete" restore-vanished restore-of-db-10 restore-not-kept restore-in-use restore-wrong-type \
		restore-no-room restore-stranger'
gce plays verify 0 verify
gce plays verify-old-still-there 1 verify
like "gce-disk verify: says what differs" "$out" 'made from nothing, not from db-1-20261121-030000'
gce plays put_back 0 put_back
gce plays put_back-never-restored 0 put_back
gce plays put_back-again-after-delete 0 put_back
gce plays put_back-again 0 put_back
gce plays release 0 release
gce plays release-again 0 release
gce refuses release-nothing-there 'only state there is, and stays' release
gce refuses release-not-ours 'it stays' release

# --- hostile places -------------------------------------------------------------------------------------

# no call at all is made
for place in '' / 'I-1' 'i-0a:/dev/sdf;x' 'i-0a:/dev/../sda' '-rf' 'db 1' 'db-1$(x)' '../db-1' 'a/b/c' '*' 'db-1
x'; do
	for driver in aws-ebs gce-disk; do
		for command in safety restore put_back release; do
			rm -f "$T/replay".*
			: >"$T/replay"
			run env PATH="$T/tools:$PATH" REPLAY="$T/replay" project=acme-prd region= profile= \
				tag=Name \
				functions="$(cat "$T/$driver/functions")" volume=one place="$place" \
				point=snap-0 kept=vol-0 \
				sh -c "$(cat "$T/$driver/$command")"
			ok "$driver $command: refuses $(printf "'%s'" "$place" | tr '\n' ' '), without a call" \
				test "$status" -ne 0 -a ! -e "$T/replay.at"
		done
	done
done

done_testing
