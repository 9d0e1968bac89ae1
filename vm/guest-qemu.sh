# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Sourced by guest.sh: the QEMU command, the choice between KVM and emulation, and signs of life. KVM
# is taken only where a guest comes up under it: a device file says little about nested or restricted
# virtualisation, in which a kernel may hang at its first instructions.
#
# Uses from guest.sh: say, die, its arguments, arch, qemu, tmp; from guest-streams.sh: read_control, end_process.
# shellcheck disable=SC2154 # assigned there

life_seconds=${ALLOCMARK_LIFE_SECONDS:-8}
boot_seconds=${ALLOCMARK_BOOT_SECONDS:-180}
cache=${ALLOCMARK_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/allocmark}
qemu_pid='' environment=''

# Prints the kernel command line for MODE (kvm or tcg).
command_line() {
	local words

	words="console=$(arch_field "$arch" console) quiet panic=-1 oops=panic"
	# The ciphers' self tests cost a quarter of an emulated boot. Emulated CPUs of x86 share one time
	# stamp counter, but Linux distrusts it and falls back to the HPET, whose every reading leaves the
	# translated code.
	[ "$1" = kvm ] || words="$words cryptomgr.notests"
	[ "$1-$arch" != tcg-amd64 ] || words="$words tsc=reliable no_timer_check"
	# Calibrating the APIC timer spins on the clock, seven seconds when each reading ends a
	# translated block, and one CPU can do without that timer. The rest takes chance out of
	# addresses and background work.
	[ "$clock-$arch" != insn-amd64 ] || words="$words noapictimer"
	[ "$clock" = real ] || words="$words norandmaps nowatchdog"
	[[ "$clock" = real || " ${append[*]-} " = *' kaslr '* ]] || words="$words nokaslr"
	echo "$words amk.environment=$environment ${append[*]-}"
}

# Prints the machine to emulate.
machine() {
	case $arch in
	# Without a disk controller: the firmware would wait for its reset for as long as this machine is
	# busy, which no virtual clock can repeat.
	amd64) echo 'q35,sata=off,smbus=off,vmport=off' ;;
	# Its device tree holds seeds that are new each time.
	arm64) echo 'virt,gic-version=3,dtb-randomness=off' ;;
	esac
}

# Prints the processor to emulate. The cipher that arm64 signs pointers with is slow to emulate; any
# other function of its arguments will do here. Its timer at 1 GHz, as Armv8.6 has it, tells single
# instructions apart where these are the clock; the emulator's own choice has a tick for 16 of them.
# Where instructions are counted on x86 it is the same under every QEMU, and clears pages by eight bytes
# an instruction: one with "fast strings" (ERMS) does so byte by byte, each of which counts, and all
# else drowns in that. Of this make no Linux separates its page tables (Meltdown), which each system
# call would pay for.
cpu_model() {
	case $arch-$clock in
	amd64-insn) echo 'Opteron_G3-v1,-misalignsse,+pdpe1gb' ;;
	amd64-*) echo max ;;
	arm64-*) echo 'max,pauth-impdef=on,cntfrq=1000000000' ;;
	esac
}

# Sets `command` to the QEMU command for MODE. In an option's value a comma is written twice.
# Emulated CPUs take turns in one thread: before 8.1 (its commit deba78709a) a QEMU that runs them side by
# side may keep the translation of an int3 that Linux has long replaced, as it does whenever a static branch
# is switched, and both CPUs trap there for ever. A run switches some with each event it counts. Our jobs
# keep one CPU busy, so turns cost nothing that shows.
qemu_command() {
	local mode=$1 fifo=${tmp//,/,,} console=${out//,/,,}/console.log stream spool=''

	[ "$clock" = real ] || spool=.spool

	command=("$qemu" -M "$(machine)" -nodefaults -no-reboot -display none
		-smp "$cpus" -m "$memory")
	case $mode-$clock in
	kvm-*) command+=(-accel kvm -cpu host) ;;
	tcg-real) command+=(-accel 'tcg,thread=single' -cpu "$(cpu_model)") ;;
	tcg-insn)
		command+=(-accel tcg -cpu "$(cpu_model)" -icount 'shift=0,sleep=off' -seed 1
			-rtc 'base=2000-01-01,clock=vm')
		;;
	esac
	command+=(-kernel "$kernel/vmlinuz" -initrd "$tmp/initrd" -append "$(command_line "$mode")"
		-chardev "file,id=console,path=$console" -serial chardev:console
		# Without an event descriptor a write to a port is served before it returns: nothing
		# runs on while the guest measures, and under -icount the order is always the same.
		-device 'virtio-serial-pci,max_ports=8,ioeventfd=off'
		-chardev "pipe,id=control,path=$fifo/control"
		-device 'virtserialport,chardev=control,name=control,nr=1')
	for stream in stdout stderr records files; do
		command+=(-chardev "file,id=$stream,path=$fifo/$stream$spool"
			-device "virtserialport,chardev=$stream,name=$stream")
	done
	numa_command
	command+=(${qemu_args+"${qemu_args[@]}"})
	# A guest.sh that is killed outright must not leave its QEMU behind.
	if setpriv --help 2>/dev/null | grep -q pdeathsig; then
		command=(setpriv --pdeathsig TERM "${command[@]}")
	fi
}

start_qemu() {
	local mode=$1

	environment=guest-$mode
	[ "$clock" = real ] || environment=guest-icount
	: >"$out/console.log"
	qemu_command "$mode"
	[ "$clock" = real ] || make_spools
	"${command[@]}" 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- </dev/null >"$tmp/qemu.log" 2>&1 &
	qemu_pid=$!
	[ "$clock" = real ] || follow_spools
}

stop_qemu() {
	[ -n "$qemu_pid" ] || return 0
	end_process "$qemu_pid"
	wait "$qemu_pid" 2>/dev/null || true
	qemu_pid=''
}

# Prints why QEMU is gone, in one line.
say_dead() {
	local reason

	if reason=$(grep -a 'Kernel panic\|allocmark: init: ' "$out/console.log"); then
		reason=$(tail -n 1 <<<"$reason" | tr -d '\r')
	elif [ -s "$tmp/qemu.log" ]; then
		reason=$(grep -v 'warning:' "$tmp/qemu.log" | head -n 1)
	else
		reason='it switched itself off'
	fi
	echo "the guest died: ${reason#\[*\] }; see $out/console.log"
}

# Waits SECONDS for init's hello. Returns 1 when there was none, or when QEMU ended.
wait_life() {
	local until=$((SECONDS + $1))

	while ((SECONDS < until)); do
		if read_control 2 && [ "$line" = hello ]; then
			return 0
		fi
		kill -0 "$qemu_pid" 2>/dev/null || return 1
		((SECONDS < deadline)) || die 124 "timeout after $timeout s, before the guest was up"
	done
	return 1
}

# The file that remembers, until this machine boots again, that KVM gave no sign of life.
kvm_mark() {
	echo "$cache/no-kvm.$(cat /proc/sys/kernel/random/boot_id 2>/dev/null || echo boot)"
}

boot_kvm() {
	start_qemu kvm
	! wait_life "$life_seconds" || return 0
	[ "$accel" = auto ] ||
		die 125 "no sign of life from a guest under KVM in $life_seconds s; try --accel=tcg"
	say "no sign of life from a guest under KVM in $life_seconds s: falling back to TCG (emulation)"
	stop_qemu
	drain_control
	if mkdir -p "$cache" 2>/dev/null; then
		: 2>/dev/null >"$(kvm_mark)" || true
	fi
	return 1
}

boot_tcg() {
	start_qemu tcg
	! wait_life "$boot_seconds" || return 0
	kill -0 "$qemu_pid" 2>/dev/null || die 125 "$(say_dead)"
	die 125 "no sign of life from the guest in $boot_seconds s; see $out/console.log"
}

# True when KVM is worth a try; says why not otherwise.
kvm_hopeful() {
	[ "$accel" != tcg ] || return 1
	if arch_is_foreign "$arch"; then
		say "a processor of $arch is emulated here: using TCG"
		return 1
	fi
	if [ "$accel" = auto ] && [ -e "$(kvm_mark)" ]; then
		say "KVM gave no sign of life before (forget: rm $(kvm_mark)): using TCG (emulation)"
		return 1
	fi
	! ( exec 9<>"${ALLOCMARK_KVM:-/dev/kvm}" ) 2>/dev/null || return 0
	[ "$accel" = auto ] || die 125 '/dev/kvm cannot be opened; try --accel=tcg'
	say 'no usable /dev/kvm: using TCG (emulation)'
	return 1
}

# Starts QEMU and waits until the guest shows life.
boot() {
	deadline=$((SECONDS + timeout))
	if kvm_hopeful && boot_kvm; then
		return 0
	fi
	boot_tcg
}
