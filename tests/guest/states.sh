#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# States of memory in guests of 512 MB, where Linux switches huge pages off, and of 2 GB on two nodes: each index is
# reached by either fragmenter and is there in every round and on every node, as the kernel's own figure has it, too; an aged
# machine shows it, one under pressure reclaims; what cannot be reached is one line; all memory comes back, also when
# the run is killed, stopped or resumed; nothing is killed for memory, nobody stands still for it, and nothing is in the log.
set -eu
# shellcheck source=SCRIPTDIR/lib.sh
. "$AMK_SRCDIR/tests/guest/lib.sh"
guest_prepare states

cat >"$scratch/job/lib" <<'LIB'
set -eu
cells='--workloads=pair --strategies=mmap,kmalloc --sizes=64K --events=none --seed=5'
# In kB; pages on the lists of each CPU are free, too.
available() {
	sync
	echo 3 >/proc/sys/vm/drop_caches
	sleep 1
	awk '/^MemAvailable:/ { kb += $2 } $1 == "count:" { kb += $2 * 4 } END { print kb }' \
		/proc/meminfo /proc/zoneinfo
}
# How a command ended, and what it said when it failed.
ended() {
	name=$1
	shift
	ended=0
	"$@" >/dev/null 2>/tmp/err || ended=$?
	echo "ended $name $ended"
	[ $ended = 0 ] || sed "s/^/said $name /" /tmp/err
	echo "at $(cut -d' ' -f1 /proc/uptime) $name"
}
# measure NAME OPTION...: a run of two rounds.
measure() {
	name=$1
	shift
	ended $name allocmark run $cells --rounds=2 --environment="$AMK_ENVIRONMENT" --no-table --quiet \
		--out=/job/out/$name "$@"
}
# begin DIR ROUNDS OPTION...: a run in the background, $pid.
begin() {
	dir=$1 rounds=$2
	shift 2
	allocmark run $cells --rounds=$rounds --environment="$AMK_ENVIRONMENT" --quiet --no-table --out=$dir "$@" \
		>/dev/null 2>/tmp/said &
	pid=$!
}
first_block() {
	until [ -s $dir/blocks.jsonl ] || ! kill -0 $pid 2>/dev/null; do sleep 0.1; done
}
# stop NAME SIGNAL: ends it, and tells how it ended and whether a process of it is left.
stop() {
	kill -$2 $pid
	status=0
	wait $pid || status=$?
	echo "stopped $1 $status"
	tries=100
	while ps | grep -q '[a]llocmark' && [ $tries -gt 0 ]; do
		sleep 0.1
		tries=$((tries - 1))
	done
	echo "left $1 $(ps | grep -c '[a]llocmark' || true)"
}
mount -t debugfs none /sys/kernel/debug 2>/dev/null || true
insmod /lib/modules/allocmark.ko
measure fresh --state=fresh
echo "before $(available)"
for who in module user; do
	for index in $indices; do
		measure $who-$index --fragmentation=$index --fragmenter=$who
	done
done
LIB

# The emulator repeats "rep stosb" byte by byte, by which Linux would clear pages: without, it takes half as long.
slow=()
[ "$AMK_ARCH" = arm64 ] || slow=(--qemu-arg=-cpu "--qemu-arg=max,erms=off,fsrm=off")

# guest NAME MB OPTION... <JOB
guest() {
	local status=0 name=$1 memory=$2

	shift 2
	guest_run --memory="$memory" --timeout=800 "${slow[@]}" "$@" || status=$?
	tap_is "$name: the guest's job succeeded" "$status" 0
	[ "$status" = 0 ] || tail -n 5 "$scratch/stderr" | sed 's/^/# /'
	sed 's/^/# /' "$scratch/stdout"
	tap_empty "$name: nothing in the kernel log" "$(guest_splats "$scratch/out/dmesg.txt")"
}

# said WORD: what the job printed behind it.
said() {
	sed -n "s/^$1 //p" "$scratch/stdout"
}

# fact RUN begin|end|comparability KEY
fact() {
	python3 -c '
import json, sys
m = json.load(open(sys.argv[1]))
group = m["comparability"] if sys.argv[2] == "comparability" else m["state"][sys.argv[2]]
print(group.get(sys.argv[3], ""))' "$scratch/out/$1/manifest.json" "$2" "$3"
}

# within NAME GOT WANTED BY
within() {
	number "$1 is not below ($2)" "$2" '>=' "$(awk -v a="$3" -v b="$4" 'BEGIN { print a - b }')"
	number "$1 is not above ($2)" "$2" '<=' "$(awk -v a="$3" -v b="$4" 'BEGIN { print a + b }')"
}

# kernel_index RUN: of all zones, what debugfs has of each at order 9, weighed by their free pages.
kernel_index() {
	paste -d' ' <(fact "$1" begin buddyinfo) <(fact "$1" begin unusable_index) | awk '{
		pages = 0
		for (i = 0; i < 11; i++) pages += $(5 + i) * 2 ^ i
		all += pages
		useless += pages * $(NF - 1)
	} END { if (all) printf "%.3f\n", useless / all }'
}

# stalled RUN: for how long all stood still for memory in its rounds, in us, unless those were the kernel's own threads, which
# count as standing still while they reclaim and compact.
stalled() {
	if [ "$(fact "$1" end state.rounds.pageoutrun)" = 0 ] && [ "$(fact "$1" end state.rounds.compact_scanned)" = 0 ]; then
		fact "$1" end state.rounds.stall_full_us
	else
		echo 0
	fi
}

# quiet NAME RUN: in its rounds nobody was killed, had to make room by itself, or stood still for memory.
quiet() {
	local what

	for what in oom_kill allocstall compact_stall; do
		tap_is "$1, $2: none of $what in its rounds" "$(fact "$2" end "state.rounds.$what")" 0
	done
	tap_is "$1, $2: nothing was let go" "$(fact "$2" end state.let_go)" 0
	if [ -n "$(fact "$2" end pressure.memory)" ]; then
		tap_is "$1, $2: nor did all stand still for memory" "$(stalled "$2")" 0
	else
		tap_skip "$1, $2: nor did all stand still for memory" "a kernel without PSI"
	fi
}

# zones RUN: how far the indices of zones of more than 64 MiB lie apart, at most.
zones() {
	fact "$1" begin state.index_zones | tr ',' '\n' | awk '
		$2 == "DMA" { next }
		!n++ { least = most = $3 }
		{ least = $3 < least ? $3 : least; most = $3 > most ? $3 : most }
		END { if (n) print most - least }'
}

fragmented() {
	local who index run

	for who in module user; do
		for index in 0.25 0.5 0.9; do
			run=$who-$index
			tap_is "$1, $run: the run ended well" "$(said "ended $run")" 0
			tap_is "$1, $run: says who held" "$(fact "$run" comparability state.fragmenter)" "$who"
			within "$1, $run: the index at the start" "$(fact "$run" begin state.index)" "$index" 0.05
			within "$1, $run: and in the rounds, at least" "$(fact "$run" end state.index_least)" "$index" 0.05
			within "$1, $run: and at most" "$(fact "$run" end state.index_most)" "$index" 0.05
			within "$1, $run: as the kernel has it" "$(kernel_index "$run")" "$index" 0.05
			number "$1, $run: and nowhere else than elsewhere" "$(zones "$run")" '<' 0.15
			quiet "$1" "$run"
		done
	done
	quiet "$1" fresh
}

# returned NAME: of what was available, all but two per cent and what a log may take is there again.
returned() {
	local before

	before=$(said before)
	number "$1: memory is back ($before kB before, $(said after) kB after)" "$(said after)" '>' \
		"$((before * 98 / 100))"
}

guest small 512 <<'JOB'
indices='0.25 0.5 0.9'
. ./lib
for kind in aged pressure; do
	for who in module user; do
		measure $who-$kind --state=$kind --fragmenter=$who
	done
done
# The kernel compacts when it is the run's turn to look, and between two rounds.
index() {
	awk '{ n = 1; for (i = 0; i < 11; i++) { all += n * $(5 + i); if (i >= 9) whole += n * $(5 + i); n *= 2 } }
		END { printf "%d\n", 100 * (1 - whole / all) }' /proc/buddyinfo
}
compact() {
	kill -STOP $pid
	echo 1 >/proc/sys/vm/compact_memory
	kill -CONT $pid
}
begin /job/out/compacted 200 --side=user --strategies=mmap --fragmentation=0.5 --fragmenter=user
times=0
until [ -e $dir/manifest.json ] || [ $times = 2 ] || ! kill -0 $pid 2>/dev/null; do
	[ $(index) -ge 48 ] || continue
	sleep 0.2
	[ $(index) -ge 48 ] || continue # it was on its way
	compact
	times=$((times + 1))
done
first_block
compact
wait $pid && echo "ended compacted 0" || sed "s/^/said compacted /" /tmp/said
for who in module user; do
	measure $who-capped --fragmentation=0.9 --fragmenter=$who --state-bytes=8M
	begin /tmp/killed 1000 --fragmentation=0.75 --fragmenter=$who
	first_block
	measure $who-second --state=fresh --side=user --strategies=mmap
	[ $who = user ] || echo "unloads $(rmmod allocmark 2>/dev/null && echo yes || echo no)"
	stop $who KILL
	rm -r /tmp/killed
done

# Before its first block, when some is held: killed, and stopped.
for signal in KILL TERM; do
	had=$(awk '/^MemFree:/ { print $2 }' /proc/meminfo)
	begin /tmp/making 1000 --fragmentation=0.9 --fragmenter=user
	until [ $(awk '/^MemFree:/ { print $2 }' /proc/meminfo) -lt $((had - 30000)) ] ||
		! kill -0 $pid 2>/dev/null; do :; done
	stop making-$signal $signal
	[ ! -e /tmp/making ] || echo "made making-$signal"
	sed "s/^/said making-$signal /" /tmp/said
done

# Goes on in the state that it was in, or not at all.
begin /job/out/resumed 60 --side=user --strategies=mmap --fragmentation=0.5
first_block
stop interrupted KILL
rmmod allocmark
ended elsewhere allocmark run --resume=/job/out/resumed --quiet --no-table
insmod /lib/modules/allocmark.ko
ended resumed allocmark run --resume=/job/out/resumed --quiet --no-table

# A cgroup that ends before memory does.
mount -t cgroup2 none /sys/fs/cgroup
echo +memory >/sys/fs/cgroup/cgroup.subtree_control
mkdir /sys/fs/cgroup/narrow
echo 120M >/sys/fs/cgroup/narrow/memory.max
ended narrow sh -c 'echo $$ >/sys/fs/cgroup/narrow/cgroup.procs
	exec allocmark run --side=user --strategies=mmap --workloads=pair --sizes=64K --events=none \
		--fragmentation=0.9 --fragmenter=user --out=/tmp/narrow'
echo "narrow_kills $(sed -n 's/^oom_kill //p' /sys/fs/cgroup/narrow/memory.events)"
rmdir /sys/fs/cgroup/narrow

echo "after $(available)"
rmmod allocmark
echo "unloaded $?"
echo "oom $(awk '$1 == "oom_kill" { print $2 }' /proc/vmstat)"
JOB
fragmented small
returned small
tap_is "compacted: what is put together is broken up again" "$(said "ended compacted")" 0
number "compacted: it was put together" "$(fact compacted end state.drift_most)" '>' 0.1
within "compacted: the index at the start" "$(fact compacted begin state.index)" 0.5 0.05
within "compacted: and in the rounds, at least" "$(fact compacted end state.index_least)" 0.5 0.05
within "compacted: and at most" "$(fact compacted end state.index_most)" 0.5 0.05
tap_ok "compacted: a reader is told how far off it was" \
	grep -q "found $(fact compacted end state.drift_most) off at most" <(allocmark show "$scratch/out/compacted")
tap_is "fresh: it was root and could" "$(fact fresh comparability state.prepared)" "drop_caches compact_memory"
for who in module user; do
	tap_is "$who-aged: ended well" "$(said "ended $who-aged")" 0
	number "$who-aged: something stays" "$(fact "$who-aged" begin state.held_bytes)" '>' 1000000
	number "$who-aged: free memory is broken up by that" "$(fact "$who-aged" begin state.index)" '>' \
		"$(fact "$who-aged" begin state.index_before)"
	quiet small "$who-aged"
	tap_is "$who-pressure: ended well" "$(said "ended $who-pressure")" 0
	number "$who-pressure: little is free" "$(fact "$who-pressure" begin state.free_bytes)" '<' \
		$(($(fact "$who-pressure" begin state.low_bytes) + (80 << 20)))
	number "$who-pressure: and stays so" "$(fact "$who-pressure" end state.free_most_bytes)" '<' \
		$(($(fact "$who-pressure" begin state.low_bytes) + (80 << 20)))
	number "$who-pressure: but not less than the low watermark" "$(fact "$who-pressure" end state.free_least_bytes)" '>' \
		"$(fact "$who-pressure" end state.low_bytes)"
	quiet small "$who-pressure"
	tap_is "$who-capped: not attainable" "$(said "ended $who-capped")" 1
	tap_is "$who-capped: one line" "$(said "said $who-capped" | grep -c 'not attainable here: the index is 0')" 1
	tap_ok "$who-capped: no directory" test ! -e "$scratch/out/$who-capped"
	tap_is "$who-second: a run beside it is refused" "$(said "ended $who-second")" 1
	tap_is "$who-second: in one line" "$(said "said $who-second" | grep -c 'another run holds')" 1
	tap_ok "$who-second: no directory" test ! -e "$scratch/out/$who-second"
	tap_is "$who: no process outlives a killed run" "$(said "left $who")" 0
done
number "module-aged: objects of the kernel, too" "$(fact module-aged begin state.kernel_bytes)" '>' 1000000
# share RUN KEY: of the room in slabs, what objects take.
share() {
	awk -v used="$(fact "$1" begin "$2used_bytes")" -v all="$(fact "$1" begin "$2bytes")" \
		'BEGIN { if (all) printf "%.3f\n", used / all }'
}
number "module-aged: slabs are kept by few objects" "$(share module-aged state.slab_)" '<' \
	"$(awk -v a="$(share module-aged state.slab_before_)" 'BEGIN { print a - 0.1 }')"
tap_is "the module stays while memory is held" "$(said unloads)" no
for signal in KILL TERM; do
	tap_is "making-$signal: no process is left" "$(said "left making-$signal")" 0
	tap_is "making-$signal: nor a directory" "$(said "made making-$signal")" ""
done
tap_is "making-TERM: its exit status" "$(said "stopped making-TERM")" 1
tap_is "making-TERM: one line says so" "$(said "said making-TERM")" "allocmark: stopped"
tap_is "interrupted: was killed" "$(said "stopped interrupted")" 137
tap_is "elsewhere: without the module it does not go on" "$(said "ended elsewhere")" 1
tap_is "elsewhere: one line says why" "$(said "said elsewhere" | grep -c 'cannot be resumed here.*state.fragmenter')" 1
tap_is "resumed: with it it does" "$(said "ended resumed")" 0
within "resumed: the index in the rest of its rounds, at least" "$(fact resumed end state.index_least)" 0.5 0.05
within "resumed: and at most" "$(fact resumed end state.index_most)" 0.5 0.05
tap_is "resumed: it is whole" "$(wc -l <"$scratch/out/resumed/blocks.jsonl")" 60
tap_is "narrow: not attainable in a cgroup of 120 MiB" "$(said "ended narrow")" 1
tap_is "narrow: one line" "$(said "said narrow" | grep -c 'not attainable here')" 1
tap_is "narrow: and nobody is killed there" "$(said narrow_kills)" 0
tap_is "the module unloads" "$(said unloaded)" 0
tap_is "no task was killed for memory" "$(said oom)" 0

# A ram disk has no pages of its own until it is written to: reading it fills the page cache.
brd=$(find "$(realpath "$kernel")" -name 'brd.ko*' | head -n 1)
disk=()
case $brd in
'') ;;
*.xz) xz -dc "$brd" >"$scratch/brd.ko" ;;
*) cp "$brd" "$scratch/brd.ko" ;;
esac
if [ -n "$brd" ]; then disk=(--module="$scratch/brd.ko"); fi
nodes=()
node() {
	nodes+=(--qemu-arg=-object --qemu-arg="memory-backend-ram,id=m$1,size=$2M")
	nodes+=(--qemu-arg=-numa --qemu-arg="node,nodeid=$1,memdev=m$1${3:+,cpus=$3}")
}
node 0 1280 0-1
node 1 768
guest large 2048 "${nodes[@]}" "${disk[@]}" <<'JOB'
indices='0.25 0.5 0.9'
. ./lib
if insmod /lib/modules/brd.ko rd_nr=1 rd_size=614400; then
	exec 9</dev/ram0 # its pages would go with its last user
	cat <&9 >/dev/null
	measure reclaiming --state=pressure --fragmenter=module --side=user --strategies=mmap \
		--workloads=touch --sizes=96M
	exec 9<&-
	rmmod brd
fi
echo "after $(available)"
JOB
fragmented large
returned large
if [ -n "$brd" ]; then
	tap_is "reclaiming: ended well" "$(said "ended reclaiming")" 0
	number "reclaiming: the kernel reclaimed in its rounds" "$(fact reclaiming end state.rounds.pgsteal_kswapd)" '>' 0
	tap_is "reclaiming: and killed nobody" "$(fact reclaiming end state.rounds.oom_kill)" 0
	tap_ok "reclaiming: a reader is told" grep -q 'pages reclaimed by kswapd [1-9]' \
		<(allocmark show "$scratch/out/reclaiming")
else
	tap_skip "reclaiming" "this kernel has no ram disk (brd)"
fi
tap_done
