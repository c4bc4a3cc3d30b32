/* From a reply that was given back to what was recorded. */
#include "replay/answer.h"
#include "replay/exchanges.h"

#include <string.h>

#define HEADER_LENGTH 12
#define ID_LENGTH 2

/* Octets that a given reply may have otherwise than the recorded one, in their
 * order. */
struct gap {
  size_t offset;
  size_t length;
};

#define GAP_COUNT 3

/* Where the question's name is the same but for its letters. */
static struct gap name_gap(const stubdns_message_t *a,
                           const stubdns_message_t *b) {
  struct gap gap = {HEADER_LENGTH, 0};
  if (!a->question_count || !b->question_count) return gap;
  const stubdns_question_t ours = stubdns_message_question(a);
  const stubdns_question_t theirs = stubdns_message_question(b);
  if (stubdns_name_equal(&ours.name, &theirs.name))
    gap.length = ours.name.length;
  return gap;
}

static struct gap cookie_gap(const stubdns_message_t *a,
                             const stubdns_message_t *b) {
  stubdns_option_t ours;
  stubdns_option_t theirs;
  const struct gap none = {a->length, 0};
  if (!stubdns__find_cookie(a, &ours) || !stubdns__find_cookie(b, &theirs))
    return none;
  const size_t offset = (size_t)(ours.octets - a->octets);
  if ((size_t)(theirs.octets - b->octets) != offset) return none;
  return (struct gap){offset, STUBDNS__CLIENT_COOKIE_LENGTH};
}

/* Whether all octets outside the gaps are the same. */
static int is_alike(const stubdns_message_t *a, const stubdns_message_t *b) {
  const struct gap gaps[GAP_COUNT] = {
      {0, ID_LENGTH}, name_gap(a, b), cookie_gap(a, b)};
  size_t offset = 0;
  if (a->length != b->length) return 0;
  for (size_t i = 0; i < GAP_COUNT; i++) {
    if (memcmp(a->octets + offset, b->octets + offset,
               gaps[i].offset - offset) != 0)
      return 0;
    offset = gaps[i].offset + gaps[i].length;
  }
  return memcmp(a->octets + offset, b->octets + offset, a->length - offset) ==
         0;
}

/* A reply with another ID than the recorded query was given with another, too.
 */
static int was_given(const struct stubdns__recorded *exchange,
                     const struct stubdns__recorded_reply *reply,
                     const stubdns_message_t *message) {
  stubdns_message_t recorded;
  return reply->is_given && !reply->is_refusal &&
         reply->length == message->length &&
         !stubdns_message_parse(&recorded, reply->octets, reply->length, 0) &&
         (recorded.id ^ exchange->id) == (message->id ^ reply->given_id) &&
         is_alike(&recorded, message);
}

struct found {
  const struct stubdns__recorded *exchange;
  const struct stubdns__recorded_reply *reply; /* NULL: none */
};

static struct found find(const struct stubdns__store *store,
                         const stubdns_message_t *given) {
  struct stubdns__asked asked;
  stubdns__asked_read(&asked, given);
  size_t i = store->buckets[asked.hash & (store->bucket_count - 1)];
  for (; i != STUBDNS__NONE; i = store->exchanges[i].next) {
    const struct stubdns__recorded *const exchange = &store->exchanges[i];
    for (size_t j = exchange->first_reply; j != STUBDNS__NONE;
         j = store->replies[j].next)
      if (was_given(exchange, &store->replies[j], given))
        return (struct found){exchange, &store->replies[j]};
  }
  return (struct found){NULL, NULL};
}

int stubdns_replay_find_original(const stubdns_replay_t *replay,
                                 const stubdns_message_t *given,
                                 stubdns_original_t *original) {
  if (!replay->exchange_count || !given->question_count) return 0;
  const struct found found = find(replay->store, given);
  if (!found.reply) return 0;
  *original = (stubdns_original_t){
      .query = found.exchange->query,
      .query_length = found.exchange->query_length,
      .query_us = found.exchange->time_us,
      .reply = found.reply->octets,
      .reply_length = found.reply->length,
      .reply_us = found.exchange->time_us + found.reply->delay_us,
  };
  return 1;
}
