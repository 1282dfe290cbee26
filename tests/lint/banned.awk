# Calls of functions named in `list` (joined by |), outside comments, strings and characters.
{
	out = ""
	n = length($0)
	quote = ""
	for (i = 1; i <= n; i++) {
		c = substr($0, i, 1)
		two = substr($0, i, 2)
		if (comment) {
			if (two == "*/") {
				comment = 0
				i++
			}
		} else if (quote != "") {
			if (c == "\\")
				i++
			else if (c == quote)
				quote = ""
		} else if (two == "/*") {
			comment = 1
			i++
		} else if (two == "//") {
			break
		} else if (c == "\"" || c == "'") {
			quote = c
		} else {
			out = out c
		}
	}
	# A member or a longer name that ends the same is another thing.
	if (match(" " out, "[^A-Za-z0-9_.>](" list ")[ \t]*\\("))
		print FILENAME ":" FNR ": BANNED: " substr(out, RSTART, RLENGTH - 1)
}
