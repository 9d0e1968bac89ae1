// SPDX-License-Identifier: GPL-2.0-only
/*
 * The model of a TLB: see tlb.h.
 *
 * A page is its number and its size in one word, so that pages of several sizes share an array. The
 * set is the page's number modulo the number of sets: no processor says how it really hashes. Where
 * several arrays of a level take a size (Intel's leaf 18H describes a second level that way) an
 * entry is looked for in all of them and put in place of the one among them used longest ago.
 */
#include "tlb.h"

#define SHIFT_BITS 6
#define SHIFT_MASK ((1U << SHIFT_BITS) - 1)
#define NR_LEVELS 2U

int amk_tlb_check(const struct amk_tlb *tlb)
{
	u32 i, left = AMK_TLB_ENTRIES_MAX;

	if (tlb->nr_units > AMK_TLB_UNITS_MAX || tlb->pad)
		return -EINVAL;
	for (i = 0; i < tlb->nr_units; i++) {
		const struct amk_tlb_unit *u = &tlb->unit[i];

		if (!u->entries || u->entries > left || !u->ways || u->entries % u->ways)
			return -EINVAL;
		if (!u->level || u->level > NR_LEVELS || !u->shifts || u->pad)
			return -EINVAL;
		left -= u->entries;
	}
	return 0;
}

u32 amk_tlb_entries(const struct amk_tlb *tlb)
{
	u32 i, entries = 0;

	for (i = 0; i < tlb->nr_units; i++)
		entries += tlb->unit[i].entries;
	return entries;
}

u64 amk_tlb_page(const struct amk_tlb *tlb, u64 addr, u32 shift)
{
	u64 held = 0;
	u32 i;

	for (i = 0; i < tlb->nr_units; i++)
		held |= tlb->unit[i].shifts;
	while (shift && !(held >> shift & 1))
		shift--;
	return shift ? addr >> shift << SHIFT_BITS | shift : 0;
}

void amk_tlb_reset(struct amk_tlb_model *model, const struct amk_tlb *tlb,
		   struct amk_tlb_entry *entry)
{
	memset(entry, 0, amk_tlb_entries(tlb) * sizeof(*entry));
	memset(model, 0, sizeof(*model));
	model->tlb = tlb;
	model->entry = entry;
}

void amk_tlb_count(struct amk_tlb_model *model)
{
	model->now += model->accesses;
	model->accesses = 0;
	model->misses_first = 0;
	model->misses = 0;
}

/* The first entry of the set that @page belongs to in @unit, whose entries begin at @entry. */
static struct amk_tlb_entry *unit_set(const struct amk_tlb_unit *unit, struct amk_tlb_entry *entry,
				      u64 page)
{
	u64 sets = unit->entries / unit->ways;
	u64 number = page >> SHIFT_BITS;

	if (sets & (sets - 1))
		number -= div64_u64(number, sets) * sets;
	else
		number &= sets - 1;
	return entry + number * unit->ways;
}

/*
 * Looks @page up in @level: its entry with @hit set, or else the entry to put it in, or NULL where
 * the level takes no such page.
 */
static struct amk_tlb_entry *level_find(struct amk_tlb_model *model, u32 level, u64 page, bool *hit)
{
	struct amk_tlb_entry *entry = model->entry, *oldest = NULL, *set;
	u32 i, way;

	*hit = false;
	for (i = 0; i < model->tlb->nr_units; i++) {
		const struct amk_tlb_unit *u = &model->tlb->unit[i];

		set = unit_set(u, entry, page);
		entry += u->entries;
		if (u->level != level || !(u->shifts >> (page & SHIFT_MASK) & 1))
			continue;
		for (way = 0; way < u->ways; way++) {
			*hit = set[way].used && set[way].page == page;
			if (*hit)
				return &set[way];
			if (!oldest || set[way].used < oldest->used)
				oldest = &set[way];
		}
	}
	return oldest;
}

/* Looks @page up in @level and puts it there; true if it was there. */
static bool level_access(struct amk_tlb_model *model, u32 level, u64 page)
{
	bool hit;
	struct amk_tlb_entry *entry = level_find(model, level, page, &hit);

	if (entry) {
		entry->page = page;
		entry->used = model->now + model->accesses;
	}
	return hit;
}

void amk_tlb_access(struct amk_tlb_model *model, u64 page)
{
	model->accesses++;
	if (level_access(model, 1, page))
		return;
	model->misses_first++;
	model->misses += !level_access(model, 2, page);
}
