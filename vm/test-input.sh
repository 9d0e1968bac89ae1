#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Bad input to vm/kernel.sh and vm/guest.sh, and the guests that never come up: no QEMU, a QEMU that
# ends at once, one that shows no life. QEMU and apt are played by scripts and the kernel is a file
# with nothing but a header, so nothing is booted, downloaded or installed.
set -euo pipefail

srcdir=$(cd "${AMK_SRCDIR:-$(dirname "$0")/..}" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# shellcheck source=SCRIPTDIR/../tests/tap.sh
. "$srcdir/tests/tap.sh"

for tool in depmod busybox cpio zstd; do
	[ -n "$(PATH=$PATH:/sbin:/usr/sbin command -v "$tool")" ] || tap_skip_all "no $tool"
done

export ALLOCMARK_CACHE=$tmp/cache

case $(uname -m) in
aarch64) mine=arm64 other=amd64 ;;
*) mine=amd64 other=arm64 ;;
esac

# refused NAME STATUS WORDS COMMAND...: ends with STATUS and one line on stderr that has the WORDS.
refused() {
	local name=$1 want=$2 words=$3 status=0

	shift 3
	"$@" >"$tmp/stdout" 2>"$tmp/stderr" || status=$?
	if [ $status = "$want" ] && [ "$(wc -l <"$tmp/stderr")" = 1 ] &&
		grep -qF -- "$words" "$tmp/stderr"; then
		tap_pass "$name"
	else
		tap_fail "$name" "status $status, wanted $want and '$words' in one line:" \
			"$(cat "$tmp/stderr")"
	fi
}

# A kernel image as far as its header goes: the magic, and the release where the header points.
make_image() {
	truncate -s 8192 "$1"
	printf 'HdrS' | dd of="$1" bs=1 seek=514 conv=notrunc status=none
	printf '\0\020' | dd of="$1" bs=1 seek=526 conv=notrunc status=none
	printf '%s (someone) #1' "$2" | dd of="$1" bs=1 seek=4608 conv=notrunc status=none
}

make_headers() {
	mkdir -p "$1/include/generated"
	echo "#define UTS_RELEASE \"$2\"" >"$1/include/generated/utsrelease.h"
	: >"$1/Makefile"
	echo 'CONFIG_MODULES=y' >"$1/.config"
}

# An apt that has nothing to give and says whether it was asked.
fake_apt() {
	local name

	mkdir -p "$tmp/bin"
	for name in apt-get apt-cache; do
		printf '#!/bin/sh\necho asked >>%q\nexit 100\n' "$tmp/apt.log" >"$tmp/bin/$name"
		chmod +x "$tmp/bin/$name"
	done
}

kernel() {
	PATH=$tmp/bin:$PATH "$srcdir/vm/kernel.sh" "$@"
}

test_kernel_spec() {
	fake_apt
	refused 'no kernel given' 1 'no SPEC' kernel
	refused 'a kernel that is no name' 1 "'six' is no kernel" kernel six
	refused 'an unknown option' 1 "'--frob'" kernel --frob 6.1
	refused 'an unknown architecture' 1 'one of amd64 arm64' kernel --arch=pdp11 6.1
	refused 'no package lists' 1 'apt-get update' kernel 6.1
	refused 'a cache that cannot be written' 1 'ALLOCMARK_CACHE' \
		env ALLOCMARK_CACHE=/dev/null "$srcdir/vm/kernel.sh" 6.1
	tap_empty 'a failed fetch leaves nothing' "$(ls "$tmp/cache/kernels")"
	refused 'only what is cached' 1 'make it: vm/kernel.sh 6.1' kernel --cached 6.1
}

# A debug kernel is that of its recipe, and is not built by who only wants to know.
test_kernel_debug() {
	local dir=$tmp/cache/kernels/6.99.1-debug

	refused 'a debug kernel that is not built' 1 'make it: vm/kernel.sh debug' kernel --cached debug
	refused 'a debug kernel of another architecture' 1 'amd64 alone' kernel --arch=arm64 debug
	mkdir -p "$dir" "$tmp/cache/spec"
	echo amd64 >"$dir/arch"
	echo 6.99.1-debug | tee "$dir/release" >"$tmp/cache/spec/debug"
	cksum <"$srcdir/vm/debug.config" >"$dir/recipe"
	[ "$mine" != amd64 ] ||
		tap_is 'a debug kernel in the cache' "$(kernel debug)" "$dir"
	echo other >"$dir/recipe"
	refused 'a debug kernel of another recipe' 1 'not in the cache' kernel --arch=amd64 --cached debug
	rm -r "$dir" "$tmp/cache/spec/debug"
}

test_kernel_pair() {
	make_image "$tmp/vm+linuz" 6.99.1-test
	make_headers "$tmp/headers" 6.99.1-test
	make_headers "$tmp/others" 5.5.5
	make_headers "$tmp/raw" 6.99.1-test
	rm -r "$tmp/raw/include"
	mkdir -p "$tmp/lib/modules/6.99.1-test/kernel"
	touch "$tmp/lib/modules/6.99.1-test"/modules.{order,builtin,builtin.modinfo}
	truncate -s 8192 "$tmp/zeros"
	refused 'a pair without its half' 1 'both existing' kernel "$tmp/vm+linuz+$tmp/none"
	refused 'an image that is none' 1 'not a Linux kernel image' kernel "$tmp/zeros+$tmp/headers"
	refused 'headers that are none' 1 'not a configured kernel' kernel "$tmp/vm+linuz+$tmp/bin"
	refused 'headers that are not prepared' 1 'not prepared' kernel "$tmp/vm+linuz+$tmp/raw"
	refused 'an image of another architecture' 1 "image of $other" \
		kernel --arch="$other" "$tmp/vm+linuz+$tmp/headers"
	refused 'headers of another kernel' 1 'is for 5.5.5' kernel "$tmp/vm+linuz+$tmp/others"
	pair=$(kernel "$tmp/vm+linuz+$tmp/headers")
	tap_is 'a pair is taken' "$(cat "$pair/release")" 6.99.1-test
	tap_ok 'its modules too' test -d "$pair/lib/modules/6.99.1-test/kernel"
	tap_ok 'and its headers' test -f "$pair/build/Makefile"
}

# What is in the cache is answered without the package manager.
test_kernel_cached() {
	rm -f "$tmp/apt.log"
	mkdir -p "$tmp/cache/kernels/6.98.0-test" "$tmp/cache/spec"
	echo 6.98.0-test >"$tmp/cache/kernels/6.98.0-test/release"
	echo 6.98.0-test >"$tmp/cache/spec/6.98"
	tap_is 'a cached series' "$(kernel 6.98)" "$tmp/cache/kernels/6.98.0-test"
	tap_is 'a cached release' "$(kernel 6.98.0-test)" "$tmp/cache/kernels/6.98.0-test"
	tap_ok 'without asking apt' test ! -e "$tmp/apt.log"
	refused 'of another architecture it is not cached' 1 'apt-get update' \
		kernel --arch="$other" 6.98
}

sysroot() {
	PATH=$tmp/bin:$PATH "$srcdir/vm/sysroot.sh" "$@"
}

test_sysroot() {
	refused 'a sysroot of no architecture' 1 'no --arch' sysroot busybox-static
	refused 'a sysroot of an unknown one' 1 'one of amd64 arm64' sysroot --arch=pdp11 libc6
	refused 'a sysroot of this one' 1 'install the packages' sysroot --arch="$mine" libc6
	refused 'a sysroot of nothing' 1 'no PACKAGE' sysroot --arch="$other"
	refused 'a sysroot without package lists' 1 'apt-get update' sysroot --arch="$other" libc6
	tap_empty 'and nothing is left of it' "$(ls "$tmp/cache/sysroots")"
}

# fake_qemu NAME: a QEMU whose body is read from stdin.
fake_qemu() {
	{ echo '#!/bin/bash'; cat; } >"$tmp/bin/$1"
	chmod +x "$tmp/bin/$1"
}

guest() {
	"$srcdir/vm/guest.sh" --kernel="$pair" --job="$tmp/job" --out="$tmp/out" "$@"
}

make_job() {
	mkdir -p "$tmp/job"
	printf '#!/bin/sh\nexit 0\n' >"$tmp/job/run"
}

test_guest_arguments() {
	export ALLOCMARK_QEMU=true
	refused 'an unknown argument' 2 "'--frob'" guest --frob
	refused 'no CPU' 2 '--cpus=0' guest --cpus=0
	refused 'a memory of words' 2 '--memory=much' guest --memory=much
	refused 'a NUMA node of words' 2 '--numa=512,much' guest --numa=512,much
	refused 'NUMA nodes and memory' 2 'leave out --memory' guest --numa=512,256 --memory=768
	refused 'a NUMA node of nothing' 2 'node 2 has neither' guest --numa=512,256,0 --cpus=2
	refused 'too many NUMA nodes' 2 'give 64 at most' guest --numa="$(seq -s, 65)"
	refused 'an unknown clock' 2 '--clock=sun' guest --clock=sun
	refused 'an unknown accelerator' 2 '--accel=warp' guest --accel=warp
	refused 'instructions under KVM' 2 '--accel=tcg' guest --clock=insn --accel=kvm
	refused 'instructions on two CPUs' 2 '--cpus=2' guest --clock=insn --cpus=2
	refused 'a kernel that is none' 2 'vm/kernel.sh' guest --kernel="$tmp/bin"
	cp -r "$pair" "$tmp/foreign"
	echo "$other" >"$tmp/foreign/arch"
	refused 'KVM for another architecture' 2 'give tcg' guest --kernel="$tmp/foreign" --accel=kvm
	echo pdp11 >"$tmp/foreign/arch"
	refused 'a kernel for which no guest is' 2 'a kernel of pdp11' guest --kernel="$tmp/foreign"
	fake_qemu tells <<<'echo "tells: $*" >&2; exit 1'
	ALLOCMARK_QEMU=$tmp/bin/tells ALLOCMARK_BOOT_SECONDS=09 refused 'numbers with a zero before them' 125 \
		'-smp 8 -m 900 ' guest --cpus=08 --memory=0900 --timeout=08 --accel=tcg
	ALLOCMARK_QEMU=$tmp/bin/tells refused 'and CPUs of nodes' 125 '-smp cpus=9,sockets=9,' \
		guest --cpus=09 --numa=0256,0256 --accel=tcg
	ALLOCMARK_QEMU=$tmp/bin/tells refused 'and the one CPU of a clock that counts' 125 '-smp 1 ' \
		guest --clock=insn --cpus=01
	refused 'no job' 2 'no such script' guest --job="$tmp/bin"
	refused 'an output that cannot be' 2 'another --out' guest --out=/dev/null/out
	refused 'a module that is not there' 125 'no such module' guest --module="$tmp/none.ko"
	refused 'a program that is not there' 125 'no such file' guest --bin="$tmp/none"
}

test_guest_lifeless() {
	local start=$SECONDS

	refused 'no QEMU' 125 'apt-get install qemu-system-x86' \
		env ALLOCMARK_QEMU="$tmp/bin/none" "$srcdir/vm/guest.sh" --kernel="$pair" \
		--job="$tmp/job" --out="$tmp/out"
	fake_qemu dies <<<'echo "dies: no such machine" >&2; exit 1'
	refused 'a QEMU that ends at once' 125 'dies: no such machine' \
		env ALLOCMARK_QEMU="$tmp/bin/dies" "$srcdir/vm/guest.sh" --kernel="$pair" \
		--job="$tmp/job" --out="$tmp/out" --accel=tcg
	fake_qemu sleeps <<<"echo \$\$ >>$(printf %q "$tmp/pids"); exec sleep 1000"
	refused 'a guest that shows no life' 125 'no sign of life' \
		env ALLOCMARK_QEMU="$tmp/bin/sleeps" ALLOCMARK_BOOT_SECONDS=1 "$srcdir/vm/guest.sh" \
		--kernel="$pair" --job="$tmp/job" --out="$tmp/out" --accel=tcg
	refused 'a timeout before it is up' 124 'before the guest was up' \
		env ALLOCMARK_QEMU="$tmp/bin/sleeps" "$srcdir/vm/guest.sh" \
		--kernel="$pair" --job="$tmp/job" --out="$tmp/out" --accel=tcg --timeout=1
	tap_ok 'both in bounded time' test $((SECONDS - start)) -lt 20
	tap_empty 'their QEMU is gone' "$(xargs -a "$tmp/pids" -n 1 ps -o pid=,args= -p || true)"
	tap_empty 'nothing of theirs is left' "$(find "$tmp/out" -name '.incoming*')"
}

test_guest_interrupted() {
	local pid status=0 tries=0

	rm -f "$tmp/pids"
	ALLOCMARK_QEMU=$tmp/bin/sleeps "$srcdir/vm/guest.sh" --kernel="$pair" --job="$tmp/job" \
		--out="$tmp/out" --accel=tcg >"$tmp/stdout" 2>"$tmp/stderr" &
	pid=$!
	until [ -s "$tmp/pids" ] || [ $((tries += 1)) -gt 200 ]; do
		sleep 0.1
	done
	kill -TERM $pid
	wait $pid || status=$?
	tap_is 'a signal ends the launcher' $status 143
	tap_empty 'and its QEMU' "$(xargs -a "$tmp/pids" -n 1 ps -o pid=,args= -p || true)"
}

need_archive_tools() {
	local busybox

	busybox=$(command -v busybox) || return 1
	! ldd "$busybox" >/dev/null 2>&1 || return 1
	command -v cpio >/dev/null
}

test_kernel_spec
test_kernel_debug
test_kernel_pair
test_kernel_cached
test_sysroot
make_job
if need_archive_tools; then
	test_guest_arguments
	test_guest_lifeless
	test_guest_interrupted
else
	tap_skip 'the launcher' 'no static busybox or no cpio: apt-get install busybox-static cpio'
fi
tap_done
