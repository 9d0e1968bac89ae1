#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What memory still gives when it is broken up: the workload frag in a guest as it booted, with half of its
# memory in single frames that compaction must leave where they are, and when that is released. Orders
# that fit a frame are given all the same; order 9 is not, and what has a second way takes it.
set -eu
# shellcheck source=SCRIPTDIR/lib.sh
. "$AMK_SRCDIR/tests/guest/lib.sh"
guest_prepare frag

status=0
guest_run --memory=1024 --timeout=300 --bin="$AMK_BUILDDIR/tests/guest/fragment" <<'JOB' || status=$?
set -eu
insmod /lib/modules/allocmark.ko
measure() {
	allocmark run --side=both --rounds=1 --seed=1 --events=none --no-table --quiet --out="/job/out/$1" \
		--environment="$AMK_ENVIRONMENT" --workloads=frag --strategies="$2" --sizes="$3"
}
# Nothing is reserved, and transparent huge pages are off.
echo never >/sys/kernel/mm/transparent_hugepage/enabled
measure off mmap-thp,hugetlb-2m 2M
echo madvise >/sys/kernel/mm/transparent_hugepage/enabled
# With huge pages on, Linux keeps more in reserve than this guest has to spare.
echo 8192 >/proc/sys/vm/min_free_kbytes
echo 0 >/proc/sys/vm/compact_unevictable_allowed
# Nor is kcompactd to mend what is not yet locked: 7.3's is quick enough.
echo 0 >/proc/sys/vm/compaction_proactiveness
echo 64 >/proc/sys/vm/nr_overcommit_hugepages
all=alloc_pages,kmalloc,kmalloc-nowait,kmalloc-plain,kvmalloc,vmalloc,mmap,mmap-thp,hugetlb-2m
measure whole $all 4K,2M
# All but what a run needs, or a task would be killed for it.
free=$(awk '/^MemFree/ { print int($2 / 1024) }' /proc/meminfo)
fragment $((free - 36)) locked >/tmp/fragment.out &
fragment=$!
until grep -q fragmented /tmp/fragment.out || ! kill -0 $fragment; do sleep 0.1; done
measure broken $all 4K,2M
# Past what there is in one piece, whatever the state.
measure large kmalloc,kvmalloc 4M+1
kill $fragment
wait $fragment || true
echo 1 >/proc/sys/vm/compact_memory
measure again $all 4K,2M
rmmod allocmark
JOB
tap_is "the guest's job succeeded" "$status" 0
[ "$status" = 0 ] || tail -n 5 "$scratch/stderr" | sed 's/^/# /'

# of RUN SIDE STRATEGY SIZE METRIC: its figure in that run.
of() {
	cells=$scratch/$1.tsv
	[ -e "$cells" ] || allocmark export "$scratch/out/$1" >"$cells"
	cell "$2" "$3" frag "$4" "$5" cost
}

# share RUN SIDE STRATEGY SIZE PART WHOLE: of one figure in another; empty where one is missing.
share() {
	local part whole

	part=$(of "$1" "$2" "$3" "$4" "$5")
	whole=$(of "$1" "$2" "$3" "$4" "$6")
	if [ -n "$part" ] && [ -n "$whole" ]; then
		awk -v part="$part" -v whole="$whole" 'BEGIN { if (whole > 0) print part / whole }'
	fi
}

page=4096 order9=$((2 << 20))
of off user mmap-thp $order9 - >/dev/null
tap_is "THP off: a skip" "$(cell user mmap-thp frag $order9 - status)" skip
tap_ok "THP off: it says so" grep -q 'transparent huge pages are off' "$scratch/off.tsv"
tap_is "no huge pages reserved: a skip" "$(cell user hugetlb-2m frag $order9 - status)" skip
tap_ok "no huge pages reserved: it says so" grep -q 'no huge pages of this size are reserved' "$scratch/off.tsv"

for run in whole broken again; do
	for strategy in alloc_pages kmalloc kmalloc-nowait kmalloc-plain kvmalloc vmalloc; do
		number "$run: $strategy gives every page" \
			"$(share $run kernel $strategy $page frag_given frag_tried)" == 1
	done
	number "$run: mmap gives every page" "$(share $run user mmap $page frag_given frag_tried)" == 1
	number "$run: vmalloc gives order 9" "$(share $run kernel vmalloc $order9 frag_given frag_tried)" == 1
	number "$run: kvmalloc gives order 9" "$(share $run kernel kvmalloc $order9 frag_given frag_tried)" == 1
	number "$run: what is of one piece has one run each" \
		"$(share $run kernel kvmalloc $page frag_frames frag_runs)" == 1
	number "$run: kmalloc's pieces are whole" "$(share $run kernel kmalloc $order9 frag_frames frag_runs)" == 512
done
for run in whole again; do
	for strategy in alloc_pages kmalloc kmalloc-nowait kmalloc-plain; do
		number "$run: $strategy gives order 9" \
			"$(share $run kernel $strategy $order9 frag_given frag_tried)" == 1
	done
	number "$run: kvmalloc needs no second way" "$(of $run kernel kvmalloc $order9 frag_fallback)" == 0
	number "$run: huge pages by madvise" "$(share $run user mmap-thp $order9 frag_huge frag_pages)" == 1
	number "$run: huge pages past the reservation" "$(share $run user hugetlb-2m $order9 frag_given frag_tried)" == 1
done
for strategy in alloc_pages kmalloc kmalloc-nowait kmalloc-plain; do
	number "broken: $strategy gives order 9 in part" \
		"$(share broken kernel $strategy $order9 frag_given frag_tried)" '<' 0.9
done
number "broken: kvmalloc takes vmalloc instead" "$(of broken kernel kvmalloc $order9 frag_fallback)" '>' 0
# 7.3 leaves more blocks whole than the user half may ask for.
whole=$(of broken kernel kmalloc-plain $order9 frag_given)
tried=$(of broken user mmap-thp $order9 frag_tried)
if [ "${whole:-0}" -ge "${tried:-1}" ]; then
	tap_skip "broken: transparent huge pages in part" "$whole blocks are whole, of which $tried were asked for"
else
	number "broken: transparent huge pages in part" "$(share broken user mmap-thp $order9 frag_huge frag_pages)" '<' 0.9
fi
number "broken: surplus huge pages in part" "$(share broken user hugetlb-2m $order9 frag_given frag_tried)" '<' 0.9
number "broken: the kernel compacts for who may sleep" "$(of broken kernel kmalloc-plain $order9 frag_compacted)" '>' 0
number "broken: and that time is told apart" "$(of broken kernel kmalloc-plain $order9 lat_frag_hard)" '>' 0
number "broken: it compacts for nobody who may not" "$(of broken kernel kmalloc-nowait $order9 frag_compacted)" == 0
number "broken: mmap's pages lie one by one" "$(share broken user mmap $order9 frag_frames frag_runs)" '<' 2
number "whole: they lie better" "$(share whole user mmap $order9 frag_frames frag_runs)" '>' 2

# Of free memory, what is no use to the order of a size, in parts in a million.
for run in whole broken again; do
	number "$run: every free page is of use to a page" "$(of $run kernel kmalloc $page unusable_before)" == 0
done
number "whole: most is of use to order 9" "$(of whole kernel kmalloc $order9 unusable_before)" '<' 500000
number "broken: most is not" "$(of broken kernel kmalloc $order9 unusable_before)" '>' 500000
number "broken: nor for huge pages, whatever the size" "$(of broken user mmap-thp $page unusable_before)" '>' 500000
number "broken: nor when all is released" "$(of broken kernel kmalloc $order9 unusable_after)" '>' 500000

past=$(((4 << 20) + 1))
number "past the limit: kmalloc gives nothing" "$(of large kernel kmalloc $past frag_given)" == 0
number "past the limit: kvmalloc gives by vmalloc alone" \
	"$(share large kernel kvmalloc $past frag_fallback frag_given)" == 1
guest_dmesg_clean
tap_done
