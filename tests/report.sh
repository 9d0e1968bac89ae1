#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# allocmark compare in every form: two digests whose differences are known are compared, and each
# form is parsed again and held against what it is to say. Costs come from a seeded generator.
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
unset GITHUB_STEP_SUMMARY

# digest DIR SEED CHANGES: a run of ten rounds. A cell is SIDE STRATEGY WORKLOAD SIZE METRIC UNIT
# COST; CHANGES holds for some a line CELL-WITHOUT-UNIT-AND-COST FACTOR, or "refused" for a factor.
digest() {
	mkdir -p "$1"
	cp "$data/manifest.json" "$1/"
	chmod u+w "$1/manifest.json"
	sed -i "s/\"id\": \"[0-9a-f]*\"/\"id\": \"00000$2\"/" "$1/manifest.json"
	awk -v seed="$2" -v changes="$3" '
		# Park and Miller.
		function uniform() { state = state * 16807 % 2147483647; return state / 2147483647 }
		BEGIN {
			OFS = "\t"
			state = seed * 7919 + 11
			n = split(changes, line, "\n")
			for (i = 1; i <= n; i++) {
				split(line[i], f, " ")
				if (f[6] != "") factor[f[1] " " f[2] " " f[3] " " f[4] " " f[5]] = f[6]
			}
		}
		NF == 7 {
			by = ($1 " " $2 " " $3 " " $4 " " $5) in factor ? factor[$1 " " $2 " " $3 " " $4 " " $5] : 1
			if (by == "refused") {
				row[++rows] = $1 OFS $2 OFS $3 OFS $4 OFS "-" OFS "-" OFS "refused" OFS 0 OFS 10 OFS 0
				next
			}
			text = $1 OFS $2 OFS $3 OFS $4 OFS $5 OFS $6 OFS "ok" OFS 0 OFS 0 OFS 0
			spread = by == "noisy" ? 0.8 : 0.01
			for (r = 0; r < 10; r++)
				text = text OFS ($6 == "ns" ? $7 * (by == "noisy" ? 1 : by) * (1 + spread * (uniform() - 0.5)) : $7 * by)
			row[++rows] = text
		}
		END {
			print "allocmark-costs", 1, "00000" seed, 0, rows
			print "side", "strategy", "workload", "size_bytes", "metric", "unit", "status",
				"reason_code", "rounds_refused", "rounds_failed", "cost..."
			for (i = 1; i <= rows; i++) print row[i]
		}' >"$1/costs.tsv" <<-'CELLS'
			user malloc pair 64 lat_pair ns 20
			user malloc pair 4096 lat_pair ns 40
			user malloc pair 65536 lat_pair ns 50
			user malloc burst-fifo 4096 lat_alloc ns 120
			user malloc burst-fifo 4096 lat_free ns 60
			user mmap pair 4096 lat_pair ns 900
			user mmap pair 65536 lat_pair ns 950
			user mmap contig 65536 frames pages 16
			user mmap contig 65536 runs count 4
			user mmap contig 65536 run_largest pages 8
			kernel kmalloc pair 64 lat_pair ns 30
			kernel kmalloc pair 4096 lat_pair ns 70
			kernel kmalloc pair 65536 lat_pair ns 400
			kernel vmalloc pair 4096 lat_pair ns 2000
			kernel vmalloc pair 65536 lat_pair ns 4000
		CELLS
}

digest base 1 ""
digest head 2 "user malloc pair 4096 lat_pair 1.25
user malloc burst-fifo 4096 lat_free 0.8
user mmap pair 4096 lat_pair noisy
user mmap contig 65536 frames 2
user mmap contig 65536 runs 1.5
kernel kmalloc pair 64 lat_pair 1.5
kernel vmalloc pair 65536 lat_pair refused"
digest other 3 ""

for format in table csv json markdown junit github; do
	tap_ok "$format" "$allocmark" compare base head --format=$format --output=$format.out
	tap_ok "$format: on stdout the same" sh -c \
		"'$allocmark' compare base head --format=$format | cmp - $format.out"
done

# verdict CELL: of the CSV.
csv_verdicts() {
	awk -F, 'NR > 1 { print $5 "/" $6 "/" $7 "/" $8 "/" $9, $12 }' csv.out
}

csv_tests() {
	csv_verdicts >verdicts
	tap_is "csv: verdicts" "$(grep -v -e equivalent -e inconclusive verdicts | sort)" "$(sort <<-'WANTED'
		kernel/kmalloc/pair/64/lat_pair regressed
		kernel/vmalloc/pair/65536/lat_pair only-base
		user/malloc/burst-fifo/4096/lat_free improved
		user/malloc/pair/4096/lat_pair regressed
		user/mmap/contig/65536/frames changed
		user/mmap/contig/65536/runs regressed
	WANTED
	)"
	tap_is "csv: a noisy cell is inconclusive" \
		"$(grep '^user/mmap/pair/4096/' verdicts)" "user/mmap/pair/4096/lat_pair inconclusive"
	tap_is "csv: as many fields in each line" "$(sed 's/"[^"]*"//g' csv.out | awk -F, '{ print NF }' |
		sort -u)" 29
	tap_is "csv: every cell" "$(wc -l <csv.out)" 16
	tap_is "csv: of some verdicts" "$("$allocmark" compare base head -f csv --only=improved | wc -l)" 2
	tap_is "csv: two heads" "$("$allocmark" compare base head other -f csv | cut -d, -f2 |
		sort | uniq -c | tr -s ' \n' ' ')" " 16 head 15 other "
	tap_ok "csv: the change" awk -F, '$7 == "pair" && $6 == "malloc" && $8 == 4096 {
		exit !($19 > 1.24 && $19 < 1.26 && $20 <= $19 && $19 <= $21 && $15 > 39 && $16 > 49) }' csv.out
	tap_is "csv: what there is no number of is empty" \
		"$(awk -F, '$12 == "only-base" { print $16 "|" $19 "|" $24 }' csv.out)" "||"
}

json_tests() {
	if ! command -v jq >/dev/null; then
		tap_skip "json" "no jq: apt-get install jq"
		return
	fi
	tap_is "json: the verdicts of the CSV" \
		"$(jq -r '.comparisons[0].cells[] | [.side, .strategy, .workload, .size_bytes,
			.metric] as $c | ($c | map(tostring) | join("/")) + " " + .verdict' json.out)" \
		"$(cat verdicts)"
	tap_is "json: counts" "$(jq -c '.comparisons[0].counts | [.regressed, .improved, .changed,
		."only-base"]' json.out)" "[3,1,1,1]"
	tap_ok "json: no number is null" jq -e '.comparisons[0].cells[] |
		select(.verdict == "only-base") | .ratio == null and .head_cost == null' json.out
	tap_is "json: where" "$(jq -r '.comparisons[0].head | .path + " " + .environment + " " + .unit' \
		json.out)" "head guest-tcg ns"
	tap_ok "json: what differs, and along which axis" sh -c "'$allocmark' compare base across \
		--across=kernel -f json | jq -e '.comparisons[0] | .options.across == [\"kernel\"] and
		(.differences | any(.key == \"kernel.release\" and .head == \"6.2.0\"))'"
}

junit_tests() {
	if ! command -v xmllint >/dev/null; then
		tap_skip "junit" "no xmllint: apt-get install libxml2-utils"
		return
	fi
	tap_ok "junit: XML" xmllint --noout junit.out
	tap_is "junit: a case a cell" "$(xmllint --xpath 'count(//testcase)' junit.out)" 15
	tap_is "junit: it says how many" "$(xmllint --xpath \
		'concat(/testsuites/@tests, " ", //testsuite/@failures, " ", //testsuite/@errors)' \
		junit.out)" "15 3 0"
	tap_is "junit: skipped as said" "$(xmllint --xpath 'number(//testsuite/@skipped) =
		count(//testcase/skipped) and count(//skipped) > 0' junit.out)" true
	tap_is "junit: what regressed failed" "$(xmllint --xpath '//testcase[failure]/@name' junit.out |
		tr -d ' ' | sort)" "$(printf '%s\n' 'name="kernel/kmalloc/pair/64"' \
		'name="user/malloc/pair/4096"' 'name="user/mmap/contig/65536/runs"')"
	tap_ok "junit: by how much" sh -c "xmllint --xpath \
		'string(//testcase[@name=\"user/malloc/pair/4096\"]/failure)' junit.out |
		grep -qE '^regressed: \+2[45]\.[0-9] %: '"
}

markdown_tests() {
	tap_is "markdown: a row each that differs" \
		"$(grep -cE '^\| .*\*?(regressed|improved|changed|only-base) \|' markdown.out)" 6
	tap_is "markdown: rows as wide as their head" "$(grep '^| .* | `' markdown.out |
		awk -F'|' '{ print NF }' | sort -u)" "$(grep '^| verdict' markdown.out | awk -F'|' '{ print NF }')"
	tap_is "markdown: worst first" "$(grep '^| .*regressed' markdown.out | awk -F'|' '{
		sub(/\..*/, "", $9); print $9 }' | tr -d ' ' | tr '\n' ' ')" "+50 +50 +25 "
	tap_ok "markdown: the counts" grep -q '^15 cells: 3 regressed, 1 improved, 1 changed' markdown.out
	tap_ok "markdown: emulated" grep -q '^Emulated: ns are emulation time' markdown.out
	tap_is "markdown: no more than the limit" \
		"$("$allocmark" compare base head -f markdown --limit=2 | grep -c '^| .*regressed\|… and 4 more')" 3
}

github_tests() {
	tap_is "github: errors" "$(grep -c '^::error title=' github.out)" 3
	tap_is "github: warnings" "$(grep -c '^::warning title=' github.out)" 2
	tap_ok "github: escaped" grep -qE \
		'^::error title=user/malloc/pair/4096 regressed::\+2[45]\.[0-9] %25: ' github.out
	tap_is "github: nothing else" "$(grep -cvE '^::(error|warning) title=[^:,]+::.' github.out || true)" 0
	echo "before" >summary
	GITHUB_STEP_SUMMARY=summary "$allocmark" compare base head -f github >annotations
	tap_ok "github: the same with a summary" cmp annotations github.out
	tap_is "github: the summary is added to" "$(head -n 1 summary)" before
	tap_is "github: and is the Markdown" "$(tail -n +2 summary)" "$(cat markdown.out)"
	GITHUB_STEP_SUMMARY=/dev/full "$allocmark" compare base head -f github >out 2>err &&
		status=0 || status=$?
	tap_is "github: a summary on a full disk: exit status" "$status" 2
	tap_ok "github: and is said" grep -q '^allocmark: /dev/full: cannot write: No space' err
	tap_is "github: and nothing is written" "$(cat out)" ""
	# Three errors and two warnings a head: ten of them are more than the runner shows.
	"$allocmark" compare base head head head head head -f github >many
	tap_is "github: no more errors than are shown" "$(grep -c '^::error' many)" 10
	tap_ok "github: the rest is counted" grep -q '^::error title=allocmark::and .* more cells' many
}

# What is in a record or a path is text, whatever it is.
hostile_tests() {
	local odd
	odd=$(printf 'x<&">|,%%:\001\377\n::error::y')
	cp -r head "$odd"
	sed -i 's|"machine_name": *"[^"]*"|"machine_name": "<\&\\"\|`_*"|' "$odd/manifest.json"
	"$allocmark" compare base "$odd" --across=all -f json >odd.json
	"$allocmark" compare base "$odd" --across=all -f junit >odd.xml
	"$allocmark" compare base "$odd" --across=all -f github >odd.github
	"$allocmark" compare base "$odd" --across=all -f markdown >odd.md
	if command -v xmllint >/dev/null; then
		tap_ok "odd names: XML" xmllint --noout odd.xml
		tap_is "odd names: XML holds them" "$(xmllint --xpath \
			'string(//property[@name="head.machine"]/@value)' odd.xml)" '<&"|`_*'
	fi
	if command -v jq >/dev/null; then
		tap_is "odd names: JSON holds them" "$(jq -r '.comparisons[0].head.machine' odd.json)" '<&"|`_*'
	fi
	tap_is "odd names: no annotation of their own" "$(grep -c '^::error::' odd.github || true)" 0
	tap_ok "odd names: Markdown shows them" grep -qF '\<\&"\|\`\_\*' odd.md
}

input_tests() {
	local status=0
	"$allocmark" compare base head --format=xml >out 2>err || status=$?
	tap_is "unknown form: exit status" "$status" 2
	tap_ok "unknown form: said" grep -q "no format 'xml': table, csv, json" err
	status=0
	"$allocmark" compare base head --output=/dev/full >out 2>err || status=$?
	tap_is "full disk: exit status" "$status" 2
	tap_ok "full disk: said" grep -q "/dev/full: cannot write: No space left" err
	status=0
	"$allocmark" compare base head >/dev/full 2>err || status=$?
	tap_is "full stdout: exit status" "$status" 2
	echo kept >kept
	status=0
	"$allocmark" compare base head across --output=kept 2>err >out || status=$?
	tap_is "a pair that is none: exit status" "$status" 3
	tap_is "a pair that is none: nothing is written" "$(cat kept)" kept
	status=0
	"$allocmark" compare base head across -f json 2>err >out || status=$?
	tap_is "a pair that is none: no half of a text for programs" "$(cat out)" ""
}

# cells TABLE: strategy, size, kind and text of its cells.
cells() {
	awk -F'\t' 'NR > 1 { print $3, $4, $5, $6 }' "plots/data/$1.tsv"
}

plot_tests() {
	local map status=0
	if ! command -v gnuplot >/dev/null; then
		tap_skip "heat maps" "no gnuplot: apt-get install gnuplot-nox"
		return
	fi
	tap_ok "heat maps" sh -c "'$allocmark' compare base head --plot=plots >out 2>err"
	tap_is "heat maps: gnuplot has nothing to say" "$(cat err)" ""
	tap_is "heat maps: told" "$(tail -n 1 out)" "6 heat maps (png svg) in plots"
	tap_is "heat maps: one each of which one way is better" \
		"$(find plots -name 'change-*.png' -printf '%f\n' | sort | tr '\n' ' ')" \
		"$(printf 'change-%s.png ' kernel-pair-lat_pair user-burst-fifo-lat_alloc \
			user-burst-fifo-lat_free user-contig-run_largest user-contig-runs \
			user-pair-lat_pair)"
	tap_is "heat maps: cells" "$(cells change-kernel-pair-lat_pair)" "$(cat <<-'WANTED'
		kmalloc 64 2 +50
		kmalloc 4096 1 0
		kmalloc 65536 1 0
		vmalloc 4096 1 0
		vmalloc 65536 0 base
	WANTED
	)"
	tap_is "heat maps: inconclusive in brackets" \
		"$(cells change-user-pair-lat_pair | grep -cE '^mmap 4096 1 \([-+]?[0-9]+\)$')" 1
	tap_is "heat maps: better and worse by sign" \
		"$(awk -F'\t' 'FNR > 1 && $5 == 2 { print ($7 > 0 ? "worse" : "better"), $17 }' \
			plots/data/change-*.tsv | sort -u)" "$(printf 'better improved\nworse regressed')"
	for map in kernel-pair-lat_pair user-contig-runs; do
		tap_ok "heat maps: the SVG has the numbers" grep -q '>+50<' plots/change-$map.svg
	done
	tap_ok "heat maps: emulated" grep -q 'emulation time' plots/change-user-pair-lat_pair.svg
	if command -v xmllint >/dev/null; then
		tap_ok "heat maps: well-formed" xmllint --noout plots/change-*.svg
	fi
	"$allocmark" compare base head other -f json --plot=several >several.json
	tap_ok "heat maps: a directory a head" test -s several/other/change-user-pair-lat_pair.png
	tap_is "heat maps: nothing but JSON" "$(tail -c 2 several.json)" "}"
	"$allocmark" compare base head --plot >out
	tap_ok "heat maps: below the head" test -s head/plots/against-base/change-user-pair-lat_pair.png
	mkdir stopper
	printf '#!/bin/sh\n"%s" "$@"\nkill -TERM "$PPID"\n' "$(command -v gnuplot)" >stopper/gnuplot
	chmod +x stopper/gnuplot
	PATH=$PWD/stopper:$PATH env --default-signal=TERM "$allocmark" compare base head --plot=half >out 2>err ||
		status=$?
	tap_is "heat maps: a signal: exit status" "$status" 2
	tap_is "heat maps: a signal: said" "$(cat err)" "allocmark: stopped"
	tap_empty "heat maps: a signal: nothing half-drawn is left" "$(find half -maxdepth 1 -type f)"
	status=0
	"$allocmark" compare base head --plot=/proc/x >out 2>err || status=$?
	tap_is "heat maps: no place: exit status" "$status" 2
	tap_ok "heat maps: no place: said" grep -q '/proc/x: .*--plot' err
}

cp -r head across
sed -i 's/"kernel.release": *"[^"]*"/"kernel.release": "6.2.0"/' across/manifest.json

csv_tests
json_tests
junit_tests
markdown_tests
github_tests
plot_tests
hostile_tests
input_tests
tap_done
