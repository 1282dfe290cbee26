#!/bin/sh
# docs/guard.md: each of its examples, as it stands there, in front of a terraform and a rake that only
# say what they were told, and of the real make.
. tests/lib/tap.sh
. tests/lib/plain.sh
. tests/lib/terminal.sh

# block WORD [NTH]: an example of the page.
block() {
	awk -v fence='```'"$1" -v nth="${2:-1}" '
		$0 == "```" { on = 0 }
		on
		$0 == fence && ++n == nth { on = 1 }' "$ROOT/docs/guard.md"
}
is "what the page shows is what is walked here" \
	"$(sed -n 's/^```\(..*\)/\1/p' docs/guard.md | tr '\n' ' ')" 'sh sh rake make ci unlock '

mkdir "$T/bin" "$T/tf" "$T/app" || exit 1
# A shared account is asked who it is, which the page does not show.
cat >"$T/bin/blackstart" <<TOOL
#!/bin/sh
verb=\$1
shift
[ "\$verb" = guard ] && exec '$BLACKSTART' guard --as ana "\$@"
exec '$BLACKSTART' "\$verb" "\$@"
TOOL
chmod +x "$T/bin/blackstart"
PATH=$T/bin:$PATH
RAKE=$T/app/rake
export PATH RAKE
# Each says its arguments into did, one line a call.
for tool in bin/terraform app/rake app/deploy app/destroy app/rotate app/drain; do
	cat >"$T/$tool" <<-TOOL
		#!/bin/sh
		[ "\$*" = 'workspace show' ] && exec cat '$T/workspace'
		printf '%s' ${tool#*/} >>'$T/did'
		for word; do printf ' <%s>' "\$word" >>'$T/did'; done
		echo >>'$T/did'
	TOOL
	chmod +x "$T/$tool"
done

# did NAME WANT: what was done since the last time it was asked.
did() {
	is "$1" "$(cat "$T/did" 2>/dev/null)" "$2"
	rm -f "$T/did"
}
# nobody WORDS...: where nobody sits at a terminal.
nobody() {
	run setsid -w "$@"
}
# somebody NAME TARGET WORDS...: types the target.
somebody() {
	somebody=$1
	target=$2
	shift 2
	at_terminal "$somebody" "$@"
	sees "$somebody" "type its target: $target"
	sees "$somebody" 'an empty line runs nothing'
	says "$somebody" "$target"
	left "$somebody"
}

# --- terraform ----------------------------------------------------------------------------------------
cd "$T/tf" || exit 1
printf 'prd:\n  protected: true\n  %s\n' "$(grep -o 'target: {probe: terraform[^`]*' "$ROOT/docs/guard.md")" \
	>environments.yaml
echo prd >"$T/workspace"
block sh 1 >plain
block sh 2 >function
nobody sh plain
is "terraform destroy, nobody there: status" "$status" 125
did "terraform destroy, nobody there" ''
somebody destroy prd sh plain
did "terraform destroy, its workspace typed" 'terraform <destroy>'

for shell in sh bash; do
	echo '. ./function; terraform "$@"' >call
	for word in plan show output validate fmt version graph providers; do
		nobody $shell call $word 'a  b'
		did "$shell: terraform $word reads" "terraform <$word> <a  b>"
	done
	for words in '' apply destroy 'state rm x' 'workspace delete x' '-chdir=x plan'; do
		nobody $shell call $words
		is "$shell: terraform $words, nobody there: status" "$status" 125
		did "$shell: terraform $words, nobody there" ''
	done
	somebody apply$shell prd $shell call apply 'a  b'
	is "$shell: terraform apply: status" "$status" 0
	did "$shell: terraform apply, its workspace typed" 'terraform <apply> <a  b>'
done
echo staging >"$T/workspace"
at_terminal staging sh call apply
left staging
is "terraform apply in another workspace: status" "$status" 125
did "terraform apply in another workspace" ''

# --- rake -----------------------------------------------------------------------------------------------
cd "$T/app" || exit 1
ssh-keygen -q -t ed25519 -N '' -C ana -f "$T/ana" </dev/null || bail "no key"
echo "ana $(cat "$T/ana.pub")" >signers
chmod 600 signers
cat >environments.yaml <<'YAML'
signers: signers
prd:
  protected: true
  target: {probe: echo gke_acme_prd, is: gke_acme_prd}
YAML
block rake >"$T/bin/rake"
chmod +x "$T/bin/rake"
for word in -T -P --tasks --version spec; do
	nobody rake $word 'a  b'
	did "rake $word reads" "rake <$word> <a  b>"
done
nobody rake db:migrate 'a  b'
did "rake db:migrate changes" 'rake <db:migrate> <a  b>'
like "… and says what" "$err" 'prd: echo gke_acme_prd reads "gke_acme_prd"'
for words in '' db:drop 'spec:x db:drop' '-f x db:drop'; do
	nobody rake $words
	is "rake $words, nobody there: status" "$status" 125
	did "rake $words, nobody there" ''
done
somebody drop gke_acme_prd rake 'db:drop[a  b]'
did "rake db:drop, its target typed" 'rake <db:drop[a  b]>'

# --- make -----------------------------------------------------------------------------------------------
block make >Makefile
printf 'all: destroy\n\t./deploy further\n' >>Makefile
nobody make deploy
did "make deploy changes" deploy
like "… and says what" "$err" 'prd: echo gke_acme_prd reads'
nobody make all
is "make destroy, nobody there: status" "$status" 2
did "make destroy, nobody there, and make goes no further" ''
somebody made 'the volumes of prd' make all
is "make destroy: status" "$status" 0
did "make destroy, its target typed" 'destroy <volumes>
deploy <further>'

# --- CI -------------------------------------------------------------------------------------------------
block ci | sed -n 1p >own
block ci | sed -n 2p >job
run env BLACKSTART_KEY="$T/ana" sh own
is "a permit is made" "$status" 0
nobody sh job
did "the job is let through" 'rotate <keys>'
sed 's/rotate keys/rotate all/' job >other
nobody sh other
is "another job: status" "$status" 125
did "another job" ''

# --- BLACKSTART_UNLOCK ------------------------------------------------------------------------------------
# The day may end before it is looked at; it does so once.
for name in unlocked next; do
	day=$(date -u +%F)
	block unlock | sed "s/[0-9-]*\$/$day/" >$name
	at_terminal $name sh -c '. "$1"; for i in 1 2 3; do blackstart guard prd -- ./drain $i || exit; done' \
		sh ./$name
	wait_for "[ \"\$(wc -l <'$T/did')\" = 3 ] || unread $name | grep -q 'an empty line runs nothing'" ||
		bail "$name unlocks"
	unread $name | grep -q 'an empty line runs nothing' && says $name ''
	left $name
	[ "$status" -eq 0 ] && break
	rm -f "$T/did"
done
did "one after the other is let through" 'drain <1>
drain <2>
drain <3>'
block unlock | sed 's/[0-9-]*$/2026-01-01/' >old
at_terminal old sh -c '. "$1"; exec blackstart guard prd -- ./drain 4' sh ./old
sees old 'is of another day'
sees old 'an empty line runs nothing'
says old ''
left old
did "on another day it is not" ''

run "$BLACKSTART" verify
is "the record is whole" "$status" 0
is "no run was left open" "$("$BLACKSTART" runs --json | jq '[.[] | select(.closed == null)] | length')" 0
done_testing
