#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Prints a directory with Debian packages of another architecture unpacked in it: the headers and
# libraries to cross-compile with, and the libraries and the busybox of a guest. Of the release that
# runs here, as its cross compiler is. Nothing is installed, and dpkg knows of no foreign architecture.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
cache=${ALLOCMARK_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/allocmark}

usage() {
	cat <<-END
	usage: sysroot.sh --arch=ARCH PACKAGE…
	Prints a directory in which the packages are unpacked, with all that they depend on. What was
	asked for before stays in it.
	  --arch=ARCH     Debian's name of the architecture, as arm64
	The cache is \$ALLOCMARK_CACHE, \$XDG_CACHE_HOME/allocmark or ~/.cache/allocmark.
	END
}

say() {
	echo "sysroot.sh: $*" >&2
}

die() {
	say "$*"
	exit 1
}

# shellcheck source=SCRIPTDIR/arch.sh
. "$here/arch.sh"
# shellcheck source=SCRIPTDIR/apt.sh
. "$here/apt.sh"

arch='' wanted=()
for arg; do
	case $arg in
	--arch=*) arch=${arg#*=} ;;
	--help) usage; exit 0 ;;
	-*) die "unknown argument '$arg' (see --help)" ;;
	*) wanted+=("$arg") ;;
	esac
done
[ -n "$arch" ] || die 'no --arch=ARCH given (see --help)'
arch_check "$arch"
arch_is_foreign "$arch" || die "--arch=$arch is this machine's own: install the packages"
[ ${#wanted[@]} -gt 0 ] || die 'no PACKAGE given (see --help)'

# Prints the packages that are in the directory and those that are wanted, each once.
all_packages() {
	{
		cat "$root/packages" 2>/dev/null || true
		printf '%s\n' "${wanted[@]}"
	} | sort -u
}

is_complete() {
	[ -f "$root/packages" ] && [ "$(all_packages)" = "$(cat "$root/packages")" ]
}

# Prints NAME:ARCH of all that has to be unpacked for PACKAGE…, by what the package manager would
# install on a machine with nothing on it; what is this machine's kind of it is left out.
closure() {
	apt_here apt-get install --print-uris -y --no-install-recommends "${@/%/:$arch}" \
		2>"$new/log" | sed -nE "s/^'[^']*' ([^_ ]+)_[^ ]*_$arch\\.deb .*/\\1:$arch/p"
}

fetch() {
	local packages=() names=()

	use_configured
	mapfile -t packages < <(all_packages)
	mapfile -t names < <(closure "${packages[@]}")
	[ ${#names[@]} -gt 0 ] ||
		die "${packages[*]}: not to be had for $arch: $(grep -m 1 '^E:' "$new/log")"
	say "fetching ${#names[@]} packages of $arch"
	mkdir "$new/root"
	unpack_packages "$new/root" "${names[@]}"
	[ -e "$new/root/lib" ] || ln -s usr/lib "$new/root/lib"
	rm -rf "$new/root/usr/share/doc" "$new/root/usr/share/man" "$new/root/usr/share/locale"
	printf '%s\n' "${packages[@]}" >"$new/root/packages"
	rm -rf "$root"
	mv "$new/root" "$root"
}

# A directory of one release: libraries and the cross compiler's own fit together.
release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release 2>/dev/null || true)
root=$cache/sysroots/${release:-unknown}-$arch
if ! is_complete; then
	for tool in apt-get dpkg-deb flock; do
		command -v $tool >/dev/null || die "no $tool: packages of $arch come by Debian's tools"
	done
	mkdir -p "$cache/sysroots" 2>/dev/null && [ -w "$cache/sysroots" ] ||
		die "$cache: cannot write there; set ALLOCMARK_CACHE to a directory of yours"
	exec 9>"$cache/sysroots/.lock"
	flock 9
	rm -rf "$cache/sysroots"/.new.*
	new=$(mktemp -d "$cache/sysroots/.new.XXXXXX")
	trap 'rm -rf "$new"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	is_complete || fetch
fi
echo "$root"
