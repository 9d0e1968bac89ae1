#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A tool that is killed leaves nothing behind: kill -9 at random moments, then the module unloads,
# memory is back, and --resume completes the grid. The moments come from a fixed seed.
set -eu
# shellcheck source=SCRIPTDIR/lib.sh
. "$AMK_SRCDIR/tests/guest/lib.sh"
guest_prepare kill

status=0
guest_run <<'JOB' || status=$?
set -eu
# Free pages on the per-CPU lists are as available as any, but the kernel does not count them so: up to
# 25 MiB here, and how many lie there depends on where the killed runs were.
available() {
	awk '/^MemAvailable/ { kb = $2 } /^ *count:/ { kb += 4 * $2 } END { print kb }' \
		/proc/meminfo /proc/zoneinfo
}
settle() { sync; echo 3 >/proc/sys/vm/drop_caches; sleep 1; }
insmod /lib/modules/allocmark.ko
run='--side=both --rounds=2 --seed=7'
cells='--strategies=kmalloc,vmalloc,kmem_cache,alloc_pages,malloc,mmap-populate --workloads=pair,burst-fifo,contig,chase --sizes=64,4K,64K,1M,16M'
# What a first run leaves in the kernel's own caches and per-CPU lists is no loss: have it there before.
allocmark run $run $cells --out=/tmp/warm >/tmp/log 2>&1
settle
before=$(available)
option=--out=/job/out/run
killed=0
seed=1
while [ $killed -lt 20 ]; do
	if [ "$option" = --out=/job/out/run ]; then
		allocmark run $run $cells $option >/tmp/log 2>&1 &
	else
		allocmark run $option >/tmp/log 2>&1 &
	fi
	pid=$!
	# 0.2 to 1.4 s: in set-up, in either half, between rounds
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	sleep "$(awk -v s=$seed 'BEGIN { printf "%.2f", 0.2 + 1.2 * (s % 65536) / 65536 }')"
	kill -9 $pid 2>/dev/null || break
	wait $pid || true
	killed=$((killed + 1))
	[ ! -e /job/out/run/manifest.json ] || option=--resume=/job/out/run
done
# The killed tool's children end by themselves.
sleep 1
echo "killed $killed"
echo "left $(ps | grep -c '[a]llocmark-block' || true)"
allocmark run $option $([ "$option" != --out=/job/out/run ] || echo $run $cells) >/tmp/log 2>&1
echo "resumed $?"
rmmod allocmark
echo "unloaded $?"
settle
after=$(available)
echo "lost_kb $((before - after))"
JOB
sed 's/^/# /' "$scratch/stdout"
said() {
	awk -v word="$1" '$1 == word { print $2 }' "$scratch/stdout"
}
tap_is "the guest's job succeeded" "$status" 0
tap_is "the tool was killed 20 times" "$(said killed)" 20
tap_is "no measuring process outlives the tool" "$(said left)" 0
tap_is "a resumed run ends well" "$(said resumed)" 0
tap_is "the module unloads" "$(said unloaded)" 0
# A quarter of what one block of the largest size holds; the records lie in the guest's memory too.
lost=$(said lost_kb)
tap_ok "MemAvailable is back (${lost:-?} KiB less)" test "${lost:-999999}" -lt 4096

blocks=$scratch/out/run/blocks.jsonl
if [ -s "$blocks" ]; then
	tap_ok "the records are read without complaint" \
		allocmark export "$scratch/out/run"
	keys=$(sed -E 's/.*"round": ?([0-9]+).*"side": ?"([a-z]+)".*"strategy": ?"([^"]+)".*"workload": ?"([^"]+)".*"size_bytes": ?([0-9]+).*/\1 \2 \3 \4 \5/' "$blocks")
	# 6 strategies, 4 workloads, 5 sizes, less the 12 chases below two pages and the 4 cells past
	# the largest kmem_cache.
	tap_is "every cell of every round is there" "$(echo "$keys" | sort -u | wc -l)" \
		$((2 * (6 * 4 * 5 - 12 - 4)))
	tap_empty "each line is told by its cell" "$(echo "$keys" | grep -vE '^[0-9]+ [a-z]+ ')"
	tap_is "none of them twice" "$(echo "$keys" | sort | uniq -d | wc -l)" 0
else
	tap_fail "the records came back"
fi
guest_dmesg_clean
tap_done
