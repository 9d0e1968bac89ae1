#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A/A: each recorded run of one build against each other one, through `allocmark gate` with the
# thresholds that are built in. What fails here is a false alarm.
#
# aa.sh [--again=N]: of the first N pairs in which the first measurement finds something (default 0),
# what failed is measured again, too. The two builds are played then: the rounds they hand out were
# recorded by turns, base head head base, in another hour. The last line counts; the status is 1 if
# there was a false alarm.
set -euo pipefail

# shellcheck source=SCRIPTDIR/lib.sh
. "$(dirname "$0")/lib.sh"

again=0
case ${1-} in
--again=*) again=${1#*=} ;;
'') ;;
*) echo "aa.sh: '$1' is no option; give --again=N or nothing" >&2; exit 2 ;;
esac

passed=0 undecided=0 failed=0 repeated=0 cleared=0

# A build that hands out a recorded round: the seed is the number of the round, from 1.
build_play() {
	local round rounds=30
	mkdir -p "$tmp/$1"
	for ((round = 1; round <= rounds; round++)); do
		mkdir "$tmp/$1/$round"
		cp "$data/turns-$1/manifest.json" "$tmp/$1/$round/"
		awk -v column=$((round + 10)) 'BEGIN { FS = OFS = "\t" }
			NR <= 2 || NF >= column { line[++n] = $0 }
			END {
				split(line[1], head, FS)
				print head[1], head[2], head[3], head[4], n - 2
				print line[2]
				for (i = 3; i <= n; i++) {
					split(line[i], f, FS)
					print f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9], f[10], f[column]
				}
			}' "$data/turns-$1/costs.tsv" >"$tmp/$1/$round/costs.tsv"
	done
	cat >"$tmp/$1/allocmark" <<-'END'
		#!/bin/sh
		set -eu
		for arg in "$@"; do
			case $arg in
			--out=*) out=${arg#*=} ;;
			--seed=*) round=${arg#*=} ;;
			esac
		done
		cp -r "${0%/*}/$round" "$out"
	END
	chmod +x "$tmp/$1/allocmark"
}

# gate BASE HEAD [OPTION...]: its last line in $line, its status in $status.
gate() {
	status=0
	"$allocmark" gate --quiet --limit=1 --baseline="$data/$1" "$data/$2" "${@:3}" >"$tmp/out" || status=$?
	line=$(tail -n 1 "$tmp/out")
}

pair() {
	gate "$1" "$2"
	case $status in
	0) passed=$((passed + 1)); return ;;
	3) undecided=$((undecided + 1)) ;;
	*) failed=$((failed + 1)); echo "$1 $2: $line" ;;
	esac
	[ "$repeated" -lt "$again" ] || return 0
	repeated=$((repeated + 1))
	gate "$1" "$2" --baseline-build="$tmp/base" --build="$tmp/head"
	echo "$1 $2, measured again: $line"
	[ "$status" = 1 ] && failed=$((failed + 1))
	[ "$status" = 0 ] && cleared=$((cleared + 1))
	return 0
}

if [ "$again" != 0 ]; then
	build_play base
	build_play head
fi
for base in "$data"/a??; do
	for head in "$data"/a??; do
		[ "$base" = "$head" ] || pair "${base##*/}" "${head##*/}"
	done
done
echo "$((passed + undecided + failed)) pairs: $passed passed, $undecided undecided, $failed failed;" \
	"$repeated measured again, $cleared of them passed then"
[ "$failed" = 0 ]
