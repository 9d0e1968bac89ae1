# SPDX-License-Identifier: GPL-2.0-only
#
# Matrices of NUMA nodes: a panel a workload, and one for each kind of distance that the firmware tells.
# A row is the node whose CPU asked, a column the one whose memory was asked for. The plot's own .gp has
# set, beside what common.gp needs:
#   nr_nodes node_label[]             the nodes' numbers
#   nr_panels panel_title[] panel_note[]
#   panel_grey[] panel_coloured[] panel_dark[]   fields of each kind; the dark are coloured, too
#   deep                              a shade beyond it is dark
#   data                              columns as its header says: 1 panel, 2 row, 3 column, 6 kind (0 grey,
#                                     1 coloured), 7 text, 8 second text, 9 shade from 0 (least) to 1
load scripts.'/common.gp'

nr_columns = nr_panels <= 3 ? nr_panels : nr_panels == 4 ? 2 : nr_panels <= 6 ? 3 : 4
nr_rows = int(ceil(nr_panels * 1.0 / nr_columns))
area_left = 0.02
area_bottom = 0.12
slot_width = (0.985 - area_left) / nr_columns
slot_height = (panels_top + 0.01 - area_bottom) / nr_rows
# Fields are no larger than reads well: a small matrix does not fill its place.
field_width = min((slot_width - 0.075) / nr_nodes, 0.15)
field_height = min((slot_height - 0.125) / nr_nodes, 0.13)
text_size = max(5, min(14, min(1600 * field_width / 6.5, 1000 * field_height / 3.2)))
text_font = ','.sprintf('%.1f', text_size * pt)
second_font = ','.sprintf('%.1f', max(4.5, 0.8 * text_size) * pt)

unset border
unset grid
set xrange [0.5:nr_nodes + 0.5]
set yrange [nr_nodes + 0.5:0.5]
set palette defined (0 '#F7FBFF', 0.25 '#C6DBEF', 0.5 '#6BAED6', 0.75 '#2171B5', 1 '#08306B')
set cbrange [0:1]
unset colorbox

dark(shade) = shade > deep
in_panel(p) = "column(1) == ".p
boxes(p, kind) = "data skip 1 using (".in_panel(p)." && column(6) == ".kind." ? column(3) : NaN):2:(column(3) - 0.48):(column(3) + 0.48):(column(2) - 0.48):(column(2) + 0.48)"
words_in(p, list, text, font, at, colour) = "data skip 1 using (".in_panel(p)." && ".list." ? column(3) : NaN):2:".text." with labels noenhanced offset 0,".at." font ".font." textcolor rgb '".colour."' notitle"
both(p, list, colour) = words_in(p, list, '7', 'text_font', '0.45', colour).', '.words_in(p, list, '8', 'second_font', '-0.55', colour)

do for [p = 1:nr_panels] {
	left = area_left + slot_width * ((p - 1) % nr_columns) + (slot_width - 0.02 - field_width * nr_nodes) / 2 + 0.03
	top = panels_top + 0.01 - slot_height * int((p - 1) / nr_columns) - 0.055
	set lmargin at screen left
	set rmargin at screen left + field_width * nr_nodes
	set tmargin at screen top
	set bmargin at screen top - field_height * nr_nodes
	set xtics nomirror scale 0 () noenhanced font tic_font textcolor rgb ink offset 0,0.4
	set ytics nomirror scale 0 () noenhanced font tic_font textcolor rgb ink
	do for [i = 1:nr_nodes] { set xtics add (node_label[i] i) }
	do for [i = 1:nr_nodes] { set ytics add (node_label[i] i) }
	set xlabel 'memory of node' font ','.sprintf('%.1f', 11.5 * pt) textcolor rgb soft offset 0,0.9
	set ylabel 'CPU of node' font ','.sprintf('%.1f', 11.5 * pt) textcolor rgb soft offset 0.8,0
	set label 1 panel_title[p] at screen left + field_width * nr_nodes / 2,top + 0.034 center noenhanced font ','.sprintf('%.1f', 13.5 * pt) textcolor rgb ink
	set label 2 panel_note[p] at screen left + field_width * nr_nodes / 2,top + 0.013 center noenhanced font ','.sprintf('%.1f', 10.5 * pt) textcolor rgb soft
	# gnuplot stumbles over a list without a single point: what there is none of is not asked for.
	command = 'plot NaN notitle'
	if (panel_grey[p]) { command = command.', '.boxes(p, 0)." with boxxyerror fillstyle solid noborder fillcolor rgb '#D9D9D9' notitle" }
	if (panel_coloured[p]) { command = command.', '.boxes(p, 1).":9 with boxxyerror fillstyle solid noborder fillcolor palette notitle" }
	if (panel_grey[p]) { command = command.', '.words_in(p, 'column(6) == 0', '7', 'second_font', '0', soft) }
	if (panel_coloured[p] > panel_dark[p]) { command = command.', '.both(p, 'column(6) == 1 && !dark(column(9))', '#000000') }
	if (panel_dark[p]) { command = command.', '.both(p, 'column(6) == 1 && dark(column(9))', '#FFFFFF') }
	eval command
}

# What the colours mean, once for all panels.
unset label
unset xtics
unset ytics
unset xlabel
unset ylabel
set lmargin at screen 0.35
set rmargin at screen 0.65
set tmargin at screen 0.078
set bmargin at screen 0.058
set xrange [0:1]
set yrange [0:1]
set label 1 'the least of its panel ' at graph 0,0.5 right font ','.sprintf('%.1f', 11.5 * pt) textcolor rgb ink
set label 2 ' 4 times as much, or more' at graph 1,0.5 left font ','.sprintf('%.1f', 11.5 * pt) textcolor rgb ink
set label 3 'twice' at graph 0.5,0.5 center font ','.sprintf('%.1f', 10.5 * pt) textcolor rgb '#000000' front
plot '+' using ($1):(0.5):($1 - 0.01):($1 + 0.01):(0):(1):1 with boxxyerror fillstyle solid noborder fillcolor palette notitle
unset multiplot
unset output
