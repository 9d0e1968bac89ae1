/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The state that a run asks memory to be in (--state): set up before the first block, held while
 * the run lasts, looked at before each round, gone with the run.
 */
#ifndef AMK_STATE_H
#define AMK_STATE_H

#include <stdio.h>

#include "bench/holder.h"
#include "lib/user/activity.h"
#include "lib/user/facts.h"
#include "lib/user/fragment.h"
#include "lib/user/module.h"
#include "lib/user/plan.h"
#include "lib/user/records.h"
#include "lib/user/slabinfo.h"

enum amk_state_kind {
	AMK_STATE_NONE, /* not asked for: as it is */
	AMK_STATE_FRESH,
	AMK_STATE_AGED,
	AMK_STATE_FRAGMENTED,
	AMK_STATE_PRESSURE,
	AMK_NR_STATES
};

/* Who holds the memory. */
enum amk_state_holder { AMK_HOLDER_ANY, AMK_HOLDER_MODULE, AMK_HOLDER_USER };

#define AMK_STATE_MARGIN_BYTES (64ULL << 20) /* free above the low watermark, under pressure */

/* What was asked for. */
struct amk_state_wish {
	enum amk_state_kind kind;
	enum amk_state_holder holder;
	double index; /* unusable free space index */
	u32 order;
	u64 bytes; /* most that may be held; ~0: what the floor leaves */
	u64 seed;
	bool quiet; /* nothing is printed while it takes long */
};

struct amk_state {
	struct amk_state_wish wish;
	enum amk_state_holder holder; /* that it came to be */
	const struct amk_module *module;
	struct amk_module own; /* opened for the state alone */
	bool have_own;
	struct amk_holder process;
	struct amk_fragmenter fragmenter;
	struct amk_facts before; /* readings before anything was done */
	struct amk_slabinfo slabs_before; /* bytes 0: not to be read */
	double index_before; /* < 0: not to be read */
	const char *prepared; /* what was done to make memory whole first, or why not */
	bool whole; /* all of that could be done */
	u64 user_bytes; /* of aged objects */
	u64 kernel_bytes;
	double index; /* as it was last brought to, or found */
	double index_least; /* that a round began with */
	double index_most;
	double drift_most; /* how far off what was wanted a look found it */
	u32 rounds; /* looked at */
	u32 restored; /* of them, in which something had to be held anew */
	u64 free_least_bytes; /* under pressure: that a look found */
	u64 free_most_bytes;
	struct amk_activity mark; /* when the last stretch began */
	struct amk_activity in_rounds; /* what the kernel did for memory in rounds */
	struct amk_activity in_making; /* and while the state was made or restored */
	bool in_round; /* the stretch that goes on is a round's */
	u64 began_ns; /* with a step that may take long */
	u64 told_ns;
	int turn; /* descriptor + 1 of what keeps other runs out; 0: not taken */
};

/* Reads what @options ask for; 0, or -EINVAL with a one-line text that names what is wrong. */
int amk_state_parse(const struct amk_options *options, struct amk_state_wish *wish,
		    char error[AMK_ERROR_LEN]);

/* A list of indices such as 0.25,0.75:8 into @index, at most @most; how many, or -EINVAL. */
int amk_state_indices(const char *text, double *index, int most, u32 *order);

/*
 * Sets up the state that @wish asks for, by @module where that is not NULL. 0, or -errno with a
 * one-line text in @error; in any case the caller ends with amk_state_close(), after which all
 * memory is given back.
 */
int amk_state_open(struct amk_state *state, const struct amk_state_wish *wish,
		   const struct amk_module *module, char error[AMK_ERROR_LEN]);

/*
 * The last before what begins the run is written: restores what was lost while the machine was
 * looked at, and reads what is now into @facts, anew if it moved under that. As amk_state_open().
 */
int amk_state_begin(struct amk_state *state, struct amk_facts *facts, char error[AMK_ERROR_LEN]);

/* Before a round: looks, and restores what is lost. As amk_state_open(). */
int amk_state_check(struct amk_state *state, char error[AMK_ERROR_LEN]);

void amk_state_close(struct amk_state *state);

/* What two runs have to share to be compared. Nothing where no state was asked for. */
void amk_state_facts(const struct amk_state *state, struct amk_facts *facts);

/* What is now, and what it took to get here; readings for the manifest's group state. */
void amk_state_measured(const struct amk_state *state, struct amk_facts *facts, bool begin);

/* Two lines about the state of a run that had one; nothing of others. */
void amk_state_print(FILE *file, const struct amk_run_data *data);

/* ---- between the files of a state ---- */

/* The signature of who holds: @who is a struct amk_state. 0 or -errno. */
typedef int amk_state_hold_fn(void *who, struct amk_hold *hold);

amk_state_hold_fn amk_state_hold_by_module;
amk_state_hold_fn amk_state_hold_by_process;

/* Keeps other runs from this machine's memory; 0, or -errno with a one-line text. */
int amk_state_turn_take(struct amk_state *state, char error[AMK_ERROR_LEN]);
void amk_state_turn_end(struct amk_state *state);

/* Makes free memory whole as far as this process may, and notes how far. */
void amk_state_prepare(struct amk_state *state);

/* The churn, as amk_state_squeeze(); and before a round what stayed of it: 0 or -errno. */
int amk_state_age(struct amk_state *state, char error[AMK_ERROR_LEN]);
int amk_state_age_check(struct amk_state *state);

/* All memory of the machine. */
u64 amk_state_memory_bytes(void);

/* Free pages, and the low watermarks of all zones. 0 or -errno. */
int amk_state_pages(u64 *free_pages, u64 *low_pages);

/*
 * Brings free memory to just above the low watermark. 0 or -errno, with or without a one-line text
 * in @error, which comes empty.
 */
int amk_state_squeeze(struct amk_state *state, char error[AMK_ERROR_LEN]);

/* Before a round: notes how much is free, and does that again. */
int amk_state_squeeze_check(struct amk_state *state, char error[AMK_ERROR_LEN]);

/* Bytes that are to stay available, whoever holds. */
u64 amk_state_floor(enum amk_state_kind kind);

const char *amk_state_name(enum amk_state_kind kind);

#endif
