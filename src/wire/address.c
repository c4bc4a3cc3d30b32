/* Addresses of servers as text and back: IPv4 in dotted decimal, IPv6 as RFC
 * 4291 section 2.2 reads it and RFC 5952 writes it, with a scope (RFC 4007
 * section 11) and a port behind it. */
#include "stubdns/address.h"

#include "stubdns/error.h"

#include <string.h>

#define IPV4_LENGTH 4
#define IPV6_LENGTH 16
#define GROUPS 8 /* an IPv6 address is eight groups of 16 bits */

/* The first 12 octets of an IPv4 address in IPv6, RFC 4291 section 2.5.5.2. */
static const uint8_t mapped_prefix[12] = {0, 0, 0, 0, 0,    0,
                                          0, 0, 0, 0, 0xff, 0xff};

/* Text that is still to be read. */
struct reader {
  const char *next;
  size_t left;
};

static int peek(const struct reader *r) {
  return r->left > 0 ? (unsigned char)r->next[0] : -1;
}

static void skip(struct reader *r) {
  r->next++;
  r->left--;
}

static int take(struct reader *r, char wanted) {
  if (peek(r) != wanted) return 0;
  skip(r);
  return 1;
}

static int digit_value(int character) {
  if (character >= '0' && character <= '9') return character - '0';
  if (character >= 'a' && character <= 'f') return character - 'a' + 10;
  if (character >= 'A' && character <= 'F') return character - 'A' + 10;
  return 16;
}

/* Reads one to `digits_max` digits of `base`; `digits_max` keeps the value
 * within 64 bits. */
static int take_number(struct reader *r, int base, size_t digits_max,
                       uint64_t *number) {
  *number = 0;
  size_t digits = 0;
  for (; digit_value(peek(r)) < base; digits++) {
    if (digits == digits_max) return STUBDNS_EBADADDRESS;
    *number = *number * (uint64_t)base + (uint64_t)digit_value(peek(r));
    skip(r);
  }
  return digits > 0 ? 0 : STUBDNS_EBADADDRESS;
}

/* A leading zero is refused: some read "010" as eight, some as ten. */
static int take_ipv4_octet(struct reader *r, uint8_t *octet) {
  const int zero = peek(r) == '0';
  const size_t before = r->left;
  uint64_t number;
  if (take_number(r, 10, 3, &number)) return STUBDNS_EBADADDRESS;
  if (number > 255 || (zero && before - r->left > 1))
    return STUBDNS_EBADADDRESS;
  *octet = (uint8_t)number;
  return 0;
}

static int take_ipv4(struct reader *r, uint8_t octets[IPV4_LENGTH]) {
  for (size_t i = 0; i < IPV4_LENGTH; i++) {
    if (i > 0 && !take(r, '.')) return STUBDNS_EBADADDRESS;
    if (take_ipv4_octet(r, &octets[i])) return STUBDNS_EBADADDRESS;
  }
  return 0;
}

static int starts_as_ipv4(const struct reader *r) {
  struct reader ahead = *r;
  uint64_t number;
  return !take_number(&ahead, 10, 3, &number) && peek(&ahead) == '.';
}

/* The groups read so far, and where "::" stood among them. */
struct groups {
  uint8_t octets[IPV6_LENGTH];
  size_t length;
  size_t gap; /* octets before "::", or above IPV6_LENGTH where none was */
};

static int take_group(struct reader *r, struct groups *groups) {
  uint64_t number;
  if (take_number(r, 16, 4, &number)) return STUBDNS_EBADADDRESS;
  groups->octets[groups->length] = (uint8_t)(number >> 8);
  groups->octets[groups->length + 1] = (uint8_t)(number & 0xff);
  groups->length += 2;
  return 0;
}

/* The last two groups may be written as an IPv4 address. */
static int take_ipv4_tail(struct reader *r, struct groups *groups) {
  if (IPV6_LENGTH - groups->length < IPV4_LENGTH) return STUBDNS_EBADADDRESS;
  const int error = take_ipv4(r, groups->octets + groups->length);
  groups->length += IPV4_LENGTH;
  return error;
}

static int take_gap(struct reader *r, struct groups *groups) {
  if (r->left < 2 || r->next[0] != ':' || r->next[1] != ':') return 0;
  skip(r);
  skip(r);
  groups->gap = groups->length;
  return 1;
}

/* After a group: whether another one follows, and how it is separated. */
static int take_separator(struct reader *r, struct groups *groups, int *more) {
  if (groups->gap > IPV6_LENGTH && take_gap(r, groups))
    *more = digit_value(peek(r)) < 16;
  else
    *more = groups->length < IPV6_LENGTH && take(r, ':');
  return peek(r) == ':' ? STUBDNS_EBADADDRESS : 0;
}

static int take_groups(struct reader *r, struct groups *groups) {
  int more = take_gap(r, groups) ? digit_value(peek(r)) < 16 : 1;
  while (more) {
    if (groups->length == IPV6_LENGTH) return STUBDNS_EBADADDRESS;
    if (starts_as_ipv4(r)) return take_ipv4_tail(r, groups);
    int error = take_group(r, groups);
    if (!error) error = take_separator(r, groups, &more);
    if (error) return error;
  }
  return 0;
}

/* "::" stands for at least one group, RFC 4291 section 2.2 point 2. */
static int spread_groups(struct groups *groups) {
  const size_t missing = IPV6_LENGTH - groups->length;
  const int has_gap = groups->gap <= IPV6_LENGTH;
  if (has_gap != (missing > 0)) return STUBDNS_EBADADDRESS;
  if (!has_gap) return 0;
  uint8_t *gap = groups->octets + groups->gap;
  memmove(gap + missing, gap, groups->length - groups->gap);
  memset(gap, 0, missing);
  return 0;
}

static int take_scope(struct reader *r, uint32_t *scope_id) {
  if (!take(r, '%')) return 0;
  uint64_t number;
  if (take_number(r, 10, 10, &number)) return STUBDNS_EBADADDRESS;
  if (number == 0 || number > UINT32_MAX) return STUBDNS_EBADADDRESS;
  *scope_id = (uint32_t)number;
  return 0;
}

/* An IPv4 address has no scope, so that one in IPv6 clothes has none too. */
static int normalize_mapped(stubdns_address_t *address) {
  if (memcmp(address->octets, mapped_prefix, sizeof mapped_prefix) != 0)
    return 0;
  if (address->scope_id) return STUBDNS_EBADADDRESS;
  memmove(address->octets, address->octets + 12, IPV4_LENGTH);
  memset(address->octets + IPV4_LENGTH, 0, 12);
  address->length = IPV4_LENGTH;
  return 0;
}

static int take_ipv6(struct reader *r, stubdns_address_t *address) {
  struct groups groups = {.gap = IPV6_LENGTH + 1};
  int error = take_groups(r, &groups);
  if (!error) error = spread_groups(&groups);
  if (!error) error = take_scope(r, &address->scope_id);
  if (error) return error;
  memcpy(address->octets, groups.octets, IPV6_LENGTH);
  address->length = IPV6_LENGTH;
  return normalize_mapped(address);
}

static int take_port(struct reader *r, stubdns_address_t *address) {
  uint64_t number;
  if (take_number(r, 10, 5, &number)) return STUBDNS_EBADADDRESS;
  if (number == 0 || number > UINT16_MAX) return STUBDNS_EBADADDRESS;
  address->port = (uint16_t)number;
  return 0;
}

/* A colon before a port is for IPv4 and for "[...]": elsewhere it would be one
 * of the address. */
static int take_all(struct reader *r, stubdns_address_t *address) {
  const int bracketed = take(r, '[');
  const int ipv4 = !bracketed && starts_as_ipv4(r);
  int error = ipv4 ? take_ipv4(r, address->octets) : take_ipv6(r, address);
  if (error) return error;
  if (ipv4) address->length = IPV4_LENGTH;
  if (bracketed && !take(r, ']')) return STUBDNS_EBADADDRESS;
  if (((ipv4 || bracketed) && take(r, ':')) || (!bracketed && take(r, '#')))
    error = take_port(r, address);
  if (error) return error;
  return r->left == 0 ? 0 : STUBDNS_EBADADDRESS;
}

int stubdns_address_from_text(stubdns_address_t *address, const char *text,
                              size_t length) {
  struct reader r = {text, length};
  stubdns_address_t read = {.port = STUBDNS_PORT};
  const int error = take_all(&r, &read);
  if (error) return error;
  *address = read;
  return 0;
}

/* The longest text fits, so that appending needs no check of its own. */
struct writer {
  char text[STUBDNS_ADDRESS_TEXT_SIZE];
  size_t length;
};

static void put(struct writer *w, char character) {
  w->text[w->length++] = character;
}

static void put_number(struct writer *w, uint32_t number, uint32_t base) {
  char digits[10]; /* of 2^32 - 1 */
  size_t count = 0;
  do {
    digits[count++] = "0123456789abcdef"[number % base];
    number /= base;
  } while (number > 0);
  while (count > 0)
    put(w, digits[--count]);
}

static void put_ipv4(struct writer *w, const uint8_t *octets) {
  for (size_t i = 0; i < IPV4_LENGTH; i++) {
    if (i > 0) put(w, '.');
    put_number(w, octets[i], 10);
  }
}

static uint32_t group_at(const uint8_t *octets, size_t index) {
  return (uint32_t)octets[2 * index] << 8 | octets[2 * index + 1];
}

static size_t zero_run(const uint8_t *octets, size_t first, size_t end) {
  size_t length = 0;
  while (first + length < end && group_at(octets, first + length) == 0)
    length++;
  return length;
}

/* The first of the longest runs of zero groups, RFC 5952 section 4.2; one group
 * alone is no run. */
static size_t find_gap(const uint8_t *octets, size_t end, size_t *length) {
  size_t gap = GROUPS;
  *length = 1;
  for (size_t i = 0; i < end; i++) {
    const size_t run = zero_run(octets, i, end);
    if (run <= *length) continue;
    gap = i;
    *length = run;
  }
  return gap;
}

static void put_groups(struct writer *w, const uint8_t *octets, size_t end) {
  size_t gap_length;
  const size_t gap = find_gap(octets, end, &gap_length);
  for (size_t i = 0; i < end; i++) {
    if (i == gap) {
      put(w, ':');
      i += gap_length - 1;
      if (i + 1 == GROUPS) put(w, ':');
      continue;
    }
    if (i > 0) put(w, ':');
    put_number(w, group_at(octets, i), 16);
  }
}

/* IPv4-mapped addresses end in dotted decimal, RFC 5952 section 5. */
static void put_ipv6(struct writer *w, const stubdns_address_t *address) {
  const uint8_t *octets = address->octets;
  const int mapped = memcmp(octets, mapped_prefix, sizeof mapped_prefix) == 0;
  put_groups(w, octets, mapped ? 6 : GROUPS);
  if (mapped) {
    put(w, ':');
    put_ipv4(w, octets + sizeof mapped_prefix);
  }
  if (!address->scope_id) return;
  put(w, '%');
  put_number(w, address->scope_id, 10);
}

int stubdns_address_to_text(const stubdns_address_t *address, char *buffer,
                            size_t size) {
  struct writer w = {.length = 0};
  if (address->length == IPV4_LENGTH)
    put_ipv4(&w, address->octets);
  else if (address->length == IPV6_LENGTH)
    put_ipv6(&w, address);
  else
    return STUBDNS_EINVALID;
  put(&w, '#');
  put_number(&w, address->port, 10);
  put(&w, '\0');
  if (w.length > size) return STUBDNS_ENOSPACE;
  memcpy(buffer, w.text, w.length);
  return 0;
}

int stubdns_address_equal(const stubdns_address_t *a,
                          const stubdns_address_t *b) {
  return a->length == b->length && a->port == b->port &&
         a->scope_id == b->scope_id &&
         memcmp(a->octets, b->octets, a->length) == 0;
}
