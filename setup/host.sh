# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154 # run-bench.sh, which sources this, sets the options
#
# The module on this machine: whether it can be had, built, loaded and unloaded. Sourced by
# run-bench.sh, which defines die, note, build, module and loaded, and calls unload on every way out.

# module_for NAME KDIR ARGUMENT...: builds the module; its path in $module.
module_for() {
	local name=$1 kdir=$2
	shift 2
	note "building the module for $name"
	build_module "$kdir" "$build/kmod-$name" "$@" >"$build/kmod-$name.log" 2>&1 || {
		grep -iE '(error|\*\*\*)' "$build/kmod-$name.log" | head -n 5 >&2
		note "the module does not build for $name: see build/kmod-$name.log"
		return 1
	}
	module=$build/kmod-$name/allocmark.ko
}

# why_not_host: prints why no module can be loaded here; nothing where one can.
why_not_host() {
	if [ "$(id -u)" != 0 ]; then
		echo "not root"
	elif [ ! -e /proc/modules ]; then
		echo "the running kernel has no loadable modules"
	elif [ "$(cat /proc/sys/kernel/modules_disabled 2>/dev/null)" = 1 ]; then
		echo "loading modules is switched off (kernel.modules_disabled)"
	elif grep -qsE '\[(integrity|confidentiality)\]' /sys/kernel/security/lockdown; then
		echo "the kernel is locked down and takes only signed modules"
	elif ! host_headers; then
		echo "no headers of the running kernel (linux-headers-$(uname -r))"
	fi
}

host_headers() {
	[ -f "/lib/modules/$(uname -r)/build/Makefile" ] ||
		setup/packages.sh --package="linux-headers-$(uname -r)" >&2
}

unload() {
	local try
	[ "$loaded" = yes ] || return 0
	# A process that was just killed may still be closing the device.
	for try in 1 2 3 4 5 6 7 8 9 10; do
		if rmmod allocmark 2>/dev/null; then
			loaded=no
			return 0
		fi
		sleep 0."$try"
	done
	note "the module is still in use: when nothing holds /dev/allocmark, run rmmod allocmark"
	return 1
}

load() {
	if [ -e /sys/module/allocmark ]; then
		rmmod allocmark 2>/dev/null ||
			die "the module is loaded and in use: end the other run, then rmmod allocmark"
	fi
	module_for "$(uname -r)" "/lib/modules/$(uname -r)/build" || return 1
	insmod "$module" || {
		note "the running kernel refused the module: see dmesg"
		return 1
	}
	loaded=yes
}
