#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What must be true of any run on any machine: one real run of both halves in a guest, exported, and
# asked. Statuses, counts and one order of size; no figure in nanoseconds is judged by itself.
set -eu
# shellcheck source=SCRIPTDIR/lib.sh
. "$AMK_SRCDIR/tests/guest/lib.sh"
guest_prepare invariants

status=0
guest_run --memory=3072 --append=hugepages=96 --bin="$AMK_BUILDDIR/tests/guest/fragment" <<'JOB' || status=$?
set -eu
insmod /lib/modules/allocmark.ko
# Fill a good part of memory with holes; what is left whole is taken first and given to nobody.
fragment 1800 >/tmp/fragment.out &
fragment=$!
until grep -q fragmented /tmp/fragment.out; do sleep 0.1; done
allocmark run --side=both --rounds=2 --out=/job/out/run --environment="$AMK_ENVIRONMENT" \
	--strategies=kmalloc,kzalloc,kcalloc,vmalloc,user:malloc,calloc,mmap,mmap-populate,hugetlb-2m \
	--workloads=pair,contig,zero --sizes=64,4K,64K,1M,4M,4M+1,96M
allocmark run --side=both --rounds=1 --out=/job/out/limit --environment="$AMK_ENVIRONMENT" \
	--strategies=kmalloc,kcalloc,vmalloc --workloads=limit
kill $fragment
rmmod allocmark
JOB
tap_is "the guest's job succeeded" "$status" 0
[ "$status" = 0 ] || tail -n 5 "$scratch/stderr" | sed 's/^/# /'

cells=$scratch/cells.tsv
for run in run limit; do
	allocmark export "$scratch/out/$run"
done >"$cells" 2>"$scratch/export.err"
tap_empty "both runs can be exported" "$(cat "$scratch/export.err")"

max=$((4 << 20))
tap_is "kmalloc succeeds at KMALLOC_MAX_SIZE" "$(cell kernel kmalloc pair $max - status)" ok
tap_is "kmalloc is refused one byte above" "$(cell kernel kmalloc pair $((max + 1)) - status)" refused
number "kmalloc's limit to the byte" "$(cell kernel kmalloc limit 0 limit cost)" == $max
number "kcalloc's limit is kmalloc's" "$(cell kernel kcalloc limit 0 limit cost)" == $max
number "vmalloc goes past 64 MiB" "$(cell kernel vmalloc limit 0 limit cost)" '>' $((64 << 20))
tap_is "vmalloc gives 96 MiB" "$(cell kernel vmalloc pair $((96 << 20)) - status)" ok

for size in 64 4096 65536 1048576 $max; do
	number "kmalloc of $size bytes is one run of frames" \
		"$(cell kernel kmalloc contig "$size" runs cost_max)" == 1
done
for size in 65536 1048576; do
	number "vmalloc of $size bytes is several runs on a fragmented machine" \
		"$(cell kernel vmalloc contig "$size" runs cost_min)" '>' 1
	number "vmalloc of $size bytes has every frame before it is touched" \
		"$(cell kernel vmalloc contig "$size" frames_untouched cost)" == $((size / 4096))
done
small=$(cell kernel vmalloc pair 4096 lat_pair cost)
large=$(cell kernel vmalloc pair 1048576 lat_pair cost)
number "vmalloc's cost grows with its pages (1 page, 256 pages)" "${large:-0}" '>' "$(
	awk -v small="${small:-0}" 'BEGIN { print 4 * small }')"

for size in 64 4096 65536; do
	for cell in 'kernel kzalloc' 'kernel kcalloc' 'user calloc'; do
		# shellcheck disable=SC2086 # two words: side and strategy
		number "${cell#* } of $size bytes reads zero after poison" \
			"$(cell $cell zero "$size" bytes_nonzero cost_max)" == 0
	done
done
number "kzalloc's zeroes were read in memory used before" \
	"$(cell kernel kzalloc zero 64 reused cost_min)" '>' 0
number "malloc's memory is not zeroed: the poison is still there" \
	"$(cell user malloc zero 64 bytes_stale cost_min)" '>' 0

number "mmap has no frame before it is touched" \
	"$(cell user mmap contig 1048576 frames_untouched cost_max)" == 0
number "mmap has all of them after" "$(cell user mmap contig 1048576 frames cost_min)" == 256
number "mmap with MAP_POPULATE has all of them before" \
	"$(cell user mmap-populate contig 1048576 frames_untouched cost_min)" == 256
number "hugetlb gives runs of order 9" \
	"$(cell user hugetlb-2m contig $max run_largest cost_min)" '>=' 512
guest_dmesg_clean
tap_done
