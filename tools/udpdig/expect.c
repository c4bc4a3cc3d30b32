/* Expectations are read each time they are compared: they are few and short. */
#include "expect.h"

#include "flag_words.h"
#include "number.h"

#include "stubdns/error.h"
#include "stubdns/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum sign { EQUAL, NOT_EQUAL, LESS, AT_MOST, MORE, AT_LEAST };

/* "ttl<=300" in its parts. */
struct comparison {
  const char *key;
  size_t key_length;
  enum sign sign;
  const char *value;
};

static int read_comparison(struct comparison *comparison, const char *text) {
  static const struct {
    const char *text;
    enum sign sign;
  } signs[] = {{"<=", AT_MOST}, {">=", AT_LEAST}, {"!=", NOT_EQUAL},
               {"<", LESS},     {">", MORE},      {"=", EQUAL}};
  comparison->key = text;
  comparison->key_length = strspn(text, "abcdefghijklmnopqrstuvwxyz");
  for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
    const size_t length = strlen(signs[i].text);
    if (strncmp(text + comparison->key_length, signs[i].text, length) != 0)
      continue;
    comparison->sign = signs[i].sign;
    comparison->value = text + comparison->key_length + length;
    return 0;
  }
  return STUBDNS_EINVALID;
}

static int is_key(const struct comparison *comparison, const char *key) {
  return comparison->key_length == strlen(key) &&
         memcmp(comparison->key, key, comparison->key_length) == 0;
}

static int compare(enum sign sign, uint32_t found, uint32_t wanted) {
  switch (sign) {
  case EQUAL:
    return found == wanted;
  case NOT_EQUAL:
    return found != wanted;
  case LESS:
    return found < wanted;
  case AT_MOST:
    return found <= wanted;
  case MORE:
    return found > wanted;
  default:
    return found >= wanted;
  }
}

static int is_about_equality(const struct comparison *comparison) {
  return comparison->sign == EQUAL || comparison->sign == NOT_EQUAL;
}

static unsigned flag_of(const char *word) {
  for (size_t i = 0; i < FLAG_WORD_COUNT; i++)
    if (strcasecmp(flag_words[i].word, word) == 0) return flag_words[i].flag;
  return 0;
}

/* -1 for a name that no RCODE has. */
static int rcode_of(const char *word) {
  for (unsigned i = 0; i < 4096; i++) {
    const char *const name = stubdns_rcode_mnemonic(i);
    if (name && strcasecmp(name, word) == 0) return (int)i;
  }
  return -1;
}

static int check_comparison(const struct comparison *comparison) {
  uint32_t number;
  if (is_key(comparison, "rcode"))
    return is_about_equality(comparison) && rcode_of(comparison->value) >= 0;
  if (is_key(comparison, "flag"))
    return is_about_equality(comparison) && flag_of(comparison->value);
  return (is_key(comparison, "ttl") || is_key(comparison, "count")) &&
         !number_read(&number, comparison->value, strlen(comparison->value));
}

/* "A 192.0.2.80": the type's length in the text, and the data behind it. */
static const char *data_of(const char *text, size_t *type_length) {
  *type_length = strcspn(text, " \t");
  return text + *type_length + strspn(text + *type_length, " \t");
}

int expect_check(const char *text) {
  struct comparison comparison;
  size_t type_length;
  uint16_t type;
  if (!read_comparison(&comparison, text))
    return check_comparison(&comparison) ? 0 : STUBDNS_EINVALID;
  (void)data_of(text, &type_length);
  return stubdns_type_from_text(&type, text, type_length) ? STUBDNS_EINVALID
                                                          : 0;
}

/* Whether a record's data is `wanted`, or that and a final dot. */
static int has_data(const stubdns_record_t *record, const char *wanted) {
  size_t length = 0;
  (void)stubdns_rdata_to_text(record, STUBDNS_TEXT_NO_SPLIT, NULL, 0, &length);
  char *const text = malloc(length + 1);
  if (!text) return 0;
  (void)stubdns_rdata_to_text(record, STUBDNS_TEXT_NO_SPLIT, text, length + 1,
                              &length);
  const size_t wanted_length = strlen(wanted);
  const int is_same =
      strcasecmp(text, wanted) == 0 ||
      (length == wanted_length + 1 && text[wanted_length] == '.' &&
       strncasecmp(text, wanted, wanted_length) == 0);
  free(text);
  return is_same;
}

static int has_record(const stubdns_message_t *message, const char *text) {
  stubdns_records_t records =
      stubdns_message_records(message, STUBDNS_SECTION_ANSWER);
  stubdns_record_t record;
  size_t type_length;
  uint16_t type = 0;
  const char *const data = data_of(text, &type_length);
  if (stubdns_type_from_text(&type, text, type_length)) return 0;
  while (stubdns_records_next(&records, &record))
    if (record.type == type && (!*data || has_data(&record, data))) return 1;
  return 0;
}

/* Where there is no record none is as expected. */
static int have_ttl(const stubdns_message_t *message, enum sign sign,
                    uint32_t wanted) {
  stubdns_records_t records =
      stubdns_message_records(message, STUBDNS_SECTION_ANSWER);
  stubdns_record_t record;
  int any = 0;
  while (stubdns_records_next(&records, &record)) {
    if (!compare(sign, record.ttl_s, wanted)) return 0;
    any = 1;
  }
  return any;
}

static int is_met(const stubdns_message_t *message, const char *text) {
  struct comparison comparison;
  uint32_t number = 0;
  if (read_comparison(&comparison, text)) return has_record(message, text);
  const char *const value = comparison.value;
  if (is_key(&comparison, "rcode"))
    return compare(comparison.sign, stubdns_message_rcode(message),
                   (uint32_t)rcode_of(value));
  if (is_key(&comparison, "flag"))
    return compare(comparison.sign, (message->flags & flag_of(value)) != 0, 1);
  if (number_read(&number, value, strlen(value))) return 0;
  if (is_key(&comparison, "ttl"))
    return have_ttl(message, comparison.sign, number);
  return compare(comparison.sign, message->record_counts[0], number);
}

const char *expect_unmet(const struct settings *settings,
                         const stubdns_message_t *message) {
  for (size_t i = 0; i < settings->expectation_count; i++)
    if (!is_met(message, settings->expectations[i]))
      return settings->expectations[i];
  return NULL;
}
