/* Bitmaps as lists: of types in NSEC, NSEC3 and CSYNC (RFC 4034 section 4.1.2)
 * and in NXT (RFC 2535 section 5.2), of ports in WKS (RFC 1035 section 3.4.2).
 */
#include "wire/text.h"

#include "wire/cursor.h"

typedef struct stubdns__text text_t;
typedef void put_number_function(text_t *text, uint16_t number);

/* The numbers of the bits that are set, `first` being the highest bit of the
 * first octet; a blank stands before each but the very first of a field. */
static void put_bits(text_t *text, const uint8_t *octets, size_t length,
                     unsigned first, put_number_function *put, int *is_later) {
  for (size_t i = 0; i < length; i++) {
    for (unsigned bit = 0; bit < 8; bit++) {
      if (!(octets[i] & 0x80u >> bit)) continue;
      if (*is_later) stubdns__text_char(text, ' ');
      *is_later = 1;
      put(text, (uint16_t)(first + 8 * i + bit));
    }
  }
}

/* In the multi-line form each window of a NSEC3 begins a line. */
static int has_window_lines(const text_t *text, const stubdns_field_t *field) {
  return field->record->type == STUBDNS_TYPE_NSEC3 &&
         stubdns__text_has(text, STUBDNS_TEXT_MULTILINE);
}

/* The octets of a window in which bits are set. */
struct window {
  uint8_t number;
  uint8_t length;
  const uint8_t *octets;
};

static int has_bits(const struct window *window) {
  for (size_t i = 0; i < window->length; i++)
    if (window->octets[i]) return 1;
  return 0;
}

/* Steps to the next window that has a type; nothing is written for one without,
 * which should not be there.  Returns 0 behind the last one. */
static int next_window(struct stubdns__cursor *cursor, struct window *window) {
  while (stubdns__cursor_left(cursor)) {
    window->number = stubdns__cursor_u8(cursor);
    window->length = stubdns__cursor_u8(cursor);
    window->octets = stubdns__cursor_take(cursor, window->length);
    if (window->octets && has_bits(window)) return 1;
  }
  return 0;
}

static struct stubdns__cursor inside(const stubdns_field_t *field) {
  return stubdns__cursor_make(stubdns_field_octets(field), field->length);
}

int stubdns__bitmap_is_blank(const stubdns_field_t *field) {
  struct stubdns__cursor cursor = inside(field);
  struct window window;
  return !next_window(&cursor, &window);
}

void stubdns__text_type_bitmap(text_t *text, const stubdns_field_t *field) {
  struct stubdns__cursor cursor = inside(field);
  struct window window;
  int is_later = 0;
  while (next_window(&cursor, &window)) {
    if (is_later && has_window_lines(text, field)) {
      stubdns__text_break(text);
      is_later = 0;
    }
    put_bits(text, window.octets, window.length, window.number * 256u,
             stubdns__text_type, &is_later);
  }
}

/* NXT is older than RFC 3597: a type without a mnemonic is a number. */
static void put_old_type(text_t *text, uint16_t type) {
  const char *mnemonic = stubdns_type_mnemonic(type);
  if (mnemonic)
    stubdns__text_word(text, mnemonic);
  else
    stubdns__text_number(text, type);
}

void stubdns__text_old_type_bitmap(text_t *text, const stubdns_field_t *field) {
  int is_later = 0;
  put_bits(text, stubdns_field_octets(field), field->length, 0, put_old_type,
           &is_later);
}

static void put_port(text_t *text, uint16_t port) {
  stubdns__text_number(text, port);
}

void stubdns__text_services(text_t *text, const stubdns_field_t *field) {
  const uint8_t *octets = stubdns_field_octets(field);
  int is_later = 1;
  stubdns__text_number(text, octets[0]);
  put_bits(text, octets + 1, field->length - 1, 0, put_port, &is_later);
}
