#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Several threads in a guest of four CPUs: ways of allocating by 1, 2 and 4 of them, on either side, each
# on a CPU of its own; what is killed in the middle leaves no thread and no memory behind; more threads than
# there is room for are one line; a CPU that goes offline takes nothing with it. All of it is emulated, the CPUs by turns: no figure in it says anything
# of a machine that has four.
set -eu
# shellcheck source=SCRIPTDIR/lib.sh
. "$AMK_SRCDIR/tests/guest/lib.sh"
guest_prepare scale

status=0
guest_run --cpus=4 --memory=1024 --timeout=500 <<'JOB' || status=$?
set -eu
insmod /lib/modules/allocmark.ko
options="--rounds=1 --seed=1 --quiet --no-table --events=none --environment=$AMK_ENVIRONMENT"
allocmark run $options --side=both --threads=1,2,4 --strategies=kmalloc,kmem_cache,vmalloc,malloc,pool,null \
	--workloads=pair,burst-fifo,remote --sizes=64 --out=/job/out/counts
allocmark run $options --side=both --threads=3 --place=scatter --strategies=kmalloc,malloc,user_pages \
	--workloads=pair,touch,chase --sizes=8K --out=/job/out/three
allocmark run $options --events=page_faults,context_switches --side=both --threads=3 --strategies=mmap,kmalloc \
	--workloads=touch,remote --sizes=64K --out=/job/out/counted
for place in compact core l3 node; do
	allocmark run $options --side=kernel --threads=5 --place=$place --out=/job/out/none 2>&1 |
		sed "s/^/$place: /" || true
done
echo "made $(ls /job/out/none 2>/dev/null | wc -l)"

# The caller that is killed tells its threads to stop, and waits for them. The first run fills what the
# kernel keeps for itself.
long="--side=both --threads=4 --strategies=kmem_cache,vmalloc,malloc --workloads=remote,burst-shuffled --sizes=4K"
allocmark run $options $long --out=/tmp/warm
settle() { sync; echo 3 >/proc/sys/vm/drop_caches; sleep 1; }
available() {
	awk '/^MemAvailable/ { kb = $2 } /^ *count:/ { kb += 4 * $2 } END { print kb }' /proc/meminfo /proc/zoneinfo
}
settle
before=$(available)
killed=0
for after in 0.7 1.2 1.7; do
	rm -rf /tmp/killed
	allocmark run $options --rounds=50 $long --out=/tmp/killed >/tmp/log 2>&1 &
	pid=$!
	sleep $after
	kill -9 $pid && killed=$((killed + 1))
	wait $pid || true
done
sleep 2
echo "killed $killed"
echo "left $(ps | grep -cE '[a]llocmark[-/]' || true)"
rm -rf /tmp/killed
settle
echo "lost_kb $((before - $(available)))"

# A CPU that is offline is no place for a thread; one that goes offline while a run lasts ends no run: what it
# was to measure is a skip until it is back.
cpu3=/sys/devices/system/cpu/cpu3/online
echo 0 >$cpu3
allocmark run $options --side=both --threads=4 --strategies=kmalloc --out=/job/out/none 2>&1 | sed 's/^/offline: /' || true
echo 1 >$cpu3
allocmark run $options --side=both --rounds=40 --threads=4 --strategies=kmalloc,malloc --workloads=pair,remote --sizes=64 \
	--out=/job/out/leaving >/tmp/log 2>&1 &
pid=$!
# records PATTERN: waits until the run has one of these, for a minute at the most.
records() {
	turns=0
	until grep -q "$1" /job/out/leaving/blocks.jsonl 2>/dev/null || [ $turns = 300 ]; do
		turns=$((turns + 1))
		sleep 0.2
	done
}
records '"status":"ok"'
echo 0 >$cpu3
records '"kernel".*is offline'
records '"user".*is offline'
echo 1 >$cpu3
left_status=0
wait $pid || left_status=$?
echo "left_status $left_status"
# An affinity that leaves two of them.
taskset 3 allocmark run $options --side=kernel --threads=4 --strategies=kmalloc --out=/job/out/none 2>&1 |
	sed 's/^/narrow: /' || true
taskset 3 allocmark run $options --side=kernel --threads=all --strategies=kmalloc --workloads=pair --sizes=64 \
	--out=/job/out/narrow
# A sweep that is interrupted ends in order, between two blocks, and has no further run.
allocmark run $options --rounds=50 $long --threads=2,4 --out=/job/out/stopped >/tmp/log 2>&1 &
pid=$!
turns=0
until [ -s /job/out/stopped/threads2/blocks.jsonl ] || [ $turns = 300 ]; do
	turns=$((turns + 1))
	sleep 0.2
done
# A shell's background jobs ignore an interrupt.
kill -TERM $pid
stopped_status=0
wait $pid || stopped_status=$?
echo "stopped_status $stopped_status"
echo "stopped_runs $(ls /job/out/stopped | wc -l)"
echo "running $(ps | grep -cE '[a]llocmark( |[-/])' || true)"
rmmod allocmark
echo "unloaded $?"
JOB
sed 's/^/# /' "$scratch/stdout"
said() {
	awk -v word="$1" '$1 == word { print $2 }' "$scratch/stdout"
}
tap_is "the guest's job succeeded" "$status" 0
[ "$status" = 0 ] || tail -n 5 "$scratch/stderr" | sed 's/^/# /'

# figures RUN: side, strategy, workload, metric, status, cost, iterations and reason of each cell.
figures() {
	allocmark export "$scratch/out/$1" | awk -F'\t' '
		$1 == "run" { for (i = 1; i <= NF; i++) at[$i] = i; next }
		{ print $at["side"], $at["strategy"], $at["workload"], $at["metric"], $at["status"], $at["cost"],
			$at["reason"] }'
}

tap_is "a run for each count" "$(cd "$scratch/out/counts" && echo *)" 'threads1 threads2 threads4'
for threads in 1 2 4; do
	figures "counts/threads$threads" >"$scratch/figures"
	tap_is "$threads: what all threads together do in a second, of every cell but one" \
		"$(awk '$4 == "throughput" && $5 == "ok" && $6 > 0' "$scratch/figures" | wc -l)" $((7 * 3 - 1))
	tap_is "$threads: pool's memory stays with its thread" \
		"$(grep -c 'user pool remote .* skip .*another cannot free' "$scratch/figures")" 1
	tap_is "$threads: remote free has a cost of its own on either side" \
		"$(awk '$4 == "lat_free_remote" && $5 == "ok" && $2 != "null"' "$scratch/figures" | cut -d' ' -f1,2 | xargs)" \
		'user malloc kernel kmalloc kernel vmalloc kernel kmem_cache'
	tap_ok "$threads: the count is what is compared by" grep -q "\"place.threads\": \"$threads\"" \
		"$scratch/out/counts/threads$threads/manifest.json"
done
tap_is "four threads have the four CPUs" "$(tr -d ' \n' <"$scratch/out/counts/threads4/manifest.json" |
	grep -o '"thread_cpus":\[[0-9,]*\]')" '"thread_cpus":[0,1,2,3]'
figures three >"$scratch/three"
tap_is "what is one thread's business is a skip" "$(grep -c 'chase .*skip .*one thread alone' "$scratch/three")" 2
tap_is "so is the caller's own memory" "$(grep -c 'user_pages .*skip .*one thread alone' "$scratch/three")" 1
tap_is "what may touch does" "$(awk '$3 == "touch" && $4 == "throughput" && $5 == "ok"' "$scratch/three" | wc -l)" 2
tap_ok "runs of other counts are not compared unasked" grep -q 'place.threads' \
	<(allocmark compare "$scratch/out/counts/threads1" "$scratch/out/counts/threads4" 2>&1)
tap_ok "asked, they are" grep -q '^54 cells' <(allocmark compare --across=threads \
	"$scratch/out/counts/threads1" "$scratch/out/counts/threads4" 2>&1)
# rate COUNT: of kmalloc in pair.
rate() {
	figures "counts/threads$1" | awk '$2 == "kmalloc" && $3 == "pair" && $4 == "throughput" { print $6 }'
}
tap_ok "they are drawn over the count" allocmark plot --over=threads --format=svg --out="$scratch/plots" \
	"$scratch/out/counts/threads1" "$scratch/out/counts/threads2" "$scratch/out/counts/threads4"
number "efficiency is the rate over as many times that of one" \
	"$(awk -F'\t' -v one="$(rate 1)" -v four="$(rate 4)" '$7 == "kmalloc" && $9 == 4 { printf "%.3f", $10 / (four / (4 * one)) }' \
		"$scratch/plots/data/over-threads-pair-efficiency.tsv")" '==' 1
tap_ok "emulated, it is said to be" grep -q 'emulated: ns are' "$scratch/plots/over-threads-pair-efficiency.svg"
for place in 'compact.* 4 CPUs' 'core.* 4 cores' 'l3.* third-level' 'node.* NUMA nodes'; do
	tap_is "too many threads are one line: ${place%%.*}" \
		"$(grep -cE "^${place%%.*}: allocmark: --threads=5 --place=$place" "$scratch/stdout")" 1
done
tap_is "and nothing is made" "$(said made)" 0
figures counted >"$scratch/counted"
tap_is "events of all threads: a page touched is a page fault" \
	"$(awk '$2 == "mmap" && $3 == "touch" && $4 == "page_faults" { print $5, $6 }' "$scratch/counted")" 'ok 16'
tap_is "in the kernel, too: none" \
	"$(awk '$2 == "kmalloc" && $3 == "touch" && $4 == "page_faults" { print $5, $6 }' "$scratch/counted")" 'ok 0'
tap_is "where threads wait for each other a count is a skip" \
	"$(grep -cE 'remote (page_faults|context_switches) skip .*waiting for another' "$scratch/counted")" 4
tap_ok "too many for what is online is one line" grep -q '^offline: allocmark: --threads=4 .* 3 CPUs' "$scratch/stdout"
tap_is "a run whose CPU goes offline ends well" "$(said left_status)" 0
for side in user kernel; do
	blocks=$scratch/out/leaving/blocks.jsonl
	number "$side: it has measured before and after" "$(grep -c "\"$side\".*\"status\":\"ok\"" "$blocks")" '>' 0
	number "$side: what ran meanwhile is a skip" \
		"$(grep -c "\"$side\".*\"status\":\"skip\".*is offline" "$blocks")" '>' 0
	tap_is "$side: and has no number" "$(grep "\"$side\".*is offline" "$blocks" | grep -c 'ticks_n')" 0
done
tap_is "nothing else went wrong" "$(grep -c '"status":"\(none\|measure-failed\|setup-failed\)"' "$scratch/out/leaving/blocks.jsonl")" 0
tap_ok "an affinity counts, too" grep -q '^narrow: allocmark: --threads=4 .* 2 CPUs' "$scratch/stdout"
tap_is "all threads are as many as it leaves" "$(cd "$scratch/out/narrow" && echo *)" 'threads1 threads2'
tap_is "a sweep that is stopped says so" "$(said stopped_status)" 1
tap_is "has no further run" "$(said stopped_runs)" 1
tap_is "and leaves no process" "$(said running)" 0
tap_is "the tool was killed" "$(said killed)" 3
tap_is "no thread outlives it" "$(said left)" 0
lost=$(said lost_kb)
tap_ok "its memory is back (${lost:-?} KiB less)" test "${lost:-999999}" -lt 4096
tap_is "the module unloads" "$(said unloaded)" 0
guest_dmesg_clean
tap_done
