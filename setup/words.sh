# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154 # run-bench.sh, which sources this, sets the options
#
# The words of --strategies and --workloads, against what `allocmark list` prints: a wrong one is told
# before a guest is booted, and the user half that runs alone is given only the words it knows.

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

workload_known() {
	rows workloads | awk -v word="$1" '
		$1 == word || index($1, word "-") == 1 { found = 1 } END { exit !found }'
}

check_words() {
	local word
	for word in ${strategies//,/ }; do
		[ -n "$(strategy_sides "$word")" ] ||
			die "--strategies: no strategy or family '$word'; './build/bench/allocmark list' names them"
	done
	for word in ${workloads//,/ }; do
		workload_known "$word" ||
			die "--workloads: no workload '$word'; './build/bench/allocmark list workloads' names them"
	done
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
