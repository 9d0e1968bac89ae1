#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Records on this machine what aa.sh and slowdown.sh replay, user side: some 25 minutes, most of which
# the quiet sets wait for a quiet processor.
#
# record.sh OUT: into OUT, a new directory, in the form of data/, which it may then take the place of:
#   a01 ...     15 runs of one build, 20 rounds each
#   turns-*     30 rounds of one build and of itself by turns, base head head base
#   loud1-* ... 24 rounds by turns of malloc slowed by 0 and by 20 per cent
#   quiet1-* .. 30 rounds by turns of 0 and 10 per cent, each block begun at the processor's full speed
# AMK_RUNS (15), AMK_SETS (3) and AMK_ROUNDS (of each: as above) make it shorter for a trial. What tells
# machines apart but not their speed (command line and build of the kernel) is taken out in the end, and
# is checked to be the same in all before.
set -euo pipefail

# shellcheck source=SCRIPTDIR/lib.sh
. "$(dirname "$0")/lib.sh"

[ $# = 1 ] && mkdir "$1" || { echo "record.sh: give one new directory" >&2; exit 2; }
out=$(realpath "$1")
sizes=64,512,4K

"${CC:-gcc}" -std=gnu11 -D_GNU_SOURCE -O2 -fno-builtin -shared -fPIC -o "$tmp/slow_malloc.so" \
	"$here/slow_malloc.c"
# By its bare name: a path would be in the manifest.
export LD_LIBRARY_PATH=$tmp

# shim VALUE COMMAND...: the command under slow_malloc.so, told AMK_SLOW_MALLOC=VALUE.
shim() {
	LD_PRELOAD=slow_malloc.so AMK_SLOW_MALLOC=$1 "${@:2}"
}

# run STEPS OPTION...: a run with the options that all have in common.
run() {
	local command=("$allocmark" run)
	[ "$1" = none ] || command=(shim "$1" "$allocmark" run)
	shift
	"${command[@]}" --side=user --sizes=$sizes --machine=validation --events=none --quiet --no-table \
		"$@" >/dev/null 2>"$tmp/err" || { cat "$tmp/err" >&2; exit 1; }
}

# rounds NAME N BASE HEAD OPTION...: N rounds by turns, with the steps BASE and HEAD; none: no shim.
rounds() {
	local name=$1 n=$2 order round side
	mkdir "$tmp/$name"
	local -A steps_of=([base]=$3 [head]=$4)
	for ((round = 1; round <= n; round++)); do
		order="base head"
		[ $((round % 2)) = 1 ] || order="head base"
		for side in $order; do
			run "${steps_of[$side]}" --rounds=1 --seed=$round \
				--out="$tmp/$name/$side-$(printf %03d $round)" "${@:5}"
		done
	done
	for side in base head; do
		mkdir "$out/$name-$side"
		cp "$tmp/$name/$side-001/manifest.json" "$out/$name-$side/"
		awk -f "$here/merge.awk" "$tmp/$name/$side"-*/costs.tsv >"$out/$name-$side/costs.tsv"
	done
	echo "$name"
}

# The steps that slow malloc down by $1 per cent, and as many zeros.
calibrate() {
	steps=$(shim "calibrate:$1:64,512,4096" env)
	zeros=$(sed -E 's/:[0-9]+/:0/g' <<<"$steps")
	echo "$1 per cent: $steps"
}

main() {
	local i all=("--strategies=null,malloc,malloc-control,calloc,mmap" "--workloads=pair,burst-fifo,touch")
	local hit=("--strategies=null,malloc,malloc-control,calloc" "--workloads=pair,touch")
	mkdir "$tmp/runs"
	for i in $(seq -f %02g "${AMK_RUNS:-15}"); do
		run none --rounds="${AMK_ROUNDS:-20}" --seed=$((10#$i)) --out="$tmp/runs/a$i" "${all[@]}"
		"$allocmark" baseline "$tmp/runs/a$i" "$out/a$i" >/dev/null
		echo "a$i"
	done
	rounds turns "${AMK_ROUNDS:-30}" none none "${all[@]}"
	AMK_QUIET=$(LD_PRELOAD=slow_malloc.so AMK_QUIET=find env)
	export AMK_QUIET
	calibrate 20
	for i in 1 2; do
		(
			unset AMK_QUIET
			rounds loud$i "${AMK_ROUNDS:-24}" "$zeros" "$steps" "${all[@]}"
		)
	done
	calibrate 10
	for ((i = 1; i <= ${AMK_SETS:-3}; i++)); do
		rounds quiet$i "${AMK_ROUNDS:-30}" "$zeros" "$steps" "${hit[@]}"
	done
	neutral
}

facts='.comparability["kernel.cmdline", "kernel.version", "kernel.config", "kernel.build_id", "kernel.release"]'

neutral() {
	local manifest
	[ "$(jq -c "[$facts]" "$out"/*/manifest.json | sort -u | wc -l)" = 1 ] ||
		{ echo "record.sh: the kernel changed meanwhile; record anew" >&2; exit 1; }
	for manifest in "$out"/*/manifest.json; do
		jq "del(.state) | .kernel |= sub(\"^(?<n>[0-9]+[.][0-9]+).*\"; \"\\(.n)\")
			| .kernel as \$kernel | del($facts) | .comparability[\"kernel.release\"] = \$kernel" \
			"$manifest" >"$tmp/manifest.json"
		mv "$tmp/manifest.json" "$manifest"
	done
}

main
