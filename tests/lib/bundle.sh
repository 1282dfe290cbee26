# Bundles, checked twice: by the program, and by their script as an auditor would, in a folder with nothing
# of ours and a PATH of the few tools that it names. Sourced after tap.sh.

bundle_tools=$T/tools
mkdir "$bundle_tools"
for bundle_tool in sha256sum sqlite3 ssh-keygen tar; do
	ln -s "$(command -v $bundle_tool)" "$bundle_tools/$bundle_tool"
done
bundle_shell=${BUNDLE_SHELL:-$(command -v dash || command -v sh)}
"$BLACKSTART" bundle --script >"$T/check.sh"

# by_script FILE [OPTION...]: sets $status and $out as `run` does. The script is one from elsewhere.
by_script() {
	rm -rf "$T/unpacked"
	mkdir "$T/unpacked"
	(cd "$T/unpacked" && PATH=$bundle_tools exec tar xf "$1") >"$T/.tar" 2>&1
	shift
	for by_folder in "$T"/unpacked/*; do break; done
	[ -d "$by_folder" ] || by_folder=$T/unpacked
	run env -C "$by_folder" -i PATH="$bundle_tools" $bundle_shell "$T/check.sh" "$@"
}
