/* Addresses, times and periods as text: IPv4 in dotted decimal, IPv6 with the
 * longest run of zeros left out (RFC 4291 section 2.2), times as RFC 4034
 * section 3.2 writes them, periods in weeks, days, hours, minutes and seconds.
 */
#include "wire/text.h"

#include "wire/cursor.h"

/* Gives the place behind the octet in decimal. */
static char *write_octet(char *room, unsigned octet) {
  if (octet >= 100) *room++ = (char)('0' + octet / 100);
  if (octet >= 10) *room++ = (char)('0' + octet / 10 % 10);
  *room++ = (char)('0' + octet % 10);
  return room;
}

void stubdns__text_ipv4(struct stubdns__text *text, const uint8_t *address) {
  char room[sizeof "255.255.255.255"];
  char *end = room;
  for (int i = 0; i < 4; i++) {
    end = write_octet(end, address[i]);
    *end++ = '.';
  }
  stubdns__text_plain(text, room, (size_t)(end - room) - 1);
}

#define GROUPS 8 /* an IPv6 address is eight groups of 16 bits */

static uint16_t group_at(const uint8_t *address, size_t index) {
  return stubdns__load16(address + 2 * index);
}

static char hex_digit(unsigned value) {
  return "0123456789abcdef"[value & 0xf];
}

/* Four hex digits, without the leading zeros unless `all`. */
static void put_group(struct stubdns__text *text, uint16_t group, int all) {
  if (all || group >> 12) stubdns__text_char(text, hex_digit(group >> 12u));
  if (all || group >> 8) stubdns__text_char(text, hex_digit(group >> 8u));
  if (all || group >> 4) stubdns__text_char(text, hex_digit(group >> 4u));
  stubdns__text_char(text, hex_digit(group));
}

void stubdns__text_groups(struct stubdns__text *text, const uint8_t *octets,
                          size_t count, int all) {
  for (size_t i = 0; i < count; i++) {
    if (i) stubdns__text_char(text, ':');
    put_group(text, group_at(octets, i), all);
  }
}

/* The first of the longest runs of zero groups; one group alone is no run. */
static size_t find_gap(const uint8_t *address, size_t *length) {
  size_t gap = GROUPS;
  *length = 1;
  for (size_t i = 0; i < GROUPS; i++) {
    size_t run = 0;
    while (i + run < GROUPS && group_at(address, i + run) == 0)
      run++;
    if (run > *length) {
      gap = i;
      *length = run;
    }
    i += run;
  }
  return gap;
}

/* The addresses that end in dotted decimal: IPv4-compatible and IPv4-mapped
 * ones, RFC 4291 section 2.5.5. */
static int holds_ipv4(const uint8_t *address, size_t gap, size_t length) {
  if (gap != 0) return 0;
  return length == 6 || (length == 5 && group_at(address, 5) == 0xffff);
}

void stubdns__text_ipv6(struct stubdns__text *text, const uint8_t *address) {
  size_t length;
  const size_t gap = find_gap(address, &length);
  const int is_dotted = holds_ipv4(address, gap, length);
  const size_t end = is_dotted ? 6 : GROUPS;
  stubdns__text_groups(text, address, gap < end ? gap : end, 0);
  if (gap < GROUPS) {
    stubdns__text_word(text, "::");
    stubdns__text_groups(text, address + 2 * (gap + length), end - gap - length,
                         0);
  }
  if (!is_dotted) return;
  if (length == 5) stubdns__text_char(text, ':');
  stubdns__text_ipv4(text, address + 12);
}

/* From 1968 on, a leap year's end, years come in fours of 1461 days; 2100 is
 * the only exception before 32 bits of seconds end in 2106.  A year begins in
 * March here, so that 29 February is its last day. */
#define FOUR_YEARS 1461u
#define DAYS_1968_TO_1970 671u           /* 1 March 1968 to 1 January 1970 */
#define MARCH_2100 (33 * FOUR_YEARS - 1) /* without a 29 February 2100 */

void stubdns__text_time(struct stubdns__text *text, uint32_t seconds) {
  uint32_t days = seconds / 86400 + DAYS_1968_TO_1970;
  if (days >= MARCH_2100) days++;
  const uint32_t in_four = days % FOUR_YEARS;
  const uint32_t in_year = in_four / 365 < 3 ? in_four / 365 : 3;
  const uint32_t day = in_four - in_year * 365;
  const uint32_t month = (5 * day + 2) / 153; /* 0 is March */
  const uint32_t year = 1968 + days / FOUR_YEARS * 4 + in_year + (month >= 10);
  stubdns__text_digits(text, year, 4);
  stubdns__text_digits(text, month < 10 ? month + 3 : month - 9, 2);
  stubdns__text_digits(text, day - (153 * month + 2) / 5 + 1, 2);
  stubdns__text_digits(text, seconds / 3600 % 24, 2);
  stubdns__text_digits(text, seconds / 60 % 60, 2);
  stubdns__text_digits(text, seconds % 60, 2);
}

struct unit {
  uint32_t seconds;
  const char *word;
};

static const struct unit units[] = {{604800, "week"},
                                    {86400, "day"},
                                    {3600, "hour"},
                                    {60, "minute"},
                                    {1, "second"}};
#define UNITS (sizeof units / sizeof units[0])

static void put_unit(struct stubdns__text *text, uint32_t count,
                     const char *word) {
  stubdns__text_number(text, count);
  stubdns__text_char(text, ' ');
  stubdns__text_word(text, word);
  if (count != 1) stubdns__text_char(text, 's');
}

void stubdns__text_ttl_units(struct stubdns__text *text, uint32_t seconds) {
  uint32_t rest = seconds;
  for (size_t i = 0; i < UNITS; i++) {
    const uint32_t count = rest / units[i].seconds;
    rest %= units[i].seconds;
    if (count == 0 && (seconds || i + 1 < UNITS)) continue;
    stubdns__text_number(text, count);
    stubdns__text_char(text, units[i].word[0]);
  }
}

void stubdns__text_ttl_words(struct stubdns__text *text, uint32_t seconds) {
  uint32_t rest = seconds;
  for (size_t i = 0; i < UNITS; i++) {
    const uint32_t count = rest / units[i].seconds;
    rest %= units[i].seconds;
    if (count == 0 && (seconds || i + 1 < UNITS)) continue;
    put_unit(text, count, units[i].word);
    if (rest) stubdns__text_char(text, ' ');
  }
}
