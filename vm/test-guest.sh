#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# vm/guest.sh with real guests: that all of a job's output, records and files come back, each when it
# should, however the guest ends; that KVM without life is left for emulation; that a guest whose clock
# counts instructions repeats itself to the last one.
#
# AMK_SRCDIR: the tree. AMK_GUEST_KERNEL: as vm/kernel.sh takes it.
set -euo pipefail

srcdir=$(cd "${AMK_SRCDIR:-$(dirname "$0")/..}" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# shellcheck source=SCRIPTDIR/../tests/tap.sh
. "$srcdir/tests/tap.sh"

case ${AMK_ARCH:-} in
arm64) qemu=${ALLOCMARK_QEMU:-qemu-system-aarch64} ;;
*) qemu=${ALLOCMARK_QEMU:-qemu-system-x86_64} ;;
esac
command -v "$qemu" >/dev/null || tap_skip_all "no $qemu: see setup/packages.list"
kernel=$("$srcdir/vm/kernel.sh" ${AMK_ARCH:+--arch="$AMK_ARCH"} "${AMK_GUEST_KERNEL:-default}" 2>"$tmp/kernel.log") ||
	tap_skip_all "no kernel for the guest: $(tail -n 1 "$tmp/kernel.log")"
# What these guests learn of KVM is not for others.
cache=$(dirname "$(dirname "$kernel")")
mkdir "$tmp/cache"
[ ! -d "$cache/sysroots" ] || ln -s "$cache/sysroots" "$tmp/cache/"
export ALLOCMARK_CACHE=$tmp/cache

# make_job NAME: the job whose script is read from stdin.
make_job() {
	mkdir -p "$tmp/$1/job"
	{ echo '#!/bin/sh'; cat; } >"$tmp/$1/job/run"
}

# guest NAME OPTION...: runs the job; sets `status`; its streams are in NAME/stdout and NAME/stderr.
guest() {
	local name=$1

	shift
	status=0
	"$srcdir/vm/guest.sh" --kernel="$kernel" --job="$tmp/$name/job" --out="$tmp/$name/out" "$@" \
		>"$tmp/$name/stdout" 2>"$tmp/$name/stderr" || status=$?
}

# wait_for SECONDS COMMAND...: until the command is true.
wait_for() {
	local until=$((SECONDS + $1))

	shift
	until "$@"; do
		((SECONDS < until)) || return 1
		sleep 0.1
	done
}

has_line() {
	grep -qsF -- "$1" "$2"
}

# One job that uses every way out of the guest, looked at while it runs and after.
make_streams_job() {
	make_job streams <<'END'
echo "in $AMK_ENVIRONMENT"
echo 'said on stderr' >&2
echo 'again by its name' >/dev/stderr
for place in /dev/shm /tmp /dev/hugepages /sys/kernel/debug; do
	grep -q " $place " /proc/mounts || echo "$place is not mounted"
done
echo '{"early":1}' >/dev/virtio-ports/records
mkdir -p out/deep
echo early >out/early.json
amk-send out/early.json
sleep 3 # time for the host to look at what came early
cat big >out/deep/big
seq 1 20000 | sed 's/.*/{"n":&}/' >/dev/virtio-ports/records
echo '{"from":"file"}' >out/blocks.jsonl
sleep 1000 &
seq 1 200000
exit 7
END
	head -c 20000000 /dev/urandom >"$tmp/streams/job/big"
	mkdir -p "$tmp/streams/out"
	printf '{"before":1}\n{"cut sho' >"$tmp/streams/out/blocks.jsonl"
}

sum_of() {
	sha256sum | cut -d ' ' -f 1
}

test_streams() {
	local pid out=$tmp/streams/out

	make_streams_job
	{ guest streams --accel=tcg; echo "$status" >"$tmp/streams/status"; } &
	pid=$!
	tap_ok 'a record is here while the job runs' wait_for 240 has_line early "$out/blocks.jsonl"
	tap_ok 'a file sent early too' wait_for 60 has_line early "$out/early.json"
	tap_ok 'the job was still running' test ! -e "$tmp/streams/status"
	wait $pid
	tap_is "the job's status" "$(cat "$tmp/streams/status")" 7
	tap_is 'the environment' "$(head -n 1 "$tmp/streams/stdout")" 'in guest-tcg'
	tap_is 'all of stdout' "$(tail -n +2 "$tmp/streams/stdout" | sum_of)" "$(seq 1 200000 | sum_of)"
	tap_is 'stderr' "$(grep -v '^guest.sh: ' "$tmp/streams/stderr")" \
		$'said on stderr\nagain by its name'
	tap_is 'all records, after those that were there' "$(sum_of <"$out/blocks.jsonl")" \
		"$({ printf '{"before":1}\n{"early":1}\n'
			seq 1 20000 | sed 's/.*/{"n":&}/'; } | sum_of)"
	tap_is '20 MB come back whole' "$(sum_of <"$out/deep/big")" "$(sum_of <"$tmp/streams/job/big")"
	tap_ok "the kernel's log" grep -q 'Linux version' "$out/dmesg.txt"
	tap_ok 'the console' test -s "$out/console.log"
	tap_empty 'nothing else' "$(cd "$out" && find . -type f | grep -vxE \
		'\./(blocks\.jsonl|dmesg\.txt|console\.log|early\.json|deep/big)')"
}

test_timeout() {
	local start=$SECONDS

	make_job timeout <<'END'
echo partial >out/partial
trap '' TERM
sleep 1000
sleep 1000
END
	guest timeout --accel=tcg --timeout=40
	tap_is 'a job past its time: 124' $status 124
	tap_ok 'in bounded time' test $((SECONDS - start)) -lt 70
	tap_ok 'what it left comes back' has_line partial "$tmp/timeout/out/partial"
	tap_ok 'and the log' test -s "$tmp/timeout/out/dmesg.txt"
}

test_panic() {
	make_job panic <<'END'
echo '{"last":1}' >/dev/virtio-ports/records
echo c >/proc/sysrq-trigger
END
	guest panic --accel=tcg
	tap_is 'a kernel that panics: 125' $status 125
	tap_ok 'and says so' has_line 'the guest died: Kernel panic' "$tmp/panic/stderr"
	tap_ok 'the trace is on the console' grep -qi 'Call trace' "$tmp/panic/out/console.log"
	tap_is 'its records are here' "$(cat "$tmp/panic/out/blocks.jsonl")" '{"last":1}'
}

# A kernel of zeros, in a directory that is otherwise the real one.
test_no_kernel() {
	local start=$SECONDS zeros=$tmp/zeros.kernel

	make_job zeros <<<'exit 0'
	mkdir -p "$zeros"
	ln -s "$kernel/lib" "$zeros/lib"
	cp "$kernel/release" "$zeros/"
	truncate -s 10000000 "$zeros/vmlinuz"
	status=0
	ALLOCMARK_BOOT_SECONDS=5 "$srcdir/vm/guest.sh" --kernel="$zeros" --job="$tmp/zeros/job" \
		--out="$tmp/zeros/out" --accel=tcg 2>"$tmp/zeros/stderr" || status=$?
	tap_is 'a kernel of zeros: 125' $status 125
	tap_is 'in one line' "$(wc -l <"$tmp/zeros/stderr")" 1
	tap_ok 'in bounded time' test $((SECONDS - start)) -lt 20
}

# A QEMU that sleeps when it is to use KVM, and is the real one otherwise.
test_fallback() {
	if [ -e "$kernel/arch" ] && [ "$(cat "$kernel/arch")" != "$(dpkg --print-architecture)" ]; then
		tap_skip 'falling back from KVM' 'a guest of another architecture has none'
		return
	fi
	cat >"$tmp/qemu" <<END
#!/bin/bash
[[ " \$* " != *' -accel kvm '* ]] || exec sleep 1000
echo "\$*" >$(printf %q "$tmp/arguments")
exec $(printf %q "$(command -v "$qemu")") "\$@"
END
	chmod +x "$tmp/qemu"
	# shellcheck disable=SC2016 # the guest's variable
	make_job fallback <<<'echo "in $AMK_ENVIRONMENT"'
	ALLOCMARK_QEMU=$tmp/qemu ALLOCMARK_KVM=/dev/null ALLOCMARK_LIFE_SECONDS=1 guest fallback
	tap_is 'KVM without life: the job runs' $status 0
	tap_is 'in emulation' "$(cat "$tmp/fallback/stdout")" 'in guest-tcg'
	tap_ok 'and it is said' has_line 'falling back to TCG' "$tmp/fallback/stderr"
	tap_ok 'and remembered' compgen -G "$tmp/cache/no-kvm.*"
	tap_ok 'its CPUs take turns' grep -q -e '-smp 2 .*-accel tcg,thread=single ' "$tmp/arguments"
}

test_insn() {
	make_job insn <<'END'
echo "in $AMK_ENVIRONMENT"
for i in 1 2 3 4 5 6 7 8; do
	grep '^now' /proc/timer_list
	echo "{\"i\":$i}" >/dev/virtio-ports/records
done
cat /proc/sys/kernel/random/uuid
END
	cp -r "$tmp/insn" "$tmp/again"
	guest insn --clock=insn
	tap_is 'a clock of instructions' "$(head -n 1 "$tmp/insn/stdout")" 'in guest-icount'
	guest again --clock=insn
	tap_is 'repeats itself' "$(cat "$tmp/again/stdout")" "$(cat "$tmp/insn/stdout")"
	tap_ok 'to the last line of the log' \
		cmp "$tmp/insn/out/dmesg.txt" "$tmp/again/out/dmesg.txt"
}

# The output directory is a file system of one megabyte.
test_full() {
	make_job full <<'END'
seq 1 1000000 | sed 's/.*/{"n":&}/' >/dev/virtio-ports/records
END
	mkdir -p "$tmp/full/out"
	if ! mount -t tmpfs -o size=1m tmpfs "$tmp/full/out" 2>/dev/null; then
		tap_skip 'a full disk' 'needs the right to mount'
		return
	fi
	guest full --accel=tcg
	umount "$tmp/full/out"
	tap_is 'a full disk: 125' $status 125
	tap_ok 'and says so' has_line 'is the disk full?' "$tmp/full/stderr"
}

test_streams
test_timeout
test_panic
test_no_kernel
test_fallback
test_insn
test_full
tap_done
