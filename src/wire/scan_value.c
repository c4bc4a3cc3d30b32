/* Words that are one value: numbers, names, types, periods, times (RFC 4034
 * section 3.2) and addresses. */
#include "wire/scan.h"

#include "stubdns/message.h"
#include "wire/name.h"
#include "wire/text.h"

typedef struct stubdns__scanner scanner_t;
typedef const struct stubdns__word word_t;

static void fail(scanner_t *scanner, word_t *word, size_t position) {
  stubdns__scan_fail(scanner, STUBDNS_EBADTEXT, word->offset + position);
}

static unsigned digit_value(char c) {
  return c >= '0' && c <= '9' ? (unsigned)(c - '0') : 10;
}

/* `max` leaves room for a digit more in 64 bits. */
uint64_t stubdns__word_number(scanner_t *scanner, word_t *word, uint64_t max) {
  uint64_t number = 0;
  if (word->length == 0 || word->is_quoted) fail(scanner, word, 0);
  for (size_t i = 0; i < word->length && !scanner->error; i++) {
    const unsigned digit = digit_value(word->text[i]);
    number = number * 10 + digit;
    if (digit > 9 || number > max) fail(scanner, word, i);
  }
  return scanner->error ? 0 : number;
}

uint64_t stubdns__scan_number(scanner_t *scanner, uint64_t max) {
  word_t word = stubdns__scan_need(scanner);
  return stubdns__word_number(scanner, &word, max);
}

/* Puts `origin` behind the labels of `name`. */
static int append(stubdns_name_t *name, const stubdns_name_t *origin) {
  const size_t labels = name->length - 1u;
  if (labels + origin->length > STUBDNS_NAME_MAX) return STUBDNS_ENAMETOOLONG;
  memcpy(name->octets + labels, origin->octets, origin->length);
  name->length = (uint8_t)(labels + origin->length);
  return 0;
}

stubdns_name_t stubdns__word_name(scanner_t *scanner, word_t *word) {
  stubdns_name_t name;
  size_t position;
  int is_absolute;
  if (stubdns__word_is(word, "@")) return *scanner->origin;
  int error = word->has_quote ? STUBDNS_EBADTEXT : 0;
  if (error) {
    stubdns__name_set_root(&name);
    position = 0;
  } else {
    error = stubdns__name_read(&name, word->text, word->length, &position,
                               &is_absolute);
    if (!error && !is_absolute) error = append(&name, scanner->origin);
  }
  if (error) stubdns__scan_fail(scanner, error, word->offset + position);
  return name;
}

void stubdns__scan_name(scanner_t *scanner) {
  word_t word = stubdns__scan_need(scanner);
  const stubdns_name_t name = stubdns__word_name(scanner, &word);
  stubdns__writer_octets(&scanner->writer, name.octets, name.length);
}

uint16_t stubdns__word_type(scanner_t *scanner, word_t *word) {
  uint16_t type = 0;
  if (word->is_quoted ||
      stubdns_type_from_text(&type, word->text, word->length))
    fail(scanner, word, 0);
  return type;
}

/* Seconds in the unit of a letter; 0 for another character. */
static uint32_t unit_seconds(char c) {
  switch (c | 0x20) {
  case 'w':
    return 604800;
  case 'd':
    return 86400;
  case 'h':
    return 3600;
  case 'm':
    return 60;
  case 's':
    return 1;
  default:
    return 0;
  }
}

/* A number behind the last unit is of seconds. */
int stubdns__word_duration(word_t *word, uint32_t *seconds) {
  uint64_t sum = 0;
  uint64_t number = 0;
  int has_digit = 0;
  if (word->is_quoted || word->length == 0) return 0;
  for (size_t i = 0; i < word->length; i++) {
    const unsigned digit = digit_value(word->text[i]);
    const uint32_t unit = unit_seconds(word->text[i]);
    if (digit > 9 && (unit == 0 || !has_digit)) return 0;
    if (digit > 9) sum += number * unit;
    number = digit > 9 ? 0 : number * 10 + digit;
    has_digit = digit <= 9;
    if (number > UINT32_MAX || sum > UINT32_MAX) return 0;
  }
  if (sum + number > UINT32_MAX) return 0;
  *seconds = (uint32_t)(sum + number);
  return 1;
}

#define TIME_DIGITS 14 /* YYYYMMDDHHmmSS */

static uint32_t digits(const char *text, size_t count) {
  uint32_t number = 0;
  for (size_t i = 0; i < count; i++)
    number = number * 10 + digit_value(text[i]);
  return number;
}

/* Days from 1 January 1970.  Years begin in March, so that 29 February is the
 * last day of one; of the years until 2106, 2100 alone has none. */
static uint32_t days_of_date(uint32_t year, uint32_t month, uint32_t day) {
  const uint32_t years = year - 1968 - (month < 3);
  const uint32_t day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
  const uint32_t is_late = year > 2100 || (year == 2100 && month > 2);
  return years * 365 + years / 4 + day_of_year - 671 - is_late;
}

/* Reads a date and checks it by writing it again. */
static int read_time(const char *text, uint32_t *seconds) {
  const uint32_t days =
      days_of_date(digits(text, 4), digits(text + 4, 2), digits(text + 6, 2));
  *seconds = days * 86400 + digits(text + 8, 2) * 3600 +
             digits(text + 10, 2) * 60 + digits(text + 12, 2);
  char again[TIME_DIGITS];
  struct stubdns__text sink = stubdns__text_make(again, sizeof again, 0);
  stubdns__text_time(&sink, *seconds);
  return memcmp(again, text, sizeof again) == 0;
}

uint32_t stubdns__scan_time(scanner_t *scanner) {
  word_t word = stubdns__scan_need(scanner);
  uint32_t seconds = 0;
  if (word.length != TIME_DIGITS || word.is_quoted)
    return (uint32_t)stubdns__word_number(scanner, &word, UINT32_MAX);
  if (!read_time(word.text, &seconds)) fail(scanner, &word, 0);
  return seconds;
}

/* Reads one to three digits; returns how many, 0 for none or a number above
 * 255.  A leading zero is refused: some read "010" as eight, some as ten. */
static size_t read_part(const char *text, size_t length, uint8_t *part) {
  unsigned number = 0;
  size_t count = 0;
  while (count < length && digit_value(text[count]) <= 9) {
    if (count && text[0] == '0') return 0;
    number = number * 10 + digit_value(text[count++]);
    if (number > UINT8_MAX) return 0;
  }
  *part = (uint8_t)number;
  return count;
}

int stubdns__read_ipv4(const char *text, size_t length, uint8_t *address) {
  size_t position = 0;
  for (int i = 0; i < 4; i++) {
    if (i && (position == length || text[position++] != '.')) return 0;
    const size_t count =
        read_part(text + position, length - position, &address[i]);
    if (count == 0) return 0;
    position += count;
  }
  return position == length;
}

unsigned stubdns__hex_value(char c) {
  if (c >= '0' && c <= '9') return (unsigned)(c - '0');
  if (c >= 'a' && c <= 'f') return (unsigned)(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return (unsigned)(c - 'A') + 10;
  return 16;
}

/* An IPv6 address being read: where the "::" stood, and how much there is. */
struct groups {
  uint8_t octets[16];
  size_t length;
  size_t gap; /* SIZE_MAX where there is none */
};

/* One to four hex digits; returns how many, 0 for none or too many. */
static size_t read_group(const char *text, size_t length,
                         struct groups *groups) {
  unsigned group = 0;
  size_t count = 0;
  while (count < length && stubdns__hex_value(text[count]) < 16) {
    if (count == 4) return 0;
    group = group << 4 | stubdns__hex_value(text[count++]);
  }
  if (count == 0 || groups->length > 14) return 0;
  groups->octets[groups->length++] = (uint8_t)(group >> 8);
  groups->octets[groups->length++] = (uint8_t)group;
  return count;
}

static int is_dotted(const char *text, size_t length) {
  size_t count = 0;
  while (count < length && text[count] != ':' && text[count] != '.')
    count++;
  return count < length && text[count] == '.';
}

static int read_dotted(const char *text, size_t length, struct groups *groups) {
  if (groups->length > 12) return 0;
  if (!stubdns__read_ipv4(text, length, groups->octets + groups->length))
    return 0;
  groups->length += 4;
  return 1;
}

/* Reads groups and the one "::"; returns 0 where the text is no address. */
static int read_groups(const char *text, size_t length, struct groups *groups) {
  size_t position = 0;
  while (position < length) {
    if (length - position >= 2 && text[position] == ':' &&
        text[position + 1] == ':') {
      if (groups->gap != SIZE_MAX) return 0;
      groups->gap = groups->length;
      position += 2;
      if (position == length) return 1;
    } else if (position && text[position++] != ':') {
      return 0;
    }
    if (is_dotted(text + position, length - position))
      return read_dotted(text + position, length - position, groups);
    const size_t count = read_group(text + position, length - position, groups);
    if (count == 0) return 0;
    position += count;
  }
  return 1;
}

int stubdns__read_ipv6(const char *text, size_t length, uint8_t *address) {
  struct groups groups = {.gap = SIZE_MAX};
  if (length == 0 || !read_groups(text, length, &groups)) return 0;
  if (groups.gap == SIZE_MAX) {
    memcpy(address, groups.octets, sizeof groups.octets);
    return groups.length == 16;
  }
  if (groups.length > 14) return 0; /* "::" is for one group at least */
  const size_t behind = groups.length - groups.gap;
  memset(address, 0, 16);
  memcpy(address, groups.octets, groups.gap);
  memcpy(address + 16 - behind, groups.octets + groups.gap, behind);
  return 1;
}
