#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A cross build where it belongs: every unit test, and small runs of both halves, alone, by two threads, and
# in memory that is broken up, in a guest of that architecture. The records are read there and here, to the same figures.
set -eu
# shellcheck source=SCRIPTDIR/lib.sh
. "$AMK_SRCDIR/tests/guest/lib.sh"
guest_prepare arm64_run

# Unit tests run here, by the emulator of single programs, in a third of the time; those that come to
# grief there, since it starts no program of its kind and has no kernel of its own, run in the guest.
emulated='' options=()
for unit in $AMK_UNITS; do
	# shellcheck disable=SC2086 # a command and its options
	if timeout 300 $AMK_EMULATOR "$AMK_BUILDDIR/$unit" >"$scratch/log" 2>&1; then
		emulated="$emulated ${unit##*/}"
	else
		options+=(--file="$AMK_BUILDDIR/$unit:/units/$unit")
	fi
done
mkdir -p "$scratch/job/tests" "$scratch/job/bench"
cp -r "$AMK_SRCDIR/tests/data" "$scratch/job/tests/"
# What the unit tests read is named below the source directory.
cp "$AMK_BUILDDIR"/bench/allocmark* "$scratch/job/bench/"

status=0
guest_run --memory=1024 "${options[@]}" <<'JOB' || status=$?
set -eu
export AMK_SRCDIR=/job AMK_BUILDDIR=/job
for unit in /units/tests/*; do
	[ -e "$unit" ] || continue
	unit_status=0
	"$unit" >/tmp/log 2>&1 || unit_status=$?
	echo "unit ${unit##*/} $unit_status"
	[ $unit_status = 0 ] || [ $unit_status = 77 ] || tail -n 20 /tmp/log | sed 's/^/# /'
done
insmod /lib/modules/allocmark.ko
allocmark run --side=both --rounds=2 --out=/job/out/run --environment="$AMK_ENVIRONMENT" \
	--strategies=malloc,mmap-populate,kmalloc,vmalloc,vmalloc_huge,alloc_pages \
	--workloads=pair,burst-lifo,touch,chase,contig --sizes=64,4K,64K,4M
allocmark export /job/out/run >/job/out/cells.tsv
options="--side=both --rounds=1 --seed=1 --no-table --quiet --environment=$AMK_ENVIRONMENT"
allocmark run $options --threads=2 --strategies=malloc,mmap,kmalloc --workloads=pair,touch,remote --sizes=16K \
	--events=page_faults,cycles --out=/job/out/threads
allocmark run $options --events=none --fragmentation=0.75 --fragmenter=module --strategies=kmalloc,kvmalloc,mmap-thp \
	--workloads=frag --sizes=4K,2M --out=/job/out/broken
rmmod allocmark
JOB
tap_is "the guest's job succeeded" "$status" 0
[ "$status" = 0 ] || tail -n 5 "$scratch/stderr" | sed 's/^/# /'

tap_ok "there are unit tests" test -n "$AMK_UNITS"
for unit in $AMK_UNITS; do
	name=${unit##*/}
	case " $emulated " in
	*" $name "*) tap_pass "$name, emulated"; continue ;;
	esac
	case $(sed -n "s/^unit $name //p" "$scratch/stdout") in
	0) tap_pass "$name, in the guest" ;;
	77) tap_skip "$name, in the guest" "as it says" ;;
	*) tap_fail "$name, in the guest" "$(sed -n "/^unit $name /,/^unit /p" "$scratch/stdout")" ;;
	esac
done

# of RUN SIDE STRATEGY WORKLOAD SIZE METRIC COLUMN
of() {
	cells=$scratch/$1.tsv
	[ -e "$cells" ] || allocmark export "$scratch/out/$1" >"$cells"
	cell "$2" "$3" "$4" "$5" "$6" "$7"
}
# counted SIDE STRATEGY: cycles of the passes of pair. The cost is a difference between passes of two operations
# and of four, and cycles are time here, which may well run the other way.
counted() {
	python3 -c '
import json, sys
counts = [c for line in open(sys.argv[1]) for r in [json.loads(line)]
          if [r["side"], r["strategy"], r["workload"]] == sys.argv[2:] + ["pair"] for c in r.get("counts", [])]
print(sum(sum(c["count_low"]) + sum(c["count_high"]) for c in counts if c["metric"] == "cycles"))' \
		"$scratch/out/threads/blocks.jsonl" "$@"
}
size=$((16 << 10))
for row in 'user malloc' 'user mmap' 'kernel kmalloc'; do
	for workload in pair touch remote; do
		number "two threads: $row $workload has a throughput" \
			"$(of threads "${row% *}" "${row#* }" $workload $size throughput cost)" '>' 0
	done
	number "two threads: $row: cycles of both are counted" "$(counted "${row% *}" "${row#* }")" '>' 0
done
number "two threads: a page touched is a page fault of whoever touched it" \
	"$(of threads user mmap touch $size page_faults cost)" == 4
for strategy in kmalloc kvmalloc; do
	number "broken up: $strategy gives pages" "$(of broken kernel $strategy frag 4096 frag_given cost)" '>' 0
done
number "broken up: what is free is no use to 2 MiB by 0.70 at least" \
	"$(of broken kernel kmalloc frag $((2 << 20)) unusable_before cost)" '>=' 700000
number "broken up: nor is more of it than was asked for" \
	"$(of broken kernel kmalloc frag $((2 << 20)) unusable_before cost)" '<=' 800000
number "broken up: huge pages are asked for" "$(of broken user mmap-thp frag $((2 << 20)) frag_pages cost)" '>' 0

cells=$scratch/out/cells.tsv
allocmark export "$scratch/out/run" >"$scratch/cells.tsv"
# But for the first column, where they lie.
tap_empty "the records are read alike there and here" \
	"$(diff <(cut -f 2- "$cells") <(cut -f 2- "$scratch/cells.tsv") | head -n 4)"

# field SIDE STRATEGY WORKLOAD SIZE METRIC COLUMN: METRIC - for any.
field() {
	awk -F'\t' -v side="$1" -v strategy="$2" -v workload="$3" -v size="$4" -v metric="$5" \
		-v column="$6" '
		$1 == "run" { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$at["side"] == side && $at["strategy"] == strategy && $at["workload"] == workload &&
		$at["size_bytes"] == size && (metric == "-" || $at["metric"] == metric) {
			print $at[column]; exit
		}' "$cells"
}

# has_cost SIDE STRATEGY WORKLOAD SIZE: measured, and to a number above nothing.
has_cost() {
	local cost

	cost=$(field "$1" "$2" "$3" "$4" - cost)
	tap_ok "$1 $2 $3 of $4 bytes was measured (${cost:-nothing})" \
		awk -v cost="$cost" 'BEGIN { exit !(cost > 0) }'
}

for workload in pair burst-lifo touch; do
	has_cost user malloc $workload 4096
	has_cost kernel kmalloc $workload 4096
	has_cost kernel vmalloc $workload 65536
done
has_cost kernel alloc_pages chase 65536
has_cost user mmap-populate chase 65536
tap_is "kmalloc of 4 MiB is one run of frames" \
	"$(field kernel kmalloc contig $((4 << 20)) runs cost_max)" 1
tap_is "vmalloc_huge of 4 MiB is mapped by 2 MiB" \
	"$(field kernel vmalloc_huge contig $((4 << 20)) frames_2m cost)" 1024
tap_is "vmalloc of 4 MiB page by page" \
	"$(field kernel vmalloc contig $((4 << 20)) frames_4k cost)" 1024
# Events an operation are left out: on a busy machine the emulated cycles of one may well be noise.
tap_empty "no cell failed" "$(awk -F'\t' '
	$1 == "run" { for (i = 1; i <= NF; i++) at[$i] = i; next }
	$at["unit"] != "per-op" && $at["status"] !~ /^(ok|skip|refused)$/' "$cells")"
guest_dmesg_clean
tap_done
