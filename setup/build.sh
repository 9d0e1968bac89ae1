# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Building out of tree, for run-tests.sh and run-bench.sh: sourced from the top of the tree by
# scripts that define die MESSAGE.

# build_ready LOG: makes configure where it is missing or older than what it is made from.
build_ready() {
	if [ -e config.status ]; then
		die "the source directory is configured, so nothing can be built beside it: make distclean"
	fi
	if [ -e configure ] && [ -z "$(find . -name 'build-*' -prune -o \
		'(' -name '*.a[cm]' -o -path './m4/*' ')' -newer configure -print)" ]; then
		return
	fi
	./autogen.sh >"$1" 2>&1 || die "autogen.sh failed: $(tail -n 1 "$1") ($1)"
}

# build_configure DIR OPTION...: configures in DIR once, and again when the options change.
build_configure() {
	local dir=$1 top=$PWD
	shift
	mkdir -p "$dir"
	if [ -e "$dir/config.status" ] && [ "$(cat "$dir/options" 2>/dev/null)" = "$*" ]; then
		return
	fi
	(cd "$dir" && "$top/configure" "$@") || return 1
	echo "$*" >"$dir/options"
}

# build_module KDIR DIR ARGUMENT...: the module for the kernel of KDIR, in DIR.
build_module() {
	local kdir=$1 dir=$2
	shift 2
	mkdir -p "$dir"
	make -C kmod KDIR="$kdir" BUILD="$dir" "$@"
}
