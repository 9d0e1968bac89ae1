#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# allocmark report on a run recorded in a guest (tests/data/run-small), on copies of it that differ,
# and on synthetic runs: the structure of the page as a parser of HTML reads it, what it says, bad
# input. What a browser makes of it is tested in tests/chromium.sh.
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
gnuplot=$(command -v gnuplot || true)

# copy NAME [SED]: the recorded run in a directory of that name, its manifest changed.
copy() {
	mkdir "$tmp/$1"
	cp "$data/manifest.json" "$data/blocks.jsonl" "$tmp/$1/"
	chmod u+w "$tmp/$1"/*
	[ -z "${2:-}" ] || sed -i "$2" "$tmp/$1/manifest.json"
}

# refuses NAME PATTERN ARGUMENT...: exit status 1, one line on stderr that matches, nothing on stdout.
refuses() {
	local name=$1 pattern=$2 status=0
	shift 2
	"$allocmark" report "$@" >"$tmp/out" 2>"$tmp/err" || status=$?
	if [ "$status" != 1 ] || [ "$(wc -l <"$tmp/err")" != 1 ] || [ -s "$tmp/out" ] ||
		! grep -qE -e "$pattern" "$tmp/err"; then
		tap_fail "$name" "wanted status 1 and one line like: $pattern" "status $status" \
			"$(cat "$tmp/out" "$tmp/err")"
	else
		tap_pass "$name"
	fi
}

# has NAME FILE TEXT...: the file holds each text.
has() {
	local name=$1 file=$2 text missing=
	shift 2
	for text; do
		grep -qF -e "$text" "$file" || missing="$missing [$text]"
	done
	tap_empty "$name" "$missing"
}

# lacks NAME FILE TEXT: the file does not hold it.
lacks() {
	if grep -qF -e "$3" "$2"; then
		tap_fail "$1" "found [$3] in $2"
	else
		tap_pass "$1"
	fi
}

# structure NAME FILE: what page_check.py finds wrong with it.
structure() {
	if ! command -v python3 >/dev/null; then
		tap_skip "$1" "no python3"
		return
	fi
	tap_empty "$1" "$(python3 "$srcdir/tests/page_check.py" "$2" 2>&1 || true)"
}

one_run_tests() {
	local page=$tmp/one/report.html
	copy one
	tap_ok "one run" "$allocmark" report "$tmp/one"
	structure "one run: structure" "$page"
	has "one run: where, and what its time means" "$page" "guest-tcg" "emulation time" "lab"
	has "one run: headline figures" "$page" "a page, mapped and there at once" \
		"mmap-populate: " "vmalloc: "
	lacks "one run: no headline of a size that is another job's" "$page" \
		"a small object, allocated and freed at once"
	has "one run: what it comes to" "$page" 'id="summary"' " without a number, for reasons"
	has "one run: what was skipped, and why" "$page" "no huge pages of this size are reserved"
	has "one run: claims that it can judge" "$page" 'id="claim-verdicts"' "kmalloc-contiguous" \
		"need what these runs did not measure"
	has "one run: raw data beside it" "$page" 'href="./blocks.jsonl"' 'href="./manifest.json"'
	has "one run: a limit that the run set is none of the allocator" "$page" \
		"mmap-populate: at least 128M" "≥ 134217728"
	lacks "one run: no verdicts" "$page" 'id="verdicts"'
	lacks "one run: no path of this machine" "$page" "$tmp"
	cp "$page" "$tmp/first.html"
	"$allocmark" report "$tmp/one" --output=- >"$tmp/stdout.html"
	lacks "stdout: nothing but the page" "$tmp/stdout.html" "report of 1 run"
	structure "stdout: structure" "$tmp/stdout.html"
	"$allocmark" report "$tmp/one" >"$tmp/out"
	tap_ok "the same runs make the same page" cmp "$tmp/first.html" "$page"
	tap_empty "nothing else is left" "$(find "$tmp/one" -mindepth 1 ! -name report.html \
		! -name manifest.json ! -name blocks.jsonl)"
}

figures_tests() {
	local page=$tmp/one/report.html
	if [ -z "$gnuplot" ]; then
		tap_skip "figures" "no gnuplot: apt-get install gnuplot-nox"
		return
	fi
	has "figures: of headlines and families" "$page" 'id="plot-sweep1"' 'id="plot-limit1"' \
		'id="plot-mapped-pair1"' "Family mapped: "
	tap_is "figures: the points are drawn once" "$(grep -c 'id=.gpPt6' "$page")" 1
	mkdir "$tmp/bin" "$tmp/drawing"
	TMPDIR=$tmp/drawing "$allocmark" report "$tmp/one" --output="$tmp/drawn.html" >"$tmp/out"
	tap_empty "figures: nothing is left where they were drawn" "$(ls -A "$tmp/drawing")"
	"$allocmark" report "$tmp/one" --no-plots --output="$tmp/bare.html" >"$tmp/out"
	lacks "no plots: none" "$tmp/bare.html" "<figure"
	structure "no plots: structure" "$tmp/bare.html"
	PATH=$tmp/bin "$allocmark" report "$tmp/one" --output="$tmp/none.html" >"$tmp/out" 2>"$tmp/err"
	has "no gnuplot: said" "$tmp/err" "apt-get install gnuplot-nox"
	has "no gnuplot: said on the page" "$tmp/none.html" "there was no gnuplot"
	structure "no gnuplot: structure" "$tmp/none.html"
}

# A signal while it draws leaves no pictures and no page.
stop_tests() {
	local status=0
	if [ -z "$gnuplot" ]; then
		tap_skip "stop" "no gnuplot: apt-get install gnuplot-nox"
		return
	fi
	mkdir "$tmp/stopper" "$tmp/stopped"
	cat >"$tmp/stopper/gnuplot" <<-END
		#!/bin/sh
		echo "\$*" >>"$tmp/calls"
		"$gnuplot" "\$@"
		find "$tmp/stopped" -name '*.part' >>"$tmp/parts"
		kill -TERM "\$PPID"
	END
	chmod +x "$tmp/stopper/gnuplot"
	PATH=$tmp/stopper:$PATH TMPDIR=$tmp/stopped env --default-signal=TERM "$allocmark" report "$tmp/one" \
		--output="$tmp/stopped.html" >"$tmp/out" 2>"$tmp/err" || status=$?
	tap_is "stop: exit status" "$status" 1
	tap_is "stop: one line" "$(cat "$tmp/out" "$tmp/err")" "allocmark: stopped"
	tap_is "stop: one picture was drawn" "$(wc -l <"$tmp/calls") $(wc -l <"$tmp/parts")" "1 1"
	tap_empty "stop: nothing is left where it was drawn" "$(ls -A "$tmp/stopped")"
	tap_empty "stop: no page" "$(find "$tmp" -maxdepth 1 -name '*stopped.html*')"
}

several_tests() {
	local page=$tmp/several.html
	copy two 's/"id": *"[^"]*"/"id": "222222"/'
	copy three 's/"environment": *"guest-tcg"/"environment": "guest-kvm"/'
	copy units 's/"unit": *"ns"/"unit": "insn"/; s/"environment": *"guest-tcg"/"environment": "guest-icount"/'
	tap_ok "several runs" "$allocmark" report "$tmp"/{one,two,three,units} --output="$page"
	structure "several runs: structure" "$page"
	has "several runs: what differs is said" "$page" 'id="differences"' \
		"were not made in the same place" "guest-kvm"
	has "several runs: a pair that may be compared is" "$page" "equivalent" "false discovery"
	has "several runs: one that may not says why" "$page" 'id="not-compared"' \
		"run 1 and run 3 are not to be compared" "--across=environment"
	has "several runs: what was found comes first" "$page" 'id="found"'
	[ -z "$gnuplot" ] || has "several runs: units are drawn apart" "$page" 'id="plot-sweep2"' \
		"(runs 1–3)" "(run 4)"
	has "several runs: raw data of each" "$page" 'href="./two/blocks.jsonl"'
	"$allocmark" report "$tmp"/{one,three} --across=environment --no-plots --output="$page" >"$tmp/out"
	lacks "across: then it is compared" "$page" 'id="not-compared"'
	copy four 's/"environment": *"guest-tcg"/"environment": "guest-kvm"/; s/"id": *"[^"]*"/"id": "444444"/'
	"$allocmark" report "$tmp"/{one,three,four} --no-plots --output="$page" >"$tmp/out"
	has "a run is compared with the first before it that it may be" "$page" \
		"run 3 (guest-kvm) against run 2 (guest-kvm)" "run 1 and run 2 are not to be compared"
}

# Many runs, of digests alone: as many columns, and a table that a browser can hold.
many_tests() {
	"$builddir/tests/make_runs" "$tmp/many" --runs=10 --cells=300 --rounds=10 --step-at=5 --step=20
	tap_ok "ten runs of digests" "$allocmark" report "$tmp"/many/run-* --output="$tmp/many.html"
	structure "ten runs: structure" "$tmp/many.html"
	has "ten runs: a step is found" "$tmp/many.html" "regressed"
	tap_is "ten runs: a row a cell" "$(sed -n '/id="all-cells"/,/<\/table>/p' "$tmp/many.html" |
		grep -c '^<tr><th')" 300
}

# As many runs as are read: a column each, and no comparison of each with each is told.
most_tests() {
	"$builddir/tests/make_runs" "$tmp/most" --runs=80 --cells=20 --rounds=3
	tap_ok "eighty runs" "$allocmark" report "$tmp"/most/run-* --output="$tmp/most.html" --no-plots
	structure "eighty runs: structure" "$tmp/most.html"
	has "eighty runs: the last" "$tmp/most.html" "run 80 (host)" "Runs 1–80: machine synthetic"
	tap_is "eighty runs: each is compared once" \
		"$(sed -n '/id="found"/,/<\/table>/p' "$tmp/most.html" | grep -c '<td>run 1<td')" 79
}

markdown_tests() {
	"$allocmark" report "$tmp"/{one,two} --format=markdown >"$tmp/page.md"
	has "markdown" "$tmp/page.md" "# allocmark: 2 runs" "## Where it was measured" \
		"## Headline figures" "no huge pages of this size are reserved"
	has "markdown: details are folded" "$tmp/page.md" "<summary>Verdicts</summary>" \
		"<summary>What has no number, and why</summary>" "<summary>Raw data</summary>"
	tap_is "markdown: every fold ends" "$(grep -c '^<details>$' "$tmp/page.md")" \
		"$(grep -c '^</details>$' "$tmp/page.md")"
	tap_ok "markdown: what it comes to is open, and first" awk '
		/^<details>/ { exit !seen } /^## In short/ { seen = NR < 5 }' "$tmp/page.md"
	tap_empty "markdown: as many fields in each row of a table" "$(awk -F'|' '
		!/^\|/ { n = 0; next } !n { n = NF } NF != n { print FILENAME ":" FNR ": " $0 }' "$tmp/page.md")"
}

# Runs of one kernel, machine and environment judge a claim together, up to a number of them.
claims_tests() {
	local page=$tmp/claims.html many
	copy kernel 's/"kernel": *"[^"]*"/"kernel": "6.9-other"/'
	copy machine 's/"machine_name": *"[^"]*"/"machine_name": "another"/'
	"$allocmark" report "$tmp"/{one,two,kernel,machine} --no-plots --output="$page" >"$tmp/out"
	tap_is "claims: a row for each kernel and machine" \
		"$(sed -n '/id="claim-verdicts"/,/<\/table>/p' "$page" | grep -c '<th scope=row>kmalloc-contiguous<')" 3
	has "claims: which" "$page" ">6.9-other (guest-tcg, lab)" "(guest-tcg, another)"
	lacks "claims: none is left out" "$page" "Left out of the claims"
	mapfile -t many < <(yes "$tmp/one" | head -n 18)
	"$allocmark" report "${many[@]}" "$tmp/kernel" --no-plots --output="$page" >"$tmp/out"
	tap_is "claims: too many of one kernel are told once" "$(grep -o 'Left out of the claims[^<]*' "$page")" \
		"Left out of the claims, as more than 16 of one kernel: runs 17, 18."
}

# fact RUN KEY VALUE: a fact of comparability in its manifest.
fact() {
	sed -i "s/\"comparability\": *{/&\"$2\": \"$3\",/" "$tmp/$1/manifest.json"
}

# Runs of a sweep: the first stands for them but in curves, and curves are of one sweep alone.
sweep_tests() {
	local n page=$tmp/sweeps.html
	for n in 1 2 4 8; do
		copy threads$n
		fact threads$n place.threads $n
	done
	for n in 0.2 0.8; do
		copy index$n "s/\"loadavg\"/\"state.index\": \"$n\", &/"
		fact index$n state.index_wanted $n
		fact index$n state.kind fragmented
	done
	"$allocmark" report "$tmp"/{one,threads{1,2,4,8},index0.2,index0.8} --output="$page" >"$tmp/out"
	structure "sweeps: structure" "$page"
	has "sweeps: said" "$page" "4 runs are of a sweep"
	has "sweeps: what each run was set to" "$page" "<td class=w>threads 8" \
		"<td class=w>fragmented, index 0.8" "run 5 (guest-tcg threads8)"
	tap_is "sweeps: headline figures of the first of each" \
		"$(sed -n '/id="headline-figures"/,/<\/table>/p' "$page" |
			grep -o '<td>run [0-9] ' | sort -u | tr -d '\n')" "<td>run 1 <td>run 2 <td>run 6 "
	has "sweeps: many runs share a row for each value of a fact" "$page" \
		"<th scope=row>comparability place.threads<td class=w>–<td class=w>1, 6, 7<td" \
		"<th scope=row>comparability place.threads<td class=w>4<td class=w>4<td"
	if [ -z "$gnuplot" ]; then
		tap_skip "sweeps: plots" "no gnuplot: apt-get install gnuplot-nox"
		return
	fi
	has "sweeps: curves of one sweep" "$page" "over threads (runs 2–5)" "over index (runs 6, 7)"
	lacks "sweeps: none of two" "$page" "over threads (runs 1"
	has "sweeps: plots of the first of each" "$page" "by size and way of allocating (runs 1, 2, 6)"
}

# against FILE: RUN:BASE for each run that the summary on the page says was compared.
against() {
	sed -n '/id="found"/,/<\/table>/p' "$1" | sed -nE 's/.*<th scope=row>run ([0-9]+)[^<]*<td>run ([0-9]+)<.*/\1:\2/p' |
		tr '\n' ' '
}

# Where several things may differ a verdict is of one change, and that is not the step of a sweep if there is another.
pairs_tests() {
	local n page=$tmp/pairs.html
	for n in 1 2; do
		copy old$n
		fact old$n place.threads $n
		copy new$n 's/"kernel.release": *"[^"]*"/"kernel.release": "6.9-other"/'
		fact new$n place.threads $n
		fact new$n mitigation.new on
	done
	for n in 00 01 10 11; do
		copy nodes$n
		fact nodes$n place.cpu_node ${n%?}
		fact nodes$n place.memory_node ${n#?}
	done
	"$allocmark" report "$tmp"/{old,new}{1,2} --across=kernel,threads --no-plots --output="$page" >"$tmp/out"
	tap_is "pairs: a kernel at the same number of threads" "$(against "$page")" "2:1 3:1 4:2 "
	"$allocmark" report "$tmp"/{old1,new1,old2,new2} --across=all --no-plots --output="$page" >"$tmp/out"
	tap_is "pairs: also where anything may differ" "$(against "$page")" "2:1 3:1 4:3 "
	"$allocmark" report "$tmp"/nodes* --across=nodes --no-plots --output="$page" >"$tmp/out"
	tap_is "pairs: one node of two" "$(against "$page")" "2:1 3:1 4:2 "
	"$allocmark" report "$tmp"/{old1,new2} --across=kernel,threads --no-plots --output="$page" >"$tmp/out"
	tap_is "pairs: two changes where there is nothing nearer" "$(against "$page")" "2:1 "
}

# Threads and an index at once are a sweep over threads for each index, and none over the index; a
# sweep that was measured twice is two; an index that was read, and wanders, makes no curve.
mixed_sweeps_tests() {
	local n i page=$tmp/mixed.html
	for i in 0.25 0.75; do
		for n in 1 2; do
			copy mixed$i-$n "s/\"loadavg\"/\"state.index\": \"$i$n\", &/"
			fact mixed$i-$n place.threads $n
			fact mixed$i-$n state.index_wanted $i
			fact mixed$i-$n state.kind fragmented
		done
	done
	"$allocmark" report "$tmp"/mixed0.25-{1,2} "$tmp"/mixed0.75-{2,1} --output="$page" >"$tmp/out"
	has "mixed sweeps: the second of each is told by the first" "$page" "2 runs are of a sweep"
	[ -z "$gnuplot" ] || tap_is "mixed sweeps: no point of one in a curve of the other" \
		"$(grep -o 'over [a-z]* (runs [^)]*)' "$page" | sort -u | xargs)" \
		"over threads (runs 1, 2) over threads (runs 3, 4)"
	"$allocmark" report "$tmp"/mixed0.25-{1,2,1,2} --output="$page" >"$tmp/out"
	has "mixed sweeps: measured twice" "$page" "2 runs are of a sweep"
	[ -z "$gnuplot" ] || tap_is "mixed sweeps: measured twice, no value has two points" \
		"$(grep -o 'over [a-z]* (runs [^)]*)' "$page" | sort -u | xargs)" \
		"over threads (runs 1, 2) over threads (runs 3, 4)"
}

# A name from a record is text, whatever is in it.
hostile_tests() {
	local odd=$'ä\xffx\xc3(\xed\xa0\x80y🙂'
	copy hostile "s/\"machine_name\": *\"[^\"]*\"/\"machine_name\": \"<script>alert(1)<\\/script>\\&'|\"/"
	tap_ok "a hostile name" "$allocmark" report "$tmp/hostile" --output="$tmp/hostile.html" --no-plots
	has "a hostile name is shown" "$tmp/hostile.html" '&lt;script&gt;alert(1)&lt;/script&gt;'
	lacks "a hostile name is no mark" "$tmp/hostile.html" '<script>alert'
	cp -r "$tmp/one" "$tmp/ one\"<b> #?%"
	tap_ok "a hostile path" "$allocmark" report "$tmp/ one\"<b> #?%" --output="$tmp/path.html" --no-plots
	has "a hostile path is escaped in a link" "$tmp/path.html" \
		'href="./%20one%22%3Cb%3E%20%23%3F%25/blocks.jsonl"'
	structure "a hostile path: structure" "$tmp/path.html"
	cp -r "$tmp/one" "$tmp/$odd"
	tap_ok "a path that is no UTF-8" "$allocmark" report "$tmp/one" "$tmp/$odd" --output="$tmp/odd.html"
	structure "a path that is no UTF-8: structure" "$tmp/odd.html"
	tap_ok "a path that is no UTF-8: the page is" iconv -f UTF-8 -t UTF-8 -o /dev/null "$tmp/odd.html"
	has "a path that is no UTF-8: what is one stays" "$tmp/odd.html" '<td class=w>ä�x�(���y🙂'
	has "a path that is no UTF-8: the link leads there" "$tmp/odd.html" \
		'href="./%C3%A4%FFx%C3%28%ED%A0%80y%F0%9F%99%82/blocks.jsonl"'
	"$allocmark" report "$tmp/one" "$tmp/$odd" --format=markdown >"$tmp/odd.md"
	tap_ok "a path that is no UTF-8: so is the Markdown" iconv -f UTF-8 -t UTF-8 -o /dev/null "$tmp/odd.md"
}

input_tests() {
	local many
	copy bad
	touch "$tmp/file"
	refuses "no run" "no run directory given"
	refuses "a run that is not there" "$tmp/nothing" "$tmp/nothing"
	refuses "a file for a run" "$tmp/file" "$tmp/file"
	refuses "unknown format" "--format=pdf: unknown; one of html, markdown" "$tmp/bad" --format=pdf
	refuses "unknown axis" "no axis 'moon'" "$tmp/bad" --across=moon
	mapfile -t many < <(yes "$tmp/bad" | head -n 81)
	refuses "more runs than are read" "bad: at most 80 runs share a page" "${many[@]}"
	refuses "no percentage" "--margin=much: no percentage" "$tmp/bad" --margin=much
	refuses "no output" "--output= is no file" "$tmp/bad" --output=
	refuses "output below a file" "$tmp/file/page.html: cannot write" "$tmp/bad" \
		--output="$tmp/file/page.html"
	refuses "output in no directory" "$tmp/nowhere/page.html: cannot write" "$tmp/bad" \
		--output="$tmp/nowhere/page.html"
	echo '{ "round": 0' >>"$tmp/bad/blocks.jsonl"
	echo '{}' >>"$tmp/bad/blocks.jsonl"
	refuses "a damaged record" "blocks.jsonl:[0-9]+" "$tmp/bad"
	tap_ok "bad input writes nothing" test ! -e "$tmp/bad/report.html"
	TMPDIR=$tmp/nowhere refuses "nowhere to draw" "TMPDIR" "$tmp/one" --output="$tmp/never.html"
	tap_ok "nowhere to draw: nothing half-written" test ! -e "$tmp/never.html"
}

one_run_tests
figures_tests
stop_tests
several_tests
many_tests
most_tests
claims_tests
sweep_tests
pairs_tests
mixed_sweeps_tests
markdown_tests
hostile_tests
input_tests
tap_done
