#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# allocmark compare at the command line: what its table shows, which runs it refuses and along which
# axis it takes them nevertheless, percentiles, and bad input of every kind with its exit status.
set -euo pipefail

srcdir=$(cd "${AMK_SRCDIR:-$(dirname "$0")/..}" && pwd)
builddir=$(cd "${AMK_BUILDDIR:-$srcdir}" && pwd)
allocmark=$builddir/bench/allocmark
data=$srcdir/tests/data/run-small
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# shellcheck source=SCRIPTDIR/tap.sh
. "$(dirname "$0")/tap.sh"

[ -x "$allocmark" ] || tap_skip_all "no allocmark in $builddir/bench: run it by make check"
cd "$tmp"

# digest DIR ROUNDS CELL COST...: a run of these cells of user:malloc (WORKLOAD:SIZE:METRIC:UNIT), whose
# rounds spread by 2 % around COST; a cost of one word only, as "=7" or "=nan", is that in each round.
digest() {
	local dir=$1 rounds=$2 rows=$((($# - 2) / 2)) workload size metric unit
	shift 2
	mkdir -p "$dir"
	cp "$data/manifest.json" "$dir/"
	chmod u+w "$dir/manifest.json"
	{
		printf 'allocmark-costs\t1\tbc7f0a\t0\t%d\n' "$rows"
		printf 'side\tstrategy\tworkload\tsize_bytes\tmetric\tunit\tstatus\treason_code\t'
		printf 'rounds_refused\trounds_failed\tcost...\n'
		while [ $# -gt 0 ]; do
			IFS=: read -r workload size metric unit <<<"$1"
			printf 'user\tmalloc\t%s\t%s\t%s\t%s\tok\t0\t0\t0' "$workload" "$size" "$metric" "$unit"
			awk -v n="$rounds" -v cost="$2" 'BEGIN { for (r = 0; r < n; r++) {
				if (cost ~ /^=/)
					printf "\t%s", substr(cost, 2)
				else
					printf "\t%.9g", cost * (0.99 + 0.02 * r / n)
			} }'
			printf '\n'
			shift 2
		done
	} >"$dir/costs.tsv"
}

# edit DIR SCRIPT: its manifest changed by sed.
edit() {
	sed -E -e "$2" -i "$1/manifest.json"
}

# ends NAME STATUS PATTERN COMMAND...: that exit status, and one line on stderr that matches.
ends() {
	local name=$1 wanted=$2 pattern=$3 status=0
	shift 3
	"$@" >out 2>err || status=$?
	if [ "$status" != "$wanted" ] || [ "$(wc -l <err)" != 1 ] || ! grep -qE -e "$pattern" err; then
		tap_fail "$name" "wanted status $wanted and one line like: $pattern" "status $status" \
			"$(cat out err)"
	else
		tap_pass "$name"
	fi
}

# holds NAME FILE PATTERN
holds() {
	if grep -qE -e "$3" "$2"; then
		tap_pass "$1"
	else
		tap_fail "$1" "no line like: $3" "$(cat "$2")"
	fi
}

pair8=pair:8:lat_pair:ns
pair64=pair:64:lat_pair:ns
pair4k=pair:4096:lat_pair:ns

digest base 10 $pair8 20 $pair64 40 $pair4k 80 contig:4096:usable:bytes =4096
digest head 10 $pair8 25 $pair64 40 $pair4k 60 contig:4096:usable:bytes =8192

# ---- what works

table_tests() {
	local number='[0-9]+\.[0-9]+'
	tap_ok "two runs are compared" "$allocmark" compare base head
	"$allocmark" compare base head >table
	tap_is "worst first, and what differs alone" "$(awk '/user:malloc/ { print $1, $4 }' table)" \
		"$(printf 'regressed 8\nchanged 4K\nimproved 4K')"
	holds "a cell's line" table \
		"^regressed +user:malloc +pair +8 +lat_pair +[0-9.]+ +[0-9.]+ +ns +\+25\.0 % +\+2$number % \.\. \+2$number % +10:10 +[0-9]e-05 +\+$number %$"
	holds "an exact one's" table '4096 +8192 bytes +\+100\.0 % +exact +10:10 +- +\+0\.0 %$'
	holds "the environment" table '^base base: .*, machine lab .*, environment guest-tcg, unit ns$'
	holds "what emulation says" table '^emulated: ns are emulation time'
	holds "the summary" table '^4 cells: 1 regressed, 1 improved, 1 changed, 1 equivalent$'
	holds "what it rests on" table '^margin 3 %, tolerance 0 %, .* over the 3 compared by ranks$'
	"$allocmark" compare base head --all >table
	tap_is "all of them" "$(grep -c user:malloc table)" 4
	"$allocmark" compare base head --only=improved,equivalent >table
	tap_is "of some verdicts" "$(awk '/user:malloc/ { print $1 }' table)" "$(printf 'improved\nequivalent')"
	"$allocmark" compare base head --limit=1 >table
	tap_is "one of them" "$(grep -c user:malloc table)" 1
	holds "and how many are not shown" table '^\.\.\. and 2 more: --limit=0'
	"$allocmark" compare base head --margin=35 --tolerance=100 >table
	holds "a margin" table '^4 cells: 4 equivalent$'
	"$allocmark" compare base head base >table
	tap_is "two heads" "$(grep -c '^head ' table)" 2
	"$allocmark" compare --help >help
	holds "--help names the axes" help '^  command-line +the kernel'
	holds "--help tells the exit status" help 'exit status is 0 when the runs were compared'
}

across_tests() {
	cp -r head other
	edit other 's/"thp.enabled": "[^"]*"/"thp.enabled": "never"/'
	ends "another setting" 3 '^allocmark: base and other are not to be compared, 1 thing differs: .*--across=thp$' \
		"$allocmark" compare base other
	holds "is told" out '^  thp.enabled +\[always\] madvise never -> never  \(allowed by thp\|'
	tap_ok "is taken along its axis" "$allocmark" compare base other --across=thp
	tap_ok "and along all" "$allocmark" compare base other --across=all
	ends "not along another" 3 '1 thing differs' "$allocmark" compare base other --across=kernel
	edit other 's/"kernel.release": "[^"]*"/"kernel.release": "6.12"/'
	ends "two things" 3 '2 things differ: .*--across=all$' "$allocmark" compare base other
	tap_ok "along two axes" "$allocmark" compare base other --across=thp,kernel
	"$allocmark" compare base other --across=thp --across=kernel >table
	holds "what differs is told at the head" table '^  kernel.release +6\.1.* -> 6\.12$'
	edit other 's/"unit": "ns"/"unit": "insn"/; s/"environment": "[a-z-]*"/"environment": "guest-icount"/'
	sed 's/\tns\t/\tinsn\t/' -i other/costs.tsv
	ends "another unit, whatever the axis" 3 'one counts in ns, the other in insn$' \
		"$allocmark" compare base other --across=all
}

percentile_tests() {
	cp -r "$data" whole
	"$allocmark" compare whole whole --percentiles --seed=7 --all --limit=0 >table
	holds "percentiles of a recorded run" table '^  p50 +[0-9.]+ +[0-9.]+ ns +\+0\.0 %  '
	"$allocmark" compare whole whole --percentiles --seed=7 --all --limit=0 >again
	tap_ok "of one seed, the same intervals" cmp table again
	"$allocmark" compare base head --percentiles >table
	holds "a baseline has none, and says so" table '^none: base has no blocks.jsonl'
}

# ---- what does not

few_tests() {
	digest few 2 $pair8 20 $pair64 40
	ends "too few rounds" 3 'few and few: too few rounds for a verdict on any cell; measure at least 3' \
		"$allocmark" compare few few
	holds "are told for each cell" <("$allocmark" compare few few --all 2>/dev/null || true) \
		'^inconclusive .* 2:2 .* none  too few rounds'
	digest counted 1 $pair8 20 contig:8:usable:bytes =24
	tap_ok "one round of a count that is fixed is enough" "$allocmark" compare counted counted
	digest apart 10 pair:16:lat_pair:ns 20
	ends "no cell in common" 3 'base and apart have no cell in common: measure the same' \
		"$allocmark" compare base apart
}

input_tests() {
	ends "no run" 2 'compare: give the directories of two runs' "$allocmark" compare
	ends "one run" 2 'compare: give the directories of two runs' "$allocmark" compare base
	ends "no such run" 2 'nowhere/manifest.json: cannot read' "$allocmark" compare base nowhere
	ends "no such base" 2 'nowhere/manifest.json: cannot read' "$allocmark" compare nowhere head
	ends "unknown axis" 2 "--across: no axis 'moon'" "$allocmark" compare base head --across=thp,moon
	ends "unknown verdict" 2 "--only: no verdict 'worse'" "$allocmark" compare base head --only=worse
	ends "margin" 2 "--margin: '-1' is not" "$allocmark" compare base head --margin=-1
	ends "margin of no number" 2 "--margin: 'nan' is not" "$allocmark" compare base head --margin=nan
	ends "tolerance" 2 "--tolerance: '3%' is not" "$allocmark" compare base head --tolerance=3%
	ends "q" 2 "--q: '1' is not" "$allocmark" compare base head --q=1
	if "$allocmark" compare --bogus base head >out 2>err; then
		tap_fail "unknown option: exit status" "it was 0"
	else
		tap_is "unknown option: exit status" $? 2
	fi
	cp -r head newer
	edit newer 's/"schema": 1/"schema": 2/'
	ends "another schema" 2 'newer/manifest.json: schema: version 2, but this allocmark reads 1' \
		"$allocmark" compare base newer
	local number
	for number in nan -5 0 inf; do
		digest wrong 10 $pair8 =$number
		ends "a cost of $number" 2 "wrong" "$allocmark" compare base wrong
	done
	ends "a full disk" 2 'disk full' sh -c "exec '$allocmark' compare base head >/dev/full"
}

table_tests
across_tests
percentile_tests
few_tests
input_tests
tap_done
