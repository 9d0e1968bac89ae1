# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154 # run-bench.sh, which sources this, sets the options
#
# The run's options before a guest is booted: a wrong word is told at once, and the user half that runs
# alone is given only the strategies it knows.

# rows KIND: the table of `allocmark list KIND` without its head and the lines that go on.
rows() {
	"$build/bench/allocmark" list "$1" | awk 'NR > 1 && /^[^[:space:]]/'
}

# strategy_sides WORD: the sides (user, kernel) that have a strategy or family of that name.
strategy_sides() {
	rows strategies | awk -v word="$1" '
		{ if ($2 == word || $3 == word || $1 ":" $2 == word || $1 ":" $3 == word) print $1 }' |
		sort -u
}

# check_choice: whether the run's options make a plan at all, before a kernel is fetched or booted.
check_choice() {
	local args
	run_options "$side" "$strategies"
	[ -z "$allocators" ] || args+=(--allocators="$allocators")
	# Which nodes there are is known only where it is measured.
	[ "$sweep_axis" != nodes ] || args=("${args[@]/#--nodes=*/--node=0}")
	"$build/bench/allocmark" run --check "${args[@]}" >&2 || exit 1
}

# user_words: those of --strategies that the user half has, comma-separated; nothing if it has none.
user_words() {
	local word
	for word in ${strategies//,/ }; do
		if strategy_sides "$word" | grep -qx user; then
			echo "$word"
		fi
	done | paste -sd,
}

# allocator_words: the strategies of --allocators, comma-separated; nothing where none are asked for.
allocator_words() {
	case $allocators in
	'') ;;
	*auto*) echo allocator ;;
	*) echo "malloc-${allocators//,/,malloc-}" ;;
	esac
}
