# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# TAP for the shell tests: source it, call the functions, end with tap_done. The plan is printed
# last, so a script that dies half-way has no plan and fails. Diagnostics go to stdout as comments:
# the driver keeps them beside the test they belong to.

tap_count=0
tap_failed=0

# tap_pass NAME, tap_fail NAME [LINE...], tap_skip NAME REASON: one result.
tap_pass() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1"
}

tap_fail() {
	tap_count=$((tap_count + 1))
	tap_failed=$((tap_failed + 1))
	echo "not ok $tap_count - $1"
	shift
	for tap_line in "$@"; do
		echo "$tap_line" | sed 's/^/# /'
	done
}

tap_skip() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}

# tap_ok NAME COMMAND...: passes when the command does; its output is shown when it does not.
tap_ok() {
	tap_name=$1
	shift
	if tap_output=$("$@" 2>&1); then
		tap_pass "$tap_name"
	else
		tap_fail "$tap_name" "failed: $*" "$tap_output"
	fi
}

# tap_is NAME GOT WANTED
tap_is() {
	if [ "$2" = "$3" ]; then
		tap_pass "$1"
	else
		tap_fail "$1" "got:    $2" "wanted: $3"
	fi
}

# tap_empty NAME TEXT: passes when TEXT is empty; TEXT is the list of what is wrong.
tap_empty() {
	if [ -z "$2" ]; then
		tap_pass "$1"
	else
		tap_fail "$1" "$2"
	fi
}

# tap_skip_all REASON: the whole script does not apply here. Ends it.
tap_skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

# tap_done: the plan. Ends the script with the status a caller by hand expects.
tap_done() {
	echo "1..$tap_count"
	[ "$tap_failed" -eq 0 ]
	exit
}
