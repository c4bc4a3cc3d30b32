/* src/wire/punycode.c: names as Python's codec writes them (those of RFC 3492
 * section 7.1 among them), and what is no name. */
#include "wire/punycode.h"

#include "stubdns/error.h"
#include "support/suite.h"

#include <string.h>

#define A55 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A56 "a" A55
#define A63 "aaaaaaa" A56

static const struct {
  const char *text;
  const char *ascii; /* NULL: an error */
  int error;
} rows[] = {
    {"www.example.test", "www.example.test", 0},
    {"www.example.test.", "www.example.test.", 0},
    {"", "", 0},
    {"a..b", "a..b", 0},
    {"b\303\274cher", "xn--bcher-kva", 0},
    {"B\303\274cher.Test", "xn--Bcher-kva.Test", 0},
    {"m\303\274nchen-ost.b\303\274cher.", "xn--mnchen-ost-9db.xn--bcher-kva.",
     0},
    {"\344\273\226\344\273\254\344\270\272\344\273\200\344\271\210\344\270\215"
     "\350\257\264\344\270\255\346\226\207",
     "xn--ihqwcrb4cv8a8dqg056pqjye", 0},
    {"\320\277\320\276\321\207\320\265\320\274\321\203\320\266\320\265\320\276"
     "\320\275\320\270\320\275\320\265\320\263\320\276\320\262\320\276\321\200"
     "\321\217\321\202\320\277\320\276\321\200\321\203\321\201\321\201\320\272"
     "\320\270",
     "xn--b1abfaaepdrnnbgefbadotcwatmq2g4l", 0},
    {"\331\204\331\212\331\207\331\205\330\247\330\250\330\252\331\203\331\204"
     "\331\205\331\210\330\264\330\271\330\261\330\250\331\212\330\237",
     "xn--egbpdaj6bu4bxfgehfvwxn", 0},
    {"3\345\271\264b\347\265\204\351\207\221\345\205\253\345\205\210\347\224"
     "\237",
     "xn--3b-ww4c5e180e575a65lsy2b", 0},
    {"\345\256\211\345\256\244\345\245\210\347\276\216\346\201\265-with-super-"
     "monkeys",
     "xn---with-super-monkeys-pc58ag80a8qai00g7n9n", 0},
    {"\360\237\230\200", "xn--e28h", 0},
    {"\303\274", "xn--tda", 0},
    {"\330\250\330\250\330\250\330\250\330\250\330\250\330\250\330\250\330\250"
     "\330\250\330\250\330\250\330\250\330\250\330\250\330\250\330\250\330\250"
     "\330\250\330\250",
     "xn--ngbaaaaaaaaaaaaaaaaaaa", 0},
    {"fa\303\237", "xn--fa-hia", 0},
    {"\364\217\277\277", "xn--dn32g", 0},
    /* Other full stops. */
    {"a\343\200\202b\357\274\216c\357\275\241d", "a.b.c.d", 0},
    /* Too long. */
    {A56 "1234567", A56 "1234567", 0},
    {A56 "12345678", NULL, STUBDNS_ELABELTOOLONG},
    {A56 "\303\274", NULL, STUBDNS_ELABELTOOLONG},
    {A56 "." A56 "." A56 "." A56 "." A56, NULL, STUBDNS_ENAMETOOLONG},
    /* Where the label is full: behind all of it, at each of its digits, at its
     * hyphen, at a letter before. */
    {A55 "\303\274", "xn--" A55 "-8yf", 0},
    {A55 "aa\303\274", NULL, STUBDNS_ELABELTOOLONG},
    {A55 "aaa\303\274", NULL, STUBDNS_ELABELTOOLONG},
    {A55 "aaaa\303\274", NULL, STUBDNS_ELABELTOOLONG},
    {A55 "aaaaa\303\274", NULL, STUBDNS_ELABELTOOLONG},
    {A55 "aaaaa\303\274.test", NULL, STUBDNS_ELABELTOOLONG},
    /* Where the name is: at its last full stop, at the prefix of a label. */
    {A63 "." A63 "." A63 "." A63 ".", A63 "." A63 "." A63 "." A63 ".", 0},
    {A63 "." A63 "." A63 "." A63 "..", NULL, STUBDNS_ENAMETOOLONG},
    {A63 "." A63 "." A63 "." A63 ".\303\274", NULL, STUBDNS_ENAMETOOLONG},
    /* No UTF-8: cut, not the shortest, a surrogate, beyond the last. */
    {"\303", NULL, STUBDNS_EBADTEXT},
    {"\303.", NULL, STUBDNS_EBADTEXT},
    {"\274", NULL, STUBDNS_EBADTEXT},
    {"\300\201", NULL, STUBDNS_EBADTEXT},
    {"\340\201\201", NULL, STUBDNS_EBADTEXT},
    {"\355\240\200", NULL, STUBDNS_EBADTEXT},
    {"\364\220\200\200", NULL, STUBDNS_EBADTEXT},
    {"\377", NULL, STUBDNS_EBADTEXT},
    {"\360\237\230", NULL, STUBDNS_EBADTEXT},
};

START_TEST(names_become_what_the_dns_has) {
  char ascii[STUBDNS__ASCII_NAME_SIZE];
  memset(ascii, 0x7f, sizeof ascii);
  ck_assert_int_eq(stubdns__name_to_ascii(rows[_i].text, ascii),
                   rows[_i].error);
  if (rows[_i].ascii) ck_assert_str_eq(ascii, rows[_i].ascii);
}
END_TEST

Suite *test_suite(void) {
  Suite *suite = suite_create("punycode");
  TCase *cases = tcase_create("cases");
  tcase_add_loop_test(cases, names_become_what_the_dns_has, 0,
                      sizeof rows / sizeof rows[0]);
  suite_add_tcase(suite, cases);
  return suite;
}
