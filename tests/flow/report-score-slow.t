#!/bin/sh
# The drill of report-score.t, walked by a slow responder, whose commands take longer than the objectives have.
# With room for a slow machine it takes half a minute: for the lab.
SLOW=yes
. tests/flow/report-score.t

# Ten hours are for machines that are slow; here they have one.
sed 's/rto: 10h/rto: 1h/' book.yaml >slow.yaml && mv slow.yaml book.yaml
sed -e 's/within: 10h/within: 1h/' -e 's/took: 30s}/took: 40m}/' -e 's/pace: 300/pace: 200/' \
	drill.yaml >slow.yaml && mv slow.yaml drill.yaml
walk good
is "a slow responder brings it back, too" "$walked" 0 || note "$out" "$err"
is "… late" "$(scores good)" 'met, met, late, met, late, met, met, met'
is "the time of commands is theirs" "$(jq '.machine_ms >= 4800000' good.json)" true
is "what is late is to be improved, with its row" "$(jq -c '.after_action.improvements[0] |
	[(.text | test(": late, 1:2")), (.rows | length), .owner]' good.json)" '[true,1,"the database team"]'
mv good.json first.json
walk good
is "the next one stands beside it, step by step" "$(jq -c '[.steps[] | select(.key == "restore") |
	.earlier[] | [.way, (.ms | length), .median_ms >= 4800000]]' good.json)" '[["simulated",1,true]]'
is "what it was last time" "$(of good back .last_time)" '"late"'
done_testing
