#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A CI job that gates what allocating memory costs: measures, holds the run against a baseline that is in
# the repository, and leaves reports for the job to publish. Copy it and change what is set below.
#
# allocmark must be built or installed. The exit status is that of `allocmark gate`: 0 pass, 1 regression,
# 2 error, 3 nothing could be decided. Without a baseline the run becomes one, and the status is 0.
set -eu

allocmark=${ALLOCMARK:-allocmark} # the command
baseline=${ALLOCMARK_BASELINE:-baseline} # directory in the repository
thresholds=${ALLOCMARK_THRESHOLDS:-} # file; empty: what is built in
build=${ALLOCMARK_BASELINE_BUILD:-} # directory of the baseline's allocmark, if it is kept; else empty
out=${ALLOCMARK_OUT:-allocmark-report} # what the job publishes
# What is measured. Ten rounds find a change of one cell among thousands. malloc-control is malloc under
# a second name: a run that tells the two apart is refused.
cells=${ALLOCMARK_CELLS:---side=user --strategies=malloc,malloc-control,calloc,mmap-populate --workloads=pair,burst-fifo,touch --sizes=64,4K,256K --rounds=10}

mkdir -p "$out"
rm -rf "$out/run"
# shellcheck disable=SC2086 # a list of options
"$allocmark" run $cells --out="$out/run" --quiet --no-table

if [ ! -e "$baseline/manifest.json" ]; then
	"$allocmark" baseline "$out/run" "$baseline"
	echo "there was no baseline: $baseline is made of this run; commit it"
	exit 0
fi

# On GitHub regressions become annotations, and the report the job's summary.
form=table
if [ -n "${GITHUB_ACTIONS:-}" ]; then
	form=github
fi
exec "$allocmark" gate --baseline="$baseline" ${thresholds:+"--thresholds=$thresholds"} \
	${build:+"--baseline-build=$build"} --format="$form" --report="junit:$out/junit.xml" \
	--report="table:$out/report.txt" "$out/run"
