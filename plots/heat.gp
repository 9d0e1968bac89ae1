# SPDX-License-Identifier: GPL-2.0-only
#
# A heat map of a comparison: a row a strategy, a column a size, in each cell the change in percent.
# The plot's own .gp has set, beside what common.gp needs:
#   nr_rows row_label[]               from the top down
#   nr_columns column_label[]         sizes, exact
#   better                            'lower' or 'higher', of the metric
#   data                              columns as its header says: 1 row, 2 column, 5 kind (0 grey,
#                                     1 plain, 2 framed), 6 text, 7 shade from -1 (better) to 1
#   nr_grey nr_coloured nr_framed     cells of each kind; the framed are coloured, too
#   deep nr_dark                      a shade beyond it, either way, is dark; cells that are
load scripts.'/common.gp'

# Cells are no wider or higher than reads well: a small map does not fill the canvas.
map_left = 0.16
map_top = panels_top - 0.01
map_width = min(0.82, nr_columns * 0.12)
map_height = min(map_top - 0.235, nr_rows * 0.11)
map_bottom = map_top - map_height
set lmargin at screen map_left
set rmargin at screen map_left + map_width
set tmargin at screen map_top
set bmargin at screen map_bottom

cell_width = 1600.0 * map_width / nr_columns
cell_height = 1000.0 * map_height / nr_rows
# Five signs have to find room in a cell, lying or upright, whichever leaves them larger.
lying_size = min(cell_width / 4.35, cell_height * 0.6)
upright_size = min(cell_height / 4.35, cell_width * 0.6)
upright = lying_size < 9 && upright_size > lying_size
text_size = min(13, upright ? upright_size : lying_size)
text_font = ','.sprintf('%.1f', max(4, text_size) * pt)
row_font = ','.sprintf('%.1f', max(5, min(13, cell_height * 0.65)) * pt)
column_font = ','.sprintf('%.1f', max(5, min(12, cell_width * 0.65)) * pt)

unset border
unset grid
set xrange [0.5:nr_columns + 0.5]
set xtics nomirror scale 0 () rotate by 90 right noenhanced font column_font textcolor rgb ink
do for [i = 1:nr_columns] { set xtics add (column_label[i] i) }
set yrange [nr_rows + 0.5:0.5]
set ytics nomirror scale 0 () noenhanced font row_font textcolor rgb ink
do for [i = 1:nr_rows] { set ytics add (row_label[i] i) }
set xlabel 'size of one allocation' font ','.sprintf('%.1f', 13 * pt) textcolor rgb ink

# Ends that all common kinds of colour vision tell apart; the middle is nearly white.
set palette defined (-1 '#2166AC', -0.5 '#67A9CF', -0.2 '#D1E5F0', 0 '#F7F7F7', 0.2 '#FDDBC7', 0.5 '#EF8A62', 1 '#B2182B')
set cbrange [-1:1]
# The longest size stands below the map.
bar = max(0.085, map_bottom - 0.15)
set colorbox horizontal user origin screen 0.3,bar size screen 0.4,0.022 noborder
set cbtics scale 0 offset 0,0.4 font ','.sprintf('%.1f', 11.5 * pt) textcolor rgb ink
# A shade is log2 of how many times worse: the percents below are of a metric of which more is worse.
if (better eq 'lower') {
	set cbtics ('−50 %% or less' -1, '−29 %%' -0.5, '−13 %%' -0.2, '0' 0, '+15 %%' 0.2, '+41 %%' 0.5, '+100 %% or more' 1)
} else {
	set cbtics ('+100 %% or more' -1, '+41 %%' -0.5, '+15 %%' -0.2, '0' 0, '−13 %%' 0.2, '−29 %%' 0.5, '−50 %% or less' 1)
}
set label 20 'better' at screen 0.29,bar + 0.011 right font ','.sprintf('%.1f', 13 * pt) textcolor rgb '#2166AC'
set label 21 'worse' at screen 0.71,bar + 0.011 left font ','.sprintf('%.1f', 13 * pt) textcolor rgb '#B2182B'

half = 0.47
inset = 0.44
dark(shade) = abs(shade) > deep
angle = upright ? 90 : 0
# gnuplot stumbles over a list without a single point: what there is none of is not asked for.
boxes(list, half) = "data skip 1 using (".list." ? column(2) : NaN):1:(column(2) - ".half."):(column(2) + ".half."):(column(1) - ".half."):(column(1) + ".half.")"
words_in(list, colour) = "data skip 1 using (".list." ? column(2) : NaN):1:6 with labels noenhanced rotate by angle font text_font textcolor rgb '".colour."' notitle"
grey = "column(5) == 0"
coloured = "column(5) > 0"
framed = "column(5) == 2"
command = 'plot NaN notitle'
if (nr_grey) { command = command.', '.boxes(grey, 'half')." with boxxyerror fillstyle solid noborder fillcolor rgb '#D9D9D9' notitle" }
if (nr_coloured) { command = command.', '.boxes(coloured, 'half').":7 with boxxyerror fillstyle solid noborder fillcolor palette notitle" }
if (nr_framed) { command = command.', '.boxes(framed, 'inset')." with boxxyerror fillstyle empty border rgb '#000000' linewidth 2 linecolor rgb '#000000' notitle" }
if (nr_grey) { command = command.', '.words_in(grey, soft) }
if (nr_coloured > nr_dark) { command = command.', '.words_in(coloured." && !dark(column(7))", '#000000') }
if (nr_dark) { command = command.', '.words_in(coloured." && dark(column(7))", '#FFFFFF') }
eval command
unset multiplot
unset output
