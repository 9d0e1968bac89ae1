# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # run-bench.sh, which sources this, has the options and the status
#
# What a guest is given and how it is started; and what a run directory says of it, for --resume.

# manifest_value FILE KEY: a string of the manifest; the keys asked for here occur once.
manifest_value() {
	sed -nE 's/.*"'"$2"'"[[:space:]]*:[[:space:]]*"([^"]*)".*/\1/p' "$1" | head -n 1
}

# write_launch KERNEL RELEASE RUNDIR: how the guest was started, a KEY=VALUE a line, for --resume. The exact
# release, since what a series or the default means changes with the package lists.
write_launch() {
	local name=$2
	if [[ $1 = *+* ]]; then
		name=$1
	fi
	printf '%s\n' "kernel=$name" "arch=$arch" "accel=$accel" "clock=$clock" "cpus=$cpus" "memory=$memory" \
		"append=$append" "depth=$depth" "numa=$numa" "huge=$guest_huge_pages" \
		"surplus=$guest_surplus_pages" >"$3/launch"
}

read_launch() {
	local key value
	[ -e "$1" ] || return 0
	while IFS='=' read -r key value; do
		case $key in
		kernel) kernels=("$value") ;;
		arch) arch=$value ;;
		accel) accel=$value ;;
		clock) clock=$value ;;
		cpus) cpus=$value ;;
		memory) memory=$value ;;
		append) append=$value ;;
		depth) depth=$value ;;
		numa) numa=$value ;;
		huge) guest_huge_pages=$value ;;
		surplus) guest_surplus_pages=$value ;;
		*) die "$1 is damaged at '$key': start a new run" ;;
		esac
	done <"$1"
	# What began in a guest goes on in one of the same kind.
	case ${environment:-} in
	guest-kvm) accel=kvm ;;
	guest-tcg) accel=tcg ;;
	guest-icount) clock=insn ;;
	esac
}

# write_job DIR SIDE MODULE: what the guest does; the paths are the guest's.
write_job() {
	local environment='"$AMK_ENVIRONMENT"' args mirror=--mirror=/dev/virtio-ports/records
	# The runs of a sweep share no stream of records: each is sent when it has ended, before the next begins.
	[ -z "$sweep_option" ] || mirror=--then=amk-send
	if [ -n "$resume" ]; then
		args=(--resume=/job/out)
		mkdir -p "$1/out"
		cp "$resume/manifest.json" "$1/out/"
		cp "$resume/topology.xml" "$resume/blocks.jsonl" "$1/out/" 2>/dev/null || true
	else
		run_options "$2" "$strategies"
		args+=(--out=/job/out --machine=guest)
	fi
	# What is for a debugger names where kernel headers lie; a strip for another machine knows no such file.
	strip -g -o "$1/allocmark.ko" "$3" 2>/dev/null || cp "$3" "$1/allocmark.ko"
	write_brd "$1"
	cat >"$1/run" <<END
#!/bin/sh
# The manifest goes out at once: a run whose guest is lost can be resumed.
mkdir -p /job/out && cd /job/out || exit 1
[ $guest_surplus_pages = 0 ] || echo $guest_surplus_pages >/proc/sys/vm/nr_overcommit_hugepages
${module_words:+echo 0 >/proc/sys/vm/watermark_boost_factor; echo 8192 >/proc/sys/vm/min_free_kbytes}
# A guest is the place for what is forbidden, where the kernel looks for it: see the workload illegal.
words=
if [ -s /job/brd.ko ] && insmod /job/brd.ko rd_nr=1 rd_size=49152; then
	words=pressure_file=/dev/ram0
fi
insmod /job/allocmark.ko illegal=1 $module_words \$words || exit 1
sender=
$([ -n "$sweep_option" ] || job_sender)
status=0
allocmark run --no-table --environment=$environment $mirror ${args[*]} || status=\$?
[ -z "\$sender" ] || kill "\$sender" 2>/dev/null
rmmod allocmark || {
	echo "the module cannot be unloaded: see dmesg.txt" >&2
	exit 1
}
exit "\$status"
END
	chmod +x "$1/run"
}

# job_sender: of the job, what sends the manifest as soon as it is there.
job_sender() {
	cat <<'END'
(
	until [ -s manifest.json ]; do sleep 0.1; done
	amk-send topology.xml manifest.json
) &
sender=$!
END
}

# write_brd DIR: where memory is to run short, a ram disk for the module to read: its pages in the page cache are
# what can be reclaimed.
write_brd() {
	local file
	[[ $module_words = *pressure=1* ]] || return 0
	file=$(find "$guest_kdir/lib/modules" -name 'brd.ko*' -print -quit 2>/dev/null)
	case $file in
	*.xz) xz -dc "$file" >"$1/brd.ko" ;;
	*.zst) zstd -qdc "$file" >"$1/brd.ko" ;;
	?*) cp "$file" "$1/brd.ko" ;;
	esac
}

# guest_options: the options of vm/guest.sh that were given, one a line.
guest_options() {
	[ -z "$append" ] || echo "--append=$append"
	[ -z "$cpus" ] || echo "--cpus=$cpus"
	[ -z "$memory" ] || echo "--memory=$memory"
	[ -z "$numa" ] || echo "--numa=$numa"
	if [ -n "$timeout" ]; then
		echo "--timeout=$timeout"
	elif [ "$depth" != full ] && [ -z "$sweep_option" ]; then
		echo --timeout=1200
	else
		echo --timeout=43200
	fi
}
