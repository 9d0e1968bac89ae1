#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# allocmark plot on a run recorded in a guest (tests/data/run-small): the tables against the golden
# ones beside it, the pictures by what a reader must find in them, and bad input. The tables need no
# gnuplot; without it the pictures are skipped.
set -euo pipefail

srcdir=$(cd "${AMK_SRCDIR:-$(dirname "$0")/..}" && pwd)
builddir=$(cd "${AMK_BUILDDIR:-$srcdir}" && pwd)
allocmark=$builddir/bench/allocmark
data=$srcdir/tests/data/run-small
tmp=$(mktemp -d)
mounted=
cleanup() {
	if [ -n "$mounted" ]; then
		umount "$mounted" || true
	fi
	rm -rf "$tmp"
}
trap cleanup EXIT

# shellcheck source=SCRIPTDIR/tap.sh
. "$(dirname "$0")/tap.sh"

[ -x "$allocmark" ] || tap_skip_all "no allocmark in $builddir/bench: run it by make check"
gnuplot=$(command -v gnuplot || true)

# copy NAME: the recorded run in a directory of that name, writable.
copy() {
	mkdir "$tmp/$1"
	cp "$data/manifest.json" "$data/blocks.jsonl" "$tmp/$1/"
	chmod u+w "$tmp/$1"/*
}

# refuses NAME PATTERN ARGUMENT...: exit status 1, one line on stderr that matches.
refuses() {
	local name=$1 pattern=$2 status=0
	shift 2
	"$allocmark" plot "$@" >"$tmp/out" 2>"$tmp/err" || status=$?
	if [ "$status" != 1 ] || [ "$(wc -l <"$tmp/err")" != 1 ] ||
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

# Without gnuplot: the tables all the same, and one line that names the package.
tables_tests() {
	local status=0 table
	copy tables
	mkdir "$tmp/bin"
	PATH=$tmp/bin "$allocmark" plot "$tmp/tables" >"$tmp/out" 2>"$tmp/err" || status=$?
	tap_is "no gnuplot: exit status" "$status" 1
	has "no gnuplot: says which package" "$tmp/err" "apt-get install gnuplot-nox"
	tap_empty "no gnuplot: no pictures" "$(find "$tmp/tables/plots" -maxdepth 1 -type f)"
	for table in sweep contiguity chase limit success mapped-burst; do
		tap_ok "table: $table" diff "$data/golden/$table.tsv" "$tmp/tables/plots/data/$table.tsv"
	done
	tap_empty "tables: a refused or skipped cell is never 0" \
		"$(awk -F'\t' 'FNR == 1 { next } $9 == "0" || $9 == "-nan" { print FILENAME ": " $0 }' \
			"$tmp"/tables/plots/data/{sweep,mapped-pair,default-pair}.tsv)"
	tap_empty "tables: as many fields in each line" \
		"$(awk -F'\t' 'FNR == 1 { n = NF } NF && NF != n { print FILENAME ":" FNR }' \
			"$tmp"/tables/plots/data/*.tsv)"
}

# well_formed FILE: an SVG that a parser takes, if there is a parser.
well_formed() {
	if command -v xmllint >/dev/null; then
		xmllint --noout "$1"
	else
		tail -c 20 "$1" | grep -q '</svg>'
	fi
}

each_picture() {
	local table name
	for table in "$tmp"/drawn/plots/data/*.tsv; do
		name=$(basename "$table" .tsv)
		if [ "$(head -c 4 "$tmp/drawn/plots/$name.png" 2>/dev/null | tail -c 3)" != PNG ]; then
			echo "$name.png is no PNG"
		fi
		well_formed "$tmp/drawn/plots/$name.svg" 2>&1 || echo "$name.svg is no SVG"
	done
}

# Strategies of a table of lines that the SVG beside it does not name.
unnamed_series() {
	local table name
	for table in "$tmp"/drawn/plots/data/*.tsv; do
		name=$(basename "$table" .tsv)
		case $name in limit | success | levels) continue ;; esac
		awk -F'\t' 'FNR > 1 && NF { print $7 " (" $5 }' "$table" | sort -u |
			while read -r series; do
				grep -qF -e "$series" "$tmp/drawn/plots/$name.svg" || echo "$name: $series"
			done
	done
}

# points FILE KIND: how many points of the kinds (an extended expression) an SVG draws.
points() {
	grep -cE "<use xlink:href='#gpPt($2)' transform=" "$1" || true
}

pictures_tests() {
	local sweep=$tmp/drawn/plots/sweep.svg
	copy drawn
	tap_ok "draws" "$allocmark" plot "$tmp/drawn"
	"$allocmark" plot "$tmp/drawn" >"$tmp/out" 2>"$tmp/err" || true
	has "draws again over what is there" "$tmp/out" "in $tmp/drawn/plots"
	tap_empty "gnuplot has nothing to say" \
		"$(grep -v '^allocmark: plot: not drawn' "$tmp/err" || true)"
	has "what is absent is said" "$tmp/err" "for lack of records: " "overhead translation"
	tap_empty "every table has its PNG and SVG" "$(each_picture)"
	tap_empty "every series is named" "$(unnamed_series)"
	tap_empty "nothing half-drawn is left" "$(find "$tmp/drawn/plots" -name '.*' -type f)"
	has "sweep: title, source and axes" "$sweep" "Sweep: what an allocation costs" "machine lab" \
		"environment guest-tcg" "unit ns" "size of one allocation" ">one allocation<" "4 KiB"
	lacks "sweep: the tics have their units, the label none" "$sweep" "[ns]"
	has "chase: a label has the unit that its tics lack" "$tmp/drawn/plots/chase.svg" \
		"one dependent load [ns]"
	has "sweep: the marks" "$sweep" ">page<" ">kmalloc limit<"
	has "sweep: emulated time is said to be" "$sweep" \
		"emulated: ns are emulation time, not a property of hardware"
	has "sweep: rounds" "$sweep" "2 rounds"
	has "sweep: the end of kmalloc" "$sweep" "refused from the next size on"
	# A point for each cell in both panels and one a series in the legend; a cross for the end of
	# kmalloc in both and one in the legend.
	tap_is "sweep: as many points as cells" "$(points "$sweep" '[02-9][0-9]*|1[0-9]+')" \
		"$((2 * $(awk 'NR > 1 && NF' "$tmp/drawn/plots/data/sweep.tsv" | wc -l) + 5))"
	tap_is "sweep: kmalloc ends where it is refused" "$(points "$sweep" 1)" 3
	tap_ok "sweep: bands" grep -q "fill-opacity = '0.13" "$sweep"
	lacks "contiguity has no time to warn of" "$tmp/drawn/plots/contiguity.svg" "emulation time"
	has "limit: kmalloc to the byte, and the skip in words" "$tmp/drawn/plots/limit.svg" \
		">4 MiB<" ">≥ 128 MiB (limit of the run)<" "skip: no huge pages of this size are reserved"
	has "success: exact sizes" "$tmp/drawn/plots/success.svg" ">4M+1<" ">8K+1<"
	tap_ok "a plot can be drawn by hand" env -C "$tmp/drawn/plots/data" gnuplot -d sweep.gp
}

# A cell that some rounds could not give is not drawn as one that all of them gave.
partly_tests() {
	copy partly
	sed -i '0,/"round":1,.*"strategy":"malloc","workload":"pair","size_bytes":4096,/{
		/"round":1,.*"strategy":"malloc","workload":"pair","size_bytes":4096,/s/"status":"ok"/"status":"refused"/}' \
		"$tmp/partly/blocks.jsonl"
	tap_ok "partly: draws" "$allocmark" plot "$tmp/partly" --format=svg
	tap_is "partly: the table says in how many rounds" "$(awk -F'\t' '
		$5 == "malloc" && $6 == 4096 { print $7, $13, $14 }' "$tmp/partly/plots/data/success.tsv")" \
		"partly 1 0"
	tap_is "partly: one sign of its own" \
		"$(points "$tmp/partly/plots/success.svg" 8)" "$(($(points "$tmp/drawn/plots/success.svg" 8) + 1))"
}

# A disk that fills up leaves no picture that is cut, and says so.
disk_tests() {
	local status=0
	mkdir "$tmp/small"
	if ! mount -t tmpfs -o size=160k amk-test "$tmp/small" 2>/dev/null; then
		tap_skip "a full disk" "no right to mount"
		return
	fi
	mounted=$tmp/small
	"$allocmark" plot "$tmp/drawn" --families=mapped --format=png --out="$tmp/small/out" \
		>"$tmp/out" 2>"$tmp/err" || status=$?
	tap_is "full disk: exit status" "$status" 1
	has "full disk: said" "$tmp/err" "is the disk full?"
	tap_empty "full disk: no picture is cut" "$(find "$tmp/small/out" -name '*.png' \
		-exec sh -c 'tail -c 12 "$1" | grep -q IEND || echo "$1"' sh {} \;)"
	tap_empty "full disk: nothing half-drawn is left" "$(find "$tmp/small" -name '*.part')"
	umount "$tmp/small"
	mounted=
}

# stopper SIGNAL: a gnuplot that draws, and then sends the signal to who called it.
stopper() {
	mkdir -p "$tmp/stopper"
	cat >"$tmp/stopper/gnuplot" <<-END
		#!/bin/sh
		echo "\$*" >>"$tmp/calls"
		"$gnuplot" "\$@"
		kill -$1 "\$PPID"
	END
	chmod +x "$tmp/stopper/gnuplot"
	: >"$tmp/calls"
}

# A signal ends it after the picture under way, of which nothing is left. Whoever runs this test may
# have the signals ignored.
stop_tests() {
	local name status
	copy stopped
	for name in INT TERM HUP; do
		status=0
		stopper $name
		PATH=$tmp/stopper:$PATH env --default-signal=$name "$allocmark" plot "$tmp/stopped" \
			--families=mapped --out="$tmp/stop-$name" >"$tmp/out" 2>"$tmp/err" || status=$?
		tap_is "stop by $name: exit status" "$status" 1
		tap_is "stop by $name: one line" "$(cat "$tmp/out" "$tmp/err")" "allocmark: stopped"
		tap_is "stop by $name: no other picture is begun" "$(wc -l <"$tmp/calls")" 1
		tap_is "stop by $name: nothing half-drawn is left" \
			"$(find "$tmp/stop-$name" -type f -printf '%P\n' | sed 's/[^/]*\././' | sort | tr '\n' ' ')" \
			"data/.gp data/.tsv "
	done
	stopper HUP
	tap_ok "stop: what is ignored is" env --ignore-signal=HUP "PATH=$tmp/stopper:$PATH" "$allocmark" plot \
		"$tmp/stopped" --families=mapped --format=svg --out="$tmp/ignored"
	tap_is "stop: ignored: all pictures" "$(wc -l <"$tmp/calls")" 5
}

# Only what is asked for.
choice_tests() {
	copy chosen
	tap_ok "one family, one format" "$allocmark" plot "$tmp/chosen" --families=mapped --format=svg
	tap_is "one family, one format: no more than that" \
		"$(find "$tmp/chosen/plots" -maxdepth 1 -type f -printf '%f\n' | sort | tr '\n' ' ')" \
		"mapped-burst.svg mapped-chase.svg mapped-contiguity.svg mapped-pair.svg mapped-touch.svg "
	tap_ok "a PDF" "$allocmark" plot "$tmp/chosen" --families=default --format=pdf --out="$tmp/paper"
	tap_is "a PDF: no other format" "$(find "$tmp/paper" -maxdepth 1 -type f ! -name '*.pdf')" ""
	tap_is "a PDF: it is one" "$(head -c 5 "$tmp/paper/default-pair.pdf")$(tail -c 6 "$tmp/paper/default-pair.pdf")" \
		"%PDF-%%EOF"
	tap_ok "another place" "$allocmark" plot "$tmp/chosen" --families=default --out="$tmp/place"
	tap_ok "another place: it is there" test -s "$tmp/place/default-pair.png"
}

several_tests() {
	local sweep=$tmp/one/plots/compared/sweep.svg
	copy one
	copy two
	sed -i 's/"environment": *"guest-tcg"/"environment": "guest-kvm"/' "$tmp/two/manifest.json"
	tap_ok "two runs" "$allocmark" plot "$tmp/one" "$tmp/two"
	has "two runs: the legend names the environments" "$sweep" "kmalloc (kernel, guest-tcg)" \
		"kmalloc (kernel, guest-kvm)" "malloc (user, guest-tcg)" "malloc (user, guest-kvm)"
	has "two runs: environments that differ are said to" "$sweep" "the environments differ"
	lacks "two runs: no settings differ" "$sweep" "the runs differ in"
	tap_ok "two runs: a picture of success each" test -s "$tmp/one/plots/compared/success-2.png"
	copy three
	mkdir "$tmp/again"
	cp -r "$tmp/three" "$tmp/again/"
	sed -i 's/"thp.enabled": *"[^"]*"/"thp.enabled": "never"/; s/"vm.swappiness": *"[^"]*"/"vm.swappiness": "0"/' \
		"$tmp/three/manifest.json"
	tap_ok "three runs" "$allocmark" plot "$tmp/one" "$tmp/three" "$tmp/again/three" \
		--out="$tmp/three-plots" --families=default
	sweep=$tmp/three-plots/default-pair.svg
	has "three runs: the settings that differ are told" "$sweep" \
		"the runs differ in thp.enabled, vm.swappiness"
	has "three runs: no two lines have one name" "$sweep" "malloc (user, guest-tcg one)" \
		"malloc (user, guest-tcg three #2)" "malloc (user, guest-tcg three #3)"
	sed -i 's/"environment": *"guest-tcg"/"environment": "guest-kvm"/' "$tmp/three/manifest.json"
	"$allocmark" plot "$tmp/one" "$tmp/three" --out="$tmp/long" --families=default --format=svg >"$tmp/out"
	has "a caution that is longer than a line takes two" "$tmp/long/default-pair.svg" \
		">the environments differ: " ">ns under guest-tcg are emulation time"
	sed -i 's/"unit": *"ns"/"unit": "insn"/' "$tmp/two/manifest.json"
	"$allocmark" plot "$tmp/one" "$tmp/two" --out="$tmp/units" >"$tmp/out" 2>"$tmp/err" || true
	has "two units: said" "$tmp/err" "in ns and in insn, which share no axis"
	tap_ok "two units: no time is drawn" test ! -e "$tmp/units/sweep.png"
	tap_ok "two units: the rest is" test -s "$tmp/units/contiguity.png"
}

# cramped DIR: series whose name is not in the legend of their picture, or stands in its last line.
cramped() {
	local gp
	for gp in "$1"/data/*.gp; do
		sed -nE "s/^series_label\\[[0-9]+\\] = '(.*)'\$/\\1/p" "$gp" |
			awk -v picture="$(basename "$gp" .gp)" -v svg="$1/$(basename "$gp" .gp).svg" '
				{ label[NR] = $0 }
				END {
					while ((getline line <svg) > 0) {
						if (match(line, /translate\([0-9.]+,[0-9.]+\)/)) {
							split(substr(line, RSTART, RLENGTH), at, /[(,)]/)
						} else if (match(line, /<text>.*<\/text>/)) {
							seen[substr(line, RSTART + 6, RLENGTH - 13)] = at[3]
						}
					}
					for (i = 1; i <= NR; i++)
						if (!seen[label[i]] || seen[label[i]] > 975) print picture ": " label[i]
				}'
	done
}

# The legend takes the rows that it needs, however long the names of machines and kernels are.
legend_tests() {
	local word
	for word in lengthy-cloud a-kernel-of-many-words-and-more; do
		copy "long-$word"
		copy "other-$word"
		sed -i "s/6\.1\.0-56-cloud-amd64/6.1.0-56-$word-amd64/" "$tmp/long-$word/manifest.json"
		sed -i "s/6\.1\.0-56-cloud-amd64/6.12.0-107-$word-amd64/" "$tmp/other-$word/manifest.json"
		"$allocmark" plot "$tmp/long-$word" "$tmp/other-$word" --out="$tmp/legend-$word" --format=svg >"$tmp/out"
		tap_ok "$word: names are long enough to tell" grep -qE "^series_label.* = '.{58}" \
			"$tmp/legend-$word/data/contiguity.gp"
		tap_empty "$word: each series has its place in the legend" "$(cramped "$tmp/legend-$word")"
	done
}

# sweep: three runs that differ in threads, the second one slower, and in what was read at their begin.
sweep() {
	local n
	for n in 1 2 8; do
		copy "sweep$n"
		sed -i "s/\"comparability\": *{/&\"place.threads\": \"$n\",/; s/\"begin\": *{/&\"state.index\": \"0.$n\",/" \
			"$tmp/sweep$n/manifest.json"
	done
	sed -i '/"strategy":"kmalloc","workload":"pair","size_bytes":4096,/s/"status":"ok"/"status":"refused"/' \
		"$tmp/sweep2/blocks.jsonl"
	sed -i '/"strategy":"vmalloc"/d' "$tmp/sweep1/blocks.jsonl" "$tmp/sweep2/blocks.jsonl"
}

# frag_block STRATEGY SIZE METRIC=VALUE...: a record of the workload frag.
frag_block() {
	local strategy=$1 size=$2 pair values=
	shift 2
	for pair; do
		values="$values${values:+,}{\"metric\":\"${pair%=*}\",\"value\":${pair#*=}}"
	done
	printf '{"round":0,"position":9999,"side":"kernel","strategy":"%s","workload":"frag","size_bytes":%s,' \
		"$strategy" "$size"
	printf '"status":"ok","reason_code":0,"reason":"","error":0,"batch":8,"wall_ns":1,"measured_ticks":1,'
	printf '"total_ticks":1,"clock_overhead_ticks":1,"clock_resolution_ticks":1,"values":[%s]}\n' "$values"
}

# Shares of what a cell counts, by size, over an index; and the report has curves, too.
frag_tests() {
	local n out=$tmp/frag
	for n in 1 2 8; do
		copy "frag$n"
		sed -i "s/\"begin\": *{/&\"state.index\": \"0.$n\",/; s/\"comparability\": *{/&\"state.index_wanted\": \"0.$n\",/" \
			"$tmp/frag$n/manifest.json"
		{
			frag_block kvmalloc 4096 frag_tried=8 frag_given=8 frag_fallback=0 frag_compacted=0 \
				frag_frames=8 frag_runs=8
			frag_block kvmalloc 2097152 frag_tried=8 frag_given=8 frag_fallback="$n" frag_compacted="$n" \
				frag_frames=4096 frag_runs="$n"
			frag_block kmalloc 2097152 frag_tried=8 frag_given="$((8 - n))" frag_compacted=0
		} >>"$tmp/frag$n/blocks.jsonl"
	done
	tap_ok "frag: draws" "$allocmark" plot --over=index --of=frag "$tmp"/frag[128] --out="$out" --format=svg
	tap_is "frag: success of what wants frames in a row" \
		"$(awk -F'\t' 'FNR > 1 && NF { print $7, $8, $9, $10 }' "$out/data/over-index-frag-given.tsv" | tr '\n' ';')" \
		"kmalloc 2097152 0.1 0.875;kmalloc 2097152 0.2 0.75;kmalloc 2097152 0.8 0;"
	tap_is "frag: in one piece, whichever way" \
		"$(awk -F'\t' 'FNR > 1 && NF { print $7, $8, $9, $10 }' "$out/data/over-index-frag-whole.tsv" | tr '\n' ';')" \
		"kmalloc 2097152 0.1 0.875;kmalloc 2097152 0.2 0.75;kmalloc 2097152 0.8 0;kvmalloc 2097152 0.1 0.875;kvmalloc 2097152 0.2 0.75;kvmalloc 2097152 0.8 0;"
	tap_is "frag: the second way's share" "$(row "$out/data/over-index-frag-fallback.tsv" kvmalloc 2097152 0.2)" \
		"0.25 0.25 0.25 1"
	tap_is "frag: of pages one by one, none" "$(row "$out/data/over-index-frag-fallback.tsv" kvmalloc 4096 0.8)" "0 0 0 1"
	tap_is "frag: frames in a row" "$(row "$out/data/over-index-frag-contiguity.tsv" kvmalloc 2097152 0.8)" "512 512 512 1"
	has "frag: a panel a strategy, a line a size, the axis in words" "$out/over-index-frag-fallback.svg" \
		">kvmalloc (kernel)<" ">2M<" ">4K<" "unusable free space index"
	tap_ok "frag: nothing of what nobody has" test ! -e "$out/over-index-frag-huge.svg"
	tap_ok "frag: a report of the sweep" "$allocmark" report "$tmp"/frag[128] -o "$tmp/frag.html"
	has "frag: the report has its curves" "$tmp/frag.html" 'id="plot-over-index-frag-given' \
		'id="plot-over-index-pair-lat_pair' 'id="plot-sweep1"'
	"$allocmark" report "$tmp/frag1" "$tmp/plain" -o "$tmp/plain.html"
	lacks "frag: a report of no sweep has none" "$tmp/plain.html" "plot-over-"
}

# row FILE STRATEGY SIZE X: value, low, high and rounds of a point.
row() {
	awk -F'\t' -v s="$2" -v b="$3" -v x="$4" '
		$7 == s && $8 == b && $9 == x { print $10, $11, $12, $13 }' "$1"
}

over_tests() {
	local out=$tmp/over plot=$tmp/over/over-threads-pair-lat_pair figures
	sweep
	tap_ok "over: draws" "$allocmark" plot --over=threads "$tmp"/sweep[128] --out="$out" \
		--of=pair,contig/runs,limit
	tap_is "over: a point a run" "$(row "$out/data/over-threads-pair-lat_pair.tsv" malloc 8 2 | wc -l)" 1
	figures=$("$allocmark" export "$tmp/sweep8" 2>/dev/null | awk -F'\t' '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$at["strategy"] == "malloc" && $at["workload"] == "pair" && $at["size_bytes"] == 8 {
			printf "%.6g %.6g %.6g %d", $at["cost"], $at["cost_min"], $at["cost_max"], $at["rounds"]
		}')
	tap_is "over: the point is the run's figure" \
		"$(row "$out/data/over-threads-pair-lat_pair.tsv" malloc 8 8)" "$figures"
	tap_is "over: what was refused is no point" \
		"$(row "$out/data/over-threads-pair-lat_pair.tsv" kmalloc 4096 2)" ""
	tap_empty "over: what one run alone has is no line" \
		"$(grep -w vmalloc "$out"/data/over-threads-*.tsv || true)"
	has "over: title, axis, lines, footer" "$plot.svg" "pair: one allocation and its release, hot, over threads" \
		">threads<" ">size 4K<" "malloc (user)" "kmalloc (kernel)" "a point a run, 3 runs" "emulated"
	lacks "over: what the axis says is no caution" "$plot.svg" "place.threads"
	tap_ok "over: sizes past the third in a second picture" test -s "$plot-2.png"
	tap_empty "over: whole pictures" "$(for svg in "$out"/*.svg; do well_formed "$svg" 2>&1 || echo "$svg"; done)"
	tap_ok "over: a state that was read" "$allocmark" plot --over=index "$tmp"/sweep[128] --out="$tmp/index" \
		--of=pair --strategies=malloc --sizes=4K
	tap_is "over: only what is asked for" "$(awk -F'\t' 'FNR > 1 && NF { print $7, $8, $9 }' \
		"$tmp"/index/data/*.tsv | tr '\n' ';')" "malloc 4096 0.1;malloc 4096 0.2;malloc 4096 0.8;"
	has "over: what else differs is a caution" "$tmp/index/over-index-pair-lat_pair.svg" "differ in place.threads"
	"$allocmark" plot --over=threads --format=text --of=pair --sizes=8,4K "$tmp"/sweep[821] >"$tmp/text"
	tap_is "over: as text, a column a run" "$(awk '$1 == "threads" { print; exit }' "$tmp/text" | xargs)" "threads 1 2 8"
	tap_is "over: as text, the figures" "$(awk '$2 == "malloc" && $3 == 8 { print $4; exit }' "$tmp/text")" \
		"$(awk '{ printf "%.3g", $1 }' <<<"$figures")"
	tap_is "over: as text, what was refused is a dash" \
		"$(awk '$2 == "kmalloc" && $3 == "4K" { print $(NF - 2); exit }' "$tmp/text")" -
	tap_ok "over: as text, emulated time is said to be" grep -q '^emulated: ns are emulation time' "$tmp/text"
	tap_ok "over: as text nothing is written" test ! -e "$tmp/sweep8/plots"
	tap_ok "over: everything" "$allocmark" plot --over=threads "$tmp"/sweep[128] --format=svg --out="$tmp/all"
	tap_ok "over: everything: chase too" test -s "$tmp/all/over-threads-chase-lat_load_page.svg"
}

over_input_tests() {
	copy plain
	copy word
	sed -i 's/"comparability": *{/&"place.threads": "many",/' "$tmp/word/manifest.json"
	refuses "over: a fact that no run has" "no 'moons': --over takes a number" --over=moons "$tmp"/sweep[12]
	refuses "over: a fact that one run lacks" "plain: its manifest has no 'index'" --over=index \
		"$tmp/sweep1" "$tmp/plain"
	refuses "over: a fact in words" "word: 'threads' is no number" --over=threads "$tmp/sweep1" "$tmp/word"
	refuses "over: the same in each run" "it is 2 in each run: give runs that differ" --over=threads \
		"$tmp/sweep2" "$tmp/sweep2"
	refuses "over: text without it" "--format=text goes with --over" --format=text "$tmp/sweep1"
	refuses "over: one run" "one run is no curve" --over=threads "$tmp/sweep1"
	refuses "over: no such workload" "no workload 'moon': allocmark list workloads" --over=threads \
		--of=moon "$tmp"/sweep[12]
	refuses "over: no such metric" "no metric 'moon': allocmark list metrics" --over=threads \
		--of=pair/moon "$tmp"/sweep[12]
	refuses "over: no such strategy" "no strategy or family 'moon'" --over=threads --strategies=moon \
		"$tmp"/sweep[12]
	refuses "over: nothing to draw" "no cell has a number in two runs" --over=threads --of=stream \
		"$tmp"/sweep[12] --out="$tmp/none/such"
	tap_ok "over: nothing to draw leaves no directory" test ! -e "$tmp/none"
	refuses "over: --of alone" "of goes with --over" --of=pair "$tmp/sweep1"
	tap_ok "over: bad input writes nothing" test ! -e "$tmp/sweep1/plots"
}

# A name from a record is text, whatever is in it.
hostile_tests() {
	copy hostile
	sed -i "s/\"machine_name\": *\"[^\"]*\"/\"machine_name\": \"x'; system('touch pwned') # \`touch pwned\` {_a}\"/" \
		"$tmp/hostile/manifest.json"
	tap_ok "a machine's name with quotes" "$allocmark" plot "$tmp/hostile" --families=default
	tap_empty "a machine's name is no command" "$(find "$tmp" -name pwned)"
	has "a machine's name is shown as it is" "$tmp/hostile/plots/default-pair.svg" \
		"machine x'; system('touch pwned') #"
}

input_tests() {
	copy bad
	touch "$tmp/file"
	refuses "no run" "no run directory given"
	refuses "a run that is not there" "$tmp/nothing" "$tmp/nothing"
	refuses "a file for a run" "$tmp/file" "$tmp/file"
	refuses "unknown family" "no family 'moon': one of .*mapped" "$tmp/bad" --families=moon
	refuses "unknown format" "no format 'gif': png, svg, pdf" "$tmp/bad" --format=gif
	refuses "no format" "no format '': png, svg" "$tmp/bad" --format=
	refuses "more runs than can be told apart" "at most 4 runs" "$tmp"/bad "$tmp"/bad "$tmp"/bad \
		"$tmp"/bad "$tmp"/bad
	refuses "output below a file" "$tmp/file/plots: .*--out" "$tmp/bad" --out="$tmp/file/plots"
	echo '{ "round": 0' >>"$tmp/bad/blocks.jsonl"
	echo '{}' >>"$tmp/bad/blocks.jsonl"
	refuses "a damaged record" "blocks.jsonl:[0-9]+" "$tmp/bad"
	tap_ok "bad input writes nothing" test ! -e "$tmp/bad/plots"
	: >"$tmp/bad/blocks.jsonl"
	tap_is "no records: exit status" \
		"$("$allocmark" plot "$tmp/bad" >"$tmp/out" 2>"$tmp/err" || echo $?)" 1
	has "no records: said" "$tmp/err" "no record that could be drawn"
	tap_ok "no records: no directory" test ! -e "$tmp/bad/plots"
}

tables_tests
input_tests
if [ -n "$gnuplot" ]; then
	pictures_tests
	partly_tests
	disk_tests
	stop_tests
	choice_tests
	several_tests
	legend_tests
	over_tests
	over_input_tests
	frag_tests
	hostile_tests
else
	tap_skip "pictures" "no gnuplot: apt-get install gnuplot-nox"
fi
tap_done
