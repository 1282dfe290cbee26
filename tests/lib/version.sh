#!/bin/sh
# version.sh FILE: writes the header that says which blackstart this is, and touches it only when
# that changed. PREFIX says where `make install` puts the shared files.
set -eu
version=unknown commit=unknown
if [ -e .git ] && command -v git >/dev/null 2>&1; then
	version=$(git describe --tags --always --dirty 2>/dev/null) || version=unknown
	commit=$(git rev-parse HEAD 2>/dev/null) || commit=unknown
fi
mkdir -p "$(dirname "$1")"
temp=$1.$$
cat >"$temp" <<EOF
#ifndef GEN_VERSION_H
#define GEN_VERSION_H

#define BLACKSTART_VERSION "$version"
#define BLACKSTART_COMMIT "$commit"
#define BLACKSTART_SHARE "${PREFIX:-/usr/local}/share/blackstart"

#endif
EOF
if cmp -s "$temp" "$1"; then
	rm -f "$temp"
else
	mv -f "$temp" "$1"
fi
