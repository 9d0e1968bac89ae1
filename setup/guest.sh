# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # run-bench.sh, which sources this, has the options and the status
#
# The guests of a run: kernels and modules before anything is measured, then a boot for
# each.

guest_huge_pages=64 # of 2 MiB: what the largest hugetlb block holds
guest_surplus_pages=0 # more of them that may be had when they are asked for, if they are to be found

# guest_kernel NAME: fetches the kernel and builds the module; adds them to kdirs and modules.
guest_kernel() {
	local kdir vars=()
	kdir=$(vm/kernel.sh ${arch:+--arch="$arch"} "$1") || return 1
	if [ -s "$kdir/make.vars" ]; then
		mapfile -t vars <"$kdir/make.vars"
	fi
	module_for "$(cat "$kdir/release")" "$kdir/build" "${vars[@]}" || return 1
	kdirs+=("$kdir")
	modules+=("$module")
}

# guest_ready: every kernel and its module, before anything is measured: a kernel that was named and is
# not to be had ends the script. Without the default one, as on a machine with neither network nor
# cache, the user half of this machine is still worth measuring.
guest_ready() {
	local name
	kdirs=() modules=()
	for name in "${kernels[@]}"; do
		guest_kernel "$name" && continue
		[ "$name" = default ] ||
			die "--kernel=$name: nothing to boot; name another, as in --kernel=6.1"
		note "no kernel for a guest: the kernel half is not measured"
		worst=1
	done
}

# guest_runs SIDE: a run in a guest of each kernel.
guest_runs() {
	local i
	for i in "${!kdirs[@]}"; do
		guest_run "$1" "${kernels[i]}" "${kdirs[i]}" "${modules[i]}"
	done
}

# guest_claims: what claims are held to, of each kernel: everything, with memory zeroed when it is
# allocated, and if there is room for it with memory above 4 GiB; what zeroing changes, without; and what a
# small guest does when its memory is all used.
guest_claims() {
	local i large strategies=
	large=$(awk '/^MemAvailable:/ { print ($2 > 8388608) ? 5120 : 2048 }' /proc/meminfo)
	for i in "${!kdirs[@]}"; do
		claims_boot "$i" init_on_alloc=1 "$large" ''
		strategies=kmalloc,kzalloc,kcalloc,vmalloc
		claims_boot "$i" init_on_alloc=0 2048 '' --workloads=zero,pair
		strategies=
		claims_boot "$i" init_on_alloc=1 256 pressure=1 --workloads=reserves,pressure --sizes=8K+1
	done
}

# claims_boot INDEX WORDS MEMORY MODULE-WORDS [OPTION...]: a run of kernel INDEX with these words on its
# command line and for its module. Huge pages that are set aside leave a small guest too little.
claims_boot() {
	local i=$1 append="$2${append:+ $append}" memory=$3 module_words=$4 guest_huge_pages=$guest_huge_pages
	local run_args=("${run_args[@]}" "${@:5}")
	[ "$memory" -ge 1024 ] || guest_huge_pages=0
	guest_run "$side" "${kernels[i]}" "${kdirs[i]}" "${modules[i]}"
}

# guest_run SIDE KERNEL KDIR MODULE
guest_run() {
	local opts=() found kdir=$3 guest_kdir=$3
	if [ -n "$resume" ]; then
		rundir=$resume
	else
		new_run
		write_launch "$2" "$(cat "$kdir/release")" "$rundir"
	fi
	job=$(mktemp -d)
	write_job "$job" "$1" "$4"
	mapfile -t opts < <(guest_options)
	note "measuring in a guest ($(cat "$kdir/release")): $1"
	finish attend vm/guest.sh --kernel="$kdir" --bin="$guest_build/bench/allocmark" \
		--bin="$guest_build/bench/allocmark-block" --job="$job" --out="$rundir" \
		--accel="$accel" --clock="$clock" --append="hugepages=$guest_huge_pages" "${opts[@]}"
	rm -rf "$job"
	job=''
	mapfile -t found < <(found_runs "$rundir")
	guest_dirs+=("${found[@]}")
}
