#!/bin/sh
# lint.sh: what the compiler does not hold. Run from the root of the tree; prints
# `file:line: RULE: text` for each finding and fails when there is one. There is no ignore list.
# Objects are read from $BUILD, which must be a plain build; RULES picks some of the rules.
set -u
export LC_ALL=C
here=$(dirname "$0")
objects=${BUILD:-build}/obj

ours() {
	find include src tests -type f "$@" 2>/dev/null | grep -v '/corpus/' | sort
}

sizes() {
	ours -name '*.[ch]' | xargs -r awk -f "$here/sizes.awk"
	{ ours -name '*.sh'; ours -name '*.t'; ours -name '*.awk'; } |
		xargs -r awk -f "$here/sizes.awk" Makefile
}

# Functions that overflow, keep state, block, ask a name service, follow the locale or run a shell.
banned() {
	list='strcpy|strcat|stpcpy|sprintf|vsprintf|gets|strtok|ctime|asctime|mktemp|tmpnam|tempnam'
	list="$list|alloca|atoi|atol|atoll|atof|strncpy|strncat|rand|srand|setjmp|longjmp"
	list="$list|getpwuid|getpwnam|getgrgid|getgrnam|gethostbyname|readdir_r"
	list="$list|system|popen|sleep|usleep|nanosleep"
	find src include -name '*.[ch]' -exec grep -lE "($list)[[:space:]]*\(" {} + | sort |
		xargs -r -n 1 awk -v list="$list" -f "$here/banned.awk"
}

# A library's header is for its rooms only, and never for a door: a pattern, then the rooms.
libraries='yaml\.h loader
sqlite3(ext)?\.h journal expr
j[qv]\.h expr
zstd[a-z_]*\.h journal
(jansson\.h|openssl/.*) base
libtsm\.h vt
n?curses[a-z/]*\.h|panel\.h|term\.h tui
curl/.* people'
foreign() {
	printf '%s\n' "$libraries" | while read -r header rooms; do
		grep -rnE "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]($header)[>\"]" \
			include src | while IFS=: read -r f line _; do
			room=${f#*/}
			case $f in include/*) room=door ;; esac
			case " $rooms " in *" ${room%%/*} "*) continue ;; esac
			echo "$f:$line: FOREIGN: a header for .c files of: $rooms"
		done
	done
}

# What is compiled, as `source object`.
compiled() {
	find src -name '*.c' | sort | while read -r f; do
		o=${f#src/}
		[ -e "$objects/${o%.c}.o" ] && echo "$f $objects/${o%.c}.o"
	done
}

# What the objects export, as `source name`.
exports() {
	compiled | sed 's/.* //' | xargs -r nm -A --defined-only --extern-only |
		sed -n "s,^$objects/\(.*\)\.o:.* \([^ ]*\)\$,src/\1.c \2,p"
}

# A file exports only names that begin with its room's name, its own, or a header's of its room.
exported() {
	{
		find include src -name '*.h' | sed 's,^[a-z]*/\([^/]*\)/\(.*\)\.h$,H \1 \2,'
		exports
	} | awk '
		$1 == "H" { heads[$2] = heads[$2] " " $3; next }
		$1 == "src/cli/main.c" && $2 == "main" { next }
		{
			split($1, part, "/")
			own = part[3]
			sub(/[_.].*/, "", own)
			n = split(part[2] " " own heads[part[2]], name, " ")
			for (i = 1; i <= n; i++)
				if (index($2, name[i]) == 1)
					next
			print $1 ":1: PREFIX: " $2 " begins with no name of its room or file"
		}'
}

# Of a name that two files of an archive export the linker takes one, in silence.
twice() {
	exports | awk '{ print $2, $1 }' | sort | awk '
		$1 == was { print $2 ":1: TWICE: " $1 " is exported by " where " too" }
		{ was = $1; where = $2 }'
}

# What a room may see, as the Makefile has it: `room room room`, the first one sees the others.
seen() {
	[ -e Makefile ] || return 0
	sed -e ':a' -e '/\\$/{' -e N -e 's/\\\n//' -e ta -e '}' Makefile |
		sed -n 's/^SEES_\([a-z]*\)[[:space:]]*:=/\1/p'
}

# A room uses what it sees, also where it declares a name by hand; and none sees itself by others.
unseen() {
	{
		seen | sed 's/^/S /'
		compiled | sed 's/.* //' | xargs -r nm -A --extern-only
	} | awk -v objects="$objects/" '
		function room(f) { sub("/.*", "", f); return f }
		$1 == "S" {
			rooms[$2]
			for (i = 3; i <= NF; i++)
				if ($i == "$(ROOMS)")
					all[$2]
				else
					sees[$2, $i]
			next
		}
		NF < 3 { next }
		{ f = substr($1, length(objects) + 1); sub(/\.o:.*/, "", f) }
		$(NF - 1) == "U" { uses[$NF SUBSEP f]; next }
		{ home[$NF] = room(f) }
		END {
			for (u in uses) {
				split(u, x, SUBSEP)
				me = room(x[2])
				it = home[x[1]]
				if (it != "" && it != me && me in rooms && !(me in all) &&
				    !((me, it) in sees))
					print "src/" x[2] ".c:1: UNSEEN: uses " x[1] " of the room " it
			}
			do {
				gone = 0
				for (a in rooms) {
					free = 1
					for (b in rooms)
						free = free && !((a, b) in sees)
					if (free) {
						delete rooms[a]
						gone = 1
					}
				}
			} while (gone)
			for (a in rooms)
				print "Makefile:1: CIRCLE: the room " a " sees itself"
		}' | sort
}

# The table in the book says what the Makefile does.
drawn() {
	[ -e docs/ARCHITECTURE.md ] || return 0
	{
		seen | sed 's/^/S /'
		sed -n 's/^| \([a-z]*\) | \([^|]*\) |.*/D \1 \2/p' docs/ARCHITECTURE.md | grep -v '^D room '
	} | sed 's/\$(ROOMS)/all/; s/ –//' | awk '
		{
			from = $1 == "S" ? 1 : 2
			said[$2 " is a room"] += from
			for (i = 3; i <= NF; i++)
				said[$2 " sees " $i] += from
		}
		END {
			for (it in said)
				if (said[it] != 3)
					print "docs/ARCHITECTURE.md:1: DRAWN: " it ", says only the " \
						(said[it] == 1 ? "Makefile" : "table")
		}' | sort
}

# Nothing changes at file scope but these, each for a reason that stands beside it.
allowed='src/base/mem.c:fatal_hook src/base/clock.c:boot_id src/tui/rescue.c:at_hand'
mutable() {
	compiled | sed 's/.* //' | xargs -r objdump -t |
		awk -v objects="$objects/" -v allowed=" $allowed " '
		/: +file format / {
			f = substr($1, length(objects) + 1)
			sub(/\.o:$/, "", f)
			f = "src/" f ".c"
		}
		/ O / && / (\.t?bss|\.t?data|\*COM\*)/ && !/ \.data\.rel\.ro/ {
			name = $NF
			sub(/\.[0-9]+$/, "", name)
			if (!index(allowed, " " f ":" name " "))
				print f ":1: MUTABLE: " name
		}'
}

# Places that only one machine has, and promises left open. Written so that it is not found itself.
words() {
	place='/wor[k]/|/far[m]/|/tmp/bas[h]|share[d]/(corpora|design|hooks|lab|reference)/'
	find . -type f -not -path './.git*' -not -path './build*' -not -path '*/corpus/*' \
		-exec grep -InE "$place" {} + |
		sed 's,^\./\([^:]*:[0-9]*\):.*,\1: PLACE: a path of one machine,'
	open='(/\*|//|^[[:space:]]*[*#]).*(^|[^A-Za-z_])(TOD[O]|FIXM[E]|XX[X]|HAC[K])([^A-Za-z_]|$)'
	grep -rnE "$open" Makefile include src tests docs runbooks --include='*.[ch]' \
		--include='*.md' --include='*.sh' --include='*.t' 2>/dev/null |
		sed 's,^\([^:]*:[0-9]*\):.*,\1: OPEN: finish it or write it down as an issue,'
}

# Tests wait for what they can see.
sleeps() {
	grep -rnE '(^|[^A-Za-z_])(u|nano)?sleep[[:space:]]*\(' tests --include='*.c'
	grep -rnE '^[[:space:]]*sleep[[:space:]]|(;|&&|\|\||then|do)[[:space:]]*sleep[[:space:]]' \
		tests --include='*.t'
} 2>/dev/null

if [ -n "${SAN-}" ] || [ ! -d "$objects" ]; then
	echo "$objects:1: BUILD: lint reads the objects of a plain build, and there are none"
	exit 1
fi
found=$(
	for rule in ${RULES:-sizes banned foreign exported twice unseen drawn mutable words}; do "$rule"; done
	sleeps | sed 's/^\([^:]*:[0-9]*\):.*/\1: SLEEP: wait for something that can be seen/'
)
[ -z "$found" ] && exit 0
printf '%s\n' "$found"
exit 1
