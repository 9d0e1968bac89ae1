# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Sourced by guest.sh: the streams from the guest. Each has a virtio port of its own that QEMU writes to
# a fifo here, with a reader process behind it: stdout and stderr are passed on as they come, records
# are appended to OUT/blocks.jsonl, files arrive as tar batches and are moved into OUT when whole. The
# control port carries init's messages (see vm/init).
#
# Uses from guest.sh: say, die, out, tmp, incoming, timeout; from guest-qemu.sh: qemu_pid, say_dead.
# shellcheck disable=SC2034,SC2154 # assigned or used there

readers=() reader_names=() batches=0 partial='' line='' status=125 deadline=0

# Starts COMMAND… reading the fifo NAME. The fifo is held open for writing here as descriptor FD (5 to
# 8), so that neither side waits for the other to open it and a second QEMU may follow a first.
start_reader() {
	local name=$1 fd=$2

	shift 2
	mkfifo "$tmp/$name"
	eval "exec $fd<>'$tmp/$name'"
	( exec 5>&- 6>&- 7>&- 8>&- && exec "$@" <"$tmp/$name" ) &
	readers+=($!)
	reader_names+=("$name")
}

size_of() {
	stat -c %s "$1" 2>/dev/null || echo 0
}

# Opens OUT/blocks.jsonl for more lines. One cut short by an earlier run's end is no record: it is cut
# off, as every reader of the file leaves it out.
start_records() {
	records=$out/blocks.jsonl
	if [ -s "$records" ] && [ -n "$(tail -c 1 "$records")" ]; then
		head -n "$(wc -l <"$records")" "$records" >"$records.whole"
		mv "$records.whole" "$records"
	fi
	records_before=$(size_of "$records")
	# shellcheck disable=SC2016 # $1 is the inner shell's
	start_reader records 7 bash -c 'exec cat >>"$1"' cat "$records"
}

start_streams() {
	: >"$tmp/stdout.log"
	: >"$tmp/stderr.log"
	start_reader stdout 5 tee -a "$tmp/stdout.log"
	# shellcheck disable=SC2016 # $1 is the inner shell's
	start_reader stderr 6 bash -c 'exec tee -a "$1" >&2' tee "$tmp/stderr.log"
	start_records
	# What tar says of a stream that ends early or has no room is said here, in one line.
	# shellcheck disable=SC2016 # $1 and $2 are the inner shell's
	start_reader files 8 bash -c 'exec tar -x -m -i -b 1 -f - -C "$1" --no-same-owner \
		--no-same-permissions 2>"$2"' tar "$incoming" "$tmp/files.log"
	mkfifo "$tmp/control.in" "$tmp/control.out"
	exec 3<>"$tmp/control.out" 4<>"$tmp/control.in"
}

# A fifo that is full makes QEMU hold a write back until its reader has come round, and the guest sees
# when: how busy this machine is would show in a clock that counts instructions. There QEMU writes each
# stream to a file, which takes everything at once, and a follower passes it on to the fifo.
make_spools() {
	local name

	for name in stdout stderr records files; do
		: >"$tmp/$name.spool"
	done
}

# The followers end by themselves when QEMU has.
follow_spools() {
	local name

	for name in stdout stderr records files; do
		tail -q -c +1 -s 0.1 -f --pid="$qemu_pid" "$tmp/$name.spool" \
			3>&- 4>&- 5>&- 6>&- 7>&- 8>&- >"$tmp/$name" 2>/dev/null &
	done
}

# Ends the process PID: asks, waits a second, then forces.
end_process() {
	local pid=$1 tries=0

	kill "$pid" 2>/dev/null || return 0
	while kill -0 "$pid" 2>/dev/null; do
		tries=$((tries + 1))
		[ $tries -ne 50 ] || kill -KILL "$pid" 2>/dev/null || true
		sleep 0.02
	done
}

# With QEMU gone the readers take in what is still under way and end by themselves, but for one that is
# stuck, as behind a reader of ours that has stopped: that one is ended.
stop_readers() {
	local pid tries=0

	exec 5>&- 6>&- 7>&- 8>&-
	for pid in ${readers+"${readers[@]}"}; do
		while kill -0 "$pid" 2>/dev/null && [ $tries -lt 100 ]; do
			tries=$((tries + 1))
			sleep 0.02
		done
	done
	for pid in ${readers+"${readers[@]}"}; do
		end_process "$pid"
	done
}

# With QEMU gone and the fifos closed here the readers see the end and finish by themselves.
finish_readers() {
	local pid

	exec 5>&- 6>&- 7>&- 8>&-
	for pid in "${readers[@]}"; do
		wait "$pid" || die 125 'cannot write all that the guest sent (is the disk full?)'
	done
	readers=()
	move_batches
}

# Moves the files of one whole batch into OUT, each by a rename within a file system. The records that
# came by their port stand already; a copy of them among the files must not replace them.
move_batch() {
	local batch=$1 file

	while IFS= read -r -d '' file; do
		if [ "$file" = ./blocks.jsonl ] && [ -s "$records" ]; then
			continue
		fi
		mkdir -p "$(dirname "$out/$file")"
		mv -f "$batch/$file" "$out/$file"
	done < <(cd "$batch" && find . -type f -print0)
}

move_batches() {
	local end

	for end in "$incoming"/*.end; do
		[ -e "$end" ] || continue
		move_batch "${end%.end}"
		rm -rf "${end%.end}" "$end"
		batches=$((batches + 1))
	done
}

# Waits up to TENTHS of a second for a line of the control port; it is then in `line`.
read_control() {
	local part=''

	if IFS= read -r -t "$(($1 / 10)).$(($1 % 10))" -u 3 part; then
		line=$partial$part
		partial=''
		return 0
	fi
	partial=$partial$part
	return 1
}

# Forgets what a QEMU that was given up may have said last.
drain_control() {
	while read_control 1; do
		:
	done
	partial=''
}

# Fails (125) when QEMU or one of the readers is gone.
check_alive() {
	local i

	for i in "${!readers[@]}"; do
		kill -0 "${readers[i]}" 2>/dev/null ||
			die 125 "cannot write the guest's ${reader_names[i]} (is the disk full?): ended it"
	done
	kill -0 "$qemu_pid" 2>/dev/null || die 125 "$(say_dead)"
}

# True when each stream NAME=BYTES… has been seen here up to that size.
streams_complete() {
	local word have

	for word; do
		case $word in
		files=*) have=$batches ;;
		records=*) have=$(($(size_of "$records") - records_before)) ;;
		*) have=$(size_of "$tmp/${word%%=*}.log") ;;
		esac
		((have >= ${word#*=})) || return 1
	done
}

# The job is over: what it gave to each stream, NAME=BYTES… (files: batches), is still to come in.
wait_streams() {
	# A guest kernel without debugfs cannot tell the bytes: a moment for what is on its way.
	[ $# -gt 1 ] || sleep 1
	until streams_complete "$@"; do
		check_alive
		((SECONDS < deadline)) || die 124 "timeout after $timeout s while taking in the results"
		sleep 0.02
		move_batches
	done
}

# Past the deadline: the job is asked to end first, so that its files and the kernel log still come.
stop_job() {
	[ -z "$stopping" ] || die 124 'the guest did not stop by itself: killed'
	say "timeout after $timeout s: stopping the job"
	stopping=1
	echo stop >&4
	deadline=$((SECONDS + 15))
}

# Follows the guest until its job ended; sets `status` to the job's.
follow() {
	local stopping='' words

	while :; do
		if read_control 5; then
			[ "${line%% *}" = 'done' ] || continue
			read -r -a words <<<"$line"
			break
		fi
		move_batches
		check_alive
		((SECONDS < deadline)) || stop_job
	done
	wait_streams "${words[@]:2}"
	status=${words[1]}
	[ -z "$stopping" ] || status=124
}
