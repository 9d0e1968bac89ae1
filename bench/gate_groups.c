// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cells that are measured again, as the calls of a build that measure them: see gate.h.
 */
#include <stdlib.h>
#include <string.h>

#include "bench/gate.h"
#include "lib/user/size.h"

static bool same_group(const struct amk_comparison_cell *a, const struct amk_comparison_cell *b)
{
	return a->side == b->side && !strcmp(a->strategy, b->strategy) &&
	       !strcmp(a->workload, b->workload);
}

/* Appends the cell's size to the option, if it has one. */
static int size_add(struct amk_gate_group *group, u64 size_bytes)
{
	char text[AMK_SIZE_TEXT_LEN], *longer;

	if (!size_bytes)
		return 0;
	if (asprintf(&longer, "%s%s%s", group->sizes ? group->sizes : "--sizes=",
		     group->sizes ? "," : "", amk_size_text(size_bytes, text)) < 0)
		return -ENOMEM;
	free(group->sizes);
	group->sizes = longer;
	return 0;
}

static int group_begin(struct amk_gate_groups *groups, const struct amk_comparison_cell *cell)
{
	struct amk_gate_group *grown =
		reallocarray(groups->group, groups->count + 1, sizeof(*grown));
	struct amk_gate_group *group;

	if (!grown)
		return -ENOMEM;
	groups->group = grown;
	group = &grown[groups->count++];
	*group = (struct amk_gate_group){ .cell = cell };
	if (asprintf(&group->strategies, "--strategies=%s:%s", amk_side_names[cell->side],
		     cell->strategy) < 0)
		group->strategies = NULL;
	if (asprintf(&group->workloads, "--workloads=%s", cell->workload) < 0)
		group->workloads = NULL;
	return group->strategies && group->workloads ? 0 : -ENOMEM;
}

int amk_gate_groups_make(struct amk_comparison_cell *const *cell, size_t nr,
			 struct amk_gate_groups *groups)
{
	u64 size = 0;
	size_t i;
	int failed = 0;

	/* The cells are sorted, so a group's stand together; the metrics of a size, too. */
	for (i = 0; i < nr && !failed; i++) {
		struct amk_gate_group *last = groups->count ? &groups->group[groups->count - 1] :
							      NULL;
		bool begun = last && same_group(last->cell, cell[i]);

		if (!begun)
			failed = group_begin(groups, cell[i]);
		if (!failed && (!begun || cell[i]->size_bytes != size))
			failed = size_add(&groups->group[groups->count - 1], cell[i]->size_bytes);
		size = cell[i]->size_bytes;
	}
	return failed;
}

void amk_gate_groups_free(struct amk_gate_groups *groups)
{
	size_t i;

	for (i = 0; i < groups->count; i++) {
		free(groups->group[i].strategies);
		free(groups->group[i].workloads);
		free(groups->group[i].sizes);
	}
	free(groups->group);
	memset(groups, 0, sizeof(*groups));
}
