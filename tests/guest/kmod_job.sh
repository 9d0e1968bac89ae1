#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs in the guest as its job: loads the module, lets the test programs at it, and looks at what is
# left when it is gone: the memory, the caches, the kernel log. Speaks TAP without a plan.
set -eu

programs=$1

# check NAME COMMAND...: passes when the command does.
check() {
	name=$1
	shift
	if "$@"; then
		echo "ok - $name"
	else
		echo "not ok - $name"
	fi
}

not() {
	! "$@" 2>/dev/null
}

# Kilobytes that are available when caches are dropped and late frees have run. The pages that wait
# on the lists of each CPU are free too, but the kernel does not count them as such; since 6.7 there
# may be many.
available() {
	sync
	echo 3 >/proc/sys/vm/drop_caches
	sleep 2
	awk '/^MemAvailable:/ { kb += $2 } $1 == "count:" { kb += $2 * 4 } END { print kb }' \
		/proc/meminfo /proc/zoneinfo
}

# What the kernel says of itself when something is wrong.
splats() {
	dmesg | grep -E 'BUG:|WARNING:|Call Trace|Oops|general protection|refcount_t|soft lockup|rcu.*stall|Unexpected gfp|page allocation failure|Slab cache still has objects|kmem_cache_destroy|Out of memory'
}

# The first load brings in what stays for good, such as slabs of long-lived objects.
insmod /lib/modules/allocmark.ko
rmmod allocmark
before=$(available)
check "the module loads" insmod /lib/modules/allocmark.ko
check "the device is for root alone" [ "$(stat -c '%a' /dev/allocmark)" = 600 ]
for program in $programs; do
	check "$program ends well" "$program"
done

exec 9</dev/allocmark
check "the module stays while the device is open" not rmmod allocmark
exec 9<&-
check "the module unloads" rmmod allocmark
check "no cache is left" [ -z "$(find /sys/kernel/slab -maxdepth 1 -name 'allocmark*')" ]
after=$(available)
echo "# MemAvailable: $before kB before, $after kB after"
check "the memory is back" [ "$after" -gt $((before - 8192)) ]
found=$(splats || true)
check "the kernel log has no complaint" [ -z "$found" ]
[ -z "$found" ] || echo "$found" | sed 's/^/# /'
