#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What the kernel of KDIR offers, found by compiling against its headers and not by its version
# number: distributions carry functions back. All probes are files of one kbuild run that goes on
# after an error; those that compiled leave an object behind.
#
# probe.sh KDIR BUILD: writes BUILD/amk_config.h, which every file of the module includes first, and
# BUILD/make.args, arguments that the kernel's build needs here. Nothing is done when both are there
# for the same kernel and the same arguments. MAKE: the make to run.
set -eu

kdir=$1
build=$2
make=${MAKE:-make}
dir=$build/probe

die() {
	echo "probe.sh: $*" >&2
	exit 1
}

# probe NAME TEXT...: one probe. It sets HAVE_NAME when TEXT compiles.
probe() {
	name=$1
	shift
	printf '%s\n' "$@" >"$dir/$name.c"
	names="$names $name"
	objects="$objects $name.o"
}

write_probes() {
	names='' objects=''
	probe control \
		'#include <linux/kernel.h>' \
		'int amk_probe(void);' \
		'int amk_probe(void) { return 0; }'
	probe vmalloc_huge \
		'#include <linux/gfp.h>' \
		'#include <linux/vmalloc.h>' \
		'void *amk_probe(unsigned long size);' \
		'void *amk_probe(unsigned long size) { return vmalloc_huge(size, GFP_KERNEL); }'
	probe apic_timer_irqs \
		'#include <linux/percpu.h>' \
		'#include <asm/hardirq.h>' \
		'unsigned int amk_probe(void);' \
		'unsigned int amk_probe(void) { return raw_cpu_read(irq_stat.apic_timer_irqs); }'
	probe irq_count_apic_timer \
		'#include <linux/percpu.h>' \
		'#include <asm/hardirq.h>' \
		'unsigned int amk_probe(void);' \
		'unsigned int amk_probe(void)' \
		'{ return raw_cpu_read(irq_stat.counts[IRQ_COUNT_APIC_TIMER]); }'
	probe gfp_atomic \
		'#include <linux/gfp.h>' \
		'gfp_t amk_probe(void);' \
		'gfp_t amk_probe(void) { return __GFP_ATOMIC; }'
	probe gfp_wait \
		'#include <linux/gfp.h>' \
		'gfp_t amk_probe(void);' \
		'gfp_t amk_probe(void) { return __GFP_WAIT; }'
	probe alloc_pages_bulk \
		'#include <linux/gfp.h>' \
		'unsigned long amk_probe(unsigned long n, struct page **page);' \
		'unsigned long amk_probe(unsigned long n, struct page **page)' \
		'{ return alloc_pages_bulk(GFP_KERNEL, n, page); }'
	probe alloc_pages_bulk_array \
		'#include <linux/gfp.h>' \
		'unsigned long amk_probe(unsigned long n, struct page **page);' \
		'unsigned long amk_probe(unsigned long n, struct page **page)' \
		'{ return alloc_pages_bulk_array(GFP_KERNEL, n, page); }'
	# In 7.x it counts for each node, in another enumeration.
	probe vm_event_pgscan_direct \
		'#include <linux/vm_event_item.h>' \
		'int amk_probe(void);' \
		'int amk_probe(void) { return PGSCAN_DIRECT; }'
	probe kmsg_dump_iter \
		'#include <linux/kmsg_dump.h>' \
		'void amk_probe(struct kmsg_dump_iter *log);' \
		'void amk_probe(struct kmsg_dump_iter *log) { kmsg_dump_rewind(log); }'
	echo "obj-m := $objects" >"$dir/Kbuild"
}

# compile ARGUMENT...: true when the probe that every kernel passes did.
compile() {
	rm -f "$dir"/*.o
	# shellcheck disable=SC2086 # objects are words
	"$make" -k -C "$kdir" M="$dir" "$@" $objects >"$dir/log" 2>&1 || true
	[ -f "$dir/control.o" ]
}

# The kernel's own compiler may not be on this machine: then the default one has to do.
compile_all() {
	if compile; then
		args=
	elif compile CC="${CC:-gcc}"; then
		args="CC=${CC:-gcc}"
	else
		die "nothing compiles against $kdir: $(first_error) (all of it: $dir/log)"
	fi
}

first_error() {
	grep -iE 'error|not found|no such' "$dir/log" | head -n 1
}

write_config() {
	echo '/* Made by probe.sh: what the headers of this kernel offer. */'
	for name in $names; do
		if [ "$name" != control ] && [ -f "$dir/$name.o" ]; then
			echo "#define AMK_HAVE_$(echo "$name" | tr "[:lower:]" "[:upper:]") 1"
		fi
	done
}

# The variables among make's own arguments: they reach the kernel's build, and so the probes.
variables() {
	for word in ${MAKEFLAGS:-}; do
		case $word in
		-*) ;;
		*=*) printf ' %s' "$word" ;;
		esac
	done
}

# Whether the answers are those of this kernel, these probes and these arguments.
is_fresh() {
	[ -f "$build/amk_config.h" ] && [ -f "$build/make.args" ] &&
		[ "$(cat "$dir/stamp" 2>/dev/null)" = "$stamp" ]
}

[ -f "$kdir/Makefile" ] ||
	die "KDIR=$kdir has no Makefile: give the headers of a kernel, as in /usr/src/linux-headers-RELEASE"
release=$(cat "$kdir/include/config/kernel.release" 2>/dev/null) ||
	die "KDIR=$kdir is not prepared for modules: in a kernel tree, make modules_prepare"
mkdir -p "$dir" 2>/dev/null && [ -w "$dir" ] ||
	die "BUILD=$build cannot be written to: give a directory of your own"
stamp="$(cksum <"$0") $kdir $release${CC:+ CC=$CC}$(variables)"
if is_fresh; then
	exit 0
fi
rm -f "$build/amk_config.h" "$dir"/*.c "$dir/stamp"
write_probes
compile_all
echo "$args" >"$build/make.args"
write_config >"$build/amk_config.h"
echo "$stamp" >"$dir/stamp"
