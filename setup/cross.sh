#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Configures a build directory for another architecture: the system's cross compiler, and the headers
# and libraries of that architecture from a directory of vm/sysroot.sh. What is to be had there is what
# setup/packages.list says the build needs here. The tests of such a build directory boot a guest of
# its architecture.
set -euo pipefail

me=setup/cross.sh
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

usage() {
	cat <<END
Usage: $me --arch=ARCH DIR [CONFIGURE-OPTION]...
Configure in DIR for the architecture ARCH, by Debian's name (arm64); then 'make -C DIR',
'make -C DIR check-guest'. Packages: setup/packages.sh build arm64.
END
}

die() {
	echo "$me: $*" >&2
	exit 1
}

# shellcheck source=SCRIPTDIR/../vm/arch.sh
. "$top/vm/arch.sh"
# shellcheck source=SCRIPTDIR/build.sh
. "$top/setup/build.sh"

# The development packages of the libraries, the first of NAME|OTHER.
libraries() {
	awk '!/^#/ && $2 ~ /^lib.*-dev/ { sub(/[|].*/, "", $2); print $2 }' "$top/setup/packages.list" |
		sort -u
}

main() {
	local arch='' dir triplet root names=()
	while [ $# -gt 0 ]; do
		case $1 in
		--arch=*) arch=${1#*=} ;;
		--help) usage; exit 0 ;;
		-*) die "unknown option $1: one of --arch=ARCH --help" ;;
		*) break ;;
		esac
		shift
	done
	[ -n "$arch" ] || die "no --arch=ARCH given: as in --arch=arm64"
	arch_check "$arch"
	[ $# -gt 0 ] || die "no directory to build in: as in build-$arch"
	dir=$(realpath -m "$1")
	shift
	triplet=$(arch_field "$arch" machine)-linux-gnu
	command -v "$triplet-gcc" >/dev/null ||
		die "no $triplet-gcc: setup/packages.sh build $arch"
	mapfile -t names < <(libraries)
	root=$("$top/vm/sysroot.sh" --arch="$arch" busybox-static "${names[@]}") || exit 1
	cd "$top"
	build_configure "$dir" --host="$triplet" CC="$triplet-gcc --sysroot=$root" \
		PKG_CONFIG=pkg-config PKG_CONFIG_SYSROOT_DIR="$root" \
		PKG_CONFIG_LIBDIR="$root/usr/lib/$triplet/pkgconfig:$root/usr/share/pkgconfig" \
		AMK_EMULATOR="qemu-$(arch_field "$arch" machine) -L $root" --disable-kmod "$@"
}

main "$@"
