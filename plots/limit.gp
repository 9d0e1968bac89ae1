# SPDX-License-Identifier: GPL-2.0-only
#
# The largest size by strategy: a row each, a line from the left to its point, several runs one below
# the other in the row. The plot's own .gp has set, beside what common.gp needs:
#   nr_rows row_label[] row_text[] row_text_at[]   from the top down; value or reason, in words
#   data                              columns as its header says: 1 row, 2 series, 3 place within
#                                     the row, 9 limit, 10 and 11 its range over rounds
#   nr_series series_label[]          linetype i is series i
#   size_min size_max nr_marks mark_at[] mark_text[]
load scripts.'/common.gp'

legend_widest = 2
eval legend_size
set lmargin at screen 0.2
set rmargin at screen 0.985
set bmargin at screen panels_bottom - 0.01
set tmargin at screen panels_top - 0.015
row_font = ','.sprintf('%.1f', 13 * pt * min(1, 33.0 / nr_rows))
size_axis_step = 6
eval size_axis
eval marks
set yrange [nr_rows + 0.7:0.3]
set ytics nomirror scale 0 () noenhanced font row_font
do for [i = 1:nr_rows] {
	set ytics add (row_label[i] i)
	set label 100 + i row_text[i] at row_text_at[i], i left offset 1.2,0 noenhanced font row_font textcolor rgb ink front
}
set xlabel 'largest size that succeeds' font ','.sprintf('%.1f', 13 * pt) textcolor rgb ink offset 0,0.3
unset grid
set grid xtics lc rgb pale lw 1 dt 1

plot for [s in drawn_series] data skip 1 using (column(2) == int(s) && column(9) > 0 ? size_min : 1 / 0):(column(1) + column(3)):(column(9) - size_min):(0) \
		with vectors nohead lt int(s) notitle, \
	for [s in drawn_series] data skip 1 using (column(2) == int(s) ? column(9) : 1 / 0):(column(1) + column(3)) with points lt int(s) notitle, \
	for [s in ranged] data skip 1 using (column(10) < column(11) ? column(9) : 1 / 0):(column(1) + column(3)):10:11 with xerrorbars lc rgb ink lw 1.5 pt 0 notitle

load scripts.'/legend.gp'
