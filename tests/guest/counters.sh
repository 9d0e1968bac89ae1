#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Counters on both sides, in a guest: page faults of a known touch count to exactly the pages touched,
# whether user space or the kernel touches them; work counts as the work that it is; what the
# guest's processor cannot count is a skip with the kernel's reason. A guest that has a PMU (arm64) shows
# that cycles and instructions grow with the work, on both sides alike.
set -eu
# shellcheck source=SCRIPTDIR/lib.sh
. "$AMK_SRCDIR/tests/guest/lib.sh"
guest_prepare counters

status=0
guest_run <<'JOB' || status=$?
set -eu
insmod /lib/modules/allocmark.ko
run='allocmark run --rounds=2 --seed=1 --no-table --quiet'
$run --strategies=user:mmap,user:mmap-populate --workloads=touch --sizes=4K,64K,1M --out=/job/out/user
for size in 4K 64K 1M; do
	$run --side=kernel --strategies=kernel:user_pages,kernel:kmalloc --workloads=pair,burst-fifo \
		--sizes=$size --out=/job/out/kernel-$size
done
$run --side=both --strategies=user:mmap,kernel:vmalloc --workloads=touch --sizes=64K,1M --out=/job/out/work
$run --side=user --strategies=mmap --workloads=touch --sizes=64K --events=none --out=/job/out/none
$run --side=both --strategies=user:mmap,kernel:vmalloc --workloads=chase --sizes=64K \
	--events=page_faults,r11 --out=/job/out/raw
allocmark list events
rmmod allocmark
JOB
sed 's/^/# /' "$scratch/stdout"
tap_is "the guest's job succeeded" "$status" 0

# cells RUN: what the run exports.
cells() {
	"$AMK_BUILDDIR/bench/allocmark" export "$scratch/out/$1"
}

# events RUN SIDE STRATEGY WORKLOAD SIZE METRIC: least and largest of the rounds, or the status.
events() {
	cells "$1" | awk -F'\t' -v side="$2" -v strategy="$3" -v workload="$4" -v size="$5" -v metric="$6" '
		$1 == "run" { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$at["side"] == side && $at["strategy"] == strategy && $at["workload"] == workload &&
		$at["size_bytes"] == size && $at["metric"] == metric {
			print ($at["status"] == "ok" ? $at["cost_min"] " " $at["cost_max"] : $at["status"])
		}'
}

page=4096
for pages in 1 16 256; do
	size=$((pages * page))
	human=$((size >> 10))K
	[ "$pages" != 256 ] || human=1M
	tap_is "user space: $pages pages touched are $pages page faults" \
		"$(events user user mmap touch $size page_faults)" "$pages $pages"
	tap_is "user space: none where they are there before" \
		"$(events user user mmap-populate touch $size page_faults)" "0 0"
	for workload in pair burst-fifo; do
		tap_is "kernel: $pages user pages cleared by $workload are $pages page faults" \
			"$(events "kernel-$human" kernel user_pages "$workload" $size page_faults)" "$pages $pages"
		tap_is "kernel: none in $workload of kmalloc" \
			"$(events "kernel-$human" kernel kmalloc "$workload" $size page_faults)" "0 0"
	done
done

tap_is "both loops of chase are counted, each by itself" \
	"$(events raw user mmap chase 65536 page_faults_second) $(events raw kernel vmalloc chase 65536 page_faults)" \
	"0 0 0 0"
tap_empty "without --events nothing is counted" "$(grep -l '"counts"' "$scratch/out/none/blocks.jsonl" || true)"

# side_says SIDE EVENT: how the manifest says that the side took the event, without its spaces.
side_says() {
	tr -d ' \n' <"$scratch/out/work/manifest.json" | sed 's/.*"events":{"overhead/"events":{"overhead/' |
		grep -o "\"metric\":\"$2\",[^{]*\\({[^}]*},\\)\\?\"$1\":{[^}]*}" | sed "s/.*\"$1\":{\\([^}]*\\)}/\\1/"
}

for side in user kernel; do
	tap_ok "$side: page faults are counted" grep -q '"status":"ok"' <<<"$(side_says $side page_faults)"
	for event in cycles instructions; do
		said=$(side_says $side $event)
		case $said in
		*'"status":"skip"'*)
			tap_ok "$side: no $event here, by the kernel's reason" grep -q ENOENT <<<"$said"
			tap_is "$side: nothing stands for $event" \
				"$(cells work | grep -P "\\t$side\\t" | grep -cP "\\t$event\\t" || true)" 0
			;;
		*'"status":"ok"'*)
			case $side in user) strategy=mmap ;; kernel) strategy=vmalloc ;; esac
			small=$(events work $side "$strategy" touch 65536 $event)
			large=$(events work $side "$strategy" touch 1048576 $event)
			tap_ok "$side: sixteen times the pages are 8 to 24 times the $event ($small; $large)" \
				awk -v small="$small" -v large="$large" 'BEGIN {
					split(small, s, " "); split(large, l, " ")
					exit !(s[1] > 0 && l[1] > 8 * s[1] && l[1] < 24 * s[1]) }'
			;;
		*) tap_fail "$side: $event is counted or skipped" "the manifest says '$said'" ;;
		esac
	done
	tap_ok "$side: what no table names is said to be so, or counted" \
		grep -qE '"status":"ok"|ENOENT|EINVAL|EOPNOTSUPP|noeventofthiskind' <<<"$(side_says $side walks)"
done
guest_dmesg_clean
tap_done
