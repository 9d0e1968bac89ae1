#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Every test by one command: sets the machine up, builds out of tree, runs each stage and adds the
# results of all of them up. A stage's results are what Automake's harness wrote into its .trs files;
# a stage without any counts as one test. Each stage is bounded in time, so a hang is a failure too.
set -euo pipefail

cd "$(dirname "$0")"
me=run-tests.sh
top=$PWD
out=$top/build-test
jobs=$(nproc)
# What the module is built for: a kernel of each kind that it knows, besides those installed here.
test_kernels=${ALLOCMARK_TEST_KERNELS:-5.10 6.1 6.12 7.3}
# Debian no longer has 5.10 whole for arm64.
arm64_kernels=${ALLOCMARK_TEST_KERNELS:-6.1 6.12 7.3}

# shellcheck source=setup/build.sh
. setup/build.sh

# name, bound in seconds, what it does; in the order in which they run. Each is a function stage_NAME,
# with _ for -. Those of another architecture and of the debug kernel are run only when they are asked for.
stages='
build	600	build with gcc, every warning an error
check	300	make check: core, user side, layers, command line
lint	300	scripts, layout of the C sources, licence lines
sanitize	600	build with ASan and UBSan, make check
fuzz	600	the readers of files against random bytes, some seconds each
clang	600	build with clang, every warning an error
kmod	600	module for 5.10, 6.1, 6.12, 7.3 and what is installed, every warning an error, sparse
distcheck	900	make distcheck
gate	900	hot paths in the repeatable guest, against results/baselines
guest	2400	make check-guest: the kernel half in a guest
debug	7200	the module on the debug kernel (vm/kernel.sh debug), which is built first
arm64-build	600	cross build for arm64, every warning an error
arm64-kmod	900	module for 6.1, 6.12, 7.3 of arm64, every warning an error, sparse
arm64-guest	2400	the tests of arm64 in its guest: module, frames, counters, unit tests, a small run
'

usage() {
	cat <<END
Usage: ./$me [--arch=arm64] [--only=STAGE]... [--no-guest] [--jobs=N] [--list]
Set up, build and run every test; end with 'N passed, N failed, N skipped'.

  --only=STAGE     this stage (may be given again); a build it needs is made first
  --arch=arm64     the stages of that architecture instead: a cross build and its guest
  --no-guest       leave out the stages that boot a guest
  --jobs=N         that many jobs at a time (default: $jobs, the processors)
  --list           name the stages and end
  --help           this text

Logs and builds are kept in build-test/. In the environment: ALLOCMARK_SETUP=skip installs nothing;
ALLOCMARK_TEST_KERNELS names what the module is built for (default: $test_kernels).
END
}

die() {
	echo "$me: $*" >&2
	exit 1
}

stage_names() {
	awk -F'\t' 'NF == 3 { print $1 }' <<<"$stages"
}

# The stages of the architecture asked for; without one, those of this machine.
default_stages() {
	if [ -n "$arch" ]; then
		stage_names | grep "^$arch-"
	else
		stage_names | grep -vE '^(arm64-|debug$)'
	fi
}

stage_field() {
	awk -F'\t' -v name="$1" -v field="$2" '$1 == name { print $field }' <<<"$stages"
}

list_stages() {
	awk -F'\t' 'NF == 3 { printf "%-12s %s\n", $1, $3 }' <<<"$stages"
}

parse() {
	local arg
	chosen=()
	no_guest=no
	arch=
	for arg in "$@"; do
		case $arg in
		--only=*)
			stage_names | grep -qx -e "${arg#*=}" ||
				die "unknown stage ${arg#*=}: one of $(stage_names | tr '\n' ' ')"
			chosen+=("${arg#*=}") ;;
		--arch=arm64) arch=${arg#*=} ;;
		--arch=*) die "--arch=${arg#*=}: unknown; one of arm64" ;;
		--no-guest) no_guest=yes ;;
		--jobs=*)
			jobs=${arg#*=}
			[[ $jobs =~ ^[1-9][0-9]*$ ]] || die "--jobs=$jobs is no number: as in --jobs=2" ;;
		--list) list_stages; exit 0 ;;
		--help) usage; exit 0 ;;
		*) die "unknown option $arg: one of --arch=arm64 --only=STAGE --no-guest --jobs=N --list --help" ;;
		esac
	done
	if [ ${#chosen[@]} = 0 ]; then
		mapfile -t chosen < <(default_stages)
	fi
}

setup() {
	local groups=(build plot kernel test allocators)
	if [ "$no_guest" = no ]; then
		groups+=(guest)
	fi
	case " ${chosen[*]}" in
	*' arm64-'*) groups+=(arm64) ;;
	esac
	case " ${chosen[*]} " in
	*' debug '*) groups+=(debug) ;;
	esac
	setup/packages.sh "${groups[@]}"
	build_ready "$out/logs/autogen.log"
}

run_make() {
	make -C "$@" -j"$jobs"
}

build_gcc() {
	build_configure "$out/gcc" --disable-kmod CC=gcc
	run_make "$out/gcc"
}

# build_clean DIR STAGE: everything anew, tests' programs too; fails on a warning. Not by -Werror: one
# warning would keep every other stage from running.
build_clean() {
	run_make "$1" clean
	run_make "$1" all 2>&1
	run_make "$1" check TESTS= 2>&1
	if grep -E '(warning|Warning):' "$out/logs/$2.log"; then
		echo "the warnings above end this stage"
		return 1
	fi
}

stage_build() {
	build_configure "$out/gcc" --disable-kmod CC=gcc
	build_clean "$out/gcc" build
}

stage_check() {
	build_gcc
	run_make "$out/gcc" check
}

stage_lint() {
	build_gcc
	run_make "$out/gcc" lint
}

stage_fuzz() {
	build_gcc
	run_make "$out/gcc" fuzz
}

stage_sanitize() {
	build_configure "$out/asan" --disable-kmod --enable-sanitizers CC=gcc
	run_make "$out/asan"
	run_make "$out/asan" check
}

stage_clang() {
	build_configure "$out/clang" --disable-kmod CC=clang
	build_clean "$out/clang" clang
}

# kernels ARCH SERIES...: kernels to build for, RELEASE HEADERS KERNELDIR. One that is not to be had is a
# skip of its own. ARCH is empty for this machine's.
kernels() {
	local arch=$1 series dir found
	shift
	found=$(for series; do
		if dir=$(vm/kernel.sh ${arch:+--arch="$arch"} "$series" 2>"$results/$series.log"); then
			echo "$(cat "$dir/release") $dir/build $dir"
			rm -f "$results/$series.log"
		else
			echo ":test-result: SKIP $series" >"$results/$series.trs"
		fi
	done
	[ -n "$arch" ] || for dir in /lib/modules/*; do
		[ ! -e "$dir/build/Module.symvers" ] || echo "$(basename "$dir") $dir/build $dir"
	done)
	# Of one release that is there twice, the first.
	awk 'NF && !seen[$1]++' <<<"$found"
}

# The kernel's build writes a warning and goes on, so the log is searched for it; sparse finds fault
# with old kernels' own headers, so of its words only those on our files count.
quiet_module() {
	local headers=$1 vars=$2 log=$3 check=$4
	local -a args=("W=1" "C=$check")
	if [ -s "$vars" ]; then
		mapfile -t -O 2 args <"$vars"
	fi
	rm -rf "$out/kmod"
	build_module "$headers" "$out/kmod" "${args[@]}" >"$log" 2>&1 || return 1
	if grep -E 'warning|WARNING' "$log" | grep -vE '(compiler|pahole version) differs|^/.*/linux-headers'; then
		return 1
	fi
}

# build_modules ARCH SERIES...: results are written in the form of .trs files: they are counted like those of a
# harness.
build_modules() {
	local release headers dir check=0 failed=0
	results=$out/${1:+$1-}kmod-results
	mkdir -p "$results"
	rm -f "$results"/*
	if command -v sparse >/dev/null; then
		check=2
	fi
	while read -r release headers dir; do
		result "$release" quiet_module "$headers" "$dir/make.vars" \
			"$results/$release.log" "$check" || failed=1
	done < <(kernels "$@")
	return "$failed"
}

stage_kmod() {
	# shellcheck disable=SC2086 # a list of series
	build_modules '' $test_kernels
}

result() {
	local name=$1
	shift
	echo "-- $name"
	if "$@"; then
		echo ":test-result: PASS $name" >"$results/$name.trs"
	else
		echo ":test-result: FAIL $name" >"$results/$name.trs"
		return 1
	fi
}

stage_distcheck() {
	build_gcc
	make -C "$out/gcc" distcheck -j"$jobs"
}

# Red only for what was found slower; where the programs or the kernel of the baseline are not to be
# had here, that is the reason of a skip.
stage_gate() {
	local status=0 word=FAIL
	mkdir -p "$out/gate-results"
	rm -f "$out/gate-results"/*
	ALLOCMARK_SETUP=skip setup/baseline.sh >"$out/gate-results/baseline.log" 2>&1 || status=$?
	cat "$out/gate-results/baseline.log"
	case $status in
	0) word=PASS ;;
	77)
		word=SKIP
		sed -i 's/^/# /; 1s/^/1..0 # SKIP\n/' "$out/gate-results/baseline.log" ;;
	esac
	echo ":test-result: $word baseline" >"$out/gate-results/baseline.trs"
	[ "$word" != FAIL ]
}

# A guest keeps one processor busy: as many at a time as there are.
stage_guest() {
	build_gcc
	run_make "$out/gcc" check-guest
}

# The kernel is built here and not by the tests, which skip where there is none.
stage_debug() {
	vm/kernel.sh debug
	build_gcc
	# shellcheck disable=SC2016 # the variable is make's
	AMK_GUEST_KERNEL=debug AMK_GUEST_SECONDS=2400 make -C "$out/gcc" check-guest 'GUEST_TESTS=$(DEBUG_GUEST_TESTS)'
}

stage_arm64_build() {
	setup/cross.sh --arch=arm64 "$out/arm64"
	build_clean "$out/arm64" arm64-build
}

stage_arm64_kmod() {
	# shellcheck disable=SC2086 # a list of series
	build_modules arm64 $arm64_kernels
}

# The tests whose answer could be another one there; the rest is tested here.
stage_arm64_guest() {
	setup/cross.sh --arch=arm64 "$out/arm64"
	run_make "$out/arm64"
	# shellcheck disable=SC2016 # the variable is make's
	run_make "$out/arm64" check-guest 'GUEST_TESTS=$(ARM64_GUEST_TESTS)'
}

# Where a stage leaves its .trs files; distcheck's are gone when it has passed.
stage_results() {
	case $1 in
	check | lint | fuzz | guest | debug) echo "$out/gcc" ;;
	sanitize) echo "$out/asan" ;;
	kmod | gate | arm64-kmod) echo "$out/$1-results" ;;
	arm64-guest) echo "$out/arm64" ;;
	esac
}

# count RESULT DIR MARK: results of that kind in the .trs files that are newer than MARK.
count() {
	find "$2" -name '*.trs' -newer "$3" -exec cat {} + |
		grep -cE "^:test-result: ($1)( |\$)" || true
}

# tally NAME STATUS MARK LOG: adds a stage up from its results and its exit status, and shows why.
tally() {
	local name=$1 status=$2 mark=$3 dir p=0 f=0 s=0
	dir=$(stage_results "$name")
	if [ -n "$dir" ] && [ -d "$dir" ]; then
		p=$(count 'PASS|XFAIL' "$dir" "$mark")
		f=$(count 'FAIL|XPASS|ERROR' "$dir" "$mark")
		s=$(count SKIP "$dir" "$mark")
		explain "$dir" "$mark"
	fi
	if [ "$status" != 0 ] && [ "$f" = 0 ]; then
		f=1
		if [ "$name" = distcheck ]; then
			explain "$out/gcc" "$mark"
		fi
		log_end "$4" "$status"
	elif [ -z "$dir" ]; then
		p=1
	elif [ $((p + f + s)) = 0 ]; then
		f=1
		echo "   ran no test: see ${4#"$top"/}"
	fi
	passed=$((passed + p))
	failed=$((failed + f))
	skipped=$((skipped + s))
	printf '   %s: %d passed, %d failed, %d skipped (%d s)\n' "$name" "$p" "$f" "$s" \
		$((SECONDS - started))
}

# say_test TRS: the failed and skipped tests of a TAP log with their comments; the end of the log of
# any other test that failed.
say_test() {
	local log=${1%.trs}.log
	echo "   ${1#"$out"/}" | sed 's/\.trs$/:/'
	if grep -qE '^(not ok|ok .*# SKIP|1\.\.0)' "$log"; then
		awk '/^not ok|^ok .*# SKIP|^1\.\.0/ { print; on = 1; next }
			/^(FAIL|ERROR|SKIP):/ { next }
			/^#/ && on { print; next } { on = 0 }' "$log"
	else
		tail -n 20 "$log"
	fi | head -n 60 | sed 's/^/   | /'
}

# explain DIR MARK: what the failed and skipped tests of a stage said.
explain() {
	local trs
	find "$1" -name '*.trs' -newer "$2" | sort | while read -r trs; do
		if grep -qE '^:test-result: (FAIL|XPASS|ERROR|SKIP)' "$trs"; then
			say_test "$trs"
		fi
	done
}

# log_end LOG STATUS: why a stage failed that has no failed test to show.
log_end() {
	if [ "$2" = 124 ]; then
		echo "   stopped at its time limit"
	fi
	echo "   the end of ${1#"$top"/}:"
	tail -n 25 "$1" | sed 's/^/   | /'
}

# A stage runs in a shell of its own under timeout, in the background, so that a signal to this
# script ends it at once.
run_stage() {
	local name=$1 log=$out/logs/$1.log mark=$out/logs/$1.started status=0
	echo "== $name: $(stage_field "$name" 3)"
	touch "$mark"
	started=$SECONDS
	timeout -k 10 "$(stage_field "$name" 2)" "$BASH" "$top/$me" --stage="$name" --jobs="$jobs" \
		>"$log" 2>&1 </dev/null &
	child=$!
	wait "$child" || status=$?
	child=
	tally "$name" "$status" "$mark" "$log"
}

interrupted() {
	trap - EXIT
	if [ -n "$child" ]; then
		kill -TERM "$child" 2>/dev/null || true
		wait "$child" 2>/dev/null || true
	fi
	echo "$me: interrupted"
	exit 130
}

main() {
	local name
	parse "$@"
	mkdir -p "$out/logs" || die "cannot write in $out: give this directory to the user who runs the tests"
	setup
	passed=0 failed=0 skipped=0 child=
	trap interrupted INT TERM HUP
	for name in "${chosen[@]}"; do
		if [ "$no_guest" = yes ] && [[ $name = *guest || $name = gate || $name = debug ]]; then
			continue
		fi
		run_stage "$name"
	done
	echo "$passed passed, $failed failed, $skipped skipped"
	[ "$failed" = 0 ]
}

# The script calls itself for a stage: see run_stage.
case ${1:-} in
--stage=*)
	jobs=${2#--jobs=}
	stage=${1#--stage=}
	"stage_${stage//-/_}" ;;
*)
	main "$@" ;;
esac
