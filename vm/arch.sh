# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Sourced by the scripts of vm/: what differs from one architecture to the next, by Debian's name of
# it. One that is not this machine's is built with a cross compiler and runs under emulation.
#
# arch_check uses from the script: die MESSAGE.

architectures='amd64 arm64'

# Prints this machine's architecture.
arch_host() {
	case $(uname -m) in
	x86_64) echo amd64 ;;
	aarch64) echo arm64 ;;
	*) uname -m ;;
	esac
}

# arch_check NAME: ends the script unless there is such an architecture here.
arch_check() {
	case " $architectures " in
	*" $1 "*) ;;
	*) die "--arch=$1: unknown; one of $architectures" ;;
	esac
}

arch_is_foreign() {
	[ "$1" != "$(arch_host)" ]
}

# Prints the architecture of the kernel directory DIR, as vm/kernel.sh prints one.
arch_of_kernel() {
	cat "$1/arch" 2>/dev/null || arch_host
}

# Prints FIELD (machine, kernel, qemu, package, console) of the architecture NAME; false for one that
# is unknown.
arch_field() {
	case $1:$2 in
	amd64:machine) echo x86_64 ;;
	amd64:kernel) echo x86 ;;
	amd64:qemu) echo qemu-system-x86_64 ;;
	amd64:package) echo qemu-system-x86 ;;
	amd64:console) echo ttyS0 ;;
	arm64:machine) echo aarch64 ;;
	arm64:kernel) echo arm64 ;;
	arm64:qemu) echo qemu-system-aarch64 ;;
	arm64:package) echo qemu-system-arm ;;
	arm64:console) echo ttyAMA0 ;;
	*) return 1 ;;
	esac
}

# Prints what stands before the name of a compiler for NAME; nothing for this machine's own.
arch_prefix() {
	! arch_is_foreign "$1" || echo "$(arch_field "$1" machine)-linux-gnu-"
}
