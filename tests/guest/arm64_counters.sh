#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Hardware counters for real: QEMU's arm64 has a PMU of which Linux's armv8_pmuv3 counts cycles, and
# instructions where these are the clock. Both halves count the same loops there: what a loop executes
# is known, grows with the work, and agrees with the clock. Events that this PMU lacks are skips with
# the kernel's reason.
set -eu
# shellcheck source=SCRIPTDIR/lib.sh
. "$AMK_SRCDIR/tests/guest/lib.sh"
guest_prepare arm64_counters

status=0
guest_run --clock=insn <<'JOB' || status=$?
set -eu
dmesg | grep -o 'armv8_pmuv3.*'
insmod /lib/modules/allocmark.ko
allocmark run --side=both --rounds=2 --seed=1 --no-table --out=/job/out/run \
	--strategies=user:null,kernel:null,user:mmap-populate,kernel:kmalloc \
	--workloads=pair,stream --sizes=64K,128K,256K,512K
# One thread of a team, as this emulator counts the instructions of all CPUs as those of each.
allocmark run --side=both --rounds=2 --seed=1 --no-table --out=/job/out/thread --threads=1 --events=instructions,cycles \
	--strategies=user:null,kernel:null,kernel:kmalloc,user:pool --workloads=pair,burst-fifo,remote --sizes=64
allocmark run --side=both --rounds=2 --seed=1 --no-table --out=/job/out/caller --events=instructions,cycles \
	--strategies=user:null,kernel:null,kernel:kmalloc,user:pool --workloads=pair,burst-fifo --sizes=64
rmmod allocmark
JOB
tap_is "the guest's job succeeded" "$status" 0
tap_ok "the guest has a PMU" grep -q armv8_pmuv3 "$scratch/stdout"
allocmark export "$scratch/out/run" >"$scratch/cells.tsv"

# METRIC and what the manifest says of it, a line an event.
tr -d '\n ' <"$scratch/out/run/manifest.json" |
	sed -E 's/\{"metric":"([a-z_]+)",/\n\1 /g' >"$scratch/events"

# event SIDE STRATEGY WORKLOAD KIB METRIC COLUMN
event() {
	awk -F'\t' -v side="$1" -v strategy="$2" -v workload="$3" -v size="$(($4 << 10))" \
		-v metric="$5" -v column="$6" '
		$1 == "run" { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$at["side"] == side && $at["strategy"] == strategy && $at["workload"] == workload &&
		$at["size_bytes"] == size && $at["metric"] == metric { print $at[column]; exit }' \
		"$scratch/cells.tsv"
}

# near NAME GOT WANTED PART: within PART of WANTED; nothing got is a failure.
near() {
	tap_ok "$1: ${2:-nothing}, due $3" awk -v got="$2" -v due="$3" -v part="$4" \
		'BEGIN { exit !(got != "" && got >= due * (1 - part) && got <= due * (1 + part)) }'
}

# per A B: their quotient, or nothing.
per() {
	awk -v a="$1" -v b="$2" 'BEGIN { if (a != "" && b > 0) printf "%.4f", a / b }'
}

# side SIDE STRATEGY
side() {
	local kib metric first next

	near "$1: instructions of an empty operation" \
		"$(event "$1" null pair 64 instructions cost)" 2 0.01
	# A write of 64 bytes takes a few instructions; cycles of this PMU are instructions of its clock.
	for metric in instructions cycles; do
		first=$(event "$1" "$2" stream 64 $metric cost)
		tap_ok "$1: $metric of writing 64 KiB: ${first:-nothing}" \
			awk -v n="$first" 'BEGIN { exit !(n > 1024) }'
		for kib in 128 256 512; do
			next=$(event "$1" "$2" stream $kib $metric cost)
			near "$1: $metric of $kib KiB over those of 64" \
				"$(per "$next" "$first")" $((kib / 64)) 0.02
		done
	done
	near "$1: instructions counted, over those by the clock" \
		"$(per "$(event "$1" "$2" stream 256 instructions cost)" \
			"$(event "$1" "$2" stream 256 lat_write cost)")" 1 0.02
	for metric in dtlb_loads dtlb_load_misses dtlb_store_misses llc_misses; do
		tap_ok "$1: $metric is a skip, with the kernel's reason" \
			grep -qE "^$metric .*\"$1\":\{\"status\":\"skip\",[^{}]*\(ENOENT\)" \
			"$scratch/events"
		tap_empty "$1: $metric has no figure" "$(event "$1" "$2" stream 64 $metric cost)"
	done
	tap_is "$1: what is not mapped anew has no page fault" \
		"$(event "$1" "$2" stream 64 page_faults cost)" 0
}

side user mmap-populate
side kernel kmalloc

# thread RUN SIDE STRATEGY WORKLOAD: instructions of an operation of 64 bytes in that run.
thread() {
	cells=$scratch/$1.tsv
	[ -e "$cells" ] || allocmark export "$scratch/out/$1" >"$cells"
	cell "$2" "$3" "$4" 64 instructions cost
}
for row in 'user null' 'user pool' 'kernel null' 'kernel kmalloc'; do
	for workload in pair burst-fifo; do
		# shellcheck disable=SC2086 # words
		near "$row $workload: instructions counted in a thread, over those of the caller" \
			"$(per "$(thread thread $row $workload)" "$(thread caller $row $workload)")" 1 0.05
	done
done
tap_ok "what waits for other threads is not counted" \
	grep -q 'remote.*instructions.*skip.*waiting for another thread' "$scratch/thread.tsv"
guest_dmesg_clean
tap_done
