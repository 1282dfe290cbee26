# Limits of C files: their length, their functions, their lines. A function starts at a `{` in the
# first column and ends at the next `}` there; a table, an enum or a struct does not begin so.
function width(s,  i, w, c) {
	if (length(s) * 8 <= 100)
		return 0
	w = 0
	for (i = 1; i <= length(s); i++) {
		c = substr(s, i, 1)
		if (c == "\t")
			w += 8 - w % 8
		else if (c !~ /[\200-\277]/)
			w++
	}
	return w
}
function say(line, rule, text) {
	print file ":" line ": " rule ": " text
}
function end_of_file() {
	if (file ~ /^(src|include)\/.*\.h$/ && last > 150)
		say(last, "FILE", last " lines, a header has at most 150")
	if (file ~ /^src\/.*\.c$/ && last > 500)
		say(last, "FILE", last " lines, a .c file has at most 500")
}
FNR == 1 {
	end_of_file()
	file = FILENAME
	start = 0
}
{ last = FNR }
{
	most = file ~ /^tests\/|\.sh$/ ? 120 : 100 # a table of cases, a query read better unbroken
	if (length($0) > most / 8 && width($0) > most)
		say(FNR, "LINE", width($0) " columns, at most " most)
}
/[ \t]$/ { say(FNR, "BLANK", "blanks at the end of the line") }
/^ +[^ *]/ && file ~ /\.[ch]$/ { say(FNR, "TABS", "indented by blanks") }
/^[A-Za-z_].*\(/ { name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name) }
/^\{/ { start = FNR }
/^\}/ && start {
	if (FNR - start - 1 > 80)
		say(start, "FUNCTION", name " has " FNR - start - 1 " lines, at most 80")
	start = 0
}
END { end_of_file() }
