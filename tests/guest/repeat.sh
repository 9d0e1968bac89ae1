#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The repeatable guest: two boots of one build write the same records to the last byte, though this
# machine's name, language, time zone and scratch directory are others. AMK_REPEAT=long: three boots of
# the whole quick grid, with two processes that keep this machine's processors busy; prints how many
# cells have the same median.
set -eu
# shellcheck source=SCRIPTDIR/lib.sh
. "$AMK_SRCDIR/tests/guest/lib.sh"
guest_prepare repeat

if [ "${AMK_REPEAT:-short}" = long ]; then
	boots=3 choice='--quick'
else
	boots=2 choice='--quick --sizes=64,4K,256K,2M
		--strategies=user:malloc,mmap,mmap-populate,kernel:kmalloc,vmalloc,alloc_pages,kmem_cache
		--workloads=pair,burst,touch,chase,contig'
fi

# boot N: a run in $scratch/N.
boot() {
	local status=0
	rm -rf "$scratch/out"
	guest_run --clock=insn --timeout=3000 <<JOB || status=$?
set -eu
insmod /lib/modules/allocmark.ko
allocmark run --side=both --seed=1 --machine=guest --environment="\$AMK_ENVIRONMENT" --no-table \\
	--out=/job/out --mirror=/dev/virtio-ports/records ${choice//$'\n'/ }
rmmod allocmark
JOB
	tap_is "boot $1: the guest's job succeeded" "$status" 0
	mv "$scratch/out" "$scratch/$1"
	blocks=$(wc -l <"$scratch/$1/blocks.jsonl")
	tap_ok "boot $1: it measured ($blocks blocks)" test "$blocks" -gt 100
}

# Both processors busy, by processes that end with this script.
load_begin() {
	(while :; do :; done) &
	loads=($!)
	(while :; do :; done) &
	loads+=($!)
	trap load_end EXIT
}

load_end() {
	trap - EXIT
	kill "${loads[@]}" 2>/dev/null || true
}

# same N: boot N against the first.
same() {
	"$AMK_BUILDDIR/bench/allocmark" compare --tolerance=0 --all --limit=0 "$scratch/1" "$scratch/$1" \
		>"$scratch/compare.$1" || true
	echo "# 1 against $1: $(awk '$2 == "cells:"' "$scratch/compare.$1")"
	tap_empty "boot $1: no cell has another median" \
		"$(grep -E '^(regressed|improved|changed|only-base|only-head) ' "$scratch/compare.$1" || true)"
	tap_ok "boot $1: there were cells to compare" grep -qE '^equivalent ' "$scratch/compare.$1"
}

[ "${AMK_REPEAT:-short}" != long ] || load_begin
boot 1
for ((n = 2; n <= boots; n++)); do
	TMPDIR=$(mktemp -d "$scratch/another place.XXXXXX")
	export TMPDIR TZ=Asia/Kathmandu
	boot "$n"
	tap_ok "boot $n: the same records, byte by byte" \
		cmp "$scratch/1/blocks.jsonl" "$scratch/$n/blocks.jsonl"
	same "$n"
done
[ "${AMK_REPEAT:-short}" != long ] || load_end
tap_ok "the clock's source is the one that stays" \
	grep -q '"kernel.clocksource": "tsc"' "$scratch/1/manifest.json"
# What would differ from one place to the next; the module's debugging information stays behind.
for file in bench/allocmark bench/allocmark-block; do
	tap_empty "no path of this machine in $file" \
		"$(grep -aoF -e "$AMK_BUILDDIR" -e "$(realpath "$AMK_SRCDIR")" "$AMK_BUILDDIR/$file" | sort -u)"
done
strip -g -o "$scratch/allocmark.ko" "$module_dir/allocmark.ko"
tap_empty "nor in the module" \
	"$(grep -aoF -e "$AMK_BUILDDIR" -e "$(realpath "$AMK_SRCDIR")" "$scratch/allocmark.ko" | sort -u)"
tap_empty "nothing in the kernel log" "$(guest_splats "$scratch/1/dmesg.txt")"
tap_done
