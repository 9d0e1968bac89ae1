#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Memory on NUMA nodes in two guests: two nodes of uneven size, the small one too small for what is
# asked of it; and four, one of them without memory, one without CPUs. Every page that is given lies
# where it was asked to, as move_pages() and page_to_nid() have it; what cannot be is a skip with its
# reason; where the small node is full, memory comes from the other. Distances and the HMAT that QEMU makes
# up come back through hwloc's export, and the matrices have a cost and a placement in every field that can be.
set -eu
# shellcheck source=SCRIPTDIR/lib.sh
. "$AMK_SRCDIR/tests/guest/lib.sh"
guest_prepare numa

# Rows that answer and, of them, those that take a node: MPOL_PREFERRED_MANY came with 5.15.
rows=9 placed=7 many=' mbind-preferred-many'
if [ "$(printf '%s\n' 5.15 "$(cat "$kernel/release")" | sort -V | head -n 1)" != 5.15 ]; then
	rows=8 placed=6 many=
fi

# argument WORD...: adds these to QEMU's arguments.
argument() {
	local word
	for word; do arguments+=("--qemu-arg=$word"); done
}

# nodes MB,MB,... [CPUS]: sets the arguments of a guest with these nodes. A node is as far from another as its
# number tells: 10, and 7 for each step up, 9 for each step down; the same in the HMAT, where there is one.
nodes() {
	local from to far way count hmat=on

	# Linux refuses a HMAT with a node that has no memory.
	case ,$1, in *,0,*) hmat=off ;; esac
	arguments=(--numa="$1" ${2:+--cpus="$2"})
	argument -machine "hmat=$hmat"
	count=$(tr -cd , <<<"$1" | wc -c)
	for from in $(seq 0 "$count"); do
		for to in $(seq 0 "$count"); do
			far=$((to > from ? 7 * (to - from) : 9 * (from - to)))
			if [ "$far" != 0 ]; then argument -numa "dist,src=$from,dst=$to,val=$((10 + far))"; fi
			[ "$hmat" = on ] || continue
			way="hmat-lb,initiator=$from,target=$to,hierarchy=memory"
			argument -numa "$way,data-type=access-latency,latency=$((5 + far))"
			argument -numa "$way,data-type=access-bandwidth,bandwidth=$((200 - far))M"
		done
	done
}

# guest NAME <JOB: its files come to $scratch/out.
guest() {
	local status=0

	guest_run --timeout=300 --bin="$AMK_BUILDDIR/tests/test_numa_policy" "${arguments[@]}" || status=$?
	tap_is "$1: the guest's job succeeded" "$status" 0
	[ "$status" = 0 ] || tail -n 5 "$scratch/stderr" | sed 's/^/# /'
	tap_empty "$1: nothing in the kernel log" "$(guest_splats "$scratch/out/dmesg.txt")"
}

# cells RUN...: what placement found: run, side, strategy, size, status, reason, asked, there, elsewhere,
# nodes, least.
cells() {
	local run

	for run; do
		allocmark export "$scratch/out/$run"
	done | awk -F'\t' '
		$1 == "run" { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$at["workload"] != "placement" { next }
		{
			cell = $at["run"] " " $at["side"] " " $at["strategy"] " " $at["size_bytes"]
			sub(/.*\//, "", cell)
			seen[cell] = 1
			status[cell] = $at["status"]
			reason[cell] = $at["reason"]
			value[cell, $at["metric"]] = $at["cost"]
		}
		END {
			for (cell in seen)
				print cell, status[cell], value[cell, "placed_asked"] + 0, value[cell, "placed_there"] + 0,
					value[cell, "placed_elsewhere"] + 0, value[cell, "placed_nodes"] + 0,
					value[cell, "placed_least"] + 0, reason[cell]
		}' | sort
}

# matrices NAME: the matrices of a sweep, a field a line: side, strategy, workload, metric, the CPU's node, the
# memory's, cost, times local, share there, distance, latency and bandwidth of the HMAT, status; -: nothing.
matrices() {
	allocmark nodes --format=tsv "$scratch/out/$1"/* | awk -F'\t' '
		function of(name) { return $at[name] == "" ? "-" : $at[name] }
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		{
			print of("side"), of("strategy"), of("workload"), of("metric"), of("cpu_node"), of("memory_node"),
				of("cost"), of("times_local"), of("there"), of("distance"), of("hmat_latency_ns"),
				of("hmat_bandwidth_mibs"), of("status")
		}'
}

# firmware: what $scratch/matrices says of distances: FROM-TO:DISTANCE/LATENCY/BANDWIDTH, each once.
firmware() {
	awk '{ print $5 "-" $6 ":" $10 "/" $11 "/" $12 }' "$scratch/matrices" | sort -u | xargs
}

# misplaced: of the cells on stdin those that have pages anywhere but where they were asked to be.
misplaced() {
	awk '$5 == "ok" && !($6 > 0 && $7 == $6 && $8 == 0)'
}

nodes 960,64
guest two <<'JOB'
set -eu
insmod /lib/modules/allocmark.ko
allocmark run --nodes=all --side=both --rounds=1 --events=none --no-table --quiet --out=/job/out/two \
	--strategies=numa --workloads=placement --sizes=64,64K,1M --environment="$AMK_ENVIRONMENT"
allocmark run --nodes=all --side=both --rounds=1 --events=none --no-table --quiet --out=/job/out/timed \
	--strategies=numa --workloads=pair,touch,chase,stream,placement --sizes=64K --environment="$AMK_ENVIRONMENT"
# More than the small node has.
allocmark run --node=1 --side=both --rounds=1 --events=none --no-table --quiet --out=/job/out/full \
	--strategies=mbind,mbind-preferred,mbind-preferred-many,vmalloc_node --workloads=placement --sizes=96M \
	--environment="$AMK_ENVIRONMENT"
# Nothing that takes no node is given one.
allocmark run --node=1 --side=both --rounds=1 --events=none --no-table --quiet --out=/job/out/none \
	--strategies=malloc,kmalloc --workloads=placement --sizes=64K --environment="$AMK_ENVIRONMENT"
# Two sockets: threads on nodes, and on caches, of their own.
for place in node l3; do
	allocmark run --threads=2 --place=$place --side=both --rounds=1 --events=none --no-table --quiet --out=/job/out/$place \
		--strategies=malloc,kmalloc --workloads=remote --sizes=64 --environment="$AMK_ENVIRONMENT"
	allocmark run --threads=3 --place=$place --strategies=kmalloc --out=/job/out/three 2>/job/out/three-$place || true
done
rmmod allocmark
test_numa_policy >/job/out/policies || echo "status $?" >>/job/out/policies
JOB

tap_is "two: a run for each pair" "$(cd "$scratch/out/two" && echo *)" \
	'cpu0-mem0 cpu0-mem1 cpu1-mem0 cpu1-mem1'
cells two/cpu0-mem0 two/cpu0-mem1 two/cpu1-mem0 two/cpu1-mem1 >"$scratch/two"
tap_is "two: every strategy and size answers" "$(awk '$5 == "ok"' "$scratch/two" | wc -l)" $((4 * rows * 3))
tap_empty "two: all pages lie where they were asked to" "$(grep -v local "$scratch/two" | misplaced)"
tap_empty "two: local ones on the CPU's node" "$(grep local "$scratch/two" | misplaced)"
tap_is "two: interleaved ones lie on both, half and half" \
	"$(awk '$3 == "mbind-interleave" && $4 == 65536 && $9 == 2 && $10 == $6 / 2' "$scratch/two" | wc -l)" 4
tap_is "two: no other lies on both" \
	"$(awk '$5 == "ok" && $3 != "mbind-interleave" && $9 != 1' "$scratch/two" | wc -l)" 0
tap_is "two: what is timed has a cost" "$(allocmark export "$scratch/out/timed/cpu1-mem0" |
	grep -cE $'\tlat_(pair|touch)\tns\tlower\t1\t')" $((2 * rows))
matrices timed >"$scratch/matrices"
# 6 things timed, 4 pairs. On a busy machine noise may leave nothing of an emulated load or two.
lost=$(awk '$3 == "chase" && $7 == "-" && $13 == "measure-failed"' "$scratch/matrices" | wc -l)
tap_ok "two: noise has left nothing of $lost fields" test "$lost" -le 2
tap_is "two: the matrices have a cost in every other field, of memory that lay there" \
	"$(awk '$7 > 0 && ($8 > 0 || '"$lost"') && $9 == 1' "$scratch/matrices" | wc -l)" $((placed * 6 * 4 - lost))
tap_is "two: and none without, but of a policy that the kernel does not have" \
	"$(grep -vc 'mbind-preferred-many .* skip$' "$scratch/matrices")" $((placed * 6 * 4))
tap_is "two: the distances are those of the firmware" "$(firmware)" \
	'0-0:10/5/200 0-1:17/-/- 1-0:19/-/- 1-1:10/5/200'
tap_is "two: rows and calls of libnuma and hwloc have the same policies" "$(tail -n 1 "$scratch/out/policies")" \
	'14 policies compared, 0 different'
sed 's/^/# /' "$scratch/out/policies"
cells full >"$scratch/full"
tap_is "full: what prefers the node is given the rest from elsewhere" \
	"$(awk '$5 == "ok" && $6 == 24576 && $7 > 0 && $8 > 8192 && $9 == 2 { print $3 }' "$scratch/full" | xargs)" \
	"vmalloc_node mbind-preferred$many"
tap_ok "full: what is bound to it is not asked for more than there is" \
	grep -q '^full user mbind 100663296 skip.*more memory than' "$scratch/full"
cells none >"$scratch/none"
tap_is "what takes no node is measured as it is" "$(awk '$5 == "ok" && $6 > 0' "$scratch/none" | wc -l)" 2
tap_ok "runs of two nodes are not compared unasked" \
	grep -q 'place.memory_node' <(allocmark compare "$scratch/out/two/cpu0-mem0" "$scratch/out/two/cpu0-mem1" 2>&1)
tap_ok "asked, they are" allocmark compare --across=nodes "$scratch/out/two/cpu0-mem0" \
	"$scratch/out/two/cpu0-mem1"

for place in node l3; do
	tap_is "a thread each $place: it frees what the other node's allocated" "$(allocmark export "$scratch/out/$place" |
		grep -cE $'\tlat_free_remote\tns\t.*\tok\t')" 2
	tap_is "a thread each $place: on either CPU" "$(tr -d ' \n' <"$scratch/out/$place/manifest.json" |
		grep -o '"thread_cpus":\[[0-9,]*\]')" '"thread_cpus":[0,1]'
	tap_ok "no third thread each $place" grep -q "place=$place: .* tells of 2 " "$scratch/out/three-$place"
done
tap_ok "and nothing is made of it" test ! -e "$scratch/out/three"

# Linux numbers nodes as its tables name them, those with CPUs first.
nodes 512,192,0,320 3
guest four <<'JOB'
set -eu
insmod /lib/modules/allocmark.ko
allocmark run --nodes=all --side=both --rounds=1 --events=none --no-table --quiet --out=/job/out/four \
	--strategies=numa --workloads=placement --sizes=64K --environment="$AMK_ENVIRONMENT" 2>/job/out/said
allocmark run --nodes=all --side=both --rounds=1 --events=none --no-table --quiet --out=/job/out/costs \
	--strategies=mbind,vmalloc_node --workloads=touch,placement --sizes=64K --environment="$AMK_ENVIRONMENT" 2>&1
allocmark run --node=4 --side=both --rounds=1 --events=none --no-table --quiet --out=/job/out/absent \
	--strategies=numa --workloads=placement --sizes=64K --environment="$AMK_ENVIRONMENT"
rmmod allocmark
JOB

runs=$(cd "$scratch/out/four" && echo *)
tap_is "four: runs from the nodes that have CPUs" "$(tr ' ' '\n' <<<"$runs" | sed 's/-.*//' | sort | uniq -c | xargs)" \
	'4 cpu0 4 cpu1 4 cpu2'
tap_ok "four: it is said that one has none" grep -q 'node 3 has no CPU' "$scratch/out/said"
# shellcheck disable=SC2086,SC2046 # words
cells $(printf 'four/%s ' $runs) >"$scratch/four"
tap_empty "four: all pages lie where they were asked to" "$(misplaced <"$scratch/four" | grep -v 'cpu2.*local')"
tap_is "four: on each of the nodes with memory, from each with CPUs" \
	"$(awk '$1 ~ /mem[013]/ && $5 == "ok"' "$scratch/four" | wc -l)" $((3 * 3 * rows))
tap_is "four: from the CPU whose node has no memory, local memory lies elsewhere" \
	"$(awk '$1 ~ /cpu2/ && $3 == "mbind-local" && $6 > 0 && $8 == $6' "$scratch/four" | wc -l)" 4
tap_is "four: the node without memory is a skip that says so" \
	"$(awk '$1 ~ /mem2/ && $5 == "skip"' "$scratch/four" | grep -c 'has no memory')" $((3 * 7))
matrices costs >"$scratch/matrices"
tap_is "four: rows and columns of what is not there are empty and say why" \
	"$(awk '$7 == "-" { print $2, $5 "-" $6, $13, $14 }' "$scratch/matrices" | grep -v "^vmalloc" | xargs)" \
	'mbind 0-2 no memory mbind 1-2 no memory mbind 2-2 no memory mbind 3-0 no CPU mbind 3-1 no CPU mbind 3-2 no CPU mbind 3-3 no CPU'
tap_is "four: the others have a cost of memory that lay there" \
	"$(awk '$7 > 0 && $9 == 1' "$scratch/matrices" | wc -l)" $((2 * 3 * 3))
tap_is "four: there is no ratio where there is no local memory" \
	"$(awk '$7 > 0 && $8 == "-" { print $5 }' "$scratch/matrices" | sort | uniq -c | xargs)" '6 2'
tap_ok "four: drawn" allocmark plot --families=numa --out="$scratch/plots" "$scratch/out/costs"/*
tap_ok "four: on a page" grep -q 'memory of node 3' \
	<(allocmark report --format=markdown "$scratch/out/costs"/*)
cells absent >"$scratch/absent"
tap_is "four: a node that is not there, too" "$(grep -c 'skip.*no such NUMA node' "$scratch/absent")" 7
tap_done
