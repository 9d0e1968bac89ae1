# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # run-bench.sh, which sources this, has the options and the status
#
# What is told and drawn when all is measured: tables, comparisons, plots, and one page of all runs.
# A sweep is told as one thing. Sourced by run-bench.sh.

# tell COMMAND...: of allocmark; what fails spoils the exit status and nothing else.
tell() {
	"$build/bench/allocmark" "$@" || worst=1
}

show() {
	local run
	for run in "${runs[@]}"; do
		tell digest "$run"
	done
	if [ "$claims" = yes ]; then
		show_claims
	elif [ -n "$sweep_option" ]; then
		show_sweeps
	else
		show_runs
	fi
	page
}

show_runs() {
	local run
	for run in "${runs[@]}"; do
		[ ${#kernels[@]} != 1 ] || tell show "$run"
		[ "$plot" != yes ] || tell plot "$run"
	done
	if [ ${#guest_dirs[@]} -gt 1 ]; then
		# Counted instructions are compared exactly, and of another kernel no two are the same.
		tell compare --across=kernel --tolerance=1 "${guest_dirs[@]}"
	fi
}

# show_sweeps: nodes as matrices, all sweeps together; what has a number as curves over it, each
# sweep by itself, since a point of another machine or kernel is on no line of this one.
show_sweeps() {
	local dir dirs own of
	[ ${#runs[@]} != 0 ] || return 0
	if [ -z "$sweep_fact" ]; then
		tell nodes "${runs[@]}"
		[ "$plot" != yes ] || tell plot --out="${runs[0]%/*}/plots" "${runs[@]}"
		return
	fi
	mapfile -t dirs < <(sweep_dirs)
	for dir in "${dirs[@]}"; do
		mapfile -t own < <(found_runs "$dir")
		if [ ${#own[@]} = 1 ]; then
			tell show "${own[0]}"
			continue
		fi
		of=$(sweep_of "${own[@]}")
		tell plot --over="$sweep_fact" --format=text ${of:+--of="$of"} "${own[@]}"
		[ "$plot" != yes ] || tell plot --over="$sweep_fact" --out="$dir/plots" "${own[@]}"
	done
}

# page: one report of all runs of this call, in the directory of the first that has both halves, or of its sweep. Guests
# that differ in their kernels are compared as show_runs() does it, runs of a sweep along its axis; what else
# differs is said on the page.
page() {
	local run dirs=("${guest_dirs[@]}") args=() output
	for run in "${runs[@]}"; do
		case " ${guest_dirs[*]} " in *" $run "*) ;; *) dirs+=("$run") ;; esac
	done
	[ ${#dirs[@]} != 0 ] || return 0
	output=${dirs[0]}/report.html
	if [ -n "$sweep_axis" ]; then
		args+=("--across=kernel,$sweep_axis")
		output=${dirs[0]%/*}/report.html
	elif [ ${#guest_dirs[@]} -ge 2 ]; then
		args+=(--across=kernel --tolerance=1)
	fi
	[ "$plot" = yes ] || args+=(--no-plots)
	tell report "${args[@]}" --output="$output" "${dirs[@]}"
}

show_claims() {
	if [ ${#guest_dirs[@]} = 0 ]; then
		worst=1
		return
	fi
	tell claims "${guest_dirs[@]}"
	tell claims --format=markdown --output="${guest_dirs[0]}/claims.md" "${guest_dirs[@]}"
	note "as Markdown: ${guest_dirs[0]}/claims.md"
}
