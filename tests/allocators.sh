#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Allocators in malloc()'s place: each one that is installed is measured in processes that have it and
# nothing else, with what identifies it in the manifest; one that is not there, cannot be loaded or is
# not what its file name says is told in one line, or skipped with the reason. What is not installed here
# is played by directories made for it.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
builddir=${AMK_BUILDDIR:-$(pwd)}
allocmark=$builddir/bench/allocmark
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# shellcheck source=SCRIPTDIR/tap.sh
. "$here/tap.sh"

[ -x "$allocmark" ] || tap_skip_all "not built: run it by make check"
command -v jq >/dev/null || tap_skip_all "no jq"
cd "$tmp"
unset ALLOCMARK_ALLOCATOR_PATH LD_PRELOAD

run=("$allocmark" run --side=user --workloads="pair,overhead" --sizes="64,64K" --rounds=1 --seed=1
	--events=none --quiet --no-table)

# refuses NAME PATTERN COMMAND...: exit status 1, one line on stderr that matches, and no run directory.
refuses() {
	local name=$1 pattern=$2 status=0
	shift 2
	"$@" --out=refused >out 2>err || status=$?
	if [ "$status" != 1 ]; then
		tap_fail "$name" "exit status $status, wanted 1" "$(cat err)"
	elif [ "$(wc -l <err)" != 1 ] || ! grep -qE -e "$pattern" err; then
		tap_fail "$name" "wanted one line like: $pattern" "$(cat err)"
	elif [ -e refused ]; then
		tap_fail "$name" "a run directory was made"
	else
		tap_pass "$name"
	fi
}

# endings RUN STRATEGY: how its blocks ended, each way once, with the reason.
endings() {
	jq -r --arg s "$2" 'select(.strategy == $s) | "\(.status) \(.reason)"' "$1/blocks.jsonl" | sort -u
}

fact() {
	jq -r --arg key "$2" '.comparability[$key] // "none"' "$1/manifest.json"
}

# value RUN STRATEGY SIZE METRIC
value() {
	jq -r --arg s "$2" --arg m "$4" "select(.strategy == \$s and .workload == \"overhead\" and .size_bytes == $3) |
		.values[] | select(.metric == \$m) | .value // .reason" "$1/blocks.jsonl"
}

# ---- bad input

word_tests() {
	refuses "a name that is none" "'hoard' is none of auto, glibc, jemalloc, tcmalloc and mimalloc" \
		"${run[@]}" --strategies=null --allocators=glibc,hoard
	refuses "an empty word" "empty word in 'glibc,'" "${run[@]}" --strategies=null --allocators=glibc,
	refuses "the kernel's half has none" '--allocators: only the user half' \
		"$allocmark" run --check --side=kernel --allocators=auto
	refuses "evidence has none" '--allocators: --evidence' \
		"$allocmark" run --check --side=user --evidence --allocators=auto
}

# With sanitizers malloc() is theirs, whatever is loaded.
if [ -n "${AMK_SANITIZE:-}" ]; then
	word_tests
	refuses "sanitizers have an allocator of their own" 'built with sanitizers' \
		"${run[@]}" --strategies=null --allocators=glibc
	tap_ok "auto skips them" "${run[@]}" --strategies=null --allocators=auto --out=sanitized
	tap_is "and says why" "$(endings sanitized malloc-glibc)" \
		"skip built with sanitizers, which have an allocator of their own"
	tap_done
fi

# play FILE SOURCE: a library of that name in a directory of its own, in $ALLOCMARK_ALLOCATOR_PATH.
play() {
	rm -rf played
	mkdir played
	cp -L "$2" "played/$1"
	export ALLOCMARK_ALLOCATOR_PATH=$tmp/nowhere:$tmp/played
}

absent_tests() {
	export ALLOCMARK_ALLOCATOR_PATH=$tmp/nowhere
	refuses "one that is not installed" 'jemalloc is not installed; install the package libjemalloc2 ' \
		"${run[@]}" --strategies=null --allocators=glibc,jemalloc
	refuses "one of auto's that is asked for by name, too" 'mimalloc is not installed' \
		"${run[@]}" --strategies=null --allocators=auto,mimalloc
	tap_ok "auto goes on without" "${run[@]}" --strategies=null --allocators=auto --out=absent
	tap_is "what is absent is a skip" "$(endings absent malloc-tcmalloc)" \
		"skip that allocator is not installed"
	tap_is "the C library is measured" "$(endings absent malloc-glibc)" "ok "
	tap_is "nothing is said of what is absent" "$(fact absent allocator.tcmalloc.path)" none
	tap_ok "list says so, too" grep -q 'malloc-tcmalloc *allocator *no ' <("$allocmark" list)
	unset ALLOCMARK_ALLOCATOR_PATH
}

unloadable_tests() {
	local libm
	play libjemalloc.so.2 "$builddir/bench/allocmark-block"
	# The machine of an ELF file: EM_M32R, which nobody runs.
	printf '\130\0' | dd of=played/libjemalloc.so.2 bs=1 seek=18 conv=notrunc status=none
	refuses "a library of another architecture" 'jemalloc: .*/played/libjemalloc.so.2: .*architecture' \
		"${run[@]}" --strategies=null --allocators=jemalloc
	play libjemalloc.so.2 "$here/tap.sh"
	refuses "a file that is no library" 'jemalloc: .*/played/libjemalloc.so.2' \
		"${run[@]}" --strategies=null --allocators=jemalloc
	play libtcmalloc_minimal.so.4 "$builddir/bench/allocmark-block"
	truncate -s 64 played/libtcmalloc_minimal.so.4
	refuses "a library that cannot be loaded" 'tcmalloc: .*could not be loaded in its place' \
		"${run[@]}" --strategies=null --allocators=tcmalloc
	# It loads, and malloc() stays the C library's.
	libm=$(ldd "$allocmark" | awk '/libm\.so/ { print $3 }')
	play libmimalloc.so.2 "$libm"
	refuses "a library that is no allocator" 'mimalloc: .*malloc\(\) is not that allocator' \
		"${run[@]}" --strategies=null --allocators=mimalloc
	# It knows a version, and malloc() stays the C library's all the same.
	echo 'int mi_version(void) { return 209; }' | ${CC:-cc} -shared -fPIC -o versioned.so -xc -
	play libmimalloc.so.2 versioned.so
	refuses "a library without malloc()" 'mimalloc: .*malloc\(\) is not that allocator' \
		"${run[@]}" --strategies=null --allocators=mimalloc
	tap_ok "auto goes on without it" "${run[@]}" --strategies=null --allocators=auto --out=unloadable
	tap_is "and says why" "$(endings unloadable malloc-mimalloc)" \
		"skip malloc() is not that allocator's: it could not be loaded in its place"
	unset ALLOCMARK_ALLOCATOR_PATH
}

# ---- what is installed

# In the linker's own log of all processes: the library was started in some of them.
mapped() {
	grep -qsE "calling init: $1\$" ld.*
}

measured_tests() {
	local name=$1 path id
	path=$(fact auto "allocator.$name.path")
	tap_is "$name: measured" "$(endings auto "malloc-$name")" "ok "
	tap_ok "$name: a version in the manifest" grep -qE '^[0-9]+\.[0-9]+' <(fact auto "allocator.$name.version")
	if command -v readelf >/dev/null; then
		id=$(readelf -n "$path" | sed -n 's/.*Build ID: //p')
		tap_is "$name: its build id in the manifest" "$(fact auto "allocator.$name.build_id")" "${id:-none}"
	else
		tap_skip "$name: its build id in the manifest" "no readelf"
	fi
	if command -v dpkg-query >/dev/null; then
		tap_ok "$name: its package in the manifest" \
			grep -qE '^lib[a-z0-9.:+-]+ [0-9]' <(fact auto "allocator.$name.package")
	fi
	if [ "$name" != glibc ]; then
		tap_ok "$name: loaded where it was measured" mapped "$path"
	fi
	overhead_tests "$name"
}

# Every page was written to, so no less can be resident than was asked for; usable cannot be less either.
overhead_tests() {
	local size wrong=() objects requested resident usable
	for size in 64 65536; do
		objects=$(value auto "malloc-$1" $size overhead_objects)
		requested=$(value auto "malloc-$1" $size overhead_requested)
		resident=$(value auto "malloc-$1" $size overhead_resident)
		usable=$(value auto "malloc-$1" $size overhead_usable)
		[ "$requested" = $((objects * size)) ] || wrong+=("$size: $objects objects of $requested bytes")
		[ "$resident" -ge "$requested" ] || wrong+=("$size: $resident resident of $requested")
		[ "$resident" -le $((2 * requested)) ] || wrong+=("$size: $resident resident of $requested")
		[ "$usable" -ge "$requested" ] || wrong+=("$size: $usable usable of $requested")
		[ "$(value auto "malloc-$1" $size overhead_trimmed)" -lt $((requested / 2)) ] ||
			wrong+=("$size: not trimmed")
	done
	tap_empty "$1: what it holds" "${wrong[*]}"
}

# other_build RUN TO NAME: the run as one of another build of that library.
other_build() {
	rm -rf "$2"
	cp -r "$1" "$2"
	sed -i -E "s/(\"allocator\.$3\.build_id\": \")[0-9a-f]*/\10123abcd/" "$2/manifest.json"
}

compare_tests() {
	other_build auto other glibc
	"$allocmark" compare auto other >out 2>err || true
	tap_ok "another build of an allocator is told" grep -q '^  allocator.glibc.build_id ' out
	tap_ok "and is no comparison" grep -q 'not to be compared, 1 thing differs.*--across=allocator' err
	tap_ok "unless it is asked for" "$allocmark" compare --across=allocator auto other
}

# A run that lacks its last block goes on by the library it began with, and not without.
resume_tests() {
	local name=$1
	tap_ok "$name alone" "${run[@]}" --strategies=null --allocators="$name" --out=resumed
	sed -i '$d' resumed/blocks.jsonl
	ALLOCMARK_ALLOCATOR_PATH=$tmp/nowhere "$allocmark" run --quiet --no-table --resume=resumed >out 2>err || true
	tap_is "it does not go on without $name: one line" "$(wc -l <err)" 1
	tap_ok "it goes on with it" "$allocmark" run --quiet --no-table --resume=resumed
	tap_is "all of it is there" "$(endings resumed "malloc-$name")" "ok "
}

# What is loaded into everything by the caller is not in the C library's own process.
preloaded_tests() {
	local path
	path=$(fact auto "allocator.$1.path")
	tap_ok "with $1 loaded into everything" env LD_PRELOAD="$path" "${run[@]}" --strategies=malloc-glibc --out=ambient
	tap_is "the C library is measured by itself" "$(endings ambient malloc-glibc)" "ok "
}

word_tests
absent_tests
unloadable_tests

tap_ok "every one that is installed" env LD_DEBUG=libs LD_DEBUG_OUTPUT="$tmp/ld" "${run[@]}" --strategies=null \
	--allocators=auto --out=auto
measured_tests glibc
others=()
for name in jemalloc tcmalloc mimalloc; do
	if [ "$(fact auto "allocator.$name.path")" = none ]; then
		tap_skip "$name" "not installed: setup/packages.sh allocators"
	else
		measured_tests "$name"
		others+=("$name")
	fi
done
"$allocmark" show auto >out
tap_is "show has a line for each" "$(grep -cE '^(allocator)? +user +malloc-' out)" $((1 + ${#others[@]}))
tap_is "and one of what each holds" "$(sed -n '/^overhead:/,/^$/p' out | grep -c '^malloc-')" $((1 + ${#others[@]}))
compare_tests
if [ ${#others[@]} != 0 ]; then
	resume_tests "${others[0]}"
	preloaded_tests "${others[0]}"
fi

tap_done
