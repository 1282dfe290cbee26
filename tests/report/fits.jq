# What does not fit the schema ($schema) in each report that comes in: a line each, none where all does. Also keys
# that the schema does not have: it lets readers ignore those, and writes down all that there are. The words of
# JSON Schema that ours has, and no others.
def kind: if type == "number" and . == floor then "integer" else type end;
def misfits($s; $at):
	($s | keys_unsorted - ["$schema", "title", "type", "enum", "const", "pattern", "minimum", "required", "properties",
		"items"] | .[] | "\($at): the schema has a word `\(.)`"),
	(if $s.type and (kind as $k | [$s.type] | flatten | any(. == $k) | not) then "\($at): is \(kind)" else empty end),
	(if $s.enum and (. as $v | $s.enum | any(. == $v) | not) then "\($at): is \(tojson)" else empty end),
	(if $s | has("const") and .const != null then select(. != $s.const) | "\($at): is \(tojson)" else empty end),
	(if $s.pattern and type == "string" and (test($s.pattern) | not) then "\($at): is \(tojson)" else empty end),
	(if $s.minimum and type == "number" and . < $s.minimum then "\($at): is \(.)" else empty end),
	(if type == "object" then
		(($s.required // []) - keys | .[] | "\($at).\(.): is missing"),
		(keys - ($s.properties // {} | keys) | .[] | "\($at).\(.): is not in the schema"),
		(to_entries[] | .key as $k | select($s.properties[$k]) | .value | misfits($s.properties[$k]; "\($at).\($k)"))
	elif type == "array" then
		(.[] | misfits($s.items // {}; "\($at)[]"))
	else empty end);
misfits($schema[0]; "")
