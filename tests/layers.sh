#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The rules of the rooms, read off the sources and the objects: what each may include, that only
# deps.h knows which side it is on, and that the core needs nothing but the few functions listed
# here, keeps no state and computes without floating point. The core's objects are compiled here as
# a kernel would have them (freestanding, general registers only), so a use of floating point
# shows as an error or as a call into libgcc, and a writable object as a data section.
#
# AMK_SRCDIR: the tree. AMK_BUILDDIR: where it was built (its archives are looked at too).
set -eu

srcdir=${AMK_SRCDIR:-$(dirname "$0")/..}
builddir=${AMK_BUILDDIR:-}
cc=${CC:-cc}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# shellcheck source=SCRIPTDIR/tap.sh
. "$(dirname "$0")/tap.sh"

cd "$srcdir"

# What the core may call: string functions that both sides have, and what deps.h wraps for user space.
allowed='memcpy memmove memset memcmp memchr strcmp strncmp strlen strnlen strchr
clock_gettime getrusage sched_getcpu sched_yield'

# sources ROOM...: the C files of the rooms, one a line.
sources() {
	for room in "$@"; do
		find "$room" -name '*.[ch]' -o -name '*.def'
	done | sort
}

# includes FILE: FILE's includes as <name> or "name", one a line.
includes() {
	sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*\([<"][^>"]*[>"]\).*/\1/p' "$1"
}

# path_of FILE INCLUDE: the path in the tree of a quoted include, or nothing if it is not there.
path_of() {
	name=$(echo "$2" | tr -d '<>"')
	for base in "$(dirname "$1")" . lib/core; do
		if [ -f "$base/$name" ]; then
			realpath --relative-to=. "$base/$name"
			return
		fi
	done
}

# strays ROOM ALLOWED-ROOM...: includes in ROOM of files of the tree outside the allowed rooms.
strays() {
	room=$1
	shift
	sources "$room" | while read -r file; do
		includes "$file" | while read -r include; do
			path=$(path_of "$file" "$include")
			case $include in
			'"config.h"' | '<config.h>') continue ;;
			'"lib/user/thresholds_builtin.h"') continue ;; # made by make
			'<'*) [ -n "$path" ] || continue ;;
			esac
			for ok in "$@"; do
				case $path in "$ok"/*) continue 2 ;; esac
			done
			echo "$file includes $include"
		done
	done
}

# users PATTERN FILE...: the files with an include that matches PATTERN (an extended expression).
users() {
	pattern=$1
	shift
	for file in "$@"; do
		if includes "$file" | grep -Eq "$pattern"; then
			echo "$file"
		fi
	done
}

core_outside_includes() {
	sources lib/core | while read -r file; do
		includes "$file" | grep '^<' | while read -r include; do
			case $file:$include in
			lib/core/deps.h:*) ;;
			'lib/core/abi.h:<linux/types.h>' | 'lib/core/abi.h:<linux/ioctl.h>') ;;
			*) echo "$file includes $include" ;;
			esac
		done
	done
}

# compile FILE OBJECT: the way a kernel would have it.
compile() {
	$cc -std=gnu11 -O2 -ffreestanding -fno-pie -mgeneral-regs-only -fno-stack-protector \
		-fno-asynchronous-unwind-tables -Wall -Wextra -Werror -D_GNU_SOURCE -iquote . -c "$1" -o "$2"
}

# undefined OBJECT...: symbols that none of them defines and that are not on the list.
undefined() {
	nm -u "$@" | awk 'NF == 2 && $1 == "U" { print $2 }' | sort -u >"$tmp/undefined"
	nm -g --defined-only "$@" | awk 'NF == 3 { print $3 }' | sort -u >"$tmp/defined"
	echo "$allowed" | tr ' ' '\n' | sort -u >"$tmp/allowed"
	# What a compiler puts in for a check of its own is no need of the core.
	sort -u "$tmp/defined" "$tmp/allowed" | comm -23 "$tmp/undefined" - |
		grep -Ev '^(__(asan|ubsan)_.*|__stack_chk_fail|__[a-z]*_chk|_GLOBAL_OFFSET_TABLE_)$' || true
}

# writable OBJECT...: sections with writable content that is not only relocated constants.
writable() {
	for object in "$@"; do
		size -A "$object" | awk -v object="$(basename "$object")" \
			'$1 ~ /^\.(data|bss|tdata|tbss)(\.|$)/ && $1 !~ /^\.data\.rel\.ro/ && $2 > 0 {
				print object ": " $2 " bytes in " $1 }'
		nm "$object" | awk -v object="$(basename "$object")" \
			'$2 == "C" { print object ": common symbol " $3 }'
	done
}

# unprefixed ARCHIVE...: global names without the project's prefix.
unprefixed() {
	nm -g --defined-only "$@" 2>/dev/null |
		awk 'NF == 3 && $3 !~ /^(amk_|__amk_|__odr_asan|__asan|__ubsan|\.L|_ITM|DW\.ref)/ { print $3 }'
}

includes_tests() {
	tap_empty "core includes only core" "$(strays lib/core lib/core)"
	tap_empty "core reaches outside through deps.h alone" "$(core_outside_includes)"
	tap_empty "lib/user includes only lib/user and core" "$(strays lib/user lib/user lib/core)"
	tap_empty "bench includes only bench, lib/user and core" \
		"$(strays bench bench lib/user lib/core)"
	tap_empty "kmod includes only kmod and core" "$(strays kmod kmod lib/core)"
	# The lists of files are words: no path in the tree has a space.
	# shellcheck disable=SC2046
	tap_empty "only topology.c and distances.c of lib/user know hwloc, and the former libnuma" \
		"$(users '<(hwloc[./]|numa(if)?\.h)' $(sources lib bench kmod) |
			grep -vxE 'lib/user/(topology|distances)\.c')$(users '<numa' lib/user/distances.c)"
	# shellcheck disable=SC2046
	tap_empty "only lib/user/thresholds_read.c knows inih" \
		"$(users '<ini\.h>' $(sources lib bench kmod) | grep -vx 'lib/user/thresholds_read\.c')"
	# shellcheck disable=SC2046
	tap_empty "only records and manifest of lib/user know jansson" \
		"$(users '<jansson' $(sources lib bench kmod) |
			grep -Ev '^lib/user/(records?|manifest)[-_a-z]*\.[ch]$')"
}

words_tests() {
	# shellcheck disable=SC2046
	tap_empty "only deps.h asks which side it is on" \
		"$(grep -lw __KERNEL__ $(sources lib bench kmod) | grep -vx 'lib/core/deps\.h')"
	# shellcheck disable=SC2046
	tap_empty "ioctl numbers are in abi.h alone" \
		"$(grep -lE '\b_IO(R|W|WR)?\(' $(sources lib bench kmod) | grep -vx 'lib/core/abi\.h')"
	# shellcheck disable=SC2046
	tap_empty "nothing registers itself by constructor or section" \
		"$(grep -nE '__attribute__ *\(\( *(constructor|section)' $(sources lib bench))"
}

objects_tests() {
	objects=
	for file in lib/core/*.c; do
		object=$tmp/$(basename "$file" .c).o
		tap_ok "freestanding: $file" compile "$file" "$object"
		if [ -f "$object" ]; then
			objects="$objects $object"
		fi
	done
	if [ -z "$objects" ]; then
		tap_fail "core has objects to look at"
		return
	fi
	# shellcheck disable=SC2086
	tap_empty "core calls only what is allowed" "$(undefined $objects)"
	# shellcheck disable=SC2086
	tap_empty "core has no writable data" "$(writable $objects)"
}

archive_tests() {
	archive=$builddir/lib/core/libamkcore.a
	if [ -z "$builddir" ] || [ ! -f "$archive" ]; then
		tap_skip "the core's archive" "not built: run it by make check"
		return
	fi
	ar t "$archive" | sed 's/^.*-\([^-]*\)$/\1/; s/\.o$//' | sort >"$tmp/members"
	find lib/core -name '*.c' -exec basename {} .c ';' | sort >"$tmp/files"
	tap_empty "every file of core is in the archive" "$(comm -13 "$tmp/members" "$tmp/files")"
	tap_empty "the archive calls only what is allowed" "$(undefined "$archive")"
	tap_empty "global names have the prefix" \
		"$(unprefixed "$archive" "$builddir/lib/user/libamkuser.a")"
}

includes_tests
words_tests
objects_tests
archive_tests
tap_done
