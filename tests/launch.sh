#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The commands at the top of the tree before they build anything: bad input ends in one line that
# names it, and what packages are installed, when, and what is said without root. apt and dpkg are
# played by scripts here, so the test is the same on every machine and changes none.
set -euo pipefail

srcdir=$(cd "${AMK_SRCDIR:-$(dirname "$0")/..}" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# shellcheck source=SCRIPTDIR/tap.sh
. "$(dirname "$0")/tap.sh"

cd "$tmp"
unset ALLOCMARK_SETUP

# refuses NAME PATTERN COMMAND...: non-zero exit, one line on stderr that matches, nothing on stdout.
refuses() {
	local name=$1 pattern=$2 status=0 lines
	shift 2
	"$@" >out 2>err || status=$?
	lines=$(wc -l <err)
	if [ "$status" = 0 ]; then
		tap_fail "$name" "exit status 0" "$(cat out err)"
	elif [ "$lines" != 1 ] || [ -s out ] || ! grep -qE -e "$pattern" err; then
		tap_fail "$name" "wanted one line like: $pattern" "$(cat out err)"
	else
		tap_pass "$name"
	fi
}

# sweep_tests COMMAND: lists that are none, and what cannot be had of a guest, before there is one.
sweep_tests() {
	local bench=$1 list
	for list in x 2,1 0,1 1,257 '1;reboot' ''; do
		refuses "bench: threads '$list'" '--threads=.* is neither all nor a rising list of counts' \
			"$bench" --threads="$list"
	done
	for list in x 0.5,0.25 0.5,1.5 0.5:11 0.2,.3 ''; do
		refuses "bench: fragmentation '$list'" '--fragmentation=.* is no rising list of indices' \
			"$bench" --fragmentation="$list"
	done
	refuses "bench: nodes that fall" '--nodes=1,0 is neither all nor a list' "$bench" --nodes=1,0
	refuses "bench: two sweeps" '--threads=1,2 and --fragmentation=0.2,0.3 exclude each other' \
		"$bench" --threads=1,2 --fragmentation=0.2,0.3
	refuses "bench: indices and one number of threads" '--threads=2 and --fragmentation=0.2,0.3 exclude each other' \
		"$bench" --threads=2 --fragmentation=0.2,0.3
	refuses "bench: nodes and threads" 'exclude each other' "$bench" --threads=2 --nodes=all
	refuses "bench: a place of nothing" '--place says where threads run' "$bench" --place=core
	refuses "bench: more threads than this machine has CPUs" 'this machine has [0-9]+ CPUs: give no more' \
		"$bench" --where=host --side=user --threads=1,256
	refuses "bench: more threads than the guest is given CPUs" 'needs 4 CPUs and --cpus=2 gives the guest fewer' \
		"$bench" --where=guest --threads=1,2,4 --cpus=2
	refuses "bench: threads and a clock of one CPU" 'the guest of --clock=insn has one' \
		"$bench" --where=guest --threads=2 --clock=insn
	refuses "bench: NUMA nodes of words" '--numa=512,x is no list of MB' "$bench" --numa=512,x
	refuses "bench: a NUMA node of nothing" 'node 2 has neither memory nor a CPU' "$bench" --numa=512,256,0 --cpus=2
	refuses "bench: NUMA nodes and memory" 'leave out --memory' "$bench" --numa=512,256 --memory=1024
}

bench_tests() {
	local bench=$srcdir/run-bench.sh option
	mkdir -p run strange damaged
	refuses "bench: unknown option" 'unknown option --frob: one of .*--where' "$bench" --frob
	refuses "bench: unknown place" '--where=moon: unknown; one of auto host guest' \
		"$bench" --where=moon
	refuses "bench: unknown side" '--side=left: unknown; one of user kernel both' \
		"$bench" --side=left
	refuses "bench: unknown architecture" '--arch=pdp11: unknown; one of amd64 arm64' \
		"$bench" --arch=pdp11
	refuses "bench: another architecture on this machine" '--arch is of the guest' \
		"$bench" --where=host --arch=arm64
	refuses "bench: a seed that is no number" '--seed=x1 is no number' "$bench" --seed=x1
	refuses "bench: an empty list" '--strategies= is no list' "$bench" --strategies=
	refuses "bench: a list with a command in it" 'is no list' "$bench" '--sizes=1;reboot'
	refuses "bench: a TLB with a command in it" 'is no TLB: as in' "$bench" '--tlb=l1=64x4;reboot'
	refuses "bench: nodes that are no list" '--nodes=x is neither all nor a list' "$bench" --nodes=x
	refuses "bench: nodes with a command in them" '--nodes=1;reboot is neither' "$bench" '--nodes=1;reboot'
	sweep_tests "$bench"
	for option in --kernel=6.1 --accel=tcg --clock=insn --append=init_on_alloc=0 --cpus=1 --memory=512 --numa=512; do
		refuses "bench: ${option%%=*} on the host" "${option%%=*} is of the guest" \
			"$bench" --where=host "$option"
	done
	refuses "bench: a command line with a command in it" '--append=.* has a character' \
		"$bench" '--append=a;b'
	for option in --where=host --side=user --quick --strategies=kmalloc --workloads=zero --nodes=all --memory=512 \
		--threads=1,2 --fragmentation=0.5 --numa=512; do
		refuses "bench: claims and ${option%%=*}" "--claims chooses for itself: leave out ${option%%=*}" \
			"$bench" --claims "$option"
	done
	touch file
	refuses "bench: several options of the guest agree" 'cannot be made: name a directory' \
		"$bench" --clock=insn --cpus=1 --out="$tmp/file/runs"
	refuses "bench: output below a file" 'cannot be made: name a directory' \
		"$bench" --out="$tmp/file/runs"
	refuses "bench: resume nothing" 'is no directory' "$bench" --resume="$tmp/nothing"
	refuses "bench: resume a run that never began" 'has no manifest.json' \
		"$bench" --resume="$tmp/run"
	refuses "bench: resume with options of its own" 'leave out --full' \
		"$bench" --resume="$tmp/run" --full
	echo '{ "environment": "moon" }' >strange/manifest.json
	refuses "bench: resume in an unknown environment" "no known environment .'moon'" \
		"$bench" --resume="$tmp/strange"
	echo '{ "environment": "guest-tcg" }' >damaged/manifest.json
	echo 'nonsense' >damaged/launch
	refuses "bench: resume with a damaged launch file" "is damaged at 'nonsense'" \
		"$bench" --resume="$tmp/damaged"
	tap_ok "bench: help" "$bench" --help
}

tests_tests() {
	local tests=$srcdir/run-tests.sh
	refuses "tests: unknown stage" 'unknown stage moon: one of build check' "$tests" --only=moon
	refuses "tests: unknown option" 'unknown option --frob' "$tests" --frob
	refuses "tests: no jobs" '--jobs=0 is no number' "$tests" --jobs=0
	refuses "tests: unknown architecture" '--arch=pdp11: unknown; one of arm64' "$tests" --arch=pdp11
	refuses "cross: no architecture" 'no --arch=ARCH given' "$srcdir/setup/cross.sh" "$tmp/cross"
	refuses "cross: an unknown one" 'one of amd64 arm64' "$srcdir/setup/cross.sh" --arch=pdp11 x
	refuses "cross: no directory" 'no directory to build in' "$srcdir/setup/cross.sh" --arch=arm64
	tap_ok "tests: list" "$tests" --list
	tap_ok "tests: help" "$tests" --help
}

# play NAME: a command that notes its call in $tmp/calls and goes on with the script on stdin.
play() {
	{
		echo '#!/bin/sh'
		echo "echo $1 \"\$*\" >>'$tmp/calls'"
		cat
	} >"bin/$1"
	chmod +x "bin/$1"
}

# A machine on which no package is installed, whose lists know all packages after an update.
play_machine() {
	rm -rf bin calls updated
	mkdir bin
	play id <<<"echo $1"
	play dpkg-query <<<'exit 1'
	play apt-cache <<<"[ -e '$tmp/updated' ] && echo '  Candidate: 1.0' || echo '  Candidate: (none)'"
	play apt-get <<-END
		case "\$*" in
		*update) : >'$tmp/updated' ;;
		*install*) [ ! -e '$tmp/broken' ] || { rm '$tmp/broken'; exit 100; } ;;
		esac
	END
}

packages() {
	PATH=$tmp/bin:$PATH "$srcdir/setup/packages.sh" "$@"
}

calls() {
	grep '^apt-get' calls 2>/dev/null | sed 's/^.*\(update\|install\).*$/\1/' | tr '\n' ' '
}

packages_tests() {
	local first
	refuses "packages: unknown group" 'unknown group moon: one of .*build' packages moon
	refuses "packages: unknown option" 'unknown option --frob' packages --frob

	play_machine 1000
	refuses "packages: without root, old lists" 'apt-get update && apt-get install .*libhwloc-dev' \
		packages build
	tap_is "packages: without root nothing is done" "$(calls)" ""
	touch updated
	refuses "packages: without root, the line to run" 'as root run: apt-get install .*libhwloc-dev' \
		packages build

	play_machine 0
	tap_ok "packages: as root" packages build
	tap_is "packages: old lists are refreshed first" "$(calls)" "update install "

	play_machine 0
	touch updated
	packages build >out 2>err
	first=$(head -n 1 out)
	tap_is "packages: says what before" "${first%% autoconf*}" "setup/packages.sh: installing:"
	tap_is "packages: good lists are left alone" "$(calls)" "install "

	play_machine 0
	touch updated broken
	tap_ok "packages: lists that turn out too old" packages --package=one
	tap_is "packages: are refreshed, and the install tried again" "$(calls)" \
		"install update install "

	play_machine 0
	play apt-get <<<'exit 100'
	refuses_last "packages: no network" 'apt-get update failed' packages build
	ALLOCMARK_SETUP=skip tap_ok "packages: told to skip" packages build
}

# refuses_last: as refuses, but the tool's own words may stand before the line.
refuses_last() {
	local name=$1 pattern=$2 status=0
	shift 2
	"$@" >out 2>err || status=$?
	if [ "$status" != 0 ] && tail -n 1 err | grep -qE "$pattern"; then
		tap_pass "$name"
	else
		tap_fail "$name" "exit status $status" "$(cat out err)"
	fi
}

bench_tests
tests_tests
packages_tests
tap_done
