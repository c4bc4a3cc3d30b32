/* Octets as a rule spells them: pairs of hex digits, one pair repeated, and
 * words for what the query decides. */
#include "replay/spelling.h"

#include <stdlib.h>
#include <string.h>

#define DIGITS "0123456789abcdefABCDEF"
#define REPEATS_MAX STUBDNS_MESSAGE_MAX

static void put(struct stubdns__draft *draft, const void *octets,
                size_t length) {
  const size_t room = sizeof draft->octets - draft->length;
  if (length > room) length = room;
  memcpy(draft->octets + draft->length, octets, length);
  draft->length += length;
}

static void put_id(const struct stubdns__received *query,
                   struct stubdns__draft *draft) {
  put(draft, query->octets, 2);
}

static void put_other_id(const struct stubdns__received *query,
                         struct stubdns__draft *draft) {
  const uint8_t other[] = {query->octets[0], query->octets[1] ^ 1};
  put(draft, other, sizeof other);
}

static void put_question(const struct stubdns__received *query,
                         struct stubdns__draft *draft) {
  const stubdns_question_t *question = &query->asked.question;
  const uint8_t rest[] = {
      (uint8_t)(question->type >> 8), (uint8_t)question->type,
      (uint8_t)(question->class_ >> 8), (uint8_t)question->class_};
  put(draft, question->name.octets, question->name.length);
  put(draft, rest, sizeof rest);
}

/* With the name's first letter small where it is a capital, and the other way
 * round. */
static void put_swapped(const struct stubdns__received *query,
                        struct stubdns__draft *draft) {
  const size_t first = draft->length + 1;
  put_question(query, draft);
  if (first < draft->length) draft->octets[first] ^= 0x20;
}

/* That of the client; nothing where the query has none. */
static void put_cookie(const struct stubdns__received *query,
                       struct stubdns__draft *draft) {
  stubdns_option_t cookie;
  if (stubdns__find_cookie(&query->message, &cookie))
    put(draft, cookie.octets, STUBDNS__CLIENT_COOKIE_LENGTH);
}

static const struct {
  const char *word;
  void (*put)(const struct stubdns__received *query,
              struct stubdns__draft *draft);
} words[] = {{"ID", put_id},
             {"OTHERID", put_other_id},
             {"QUESTION", put_question},
             {"SWAPPED", put_swapped},
             {"COOKIE", put_cookie}};
#define WORD_COUNT (sizeof words / sizeof words[0])

/* The index of a word, or WORD_COUNT. */
static size_t find(const char *word, size_t length) {
  size_t i = 0;
  while (i < WORD_COUNT && (strlen(words[i].word) != length ||
                            strncmp(words[i].word, word, length) != 0))
    i++;
  return i;
}

/* "XX*N"; `word` is behind the star. */
static int is_repeat(const char *word) {
  const size_t length = strspn(word, "0123456789");
  return length > 0 && length < 6 && !word[length];
}

int stubdns__spelling_has(const char *word) {
  const size_t length = strspn(word, DIGITS);
  if (find(word, strlen(word)) < WORD_COUNT) return 1;
  if (length == 2 && word[2] == '*') return is_repeat(word + 3);
  return !word[length] && length % 2 == 0;
}

static uint8_t octet_at(const char *digits) {
  const char pair[] = {digits[0], digits[1], '\0'};
  return (uint8_t)strtoul(pair, NULL, 16);
}

static void put_repeated(struct stubdns__draft *draft, const char *word) {
  const uint8_t octet = octet_at(word);
  unsigned long count = strtoul(word + 3, NULL, 10);
  if (count > REPEATS_MAX) count = REPEATS_MAX;
  for (; count > 0; count--)
    put(draft, &octet, 1);
}

static void put_digits(struct stubdns__draft *draft, const char *word,
                       size_t length) {
  for (size_t i = 0; i + 1 < length; i += 2) {
    const uint8_t octet = octet_at(word + i);
    put(draft, &octet, 1);
  }
}

void stubdns__spelling_write(const char *text,
                             const struct stubdns__received *query,
                             struct stubdns__draft *draft) {
  while (*text) {
    const size_t length = strcspn(text, " ");
    const size_t found = find(text, length);
    if (found < WORD_COUNT)
      words[found].put(query, draft);
    else if (length > 2 && text[2] == '*')
      put_repeated(draft, text);
    else
      put_digits(draft, text, length);
    text += length;
    text += strspn(text, " ");
  }
}
