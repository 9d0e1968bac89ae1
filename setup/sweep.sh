# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # run-bench.sh, which sources this, has the options and the status
#
# Options that make a run for each value of something: pairs of NUMA nodes, counts of threads, states
# of memory. One notion of them: which axis it is, what goes to `allocmark run`, how its runs'
# directories are called, what they are drawn over. Sourced by run-bench.sh.

# Directories of the runs of a sweep, below that of the sweep.
is_step() {
	[[ $1 = cpu*-mem* || $1 = threads* || $1 = fragmentation* ]]
}

# sweep_choose: from the options, in
#   sweep_axis    its axis of `allocmark compare`: nodes, threads, state; empty: one run
#   sweep_option  as `allocmark run` takes it
#   sweep_fact    the number that its curves go over; empty: it has none
#   sweep_tables  the curves that are printed of the workloads it has by default, as plot's --of has them
sweep_choose() {
	sweep_axis='' sweep_option='' sweep_fact='' sweep_tables=''
	[ -z "$place_given" ] || [ -n "$threads" ] || die "--place says where threads run: give --threads, too"
	case $threads in
	'') ;;
	*[,-]* | all) sweep_is threads "--threads=$threads" threads pair/throughput,remote/throughput ;;
	# One value is an option of a run like any other.
	*) run_args+=("--threads=$threads") ;;
	esac
	case $fragmentation in
	'') ;;
	*,*)
		[ -z "$threads" ] || [ -n "$sweep_option" ] ||
			die "--threads=$threads and --fragmentation=$fragmentation exclude each other: what broken-up memory gives is measured by one thread alone"
		sweep_is state "--fragmentation=$fragmentation" index \
			frag/frag_given,frag/frag_fallback,frag/frag_huge,frag/frag_frames ;;
	*) run_args+=("--fragmentation=$fragmentation") ;;
	esac
	if [ -n "$nodes" ]; then
		[ -z "$threads" ] || die "--nodes=$nodes and --threads=$threads exclude each other: --place says where threads run"
		sweep_is nodes "--nodes=$nodes" '' ''
	fi
}

# sweep_is AXIS OPTION FACT TABLES
sweep_is() {
	[ -z "$sweep_option" ] ||
		die "$sweep_option and $2 exclude each other: one thing at a time can differ from run to run"
	sweep_axis=$1 sweep_option=$2 sweep_fact=$3 sweep_tables=$4
}

# sweep_guest: what a sweep, or nodes, need of a guest that is not said otherwise.
sweep_guest() {
	if [ -n "$threads" ] && [ "$threads_most" -gt "${cpus:-$threads_most}" ]; then
		die "--threads=$threads needs $threads_most CPUs and --cpus=$cpus gives the guest fewer: give more, or leave it out"
	fi
	if [ "$clock" = insn ] && [ "$threads_most" -gt 1 ]; then
		die "--threads=$threads needs $threads_most CPUs and the guest of --clock=insn has one"
	fi
	if [ -z "$cpus" ] && [ "$clock" = real ]; then
		cpus=$((threads_most > numa_nodes ? threads_most : numa_nodes))
		[ "$cpus" -gt 1 ] || [ -n "$numa" ] || cpus=
	fi
	[ -z "$numa" ] || sweep_numa
	if [ "$sweep_axis" = state ]; then
		# Room for blocks of every order, but not so much that holding half of it takes long. Huge pages
		# are to be found when they are asked for, not to have been set aside before memory was broken up.
		[ -n "$memory$numa" ] || memory=1024
		guest_huge_pages=0
		guest_surplus_pages=$(((${memory:-0} + numa_memory) / 4))
	fi
}

# sweep_numa: each node has memory or a CPU. Huge pages are set aside on every node alike: a small one would
# have nothing left.
sweep_numa() {
	local mb node=0
	for mb in ${numa//,/ }; do
		if [ "$mb" -eq 0 ] && [ "$node" -ge "${cpus:-1}" ]; then
			die "--numa=$numa: node $node has neither memory nor a CPU: give it some MB, or --cpus=$((node + 1))"
		fi
		[ "$mb" -eq 0 ] || [ "$mb" -ge 512 ] || guest_huge_pages=0
		node=$((node + 1))
	done
}

# sweep_host: whether this machine has CPUs for the threads that are asked for.
sweep_host() {
	[ "$threads_most" -le "$(nproc)" ]
}

# sweep_dirs: the directories of this call's sweeps, each once, in order; its runs are in $runs.
sweep_dirs() {
	[ ${#runs[@]} = 0 ] || printf '%s\n' "${runs[@]%/*}" | awk '!seen[$0]++'
}

# sweep_of RUN...: of the curves that are printed, those whose workload the runs have numbers of, as plot's --of;
# nothing where another one was asked for: then all are printed.
sweep_of() {
	local table files=("${@/%//blocks.jsonl}")
	for table in ${sweep_tables//,/ }; do
		! grep -qsE '"workload": *"'"${table%/*}"'",.*"status": *"ok"' "${files[@]}" || echo "$table"
	done | paste -sd,
}
