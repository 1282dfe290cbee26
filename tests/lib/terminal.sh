# A person at a terminal: as tests/lib/plain.sh, which comes first, with a pty in between.
#
#     at_terminal one "$BLACKSTART" guard prd -- touch x
#     sees one 'type its target'; says one gke_prd
#     presses one '\003'           # a key: no end of line
#     left one; is "status" "$status" 0

# Its words have no apostrophe. INT is not ignored, as it would be in what a shell starts beside itself.
at_terminal() {
	terminal_name=$1
	shift
	{
		printf 'exec'
		printf " '%s'" "$@"
	} >"$T/$terminal_name.sh"
	plain "$terminal_name" perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' \
		script -qefc "exec sh '$T/$terminal_name.sh'" /dev/null
}

presses() {
	printf "$2" >"$T/$1.in"
}
