# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # run-bench.sh, which sources this, takes the options from here
#
# The options of run-bench.sh: what they are, what each may be, and which of them go together. A wrong
# one ends the script in one line, before anything is built. Sourced by run-bench.sh, which defines die.

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
  --state=KIND         bring memory to a state first: fresh, aged, fragmented or pressure. Here as with
                       --fragmentation, without the module it is a guest's memory alone, unless
                       --where=host says otherwise
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
                       told. An emulated guest takes one to three minutes an index
                       One value of either is no sweep: an option of a run like any other

Records
  --out=DIR            where the run directories go (default: results)
  --resume=RUNDIR      go on with a run that was cut short; takes every option from it
  --no-plot            draw nothing
  --help               this text
END
}

options='--where --kernel --arch --accel --clock --append --cpus --memory --numa --timeout --side --quick --full --claims
--strategies --allocators --workloads --sizes --events --tlb --nodes --threads --place --state --fragmentation --fragmenter
--state-bytes --rounds --seed --machine --out --resume --no-plot --help'

parse() {
	local arg value decimal
	where=auto accel=auto clock=real side=both depth=quick out=$top/results
	claims=no module_words='' state_given=no
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
		--cpus=*) number --cpus "$value"; cpus=$decimal ;;
		--memory=*) number --memory "$value"; memory=$decimal ;;
		--numa=*) numa "$value"; numa=$value ;;
		--timeout=*) number --timeout "$value"; timeout=$decimal ;;
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
		--state=*) one_of --state "$value" fresh aged fragmented pressure; state_given=yes; run_args+=("$arg") ;;
		--fragmenter=*) one_of --fragmenter "$value" module user; run_args+=("$arg") ;;
		--fragmentation=*) fragmentation "$value"; state_given=yes; fragmentation=$value ;;
		--state-bytes=*) size --state-bytes "$value"; run_args+=("$arg") ;;
		--rounds=*) number --rounds "$value"; run_args+=("--rounds=$decimal") ;;
		--seed=*) number --seed "$value"; seed=$decimal ;;
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
