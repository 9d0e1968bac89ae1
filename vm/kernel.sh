#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Prints the directory of an unpacked kernel for the guest, fetching it first when the cache has none:
# vmlinuz, lib/modules/RELEASE, build (headers to build a module against), release, config, and
# make.vars (variables a module build must pass to make, one a line) and arch. Packages are downloaded and
# unpacked with apt-get and dpkg-deb as any user; nothing is installed on the system.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
cache=${ALLOCMARK_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/allocmark}

# shellcheck source=SCRIPTDIR/arch.sh
. "$here/arch.sh"
# shellcheck source=SCRIPTDIR/apt.sh
. "$here/apt.sh"
# shellcheck source=SCRIPTDIR/kernel-apt.sh
. "$here/kernel-apt.sh"
# shellcheck source=SCRIPTDIR/kernel-headers.sh
. "$here/kernel-headers.sh"
# shellcheck source=SCRIPTDIR/kernel-debug.sh
. "$here/kernel-debug.sh"

usage() {
	cat <<-EOF
	usage: kernel.sh [--update] [--cached] [--arch=ARCH] SPEC
	Prints the directory of an unpacked kernel. SPEC is one of
	  6.1                     a series: the newest release of it to be had, cloud flavour first
	  6.1.0-56-cloud-amd64    one release
	  VMLINUZ+HEADERS         a kernel image and its headers, two paths joined by a plus
	  default                 the cloud kernel of the running distribution
	  debug                   the distribution's kernel source with the kernel's own checks on:
	                          built once, twelve minutes of processor time
	  --arch=ARCH             of this architecture, by Debian's name: amd64 or arm64
	                          (default: this machine's)
	  --update                ask the package manager again though the cache has one
	  --cached                only what is in the cache: fetch and build nothing
	The cache is \$ALLOCMARK_CACHE, \$XDG_CACHE_HOME/allocmark or ~/.cache/allocmark.
	EOF
}

say() {
	echo "kernel.sh: $*" >&2
}

die() {
	say "$*"
	exit 1
}

need_command() {
	command -v "$1" >/dev/null || [ -x "/sbin/$1" ] || [ -x "/usr/sbin/$1" ] ||
		die "no $1; install it: apt-get install $2"
}

# --- the cache: kernels/RELEASE/, and spec/SPEC naming the release that answered it last; the SPECs
# of another architecture are kept apart by its name

# Prints the name of SPEC in the cache.
spec_key() {
	if arch_is_foreign "$arch"; then
		echo "$arch-$1"
	else
		echo "$1"
	fi
}

# Prints the release that SPEC was last answered with, when it is still there whole.
cached_release() {
	local spec=$1 release key

	release=$spec
	key=$(spec_key "$spec")
	[ ! -f "$cache/spec/$key" ] || release=$(cat "$cache/spec/$key")
	[ -f "$cache/kernels/$release/release" ] || return 1
	[ "$(arch_of_kernel "$cache/kernels/$release")" = "$arch" ] || return 1
	echo "$release"
}

# Moves the finished directory NEW into the cache as RELEASE: until then nothing of it shows.
publish_kernel() {
	local new=$1 release=$2

	rm -rf "$cache/kernels/$release"
	mv "$new" "$cache/kernels/$release"
}

remember_spec() {
	local key

	key=$(spec_key "$1")
	mkdir -p "$cache/spec"
	echo "$2" >"$cache/spec/.$key.$$"
	mv "$cache/spec/.$key.$$" "$cache/spec/$key"
}

# One fetch at a time; what a killed one left is removed.
lock_cache() {
	mkdir -p "$cache/kernels" 2>/dev/null && [ -w "$cache/kernels" ] ||
		die "$cache: cannot write there; set ALLOCMARK_CACHE to a directory of yours"
	exec 9>"$cache/kernels/.lock"
	flock 9
	rm -rf "$cache/kernels"/.new.*
	new=$(mktemp -d "$cache/kernels/.new.XXXXXX")
	trap 'rm -rf "$new"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
}

# Ends the script where SPEC is not in the cache and nothing but that was asked for.
need_cached_only() {
	[ -z "$cached_only" ] || die "$1 is not in the cache; make it: vm/kernel.sh $1"
}

# --- VMLINUZ+HEADERS

# The release an image says it is: in a bzImage a string whose offset stands in its header; in an arm64
# Image, which has none, the first words of its banner.
image_release() {
	local image=$1 offset

	if [ "$arch" = arm64 ]; then
		[ "$(od -An -c -j 56 -N 4 "$image" | tr -d ' ')" = ARMd ] || return 1
		LC_ALL=C grep -a -o -m 1 'Linux version [^ ]* (' "$image" | head -n 1 | cut -d ' ' -f 3
		return
	fi
	[ "$(od -An -c -j 514 -N 4 "$image" | tr -d ' ')" = HdrS ] || return 1
	offset=$(od -An -t u2 -j 526 -N 2 "$image" | tr -d ' ')
	tail -c +$((offset + 513)) "$image" | head -c 256 | tr '\0' '\n' | head -n 1 | cut -d ' ' -f 1
}

# Splits PATH+PATH, either of which may have a plus in it, into vmlinuz and headers.
split_pair() {
	local spec=$1 left=$1

	while [[ $left == *+* ]]; do
		left=${left%+*}
		if [ -f "$left" ] && [ -d "${spec#"$left"+}" ]; then
			vmlinuz=$(realpath "$left")
			headers=$(realpath "${spec#"$left"+}")
			return 0
		fi
	done
	die "$spec: give VMLINUZ+HEADERS, a kernel image and a headers directory, both existing"
}

# The release that modules built with the headers in DIR are for.
headers_release() {
	sed -n 's/^#define UTS_RELEASE "\(.*\)"/\1/p' "$1/include/generated/utsrelease.h" 2>/dev/null |
		grep . || die "$1: not prepared for building modules (no include/generated/utsrelease.h)"
}

# Copies the modules that belong to the image, should there be any beside it.
copy_modules() {
	local release=$1 dir

	for dir in "${vmlinuz%/*}/lib/modules" "${vmlinuz%/*}/../lib/modules" /lib/modules; do
		[ -d "$dir/$release/kernel" ] || continue
		mkdir -p "$new/lib/modules"
		cp -RL "$dir/$release" "$new/lib/modules/" 2>/dev/null ||
			die "$dir/$release: cannot copy the modules"
		index_modules "$new" "$release"
		return 0
	done
	say "no modules of $release beside $vmlinuz: its virtio drivers must be built in"
}

take_pair() {
	local spec=$1 vmlinuz headers release built

	split_pair "$spec"
	release=$(image_release "$vmlinuz") || die "$vmlinuz: not a Linux kernel image of $arch"
	[ -f "$headers/Makefile" ] && [ -f "$headers/.config" ] ||
		die "$headers: not a configured kernel headers directory"
	built=$(headers_release "$headers")
	[ "$built" = "$release" ] || die "$headers is for $built, but $vmlinuz is $release"
	lock_cache
	ln -s "$vmlinuz" "$new/vmlinuz"
	ln -s "$headers" "$new/build"
	cp "$headers/.config" "$new/config"
	copy_modules "$release"
	make_vars "$new"
	chmod 755 "$new"
	echo "$arch" >"$new/arch"
	echo "$release" >"$new/release"
	publish_kernel "$new" "given-$release"
	echo "$cache/kernels/given-$release"
}

# --- by name

take_named() {
	local spec=$1 release

	[[ $spec =~ ^(default|[0-9]+\.[0-9]+[A-Za-z0-9.+~_-]*)$ ]] ||
		die "'$spec' is no kernel: give a series (6.1), a release, VMLINUZ+HEADERS, default or debug"
	if [ -z "$update" ] && release=$(cached_release "$spec"); then
		echo "$cache/kernels/$release"
		return 0
	fi
	need_cached_only "$spec"
	need_command apt-get apt
	need_command dpkg-deb dpkg
	need_command depmod kmod
	lock_cache
	find_kernel "$spec"
	release=$found
	if ! cached_release "$release" >/dev/null; then
		say "fetching $release from $found_in"
		fetch_kernel "$new" "$release"
		publish_kernel "$new" "$release"
	fi
	remember_spec "$spec" "$release"
	echo "$cache/kernels/$release"
}

update='' cached_only='' spec='' arch=$(arch_host)
for arg; do
	case $arg in
	--update) update=1 ;;
	--cached) cached_only=1 ;;
	--arch=*) arch=${arg#*=} ;;
	--help) usage; exit 0 ;;
	-*) die "unknown argument '$arg' (see --help)" ;;
	*) [ -z "$spec" ] || die 'more than one SPEC given'; spec=$arg ;;
	esac
done
[ -n "$spec" ] || die 'no SPEC given (see --help)'
arch_check "$arch"
case $spec in
*/*) take_pair "$spec" ;;
debug) take_debug ;;
*) take_named "$spec" ;;
esac
