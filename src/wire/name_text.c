/* Names from text (RFC 1035 section 5.1) and from addresses (RFC 1035 section
 * 3.5, RFC 3596 section 2.5). */
#include "wire/name.h"

#include "stubdns/error.h"

/* A name being written.  The label that is open began at `label`, where its
 * length octet goes when it is closed. */
struct builder {
  stubdns_name_t *name;
  size_t length; /* all octets so far, with the open label's length octet */
  size_t label;
};

/* There is room for the root label. */
/*@ predicate is_builder(struct builder *b) =
      \valid(b) && \valid(b->name) && \separated(b, b->name) &&
      b->length < STUBDNS_NAME_MAX; */

/*@ predicate is_open(struct builder *b) =
      \valid(b) && \valid(b->name) && \separated(b, b->name) &&
      b->label < b->length <= STUBDNS_NAME_MAX &&
      b->length - b->label - 1 <= STUBDNS_LABEL_MAX &&
      b->label < STUBDNS_NAME_MAX; */

/*@ requires is_builder(b);
    assigns b->label, b->length;
    ensures is_open(b) && b->length == \old(b->length) + 1;
    ensures b->label == \old(b->length); */
static void open_label(struct builder *b) {
  b->label = b->length++;
}

/*@ requires is_open(b);
    assigns b->name->octets[0 .. STUBDNS_NAME_MAX - 1];
    ensures \result == 0 ==> b->length > b->label + 1; */
static int close_label(struct builder *b) {
  const size_t size = b->length - b->label - 1;
  /*@ assert size <= STUBDNS_LABEL_MAX; */
  if (size == 0) return STUBDNS_EEMPTYLABEL;
  b->name->octets[b->label] = (uint8_t)size; /* <= STUBDNS_LABEL_MAX */
  return 0;
}

/* Keeps one octet free for the root label. */
/*@ requires is_open(b);
    assigns b->length, b->name->octets[0 .. STUBDNS_NAME_MAX - 1];
    ensures is_open(b);
    ensures \result == 0 ==> b->length < STUBDNS_NAME_MAX; */
static int add_octet(struct builder *b, uint8_t octet) {
  if (b->length - b->label > STUBDNS_LABEL_MAX) return STUBDNS_ELABELTOOLONG;
  if (b->length >= STUBDNS_NAME_MAX - 1) return STUBDNS_ENAMETOOLONG;
  b->name->octets[b->length++] = octet;
  return 0;
}

/*@ assigns \nothing;
    ensures \result != 0 <==> 48 <= c <= 57; */
static int is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* Reads what follows a backslash; gives the characters taken, 0 for an escape
 * that is none. */
/*@ requires \valid_read(text + (0 .. length - 1)) && \valid(octet);
    assigns *octet;
    ensures 0 <= \result <= length; */
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

/* How many octets the open label and the name still have room for. */
/*@ requires is_open(b);
    assigns \nothing;
    ensures \result > 0 ==>
      b->length + \result < STUBDNS_NAME_MAX &&
      b->length + \result - b->label - 1 <= STUBDNS_LABEL_MAX; */
static size_t room_left(const struct builder *b) {
  const size_t label = b->length - b->label; /* with its length octet */
  if (label > STUBDNS_LABEL_MAX || b->length >= STUBDNS_NAME_MAX - 1) return 0;
  const size_t in_label = STUBDNS_LABEL_MAX + 1 - label;
  const size_t in_name = STUBDNS_NAME_MAX - 1 - b->length;
  return in_label < in_name ? in_label : in_name;
}

/* Adds the characters in front of the next dot or backslash that there is room
 * for. */
/*@ requires is_open(b) && \valid(position) && *position <= length;
    requires \valid_read(text + (0 .. length - 1));
    requires \separated(b, position, b->name);
    assigns b->length, *position,
            b->name->octets[0 .. STUBDNS_NAME_MAX - 1];
    ensures is_open(b) && \old(*position) <= *position <= length;
    ensures b->length >= \old(b->length);
    ensures b->length == \old(b->length) || b->length < STUBDNS_NAME_MAX; */
static void add_plain(struct builder *b, const char *text, size_t length,
                      size_t *position) {
  const size_t room = room_left(b);
  const size_t left = length - *position;
  const size_t count = room < left ? room : left;
  const char *const from = text + *position;
  uint8_t *const to = b->name->octets + b->length;
  size_t done = 0;
  /*@ loop invariant 0 <= done <= count;
      loop assigns done, b->name->octets[0 .. STUBDNS_NAME_MAX - 1];
      loop variant count - done; */
  while (done < count && from[done] != '.' && from[done] != '\\') {
    to[done] = (uint8_t)from[done];
    done++;
  }
  b->length += done;
  *position += done;
}

/*@ requires is_builder(b) && \valid(position) && *position <= length;
    requires \valid_read(text + (0 .. length - 1));
    requires \separated(b, position, b->name);
    assigns b->label, b->length, *position,
            b->name->octets[0 .. STUBDNS_NAME_MAX - 1];
    ensures \old(*position) <= *position <= length;
    ensures \result == 0 ==> is_builder(b) && b->length > \old(b->length); */
static int add_label(struct builder *b, const char *text, size_t length,
                     size_t *position) {
  open_label(b);
  add_plain(b, text, length, position);
  /*@ loop invariant is_open(b) && \at(*position, Pre) <= *position <= length;
      loop invariant b->length < STUBDNS_NAME_MAX ||
        b->length == b->label + 1;
      loop assigns b->length, *position,
                   b->name->octets[0 .. STUBDNS_NAME_MAX - 1];
      loop variant length - *position; */
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
    add_plain(b, text, length, position);
  }
  return close_label(b);
}

/* Gives whether the last label has its dot, and the name is absolute. */
/*@ requires is_builder(b) && \valid(position) && \valid(is_absolute);
    requires \valid_read(text + (0 .. length - 1)) && *position <= length;
    requires \separated(b, b->name, position, is_absolute);
    assigns b->label, b->length, b->name->octets[0 .. STUBDNS_NAME_MAX - 1],
            *position, *is_absolute;
    ensures \result == 0 ==> is_builder(b); */
static int add_labels(struct builder *b, const char *text, size_t length,
                      size_t *position, int *is_absolute) {
  /*@ loop invariant is_builder(b) && *position <= length;
      loop assigns *position, *is_absolute, b->label, b->length,
                   b->name->octets[0 .. STUBDNS_NAME_MAX - 1];
      loop variant STUBDNS_NAME_MAX - b->length; */
  do {
    const int error = add_label(b, text, length, position);
    if (error) return error;
    *is_absolute = *position < length;
    if (*is_absolute) ++*position; /* the dot */
  } while (*position < length);
  return 0;
}

/* Puts the root label behind the others. */
/*@ requires is_builder(b);
    assigns b->name->length, b->name->octets[0 .. STUBDNS_NAME_MAX - 1];
    ensures 1 <= b->name->length <= STUBDNS_NAME_MAX; */
static void close_name(struct builder *b) {
  b->name->octets[b->length] = 0;
  b->name->length = (uint8_t)(b->length + 1);
}

int stubdns__name_read(stubdns_name_t *name, const char *text, size_t length,
                       size_t *position, int *is_absolute) {
  stubdns__name_set_root(name);
  *position = 0;
  *is_absolute = 1;
  if (length == 1 && text[0] == '.') return 0;
  struct builder b = {name, 0, 0};
  const int error = add_labels(&b, text, length, position, is_absolute);
  if (error)
    stubdns__name_set_root(name);
  else
    close_name(&b);
  return error;
}

/*@ requires \valid(name) && \valid_read(text + (0 .. length - 1));
    assigns *name;
    ensures 1 <= name->length <= STUBDNS_NAME_MAX; */
int stubdns_name_from_text(stubdns_name_t *name, const char *text,
                           size_t length) {
  size_t position;
  int is_absolute;
  return stubdns__name_read(name, text, length, &position, &is_absolute);
}

/* At most three digits. */
/*@ requires \valid(text + (0 .. 2)) && value <= 255;
    assigns text[0 .. 2];
    ensures 1 <= \result <= 3; */
static size_t put_decimal(char *text, unsigned value) {
  size_t length = 0;
  if (value >= 100) text[length++] = (char)('0' + value / 100);
  if (value >= 10) text[length++] = (char)('0' + value / 10 % 10);
  text[length++] = (char)('0' + value % 10);
  return length;
}

/* Puts the domain of addresses behind `length` characters of `text`, for which
 * there is room; gives the length of all. */
/*@ requires \valid(text + (0 .. length + count - 1)) && length <= 64;
    requires \valid_read(suffix + (0 .. count - 1)) && count <= 16;
    requires \separated(text + (0 .. length + count - 1),
                        suffix + (0 .. count - 1));
    assigns text[0 .. length + count - 1];
    ensures \result == length + count; */
static size_t put_suffix(char *text, size_t length, const char *suffix,
                         size_t count) {
  /*@ loop invariant 0 <= i <= count;
      loop assigns i, text[0 .. length + count - 1];
      loop variant count - i; */
  for (size_t i = 0; i < count; i++)
    text[length + i] = suffix[i];
  return length + count;
}

/*@ requires \valid(name) && \valid_read(address + (0 .. 3));
    assigns *name;
    ensures 1 <= name->length <= STUBDNS_NAME_MAX; */
static int from_ipv4(stubdns_name_t *name, const uint8_t *address) {
  static const char suffix[] = "in-addr.arpa";
  char text[4 * 4 + sizeof suffix];
  size_t length = 0;
  /*@ loop invariant 0 <= i <= 4 && length <= 4 * (4 - i);
      loop assigns i, length, text[0 .. 15];
      loop variant i; */
  for (size_t i = 4; i > 0; i--) {
    length += put_decimal(text + length, address[i - 1]);
    text[length++] = '.';
  }
  length = put_suffix(text, length, suffix, sizeof suffix - 1);
  return stubdns_name_from_text(name, text, length);
}

/*@ assigns \nothing; */
static char hex_digit(unsigned value) {
  return (char)(value < 10 ? '0' + value : 'a' + value - 10);
}

/*@ requires \valid(name) && \valid_read(address + (0 .. 15));
    assigns *name;
    ensures 1 <= name->length <= STUBDNS_NAME_MAX; */
static int from_ipv6(stubdns_name_t *name, const uint8_t *address) {
  static const char suffix[] = "ip6.arpa";
  char text[16 * 4 + sizeof suffix];
  size_t length = 0;
  /*@ loop invariant 0 <= i <= 16 && length == 4 * (16 - i);
      loop assigns i, length, text[0 .. 63];
      loop variant i; */
  for (size_t i = 16; i > 0; i--) {
    text[length++] = hex_digit(address[i - 1] & 0xf);
    text[length++] = '.';
    text[length++] = hex_digit(address[i - 1] >> 4);
    text[length++] = '.';
  }
  length = put_suffix(text, length, suffix, sizeof suffix - 1);
  return stubdns_name_from_text(name, text, length);
}

/*@ requires \valid(name);
    requires length == 4 || length == 16 ==>
      \valid_read(address + (0 .. length - 1));
    assigns *name;
    ensures 1 <= name->length <= STUBDNS_NAME_MAX; */
int stubdns_name_from_address(stubdns_name_t *name, const uint8_t *address,
                              size_t length) {
  if (length == 4) return from_ipv4(name, address);
  if (length == 16) return from_ipv6(name, address);
  stubdns__name_set_root(name);
  return STUBDNS_EBADADDRESS;
}
