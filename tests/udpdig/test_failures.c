/* What failures of a lookup are called, and what they come to. */
#include "support/suite.h"

#include "print_json.h"
#include "status.h"

#include "stubdns/error.h"

#include <uv.h>

static const struct {
  int error;
  uint32_t drop_count;
  const char *code;
  enum status status;
} rows[] = {
    {STUBDNS_ETIMEOUT, 0, "TIMEOUT", STATUS_NO_REPLY},
    {STUBDNS_ETIMEOUT, 1, "MISMATCH", STATUS_NO_REPLY},
    {STUBDNS_EREFUSED, 0, "UNREACHABLE", STATUS_NO_REPLY},
    {STUBDNS_EUNREACHABLE, 0, "UNREACHABLE", STATUS_NO_REPLY},
    {STUBDNS_ECLOSED, 0, "UNREACHABLE", STATUS_NO_REPLY},
    {STUBDNS_ENOSERVER, 0, "UNREACHABLE", STATUS_NO_REPLY},
    {STUBDNS_EMALFORMED, 0, "MALFORMED", STATUS_NO_REPLY},
    {STUBDNS_ECANCELED, 0, "CANCELLED", STATUS_INTERNAL},
    {STUBDNS_ENOMEM, 0, "NOMEM", STATUS_INTERNAL},
    {STUBDNS_ERANDOM, 0, "SEND", STATUS_INTERNAL},
    {UV_EMFILE, 0, "SEND", STATUS_INTERNAL},
    {UV_EADDRNOTAVAIL, 0, "SEND", STATUS_NO_REPLY},
};

START_TEST(each_error_has_a_code_a_sentence_and_a_status) {
  const stubdns_answer_t answer = {.drop_count = rows[_i].drop_count};
  const struct result result = {.answer = &answer, .status = rows[_i].error};
  ck_assert_str_eq(result_error_code(&result), rows[_i].code);
  ck_assert_int_eq(status_of_error(rows[_i].error), rows[_i].status);
  ck_assert_str_ne(error_sentence(rows[_i].error), "");
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("failures");
  tcase_add_loop_test(cases, each_error_has_a_code_a_sentence_and_a_status, 0,
                      (int)(sizeof rows / sizeof rows[0]));
  Suite *const suite = suite_create("udpdig/failures");
  suite_add_tcase(suite, cases);
  return suite;
}
