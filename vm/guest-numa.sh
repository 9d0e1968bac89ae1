# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Sourced by guest.sh: NUMA nodes of a guest. Each has memory of its own and those CPUs that the
# dealing out gives it; where there are fewer CPUs than nodes the last nodes have memory alone. Distances
# and the HMAT are left to whoever wants them (--qemu-arg).
#
# Uses from guest.sh: die, numa, memory, cpus.
# shellcheck disable=SC2154 # assigned there

numa_max=64 # nodes that distributions' kernels are built for

# Checks --numa; memory is then the sum of its nodes, and cpus one each unless they are given.
check_numa() {
	local sizes mb node

	[ -n "$numa" ] || return 0
	[ -z "$memory" ] || die 2 "--numa=$numa says how much memory there is: leave out --memory=$memory"
	[[ $numa =~ ^[0-9]{1,7}(,[0-9]{1,7})*$ ]] ||
		die 2 "--numa=$numa: give the MB of each node, such as 512,256,0"
	IFS=, read -r -a sizes <<<"$numa"
	[ ${#sizes[@]} -le $numa_max ] || die 2 "--numa=$numa: ${#sizes[@]} nodes; give $numa_max at most"
	cpus=${cpus:-${#sizes[@]}}
	memory=0
	for node in "${!sizes[@]}"; do
		mb=$((10#${sizes[node]}))
		[ $mb != 0 ] || ((node < cpus)) ||
			die 2 "--numa=$numa: node $node has neither memory nor a CPU: give it some MB, or --cpus=$((node + 1))"
		memory=$((memory + mb))
	done
}

# Adds to `command` what QEMU needs for the nodes. A socket each: Linux complains of the topology at boot
# where processors of one package are on two nodes. A node that is named without memory has none only
# if every node is told where its own comes from.
numa_command() {
	local sizes node cpu words mb

	[ -n "$numa" ] || return 0
	IFS=, read -r -a sizes <<<"$numa"
	for node in "${!sizes[@]}"; do
		words=node,nodeid=$node
		for ((cpu = node; cpu < cpus; cpu += ${#sizes[@]})); do
			words=$words,cpus=$cpu
		done
		mb=$((10#${sizes[node]}))
		if [ $mb != 0 ]; then
			command+=(-object "memory-backend-ram,id=numa$node,size=${mb}M")
			words=$words,memdev=numa$node
		fi
		command+=(-numa "$words")
	done
	command+=(-smp "cpus=$cpus,sockets=$cpus,cores=1,threads=1")
}
