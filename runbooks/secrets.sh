#!/bin/sh
# secrets.sh digest|anew|back FILE: one encrypted secret in $folder, with key $keyname of ring $ring at
# $place in $project. What is in it goes through pipes and never lies in a file or an argument.
set -u
file=$folder/$2

crypt() {
	gcloud --project "$project" kms "$@" --location "$place" --keyring "$ring" --key "$keyname"
}
plain() {
	crypt decrypt --ciphertext-file "$1" --plaintext-file -
}

case ${1-} in
digest)
	status=$(plain "$file" 2>&1 >/dev/null) || { echo "$status" >&2; exit 1; }
	# the digest of nothing: an empty secret is none
	plain "$file" | sha256sum | cut -d' ' -f1 | grep -v '^e3b0c44298fc1c14'
	;;
anew)
	[ -e "$file.before" ] || cp -p "$file" "$file.before" || exit 1
	was=$("$0" digest "$2.before") || { echo "$2: cannot be read" >&2; exit 1; }
	plain "$file.before" | crypt encrypt --plaintext-file - --ciphertext-file "$file.new" || exit 1
	now=$("$0" digest "$2.new") && [ "$now" = "$was" ] || {
		rm -f "$file.new"
		echo "$2: what was encrypted is not what was read; the old file stays" >&2
		exit 1
	}
	mv "$file.new" "$file" && echo "$2: encrypted anew"
	;;
back)
	[ -e "$file.before" ] && mv "$file.before" "$file" && echo "$2: as before"
	;;
*) sed -n 's/^# \(secrets.sh.*\)/usage: \1/p' "$0" >&2; exit 2 ;;
esac
