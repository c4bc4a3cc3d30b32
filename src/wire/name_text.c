/* Names from text (RFC 1035 section 5.1) and from addresses (RFC 1035 section
 * 3.5, RFC 3596 section 2.5). */
#include "wire/name.h"

#include "stubdns/error.h"

#include <string.h>

/* A name being written.  The label that is open began at `label`, where its
 * length octet goes when it is closed. */
struct builder {
  stubdns_name_t *name;
  size_t
      length; /* of all octets so far, open label and length octet included */
  size_t label;
};

static void open_label(struct builder *b) {
  b->label = b->length++;
}

static int close_label(struct builder *b) {
  const size_t size = b->length - b->label - 1;
  if (size == 0) return STUBDNS_EEMPTYLABEL;
  if (size > STUBDNS_LABEL_MAX) return STUBDNS_ELABELTOOLONG;
  b->name->octets[b->label] = (uint8_t)size;
  return 0;
}

/* Keeps one octet free for the root label. */
static int add_octet(struct builder *b, uint8_t octet) {
  if (b->length - b->label > STUBDNS_LABEL_MAX) return STUBDNS_ELABELTOOLONG;
  if (b->length >= STUBDNS_NAME_MAX - 1) return STUBDNS_ENAMETOOLONG;
  b->name->octets[b->length++] = octet;
  return 0;
}

static int is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* Reads what follows a backslash; gives the characters taken, 0 for an escape
 * that is none. */
static size_t read_escape(const char *text, size_t length, uint8_t *octet) {
  if (length == 0) return 0;
  if (!is_digit(text[0])) {
    *octet = (uint8_t)text[0];
    return 1;
  }
  if (length < 3 || !is_digit(text[1]) || !is_digit(text[2])) return 0;
  const int value =
      (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0');
  if (value > 255) return 0;
  *octet = (uint8_t)value;
  return 3;
}

static int add_label(struct builder *b, const char *text, size_t length,
                     size_t *position) {
  open_label(b);
  while (*position < length && text[*position] != '.') {
    uint8_t octet = (uint8_t)text[(*position)++];
    if (octet == '\\') {
      const size_t taken =
          read_escape(text + *position, length - *position, &octet);
      if (taken == 0) return STUBDNS_EBADESCAPE;
      *position += taken;
    }
    const int error = add_octet(b, octet);
    if (error) return error;
  }
  return close_label(b);
}

/* Gives whether the last label has its dot, and the name is absolute. */
static int add_labels(struct builder *b, const char *text, size_t length,
                      size_t *position, int *is_absolute) {
  do {
    const int error = add_label(b, text, length, position);
    if (error) return error;
    *is_absolute = *position < length;
    if (*is_absolute) ++*position; /* the dot */
  } while (*position < length);
  return 0;
}

int stubdns__name_read(stubdns_name_t *name, const char *text, size_t length,
                       size_t *position, int *is_absolute) {
  stubdns__name_set_root(name);
  *position = 0;
  *is_absolute = 1;
  if (length == 1 && text[0] == '.') return 0;
  struct builder b = {name, 0, 0};
  const int error = add_labels(&b, text, length, position, is_absolute);
  if (error) {
    stubdns__name_set_root(name);
    return error;
  }
  name->octets[b.length] = 0;
  name->length = (uint8_t)(b.length + 1); /* add_labels leaves this room */
  return 0;
}

int stubdns_name_from_text(stubdns_name_t *name, const char *text,
                           size_t length) {
  size_t position;
  int is_absolute;
  return stubdns__name_read(name, text, length, &position, &is_absolute);
}

static size_t put_decimal(char *text, unsigned value) {
  size_t length = 0;
  if (value >= 100) text[length++] = (char)('0' + value / 100);
  if (value >= 10) text[length++] = (char)('0' + value / 10 % 10);
  text[length++] = (char)('0' + value % 10);
  return length;
}

static int from_ipv4(stubdns_name_t *name, const uint8_t *address) {
  static const char suffix[] = "in-addr.arpa";
  char text[4 * 4 + sizeof suffix];
  size_t length = 0;
  for (int i = 3; i >= 0; i--) {
    length += put_decimal(text + length, address[i]);
    text[length++] = '.';
  }
  memcpy(text + length, suffix, sizeof suffix - 1);
  return stubdns_name_from_text(name, text, length + sizeof suffix - 1);
}

static int from_ipv6(stubdns_name_t *name, const uint8_t *address) {
  static const char suffix[] = "ip6.arpa";
  static const char digits[] = "0123456789abcdef";
  char text[16 * 4 + sizeof suffix];
  size_t length = 0;
  for (int i = 15; i >= 0; i--) {
    text[length++] = digits[address[i] & 0xf];
    text[length++] = '.';
    text[length++] = digits[address[i] >> 4];
    text[length++] = '.';
  }
  memcpy(text + length, suffix, sizeof suffix - 1);
  return stubdns_name_from_text(name, text, length + sizeof suffix - 1);
}

int stubdns_name_from_address(stubdns_name_t *name, const uint8_t *address,
                              size_t length) {
  if (length == 4) return from_ipv4(name, address);
  if (length == 16) return from_ipv6(name, address);
  stubdns__name_set_root(name);
  return STUBDNS_EBADADDRESS;
}
