#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The workloads that take a guest's last pages, in a small guest: they do nothing unless the module
# was loaded for it, what they record is what each flag may and may not do, nothing is killed, and
# all memory comes back, also when the run itself is killed. Counts alone are judged, no times.
set -eu
# shellcheck source=SCRIPTDIR/lib.sh
. "$AMK_SRCDIR/tests/guest/lib.sh"
guest_prepare pressure

# The ram disk has no pages of its own: reading it fills the page cache with what can be reclaimed.
brd=$(find "$(realpath "$kernel")" -name 'brd.ko*' | head -n 1)
case $brd in
'') tap_skip_all "this kernel has no ram disk (brd)" ;;
*.xz) xz -dc "$brd" >"$scratch/brd.ko" ;;
*) cp "$brd" "$scratch/brd.ko" ;;
esac

status=0
guest_run --memory=256 --cpus=1 --timeout=600 --module="$scratch/brd.ko" <<'JOB' || status=$?
set -eu
run() {
	allocmark run --side=kernel --rounds=1 --environment="$AMK_ENVIRONMENT" --events=none \
		--sizes=8K+1 "$@" >/dev/null
}
# In kB; pages on the lists of each CPU are free, too.
available() {
	echo 3 >/proc/sys/vm/drop_caches
	sleep 1
	awk '/^MemAvailable:/ { kb += $2 } $1 == "count:" { kb += $2 * 4 } END { print kb }' \
		/proc/meminfo /proc/zoneinfo
}
load() {
	rmmod allocmark 2>/dev/null || true
	insmod /lib/modules/allocmark.ko "$@"
}
# Fragmentation would raise the watermarks while they are looked at; and they must lie further apart
# than what a CPU's list of free pages is refilled by (63 pages).
echo 0 >/proc/sys/vm/watermark_boost_factor
echo 8192 >/proc/sys/vm/min_free_kbytes
insmod /lib/modules/brd.ko rd_nr=1 rd_size=49152
load
run --workloads=pressure,reserves --strategies=null,kmalloc --out=/job/out/off
available >/job/out/before
load pressure=1
run --workloads=reserves --out=/job/out/reserves
# Nothing to reclaim: GFP_KERNEL that retries gets as far as having a task killed.
run --workloads=pressure --strategies=kmalloc-plain --out=/job/out/plain
load pressure=1 pressure_file=/dev/ram0
run --workloads=pressure --out=/job/out/pressure \
	--strategies=kmalloc,kmalloc-atomic,kmalloc-nowait,kmalloc-high,vmalloc
# Killed while it holds all memory, which it does most of the time.
load pressure=1
allocmark run --side=kernel --rounds=1000 --environment="$AMK_ENVIRONMENT" --events=none \
	--sizes=8K+1 --workloads=reserves --out=/job/out/killed >/dev/null 2>&1 &
until [ -s /job/out/killed/blocks.jsonl ]; do sleep 0.1; done
kill -KILL $!
wait $! || true
rm -r /job/out/killed
rmmod allocmark
available >/job/out/after
grep '^oom_kill ' /proc/vmstat >/job/out/oom
JOB
tap_is "the guest's job succeeded" "$status" 0
[ "$status" = 0 ] || tail -n 5 "$scratch/stderr" | sed 's/^/# /'

# of RUN STRATEGY WORKLOAD METRIC [COLUMN]: a value of that run.
of() {
	local size=8193
	[ "$3" != reserves ] || size=0
	cells=$scratch/$1.tsv
	[ -s "$cells" ] || allocmark export "$scratch/out/$1" >"$cells" 2>&1 || true
	cell kernel "$2" "$3" "$size" "$4" "${5:-cost}"
}

for workload in pressure reserves; do
	strategy=null
	[ $workload = reserves ] || strategy=kmalloc
	tap_is "$workload is a skip unless the module was loaded for it" \
		"$(of off $strategy $workload - status)" skip
done

reserve() {
	of reserves null reserves "reserve_$1"
}
min=$(reserve nowait_min)
number "GFP_NOWAIT gets most of the memory" "$(reserve nowait)" '>' 20000
number "and is refused at the least watermark" "$(reserve nowait_free)" '<' "$((min * 5 / 4))"
number "which leaves it no reserve" "$(reserve nowait_free)" '>' "$((min * 3 / 4))"
number "__GFP_HIGH gets more" "$(reserve high)" '>' 0
number "about half of what is below the watermark" "$(reserve high_free)" '<' "$((min * 3 / 4))"
number "GFP_ATOMIC gets more than that" "$(reserve atomic)" '>' 0
number "and leaves less" "$(reserve atomic_free)" '<' "$(reserve high_free)"
number "but not nothing" "$(reserve atomic_free)" '>' "$((min / 8))"
number "GFP_KERNEL | __GFP_NORETRY gets no reserve" "$(reserve noretry)" '<' 16
number "and tried to reclaim before" "$(reserve stalls)" '>' 0

# under STRATEGY METRIC: of the run under pressure.
under() {
	of pressure "$1" pressure "pressure_$2"
}
tried=$(under kmalloc tried)
number "allocations are made under pressure" "$tried" '>=' 16
number "kmalloc reclaims" "$(under kmalloc stalls)" '>' 0
number "looks at pages for that" "$(under kmalloc scanned)" '>' 0
number "and is given memory" "$(under kmalloc given)" '>' 0
number "kmalloc-nowait is refused" "$(under kmalloc-nowait given)" == 0
number "and never reclaims itself" "$(under kmalloc-nowait stalls)" == 0
number "kmalloc-atomic is given memory each time" "$(under kmalloc-atomic given)" == "$tried"
number "and never reclaims itself" "$(under kmalloc-atomic stalls)" == 0
number "kmalloc-high is given memory" "$(under kmalloc-high given)" '>' 0
number "vmalloc reclaims, too" "$(under vmalloc stalls)" '>' 0
number "the kernel killed nothing for any of them" "$(under kmalloc oom)" == 0

number "kmalloc-plain, with nothing to reclaim, has the kernel ask for all that is held" \
	"$(of plain kmalloc-plain pressure pressure_oom)" == 1
number "and is given memory then" "$(of plain kmalloc-plain pressure pressure_given)" '>' 0
tap_is "nothing was ever killed" "$(cat "$scratch/out/oom")" "oom_kill 0"
echo "# available: $(cat "$scratch/out/before") kB before, $(cat "$scratch/out/after") kB after"
number "the memory is back" "$(cat "$scratch/out/after")" '>' $(($(cat "$scratch/out/before") - 4096))
guest_dmesg_clean
tap_done
