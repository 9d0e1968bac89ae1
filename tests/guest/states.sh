#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# States of memory in guests of 512 MB, where Linux switches huge pages off, and of 2 GB: each index is
# reached by either fragmenter and is there in every round, as the kernel's own figure has it, too; what
# cannot be reached is one line; all memory comes back, also when the run is killed; nothing is killed
# for memory, and nothing is in the log.
set -eu
# shellcheck source=SCRIPTDIR/lib.sh
. "$AMK_SRCDIR/tests/guest/lib.sh"
guest_prepare states

cat >"$scratch/job/lib" <<'LIB'
set -eu
cells='--workloads=pair --strategies=mmap,kmalloc --sizes=64K --rounds=2 --events=none --seed=5'
# In kB; pages on the lists of each CPU are free, too.
available() {
	sync
	echo 3 >/proc/sys/vm/drop_caches
	sleep 1
	awk '/^MemAvailable:/ { kb += $2 } $1 == "count:" { kb += $2 * 4 } END { print kb }' \
		/proc/meminfo /proc/zoneinfo
}
# measure NAME OPTION...: a run, how it ended, and what it said when it failed.
measure() {
	name=$1
	shift
	ended=0
	allocmark run $cells --environment="$AMK_ENVIRONMENT" --no-table --quiet --out=/job/out/$name "$@" \
		>/dev/null 2>/tmp/err || ended=$?
	echo "ended $name $ended"
	[ $ended = 0 ] || sed "s/^/said $name /" /tmp/err
}
# killed NAME OPTION...: a run that would last, killed when its first block is there.
killed() {
	name=$1
	shift
	allocmark run $cells --rounds=1000 --environment="$AMK_ENVIRONMENT" --out=/tmp/killed "$@" >/dev/null 2>&1 &
	pid=$!
	until [ -s /tmp/killed/blocks.jsonl ]; do sleep 0.1; done
	kill -KILL $pid
	wait $pid || true
	rm -r /tmp/killed
	sleep 1
	echo "left $name $(ps | grep -c '[a]llocmark' || true)"
}
mount -t debugfs none /sys/kernel/debug 2>/dev/null || true
insmod /lib/modules/allocmark.ko
measure fresh --state=fresh
echo "before $(available)"
for who in module user; do
	for index in $indices; do
		measure $who-$index --fragmentation=$index --fragmenter=$who
	done
done
LIB

# guest NAME MB <JOB
guest() {
	local status=0

	guest_run --memory="$2" --timeout=400 || status=$?
	tap_is "$1: the guest's job succeeded" "$status" 0
	[ "$status" = 0 ] || tail -n 5 "$scratch/stderr" | sed 's/^/# /'
	sed 's/^/# /' "$scratch/stdout"
	tap_empty "$1: nothing in the kernel log" "$(guest_splats "$scratch/out/dmesg.txt")"
}

# said WORD: what the job printed behind it.
said() {
	sed -n "s/^$1 //p" "$scratch/stdout"
}

# fact RUN begin|end|comparability KEY
fact() {
	python3 -c '
import json, sys
m = json.load(open(sys.argv[1]))
group = m["comparability"] if sys.argv[2] == "comparability" else m["state"][sys.argv[2]]
print(group.get(sys.argv[3], ""))' "$scratch/out/$1/manifest.json" "$2" "$3"
}

# within NAME GOT WANTED BY
within() {
	number "$1 is not below ($2)" "$2" '>=' "$(awk -v a="$3" -v b="$4" 'BEGIN { print a - b }')"
	number "$1 is not above ($2)" "$2" '<=' "$(awk -v a="$3" -v b="$4" 'BEGIN { print a + b }')"
}

# kernel_index RUN: of all zones, what debugfs has of each at order 9, weighed by their free pages.
kernel_index() {
	paste -d' ' <(fact "$1" begin buddyinfo) <(fact "$1" begin unusable_index) | awk '{
		pages = 0
		for (i = 0; i < 11; i++) pages += $(5 + i) * 2 ^ i
		all += pages
		useless += pages * $(NF - 1)
	} END { if (all) printf "%.3f\n", useless / all }'
}

fragmented() {
	local who index run

	for who in module user; do
		for index in 0.25 0.5 0.9; do
			run=$who-$index
			tap_is "$1, $run: the run ended well" "$(said "ended $run")" 0
			tap_is "$1, $run: says who held" "$(fact "$run" comparability state.fragmenter)" "$who"
			within "$1, $run: the index at the start" "$(fact "$run" begin state.index)" "$index" 0.05
			within "$1, $run: and in the rounds, at least" "$(fact "$run" end state.index_least)" "$index" 0.05
			within "$1, $run: and at most" "$(fact "$run" end state.index_most)" "$index" 0.05
			within "$1, $run: as the kernel has it" "$(kernel_index "$run")" "$index" 0.05
		done
	done
}

# returned NAME: of what was available, all but two per cent and what a log may take is there again.
returned() {
	local before

	before=$(said before)
	number "$1: memory is back ($before kB before, $(said after) kB after)" "$(said after)" '>' \
		"$((before * 98 / 100))"
}

guest small 512 <<'JOB'
indices='0.25 0.5 0.9'
. ./lib
for kind in aged pressure; do
	for who in module user; do
		measure $who-$kind --state=$kind --fragmenter=$who
	done
done
for who in module user; do
	measure $who-capped --fragmentation=0.9 --fragmenter=$who --state-bytes=8M
	killed $who --fragmentation=0.75 --fragmenter=$who
done
echo "after $(available)"
rmmod allocmark
echo "unloaded $?"
echo "oom $(awk '$1 == "oom_kill" { print $2 }' /proc/vmstat)"
JOB
fragmented small
returned small
tap_is "fresh: it was root and could" "$(fact fresh begin state.prepared)" "drop_caches compact_memory"
for who in module user; do
	tap_is "$who-aged: ended well" "$(said "ended $who-aged")" 0
	number "$who-aged: something stays" "$(fact "$who-aged" begin state.held_bytes)" '>' 1000000
	tap_is "$who-pressure: ended well" "$(said "ended $who-pressure")" 0
	number "$who-pressure: little is free" "$(fact "$who-pressure" begin state.free_bytes)" '<' \
		$(($(fact "$who-pressure" begin state.low_bytes) + (80 << 20)))
	tap_is "$who-capped: not attainable" "$(said "ended $who-capped")" 1
	tap_is "$who-capped: one line" "$(said "said $who-capped" | grep -c 'not attainable here: the index is 0')" 1
	tap_ok "$who-capped: no directory" test ! -e "$scratch/out/$who-capped"
	tap_is "$who: no process outlives a killed run" "$(said "left $who")" 0
done
number "module-aged: objects of the kernel, too" "$(fact module-aged begin state.kernel_bytes)" '>' 1000000
tap_is "the module unloads" "$(said unloaded)" 0
tap_is "no task was killed for memory" "$(said oom)" 0

guest large 2048 <<'JOB'
indices='0.25 0.5 0.9'
. ./lib
echo "after $(available)"
JOB
fragmented large
returned large
tap_done
