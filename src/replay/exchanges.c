/* The store of recorded exchanges, hashed by question, and the choice among
 * those that have the same one. */
#include "replay/exchanges.h"

#include "stubdns/edns.h"
#include "stubdns/query.h"

#include <stdlib.h>
#include <string.h>

#define CAPACITY_MIN 64 /* a power of two, as every later one */
#define NONE SIZE_MAX

void stubdns_replay_init(stubdns_replay_t *replay) {
  memset(replay, 0, sizeof *replay);
}

void stubdns_replay_free(stubdns_replay_t *replay) {
  free(replay->exchanges);
  free(replay->buckets);
  stubdns_replay_init(replay);
}

/* FNV-1a over the name, letters folded: a length octet is no letter. */
static uint32_t hash_question(const stubdns_question_t *question) {
  uint32_t hash = 2166136261u ^ question->type;
  hash ^= (uint32_t)question->class_ << 16;
  for (size_t i = 0; i < question->name.length; i++) {
    const uint8_t octet = question->name.octets[i];
    const int is_upper = octet >= 'A' && octet <= 'Z';
    hash = (hash ^ (is_upper ? octet | 0x20u : octet)) * 16777619u;
  }
  return hash;
}

void stubdns__asked_read(struct stubdns__asked *asked,
                         const stubdns_message_t *message) {
  stubdns_edns_t edns;
  memset(asked, 0, sizeof *asked);
  asked->question = stubdns_message_question(message);
  asked->hash = hash_question(&asked->question);
  asked->flags = message->flags & (STUBDNS_FLAG_RD | STUBDNS_FLAG_CD);
  if (!stubdns_message_edns(message, &edns)) return;
  asked->payload_size = edns.payload_size < 512 ? 512 : edns.payload_size;
  asked->dnssec_ok = (edns.flags & STUBDNS_EDNS_DO) != 0;
}

/* How little two queries with the same question are alike: EDNS or not counts
 * most, then DO, the payload size, and RD and CD. */
static uint32_t distance(const struct stubdns__asked *a,
                         const struct stubdns__asked *b) {
  const int size_difference = a->payload_size - b->payload_size;
  uint32_t result = (uint32_t)abs(size_difference) << 1; /* below 2^17 */
  if ((a->payload_size == 0) != (b->payload_size == 0)) result |= 1u << 18;
  if (a->dnssec_ok != b->dnssec_ok) result |= 1u << 17;
  if (a->flags != b->flags) result |= 1;
  return result;
}

static int is_same_question(const struct stubdns__asked *a,
                            const struct stubdns__asked *b) {
  return a->hash == b->hash && a->question.type == b->question.type &&
         a->question.class_ == b->question.class_ &&
         stubdns_name_equal(&a->question.name, &b->question.name);
}

const struct stubdns__recorded *
stubdns__replay_find(const stubdns_replay_t *replay,
                     const struct stubdns__asked *asked) {
  const struct stubdns__recorded *best = NULL;
  if (!replay->bucket_count) return NULL;
  size_t i = replay->buckets[asked->hash & (replay->bucket_count - 1)];
  for (; i != NONE; i = replay->exchanges[i].next) {
    const struct stubdns__recorded *exchange = &replay->exchanges[i];
    if (!is_same_question(&exchange->asked, asked)) continue;
    /* A bucket begins with its last; of equals the first recorded counts. */
    if (!best ||
        distance(&exchange->asked, asked) <= distance(&best->asked, asked))
      best = exchange;
  }
  return best;
}

static void enter_bucket(stubdns_replay_t *replay, size_t index) {
  struct stubdns__recorded *exchange = &replay->exchanges[index];
  const size_t bucket = exchange->asked.hash & (replay->bucket_count - 1);
  exchange->next = replay->buckets[bucket];
  replay->buckets[bucket] = index;
}

/* Makes as many buckets as there is room for exchanges. */
static int rebuild_buckets(stubdns_replay_t *replay) {
  size_t *buckets = malloc(replay->capacity * sizeof *buckets);
  if (!buckets) return STUBDNS_ENOMEM;
  free(replay->buckets);
  replay->buckets = buckets;
  replay->bucket_count = replay->capacity;
  for (size_t i = 0; i < replay->bucket_count; i++)
    buckets[i] = NONE;
  for (size_t i = 0; i < replay->exchange_count; i++)
    enter_bucket(replay, i);
  return 0;
}

static int grow(stubdns_replay_t *replay) {
  const size_t size = sizeof *replay->exchanges;
  const size_t capacity =
      replay->capacity ? replay->capacity : CAPACITY_MIN / 2;
  if (capacity > SIZE_MAX / size / 2) return STUBDNS_ENOMEM;
  void *exchanges = realloc(replay->exchanges, capacity * 2 * size);
  if (!exchanges) return STUBDNS_ENOMEM;
  replay->exchanges = exchanges;
  replay->capacity = capacity * 2;
  return rebuild_buckets(replay);
}

static int add_exchange(stubdns_replay_t *replay,
                        const struct stubdns__recorded *exchange) {
  if (replay->exchange_count >= replay->bucket_count) {
    const int error = grow(replay);
    if (error) return error;
  }
  replay->exchanges[replay->exchange_count] = *exchange;
  enter_bucket(replay, replay->exchange_count++);
  return 0;
}

int stubdns_replay_add(stubdns_replay_t *replay, const uint8_t *query,
                       size_t query_length, const uint8_t *reply,
                       size_t reply_length) {
  stubdns_message_t message;
  struct stubdns__recorded exchange;
  const int error =
      query ? stubdns_message_parse(&message, query, query_length, 0)
            : stubdns_message_parse(&message, reply, reply_length, 0);
  if (error) return error;
  if (message.question_count != 1) return STUBDNS_EQUESTIONS;
  stubdns__asked_read(&exchange.asked, &message);
  exchange.reply = reply;
  exchange.reply_length = reply_length;
  return add_exchange(replay, &exchange);
}
