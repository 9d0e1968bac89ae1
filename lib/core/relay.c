// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a batch goes from the thread that allocated it to the one that frees it: by two buffers, each
 * written by the one and read by the other alone, and two counts that each of them has one of. None
 * waits in a ring for ever: a thread waits for the batch of the same number from the one before it,
 * which is sent before that one waits for anything of this number, and for room until the next one
 * is through with the batch before the last. Waiting lies outside of what is timed.
 */
#include "team.h"

static struct amk_member *member_of(struct amk_block *b)
{
	return (struct amk_member *)b;
}

void amk_relay_open(struct amk_block *b)
{
	struct amk_member *m = member_of(b);
	u32 turns = 0;

	while (m->sent - smp_load_acquire(&m->emptied) >= AMK_TEAM_BUFFERS)
		amk_team_wait(&turns);
	b->slots = m->buffer[m->sent % AMK_TEAM_BUFFERS];
}

void amk_relay_send(struct amk_block *b, u32 n)
{
	struct amk_member *m = member_of(b);

	m->count[m->sent % AMK_TEAM_BUFFERS] = n;
	m->sent++;
	smp_store_release(&m->filled, m->sent);
}

u32 amk_relay_take(struct amk_block *b)
{
	struct amk_member *m = member_of(b);
	struct amk_member *from = m->from;
	u32 turns = 0;

	while (smp_load_acquire(&from->filled) == m->taken)
		amk_team_wait(&turns);
	b->slots = from->buffer[m->taken % AMK_TEAM_BUFFERS];
	return from->count[m->taken % AMK_TEAM_BUFFERS];
}

void amk_relay_close(struct amk_block *b)
{
	struct amk_member *m = member_of(b);

	m->taken++;
	smp_store_release(&m->from->emptied, m->taken);
}
