/* The store of recorded exchanges, hashed by question, and the choice among
 * those that have the same one. */
#include "replay/exchanges.h"

#include "replay/script.h"
#include "stubdns/edns.h"
#include "stubdns/query.h"
#include "wire/cursor.h"

#include <stdlib.h>
#include <string.h>

#define BUCKETS_MIN 64 /* a power of two, as every later count */

/* Questions without an answer that are told apart; more are only counted. */
#define UNMATCHED_MAX 1000

void stubdns_replay_init(stubdns_replay_t *replay) {
  memset(replay, 0, sizeof *replay);
  replay->unmatched_rcode = STUBDNS_RCODE_REFUSED;
}

int stubdns__store_need(stubdns_replay_t *replay) {
  if (!replay->store) replay->store = calloc(1, sizeof *replay->store);
  return replay->store ? 0 : STUBDNS_ENOMEM;
}

void stubdns_replay_free(stubdns_replay_t *replay) {
  struct stubdns__store *store = replay->store;
  if (store) {
    stubdns__script_free(store->script);
    free(store->exchanges);
    free(store->replies);
    free(store->buckets);
    free(store->unmatched);
    stubdns__hoard_free(&store->hoard);
    free(store);
  }
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

/* How little two queries with the same question are alike: UDP or TCP counts
 * most, then EDNS or not, DO, the payload size, and RD and CD. */
static uint32_t distance(const struct stubdns__asked *a,
                         const struct stubdns__asked *b) {
  const int size_difference = a->payload_size - b->payload_size;
  uint32_t result = (uint32_t)abs(size_difference) << 1; /* below 2^17 */
  if (a->is_tcp != b->is_tcp) result |= 1u << 19;
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

/* Whether `exchange`, which was recorded before `best`, goes before it. */
static int is_better(const struct stubdns__recorded *exchange,
                     const struct stubdns__recorded *best,
                     const struct stubdns__asked *asked) {
  if (!best) return 1;
  const uint32_t d = distance(&exchange->asked, asked);
  const uint32_t best_d = distance(&best->asked, asked);
  return d < best_d || (d == best_d && !exchange->is_given);
}

/* A bucket begins with the exchange that was recorded last. */
static struct stubdns__recorded *
find_alike(const struct stubdns__store *store,
           const struct stubdns__asked *asked) {
  struct stubdns__recorded *best = NULL;
  if (!store->bucket_count) return NULL;
  size_t i = store->buckets[asked->hash & (store->bucket_count - 1)];
  for (; i != STUBDNS__NONE; i = store->exchanges[i].next) {
    struct stubdns__recorded *exchange = &store->exchanges[i];
    if (is_same_question(&exchange->asked, asked) &&
        is_better(exchange, best, asked))
      best = exchange;
  }
  return best;
}

static struct stubdns__recorded *find_next(const stubdns_replay_t *replay,
                                           const struct stubdns__asked *asked) {
  struct stubdns__store *store = replay->store;
  if (store->position == replay->exchange_count) return NULL;
  struct stubdns__recorded *exchange = &store->exchanges[store->position];
  if (!is_same_question(&exchange->asked, asked)) return NULL;
  store->position++;
  return exchange;
}

const struct stubdns__recorded *
stubdns__replay_find(stubdns_replay_t *replay,
                     const struct stubdns__asked *asked) {
  if (!replay->store) return NULL;
  struct stubdns__recorded *found = replay->in_order
                                        ? find_next(replay, asked)
                                        : find_alike(replay->store, asked);
  if (found) found->is_given = 1;
  return found;
}

static void enter_bucket(struct stubdns__store *store, size_t index) {
  struct stubdns__recorded *exchange = &store->exchanges[index];
  const size_t bucket = exchange->asked.hash & (store->bucket_count - 1);
  exchange->next = store->buckets[bucket];
  store->buckets[bucket] = index;
}

/* Makes twice as many buckets and fills them anew. */
static int add_buckets(struct stubdns__store *store, size_t exchange_count) {
  const size_t count =
      store->bucket_count ? store->bucket_count * 2 : BUCKETS_MIN;
  if (count > SIZE_MAX / sizeof *store->buckets) return STUBDNS_ENOMEM;
  size_t *buckets = malloc(count * sizeof *buckets);
  if (!buckets) return STUBDNS_ENOMEM;
  free(store->buckets);
  store->buckets = buckets;
  store->bucket_count = count;
  for (size_t i = 0; i < count; i++)
    buckets[i] = STUBDNS__NONE;
  for (size_t i = 0; i < exchange_count; i++)
    enter_bucket(store, i);
  return 0;
}

static int append(stubdns_replay_t *replay,
                  const struct stubdns__recorded *exchange) {
  struct stubdns__store *store = replay->store;
  int error = stubdns__array_reserve((void **)&store->exchanges,
                                     &store->exchange_capacity,
                                     replay->exchange_count, sizeof *exchange);
  if (!error && replay->exchange_count == store->bucket_count)
    error = add_buckets(store, replay->exchange_count);
  if (error) return error;
  store->exchanges[replay->exchange_count] = *exchange;
  enter_bucket(store, replay->exchange_count++);
  return 0;
}

int stubdns__recorded_add(stubdns_replay_t *replay, const uint8_t *asker,
                          size_t length, int is_query, int is_tcp,
                          size_t *index) {
  stubdns_message_t message;
  struct stubdns__recorded exchange = {.first_reply = STUBDNS__NONE};
  int error = stubdns_message_parse(&message, asker, length, 0);
  if (!error && message.question_count != 1) error = STUBDNS_EQUESTIONS;
  if (!error) error = stubdns__store_need(replay);
  if (error) return error;
  stubdns__asked_read(&exchange.asked, &message);
  exchange.asked.is_tcp = is_tcp != 0;
  exchange.id = message.id;
  if (is_query) {
    exchange.query = stubdns__hoard_keep(&replay->store->hoard, asker, length);
    exchange.query_length = length;
    if (!exchange.query) return STUBDNS_ENOMEM;
  }
  *index = replay->exchange_count;
  return append(replay, &exchange);
}

/* Adds a reply behind those of the exchange at `index`. */
static int append_reply(struct stubdns__store *store, size_t index,
                        const struct stubdns__recorded_reply *reply) {
  struct stubdns__recorded *exchange = &store->exchanges[index];
  if (stubdns__array_reserve((void **)&store->replies, &store->reply_capacity,
                             store->reply_count, sizeof *reply))
    return STUBDNS_ENOMEM;
  if (exchange->first_reply == STUBDNS__NONE)
    exchange->first_reply = store->reply_count;
  else
    store->replies[exchange->last_reply].next = store->reply_count;
  exchange->last_reply = store->reply_count;
  store->replies[store->reply_count++] = *reply;
  return 0;
}

int stubdns__recorded_add_reply(stubdns_replay_t *replay, size_t index,
                                const uint8_t *octets, size_t length,
                                uint64_t delay_us) {
  const struct stubdns__recorded_reply reply = {
      .octets = stubdns__hoard_keep(&replay->store->hoard, octets, length),
      .length = length,
      .delay_us = delay_us,
      .next = STUBDNS__NONE,
  };
  if (!reply.octets) return STUBDNS_ENOMEM;
  return append_reply(replay->store, index, &reply);
}

int stubdns__recorded_add_refusal(stubdns_replay_t *replay, size_t index,
                                  uint64_t delay_us) {
  const struct stubdns__recorded_reply reply = {
      .delay_us = delay_us, .next = STUBDNS__NONE, .is_refusal = 1};
  return append_reply(replay->store, index, &reply);
}

struct stubdns__recorded_reply *
stubdns__recorded_message(const stubdns_replay_t *replay,
                          const struct stubdns__recorded *exchange) {
  struct stubdns__recorded_reply *const replies = replay->store->replies;
  size_t i = exchange->first_reply;
  while (i != STUBDNS__NONE && replies[i].is_refusal)
    i = replies[i].next;
  return i == STUBDNS__NONE ? NULL : &replies[i];
}

int stubdns_replay_add(stubdns_replay_t *replay, const uint8_t *query,
                       size_t query_length, const uint8_t *reply,
                       size_t reply_length) {
  size_t index;
  const int error =
      query ? stubdns__recorded_add(replay, query, query_length, 1, 0, &index)
            : stubdns__recorded_add(replay, reply, reply_length, 0, 0, &index);
  if (error) return error;
  return stubdns__recorded_add_reply(replay, index, reply, reply_length, 0);
}

void stubdns__unmatched_add(stubdns_replay_t *replay,
                            const stubdns_question_t *question) {
  replay->unmatched_count++;
  if (stubdns__store_need(replay)) return;
  struct stubdns__store *store = replay->store;
  for (size_t i = 0; i < store->unmatched_count; i++) {
    struct stubdns__unmatched *unmatched = &store->unmatched[i];
    if (unmatched->question.type != question->type ||
        unmatched->question.class_ != question->class_ ||
        !stubdns_name_equal(&unmatched->question.name, &question->name))
      continue;
    unmatched->count++;
    return;
  }
  if (store->unmatched_count == UNMATCHED_MAX ||
      stubdns__array_reserve((void **)&store->unmatched,
                             &store->unmatched_capacity, store->unmatched_count,
                             sizeof *store->unmatched))
    return;
  store->unmatched[store->unmatched_count++] =
      (struct stubdns__unmatched){*question, 1};
}

int stubdns_replay_next_unmatched(const stubdns_replay_t *replay,
                                  size_t *position,
                                  stubdns_question_t *question,
                                  uint64_t *count) {
  const struct stubdns__store *store = replay->store;
  if (!store || *position >= store->unmatched_count) return 0;
  *question = store->unmatched[*position].question;
  *count = store->unmatched[(*position)++].count;
  return 1;
}
