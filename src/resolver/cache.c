/* The cache: a hash table of entries that are linked by use.  An answer and a
 * failure of one question are two entries, so that a failure does not cost the
 * stale answer. */
#include "resolver/cache.h"

#include "stubdns/answer.h"
#include "wire/name.h"

#include <string.h>

#define BUCKETS_MIN 64
#define SECOND_US 1000000u
#define FAILED 0x8000u /* in an entry's flags; a key never has QR */

/* A failure is remembered this long after it ended, for the next one's time. */
#define FAILURE_MEMORY_US (STUBDNS__CACHE_FAILURE_MAX_S * (uint64_t)SECOND_US)

/* `octets` are the key, then the message. */
struct stubdns__cache_entry {
  struct stubdns__link link;
  struct stubdns__cache_entry *next; /* in its bucket */
  uint64_t stored_us;
  uint64_t expires_us;
  uint32_t hash;
  uint32_t counted_s; /* seconds that the TTLs have been counted down by */
  uint32_t failure_s; /* how long the failure was to be believed */
  int error;
  uint16_t message_length;
  uint16_t key_length;
  uint8_t octets[];
};

static struct stubdns__cache_entry *entry_of(struct stubdns__link *link) {
  return STUBDNS__ITEM(link, struct stubdns__cache_entry, link);
}

static size_t entry_size(const struct stubdns__cache_entry *entry) {
  return sizeof *entry + entry->key_length + entry->message_length;
}

/* A key as it is kept: folded name, type, class, flags. */
struct sought {
  uint32_t hash;
  uint16_t key_length;
  uint8_t key[STUBDNS_NAME_MAX + 6];
};

static void seek(const struct stubdns__cache *cache, struct sought *sought,
                 const struct stubdns__cache_key *key, uint16_t flags) {
  const stubdns_name_t *const name = &key->question->name;
  const unsigned numbers[3] = {key->question->type, key->question->class_,
                               (unsigned)key->flags | flags};
  size_t length = name->length;
  for (unsigned i = 0; i < name->length; i++)
    sought->key[i] = stubdns__fold(name->octets[i]);
  for (unsigned i = 0; i < 3; i++) {
    sought->key[length++] = (uint8_t)(numbers[i] >> 8);
    sought->key[length++] = (uint8_t)numbers[i];
  }
  sought->key_length = (uint16_t)length; /* of a name and six octets */
  sought->hash = (uint32_t)stubdns__siphash(&cache->hash_key, sought->key,
                                            sought->key_length);
}

/* One pair of keys in 4 billion has the same hash; which one, nobody can know
 * who does not have the hash's key. */
static int is_sought(const struct stubdns__cache_entry *entry,
                     const struct sought *sought) {
  return entry->hash == sought->hash &&
         entry->key_length == sought->key_length &&
         !memcmp(entry->octets, sought->key, sought->key_length);
}

static struct stubdns__cache_entry **
bucket_of(const struct stubdns__cache *cache, uint32_t hash) {
  return &cache->buckets[hash & (cache->bucket_count - 1)];
}

/* The entry, which becomes the most recently used one. */
static struct stubdns__cache_entry *find(struct stubdns__cache *cache,
                                         const struct sought *sought) {
  struct stubdns__cache_entry *entry = *bucket_of(cache, sought->hash);
  while (entry && !is_sought(entry, sought))
    entry = entry->next;
  if (entry) stubdns__list_append(&cache->used, &entry->link);
  return entry;
}

static void drop(struct stubdns__cache *cache,
                 struct stubdns__cache_entry *entry) {
  struct stubdns__cache_entry **place = bucket_of(cache, entry->hash);
  while (*place != entry)
    place = &(*place)->next;
  *place = entry->next;
  stubdns__list_remove(&entry->link);
  cache->octets_used -= entry_size(entry);
  cache->entry_count--;
  cache->hooks.release(cache->hooks.data, entry);
}

static void make_room(struct stubdns__cache *cache, size_t size) {
  while (cache->entry_count && cache->octets_used > cache->octets_max - size)
    drop(cache, entry_of(stubdns__list_first(&cache->used)));
}

static struct stubdns__cache_entry **
allocate_buckets(const struct stubdns__cache *cache, size_t count) {
  const size_t size = count * sizeof(struct stubdns__cache_entry *);
  struct stubdns__cache_entry **const buckets =
      cache->hooks.allocate(cache->hooks.data, size);
  if (buckets) memset(buckets, 0, size);
  return buckets;
}

/* Doubles the table once it has as many entries as buckets, each of which takes
 * ten times as much memory; where there is no memory it stays, and is slower.
 */
static void grow(struct stubdns__cache *cache) {
  const size_t count = 2 * cache->bucket_count;
  const size_t more = cache->bucket_count * sizeof *cache->buckets;
  if (cache->entry_count < cache->bucket_count) return;
  struct stubdns__cache_entry **const buckets = allocate_buckets(cache, count);
  if (!buckets) return;
  cache->hooks.release(cache->hooks.data, cache->buckets);
  cache->buckets = buckets;
  cache->bucket_count = count;
  cache->octets_used += more;
  for (struct stubdns__link *link = cache->used.next; link != &cache->used;
       link = link->next) {
    struct stubdns__cache_entry *const entry = entry_of(link);
    struct stubdns__cache_entry **const bucket = bucket_of(cache, entry->hash);
    entry->next = *bucket;
    *bucket = entry;
  }
}

/* A new entry in the place of the old one, or NULL: then there is none. */
static struct stubdns__cache_entry *replace(struct stubdns__cache *cache,
                                            const struct sought *sought,
                                            size_t message_length,
                                            uint64_t now_us) {
  struct stubdns__cache_entry *entry = find(cache, sought);
  const size_t size = sizeof *entry + sought->key_length + message_length;
  if (entry) drop(cache, entry);
  if (size > cache->octets_max / 2) return NULL;
  grow(cache);
  make_room(cache, size);
  entry = cache->hooks.allocate(cache->hooks.data, size);
  if (!entry) return NULL;
  memset(entry, 0, sizeof *entry);
  entry->hash = sought->hash;
  entry->stored_us = now_us;
  entry->key_length = sought->key_length;
  entry->message_length = (uint16_t)message_length; /* a message's length */
  memcpy(entry->octets, sought->key, sought->key_length);
  struct stubdns__cache_entry **const bucket = bucket_of(cache, entry->hash);
  entry->next = *bucket;
  *bucket = entry;
  stubdns__link_init(&entry->link);
  stubdns__list_append(&cache->used, &entry->link);
  cache->octets_used += size;
  cache->entry_count++;
  return entry;
}

static uint32_t at_most(uint32_t value, uint32_t max) {
  return value < max ? value : max;
}

/* How long the reply may be believed; 0: not at all. */
static uint32_t lifetime_s(const stubdns_question_t *question,
                           const stubdns_message_t *message) {
  stubdns_chain_t chain;
  uint32_t ttl_s;
  if (message->flags & STUBDNS_FLAG_TC) return 0;
  if (stubdns_chain_follow(&chain, message, question)) return 0;
  if (chain.outcome == STUBDNS_OUTCOME_ANSWER)
    return at_most(chain.ttl_s, STUBDNS__CACHE_TTL_MAX_S);
  if (chain.outcome != STUBDNS_OUTCOME_NODATA &&
      chain.outcome != STUBDNS_OUTCOME_NXDOMAIN)
    return 0;
  if (!stubdns_message_negative_ttl(message, &chain.target, &ttl_s)) return 0;
  if (chain.alias_count) ttl_s = at_most(ttl_s, chain.ttl_s);
  return at_most(ttl_s, STUBDNS__CACHE_NEGATIVE_TTL_MAX_S);
}

static void drop_if_there(struct stubdns__cache *cache,
                          const struct stubdns__cache_key *key,
                          uint16_t flags) {
  struct sought sought;
  seek(cache, &sought, key, flags);
  struct stubdns__cache_entry *const entry = find(cache, &sought);
  if (entry) drop(cache, entry);
}

int stubdns__cache_init(struct stubdns__cache *cache,
                        const struct stubdns__hooks *hooks, size_t octets_max,
                        uint32_t stale_s) {
  const size_t buckets_size = BUCKETS_MIN * sizeof *cache->buckets;
  memset(cache, 0, sizeof *cache);
  cache->hooks = *hooks;
  stubdns__link_init(&cache->used);
  if (octets_max < 2 * buckets_size) octets_max = 2 * buckets_size;
  if (hooks->random(hooks->data, cache->hash_key.octets,
                    sizeof cache->hash_key.octets))
    return STUBDNS_ERANDOM;
  cache->buckets = allocate_buckets(cache, BUCKETS_MIN);
  if (!cache->buckets) return STUBDNS_ENOMEM;
  cache->bucket_count = BUCKETS_MIN;
  cache->octets_max = octets_max;
  cache->octets_used = buckets_size;
  cache->stale_us = stale_s * (uint64_t)SECOND_US;
  return 0;
}

void stubdns__cache_forget(struct stubdns__cache *cache) {
  struct stubdns__link *link;
  while ((link = stubdns__list_first(&cache->used)) != NULL)
    drop(cache, entry_of(link));
}

void stubdns__cache_clear(struct stubdns__cache *cache) {
  stubdns__cache_forget(cache);
  cache->hooks.release(cache->hooks.data, cache->buckets);
  memset(cache, 0, sizeof *cache);
}

void stubdns__cache_store(struct stubdns__cache *cache,
                          const struct stubdns__cache_key *key,
                          const stubdns_message_t *message, uint64_t now_us) {
  struct sought sought;
  const uint32_t ttl_s = lifetime_s(key->question, message);
  drop_if_there(cache, key, FAILED);
  if (ttl_s == 0) return;
  seek(cache, &sought, key, 0);
  struct stubdns__cache_entry *const entry =
      replace(cache, &sought, message->records_end, now_us);
  if (!entry) return;
  uint8_t *const copy = entry->octets + entry->key_length;
  memcpy(copy, message->octets, message->records_end);
  memset(copy, 0, 2); /* the ID */
  entry->expires_us = now_us + ttl_s * (uint64_t)SECOND_US;
}

void stubdns__cache_store_failure(struct stubdns__cache *cache,
                                  const struct stubdns__cache_key *key,
                                  int error, uint64_t now_us) {
  struct sought sought;
  uint32_t failure_s = STUBDNS__CACHE_FAILURE_MIN_S;
  seek(cache, &sought, key, FAILED);
  const struct stubdns__cache_entry *const last = find(cache, &sought);
  if (last && now_us < last->expires_us + FAILURE_MEMORY_US)
    failure_s = at_most(2 * last->failure_s, STUBDNS__CACHE_FAILURE_MAX_S);
  struct stubdns__cache_entry *const entry = replace(cache, &sought, 0, now_us);
  if (!entry) return;
  entry->error = error;
  entry->failure_s = failure_s;
  entry->expires_us = now_us + failure_s * (uint64_t)SECOND_US;
}

static void store32(uint8_t *octets, uint32_t value) {
  octets[0] = (uint8_t)(value >> 24);
  octets[1] = (uint8_t)(value >> 16);
  octets[2] = (uint8_t)(value >> 8);
  octets[3] = (uint8_t)value;
}

/* Counts every TTL down by the seconds since it was last done, not below 0; the
 * TTL of an OPT record is none.  A stale answer has TTLs of 30 s. */
static void count_down(struct stubdns__cache_entry *entry,
                       const stubdns_message_t *message, uint64_t now_us,
                       int is_stale) {
  uint8_t *const octets = entry->octets + entry->key_length;
  const uint32_t age_s = (uint32_t)((now_us - entry->stored_us) / SECOND_US);
  const uint32_t passed_s = age_s - entry->counted_s;
  stubdns_records_t records = stubdns_message_all_records(message);
  stubdns_record_t record;
  entry->counted_s = age_s;
  while (stubdns_records_next(&records, &record)) {
    if (record.type == STUBDNS_TYPE_OPT) continue;
    const uint32_t left_s =
        record.ttl_s > passed_s ? record.ttl_s - passed_s : 0;
    store32(octets + record.rdata_offset - 6,
            is_stale ? STUBDNS__CACHE_STALE_TTL_S : left_s);
  }
}

static void show(struct stubdns__cache_entry *entry, uint64_t now_us,
                 struct stubdns__cache_hit *hit) {
  const uint8_t *const octets = entry->octets + entry->key_length;
  hit->error = 0;
  stubdns_message_parse(&hit->message, octets, entry->message_length, 0);
  count_down(entry, &hit->message, now_us, now_us >= entry->expires_us);
}

enum stubdns__cache_result
stubdns__cache_find(struct stubdns__cache *cache,
                    const struct stubdns__cache_key *key, uint64_t now_us,
                    struct stubdns__cache_hit *hit) {
  struct sought sought;
  seek(cache, &sought, key, 0);
  struct stubdns__cache_entry *entry = find(cache, &sought);
  if (entry && now_us < entry->expires_us) {
    show(entry, now_us, hit);
    return STUBDNS__CACHE_FRESH;
  }
  seek(cache, &sought, key, FAILED);
  entry = find(cache, &sought);
  if (!entry || now_us >= entry->expires_us) return STUBDNS__CACHE_NOTHING;
  hit->error = entry->error;
  return STUBDNS__CACHE_FAILURE;
}

enum stubdns__cache_result
stubdns__cache_find_stale(struct stubdns__cache *cache,
                          const struct stubdns__cache_key *key, uint64_t now_us,
                          struct stubdns__cache_hit *hit) {
  struct sought sought;
  seek(cache, &sought, key, 0);
  struct stubdns__cache_entry *const entry = find(cache, &sought);
  if (!entry || now_us >= entry->expires_us + cache->stale_us)
    return STUBDNS__CACHE_NOTHING;
  show(entry, now_us, hit);
  return now_us < entry->expires_us ? STUBDNS__CACHE_FRESH
                                    : STUBDNS__CACHE_STALE;
}
