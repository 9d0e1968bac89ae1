#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs in the guest as its job: loads the module, lets the test programs at it, and looks at what is
# left when it is gone: the memory, the caches, the kernel log. Speaks TAP without a plan.
set -u

programs=$1

tap() {
	if [ "$1" = 0 ]; then
		echo "ok - $2"
	else
		echo "not ok - $2"
	fi
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
insmod /lib/modules/allocmark.ko && rmmod allocmark
before=$(available)
insmod /lib/modules/allocmark.ko
tap $? "the module loads"
[ "$(stat -c '%a' /dev/allocmark)" = 600 ]
tap $? "the device is for root alone"
for program in $programs; do
	"$program"
	tap $? "$program ends well"
done

exec 9</dev/allocmark
! rmmod allocmark 2>/dev/null
tap $? "the module stays while the device is open"
exec 9<&-
rmmod allocmark
tap $? "the module unloads"
[ -z "$(find /sys/kernel/slab -maxdepth 1 -name 'allocmark*')" ]
tap $? "no cache is left"
after=$(available)
echo "# MemAvailable: $before kB before, $after kB after"
[ "$after" -gt $((before - 8192)) ]
tap $? "the memory is back"
found=$(splats)
[ -z "$found" ]
tap $? "the kernel log has no complaint"
[ -z "$found" ] || echo "$found" | sed 's/^/# /'
