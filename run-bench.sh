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
# shellcheck source=setup/options.sh
. setup/options.sh
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

die() {
	echo "$me: $*" >&2
	exit 1
}

note() {
	echo "$me: $*" >&2
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
	*:user:)
		if [ "$where" = host ] || [ "$state_given" = no ]; then
			check_host
			return
		fi ;;
	esac
	reason=$(why_not_host)
	if [ -n "$reason" ]; then
		refuse_host "$reason"
		place=guest
		check_state
	else
		check_host
	fi
}

check_host() {
	sweep_host || die "--threads=$threads: this machine has $(nproc) CPUs: give no more, or --where=guest"
}

# check_state: what is of this machine alone cannot be had where its memory is left as it is.
check_state() {
	[ "$state_given" = no ] || [ -z "$allocators" ] ||
		die "--allocators is of this machine, whose memory is left as it is without the module ($reason): give --where=host, or leave one out"
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

# The half that this machine has without the module. Its memory is nobody's to break up unasked.
measure_beside() {
	if [ "$side" = user ]; then
		note "no module on this machine ($reason): memory is brought to its state in a guest"
	else
		note "no module on this machine ($reason): the kernel half runs in a guest"
	fi
	if [ "$state_given" = yes ]; then
		note "the memory of this machine is left as it is: --where=host brings it to that state"
	elif [ "$side" != both ]; then
		:
	elif sweep_host; then
		host_user_run
	else
		note "--threads=$threads: this machine has $(nproc) CPUs: its user half is not measured, the guest's is"
	fi
}

measure() {
	if [ "$place" = host ] && [ "$side" != user ] && ! load; then
		refuse_host "the module cannot be loaded"
		reason="the module cannot be loaded"
		place=guest
		check_state
		setup_packages
	fi
	if [ "$place" = host ]; then
		host_run "$side"
		return
	fi
	guest_ready
	[ -z "$reason" ] || measure_beside
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
