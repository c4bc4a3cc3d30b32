/* tools/udpdig/bulk/done.c and journal.c: what is written down is what was
 * done, and nothing that is damaged is believed. */
#include "support/suite.h"

#include "bulk/done.h"
#include "bulk/journal.h"

#include "stubdns/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINES 3000

/* Marks lines in an order that is mixed up, each at most `span` too early, and
 * compares with a plain array at each step. */
static void mark_mixed(struct done *done, uint8_t *marked, unsigned seed,
                       uint64_t span, uint64_t steps) {
  uint64_t low = 1;
  srand(seed);
  for (uint64_t i = 0; i < steps; i++) {
    while (marked[low])
      low++;
    const uint64_t line = low + (uint64_t)rand() % span;
    marked[line] = 1;
    ck_assert_int_eq(done_mark(done, line), 0);
  }
}

static void check_same(const struct done *done, const uint8_t *marked) {
  uint64_t through = 0;
  while (marked[through + 1])
    through++;
  ck_assert_uint_eq(done->through, through);
  for (uint64_t line = 1; line < LINES; line++)
    ck_assert_int_eq(done_has(done, line), marked[line]);
}

START_TEST(lines_in_any_order_are_remembered_and_told) {
  static const uint64_t spans[] = {1, 2, 64, 1000};
  static uint8_t marked[LINES + 1];
  static uint8_t octets[LINES];
  struct done done = {0};
  struct done copy = {0};
  size_t length;
  memset(marked, 0, sizeof marked);
  mark_mixed(&done, marked, (unsigned)_i, spans[_i], 1500);
  check_same(&done, marked);
  ck_assert_int_eq(done_encode(&done, octets, sizeof octets, &length), 0);
  ck_assert_int_eq(done_decode(&copy, done.through, octets, length), 0);
  check_same(&copy, marked);
  if (length) {
    ck_assert_int_eq(done_encode(&done, octets, length - 1, &length),
                     STUBDNS_ENOSPACE);
  }
  done_release(&done);
  done_release(&copy);
}
END_TEST

START_TEST(marks_can_be_taken_back) {
  static const uint64_t spans[] = {1, 2, 64, 1000};
  static uint8_t marked[LINES + 1];
  struct done done = {0};
  memset(marked, 0, sizeof marked);
  mark_mixed(&done, marked, (unsigned)_i, spans[_i], 1500);
  for (uint64_t line = LINES - 1; line > 0; line -= 7) {
    ck_assert_int_eq(done_unmark(&done, line), 0);
    marked[line] = 0;
    if (line < 8) break;
  }
  check_same(&done, marked);
  done_release(&done);
}
END_TEST

START_TEST(last_marks_can_be_taken_back) {
  uint8_t octets[16];
  size_t length;
  struct done done = {0};
  for (uint64_t line = 1; line <= 200; line++)
    ck_assert_int_eq(done_mark(&done, line), 0);
  for (uint64_t line = 200; line > 100; line--) {
    ck_assert_int_eq(done_unmark(&done, line), 0);
    ck_assert_uint_eq(done.through, line - 1);
    ck_assert(!done_has(&done, line));
    ck_assert_int_eq(done_encode(&done, octets, sizeof octets, &length), 0);
    ck_assert_uint_eq(length, 0);
  }
  done_release(&done);
}
END_TEST

START_TEST(line_beyond_the_span_cannot_be_marked) {
  struct done done = {0};
  ck_assert(done_reaches(&done, DONE_SPAN));
  ck_assert(!done_reaches(&done, DONE_SPAN + 1));
  ck_assert_int_eq(done_mark(&done, DONE_SPAN), 0);
  ck_assert_int_eq(done_mark(&done, DONE_SPAN + 1), STUBDNS_EINVALID);
  ck_assert_int_eq(done_mark(&done, 1), 0);
  ck_assert_int_eq(done_mark(&done, DONE_SPAN + 1), 0);
  ck_assert_uint_eq(done.through, 1);
  done_release(&done);
}
END_TEST

static const struct {
  const char *octets;
  size_t length;
} bad_runs[] = {{"\x80", 1},
                {"\x01\x80", 2},
                {"\x00\x01", 2},
                {"\x01\x00", 2},
                {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10},
                {"\x01\xff\xff\xff\x7f", 5}};

START_TEST(runs_that_make_no_sense_are_refused) {
  struct done done = {0};
  ck_assert_int_eq(done_decode(&done, 5, (const uint8_t *)bad_runs[_i].octets,
                               bad_runs[_i].length),
                   STUBDNS_EINVALID);
  done_release(&done);
}
END_TEST

static char path[] = "/tmp/stubdns-journal-XXXXXX";

static void new_path(void) {
  strcpy(path + sizeof path - 7, "XXXXXX");
  const int descriptor = mkstemp(path);
  ck_assert_int_ge(descriptor, 0);
  close(descriptor);
}

/* Opens the journal of command 42; returns the error. */
static int open_it(struct journal *journal, struct done *done) {
  struct output message = {0};
  *done = (struct done){0};
  const int error = journal_open(journal, path, 42, 1000, 100, done, &message);
  ck_assert_int_eq(error == STUBDNS_EINVALID, message.length > 0);
  output_release(&message);
  return error;
}

START_TEST(journal_gives_back_the_last_that_was_written) {
  struct journal journal;
  struct done done;
  new_path();
  for (uint64_t i = 0; i < 5; i++) {
    ck_assert_int_eq(open_it(&journal, &done), 0);
    ck_assert_uint_eq(journal.is_resumed, i > 0);
    ck_assert_uint_eq(journal.offset, 1000 + i);
    ck_assert_uint_eq(done.through, i);
    for (uint64_t j = 0; j < 2; j++) {
      ck_assert_int_eq(done_mark(&done, i + 1), 0);
      ck_assert_int_eq(journal_write(&journal, 1001 + i, &done), 0);
    }
    journal_close(&journal);
    done_release(&done);
  }
  unlink(path);
}
END_TEST

static void change_octet(long place) {
  FILE *const file = fopen(path, "r+b");
  ck_assert_ptr_nonnull(file);
  fseek(file, place, SEEK_SET);
  const int octet = fgetc(file);
  fseek(file, place, SEEK_SET);
  fputc(octet ^ 0x10, file);
  fclose(file);
}

/* Whatever octet of a slot is not as it was written, the other slot counts; one
 * of the header, and nothing does. */
START_TEST(damage_is_found_out) {
  struct journal journal;
  struct done done;
  new_path();
  ck_assert_int_eq(open_it(&journal, &done), 0);
  ck_assert_int_eq(done_mark(&done, 1), 0);
  ck_assert_int_eq(journal_write(&journal, 2000, &done), 0);
  const long newest = 4096 + (long)(journal.sequence % 2 * journal.slot_size);
  journal_close(&journal);
  done_release(&done);
  for (long i = 0; i < 48; i++) {
    change_octet(newest + i);
    ck_assert_int_eq(open_it(&journal, &done), 0);
    ck_assert_uint_eq(journal.offset, 1000);
    journal_close(&journal);
    done_release(&done);
    change_octet(newest + i);
  }
  for (long i = 0; i < 48; i++) {
    change_octet(i);
    ck_assert_int_eq(open_it(&journal, &done), STUBDNS_EINVALID);
    change_octet(i);
    done_release(&done);
  }
  unlink(path);
}
END_TEST

START_TEST(journal_in_use_cannot_be_opened) {
  struct journal journal;
  struct journal second;
  struct done done;
  struct done other;
  new_path();
  ck_assert_int_eq(open_it(&journal, &done), 0);
  ck_assert_int_eq(open_it(&second, &other), STUBDNS_EINVALID);
  journal_close(&journal);
  unlink(path);
}
END_TEST

Suite *test_suite(void) {
  Suite *suite = suite_create("done");
  TCase *tests = tcase_create("done");
  tcase_add_loop_test(tests, lines_in_any_order_are_remembered_and_told, 0, 4);
  tcase_add_loop_test(tests, marks_can_be_taken_back, 0, 4);
  tcase_add_test(tests, last_marks_can_be_taken_back);
  tcase_add_test(tests, line_beyond_the_span_cannot_be_marked);
  tcase_add_loop_test(tests, runs_that_make_no_sense_are_refused, 0,
                      sizeof bad_runs / sizeof bad_runs[0]);
  tcase_add_test(tests, journal_gives_back_the_last_that_was_written);
  tcase_add_test(tests, damage_is_found_out);
  tcase_add_test(tests, journal_in_use_cannot_be_opened);
  suite_add_tcase(suite, tests);
  return suite;
}
