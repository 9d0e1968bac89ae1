#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Several threads in a guest of four CPUs: every way of allocating by 1, 2 and 4 of them, on either side,
# each on a CPU of its own; what is killed in the middle leaves no thread and no memory behind; more
# threads than there is room for are one line; a CPU that is offline is a skip. All of it is emulated, the CPUs
# by turns: no figure in it says anything of a machine that has four.
set -eu
# shellcheck source=SCRIPTDIR/lib.sh
. "$AMK_SRCDIR/tests/guest/lib.sh"
guest_prepare scale

status=0
guest_run --cpus=4 --memory=1024 --timeout=400 <<'JOB' || status=$?
set -eu
insmod /lib/modules/allocmark.ko
options="--rounds=1 --seed=1 --quiet --no-table --events=none --environment=$AMK_ENVIRONMENT"
scaled='--strategies=default,cache,vmalloc,mmap-populate,alloc_pages,mmap-thp,null --workloads=pair,burst-fifo,remote'
allocmark run $options --side=both --threads=1,2,4 $scaled --sizes=64,4K --out=/job/out/counts
allocmark run $options --side=both --threads=3 --place=scatter --strategies=kmalloc,malloc,user_pages \
	--workloads=pair,touch,chase --sizes=8K --out=/job/out/three
for place in compact core l3 node; do
	allocmark run $options --side=kernel --threads=5 --place=$place --out=/job/out/none 2>&1 |
		sed "s/^/$place: /" || true
done
echo "made $(ls /job/out/none 2>/dev/null | wc -l)"

# A thread is told to stop by the caller that is killed, and is waited for. The first run fills what the
# kernel keeps for itself.
long="--side=both --threads=4 --strategies=kmem_cache,vmalloc,malloc --workloads=remote,burst-shuffled --sizes=64K"
allocmark run $options $long --out=/tmp/warm
settle() { sync; echo 3 >/proc/sys/vm/drop_caches; sleep 1; }
available() {
	awk '/^MemAvailable/ { kb = $2 } /^ *count:/ { kb += 4 * $2 } END { print kb }' /proc/meminfo /proc/zoneinfo
}
settle
before=$(available)
killed=0
for after in 0.7 1.1 1.3 1.6 1.9 2.2; do
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

# Where there were four CPUs when the run began, there are three when it goes on.
allocmark run $options --rounds=2 --side=both --threads=4 --strategies=kmalloc,malloc --workloads=pair --sizes=64 \
	--out=/job/out/offline
head -n 1 /job/out/offline/blocks.jsonl >/tmp/one
cp /tmp/one /job/out/offline/blocks.jsonl
echo 0 >/sys/devices/system/cpu/cpu2/online
allocmark run --resume=/job/out/offline --quiet --no-table || echo "resumed: $?"
echo 1 >/sys/devices/system/cpu/cpu2/online
rmmod allocmark
echo "unloaded $?"
JOB
sed 's/^/# /' "$scratch/stdout"
tail -n 5 "$scratch/stderr"
