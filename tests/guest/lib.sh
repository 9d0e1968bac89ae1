# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the guest tests share: the kernel to boot, the module built for it, and one call that runs a
# script in the guest. Guests run under TCG here: a test must give the same answer on every machine.
# shellcheck source=SCRIPTDIR/../tap.sh
. "$AMK_SRCDIR/tests/tap.sh"

guest_need() {
	command -v "$1" >/dev/null || tap_skip_all "$1 is not installed"
}

# The emulator for what the build directory was configured for.
guest_qemu() {
	case $AMK_ARCH in
	arm64) echo "${ALLOCMARK_QEMU:-qemu-system-aarch64}" ;;
	*) echo "${ALLOCMARK_QEMU:-qemu-system-x86_64}" ;;
	esac
}

# allocmark ARGUMENT...: the command of this build, here, whatever machine it is for.
allocmark() {
	# shellcheck disable=SC2086 # a command and its options
	$AMK_EMULATOR "$AMK_BUILDDIR/bench/allocmark" "$@"
}

# guest_prepare NAME: a scratch directory and the kernel; ends the script where there is none.
guest_prepare() {
	guest_need "$(guest_qemu)"
	scratch=$AMK_BUILDDIR/tests/guest/$1.dir
	rm -rf "$scratch"
	mkdir -p "$scratch/job"
	kernel=$("$AMK_SRCDIR/vm/kernel.sh" --arch="$AMK_ARCH" "${AMK_GUEST_KERNEL:-default}") || {
		echo "Bail out! no kernel for the guest: ${AMK_GUEST_KERNEL:-default}"
		exit 1
	}
	guest_module
}

# One build of the module for each kernel serves all guest tests of a build directory; tests that run side
# by side take turns at it.
guest_module() {
	local vars=() turn

	module_dir=$AMK_BUILDDIR/tests/guest/kmod-$(cat "$kernel/release")
	mkdir -p "$module_dir"
	exec {turn}>"$module_dir/turn"
	flock "$turn"
	if [ -e "$kernel/make.vars" ]; then
		mapfile -t vars <"$kernel/make.vars"
	fi
	make -C "$AMK_SRCDIR/kmod" KDIR="$(realpath "$kernel/build")" BUILD="$module_dir" \
		"${vars[@]}" >"$scratch/kmod.log" 2>&1 || {
		tail -n 20 "$scratch/kmod.log" | sed 's/^/# /'
		echo "Bail out! the module does not build: $scratch/kmod.log"
		exit 1
	}
	exec {turn}>&-
}

# guest_run OPTION... <SCRIPT: runs the script in the guest; its output is in $scratch/stdout. The
# out directory is $scratch/out. Returns what the guest returned. A guest that hangs ends by itself, and
# tests after it have their turn.
guest_run() {
	cat >"$scratch/job/run"
	chmod +x "$scratch/job/run"
	"$AMK_SRCDIR/vm/guest.sh" --kernel="$kernel" --job="$scratch/job" --out="$scratch/out" \
		--bin="$AMK_BUILDDIR/bench/allocmark" --bin="$AMK_BUILDDIR/bench/allocmark-block" \
		--module="$module_dir/allocmark.ko" --accel=tcg --timeout=900 "$@" \
		>"$scratch/stdout" 2>"$scratch/stderr"
}

# Lines of a kernel log that must not be there after any test; a module from outside the kernel
# taints it, and says so, which is no fault.
guest_splats() {
	grep -nE 'WARNING|BUG|Oops|Call Trace|RIP:|INFO: task|rcu.*stall|soft lockup|Out of memory|oom-kill|invoked oom|general protection|Unexpected gfp|refcount_t|page allocation failure|UBSAN|KASAN|kmemleak' "$1" || true
}

guest_dmesg_clean() {
	tap_ok "the kernel log came back" test -s "$scratch/out/dmesg.txt"
	tap_empty "nothing in the kernel log" "$(guest_splats "$scratch/out/dmesg.txt")"
}

# cell SIDE STRATEGY WORKLOAD SIZE METRIC COLUMN: one field of the export in $cells; METRIC - for any.
# shellcheck disable=SC2154 # cells is set by whoever exports
cell() {
	awk -F'\t' -v side="$1" -v strategy="$2" -v workload="$3" -v size="$4" -v metric="$5" \
		-v column="$6" '
		$1 == "run" { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$at["side"] == side && $at["strategy"] == strategy && $at["workload"] == workload &&
		$at["size_bytes"] == size && (metric == "-" || $at["metric"] == metric) {
			print $at[column]; exit
		}' "$cells"
}

# number NAME GOT OPERATOR WANTED: an empty GOT is a failure, not a zero.
number() {
	if [ -n "$2" ] && awk -v got="$2" -v wanted="$4" "BEGIN { exit !(got $3 wanted) }"; then
		tap_pass "$1"
	else
		tap_fail "$1" "got '$2', wanted $3 $4"
	fi
}
