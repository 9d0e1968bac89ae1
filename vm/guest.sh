#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Boots a kernel in QEMU, runs a job in it and brings back what it wrote: its output as it comes, its
# records and files as they are sent, the kernel's log. The guest reports how much it gave to each
# stream and waits; QEMU is ended only when all of that was seen here, so nothing is lost at the end.

set -eu

here=$(cd "$(dirname "$0")" && pwd)

usage() {
	cat <<-EOF
	usage: guest.sh --kernel=DIR --job=DIR --out=DIR [option]…
	Runs DIR/run of the job (a script, as root) in a guest.
	  --kernel=DIR       a kernel directory as vm/kernel.sh prints it
	  --job=DIR          appears as /job in the guest; run is started there
	  --out=DIR          gets blocks.jsonl, dmesg.txt, console.log and the job's files
	  --bin=FILE         a program for the guest's PATH, with its shared libraries (repeatable)
	  --file=FILE[:TO]   any other file for the guest (repeatable)
	  --module=FILE      a kernel module, appears in /lib/modules (repeatable)
	  --accel=auto|kvm|tcg   auto: KVM if a guest shows life under it, else TCG (default)
	  --clock=real|insn  insn: TCG on one CPU whose clock counts instructions (default: real)
	  --cpus=N           default 2; 1 with --clock=insn
	  --memory=MB        default 2048
	  --numa=MB,MB,...   NUMA nodes of these sizes, such as 512,256,0, in place of --memory; CPUs are
	                     dealt out to them in turn, by default one each
	  --timeout=SECONDS  for the whole guest, default 3600
	  --append=WORDS     more kernel command line (repeatable)
	  --qemu-arg=ARG     one more argument for QEMU (repeatable)
	In the guest: AMK_ENVIRONMENT is guest-kvm, guest-tcg or guest-icount; what is written to
	/dev/virtio-ports/records (one writer at a time) is appended to OUT/blocks.jsonl at once; what
	the job leaves in /job/out comes to OUT at its end; \`amk-send FILE…\` sends files at once.
	Exit status: the job's; 124 on timeout; 125 when the guest did not start or died; 2 on bad usage.
	A kernel of another architecture is emulated, with programs of that architecture in it.
	Environment: ALLOCMARK_QEMU (default: qemu-system- of the kernel's architecture),
	ALLOCMARK_LIFE_SECONDS (8: how long to wait for a sign of life under KVM),
	ALLOCMARK_BOOT_SECONDS (180: under TCG), ALLOCMARK_CACHE.
	EOF
}

say() {
	echo "guest.sh: $*" >&2
}

# Says why in one line and exits with STATUS; what runs is ended on the way out.
die() {
	local status=$1

	shift
	say "$*"
	exit "$status"
}

# shellcheck source=SCRIPTDIR/arch.sh
. "$here/arch.sh"
# shellcheck source=SCRIPTDIR/guest-numa.sh
. "$here/guest-numa.sh"
# shellcheck source=SCRIPTDIR/guest-streams.sh
. "$here/guest-streams.sh"
# shellcheck source=SCRIPTDIR/guest-qemu.sh
. "$here/guest-qemu.sh"

kernel='' job='' out='' accel=auto clock=real cpus='' memory='' numa='' timeout=3600
pack=() append=() qemu_args=()
for arg; do
	case $arg in
	--kernel=*) kernel=${arg#*=} ;;
	--job=*) job=${arg#*=} ;;
	--out=*) out=${arg#*=} ;;
	--bin=* | --file=* | --module=*) pack+=("$arg") ;;
	--accel=*) accel=${arg#*=} ;;
	--clock=*) clock=${arg#*=} ;;
	--cpus=*) cpus=${arg#*=} ;;
	--memory=*) memory=${arg#*=} ;;
	--numa=*) numa=${arg#*=} ;;
	--timeout=*) timeout=${arg#*=} ;;
	--append=*) append+=("${arg#*=}") ;;
	--qemu-arg=*) qemu_args+=("${arg#*=}") ;;
	--help) usage; exit 0 ;;
	*) die 2 "unknown argument '$arg' (see --help)" ;;
	esac
done

# check_number NAME VARIABLE MIN MAX: what VARIABLE holds, which then has no zeros before it: for these
# arithmetic would take it for octal.
check_number() {
	local name=$1 min=$3 max=$4
	local -n number=$2

	if ! [[ $number =~ ^[0-9]{1,7}$ ]] || ((10#$number < min || 10#$number > max)); then
		die 2 "$name=$number: give a number from $min to $max"
	fi
	number=$((10#$number))
}

check_paths() {
	[ -n "$kernel" ] || die 2 'no --kernel=DIR given (vm/kernel.sh prints one)'
	[ -n "$job" ] || die 2 'no --job=DIR given'
	[ -n "$out" ] || die 2 'no --out=DIR given'
	if [ ! -f "$kernel/vmlinuz" ] || [ ! -f "$kernel/release" ]; then
		die 2 "$kernel: not a kernel directory (make one with vm/kernel.sh)"
	fi
	[ -f "$job/run" ] || die 2 "$job/run: no such script"
	if ! mkdir -p "$out" 2>/dev/null || [ ! -w "$out" ]; then
		die 2 "$out: cannot write there; give another --out"
	fi
}

check_clock() {
	case $clock in
	real) ;;
	insn)
		[ "$accel" != kvm ] || die 2 '--clock=insn needs --accel=tcg: KVM cannot count for it'
		[ "${cpus:-1}" = 1 ] || die 2 "--cpus=$cpus: --clock=insn has one CPU"
		accel=tcg
		cpus=1
		;;
	*) die 2 "--clock=$clock: give real or insn" ;;
	esac
}

# The architecture is the kernel's, and the emulator the one for it.
choose_qemu() {
	arch=$(arch_of_kernel "$kernel")
	arch_field "$arch" qemu >/dev/null ||
		die 2 "$kernel: a kernel of $arch; guests are of one of $architectures"
	qemu=${ALLOCMARK_QEMU:-$(arch_field "$arch" qemu)}
	command -v "$qemu" >/dev/null ||
		die 125 "no $qemu; install it: apt-get install $(arch_field "$arch" package)"
	[ "$accel" != kvm ] || ! arch_is_foreign "$arch" ||
		die 2 "--accel=kvm: a kernel of $arch is emulated here; give tcg"
}

check_arguments() {
	check_paths
	case $accel in
	auto | kvm | tcg) ;;
	*) die 2 "--accel=$accel: give auto, kvm or tcg" ;;
	esac
	[ -z "$cpus" ] || check_number --cpus cpus 1 255
	check_clock
	check_numa
	cpus=${cpus:-2}
	memory=${memory:-2048}
	check_number --memory memory 128 1048576
	check_number --timeout timeout 1 9999999
	check_number ALLOCMARK_LIFE_SECONDS life_seconds 1 9999999
	check_number ALLOCMARK_BOOT_SECONDS boot_seconds 1 9999999
	choose_qemu
}

# The base archive and the job's: the kernel unpacks one after the other.
make_initrd() {
	"$here/initramfs.sh" --kernel="$kernel" --out="$tmp/base" ${pack+"${pack[@]}"} >&2 || exit 125
	mkdir "$tmp/pack"
	cp -RL "$job" "$tmp/pack/job" || die 125 "$job: cannot copy the job"
	chmod 755 "$tmp/pack/job/run"
	# No time stamps or inode numbers: the kernel reads the headers digit by digit before it does
	# anything else, so the same job must give the same bytes for its clock to repeat itself.
	find "$tmp/pack" -exec touch -h -d @0 {} +
	(cd "$tmp/pack" && find job | LC_ALL=C sort |
		cpio -o -H newc -R 0:0 --quiet --reproducible) >"$tmp/job.cpio"
	cat "$tmp/base" "$tmp/job.cpio" >"$tmp/initrd"
	rm -rf "$tmp/base" "$tmp/pack" "$tmp/job.cpio"
}

# The exit trap: every way out passes here.
cleanup() {
	trap - EXIT
	trap '' INT TERM HUP
	stop_qemu
	stop_readers
	move_batches || true
	rm -rf "$tmp" "$incoming"
}

check_arguments
out=$(realpath "$out")
tmp=$(mktemp -d)
incoming=$(mktemp -d "$out/.incoming.XXXXXX") ||
	{ rmdir "$tmp"; die 2 "$out: cannot write there (is the disk full?)"; }
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

make_initrd
start_streams
boot
follow
stop_qemu
finish_readers
exit "$status"
