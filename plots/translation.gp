# SPDX-License-Identifier: GPL-2.0-only
#
# Page walks a load, and what the load costs, against size. The plot's own .gp has set, beside what
# common.gp needs:
#   data                              table in TSV, a block a series, rising in size
#   model_column measured_column load_column   of it; the size is column 8
#   size_min size_max panel_min[] panel_max[] panel_label[] panel_unit[]
#   nr_reach reach_at[] reach_text[]  where the TLB's reach ends, in bytes
#   nr_series series_label[]          linetype i is series i
#   models measured loads             the series that have them, as words
load scripts.'/common.gp'

legend_widest = 3
eval legend_size
size_axis_step = 4
width = 0.405

reach_place(m) = log(reach_at[m] / size_min) / log(size_max / size_min)
reach = "unset arrow; unset label; do for [m = 1:nr_reach] { \
	if (reach_place(m) > 0 && reach_place(m) < 1) { \
		set arrow m from reach_at[m], graph 0 to reach_at[m], graph 1 nohead lc rgb soft lw 1.8 dt 3 back; \
		if (reach_place(m) > 0.8) { set label m reach_text[m] at graph 1, graph 1 right offset 0,0.6 + m % 2 * 1.1 } \
		else { set label m reach_text[m] at reach_at[m], graph 1 center offset 0,0.6 + m % 2 * 1.1 }; \
		set label m noenhanced \
			font ','.sprintf('%.1f', 11.5 * pt) textcolor rgb soft front } }"
rows(list) = "for [i = 1:words(".list.")] data skip 1 index int(word(".list.", i)) - 1 using 8:"
own(list) = " lt int(word(".list.", i))"

do for [p = 1:2] {
	left = 0.085 + (p - 1) * (width + 0.09)
	set lmargin at screen left
	set rmargin at screen left + width
	set bmargin at screen panels_bottom
	set tmargin at screen panels_top - 0.045
	set xlabel 'size of one allocation' noenhanced font ','.sprintf('%.1f', 13 * pt) textcolor rgb ink
	set ylabel panel_label[p] noenhanced font ','.sprintf('%.1f', 13 * pt) textcolor rgb ink offset 0.8,0
	eval size_axis
	if (p == 1) { eval linear_axis } else { eval log_axis }
	eval reach
	command = 'plot NaN notitle'
	if (p == 1) {
		if (strlen(models)) { command = command.', '.rows('models').'(column(model_column)) with linespoints'.own('models').' dt (12,7) notitle' }
		if (strlen(measured)) { command = command.', '.rows('measured').'(column(measured_column)) with linespoints'.own('measured').' notitle' }
	} else {
		if (strlen(loads)) { command = command.', '.rows('loads').'(column(load_column)) with linespoints'.own('loads').' notitle' }
	}
	eval command
}
load scripts.'/legend.gp'
