#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The harness adds next to nothing: the null strategy's pair loop costs at most 2 instructions an
# operation (counted, not timed: the slope between N and 2N under callgrind), and the process that
# measures has not called malloc() before the strategy does (counted by memcheck).
set -eu

builddir=${AMK_BUILDDIR:-.}

# shellcheck source=SCRIPTDIR/tap.sh
. "$(dirname "$0")/tap.sh"

command -v valgrind >/dev/null || tap_skip_all "no valgrind: apt-get install valgrind"
[ -z "${AMK_SANITIZE:-}" ] || tap_skip_all "valgrind does not run sanitized programs"
[ -x "$builddir/tests/null_cost" ] || tap_skip_all "not built: run it by make check"

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# Without debug information: valgrind reads it and stumbles over that of newer compilers.
for program in tests/null_cost tests/run_block bench/allocmark-block; do
	strip -g -o "$tmp/${program##*/}" "$builddir/$program"
done

# instructions N: how many the whole program takes for N operations.
instructions() {
	valgrind --tool=callgrind --callgrind-out-file="$tmp/out.$1" \
		"$tmp/null_cost" "$1" >"$tmp/log" 2>&1 || {
		cat "$tmp/log" >&2
		return 1
	}
	awk '/^(summary|totals):/ { print $2; exit }' "$tmp/out.$1"
}

slope_test() {
	ops=1000000
	once=$(instructions "$ops") || once=
	twice=$(instructions $((2 * ops))) || twice=
	if [ -z "$once" ] || [ -z "$twice" ]; then
		tap_fail "instructions can be counted" "N: $once, 2N: $twice"
		return
	fi
	# Start-up differs by a few instructions from run to run; a loop of nothing would be a broken count.
	slope=$(awk -v a="$once" -v b="$twice" -v n="$ops" 'BEGIN { printf "%.3f", (b - a) / n }')
	echo "# $slope instructions an operation"
	tap_ok "null: at most 2 instructions an operation ($slope)" \
		awk -v s="$slope" 'BEGIN { exit !(s <= 2.01 && s >= 1) }'
}

# heap STRATEGY: allocations of the fresh process during a block of that strategy.
heap() {
	valgrind --trace-children=yes --log-file="$tmp/heap.%p" \
		"$tmp/run_block" "$tmp/allocmark-block" "$1" burst-fifo 64 >"$tmp/run" 2>&1 || {
		cat "$tmp/run" >&2
		return 1
	}
	for log in "$tmp"/heap.*; do
		if grep -q 'Command: .*allocmark-block$' "$log"; then
			sed -n 's/.*total heap usage: \([0-9,]*\) allocs.*/\1/p' "$log" | tr -d ,
		fi
	done
	rm -f "$tmp"/heap.*
}

heap_test() {
	tap_is "a block of null never calls malloc()" "$(heap null)" 0
	count=$(heap malloc) || count=0
	tap_ok "a block of malloc is seen to call it ($count times)" test "${count:-0}" -ge 64
}

slope_test
heap_test
tap_done
