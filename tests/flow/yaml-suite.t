#!/bin/sh
# The public YAML test suite, where a copy of it is at hand ($YAML_SUITE, or a folder beside this
# tree): what we take for YAML is what libyaml takes for it, and the differences between libyaml and
# the standard are those that docs/runbook-format.md lists.
. tests/lib/tap.sh

suite=${YAML_SUITE-}
for folder in tests/corpora/yaml-test-suite ../corpora/yaml-test-suite ../*/corpora/yaml-test-suite; do
	[ -z "$suite" ] && [ -d "$folder" ] && suite=$folder
done
[ -d "$suite" ] || skip_all "no YAML test suite here; YAML_SUITE names its folder"

run "$BUILD/tool_yaml_verdict" "$suite"
note "$out"
is "our verdict is libyaml's in every case" "$status" 0
like "there are cases" "$out" '^cases [1-9][0-9]+, libyaml takes [1-9][0-9]*, we differ from it in 0'

# What the page lists, one id to a line.
listed() {
	sed -n "/^$1/,/^\$/p" docs/runbook-format.md | tail -n +2 | tr ' ' '\n' | grep . | sort
}
found() {
	printf '%s\n' "$out" | sed -n "s/^$1 ([0-9]*)://p" | tr ' ' '\n' | grep . | sort
}
found 'libyaml takes, the standard refuses' >"$T/looser"
found 'libyaml refuses, the standard takes' >"$T/stricter"
listed 'Taken, though the standard refuses it:' >"$T/looser.doc"
listed 'Refused, though the standard takes it:' >"$T/stricter.doc"
ok "the page lists what libyaml takes beyond the standard" diff "$T/looser.doc" "$T/looser"
ok "the page lists what libyaml refuses against the standard" diff "$T/stricter.doc" "$T/stricter"

done_testing
