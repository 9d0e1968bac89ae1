#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The command line end to end, without a kernel module: a short run and what is made of it, a run that
# is stopped and resumed, and bad input of every kind, each of which must end in one line that names it.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
builddir=${AMK_BUILDDIR:-$(pwd)}
allocmark=$builddir/bench/allocmark
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
. "$here/tap.sh"

[ -x "$allocmark" ] || tap_skip_all "not built: run it by make check"
cd "$tmp"

# One round of three small cells: well below a second.
small=(run --side=user "--strategies=malloc,null" --workloads=pair --sizes=64 --seed=1 --quiet)

# refuses NAME PATTERN COMMAND...: exit status 1, one line on stderr that matches.
refuses() {
	local name=$1 pattern=$2 status=0
	shift 2
	"$@" >out 2>err || status=$?
	if [ "$status" != 1 ]; then
		tap_fail "$name" "exit status $status, wanted 1" "$(cat err)"
	elif [ "$(wc -l <err)" != 1 ] || ! grep -qE -e "$pattern" err; then
		tap_fail "$name" "wanted one line like: $pattern" "$(cat err)"
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

# ---- what works

# 256 pages where a TLB of 80 entries was described: the model has each load miss, whatever is here.
translation_tests() {
	tap_ok "a run with another TLB" "$allocmark" run --side=user --strategies=mmap,malloc \
		--workloads=chase --sizes=1M --rounds=1 --seed=1 --quiet --no-table --events=none \
		--tlb=l1=16:4k,l2=64x4:4k+2m --out=other-tlb
	tap_ok "the TLB given is in the manifest" \
		grep -q '"tlb": "l1=16:4k,l2=64x4:4k+2m"' other-tlb/manifest.json
	"$allocmark" export other-tlb >tlb.tsv
	tap_is "export has the model's misses" "$(awk -F'\t' '$7 == "mmap" && $10 ~ /^dtlb_.*model/ {
		print $10, $11, $15 }' tlb.tsv | tr '\n' ' ')" \
		"dtlb_misses_model per-M-op 1000000 dtlb_misses_model_dense per-M-op 0 "
	"$allocmark" show other-tlb >tlb.txt
	holds "show has translation" tlb.txt '^translation: page walks a load'
	holds "show names the TLB" tlb.txt '^model: LRU, l1=16:4k,l2=64x4:4k\+2m \(as given by --tlb\)'
	holds "show has the model, and what maps it" tlb.txt '^user +mmap +1.000 by 4K$'
	: >other-tlb/blocks.jsonl
	tap_ok "a run with another TLB goes on" "$allocmark" run --resume=other-tlb --quiet --no-table
	tap_is "and keeps that TLB" "$("$allocmark" export other-tlb |
		awk -F'\t' '$7 == "mmap" && $10 == "dtlb_misses_model" { print $15 }')" 1000000
	for spec in l1=64x5 l3=64 64x4 ''; do
		refuses "a TLB that is none: '$spec'" "--tlb: '.*l1=64x4:4k|ways must divide" \
			"$allocmark" run --tlb="$spec" --out=no-tlb
	done
	tap_ok "a TLB that is none leaves nothing" test ! -e no-tlb
}

run_tests() {
	tap_ok "a short run" "$allocmark" "${small[@]}" --rounds=2 --out=good --machine=box \
		--mirror=mirror
	tap_is "it wrote a record a block" "$(wc -l <good/blocks.jsonl)" 4
	tap_ok "the mirror has the same records" cmp good/blocks.jsonl mirror
	tap_ok "topology.xml is there" grep -q '<topology' good/topology.xml
	tap_is "nothing is left aside" "$(find good -name '.*.new')" ""
	"$allocmark" show good >show.txt
	holds "show names the machine" show.txt '^machine box .*environment [a-z-]+, unit ns$'
	holds "show has the table" show.txt '^default +user +malloc +[0-9.]+$'
	holds "show tells how far it came" show.txt '^4 of 4 blocks'
	"$allocmark" export good >export.tsv
	tap_is "export has a line a metric" "$(grep -cv per-op export.tsv)" 3
	tap_is "export's lines have as many fields as its header" \
		"$(awk -F'\t' '{ print NF }' export.tsv | sort -u)" 32
	tap_is "export tells the cost" "$(awk -F'\t' '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$at["strategy"] == "malloc" && $at["unit"] != "per-op" { print $at["metric"], $at["unit"], $at["rounds"],
			$at["status"], ($at["cost"] > 0 && $at["cost"] < 1e7) }' export.tsv)" \
		"lat_pair ns 2 ok 1"
	"$allocmark" export good --format=csv >export.csv
	tap_is "csv has the same fields" "$(tr , '\t' <export.csv)" "$(cat export.tsv)"
	tap_ok "export writes a file" "$allocmark" export good --output=export.out
	tap_ok "of the same" cmp export.tsv export.out
	"$allocmark" show good good >show.txt
	tap_is "two runs of one place are not said to differ" \
		"$(grep -c 'not to be compared' show.txt || true)" 0
	cp -r good other
	sed 's/"environment": "[a-z-]*"/"environment": "guest-kvm"/' -i other/manifest.json
	"$allocmark" show good other >show.txt
	holds "two runs of different places are" show.txt 'not to be compared .*guest-kvm'
}

same_seed_tests() {
	"$allocmark" "${small[@]}" --out=again --rounds=2 --no-table >out 2>err
	tap_is "the same seed gives the same order" \
		"$(grep -o '"strategy":"[a-z]*"' again/blocks.jsonl)" \
		"$(grep -o '"strategy":"[a-z]*"' good/blocks.jsonl)"
}

lists_tests() {
	"$allocmark" list >list.txt
	holds "list has strategies" list.txt '^user +malloc +default +yes '
	holds "list has workloads" list.txt '^burst-fifo +lat_alloc, lat_free '
	holds "list has metrics" list.txt '^run_largest +pages +higher '
	holds "and those of every unit" list.txt '^throughput +ops-per-s +higher '
	holds "list has families" list.txt '^mapped '
	"$allocmark" env >env.txt
	holds "env has the kernel" env.txt "^  kernel.release +$(uname -r)"
	holds "env has the TLB, or says that it is not known" env.txt '^  tlb( +l[12]=[0-9]| +not known)'
	holds "env has the state" env.txt '^  MemAvailable '
	"$allocmark" --help >help.txt
	local name
	for name in run show export plot list env; do
		holds "--help names $name" help.txt "^  $name "
		tap_ok "$name has a --help" "$allocmark" "$name" --help
	done
	tap_ok "--version" "$allocmark" --version
}

resume_tests() {
	local whole before pid status tries=0
	cp -r good cut
	head -n 2 good/blocks.jsonl >cut/blocks.jsonl
	printf '{"round":1,"posi' >>cut/blocks.jsonl
	"$allocmark" show cut >show.txt
	holds "half a line is no error" show.txt '^2 of 4 blocks'
	tap_ok "a run that was cut is resumed" "$allocmark" run --resume=cut --quiet
	tap_is "it has every block once" "$(sed 's/,"status.*//' cut/blocks.jsonl | sort)" \
		"$(sed 's/,"status.*//' good/blocks.jsonl | sort)"
	before=$(cat cut/blocks.jsonl)
	tap_ok "a whole run has nothing to resume" "$allocmark" run --resume=cut --quiet
	tap_is "and is left as it is" "$(cat cut/blocks.jsonl)" "$before"

	"$allocmark" "${small[@]}" --rounds=200 --out=stopped >out 2>err &
	pid=$!
	until [ "$(wc -l 2>/dev/null <stopped/blocks.jsonl || echo 0)" -ge 3 ] || [ $tries = 500 ]; do
		tries=$((tries + 1))
		sleep 0.02
	done
	kill -TERM "$pid"
	wait "$pid" && status=0 || status=$?
	tap_is "a stopped run says so by its exit status" "$status" 1
	holds "and how to go on" err 'stopped; .*--resume=stopped$'
	tap_is "its last line is whole" "$(tail -c 1 stopped/blocks.jsonl | od -An -c | tr -d ' ')" '\n'
	tap_ok "it can be read" "$allocmark" show stopped
	whole=$(grep -c . stopped/blocks.jsonl)
	tap_ok "it lacks blocks" test "$whole" -lt 400
}

# ---- what does not

arguments_tests() {
	refuses "no command" 'no command given; see allocmark --help' "$allocmark"
	refuses "unknown command" "no command 'measure'; see" "$allocmark" measure
	refuses "unknown strategy" "no strategy or family 'kmallok'; .*list" \
		"$allocmark" run --strategies=kmallok --out=x
	refuses "strategy of the other side" "'kmalloc' is not on a side .*--side" \
		"$allocmark" run --side=user --strategies=kmalloc --out=x
	refuses "unknown workload" "no workload 'pear'; .*list workloads" \
		"$allocmark" run --side=user --workloads=pear --out=x
	refuses "no size" "'12Q' is no size; .*4M\\+1" "$allocmark" run --side=user --sizes=12Q --out=x
	refuses "size 0" "'0' is not within" "$allocmark" run --side=user --sizes=64,0 --out=x
	refuses "unknown side" "'left' is none of" "$allocmark" run --side=left --out=x
	refuses "nothing to measure" 'nothing to measure' \
		"$allocmark" run --side=user --strategies=malloc --workloads=chase --sizes=64 --out=x
	refuses "rounds" "--rounds: '0' is not" "$allocmark" run --rounds=0 --out=x
	refuses "seed" "--seed: 'abc' is not" "$allocmark" run --seed=abc --out=x
	refuses "cpu" 'not a CPU that may be used' "$allocmark" "${small[@]}" --cpu=9999 --out=nocpu
	refuses "environment" "'moon' is none of" "$allocmark" run --environment=moon --out=x
	refuses "stray word" "'quick' is no option" "$allocmark" run quick
	refuses "resume and out" 'exclude each other' "$allocmark" run --resume=good --out=x
	refuses "resume with a choice" '^allocmark: --sizes cannot be given with --resume' \
		"$allocmark" run --resume=good --sizes=64
	refuses "resume under another name" "started as 'box'" \
		"$allocmark" run --resume=good --machine=crate
	refuses "resume on another CPU" 'the run was started on CPU' \
		"$allocmark" run --resume=good --cpu=9999
	exec 8<>good/blocks.jsonl
	flock 8
	refuses "resume while another is at it" 'another allocmark is measuring there' \
		"$allocmark" run --resume=good
	exec 8>&-
	refuses "resume elsewhere" 'cannot be resumed here, [0-9]+ things differ: environment' \
		"$allocmark" run --resume=other
	refuses "list of nothing" "'things' is none of" "$allocmark" list things
	refuses "show of an unknown workload" "no workload 'pear'" "$allocmark" show -w pear good
	refuses "show of nothing" 'give the directory of a run' "$allocmark" show
	refuses "export of nothing" 'give the directory of a run' "$allocmark" export
	refuses "export in an unknown form" "no format 'xml': tsv" "$allocmark" export --format=xml good
	refuses "export to a directory" 'good: cannot write: Is a directory' \
		"$allocmark" export good --output=good
	refuses "export of a good and a bad run" 'nowhere' "$allocmark" export good nowhere
	tap_is "export of a bad run writes nothing at all" "$(cat out)" ""
	tap_is "nothing was written" "$(ls -d x 2>/dev/null || true)" ""
	if [ ! -e /dev/allocmark ]; then
		refuses "kernel side without a module" 'no /dev/allocmark: load the module' \
			"$allocmark" run --side=kernel --out=x
	fi
}

# No machine has all 1024 nodes, and none without NUMA has one to ask for.
nodes_tests() {
	local node=(run --side=user --rounds=1 --seed=1 --quiet --no-table --events=none)

	tap_ok "a run for a node that is not there" "$allocmark" "${node[@]}" --node=1023 \
		--strategies=mbind,null --workloads=placement,pair --sizes=64 --out=node
	holds "is a skip that says so" node/blocks.jsonl \
		'"mbind".*"skip".*(no such NUMA node|no memory policies)'
	holds "what takes no node is measured" node/blocks.jsonl '"null".*"ok"'
	holds "the node is among the options" node/manifest.json '"node": 1023'
	holds "and what is compared by" node/manifest.json '"place.memory_node": "1023"'
	tap_ok "it has strategies, workloads and sizes of its own" "$allocmark" run --side=user \
		--node=1023 --check
	tap_ok "it can be resumed" "$allocmark" run --resume=node --quiet --no-table
	tap_ok "a run for each pair of nodes" "$allocmark" "${node[@]}" --nodes=0,1023 \
		--strategies=mbind-local --workloads=placement --sizes=64K --out=pairs
	tap_is "from where there are CPUs" "$(cd pairs && echo *)" 'cpu0-mem0 cpu0-mem1023'
	tap_empty "local memory is local" "$("$allocmark" export pairs/cpu0-mem0 |
		awk -F'\t' '/placed_elsewhere/ && !/placed_elsewhere\tpages\tlower\t[0-9]+\t[0-9]+\t0\t/')"
	refuses "no list of nodes" "--nodes: '1,0' is neither all nor" "$allocmark" run --nodes=1,0 --out=x
	refuses "a range that falls" "--nodes: '0,3-1' is neither all nor" "$allocmark" run --nodes=0,3-1 --out=x
	refuses "no node at all" "--nodes: '' is neither" "$allocmark" run --nodes= --out=x
	refuses "nodes without CPUs" 'none of them has a CPU' "$allocmark" run --nodes=1022 --out=x
	refuses "no node" "--node: '1024' is not" "$allocmark" run --node=1024 --out=x
	refuses "nodes and a resumed run" '--nodes and --resume exclude' "$allocmark" run --nodes=0 --resume=node
	refuses "nodes and a mirror" '--nodes and --mirror exclude' "$allocmark" run --nodes=0 --mirror=x --out=x
	refuses "nodes and a CPU" '--nodes and --cpu exclude' "$allocmark" run --nodes=all --cpu=0 --out=x
	refuses "resume for another node" '--node cannot be given with --resume' \
		"$allocmark" run --resume=node --node=0
}

# Of two runs, one whose directory is taken and one that can be made.
sweep_tests() {
	local node=(run --side=user --rounds=1 --seed=1 --quiet --no-table --events=none
		--strategies=null --workloads=pair --sizes=64) pid status=0 i

	mkdir -p "taken/cpu0-mem0"
	cp good/manifest.json good/blocks.jsonl taken/cpu0-mem0/
	"$allocmark" "${node[@]}" --nodes=0,1023 --out=taken >out 2>err || status=$?
	tap_is "a run of several that fails shows in the status" $status 1
	holds "the others are made" taken/cpu0-mem1023/manifest.json '"finished": true'

	# The whole grid takes hours; whoever stops it has waited for its first record.
	status=0
	"$allocmark" run --side=user --full --quiet --nodes=0,1023 --out=halted >out 2>err &
	pid=$!
	for ((i = 0; i < 600; i++)); do
		[ ! -s halted/cpu0-mem0/blocks.jsonl ] || break
		sleep 0.1
	done
	kill -TERM "$pid"
	wait "$pid" || status=$?
	tap_is "several runs that are stopped end with status 1" $status 1
	holds "and say where they are" err 'allocmark: stopped; what was measured is in halted$'
	holds "the run under way was stopped in order" err 'go on with: allocmark run --resume='
	tap_ok "no other was begun" [ ! -e halted/cpu0-mem1023 ]
}

# By one thread anywhere, by two where there are two CPUs.
threads_tests() {
	local options=(run --side=user --rounds=1 --seed=1 --quiet --no-table --events=none
		"--strategies=malloc,null" --sizes=64)

	tap_ok "a run by one thread" "$allocmark" "${options[@]}" --workloads=pair,remote,chase --threads=1 --out=one
	holds "has the count" one/manifest.json '"place.threads": "1"'
	holds "and where they were" one/manifest.json '"place.threads_where": "compact"'
	holds "its throughput" <("$allocmark" export one) $'malloc\tpair\t64\tthroughput\tops-per-s\thigher\t1\t1\t[1-9]'
	tap_ok "it can be resumed" "$allocmark" run --resume=one --quiet --no-table
	tap_ok "it has strategies, workloads and sizes of its own" "$allocmark" run --side=user --threads=1 --check
	tap_ok "a run for each count" "$allocmark" "${options[@]}" --workloads=pair --threads=all --out=counts
	tap_is "is in its own directory" "$(cd counts && echo threads1*)" threads1
	tap_ok "without threads nothing goes from one to the next" "$allocmark" "${options[@]}" \
		--workloads=remote --out=alone
	holds "and that is said" alone/blocks.jsonl '"remote".*"skip".*it takes --threads'
	if [ "$(nproc)" -gt 1 ]; then
		tap_ok "two threads" "$allocmark" "${options[@]}" --workloads=remote --threads=1-2 --place=scatter --out=two
		holds "free what the other allocated" two/threads2/blocks.jsonl '"malloc".*"ok".*"lat_free_remote"'
		holds "other counts are not compared unasked" <("$allocmark" compare two/threads1 two/threads2 2>&1) \
			'not to be compared.*--across=threads'
		holds "asked, they are" <("$allocmark" compare --across=threads two/threads1 two/threads2 2>&1) \
			'place.threads +1 -> 2'
		# shellcheck disable=SC2016 # for the script
		printf '#!/bin/sh\nkill -TERM $PPID\n' >stop
		chmod +x stop
		"$allocmark" "${options[@]}" --workloads=pair --threads=1-2 --then=./stop --out=ended >out 2>err || true
		holds "stopped between two runs: the line" err 'stopped; what was measured is in ended$'
		tap_ok "stopped between two runs: no other begins" [ ! -e ended/threads2 ]
	fi
	refuses "too many threads" '--threads=256 --place=compact: this machine tells of [0-9]+ CPUs' \
		"$allocmark" run --threads=1,256 --out=x
	refuses "no count of threads" "--threads: '0' is neither all nor" "$allocmark" run --threads=0 --out=x
	refuses "counts that do not rise" "--threads: '2,1' is neither" "$allocmark" run --threads=2,1 --out=x
	refuses "no list of counts" "--threads: '1,' is neither" "$allocmark" run --threads=1, --out=x
	refuses "nowhere" "--place: 'socket' is none of" "$allocmark" run --threads=1 --place=socket --out=x
	refuses "a place of no threads" '--place says where threads run; give --threads' \
		"$allocmark" run --place=core --out=x
	refuses "what follows one run" '--then is for several runs' "$allocmark" run --threads=1 --then=true --out=x
	refuses "what follows is nothing" '--then: the name is empty' "$allocmark" run --threads=1 --then= --out=x
	refuses "threads and a CPU" '--threads and --cpu exclude' "$allocmark" run --threads=1 --cpu=0 --out=x
	refuses "threads and nodes" '--threads and --nodes exclude' "$allocmark" run --threads=1 --nodes=all --out=x
	refuses "resume by other threads" '--threads cannot be given with --resume' \
		"$allocmark" run --resume=one --threads=1
	tap_ok "nothing of that is left" [ ! -e x ]
}

places_tests() {
	holds "a number with a zero before it is no octal one" \
		<("$allocmark" "${small[@]}" --rounds=010 --check 2>&1) '20 blocks'
	refuses "a run is never written over" 'there is a run in it; .*--resume=good' \
		"$allocmark" "${small[@]}" --out=good
	touch file
	refuses "output of no name" '--out: the name is empty' "$allocmark" run --threads=1,2 --out=
	refuses "output in a file" 'file/run: cannot write there: Not a directory' \
		"$allocmark" "${small[@]}" --out=file/run
	refuses "unwritable output" 'cannot write there' "$allocmark" "${small[@]}" --out=/proc/x
	refuses "unwritable mirror" 'file/x: cannot write: .*--mirror' \
		"$allocmark" "${small[@]}" --out=m1 --mirror=file/x
	"$allocmark" "${small[@]}" --out=m2 --mirror=/dev/full >out 2>err && status=0 || status=$?
	tap_is "full mirror: exit status" "$status" 1
	holds "full mirror: the line" err '/dev/full: cannot keep a record: No space left on device; .*--resume=m2'
	tap_ok "full mirror: what was kept can be read" "$allocmark" show m2
	refuses "no such run" 'cannot read; give the directory of a run' "$allocmark" show nowhere
	refuses "no such run to resume" 'cannot read; give the directory' \
		"$allocmark" run --resume=nowhere
}

# full NAME COMMAND...: what does not reach stdout is an error.
full() {
	local name=$1 status=0
	shift
	"$@" >/dev/full 2>err || status=$?
	tap_is "$name to a full device: exit status" "$status" 1
	holds "$name to a full device: the line" err 'stdout: cannot write all of it: is the disk full'
}

full_tests() {
	full "show" "$allocmark" show good
	full "list" "$allocmark" list
	full "env" "$allocmark" env
	full "export" "$allocmark" export good
	full "--help" "$allocmark" --help
	full "--version" "$allocmark" --version
	full "help of a command" "$allocmark" export --help
	refuses "export to a full file" '/dev/full: cannot write: No space' \
		"$allocmark" export good --output=/dev/full
}

disk_tests() {
	mkdir full
	if ! mount -t tmpfs -o size=64k amk-test full 2>/dev/null; then
		tap_skip "a full disk" "no right to mount"
		return
	fi
	mounted=$tmp/full
	local status=0
	"$allocmark" "${small[@]}" --rounds=1000 --out=full/run >out 2>err || status=$?
	tap_is "full disk: exit status" "$status" 1
	holds "full disk: the line" err 'cannot keep a record: No space left on device; .*--resume=full/run'
	tap_ok "full disk: the records are whole" "$allocmark" show full/run
	tap_is "full disk: the last line is whole" \
		"$(tail -c 1 full/run/blocks.jsonl | od -An -c | tr -d ' ')" '\n'
	mount -o remount,size=1m full
	sed 's/"rounds": 1000/"rounds": 40/' -i full/run/manifest.json
	# Rounds past the fortieth, if any, are no longer of the plan.
	if [ "$(wc -l <full/run/blocks.jsonl)" -le 80 ]; then
		tap_ok "with room again it goes on" "$allocmark" run --resume=full/run --quiet
	else
		tap_skip "with room again it goes on" "the small disk held more than 40 rounds"
	fi
	umount full
	mounted=
}

# damage NAME PATTERN FILE SCRIPT: a copy of the good run with FILE changed by sed is refused.
damage() {
	rm -rf bad
	cp -r good bad
	sed -E -e "$4" -i "bad/$3"
	refuses "$1" "$2" "$allocmark" show bad
}

records_tests() {
	local line='bad/blocks.jsonl:2: '
	damage "a line of no JSON" "${line}no JSON .*--resume" blocks.jsonl '2s/^.{40}//'
	damage "an empty line" "${line}no JSON" blocks.jsonl '2s/.*//'
	damage "a wrong type" "${line}round: not an integer" blocks.jsonl '2s/"round":[0-9]+/"round":"0"/'
	damage "a negative number" "${line}wall_ns: -5 is not within" blocks.jsonl \
		'2s/"wall_ns":[0-9]+/"wall_ns":-5/'
	damage "an unknown status" "${line}status: 'fine' is not known" blocks.jsonl \
		'2s/"status":"ok"/"status":"fine"/'
	damage "an unknown strategy" "${line}strategy: 'nolloc' is not known" blocks.jsonl \
		'2s/"strategy":"[a-z]+"/"strategy":"nolloc"/'
	damage "a bucket that is none" "${line}hist_clean: 5000 is not within" blocks.jsonl \
		'2s/"hist_clean":\[[0-9]+/"hist_clean":[5000/'
	damage "counts that do not add up" "${line}each_ops: " blocks.jsonl \
		'2s/"each_ops":[0-9]+/"each_ops":99999/'
	damage "a missing field" "${line}batch: missing" blocks.jsonl '2s/"batch":[0-9]+,//'
	damage "a record twice" 'bad/blocks.jsonl:3: the same cell and round as line 1; delete one' \
		blocks.jsonl '1{h};2{G}'
	damage "another schema" 'schema: version 99, but this allocmark reads 1' manifest.json \
		's/"schema": 1/"schema": 99/'
	damage "another format" "format: 'table' is not" manifest.json \
		's/"format": "[a-z-]+"/"format": "table"/'
	damage "a cut manifest" 'manifest.json:[0-9]+: no JSON' manifest.json '20,$d'
	damage "an unknown unit" 'clock.unit' manifest.json 's/"unit": "ns"/"unit": "s"/'
	damage "a clock that stands" 'ticks_per_unit' manifest.json \
		's/"ticks_per_unit": [0-9.e+-]+/"ticks_per_unit": 0/'
	damage "an unknown environment" "environment: 'moon'" manifest.json \
		's/"environment": "[a-z-]+"/"environment": "moon"/'
	rm -rf bad
	cp -r good bad
	rm bad/blocks.jsonl
	refuses "no records" 'bad/blocks.jsonl: cannot read' "$allocmark" export bad
	cp -r good/. bad
	sed 's/"strategy":"malloc"/"strategy":"calloc"/' -i bad/blocks.jsonl
	refuses "resume of another plan" 'is not of this run.s plan' "$allocmark" run --resume=bad
}

run_tests
translation_tests
same_seed_tests
lists_tests
resume_tests
arguments_tests
nodes_tests
sweep_tests
threads_tests
places_tests
full_tests
disk_tests
records_tests
tap_done
