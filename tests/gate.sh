#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# allocmark gate: what passes and what does not, by exit status and last line; control cells; what
# failed measured again, with builds that are scripts and say what they are told to; and bad input of
# every kind.
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
mkdir scratch
export TMPDIR=$tmp/scratch
sed -E -e 's/"environment": "[a-z-]+"/"environment": "host"/' "$data/manifest.json" >manifest.json

# digest DIR ROUNDS CELL COST...: a run of these cells (SIDE:STRATEGY:WORKLOAD:SIZE:METRIC:UNIT), whose
# rounds spread by 2 % around COST; "=7" is 7 in each round; "refused" is a cell that was refused.
digest() {
	local dir=$1 rounds=$2 rows=$((($# - 2) / 2)) side strategy workload size metric unit
	shift 2
	mkdir -p "$dir"
	cp manifest.json "$dir/"
	{
		printf 'allocmark-costs\t1\tbc7f0a\t0\t%d\n' "$rows"
		printf 'side\tstrategy\tworkload\tsize_bytes\tmetric\tunit\tstatus\treason_code\t'
		printf 'rounds_refused\trounds_failed\tcost...\n'
		while [ $# -gt 0 ]; do
			IFS=: read -r side strategy workload size metric unit <<<"$1"
			printf '%s\t%s\t%s\t%s\t' "$side" "$strategy" "$workload" "$size"
			if [ "$2" = refused ]; then
				printf -- '-\t-\trefused\t0\t%d\t0\n' "$rounds"
			else
				printf '%s\t%s\tok\t0\t0\t0' "$metric" "$unit"
				costs "$rounds" "$2"
			fi
			shift 2
		done
	} >"$dir/costs.tsv"
}

costs() {
	awk -v n="$1" -v cost="$2" 'BEGIN { for (r = 0; r < n; r++) {
		if (cost ~ /^=/)
			printf "\t%s", substr(cost, 2)
		else
			printf "\t%.9g", cost * (0.99 + 0.02 * r / n)
	} printf "\n" }'
}

# gates NAME STATUS PATTERN ARGUMENT...: that exit status, and that last line on stdout.
gates() {
	local name=$1 wanted=$2 pattern=$3 status=0
	shift 3
	"$allocmark" gate "$@" >out 2>err || status=$?
	if [ "$status" != "$wanted" ] || ! tail -n 1 out | grep -qE -e "^gate: $pattern"; then
		tap_fail "$name" "wanted status $wanted and a last line like: gate: $pattern" \
			"status $status" "$(cat out err)"
	else
		tap_pass "$name"
	fi
}

# refuses NAME PATTERN ARGUMENT...: exit status 2, one line on stderr that matches, none on stdout.
refuses() {
	local name=$1 pattern=$2 status=0
	shift 2
	"$allocmark" gate "$@" >out 2>err || status=$?
	if [ "$status" != 2 ] || [ -s out ] || [ "$(wc -l <err)" != 1 ] || ! grep -qE -e "$pattern" err; then
		tap_fail "$name" "wanted status 2 and one line like: $pattern" "status $status" \
			"$(cat out err)"
	else
		tap_pass "$name"
	fi
}

holds() {
	if grep -qE -e "$3" "$2"; then
		tap_pass "$1"
	else
		tap_fail "$1" "no line like: $3" "$(cat "$2")"
	fi
}

control=user:malloc-control:pair:64:lat_pair:ns
m64=user:malloc:pair:64:lat_pair:ns
m4k=user:malloc:pair:4096:lat_pair:ns
touch=user:malloc:touch:4096:lat_touch:ns
k64=kernel:kmalloc:pair:64:lat_pair:ns
usable=user:malloc:contig:4096:usable:bytes

digest base 10 $control 20 $m64 20 $m4k 40 $touch 90 $usable =4096 $k64 30
digest same 10 $control 20 $m64 20 $m4k 40 $touch 90 $usable =4096 $k64 30
digest slow 10 $control 25 $m64 25 $m4k 40 $touch 90 $usable =4104 $k64 30
digest fast 10 $control 15 $m64 15 $m4k 30 $touch 60 $usable =4096 $k64 30

# The first measurement decides.
once=(--baseline=base --no-remeasure)

verdict_tests() {
	gates "the same passes" 0 "PASS: 6 cells compared, none failed; 0 warnings" --baseline=base same
	tap_is "and stderr is silent" "$(cat err)" ""
	gates "what is faster passes" 0 PASS --baseline=base fast
	gates "what is slower does not" 1 \
		'FAIL: 1 of 6 cells, worst user:malloc pair 64 lat_pair: \+25\.0 %$' "${once[@]}" slow
	holds "the table has it" out '^regressed +user:malloc +pair +64 lat_pair '
	holds "it says why it stands" out \
		'^FAILED user:malloc pair 64 lat_pair: not measured again: --no-remeasure$'
	holds "a control is a warning" out \
		'^passed user:malloc-control pair 64 lat_pair: a warning only, by rule harness$'
	holds "a change of neither way is told" out '^changed +user:malloc +contig '
	gates "a time that one measurement found is in doubt" 3 \
		'INCONCLUSIVE: 1 of 6 cells in doubt: slower once, and not measured again; ' --baseline=base slow
	holds "and the table has it all the same" out '^regressed +user:malloc +pair +64 lat_pair '
	holds "with the reason" out \
		'^passed user:malloc pair 64 lat_pair: in doubt, not measured again: no build is kept beside'
	for run in base slow; do
		cp -r $run insn-$run
		sed -i 's/"environment": "host"/"environment": "guest-icount"/' insn-$run/manifest.json
	done
	gates "instructions are not" 1 'FAIL: ' --baseline=insn-base insn-slow
	digest gone 10 $control 20 $m64 20 $m4k refused $touch 90 $k64 30
	gates "what is refused now has failed" 1 'FAIL: 1 of [0-9]+ cells, worst user:malloc pair 4K' \
		--baseline=base gone
	digest less 10 $control 20 $m64 20 $touch 90
	gates "what was not measured has not" 0 PASS --baseline=base less
	digest kernel 10 $control 20 $m64 20 $m4k 40 $touch 90 $usable =4096 $k64 40
	gates "a slower kernel does not pass" 1 'FAIL: 1 .*kernel:kmalloc pair 64' "${once[@]}" kernel
	holds "which no build measures again" out 'not measured again: the kernel half is that of the module'
}

control_tests() {
	digest odd 10 $control 25 $m64 20 $m4k 40
	gates "a run that tells a name from its twin is invalid" 3 \
		'INVALID: odd: user:malloc pair 64 lat_pair and the same code under its second name differ by \+25' \
		--baseline=base odd
	gates "so is a baseline" 3 'INVALID: odd: ' --baseline=odd same
	digest plain 10 $m64 20 $m4k 40
	gates "without a control it is not checked" 0 PASS --baseline=base plain
	holds "which is said" out '^not checked for validity: plain: no control cell'
	digest oddfail 10 $control 20 $m64 25 $m4k 40
	gates "invalid comes before failed" 3 INVALID --baseline=base oddfail
}

thresholds_tests() {
	printf '[default]\nmargin = 30\n' >wide.ini
	gates "a wider margin lets it pass" 0 PASS --baseline=base --thresholds=wide.ini slow
	printf '[rule a]\nstrategy = user:malloc*\nsize = 64\naction = warn\n' >warn.ini
	gates "a rule may only warn" 0 'PASS: .* 2 warnings' --baseline=base --thresholds=warn.ini slow
	printf '[rule a]\nmetric = lat_*\naction = ignore\n' >ignore.ini
	gates "a rule may leave cells out" 0 'PASS: 1 cells compared' --baseline=base \
		--thresholds=ignore.ini slow
	printf '[rule a]\naction = ignore\n' >all.ini
	gates "but not all of them" 3 'INCONCLUSIVE: no cell was compared' --baseline=base \
		--thresholds=all.ini slow
	printf '[default]\nmin-rounds = 11\n' >rounds.ini
	gates "a rule may ask for more rounds" 3 'INCONCLUSIVE: too few rounds .* at least 11 in each run' \
		--baseline=base --thresholds=rounds.ini timed
	printf '[default]\nmin-rounds = 11\n[rule u]\nmetric = lat_pair\ninconclusive = fail\n' >open.ini
	gates "a rule may ask for a verdict" 3 'INCONCLUSIVE: 4 of 6 cells .* inconclusive = fail' \
		--baseline=base --thresholds=open.ini same
	"$allocmark" gate --print-thresholds >printed.ini
	"$allocmark" gate --thresholds=printed.ini --print-thresholds >again.ini
	tap_ok "what is printed reads back" cmp printed.ini again.ini
	"$allocmark" gate --thresholds="$srcdir/lib/user/thresholds.ini" --print-thresholds >file.ini
	tap_ok "the file that documents it is what is built in" cmp printed.ini file.ini
	printf '[default]\nmargin = 3\nmargins = 4\n' >bad.ini
	refuses "a bad line is named" "^allocmark: bad.ini:3: 'margins' is no key" \
		--baseline=base --thresholds=bad.ini same
	refuses "no thresholds" 'nowhere.ini: cannot read: No such file' \
		--baseline=base --thresholds=nowhere.ini same
	refuses "a directory of thresholds" 'base: cannot read: Is a directory' \
		--baseline=base --thresholds=base same
}

# ---- measured again

# build NAME COST [SED]: a build whose runs have that cost in every cell asked for, their manifest
# changed by SED; it logs its name and options.
build() {
	local dir=$1
	mkdir -p "$dir"
	{
		echo '#!/bin/bash'
		echo 'set -eu'
		declare -f digest costs
		echo "cd $(printf %q "$tmp")"
		echo "echo $dir \"\$*\" >>calls"
		# shellcheck disable=SC2016
		echo 'for arg in "$@"; do case $arg in --out=*) out=${arg#*=} ;; esac; done'
		# shellcheck disable=SC2016
		echo "digest \"\$out\" 1 $m64 $2"
		echo "sed -E -e '${3:-}' -i \"\$out/manifest.json\""
	} >"$dir/allocmark"
	chmod +x "$dir/allocmark"
}

remeasure_tests() {
	build b20 20
	build b25 25
	local again=(--baseline=base --baseline-build=b20 --rounds=6)
	: >calls
	gates "what is confirmed fails" 1 'FAIL: 1 of 6' "${again[@]}" --build=b25 slow
	holds "and says so" out '^FAILED user:malloc pair 64 lat_pair: measured again: \+25\.0 % in 6 rounds'
	tap_is "the builds took turns" "$(cut -d' ' -f1 calls | tr '\n' ' ')" \
		"b20 b25 b25 b20 b20 b25 b25 b20 b20 b25 b25 b20 "
	holds "only what failed was measured" calls \
		'^b20 run --side=user --(quick|full) --rounds=1 .*--strategies=user:malloc --workloads=pair .*--sizes=64$'
	tap_is "both with the same seeds" "$(grep -o -e '--seed=[0-9]*' calls | sort | uniq -c | awk '{ print $1 }' |
		sort -u)" 2
	holds "progress goes to stderr" err 'measuring 1 cells again: round 1$'
	gates "what is not confirmed passes" 0 'PASS: .* 1 not confirmed' "${again[@]}" --build=b20 --quiet slow
	tap_is "quiet is quiet" "$(cat err)" ""
	holds "and is told" out \
		'^passed user:malloc pair 64 lat_pair: not confirmed: \+0\.0 % when measured again, equivalent$'
	gates "--no-remeasure" 1 FAIL "${again[@]}" --build=b20 --no-remeasure slow
	cp -r base kept
	mkdir kept/build
	cp b20/allocmark kept/build/
	gates "the build beside the baseline is found" 0 'PASS: .* 1 not confirmed' --baseline=kept \
		--build=b20 --rounds=6 slow
	: >calls
	gates "one that stays open is measured longer" 0 'PASS: .* 1 not confirmed' --baseline=kept \
		--build=b20 --rounds=1 slow
	tap_is "up to three times" "$(wc -l <calls)" 6
	gates "runs are kept" 1 FAIL "${again[@]}" --build=b25 --keep=runs slow
	tap_is "all of them" "$(find runs -mindepth 1 -maxdepth 1 -type d | wc -l)" 12
	refuses "and never written over" '--keep: runs: cannot be made: File exists' "${again[@]}" \
		--build=b25 --keep=runs slow
	tap_is "others are removed" "$(ls "$TMPDIR")" ""
	build moved 20 's/"kernel.release": "[^"]*"/"kernel.release": "1.0"/'
	gates "another place decides nothing" 3 'INCONCLUSIVE: 1 of' "${again[@]}" --build=moved slow
	holds "and is named" out "not measured again: kernel.release '1.0'"
	mkdir broken
	printf '#!/bin/sh\nset -eu\necho one >&2\necho two >&2\nexit 1\n' >broken/allocmark
	chmod +x broken/allocmark
	"$allocmark" gate "${again[@]}" --build=broken --quiet slow >out 2>err && status=0 || status=$?
	tap_is "a build that fails is an error" "$status $(cat out err)" \
		"2 allocmark: broken/allocmark run failed: two"
	refuses "no such build" '--build: nowhere/allocmark: No such file' --baseline=base --build=nowhere slow
	refuses "no such baseline build" '--baseline-build: nowhere/allocmark: No such' \
		--baseline=base --baseline-build=nowhere slow
}

# ---- the job to copy

# job STATUS LAST COST: the example with a command whose runs cost that much.
job() {
	local status=0
	{
		echo '#!/bin/bash'
		echo 'set -eu'
		declare -f digest costs
		# shellcheck disable=SC2016
		echo '[ "$1" = run ] || exec '"$(printf %q "$allocmark")"' "$@"'
		# shellcheck disable=SC2016
		echo 'for arg in "$@"; do case $arg in --out=*) out=${arg#*=} ;; esac; done'
		echo "digest \"\$out\" 10 $m64 $3"
		# shellcheck disable=SC2016
		echo 'sed -i "s/\"finished\": false/\"finished\": true/" "$out/manifest.json"'
	} >job-command
	chmod +x job-command
	ALLOCMARK=./job-command GITHUB_ACTIONS='' "$srcdir/examples/ci/gate.sh" >out 2>err || status=$?
	tap_is "the job: $2" "$status $(tail -n 1 out | cut -c -16)" "$1 $2"
}

job_tests() {
	job 0 "there was no bas" 20
	tap_ok "the job: a baseline" test -e baseline/costs.tsv
	job 0 "gate: PASS: 1 ce" 20
	job 3 "gate: INCONCLUSI" 25
	tap_is "the job: what is published" "$(cd allocmark-report && echo *)" "junit.xml report.txt run"
}

# ---- bad input

input_tests() {
	refuses "no run" 'give --baseline=DIR and the directory of a run' --baseline=base
	refuses "no baseline" 'give --baseline=DIR' same
	refuses "two runs" "'slow' is one word too many" --baseline=base same slow
	refuses "a baseline that is not there" 'nowhere/manifest.json: cannot read' --baseline=nowhere same
	refuses "a run that is not there" 'nowhere/manifest.json: cannot read' --baseline=base nowhere
	refuses "an unknown axis" "no axis 'moon'" --baseline=base --across=moon same
	refuses "rounds" "--rounds: '0' is not a whole number" --baseline=base --rounds=0 same
	refuses "an unknown format" "'pdf' is none of" --baseline=base --format=pdf same
	local form
	for form in csv json junit; do
		refuses "$form on stdout" "--format=$form: .*--output=FILE" --baseline=base --format=$form same
		gates "$form in a file" 1 FAIL "${once[@]}" --format=$form --output=report.$form slow
	done
	tap_is "which has the failure, and no more of them" \
		"$(grep -c '<failure' report.junit) $(grep -c 'gate: ' report.csv || true)" "1 0"
	gates "several reports" 1 FAIL "${once[@]}" --report=junit:r.xml --report=csv:r.csv slow
	tap_is "each in its form" "$(head -c 5 r.xml) $(head -c 4 r.csv)" "<?xml base"
	refuses "a report of no form" "--report: 'pdf' is none of" --baseline=base --report=pdf:x same
	refuses "a report without a file" "--report: 'junit' is no FORMAT:FILE" --baseline=base \
		--report=junit same
	gates "markdown" 1 FAIL "${once[@]}" --format=markdown slow
	GITHUB_STEP_SUMMARY='' gates "annotations" 1 FAIL "${once[@]}" --format=github slow
	holds "an error a failure" out '^::error title='
	refuses "a report that cannot be written" 'base/x/y' --baseline=base --output=base/x/y same

	cp -r base schema
	sed -i 's/"schema": 1/"schema": 99/' schema/manifest.json
	refuses "another schema" 'schema: version 99' --baseline=schema same
	cp -r base digest
	sed -i '1s/\t1\t/\t2\t/' digest/costs.tsv
	refuses "another schema of the digest" 'costs.tsv' --baseline=digest same
	local figure
	for figure in nan -5 inf 0; do
		digest figure 10 $m64 "=$figure"
		refuses "a cost of $figure" 'figure/costs.tsv:3: ' --baseline=base figure
	done
	cp -r base foreign
	sed -i 's/"kernel.release": "[^"]*"/"kernel.release": "1.0"/' foreign/manifest.json
	gates "a foreign baseline" 3 'NOT COMPARABLE: foreign and same' --baseline=foreign same
	holds "which says what differs" out 'kernel.release +1.0 -> '
	gates "unless that is the question" 0 PASS --baseline=foreign --across=kernel same
	digest other 10 user:calloc:pair:64:lat_pair:ns 20
	gates "no cell in common" 3 'NOT COMPARABLE: .*no cell in common' --baseline=base other
	digest few 3 $m64 20 $m4k 40
	gates "too few rounds" 3 'INCONCLUSIVE: too few rounds for a verdict on any of 2 cells: measure at least 5' \
		--baseline=few few
	digest none 10 $m64 refused
	gates "no number in either" 3 'INCONCLUSIVE: no cell was compared' --baseline=none none
}

# A machine that changed its speed shows in null; not under emulation, nor in few rounds.
steady_tests() {
	local null=user:null:pair:64:lat_pair:ns
	digest speed1 10 $null 0.3 $m64 20 $usable =4096
	digest speed2 10 $null 0.6 $m64 40 $usable =4096
	gates "a machine of two speeds decides nothing" 3 \
		'INCONCLUSIVE: 1 of 3 cells in doubt: the machine did not run at one speed: null .* in 10 of 20 rounds' \
		--baseline=speed1 --no-remeasure speed2
	holds "the cell says so" out \
		'^passed user:malloc pair 64 lat_pair: in doubt, not measured again: --no-remeasure$'
	digest speed3 10 $null 0.34 $m64 40 $usable =4096
	gates "one of one speed does" 1 'FAIL: 1 of 3' --baseline=speed1 --no-remeasure speed3
	digest speed4 10 $null 0.6 $m64 20 $usable =4096
	gates "what is no slower passes all the same" 0 PASS --baseline=speed1 speed4
	gates "what is confirmed fails on any machine" 1 'FAIL: 1 of 3' --baseline=speed1 \
		--baseline-build=b20 --build=b25 --rounds=6 --quiet speed2
	digest speed5 10 $null 0.6 $m64 refused $usable =4096
	gates "a refusal is none of speed" 1 'FAIL: 1 of' --baseline=speed1 speed5
	digest speed6 4 $null 0.3 $m64 20 $m4k 20 $usable =4096
	digest speed7 5 $null 0.6 $m64 40 $m4k 40 $usable =4096
	printf '[default]\nmin-rounds = 4\n' >four.ini
	gates "nine rounds of null say nothing" 1 'FAIL: 3 of' --baseline=speed6 --thresholds=four.ini \
		--no-remeasure speed7
	for i in 1 2; do
		cp -r speed$i tcg$i
		sed -i 's/"environment": "host"/"environment": "guest-tcg"/' tcg$i/manifest.json
	done
	gates "nor does null under emulation" 1 'FAIL: 1 of 3' --baseline=tcg1 --no-remeasure tcg2
}

digest timed 10 $control 20 $m64 20 $m4k 40
verdict_tests
control_tests
thresholds_tests
remeasure_tests
steady_tests
job_tests
input_tests
tap_done
