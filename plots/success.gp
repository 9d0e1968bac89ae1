# SPDX-License-Identifier: GPL-2.0-only
#
# Success by size: a row a strategy, a column a size, a sign a cell. The signs differ in shape, not in
# colour alone. The plot's own .gp has set, beside what common.gp needs:
#   nr_rows row_label[]               from the top down
#   nr_columns column_label[]         sizes, exact
#   data                              columns as its header says: 1 row, 2 column, 8 sign
#   nr_marks mark_at[] mark_text[]    in columns
load scripts.'/common.gp'

legend_top = 0.085
legend_rows = 2
legend_columns = 5
legend_style = 'points'
set lmargin at screen 0.2
set rmargin at screen 0.985
set bmargin at screen 0.195
set tmargin at screen panels_top - 0.015
row_font = ','.sprintf('%.1f', 13 * pt * min(1, 33.0 / nr_rows))
column_font = ','.sprintf('%.1f', 12 * pt * min(1, 52.0 / nr_columns))
set xrange [0.3:nr_columns + 0.7]
set xtics nomirror scale 0 () rotate by 90 right noenhanced font column_font
do for [i = 1:nr_columns] { set xtics add (column_label[i] i) }
set yrange [nr_rows + 0.7:0.3]
set ytics nomirror scale 0 () noenhanced font row_font
do for [i = 1:nr_rows] { set ytics add (row_label[i] i) }
set label 9 'size of one allocation' at screen 0.5925,0.105 center font ','.sprintf('%.1f', 13 * pt) textcolor rgb ink
do for [m = 1:nr_marks] {
	set arrow m from mark_at[m], graph 0 to mark_at[m], graph 1 nohead lc rgb soft lw 1.6 dt 3 back
	set label m mark_text[m] at mark_at[m], graph 1 center offset 0,0.6 noenhanced \
		font ','.sprintf('%.1f', 11.5 * pt) textcolor rgb soft
}

small = min(1, 30.0 / nr_columns)
set linetype 1 lc rgb '#009E73' pt 7 ps 1.0 * small lw 2
set linetype 2 lc rgb '#E69F00' pt 9 ps 1.2 * small lw 2
set linetype 3 lc rgb '#D55E00' pt 2 ps 0.95 * small lw 3
set linetype 4 lc rgb '#000000' pt 5 ps 1.0 * small lw 2
set linetype 5 lc rgb '#8A8A8A' pt 6 ps 0.55 * small lw 1.5
plot for [s = 1:5] data skip 1 using (column(8) == s ? column(2) : 1 / 0):1 with points lt s notitle

nr_series = 5
array series_label[5] = ['ok', 'in part', 'refused', 'failed', 'skipped']
load scripts.'/legend.gp'
