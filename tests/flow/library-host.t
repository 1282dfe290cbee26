#!/bin/sh
# Runbooks of the library for one host: smoke tests on a real web server, releases in a real repository,
# a service with a stand-in for systemd.
. tests/lib/tap.sh
. tests/lib/plain.sh
. tests/library/lib.sh

for tool in curl git perl; do
	command -v $tool >/dev/null || skip_all "$tool is not installed"
done
world
echo 200 >"$WORLD/status"
perl tests/library/http.pl "$WORLD/status" &
web=$!
wait_for '[ -s "$WORLD/status.port" ]' || bail "no web server"
url=http://127.0.0.1:$(cat "$WORLD/status.port")/health

# --- smoke-tests, and smoke-load by it

smoke() {
	walk smoke-tests.yaml -p "urls=${urls:-$url}" -p seconds="${for:-1}" -p at_once=2 -p \
		per_second="${least:-1}" "$@"
}
answers
smoke
is "smoke-tests: a service that carries its load passes" "$status" 0 || note "$out" "$err"
like "... after more requests than one at a time" "$out" 'value asked = ([2-9]|[0-9]{2,})$'
is "... no load is left" "$(find "${TMPDIR}" -name pid -path '*smoke*')" ''
urls="$url $url/other" smoke
is "... so do several" "$status" 0 || note "$out"
least=100000 smoke
is "... one that answers too seldom does not" "$status" 1
like "... all is measured before it is judged" "$out" 'value too_few = 1'
like "... and it says so at the end" "$out" 'verdict: Failed'
echo '200 slow' >"$WORLD/status"
least=0 smoke -p usual_ms=100
like "... nor one that is too slow" "$out" 'value too_slow = 1'
like "... with its verdict" "$out" 'verdict: Failed'
echo 503 >"$WORLD/status"
smoke
like "... nor one that answers wrongly" "$out" 'value errors = 1'
like "... with its verdict" "$out" 'verdict: Failed'
echo 200 >"$WORLD/status"

# --- deploy-by-hand

export GIT_CONFIG_GLOBAL="$T/gitconfig" GIT_CONFIG_SYSTEM=/dev/null
git config --global user.name Drill
git config --global user.email drill@example.org
git config --global init.defaultBranch main
git config --global advice.detachedHead false
git init -q --bare "$T/origin.git"
git clone -q "$T/origin.git" "$T/clone" 2>/dev/null
cat >"$T/clone/deploy" <<'SH'
#!/bin/sh
echo "$RELEASE to $ENVIRONMENT: $(cat version)" >>"$WORLD/deployed"
cp status "$WORLD/status"
SH
chmod +x "$T/clone/deploy"
release() {
	(
		cd "$T/clone" || exit
		echo "$1" >version
		echo "$2" >status
		git add . && git commit -qm "version $1"
		GIT_COMMITTER_DATE="2026-01-0$1T00:00:00Z" git tag -a "deploy-$1" -m "version $1"
		git push -q origin main --tags
	)
}
release 1 200
release 2 503
deploy() {
	walk deploy-by-hand.yaml -p environment=prd -p folder="$T/clone" -p url="$url"
}
before="{at: Before anything else, do: done, with: {special: nothing, how_seen: the page, way_back: back, buddy: Raj}}"
off='{at: The pipeline must not deploy meanwhile, do: done}'
answers "$before" "$off" '{at: which, do: done, text: "2"}' '{at: "Deploy deploy-1 to prd", do: start, text: prd}' \
	"{at: seen, do: done, with: {well: 'yes'}}"
deploy
is "deploy-by-hand: the last good release is deployed" "$status" 0 || note "$out" "$err"
is "... exactly that one" "$(cat "$WORLD/deployed")" 'deploy-1 to prd: 1'
like "... it is on record in the repository, and others see it" "$(git -C "$T/origin.git" tag)" \
	'deploy-prd-20[0-9]{12}'
is "... nothing is left owed" "$(still_down)" ''
answers "$before" "$off" '{at: which, do: done, text: "2"}' '{at: "Deploy deploy-2 to prd", do: start, text: prd}' \
	'{at: bad, do: done}'
deploy
is "... a bad release ends as one that is not well" "$status" 1
like "... with that verdict" "$out" 'verdict: Not deployed'
like "... which the smoke tests saw" "$out" 'value verdict = failed'
echo x >"$T/clone/dirty"
deploy
like "... a folder with something of its own in it is not deployed from" "$out" 'A clean folder did NOT come out'
rm "$T/clone/dirty"
answers "$before" "$off" '{at: which, do: done, text: "1"}' '{at: "Deploy .*", do: start, text: stg, optional: "yes"}'
deploy
is "... without its name nothing is deployed" "$(wc -l <"$WORLD/deployed")" 2

# --- service-down

down() {
	walk service-down.yaml -p service=shop -p url="${1:-$url}" -p folder="$T"
}
printf '#!/bin/sh\necho 200 >"$WORLD/status"\n' >"$WORLD/on-start"
chmod +x "$WORLD/on-start"
echo 503 >"$WORLD/status"
echo failed >"$WORLD/unit.shop"
echo 'shop[1]: out of file descriptors' >"$WORLD/journal"
answers '{at: what, do: done, text: start}'
down
is "service-down: starts it anew, and sees that it answers" "$status" 0 || note "$out" "$err"
issued "... after its last words were kept" 'journalctl --unit=shop --since' 'systemctl restart shop'
is "... in a file" "$(cat "$T/shop.log")" 'shop[1]: out of file descriptors'
down
like "... one that answers is not started anew" "$out" 'Is it down\? did NOT come out'
echo 503 >"$WORLD/status"
answers '{at: what, do: done, text: none}'
down
like "... what nobody knows ends as not back" "$out" 'verdict: It is not back'

kill $web
wait $web 2>/dev/null
done_testing
