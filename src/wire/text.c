/* The pieces that text is made of: numbers, names and character-strings, with
 * the escapes of RFC 1035 section 5.1, and mnemonics (RFC 3597 section 5). */
#include "wire/text.h"

#include "wire/type.h"

int stubdns__text_finish(struct stubdns__text *text, size_t *length) {
  if (length) *length = text->length;
  if (text->length < text->size) {
    text->buffer[text->length] = '\0';
    return 0;
  }
  if (text->size) text->buffer[text->size - 1] = '\0';
  return STUBDNS_ENOSPACE;
}

void stubdns__text_digits(struct stubdns__text *text, uint64_t number,
                          size_t digits) {
  char room[20]; /* UINT64_MAX has 20 digits */
  if (number < 10 && digits == 1) {
    stubdns__text_raw_char(text, (char)('0' + number));
    return;
  }
  size_t first = sizeof room;
  while (number || sizeof room - first < digits) {
    room[--first] = (char)('0' + number % 10);
    number /= 10;
  }
  stubdns__text_chars(text, room + first, sizeof room - first);
}

static void put_decimal_escape(struct stubdns__text *text, uint8_t octet) {
  const char escape[4] = {'\\', (char)('0' + octet / 100),
                          (char)('0' + octet / 10 % 10),
                          (char)('0' + octet % 10)};
  stubdns__text_chars(text, escape, sizeof escape);
}

/* The characters that have a meaning of their own in a zone file's names, one
 * bit each by octet from 32: " $ ( ) . ; @ \ */
static const uint32_t name_specials[3] = {
    1u << ('"' - 32) | 1u << ('$' - 32) | 1u << ('(' - 32) | 1u << (')' - 32) |
        1u << ('.' - 32) | 1u << (';' - 32),
    1u << ('@' - 64) | 1u << ('\\' - 64), 0};

void stubdns__text_name_octet(struct stubdns__text *text, uint8_t octet) {
  if (octet <= ' ' || octet >= 0x7f) {
    put_decimal_escape(text, octet);
    return;
  }
  if (name_specials[octet / 32 - 1] >> octet % 32 & 1)
    stubdns__text_char(text, '\\');
  stubdns__text_char(text, (char)octet);
}

void stubdns__text_string_octet(struct stubdns__text *text, uint8_t octet) {
  if (octet < ' ' || octet >= 0x7f) {
    put_decimal_escape(text, octet);
    return;
  }
  if (octet == '"' || octet == '\\') stubdns__text_char(text, '\\');
  stubdns__text_char(text, (char)octet);
}

/* Letters, digits, hyphen and underscore: what nearly all names are made of. */
#define TWO(c) [c] = 1, [(c) + 1] = 1
#define TEN(c) TWO(c), TWO((c) + 2), TWO((c) + 4), TWO((c) + 6), TWO((c) + 8)
#define LETTERS(a)                                                             \
  TEN(a), TEN((a) + 10), TWO((a) + 20), TWO((a) + 22), TWO((a) + 24)
static const uint8_t is_plain[256] = {
    ['-'] = 1, ['_'] = 1, TEN('0'), LETTERS('A'), LETTERS('a')};

/* Plain octets together, any other by itself. */
static void put_label(struct stubdns__text *text, const uint8_t *octets,
                      size_t length) {
  size_t done = 0;
  while (done < length) {
    size_t plain = done;
    while (plain < length && is_plain[octets[plain]])
      plain++;
    stubdns__text_plain(text, (const char *)octets + done, plain - done);
    done = plain;
    if (done < length) stubdns__text_name_octet(text, octets[done++]);
  }
}

/* A name of plain octets alone, where there is room for it; gives where it
 * ends, or NULL. */
static char *put_plain_name(char *to, const stubdns_name_t *name) {
  const uint8_t *from = name->octets;
  const uint8_t *const end = from + name->length - 1; /* the root label */
  while (from < end) {
    size_t left = *from++;
    if (left > (size_t)(end - from)) return NULL;
    for (; left; left--) {
      const uint8_t octet = *from++;
      if (!is_plain[octet]) return NULL;
      *to++ = (char)octet;
    }
    *to++ = '.';
  }
  return to;
}

/* Any name.  Out of line: nearly all are plain. */
__attribute__((noinline)) static void put_labels(struct stubdns__text *text,
                                                 const stubdns_name_t *name) {
  size_t offset = 0;
  while (offset < name->length && name->octets[offset]) {
    const size_t begin = offset + 1;
    size_t end = begin + name->octets[offset];
    if (end > name->length) end = name->length;
    put_label(text, name->octets + begin, end - begin);
    stubdns__text_raw_char(text, '.');
    offset = end;
  }
}

void stubdns__text_name(struct stubdns__text *text,
                        const stubdns_name_t *name) {
  if (name->octets[0] == 0) {
    stubdns__text_raw_char(text, '.');
    return;
  }
  if (text->length < text->size && name->length < text->size - text->length) {
    char *const end = put_plain_name(text->buffer + text->length, name);
    if (end) {
      text->length = (size_t)(end - text->buffer);
      return;
    }
  }
  put_labels(text, name);
}

void stubdns__text_quoted(struct stubdns__text *text, const uint8_t *octets,
                          size_t length) {
  stubdns__text_char(text, '"');
  for (size_t i = 0; i < length; i++)
    stubdns__text_string_octet(text, octets[i]);
  stubdns__text_char(text, '"');
}

static void put_mnemonic(struct stubdns__text *text, const char *mnemonic,
                         const char *prefix, unsigned number) {
  if (mnemonic) {
    stubdns__text_word(text, mnemonic);
    return;
  }
  stubdns__text_word(text, prefix);
  stubdns__text_number(text, number);
}

void stubdns__text_type(struct stubdns__text *text, uint16_t type) {
  const struct stubdns__type *form = stubdns__type_find(type);
  if (form)
    stubdns__text_short(text, form->mnemonic, form->mnemonic_length);
  else
    put_mnemonic(text, NULL, "TYPE", type);
}

void stubdns__text_class(struct stubdns__text *text, uint16_t class_) {
  if (class_ == STUBDNS_CLASS_IN)
    stubdns__text_plain(text, "IN", 2);
  else
    put_mnemonic(text, stubdns_class_mnemonic(class_), "CLASS", class_);
}

void stubdns__text_algorithm(struct stubdns__text *text, uint8_t algorithm) {
  put_mnemonic(text, stubdns__algorithm_mnemonic(algorithm), "", algorithm);
}

int stubdns_name_to_text(const stubdns_name_t *name, char *buffer, size_t size,
                         size_t *length) {
  struct stubdns__text text = stubdns__text_make(buffer, size, 0);
  stubdns__text_name(&text, name);
  return stubdns__text_finish(&text, length);
}

int stubdns_type_to_text(uint16_t type, char *buffer, size_t size,
                         size_t *length) {
  struct stubdns__text text = stubdns__text_make(buffer, size, 0);
  stubdns__text_type(&text, type);
  return stubdns__text_finish(&text, length);
}

int stubdns_class_to_text(uint16_t class_, char *buffer, size_t size,
                          size_t *length) {
  struct stubdns__text text = stubdns__text_make(buffer, size, 0);
  stubdns__text_class(&text, class_);
  return stubdns__text_finish(&text, length);
}

int stubdns_rcode_to_text(unsigned rcode, char *buffer, size_t size,
                          size_t *length) {
  struct stubdns__text text = stubdns__text_make(buffer, size, 0);
  put_mnemonic(&text, stubdns_rcode_mnemonic(rcode), "RCODE", rcode);
  return stubdns__text_finish(&text, length);
}

int stubdns_opcode_to_text(unsigned opcode, char *buffer, size_t size,
                           size_t *length) {
  struct stubdns__text text = stubdns__text_make(buffer, size, 0);
  put_mnemonic(&text, stubdns_opcode_mnemonic(opcode), "OPCODE", opcode);
  return stubdns__text_finish(&text, length);
}
