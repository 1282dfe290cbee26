# Servers that take messages, or misbehave, for tests of sending. After tap.sh.

sink=$BUILD/tool_sink

# serve NAME smtp|http [RULE]...: starts one; its folder is $T/NAME, $port its port, $pid its id;
# stop_serving, at the end, ends them all.
serve() {
	serve_as=$1
	serve_kind=$2
	shift 2
	mkdir "$T/$serve_as"
	: >"$T/$serve_as/port"
	"$sink" "$serve_kind" "$T/$serve_as" "$@" >"$T/$serve_as/port" 2>"$T/$serve_as/err" &
	pid=$!
	pids="${pids-} $pid"
	wait_for "test -s '$T/$serve_as/port'" || bail "no server: $serve_as"
	port=$(cat "$T/$serve_as/port")
}

stop_serving() {
	# shellcheck disable=SC2086 # a list
	kill $pids && wait $pids
} 2>/dev/null

# sends CHANNEL [TO]: `blackstart send` of $subject and $text; sets $status, $out, $err, $took (s).
sends() {
	sends_from=$(date +%s)
	run env -u http_proxy -u https_proxy -u all_proxy channel="$1" to="${2-}" subject="$subject" \
		text="$text" BLACKSTART_RUN=run-1 BLACKSTART_STEP=help try=1.3 "$BLACKSTART" send
	took=$(($(date +%s) - sends_from))
}

# Channels as JSON. mail_by [MORE]: to the server at $port; hook_by KIND ADDRESS-FILE.
mail_by() {
	printf '{"id": "ops-mail", "timeout_ms": 1000, "smtp": {"to": ["ops@example.org"], %s' \
		"\"from\": \"night@example.org\", \"server\": \"127.0.0.1:$port\", \"tls\": \"none\"${1-}}}"
}
hook_by() {
	printf '{"id": "chat", "timeout_ms": 1000, "webhook": {"kind": "%s", "url_from": {"file": "%s"}%s}}' \
		"$1" "$2" "${3-}"
}

# leaves_nothing NAME SECRET FILE...: in what the program said, and in these, there is no SECRET.
leaves_nothing() {
	leaves_name=$1
	leaves_what=$2
	shift 2
	printf '%s\n%s\n' "$out" "$err" >"$T/.said"
	if grep -raF -e "$leaves_what" "$T/.said" "$@" >"$T/.found"; then
		fail "$leaves_name"
		diag "$(cut -c 1-300 "$T/.found")"
		return 1
	fi
	pass "$leaves_name"
}

# The contacts file of somebody whose users are on a mailing list of the server at $port.
list_of_users() {
	cat <<-END
		contacts: 1
		ladders:
		  users: {wait: 1m, rungs: [{channel: list}]}
		channels:
		  list: {public: true, smtp: {to: users@lists.example.org, server: '127.0.0.1:$port', tls: none}}
	END
}
