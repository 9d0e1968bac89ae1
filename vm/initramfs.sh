#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Makes the guest's initramfs: static busybox, init and amk-send, the given programs with every shared
# library they need, the given modules, and the kernel's virtio console modules in loading order. For a
# kernel of another architecture busybox and the libraries come from vm/sysroot.sh.
# It is left uncompressed: QEMU hands it over by a copy, while an emulated CPU would have to unpack it.

set -eu

here=$(cd "$(dirname "$0")" && pwd)

usage() {
	cat <<-EOF
	usage: initramfs.sh --kernel=DIR --out=FILE [--bin=FILE]… [--module=FILE]… [--file=FILE[:PLACE]]…
	  --kernel=DIR         a kernel directory as vm/kernel.sh prints it
	  --out=FILE           the archive to make (newc, uncompressed)
	  --bin=FILE           a program, goes to /usr/bin with its shared libraries
	  --module=FILE        a kernel module, goes to /lib/modules
	  --file=FILE[:PLACE]  any file, to PLACE (default: its own path), with its shared libraries
	EOF
}

die() {
	echo "initramfs.sh: $*" >&2
	exit 1
}

# shellcheck source=SCRIPTDIR/arch.sh
. "$here/arch.sh"

kernel='' out='' bins=() modules=() files=()
for arg; do
	case $arg in
	--kernel=*) kernel=${arg#*=} ;;
	--out=*) out=${arg#*=} ;;
	--bin=*) bins+=("${arg#*=}") ;;
	--module=*) modules+=("${arg#*=}") ;;
	--file=*) files+=("${arg#*=}") ;;
	--help) usage; exit 0 ;;
	*) die "unknown argument '$arg' (see --help)" ;;
	esac
done
[ -n "$kernel" ] || die 'no --kernel=DIR given (vm/kernel.sh prints one)'
[ -n "$out" ] || die 'no --out=FILE given'
[ -f "$kernel/release" ] || die "$kernel: not a kernel directory (make one with vm/kernel.sh)"
command -v cpio >/dev/null || die 'no cpio; install it: apt-get install cpio'

release=$(cat "$kernel/release")
arch=$(arch_of_kernel "$kernel")
sysroot=''
if arch_is_foreign "$arch"; then
	sysroot=$("$here/sysroot.sh" --arch="$arch" busybox-static) || exit 1
	busybox=$sysroot/bin/busybox
	[ -f "$busybox" ] || busybox=$sysroot/usr/bin/busybox
else
	busybox=$(command -v busybox) || die 'no busybox; install it: apt-get install busybox-static'
	if ldd "$busybox" >/dev/null 2>&1; then
		die "$busybox is not static; install a static one: apt-get install busybox-static"
	fi
fi
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

# Copies FILE to PLACE in the tree, and the shared libraries it needs to their own places.
copy_file() {
	local file=$1 place=$2 library

	[ -f "$file" ] || die "$file: no such file"
	mkdir -p "$root$(dirname "$place")"
	cp -L "$file" "$root$place"
	if [ -n "$sysroot" ]; then
		copy_foreign_libraries "$file"
		return
	fi
	if ldd "$file" 2>/dev/null | grep -q 'not found'; then
		die "$file: $(ldd "$file" | sed -n 's/^[[:space:]]*\(.*\) => not found/\1/p' | head -n 1) not found"
	fi
	ldd "$file" 2>/dev/null | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p; s/^[[:space:]]*\(\/[^ ]*\) (.*/\1/p' |
	while read -r library; do
		[ -e "$root$library" ] && continue
		mkdir -p "$root$(dirname "$library")"
		cp -L "$library" "$root$library"
	done
}

# Prints what the program FILE names: the libraries it needs, and its dynamic loader by its path. A
# script names none.
names_in() {
	LC_ALL=C readelf -dl "$1" 2>/dev/null |
		sed -nE 's/.*\(NEEDED\).*\[(.*)\]$/\1/p; s/.*program interpreter: (.*)\]$/\1/p'
}

# The same for a program that cannot run here: what it names, and what that names in turn.
copy_foreign_libraries() {
	local file=$1 machine name dir found

	machine=$(arch_field "$arch" machine)
	while read -r name; do
		found=''
		for dir in "" "/lib/$machine-linux-gnu/" "/usr/lib/$machine-linux-gnu/"; do
			[ ! -f "$sysroot$dir$name" ] || found=$dir$name
		done
		[ -n "$found" ] || die "$file: $name not found among the libraries of $arch in $sysroot"
		[ ! -e "$root$found" ] || continue
		mkdir -p "$root$(dirname "$found")"
		cp -L "$sysroot$found" "$root$found"
		copy_foreign_libraries "$root$found"
	done < <(names_in "$file")
}

# Unpacks a module of the kernel's tree into the initramfs and adds it to the loading order once.
copy_module() {
	local file=$1 name

	name=$(basename "$file")
	name=${name%%.ko*}.ko
	[ ! -e "$root/lib/allocmark/$name" ] || return 0
	case $file in
	*.xz) xz -dc "$file" ;;
	*.zst) zstd -qdc "$file" ;;
	*.gz) gzip -dc "$file" ;;
	*) cat "$file" ;;
	esac >"$root/lib/allocmark/$name"
	echo "$name" >>"$root/lib/allocmark/order"
}

# The virtio console with all it depends on; what is built in needs nothing.
copy_virtio() {
	local module word file

	: >"$root/lib/allocmark/order"
	[ -e "$kernel/lib/modules/$release/modules.dep.bin" ] || return 0
	for module in virtio_pci virtio_console; do
		while read -r word file _; do
			[ "$word" = insmod ] || continue
			copy_module "$file"
		done < <(modprobe -C /dev/null -d "$kernel" -S "$release" --show-depends "$module" 2>/dev/null)
	done
}

mkdir -p "$root"/{bin,sbin,usr/bin,usr/sbin,dev,proc,sys,tmp,run,root,etc,job,lib/allocmark,lib/modules}
cp -L "$busybox" "$root/bin/busybox"
ln -s busybox "$root/bin/sh" # init makes the other names: hundreds of links are slow to make here
echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
echo 'root:x:0:' >"$root/etc/group"
install -m 755 "$here/init" "$root/init"
install -m 755 "$here/amk-send" "$root/usr/bin/amk-send"
copy_virtio
for file in ${bins+"${bins[@]}"}; do
	copy_file "$file" "/usr/bin/$(basename "$file")"
done
for file in ${modules+"${modules[@]}"}; do
	[ -f "$file" ] || die "$file: no such module"
	cp -L "$file" "$root/lib/modules/"
done
for file in ${files+"${files[@]}"}; do
	place=${file#*:}
	file=${file%%:*}
	[ "$place" != "$file" ] || place=$(realpath "$file")
	copy_file "$file" "$place"
done

# The same input gives the same bytes, or a clock that counts instructions would not repeat itself.
(cd "$root" && find . -exec touch -h -d @0 {} + && find . | LC_ALL=C sort | cpio -o -H newc -R 0:0 --quiet --reproducible) >"$out.new"
mv "$out.new" "$out"
