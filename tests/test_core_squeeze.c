// SPDX-License-Identifier: GPL-2.0-only
/*
 * reserves and pressure, on a side whose last pages the test decides on: what they ask for and in
 * which order, what they record, and that all is given back however they end.
 */
#include "test_core_fake.h"

#include "lib/core/body.h"
#include "lib/core/squeeze.h"

#define LOG_MAX 128

static struct fake_block fb;

static struct {
	int open_error;
	u32 fail_at; /* the call of take(), from 1, that ends in error; 0: none */
	int error;
	u64 let_go_at; /* the allocation that makes the kernel ask for the pages; 0: none */
	bool reclaimable;
	u32 opens;
	u32 closes;
	u32 takes;
	enum amk_squeeze_how how[LOG_MAX];
	u64 stalls;
} machine;

static int machine_open(struct amk_block *block, bool reclaimable)
{
	machine.reclaimable = reclaimable;
	(void)block;
	machine.opens += !machine.open_error;
	return machine.open_error;
}

/* The n-th call gets 1000 / n pages, and leaves 100 less n. */
static int machine_take(struct amk_block *block, enum amk_squeeze_how how, struct amk_squeezed *got)
{
	(void)block;
	assert_true(machine.opens > machine.closes);
	assert_in_range(machine.takes, 0, LOG_MAX - 1);
	machine.how[machine.takes++] = how;
	if (machine.takes == machine.fail_at)
		return machine.error;
	got->pages = 1000 / machine.takes;
	got->free_pages = 100 - machine.takes;
	got->min_pages = 80 + machine.takes;
	machine.stalls += 5;
	return 0;
}

static bool machine_let_go(struct amk_block *block)
{
	(void)block;
	return machine.let_go_at && fake.allocs >= machine.let_go_at;
}

static void machine_close(struct amk_block *block)
{
	(void)block;
	machine.closes++;
}

/* Each allocation stalls once, and looks at three pages for that. */
static int machine_reclaimed(struct amk_block *block, struct amk_reclaimed *reclaimed)
{
	(void)block;
	reclaimed->stalls = machine.stalls + fake.allocs;
	reclaimed->scanned = 3 * fake.allocs;
	reclaimed->compactions = 7;
	return 0;
}

static const struct amk_squeeze machine_squeeze = {
	.open = machine_open,
	.take = machine_take,
	.let_go = machine_let_go,
	.close = machine_close,
	.reclaimed = machine_reclaimed,
};

static void machine_reset(const char *workload)
{
	memset(&machine, 0, sizeof(machine));
	fake_block_reset(&fb, workload, 4096);
}

static enum amk_status machine_run(void)
{
	struct amk_side side = fake_side;
	enum amk_status status;

	side.squeeze = &machine_squeeze;
	fb.block.side = &side;
	status = fake_block_run(&fb);
	assert_int_equal(machine.opens, machine.closes);
	assert_int_equal(fake.given, fake.released);
	return status;
}

/* ---- reserves ---- */

static void test_reserves_go_deeper_by_turns(void **state)
{
	static const enum amk_squeeze_how order[] = { AMK_SQUEEZE_NOWAIT, AMK_SQUEEZE_HIGH,
						      AMK_SQUEEZE_ATOMIC, AMK_SQUEEZE_NORETRY };

	(void)state;
	machine_reset("reserves");
	machine_run();
	fake_block_ended(&fb, AMK_STATUS_OK, AMK_REASON_NONE, 0);
	assert_int_equal(machine.takes, AMK_ARRAY_SIZE(order));
	assert_memory_equal(machine.how, order, sizeof(order));
	fake_value_is(&fb, AMK_METRIC_reserve_nowait, 1000);
	fake_value_is(&fb, AMK_METRIC_reserve_high, 500);
	fake_value_is(&fb, AMK_METRIC_reserve_atomic, 333);
	fake_value_is(&fb, AMK_METRIC_reserve_noretry, 250);
	fake_value_is(&fb, AMK_METRIC_reserve_nowait_free, 99);
	fake_value_is(&fb, AMK_METRIC_reserve_atomic_free, 97);
	fake_value_is(&fb, AMK_METRIC_reserve_high_min, 82);
	fake_value_is(&fb, AMK_METRIC_reserve_noretry_min, 84);
	/* Of the last alone. */
	fake_value_is(&fb, AMK_METRIC_reserve_stalls, 5);
	assert_int_equal(fake.allocs, 0);
	assert_false(machine.reclaimable);
}

static void test_reserves_are_not_for_every_machine(void **state)
{
	(void)state;
	machine_reset("reserves");
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_SKIP, AMK_REASON_KERNEL_ONLY, 0);
	machine_reset("reserves");
	machine.open_error = -EPERM;
	machine_run();
	fake_block_ended(&fb, AMK_STATUS_SKIP, AMK_REASON_PRESSURE_OFF, 0);
	machine_reset("pressure");
	machine.open_error = -EFBIG;
	machine_run();
	fake_block_ended(&fb, AMK_STATUS_SKIP, AMK_REASON_OVER_MEMORY, 0);
	machine_reset("pressure");
	machine.open_error = -EIO;
	machine_run();
	fake_block_ended(&fb, AMK_STATUS_SETUP_FAILED, AMK_REASON_SETUP, -EIO);
	machine_reset("pressure");
	machine.open_error = -EINTR;
	machine_run();
	fake_block_ended(&fb, AMK_STATUS_MEASURE_FAILED, AMK_REASON_STOPPED, -EINTR);
	assert_int_equal(machine.takes + fake.allocs, 0);
}

static void test_reserves_end_early(void **state)
{
	(void)state;
	machine_reset("reserves");
	machine.fail_at = 3;
	machine.error = -ENOMEM;
	machine_run();
	fake_block_ended(&fb, AMK_STATUS_MEASURE_FAILED, AMK_REASON_LET_GO, -ENOMEM);
	assert_int_equal(machine.takes, 3);
	assert_int_equal(fb.result.nr_values, 0);
	machine_reset("reserves");
	machine.fail_at = 1;
	machine.error = -EINTR;
	machine_run();
	fake_block_ended(&fb, AMK_STATUS_MEASURE_FAILED, AMK_REASON_STOPPED, -EINTR);
}

/* ---- pressure ---- */

static void test_pressure_takes_before_each(void **state)
{
	(void)state;
	machine_reset("pressure");
	fake.alloc_ns = 500;
	machine_run();
	fake_block_ended(&fb, AMK_STATUS_OK, AMK_REASON_NONE, 0);
	assert_int_equal(fake.allocs, machine.takes);
	assert_int_equal(machine.how[0], AMK_SQUEEZE_QUIET);
	assert_true(machine.reclaimable);
	fake_value_is(&fb, AMK_METRIC_pressure_tried, fake.allocs);
	fake_value_is(&fb, AMK_METRIC_pressure_given, fake.allocs);
	/* Not what taking the pages cost. */
	fake_value_is(&fb, AMK_METRIC_pressure_stalls, fake.allocs);
	fake_value_is(&fb, AMK_METRIC_pressure_scanned, 3 * fake.allocs);
	fake_value_is(&fb, AMK_METRIC_pressure_compactions, 0);
	fake_value_is(&fb, AMK_METRIC_pressure_oom, 0);
	assert_int_equal(fb.result.lane[0].nr_iterations, fake.allocs);
	assert_int_equal(fake_lane_count(&fb.result.lane[0]), fake.allocs);
	assert_in_range(fb.result.lane[0].iteration[0].ticks_n, 500, 600);
}

/* What is refused is a try like any other, and its time too. */
static void test_pressure_counts_refusals(void **state)
{
	(void)state;
	machine_reset("pressure");
	fake.refuse_at = 3;
	fake.refuse_on = true;
	machine_run();
	fake_block_ended(&fb, AMK_STATUS_OK, AMK_REASON_NONE, 0);
	fake_value_is(&fb, AMK_METRIC_pressure_given, 2);
	fake_value_is(&fb, AMK_METRIC_pressure_tried, machine.takes);
	assert_true(machine.takes > 3);
	assert_int_equal(fb.result.lane[0].nr_iterations, machine.takes);
}

static void test_pressure_sees_sleep(void **state)
{
	(void)state;
	machine_reset("pressure");
	fake.slept_at = 2;
	machine_run();
	fake_value_is(&fb, AMK_METRIC_pressure_slept, 1);
}

/* The pages are gone, and with them what was to be measured. */
static void test_pressure_ends_when_all_is_let_go(void **state)
{
	(void)state;
	machine_reset("pressure");
	machine.let_go_at = 2;
	machine_run();
	fake_block_ended(&fb, AMK_STATUS_OK, AMK_REASON_NONE, 0);
	fake_value_is(&fb, AMK_METRIC_pressure_tried, 2);
	fake_value_is(&fb, AMK_METRIC_pressure_oom, 1);
}

static void test_pressure_is_stopped(void **state)
{
	(void)state;
	machine_reset("pressure");
	machine.fail_at = 4;
	machine.error = -EINTR;
	machine_run();
	fake_block_ended(&fb, AMK_STATUS_MEASURE_FAILED, AMK_REASON_STOPPED, -EINTR);
	assert_int_equal(fake.given, 3);
	assert_int_equal(fb.result.nr_values, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reserves_go_deeper_by_turns),
		cmocka_unit_test(test_reserves_are_not_for_every_machine),
		cmocka_unit_test(test_reserves_end_early),
		cmocka_unit_test(test_pressure_takes_before_each),
		cmocka_unit_test(test_pressure_counts_refusals),
		cmocka_unit_test(test_pressure_sees_sleep),
		cmocka_unit_test(test_pressure_ends_when_all_is_let_go),
		cmocka_unit_test(test_pressure_is_stopped),
	};

	return cmocka_run_group_tests_name("core_squeeze", tests, NULL, NULL);
}
