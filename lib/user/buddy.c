// SPDX-License-Identifier: GPL-2.0-only
/*
 * The free lists of the page allocator: see buddy.h. Form of a line: frag_show_print() in
 * mm/vmstat.c. Read without stdio: whoever asks may be holding the machine's last pages.
 */
#include "lib/user/buddy.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/user/text.h"

/* Room for the file: 256 zones of up to 20 counts. */
#define TEXT_LEN (AMK_BUDDY_ZONES_MAX * (32 + AMK_BUDDY_ORDERS_MAX * 8))

/* A whole number at *@at, which moves past it; false: there is none. */
static bool number_read(const char **at, u64 *number)
{
	char *end;

	*at += strspn(*at, " ");
	if (**at < '0' || **at > '9')
		return false;
	*number = strtoull(*at, &end, 10);
	*at = end;
	return true;
}

static bool word_skip(const char **at, const char *word)
{
	size_t len = strlen(word);

	*at += strspn(*at, " ");
	if (strncmp(*at, word, len))
		return false;
	*at += len;
	return true;
}

static bool name_read(const char **at, char name[AMK_BUDDY_NAME_LEN])
{
	size_t len;

	*at += strspn(*at, " ");
	len = strcspn(*at, " \n");
	if (!len || len >= AMK_BUDDY_NAME_LEN)
		return false;
	memcpy(name, *at, len);
	name[len] = '\0';
	*at += len;
	return true;
}

/* "Node 0, zone   Normal   1   2   3": false when it is not that; *@nr_orders counts there. */
static bool line_read(const char **at, struct amk_buddy_zone *zone, u32 *nr_orders)
{
	u64 node;

	memset(zone, 0, sizeof(*zone));
	if (!word_skip(at, "Node") || !number_read(at, &node) || !word_skip(at, ", zone") ||
	    !name_read(at, zone->name))
		return false;
	zone->node = (u32)node;
	for (*nr_orders = 0; *nr_orders < AMK_BUDDY_ORDERS_MAX; (*nr_orders)++)
		if (!number_read(at, &zone->free[*nr_orders]))
			break;
	*at += strspn(*at, " ");
	if (**at && **at != '\n')
		return false;
	*at += **at == '\n';
	return *nr_orders > 0;
}

int amk_buddy_parse(const char *text, struct amk_buddy *buddy)
{
	u32 nr_orders;

	buddy->nr_zones = 0;
	buddy->nr_orders = 0;
	while (*text) {
		if (buddy->nr_zones == AMK_BUDDY_ZONES_MAX ||
		    !line_read(&text, &buddy->zone[buddy->nr_zones], &nr_orders))
			return -EINVAL;
		if (buddy->nr_zones++ && nr_orders != buddy->nr_orders)
			return -EINVAL;
		buddy->nr_orders = nr_orders;
	}
	return buddy->nr_zones ? 0 : -EINVAL;
}

int amk_buddy_read(struct amk_buddy *buddy)
{
	static char text[TEXT_LEN];
	ssize_t len = amk_text_read(AMK_BUDDY_PATH, text, sizeof(text));

	return len < 0 ? (int)len : amk_buddy_parse(text, buddy);
}

u64 amk_buddy_zone_pages(const struct amk_buddy_zone *zone, u32 order)
{
	u64 pages = 0;

	for (; order < AMK_BUDDY_ORDERS_MAX; order++)
		pages += zone->free[order] << order;
	return pages;
}

u64 amk_buddy_pages(const struct amk_buddy *buddy, u32 order)
{
	u64 pages = 0;
	u32 i;

	for (i = 0; i < buddy->nr_zones; i++)
		pages += amk_buddy_zone_pages(&buddy->zone[i], order);
	return pages;
}

static double unusable(u64 all, u64 suitable)
{
	return all ? (double)(all - suitable) / (double)all : 1;
}

double amk_buddy_unusable(const struct amk_buddy *buddy, u32 order)
{
	return unusable(amk_buddy_pages(buddy, 0), amk_buddy_pages(buddy, order));
}

double amk_buddy_zone_unusable(const struct amk_buddy_zone *zone, u32 order)
{
	return unusable(amk_buddy_zone_pages(zone, 0), amk_buddy_zone_pages(zone, order));
}
