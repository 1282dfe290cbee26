# For tests of reports as JSON. To be sourced after tap.sh.
# shellcheck shell=sh

report_schema=$ROOT/docs/report-schema.json
# fits FILE: what of a report does not fit docs/report-schema.json, a line each.
fits() { jq -r --slurpfile schema "$report_schema" -f "$ROOT/tests/report/fits.jq" "$1"; }
# The keys that the schema has and none of these reports.
unseen() {
	jq -r 'paths | map(if type == "number" then "[]" else ".\(.)" end) | add | select(endswith("[]") | not)' "$@" |
		sort -u >"$T/keys"
	jq -r -f "$ROOT/tests/report/keys.jq" "$report_schema" | sort | comm -23 - "$T/keys"
}
