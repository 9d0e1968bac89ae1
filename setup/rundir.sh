# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # run-bench.sh, which sources this, has the options and the status
#
# Run directories: made, found, named, dropped. Sourced by run-bench.sh.

# new_run: makes a run directory; its path in $rundir.
new_run() {
	rundir=$out/$(date -u +%Y%m%dT%H%M%SZ)-$machine-$(od -An -N3 -tx1 /dev/urandom | tr -d ' \n')
	mkdir "$rundir" || die "cannot make $rundir: is the disk full?"
}

# attend COMMAND...: runs it so that a signal to this script reaches it, and returns its status.
attend() {
	local status=0
	"$@" </dev/null &
	child=$!
	wait "$child" || status=$?
	child=
	return "$status"
}

# finish COMMAND...: runs it, notes the run directories it filled, and drops one without a record.
finish() {
	local status=0 run found
	"$@" || status=$?
	mapfile -t found < <(found_runs "$rundir")
	for run in "${found[@]}"; do
		name_run "$run"
		runs+=("$run")
	done
	if [ ${#found[@]} = 0 ] && [ -z "$resume" ]; then
		drop_run
	elif [ ${#found[@]} != 0 ] && [ "${found[0]}" != "$rundir" ] && [ ! -s "$rundir/blocks.jsonl" ]; then
		# A guest has a stream of records, which those of a sweep do not take.
		rm -f "$rundir/blocks.jsonl"
	fi
	if [ "$status" != 0 ]; then
		worst=$status
		for run in "${found[@]}"; do
			is_finished "$run" || note "the run ended early; to go on: ./$me --resume=$run"
		done
	fi
}

# found_runs RUNDIR: the run in it, or those of a sweep below it, by the number in their names; none
# without a record.
found_runs() {
	local dir
	{
		echo "$1"
		for dir in "$1"/*; do
			if is_step "${dir##*/}"; then echo "$dir"; fi
		done | sort -V
	} | while read -r dir; do
		if [ -s "$dir/blocks.jsonl" ]; then
			echo "$dir"
		fi
	done
}

# is_finished RUNDIR: whether every block of the run was visited, though some may have failed.
is_finished() {
	grep -qsE '"finished"[[:space:]]*:[[:space:]]*true' "$1/manifest.json"
}

# A guest that failed leaves its console behind: that is kept, beside the build.
drop_run() {
	local file
	for file in console.log dmesg.txt; do
		if [ -s "$rundir/$file" ]; then
			mv "$rundir/$file" "$build/last-$file"
			note "the guest's $file: build/last-$file"
		fi
	done
	rm -rf "$rundir"
}

# name_run RUNDIR: the manifest gets the time, the machine and the id that the directory is named for. A
# guest is told none of them: what it is told it spends instructions on, and would never repeat itself. The runs of a
# sweep are named for its directory, each with an id of its own.
name_run() {
	local file=$1/manifest.json name=${1##*/} t
	[ -s "$file" ] || return 0
	if is_step "$name"; then
		# One that goes on has its name.
		[ -z "$resume" ] || return 0
		name=${1%/*}
		name=${name##*/}
		name=${name%-*}-$(od -An -N3 -tx1 /dev/urandom | tr -d ' \n')
	fi
	[[ $name =~ ^([0-9]{8})T([0-9]{6})Z-(.+)-([0-9a-f]{6})$ ]] || return 0
	t=${BASH_REMATCH[1]}${BASH_REMATCH[2]}
	t=${t:0:4}-${t:4:2}-${t:6:2}T${t:8:2}:${t:10:2}:${t:12:2}Z
	sed -E -e "s/^([[:space:]]*\"id\": \")[^\"]*/\\1${BASH_REMATCH[4]}/" \
		-e "s/^([[:space:]]*\"created\": \")[^\"]*/\\1$t/" \
		-e "s/^([[:space:]]*\"machine_name\": \")[^\"]*/\\1${BASH_REMATCH[3]}/" \
		"$file" >"$file.new" && mv "$file.new" "$file"
}
