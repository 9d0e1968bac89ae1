#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# run-bench.sh where root may load the module: it is loaded before the run and unloaded after it, on
# every way out. The command, the build, insmod and rmmod are played by scripts that note their calls,
# so the test is the same on every machine and loads nothing.
set -euo pipefail

srcdir=$(cd "${AMK_SRCDIR:-$(dirname "$0")/..}" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# shellcheck source=SCRIPTDIR/tap.sh
. "$(dirname "$0")/tap.sh"

# play FILE: a script from stdin that first notes its name and arguments in $tmp/calls.
play() {
	{
		echo '#!/bin/bash'
		echo "echo \"\${0##*/} \$*\" >>'$tmp/calls'"
		cat
	} >"$1"
	chmod +x "$1"
}

make_tree() {
	mkdir -p "$tmp/tree/build/bench" "$tmp/bin"
	cp "$srcdir/run-bench.sh" "$tmp/tree/"
	cp -r "$srcdir/setup" "$tmp/tree/"
	mkdir "$tmp/tree/vm"
	cp "$srcdir/vm/arch.sh" "$tmp/tree/vm/"
	chmod -R u+w "$tmp/tree"
	echo "why_not_host() { cat '$tmp/unable' 2>/dev/null || :; }" >>"$tmp/tree/setup/host.sh"
	cat >"$tmp/tree/setup/build.sh" <<-'END'
		build_ready() { :; }
		build_configure() { :; }
		build_module() { mkdir -p "$2" && touch "$2/allocmark.ko"; }
	END
	play "$tmp/tree/setup/packages.sh" </dev/null
	play "$tmp/bin/make" </dev/null
	play "$tmp/bin/nproc" <<<'echo 2'
	play "$tmp/bin/insmod" <<<"[ ! -e '$tmp/refuse' ]"
	# In use as often as the file has lines.
	play "$tmp/bin/rmmod" <<-END
		[ -s '$tmp/busy' ] || exit 0
		sed -i 1d '$tmp/busy'
		exit 1
	END
	play "$tmp/tree/vm/kernel.sh" <<<"echo '$tmp/kernel'"
	mkdir "$tmp/kernel"
	echo 6.0-played >"$tmp/kernel/release"
	play "$tmp/tree/vm/guest.sh" <<-'END'
		for word; do
			case $word in --out=*) dir=${word#*=} ;; esac
		done
		printf '{\n  "id": "0",\n  "environment": "guest-tcg"\n}\n' >"$dir/manifest.json"
		echo '{}' >"$dir/blocks.jsonl"
	END
	play "$tmp/tree/build/bench/allocmark" <<-END
		[ "\$1 \$2" != 'run --check' ] || exit "\$(cat '$tmp/wrong' 2>/dev/null || echo 0)"
		[ "\$1" = run ] || exit 0
		for word; do
			case \$word in --out=*) dir=\${word#*=} ;; esac
		done
		case " \$* " in
		*' --fragmentation=0.2,0.9 '*) steps='fragmentation0.2 fragmentation0.9' ;;
		*' --threads=1,2 '*) steps='threads2 threads1' ;;
		*' --nodes=all '*) steps='cpu0-mem0 cpu0-mem1' ;;
		*) steps=. ;;
		esac
		[ ! -e '$tmp/slow' ] || { trap 'exit 1' TERM; touch '$tmp/hanging'; while :; do sleep 0.05; done; }
		for step in \$steps; do
			mkdir -p "\$dir/\$step"
			printf '{\n  "id": "0",\n  "created": "then",\n  "machine_name": "it",\n  "environment": "host"\n}\n' \
				>"\$dir/\$step/manifest.json"
			case " \$* " in
			*' --workloads='*) workload=\${*##*--workloads=} ;;
			*' --fragmentation='*) workload=frag ;;
			*) workload=pair ;;
			esac
			echo "{\"workload\":\"\${workload%% *}\",\"status\":\"ok\"}" >"\$dir/\$step/blocks.jsonl"
		done
		[ ! -e '$tmp/fail' ] || exit 1
		[ ! -e '$tmp/hang' ] || { trap 'exit 1' TERM; touch '$tmp/hanging'; while :; do sleep 0.05; done; }
	END
}

bench() {
	rm -f "$tmp/calls"
	status=0
	PATH=$tmp/bin:$PATH "$tmp/tree/run-bench.sh" --where="${place:-host}" --no-plot "$@" >"$tmp/out" \
		2>"$tmp/err" || status=$?
}

# The calls that load, measure and unload, in their order, on one line.
order() {
	sed -nE '/ --check /d; s/^(insmod|rmmod|allocmark run|allocmark show).*/\1/p' "$tmp/calls" | paste -sd,
}

# interrupt SIGNAL [OPTION...]: ends a run in the middle of its measurement.
interrupt() {
	local signal=$1
	shift
	rm -f "$tmp/calls" "$tmp/hanging"
	touch "$tmp/hang"
	# A shell's background jobs ignore SIGINT; under setsid and env they get the default back.
	PATH=$tmp/bin:$PATH env --default-signal=INT setsid "$tmp/tree/run-bench.sh" --where=host --no-plot \
		"$@" >"$tmp/out" 2>"$tmp/err" &
	for ((try = 0; try < 400; try++)); do
		[ ! -e "$tmp/hanging" ] || break
		sleep 0.05
	done
	kill "-$signal" $!
	status=0
	wait $! || status=$?
	rm "$tmp/hang"
	tap_is "SIG$signal: the module is unloaded" "$(order)" "insmod,allocmark run,rmmod"
	tap_is "SIG$signal: exit status" "$status" 130
}

# A sweep does not go on, but what it has is kept, and named as a whole one is.
interrupt_sweep() {
	local dir
	interrupt TERM --threads=1,2
	tap_ok "a sweep: says where what it has is" grep -q 'what was measured is in .*/results/' "$tmp/err"
	tap_ok "a sweep: and how to go on with a run that is not whole" grep -q -e '--resume=.*/threads2$' "$tmp/err"
	dir=$(sed -n 's/.*what was measured is in //p' "$tmp/err")
	tap_is "a sweep: the runs are there, and named" \
		"$(grep -l '"machine_name": "'"$(uname -n | tr -c 'A-Za-z0-9_\n' -)"'"' "$dir"/*/manifest.json | wc -l)" 2
}

# A run that is ended before it wrote anything leaves nothing.
interrupt_early() {
	local before
	before=$(ls "$tmp/tree/results")
	rm -f "$tmp/hanging"
	touch "$tmp/slow"
	PATH=$tmp/bin:$PATH "$tmp/tree/run-bench.sh" --where=host --no-plot >"$tmp/out" 2>"$tmp/err" &
	for ((try = 0; try < 400; try++)); do
		[ ! -e "$tmp/hanging" ] || break
		sleep 0.05
	done
	tap_ok "ended before its manifest: there was a directory" \
		test "$(ls "$tmp/tree/results")" != "$before"
	kill -TERM $!
	wait $! || true
	rm "$tmp/slow"
	tap_is "and it is gone" "$(ls "$tmp/tree/results")" "$before"
}

# told: what is told and drawn of the runs in $tmp/calls, a command a line; S is the directory of a sweep.
told() {
	sed -nE '/^allocmark (run|digest) /d; s|'"$tmp"'/tree/results/[^/ ]*|S|g; s/^allocmark //p' "$tmp/calls"
}

sweeps() {
	local ids
	bench --threads=1,2 --place=scatter
	tap_is "threads: one call makes the runs" \
		"$(grep -c '^allocmark run --no-table .*--place=scatter --threads=1,2 ' "$tmp/calls")" 1
	tap_is "threads: they are told by their number, and one page is made" "$(told)" \
		"plot --over=threads --format=text --of=pair/throughput S/threads1 S/threads2
report --across=kernel,threads --no-plots --output=S/report.html S/threads1 S/threads2"
	ids=$(sed -nE 's/^ +"id": "([0-9a-f]{6})",$/\1/p' "$tmp"/tree/results/*/threads?/manifest.json | sort -u | wc -l)
	tap_is "threads: each run has an id of its own" "$ids" 2
	bench --fragmentation=0.2,0.9
	tap_is "indices: likewise" "$(told)" \
		"plot --over=index --format=text --of=frag/frag_given,frag/frag_fallback,frag/frag_huge,frag/frag_frames S/fragmentation0.2 S/fragmentation0.9
report --across=kernel,state --no-plots --output=S/report.html S/fragmentation0.2 S/fragmentation0.9"
	bench --threads=1,2 --workloads=burst-fifo
	tap_is "another workload: all that it has is printed" "$(told | head -n 1)" \
		"plot --over=threads --format=text S/threads1 S/threads2"
	bench --nodes=all
	tap_is "nodes: as matrices" "$(told)" "nodes S/cpu0-mem0 S/cpu0-mem1
report --across=kernel,nodes --no-plots --output=S/report.html S/cpu0-mem0 S/cpu0-mem1"
	bench --threads=2 --fragmentation=0.5
	tap_is "one value is no sweep" "$(told)" "show S
report --no-plots --output=S/report.html S"
	tap_ok "but an option of the run" grep -q '^allocmark run --no-table .*--threads=2 --fragmentation=0.5 ' "$tmp/calls"
}

# measured OPTION...: where a run of any place takes place, of --where=$place.
measured() {
	bench "$@"
	sed -nE '/ --check /d; s/^guest.sh .*/guest/p; s/^allocmark run .*--side=([a-z]+) .*/host:\1/p' "$tmp/calls" |
		paste -sd,
}

# Without the module the memory of this machine is left as it is unless it is asked for.
states() {
	local place=auto option
	tap_is "with a module: a state is this machine's" "$(measured --state=pressure)" "host:both"
	echo "not root" >"$tmp/unable"
	tap_is "without one: the user half is measured here, too" "$(measured)" "host:user,guest"
	tap_is "without one: the user half alone is measured here" "$(measured --side=user)" "host:user"
	for option in --state=pressure --fragmentation=0.9 --fragmentation=0.2,0.9 '--side=user --state=aged' \
		'--side=kernel --state=fresh'; do
		# shellcheck disable=SC2086 # options
		tap_is "without one: $option is a guest's" "$(measured $option)" guest
	done
	bench --state=fresh
	tap_ok "and that is said" grep -q 'memory of this machine is left as it is: --where=host' "$tmp/err"
	bench --state=fresh --allocators=auto
	tap_is "a state and what no guest has" "$(wc -l <"$tmp/err"), $(cut -d, -f1 "$tmp/err")" \
		"1, run-bench.sh: --allocators is of this machine"
	place=host
	tap_is "unless it is asked for" "$(measured --side=user --state=pressure)" "host:user"
	rm "$tmp/unable"
}

# A number is what it is with a zero before it: no shell, and nobody who is handed it, takes it for octal.
zeros() {
	local place=guest call
	bench --fragmentation=0.2,0.9 --memory=0512 --timeout=0600 --cpus=08 --seed=010 --rounds=010
	call=$(grep '^guest.sh' "$tmp/calls")
	tap_is "zeros: what the guest is given" "$(grep -oE -e '--(cpus|memory|timeout)=[0-9]+' <<<"$call" | paste -sd' ')" \
		"--cpus=8 --memory=512 --timeout=600"
	tap_is "zeros: and what it is reckoned by" \
		"$(sed -n 's/^surplus=//p' "$(sed -nE 's/.* --out=([^ ]+) .*/\1/p' <<<"$call")/launch")" 128
	tap_is "zeros: what the run is given" \
		"$(grep -oE -e '--(rounds|seed)=[0-9]+' "$tmp/calls" | sort | paste -sd' ')" "--rounds=10 --seed=10"
	bench --fragmentation=0.2,0.9 --memory=0900
	tap_is "zeros: nor for no number at all" "$status" 0
}

make_tree
bench
tap_is "loaded, measured, unloaded, shown" "$(order)" "insmod,allocmark run,rmmod,allocmark show"
tap_is "and that is success" "$status" 0
tap_is "a page is made of it, at the end" "$(tail -n 1 "$tmp/calls" | sed "s|$tmp/tree/results/[^/ ]*|RUN|g")" \
	"allocmark report --no-plots --output=RUN/report.html RUN"
run=$(basename "$tmp"/tree/results/*)
tap_is "the manifest has the directory's machine and id" \
	"$(sed -nE 's/^ +"(id|machine_name)": "(.*)",$/\2/p' "$tmp"/tree/results/*/manifest.json | paste -sd,)" \
	"${run##*-},$(cut -d - -f 2- <<<"${run%-*}")"
tap_is "and its time" \
	"$(sed -nE 's/^ +"created": "(.*)",$/\1/p' "$tmp"/tree/results/*/manifest.json | tr -d ':-')" \
	"${run%%-*}"
echo 1 >"$tmp/wrong"
bench --sizes=4Q
rm "$tmp/wrong"
tap_is "options that make no plan: nothing is loaded or measured" "$(order)" ""
tap_is "and it is an error" "$status" 1
touch "$tmp/fail"
bench
rm "$tmp/fail"
tap_is "a run that fails: unloaded all the same" "$(order)" \
	"insmod,allocmark run,rmmod,allocmark show"
tap_is "and its status is kept" "$status" 1
printf 'once\ntwice\n' >"$tmp/busy"
bench
tap_is "a module in use for a moment: tried again" "$(order)" \
	"insmod,allocmark run,rmmod,rmmod,rmmod,allocmark show"
touch "$tmp/refuse"
bench
rm "$tmp/refuse"
tap_is "a module that is refused: nothing is measured or unloaded" "$(order)" "insmod"
tap_is "and it is an error" "$status" 1
tap_ok "that names a way out" grep -q 'cannot be loaded; try --where=guest' "$tmp/err"
sweeps
states
zeros
interrupt_early
for signal in TERM INT; do
	interrupt $signal
	tap_ok "SIG$signal: says how to go on" grep -q -e '--resume=.*results/' "$tmp/err"
done
interrupt_sweep
tap_done
