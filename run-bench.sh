#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The main job by one command: set up, build, measure, show, draw. User space and kernel are only
# compared where both ran in the same boot: on this machine where root may load the module, else in
# a guest, which runs both halves. The user half of this machine is then a run of its own.
set -euo pipefail

cd "$(dirname "$0")"
me="run-bench.sh"
top=$PWD
build=$top/build

# shellcheck source=setup/build.sh
. setup/build.sh
# shellcheck source=setup/guest.sh
. setup/guest.sh
# shellcheck source=setup/host.sh
. setup/host.sh
# shellcheck source=setup/job.sh
. setup/job.sh
# shellcheck source=setup/rundir.sh
. setup/rundir.sh
# shellcheck source=setup/show.sh
. setup/show.sh
# shellcheck source=setup/sweep.sh
. setup/sweep.sh
# shellcheck source=setup/values.sh
. setup/values.sh
# shellcheck source=setup/words.sh
. setup/words.sh
# shellcheck source=vm/arch.sh
. vm/arch.sh

usage() {
	cat <<END
Usage: ./$me [OPTION]...
Measure what allocating memory costs in user space and in the kernel, draw it, and make a
page of it: report.html in the run's directory.

Where
  --where=PLACE        auto (default), host or guest; auto takes the host where root may load
                       the module, and else the user half of the host and both in a guest
  --kernel=KERNEL      of the guest: a release (6.1.0-56-cloud-amd64), a series (6.1) or
                       VMLINUZ+HEADERS, or debug (see vm/kernel.sh --help); default: the distribution's
                       cloud kernel.
                       Given again: each is measured, and compared with the first
  --arch=ARCH          of the guest: amd64 or arm64; another one than this machine's is
                       cross-built and emulated (default: this machine's)
  --accel=ACCEL        of the guest: auto (default), kvm or tcg
  --clock=CLOCK        of the guest: real (default) or insn, which counts instructions
  --append=WORDS       of the guest: more kernel command line, such as init_on_alloc=0;
                       kaslr takes back the nokaslr of --clock=insn
  --cpus=N --memory=MB --timeout=SECONDS
                       of the guest
  --numa=MB,MB,...     of the guest: a NUMA node of each of these sizes, such as 512,256,0; CPUs are dealt
                       out to them in turn, one each if --cpus says nothing

What
  --side=SIDE          user, kernel or both (default)
  --quick | --full     3 rounds of a coarse grid (default) | 10 rounds of the whole one
  --claims             what an old page says of the kernel's allocators, held against guests that
                       measure it: several boots of each --kernel, side by side
  --strategies=LIST --workloads=LIST --sizes=LIST
                       only these; './build/bench/allocmark list' names them
  --allocators=LIST    malloc() of these libraries too: auto (every one that is installed), or names of
                       glibc, jemalloc, tcmalloc and mimalloc; on this machine alone, in no guest
  --events=LIST        counted around the timed loops: auto (default), none, or names as
                       './build/bench/allocmark list events' has them
  --tlb=SPEC           the TLB that misses are modelled for (default: this processor's),
                       such as l1=64x4:4k,l2=1536x12:4k+2m
  --state=KIND         bring memory to a state first: fresh, aged, fragmented or pressure
  --fragmenter=module|user --state-bytes=SIZE
                       who holds memory for that, and how much at most
  --rounds=N --seed=N  rounds; the seed of every random choice (default: by chance;
                       with --clock=insn: 1)
  --machine=NAME       this machine's name in the records (default: its host name)

Sweeps: a run for each of several values, then told and drawn together
  --nodes=all|LIST     of these NUMA nodes, such as 0,2-3, each pair: the one whose CPU asks and the one
                       whose memory is asked for; their costs as matrices
  --threads=all|LIST --place=PLACE
                       threads that measure at once, each on a CPU of its own, such as 1,2,4, or all for
                       1, 2, 4 and so on to as many as there are CPUs; compact (default), scatter, core, l3
                       or node; throughput and cost over their number. A guest gets as many CPUs; with all it has
                       those of --cpus
  --fragmentation=LIST[:ORDER]
                       how far memory is broken up first, such as 0.25,0.5,0.75,0.95: what is still given
                       then, by which way, how it lies and what it costs, over that index; of order 9 unless
                       told. An emulated guest takes one to three minutes an index. Without the
                       module it is a guest's memory alone, unless --where=host says otherwise
                       One value of either is no sweep: an option of a run like any other

Records
  --out=DIR            where the run directories go (default: results)
  --resume=RUNDIR      go on with a run that was cut short; takes every option from it
  --no-plot            draw nothing
  --help               this text
END
}

die() {
	echo "$me: $*" >&2
	exit 1
}

note() {
	echo "$me: $*" >&2
}

options='--where --kernel --arch --accel --clock --append --cpus --memory --numa --timeout --side --quick --full --claims
--strategies --allocators --workloads --sizes --events --tlb --nodes --threads --place --state --fragmentation --fragmenter
--state-bytes --rounds --seed --machine --out --resume --no-plot --help'

parse() {
	local arg value
	where=auto accel=auto clock=real side=both depth=quick out=$top/results
	claims=no module_words=''
	arch='' cpus='' memory='' timeout='' append='' resume='' seed='' strategies='' allocators='' plot=yes
	nodes='' threads='' threads_most=0 place_given='' fragmentation='' numa='' numa_memory=0 numa_nodes=0
	machine=$(uname -n)
	kernels=()
	run_args=()
	given=()
	for arg in "$@"; do
		value=${arg#*=}
		given+=("${arg%%=*}")
		case $arg in
		--where=*) one_of --where "$value" auto host guest; where=$value ;;
		--kernel=?*) kernels+=("$value") ;;
		--arch=*) one_of --arch "$value" amd64 arm64; arch=$value ;;
		--accel=*) one_of --accel "$value" auto kvm tcg; accel=$value ;;
		--clock=*) one_of --clock "$value" real insn; clock=$value ;;
		--append=*) words --append "$value"; append=$value ;;
		--cpus=*) number --cpus "$value"; cpus=$value ;;
		--memory=*) number --memory "$value"; memory=$value ;;
		--numa=*) numa "$value"; numa=$value ;;
		--timeout=*) number --timeout "$value"; timeout=$value ;;
		--side=*) one_of --side "$value" user kernel both; side=$value ;;
		--quick | --full) depth=${arg#--} ;;
		--claims) claims=yes ;;
		--strategies=*) list --strategies "$value"; strategies=$value ;;
		--allocators=*) list --allocators "$value"; allocators=$value ;;
		--workloads=*) list --workloads "$value"; run_args+=("$arg") ;;
		--sizes=*) list --sizes "$value"; run_args+=("$arg") ;;
		--events=*) list --events "$value"; run_args+=("$arg") ;;
		--tlb=*) tlb "$value"; run_args+=("$arg") ;;
		--nodes=*) nodes "$value"; nodes=$value ;;
		--threads=*) threads "$value"; threads=$value ;;
		--place=*) one_of --place "$value" compact scatter core l3 node; place_given=$value; run_args+=("$arg") ;;
		--state=*) one_of --state "$value" fresh aged fragmented pressure; run_args+=("$arg") ;;
		--fragmenter=*) one_of --fragmenter "$value" module user; run_args+=("$arg") ;;
		--fragmentation=*) fragmentation "$value"; fragmentation=$value ;;
		--state-bytes=*) size --state-bytes "$value"; run_args+=("$arg") ;;
		--rounds=*) number --rounds "$value"; run_args+=("$arg") ;;
		--seed=*) number --seed "$value"; seed=$value ;;
		--machine=?*) machine=$value ;;
		--out=?*) out=$value ;;
		--resume=?*) resume=$value ;;
		--no-plot) plot=no ;;
		--help) usage; exit 0 ;;
		*) die "unknown option $arg: one of ${options//$'\n'/ }" ;;
		esac
	done
	sweep_choose
	[ "$claims" = no ] || check_claims
	machine=${machine//[^A-Za-z0-9_]/-}
	[ ${#kernels[@]} != 0 ] || kernels=(default)
	# What is to come out the same again begins with the same choices.
	if [ "$clock" = insn ] && [ -z "$seed" ]; then
		seed=1
	fi
	[ -z "$seed" ] || run_args+=("--seed=$seed")
	if [ "$where" = host ] || { [ "$where" = auto ] && [ -z "$resume" ]; }; then
		check_place
	fi
	check_guest
	if [ "$where" = guest ] && [ -n "$allocators" ]; then
		die "--allocators is of this machine and a guest alone is asked for: leave one of them out"
	fi
}

# Claims choose what is measured and where by themselves. Instructions are counted unless a clock is
# given: in an emulator times say nothing.
check_claims() {
	local option
	for option in "${given[@]}"; do
		case $option in
		--where | --side | --quick | --full | --strategies | --allocators | --workloads | --sizes | --nodes | --threads | --place | --state | \
			--fragmentation | --memory | --numa | --resume)
			die "--claims chooses for itself: leave out $option" ;;
		esac
	done
	where=guest depth=evidence plot=no
	[[ " ${given[*]} " = *' --clock '* ]] || clock=insn
}

# A guest's option leaves --where=auto no choice, and makes none of --where=host.
check_place() {
	local option
	for option in "${given[@]}"; do
		case $option in
		--kernel | --arch | --accel | --clock | --append | --cpus | --memory | --numa)
			[ "$where" != host ] ||
				die "$option is of the guest and --where=host has none: leave one of them out"
			where=guest ;;
		esac
	done
}

# Options of the guest that go together.
check_guest() {
	[ -z "$numa" ] || [ -z "$memory" ] ||
		die "--numa=$numa says how much memory the guest has: leave out --memory"
	[ "$where" != host ] || return 0
	sweep_guest
}

# A run that goes on keeps its options: only what draws may be given beside --resume.
check_resume() {
	local option
	for option in "${given[@]}"; do
		case $option in
		--resume | --no-plot | --timeout) ;;
		*) die "--resume takes its options from the run: leave out $option" ;;
		esac
	done
	[ -d "$resume" ] || die "--resume=$resume is no directory: name a run directory, as in results/*"
	resume=$(realpath "$resume")
	[ -s "$resume/manifest.json" ] ||
		die "--resume=$resume has no manifest.json: the run never began; start a new one"
	[ -w "$resume" ] || die "--resume=$resume cannot be written: run as the user who began it"
	environment=$(manifest_value "$resume/manifest.json" environment)
	case $environment in
	host | guest-kvm | guest-tcg | guest-icount) ;;
	*) die "$resume/manifest.json names no known environment ('$environment'): start a new run" ;;
	esac
	# A run of a sweep was started as its sweep was.
	if [ -e "$resume/launch" ] || ! is_step "${resume##*/}"; then
		read_launch "$resume/launch"
	else
		read_launch "${resume%/*}/launch"
	fi
}

check_out() {
	local probe
	mkdir -p "$out" 2>/dev/null ||
		die "--out=$out cannot be made: name a directory that you can write"
	out=$(realpath "$out")
	probe=$(mktemp "$out/.probe.XXXXXX" 2>/dev/null) ||
		die "--out=$out cannot be written: name a directory that you can write"
	rm -f "$probe"
}

build_all() {
	mkdir -p "$build" || die "cannot write in $top: build as a user who can"
	exec 9>"$build/lock"
	flock 9
	build_ready "$build/autogen.log"
	note "building in build/"
	{
		build_configure "$build" --disable-kmod && make -C "$build" -j"$(nproc)" && build_guest
	} >"$build/build.log" 2>&1 9>&- || {
		grep -iE '(error|\*\*\*)' "$build/build.log" | head -n 5 >&2
		die "the build failed: see build/build.log"
	}
	flock -u 9
}

# build_guest: the programs that run in the guest, in $guest_build; where its architecture is not this
# machine's they are others than those that read the records here.
build_guest() {
	guest_build=$build
	if [ -n "$arch" ] && arch_is_foreign "$arch"; then
		guest_build=$build/$arch
		setup/cross.sh --arch="$arch" "$guest_build" && make -C "$guest_build" -j"$(nproc)"
	fi
}

# run_options SIDE STRATEGIES: the options of `allocmark run` for a new run, in $args.
run_options() {
	args=(--side="$1" "--$depth" "${run_args[@]}")
	[ -z "$sweep_option" ] || args+=("$sweep_option")
	if [ -n "$2" ]; then
		args+=(--strategies="$2")
	fi
}

# host_run SIDE [STRATEGIES]
host_run() {
	local args
	if [ -n "$resume" ]; then
		rundir=$resume
		args=(--resume="$rundir")
	else
		new_run
		run_options "$1" "${2:-$strategies}"
		[ -z "$allocators" ] || args+=(--allocators="$allocators")
		args+=(--out="$rundir" --machine="$machine")
	fi
	note "measuring on this machine: $1"
	finish attend "$build/bench/allocmark" run --no-table --environment=host "${args[@]}"
}

# decide: host or guest in $place, and in $reason why not the host.
decide() {
	place=host reason=
	case $where:$side:$environment in
	*:guest-*) place=guest; return ;;
	*:host)
		needs_module || return 0 ;;
	guest:*) place=guest; return ;;
	*:user:) check_host; return ;;
	esac
	reason=$(why_not_host)
	if [ -n "$reason" ]; then
		refuse_host "$reason"
		place=guest
	else
		check_host
	fi
}

check_host() {
	sweep_host || die "--threads=$threads: this machine has $(nproc) CPUs: give no more, or --where=guest"
}

# needs_module: whether the run that goes on measures the kernel too.
needs_module() {
	tr -d ' \t\n' <"$resume/manifest.json" | grep -q '"sides":\[[^]]*"kernel"'
}

# refuse_host REASON: ends the script where nothing but the host will do.
refuse_host() {
	[ -z "$resume" ] || die "--resume=$resume needs the module on this machine: $1"
	[ "$where" = auto ] || die "--where=host: $1; try --where=guest"
}

setup_packages() {
	local groups=(build)
	[ "$plot" = no ] || groups+=(plot)
	[ "$place" = host ] || groups+=(kernel guest)
	[ "$arch" != arm64 ] || groups+=(arm64)
	[[ " ${kernels[*]} " != *" debug "* ]] || groups+=(debug)
	setup/packages.sh "${groups[@]}"
}

# The user half of this machine, a run of its own, if it has any of the strategies asked for.
host_user_run() {
	local words
	words=$(user_words)
	if [ -z "$words" ] && [ -n "$strategies" ]; then
		words=$(allocator_words)
	fi
	if [ -z "$strategies" ] || [ -n "$words" ]; then
		host_run user "$words"
	fi
}

measure() {
	if [ "$place" = host ] && [ "$side" != user ] && ! load; then
		refuse_host "the module cannot be loaded"
		reason="the module cannot be loaded"
		place=guest
		setup_packages
	fi
	if [ "$place" = host ]; then
		host_run "$side"
		return
	fi
	guest_ready
	if [ -n "$reason" ]; then
		note "no module on this machine ($reason): the kernel half runs in a guest"
		if [ "$side" != both ]; then
			:
		elif [ "$sweep_axis" = state ]; then
			note "the memory of this machine is left as it is: --where=host breaks it up, too"
		elif sweep_host; then
			host_user_run
		else
			note "--threads=$threads: this machine has $(nproc) CPUs: its user half is not measured, the guest's is"
		fi
	fi
	if [ "$claims" = yes ]; then
		guest_claims
	else
		guest_runs "$side"
	fi
}

measure_resumed() {
	if [ "$place" = guest ]; then
		guest_ready
		guest_runs "the rest"
		return
	fi
	if needs_module; then
		load || refuse_host "it cannot be loaded"
	fi
	host_run "the rest"
}

clean_up() {
	if [ -n "$child" ]; then
		kill -TERM "$child" 2>/dev/null || true
		wait "$child" 2>/dev/null || true
		child=
	fi
	unload || true
	[ -z "$job" ] || rm -rf "$job"
}

interrupted() {
	local run
	clean_up
	if [ -n "$rundir" ] && [ -s "$rundir/manifest.json" ]; then
		name_run "$rundir"
		note "interrupted; to go on: ./$me --resume=$rundir"
	elif [ -n "$rundir" ] && [ -n "$(found_runs "$rundir")" ]; then
		found_runs "$rundir" | while read -r run; do
			name_run "$run"
			is_finished "$run" || note "unfinished; to go on with it: ./$me --resume=$run"
		done
		note "interrupted; what was measured is in $rundir"
	elif [ -n "$rundir" ] && [ -z "$resume" ]; then
		drop_run
	fi
	exit 130
}

main() {
	child='' module='' loaded=no job='' rundir='' worst=0 environment=''
	runs=() guest_dirs=()
	parse "$@"
	if [ -n "$resume" ]; then
		check_resume
	else
		check_out
	fi
	decide
	setup_packages
	build_all
	trap clean_up EXIT
	trap interrupted INT TERM HUP
	if [ -n "$resume" ]; then
		measure_resumed
	else
		check_choice
		measure
	fi
	unload || worst=1
	show
	return "$worst"
}

main "$@"
