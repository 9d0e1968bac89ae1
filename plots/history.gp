# SPDX-License-Identifier: GPL-2.0-only
#
# The medians of one cell over the runs of a history. The plot's own .gp has set, beside what common.gp
# needs:
#   data                              a line a run: 1 place from 1, 5 median
#   nr_runs value_min value_max value_label
#   nr_levels level_from[] level_to[] level_value[]   stretches: places of the first and last run
#   nr_changes change_at[] change_text[]   place of the first run of a level; in words
#   nr_ticks tick_at[] tick_text[]    dates along the axis
#   nr_series series_label[]          of the legend
load scripts.'/common.gp'

legend_rows = 1
legend_columns = 3
set lmargin at screen 0.085
set rmargin at screen 0.955
set bmargin at screen 0.2
set tmargin at screen panels_top - 0.055
set xrange [0.5:nr_runs + 0.5]
set yrange [value_min:value_max]
set format y '%g'
set ytics nomirror out noenhanced font tic_font
set xtics nomirror out () noenhanced font tic_font
do for [i = 1:nr_ticks] { set xtics add (tick_text[i] tick_at[i]) }
set xlabel 'run, in the order of time' noenhanced font ','.sprintf('%.1f', 13 * pt) textcolor rgb ink offset 0,0.2
set ylabel value_label noenhanced font ','.sprintf('%.1f', 13 * pt) textcolor rgb ink offset 0.8,0
unset grid
set grid ytics lc rgb pale lw 1.2 dt 1

# Where the level changes: a dotted line just before the first run of the new one, and by how much above
# the panel. Texts of neighbours take turns in height.
do for [i = 1:nr_changes] {
	set arrow i from change_at[i] - 0.5, graph 0 to change_at[i] - 0.5, graph 1 nohead lc rgb alarm lw 2 dt 3 front
	place = (change_at[i] - 0.5) / nr_runs
	set label i change_text[i] at change_at[i] - 0.5, graph 1 offset 0, (i % 2 ? 0.7 : 1.9) noenhanced font ','.sprintf('%.1f', 12 * pt) textcolor rgb alarm
	if (place > 0.85) { set label i right } else { if (place < 0.15) { set label i left } else { set label i center } }
}
set linetype 1 lc rgb '#0072B2' pt 7 ps (nr_runs > 300 ? 0.5 : nr_runs > 80 ? 0.8 : 1.2) lw 1
do for [i = 1:nr_levels] {
	set arrow 1000 + i from level_from[i] - 0.5, level_value[i] to level_to[i] + 0.5, level_value[i] nohead lc rgb '#D55E00' lw 3.5 front
}

plot data skip 1 using 1:5 with points lt 1 notitle

legend_style = 'points'
unset arrow
unset label
set linetype 1 ps 1.2
legend_top = 0.09
load scripts.'/legend.gp'
