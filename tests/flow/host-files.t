#!/bin/sh
# Who may do what on this host: files that others can change, what is left for whom to read, rights
# that the program must not have, what commands inherit.
. tests/lib/tap.sh

journal=$T/j/journal.db
BLACKSTART_JOURNAL=$journal
export BLACKSTART_JOURNAL
umask 022
cd "$T" || exit 1
mkdir -p books/lib

cat >books/book.yaml <<'YAML'
blackstart: 1
title: Others
contacts: people.yaml
steps:
  - run: lib/tool.sh
    effect: read
  - call: lib/other.yaml
  - contact: everyone
    message: Help
  - end: done
YAML
cat >books/lib/other.yaml <<'YAML'
blackstart: 1
title: Called
steps:
  - do: Look.
YAML
cat >books/people.yaml <<'YAML'
contacts: 1
people:
  ana: {name: Ana, phone: "+33 1 23 45 67 89", zone: Europe/Paris}
ladders:
  everyone: {rungs: [{who: [ana], by: phone}], wait: {otherwise: 5m}}
YAML
printf '#!/bin/sh\necho tool\n' >books/lib/tool.sh
chmod 755 books/lib/tool.sh
ok "where nobody else can write lint has nothing to say" "$BLACKSTART" lint --strict books/book.yaml
ok "and a run can be started" "$BLACKSTART" run books/book.yaml --dry

# --- what everybody can change ------------------------------------------------------------------

refused() { # NAME PATH: not read while everybody can write it
	chmod o+w "$2"
	run "$BLACKSTART" lint books/book.yaml
	like "$1: found by lint" "$out$err" "everybody on this host can change .*$(basename "$2")"
	run "$BLACKSTART" run books/book.yaml --detach </dev/null
	is "$1: refused by run" "$status" 5
	chmod o-w "$2"
}
refused "a runbook" books/book.yaml
refused "its folder" books
refused "a runbook that is called" books/lib/other.yaml
refused "the folder of one that is called" books/lib
refused "the contacts" books/people.yaml
refused "a script" books/lib/tool.sh
chmod 1777 books
run "$BLACKSTART" lint books/book.yaml
unlike "a folder like /tmp, where others cannot touch our files, serves" "$out$err" everybody
chmod 755 books

chmod g+w books/book.yaml
chgrp 12345 books/book.yaml 2>/dev/null
if [ "$(stat -c %g books/book.yaml)" = "$(stat -c %u books/book.yaml)" ]; then
	skip "what a group can change is warned of" "no other group to give it to"
else
	like "what a group can change is warned of" "$("$BLACKSTART" lint books/book.yaml 2>&1)" \
		'book.yaml: warning: its group can change this file'
fi
chgrp "$(id -g)" books/book.yaml
chmod g-w books/book.yaml

# --- what is left for whom to read --------------------------------------------------------------

umask 000
id=$("$BLACKSTART" run --blank 'for us alone' --detach)
"$BLACKSTART" exec -- 'echo printed; echo made >made' >/dev/null
umask 022
wide=$(find j ! -type s -perm /077 -printf '%p %m\n'; find j -type s -perm /077 -printf '%p %m\n')
is "by itself the record is for its owner alone, whatever the umask" "$wide" ''
is "a command's own files are as the operator's umask says" "$(stat -c %a made)" 666
"$BLACKSTART" close --reason seen "$id" >/dev/null

mkdir team
chgrp 12345 team 2>/dev/null
chmod 2770 team
if [ "$(stat -c %g team)" = 12345 ]; then
	umask 000
	id=$("$BLACKSTART" run --blank 'for us all' --detach --journal "$T/team/journal.db" 2>err) ||
		note "$(cat err)"
	"$BLACKSTART" close --journal "$T/team/journal.db" --reason seen "$id" >/dev/null 2>&1
	umask 022
	is "where a group shares the record, nobody else reads it" \
		"$(find team -perm /007 -printf '%p %m\n')" ''
	is "and the group's it is" "$(find team ! -gid 12345 -printf '%p\n')" ''
else
	skip "where a group shares the record, nobody else reads it" "no group to give it to"
fi

# --- rights -------------------------------------------------------------------------------------

cp "$(command -v id)" with.id
cp "$BLACKSTART" with.rights
chown 65534 with.id with.rights 2>/dev/null
chmod 4755 with.id with.rights
chmod 755 "$T"
if [ -n "${BLACKSTART_SANITIZED-}" ]; then
	skip "set-user-id is refused" "a sanitizer refuses first"
elif [ "$(./with.id -u)" = "$(id -u)" ]; then
	skip "set-user-id is refused" "it has no effect here"
else
	run ./with.rights version
	is "set-user-id is refused" "$status" 3
	like "and said" "$err" 'no more rights than who starts it'
fi

# --- what commands inherit ----------------------------------------------------------------------

mkdir here
printf '#!/bin/sh\necho the wrong tool\n' >here/date
chmod 755 here/date
cd here || exit 1
id=$(PATH=".::$PATH" IFS=/ CDPATH=/ ENV=$T/nothing BASH_ENV=$T/nothing LD_DEBUG=libs \
	"$BLACKSTART" run --blank 'inherits' --detach 2>/dev/null)
is "a tool is not what lies in the folder under its name" \
	"$("$BLACKSTART" exec -- 'date +%s | tr -d 0-9')" ''
is "nothing that bends a shell or the loader is handed down" \
	"$("$BLACKSTART" exec -- 'env | grep -E "^(CDPATH|ENV|BASH_ENV|LD_|IFS)"')" ''
"$BLACKSTART" close --reason seen "$id" >/dev/null

done_testing
