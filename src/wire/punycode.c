/* Names of other letters than ASCII as the DNS has them. */
#include "wire/punycode.h"

#include "stubdns/error.h"

#include <stdint.h>
#include <string.h>

#define LABEL_MAX 63
#define PREFIX "xn--"

/* RFC 3492 section 5. */
#define BASE 36u
#define T_MIN 1u
#define T_MAX 26u
#define SKEW 38u
#define DAMP 700u
#define INITIAL_BIAS 72u
#define INITIAL_POINT 128u

/* A label's code points: a label of more has no form in ASCII. */
struct label {
  uint32_t points[LABEL_MAX];
  size_t count;
};

/* What was written of the name. */
struct output {
  char *ascii;
  size_t length;
  size_t label_length;
};

static int put(struct output *output, char character) {
  if (output->label_length == LABEL_MAX) return STUBDNS_ELABELTOOLONG;
  if (output->length + 1 == STUBDNS__ASCII_NAME_SIZE)
    return STUBDNS_ENAMETOOLONG;
  output->ascii[output->length++] = character;
  output->label_length++;
  return 0;
}

static int put_text(struct output *output, const char *text) {
  int error = 0;
  for (; *text && !error; text++)
    error = put(output, *text);
  return error;
}

static int put_dot(struct output *output) {
  output->label_length = 0;
  const int error = put(output, '.');
  output->label_length = 0;
  return error;
}

static int put_digit(struct output *output, uint32_t digit) {
  return put(output, "abcdefghijklmnopqrstuvwxyz0123456789"[digit]);
}

/* RFC 3492 section 6.1. */
static uint32_t adapt(uint32_t delta, uint32_t point_count, int is_first) {
  uint32_t k = 0;
  delta /= is_first ? DAMP : 2;
  delta += delta / point_count;
  for (; delta > (BASE - T_MIN) * T_MAX / 2; k += BASE)
    delta /= BASE - T_MIN;
  return k + (BASE - T_MIN + 1) * delta / (delta + SKEW);
}

static uint32_t threshold(uint32_t k, uint32_t bias) {
  if (k <= bias + T_MIN) return T_MIN;
  return k >= bias + T_MAX ? T_MAX : k - bias;
}

/* A number of variable length. */
static int put_delta(struct output *output, uint32_t delta, uint32_t bias) {
  for (uint32_t k = BASE;; k += BASE) {
    const uint32_t t = threshold(k, bias);
    if (delta < t) return put_digit(output, delta);
    const int error = put_digit(output, t + (delta - t) % (BASE - t));
    if (error) return error;
    delta = (delta - t) / (BASE - t);
  }
}

/* The least code point from `from` on; there is one. */
static uint32_t next_point(const struct label *label, uint32_t from) {
  uint32_t least = UINT32_MAX;
  for (size_t i = 0; i < label->count; i++)
    if (label->points[i] >= from && label->points[i] < least)
      least = label->points[i];
  return least;
}

/* The code points of ASCII as they are. */
static int put_basic(struct output *output, const struct label *label,
                     uint32_t *count) {
  *count = 0;
  for (size_t i = 0; i < label->count; i++) {
    if (label->points[i] >= INITIAL_POINT) continue;
    const int error = put(output, (char)label->points[i]);
    if (error) return error;
    ++*count;
  }
  return 0;
}

/* RFC 3492 section 6.3.  Nothing overflows: 63 code points below 2^21. */
static int put_others(struct output *output, const struct label *label,
                      uint32_t basic_count) {
  uint32_t bias = INITIAL_BIAS;
  uint32_t point = INITIAL_POINT;
  uint32_t delta = 0;
  for (uint32_t done = basic_count; done < label->count; delta++, point++) {
    const uint32_t next = next_point(label, point);
    delta += (next - point) * (done + 1);
    point = next;
    for (size_t i = 0; i < label->count; i++) {
      delta += label->points[i] < point;
      if (label->points[i] != point) continue;
      const int error = put_delta(output, delta, bias);
      if (error) return error;
      bias = adapt(delta, done + 1, done == basic_count);
      delta = 0;
      done++;
    }
  }
  return 0;
}

static int put_label(struct output *output, const struct label *label) {
  uint32_t basic_count;
  int is_ascii = 1;
  for (size_t i = 0; i < label->count; i++)
    is_ascii &= label->points[i] < INITIAL_POINT;
  if (is_ascii) return put_basic(output, label, &basic_count);
  int error = put_text(output, PREFIX);
  if (!error) error = put_basic(output, label, &basic_count);
  if (!error && basic_count > 0) error = put(output, '-');
  return error ? error : put_others(output, label, basic_count);
}

/* The octets that follow a first one, or -1. */
static int count_following(uint8_t first) {
  if (first < 0x80) return 0;
  if (first >= 0xc2 && first < 0xe0) return 1;
  if (first >= 0xe0 && first < 0xf0) return 2;
  return first >= 0xf0 && first < 0xf5 ? 3 : -1;
}

/* RFC 3629: the shortest form alone, and no surrogates. */
static int is_scalar(uint32_t point, int following) {
  static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
  return point >= least[following] && point <= 0x10ffff &&
         (point < 0xd800 || point > 0xdfff);
}

/* The NUL at the end is no octet that follows. */
static int take_point(const char **text, uint32_t *point) {
  const uint8_t first = (uint8_t) * (*text)++;
  const int following = count_following(first);
  if (following < 0) return STUBDNS_EBADTEXT;
  *point = following ? first & (0x3fu >> following) : first;
  for (int i = 0; i < following; i++) {
    const uint8_t octet = (uint8_t) * *text;
    if ((octet & 0xc0) != 0x80) return STUBDNS_EBADTEXT;
    *point = *point << 6 | (octet & 0x3fu);
    ++*text;
  }
  return is_scalar(*point, following) ? 0 : STUBDNS_EBADTEXT;
}

/* RFC 3490 section 3.1. */
static int is_dot(uint32_t point) {
  return point == '.' || point == 0x3002 || point == 0xff0e || point == 0xff61;
}

int stubdns__name_to_ascii(const char *text,
                           char ascii[STUBDNS__ASCII_NAME_SIZE]) {
  struct output output = {ascii, 0, 0};
  struct label label;
  label.count = 0;
  while (*text) {
    uint32_t point;
    int error = take_point(&text, &point);
    if (error) return error;
    if (is_dot(point)) {
      error = put_label(&output, &label);
      if (!error) error = put_dot(&output);
      label.count = 0;
    } else if (label.count == LABEL_MAX) {
      error = STUBDNS_ELABELTOOLONG;
    } else {
      label.points[label.count++] = point;
    }
    if (error) return error;
  }
  const int error = put_label(&output, &label);
  ascii[output.length] = '\0';
  return error;
}
