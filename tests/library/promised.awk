# Reads `blackstart show --yaml`; prints what a runbook of the library promises and does not keep: each step
# that can fail says what to do then, whatever changes says so, what destroys has a target.
function indent(s) { match(s, /^ */); return RLENGTH }

# A step ends where a line is less deep than its keys.
function judge(d,  k, name) {
	k = keys[d]
	if (k == "") return
	name = file ": " (title[d] != "" ? title[d] : first[d])
	if (k ~ / (check|wait|contact|restore|rebuild) / && k !~ / if_not / && !(k ~ / wait / && k !~ / probe /))
		print name ": nothing says what to do if not"
	if (k ~ / run / && (effect[d] != "read" || k ~ / expect /) && k !~ / if_not /)
		print name ": nothing says what to do if not"
	if (k ~ / run / && k !~ / effect /)
		print name ": does not say what it does"
	if (k ~ / (run|check|wait|do|choose|ask) / && k !~ / title /)
		print name ": has no title"
	keys[d] = ""
}
function start(d) { keys[d] = " "; title[d] = first[d] = effect[d] = "" }

/^ *$/ { next }
block >= 0 && indent($0) > block { next }
{ block = -1 }
{
	at = indent($0)
	for (d in keys)
		if (d + 0 > at) { judge(d); if (d + 0 > at) delete keys[d] }
	line = substr($0, at + 1)
	if (line ~ /^- /) {
		at += 2
		line = substr(line, 3)
		judge(at)
		delete keys[at]
		if (line ~ /^[a-z_]+:/ && line !~ /^(alert|text|otherwise|consequence|goto):/)
			start(at)
	}
	if (at in keys && match(line, /^[a-z_]+:/)) {
		key = substr(line, 1, RLENGTH - 1)
		value = substr(line, RLENGTH + 2)
		keys[at] = keys[at] key " "
		if (first[at] == "") first[at] = line
		if (key == "title") title[at] = value
		if (key == "effect") effect[at] = value
	}
	if (line ~ /: [|>][-+]?$/) block = at
}
END { for (d in keys) judge(d) }
