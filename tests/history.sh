#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# allocmark history on synthetic runs: the steps that were put into them are found, each where it is,
# and nothing else; what may not be compared is kept apart; bad input. Memory is bounded by ulimit.
set -euo pipefail

builddir=$(cd "${AMK_BUILDDIR:-.}" && pwd)
allocmark=$builddir/bench/allocmark
make_runs=$builddir/tests/make_runs
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# shellcheck source=SCRIPTDIR/tap.sh
. "$(dirname "$0")/tap.sh"

[ -x "$make_runs" ] || tap_skip_all "no make_runs in $builddir/tests: run it by make check"
cd "$tmp"

# refuses NAME PATTERN ARGUMENT...: exit status 1, one line on stderr that matches.
refuses() {
	local name=$1 pattern=$2 status=0
	shift 2
	"$allocmark" history "$@" >out 2>err || status=$?
	if [ "$status" != 1 ] || [ "$(wc -l <err)" != 1 ] || ! grep -qE -e "$pattern" err; then
		tap_fail "$name" "wanted status 1 and one line like: $pattern" "status $status" \
			"$(cat out err)"
	else
		tap_pass "$name"
	fi
}

# field FILE NAME...: those columns of a TSV, without its header.
field() {
	local file=$1
	shift
	awk -F'\t' -v names="$*" 'BEGIN { n = split(names, name, " ") }
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		{ for (i = 1; i <= n; i++) printf "%s%s", $at[name[i]], i < n ? " " : "\n" }' "$file"
}

# ---- a step of 8 % in every tenth of 300 cells, from run 30 of 50 on

"$make_runs" runs --runs=50 --cells=300 --rounds=5 --step-at=30 --step-every=10 --step=8
tap_ok "a table" "$allocmark" history runs
"$allocmark" history runs >table
tap_is "the cells with a step, and no other" "$(tail -1 table)" \
	"30 regressed, 0 changed, 0 improved, of 300 series"
tap_is "the rest is said to be there" "$(grep -c '^\.\.\. and 10 more: --limit=0' table)" 1
"$allocmark" history --format=tsv runs >tsv
tap_is "a line each as TSV" "$(field tsv verdict | sort | uniq -c | awk '{ print $1, $2 }')" \
	"30 regressed"
tap_is "found within two runs of where it is" \
	"$(field tsv run | while read -r id; do printf '%d\n' "0x$id"; done |
		awk '$1 < 28 || $1 > 32' | wc -l)" 0
tap_is "by about as much as it is" "$(field tsv ratio | awk '$1 < 1.05 || $1 > 1.11' | wc -l)" 0
tap_is "worst first" "$(field tsv worse)" "$(field tsv worse | sort -gr)"
tap_is "nothing that is smaller than asked for" \
	"$("$allocmark" history --magnitude=20 runs | tail -1)" \
	"0 regressed, 0 changed, 0 improved, of 300 series"
tap_is "all series, if asked for" \
	"$("$allocmark" history --format=tsv --all runs | tail -n +2 | wc -l)" 300
"$make_runs" steady --runs=50 --cells=300 --rounds=5 --seed=2
tap_is "nothing in runs without a step" "$("$allocmark" history steady | tail -1)" \
	"0 regressed, 0 changed, 0 improved, of 300 series"
cell=user:null:pair:64
tap_is "a cell by its name, changed or not" \
	"$("$allocmark" history --format=tsv --cell=$cell steady >one; field one strategy workload verdict)" \
	"null pair steady"
tap_is "and by a pattern" "$("$allocmark" history --cell='user:null:*:*' --format=tsv steady >some
	field some strategy | sort -u)" null

# ---- order, and what is there twice

mkdir shuffled
n=90
for run in runs/*; do
	cp -r "$run" "shuffled/$n"
	n=$((n - 1))
done
"$allocmark" history --format=tsv shuffled >other
tap_is "the order is that of time, not of names" "$(field other run before after)" \
	"$(field tsv run before after)"
cp -r runs/run-0007 runs/again
tap_is "a run counts once" "$("$allocmark" history runs | tail -1)" \
	"1 more had the id of a run that is in it already"
rm -r runs/again

# ---- runs that may not be compared

"$make_runs" kernels --runs=20 --cells=10 --kernel=6.1.0
"$make_runs" kernels --runs=20 --cells=10 --kernel=6.12.0 --first=20 --step-at=20 --step-every=1 --step=10
"$allocmark" history kernels >table
tap_is "two kernels are two histories" "$(grep -c '^synthetic, host: 20 runs' table)" 2
tap_is "what keeps them apart is said" \
	"$(grep -cF "apart from the first, for: kernel.release '6.12.0' was '6.1.0'" table)" 1
tap_is "neither has a change" "$(grep -c '^0 regressed, 0 changed, 0 improved, of 10' table)" 2
"$allocmark" history --across=kernel --format=tsv kernels >tsv
tap_is "together if asked for, and the change is the kernel's" \
	"$(field tsv kernel verdict | sort -u)" "6.12.0 regressed"
tap_is "in every cell" "$(field tsv kernel | wc -l)" 10

# ---- series without chance

"$make_runs" exact --exact --runs=9 --cells=10 --step-at=8 --step-every=5 --step=1
"$allocmark" history --format=tsv exact >tsv
tap_is "a step of 1 % in the latest run, where instructions are counted" \
	"$(field tsv run chance ratio | sort -u)" "000008 exact 1.01"
tap_is "too few runs are said to be few" \
	"$("$allocmark" history exact | grep -c 'by ranks a change shows from 14 runs on')" 1
tap_is "a tolerance" "$("$allocmark" history --tolerance=2 exact | tail -1)" \
	"0 regressed, 0 changed, 0 improved, of 10 series"

# ---- pictures

if command -v gnuplot >/dev/null; then
	tap_ok "a picture each" "$allocmark" history --limit=2 --plot=pictures --across=kernel kernels
	tap_is "as PNG and as SVG" "$(find pictures -maxdepth 1 -name '*.png' -o -maxdepth 1 -name '*.svg' | wc -l)" 4
	svg=$(find pictures -maxdepth 1 -name '*.svg' | head -1)
	tap_is "with the change in words" "$(grep -c 'run 000014, kernel 6.12.0' "$svg")" 1
	mkdir stopper
	printf '#!/bin/sh\n"%s" "$@"\nkill -TERM "$PPID"\n' "$(command -v gnuplot)" >stopper/gnuplot
	chmod +x stopper/gnuplot
	status=0
	PATH=$PWD/stopper:$PATH env --default-signal=TERM "$allocmark" history --plot=half --across=kernel kernels \
		>out 2>err || status=$?
	tap_is "a signal: exit status" "$status" 1
	tap_is "a signal: said" "$(cat err)" "allocmark: stopped"
	tap_empty "a signal: nothing half-drawn is left" "$(find half -maxdepth 1 -type f)"
	tap_is "over a table of the runs" "$(wc -l <"pictures/data/$(basename "$svg" .svg).tsv")" 41
else
	tap_skip "a picture each" "no gnuplot"
fi

# ---- memory: a hundred runs of 2,000 cells in what a few of them would take as records

"$make_runs" many --runs=100 --cells=2000 --rounds=3 --step-at=60 --step-every=100
start=$(date +%s%N)
# A sanitizer reserves address space by the terabyte.
if [ -n "${AMK_SANITIZE:-}" ]; then memory=unlimited; else memory=204800; fi
tap_is "100 runs of 2,000 cells in 200 MB" \
	"$( (ulimit -v $memory; "$allocmark" history many 2>&1) | tail -1)" \
	"20 regressed, 0 changed, 0 improved, of 2000 series"
echo "# took $((($(date +%s%N) - start) / 1000000)) ms"

# ---- bad input

cp -r runs/run-0003 broken
sed '4s/\t[0-9.]*$/\tnan/' -i broken/costs.tsv
refuses "a broken run that was named" 'broken/costs.tsv:4: cost 5: not a number above 0' broken
cp -r broken kernels/broken
"$allocmark" history kernels >table 2>err
tap_is "one that was found is left out" "$(grep -c '^synthetic, host: 20 runs' table)" 2
tap_is "and said to be" "$(grep -c 'history: left out: kernels/broken/costs.tsv:4: ' err)" 1
refuses "no run at all" 'pictures.*: no run in it|no-such: ' no-such
mkdir none
refuses "an empty directory" 'history: none: no run in it' none
refuses "nothing named" 'history: give directories'
refuses "an alpha that is not tabulated" "--alpha: '0.02' is none of 0.05, 0.01" --alpha=0.02 runs
refuses "a magnitude that is none" "--magnitude: '-1' is not a percentage" --magnitude=-1 runs
refuses "an unknown axis" "--across: no axis 'moon'" --across=moon runs
refuses "an unknown format" "--format: 'xml' is neither" --format=xml runs
refuses "half a cell" "--cell: 'user:malloc' is not SIDE:STRATEGY:WORKLOAD:SIZE" --cell=user:malloc runs
refuses "a cell of nothing" "--cell: 'user:kmalloc:pair:64': no such strategy" \
	--cell=user:kmalloc:pair:64 runs
refuses "a limit that is none" "--limit: 'x' is not a number" --limit=x runs
refuses "pictures where there is no place" '--plot: none/such/place' --plot=none/such/place \
	--cell=$cell steady
tap_done
