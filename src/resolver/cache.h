/* Replies kept for as long as they say: by question and the flags that change
 * an answer, within a number of octets, the least recently used going first.
 * RFC 2308 for "no", RFC 8767 for stale answers, RFC 9520 for failures. */
#ifndef STUBDNS_RESOLVER_CACHE_H
#define STUBDNS_RESOLVER_CACHE_H

#include "exchange/siphash.h"
#include "resolver/core.h"
#include "resolver/list.h"

#define STUBDNS__CACHE_TTL_MAX_S 86400u          /* a day: RFC 8767 section 4 */
#define STUBDNS__CACHE_NEGATIVE_TTL_MAX_S 10800u /* RFC 2308 section 5 */
#define STUBDNS__CACHE_STALE_TTL_S 30u           /* RFC 8767 section 4 */
#define STUBDNS__CACHE_FAILURE_MIN_S 5u /* RFC 9520 section 3.2: at least 1 */
#define STUBDNS__CACHE_FAILURE_MAX_S                                           \
  300u /* RFC 9520 section 3.2: at most 5 min */

/* Header flags of a query that change what a server answers (RD, CD, AD) are
 * part of the key as they stand there, and DO beside them. */
#define STUBDNS__CACHE_KEY_DO 0x0001u

struct stubdns__cache_key {
  const stubdns_question_t *question;
  uint16_t flags;
};

/* What was found. */
enum stubdns__cache_result {
  STUBDNS__CACHE_NOTHING = 0,
  STUBDNS__CACHE_FRESH,
  STUBDNS__CACHE_STALE,  /* expired, and still within the time for stale ones */
  STUBDNS__CACHE_FAILURE /* the last lookup failed a moment ago */
};

struct stubdns__cache_hit {
  stubdns_message_t message; /* FRESH and STALE: TTLs counted down, ID 0 */
  int error;                 /* FAILURE: as it was stored */
};

/* All of it is private. */
struct stubdns__cache {
  struct stubdns__hooks hooks;
  struct stubdns__siphash_key hash_key;
  size_t octets_max;
  size_t octets_used;
  uint64_t stale_us;
  struct stubdns__link used; /* entries, the least recently used first */
  struct stubdns__cache_entry **buckets;
  size_t bucket_count; /* a power of two */
  size_t entry_count;
};

/* Makes an empty cache of at most `octets_max` octets, its own tables included;
 * expired answers are kept `stale_s` longer.
 *
 * Returns 0, STUBDNS_ENOMEM or STUBDNS_ERANDOM. */
int stubdns__cache_init(struct stubdns__cache *cache,
                        const struct stubdns__hooks *hooks, size_t octets_max,
                        uint32_t stale_s);

/* Forgets everything. */
void stubdns__cache_forget(struct stubdns__cache *cache);

/* Forgets everything and gives the memory back. */
void stubdns__cache_clear(struct stubdns__cache *cache);

/* Keeps a reply, if it may be kept: it answers, or says no with a SOA record;
 * it is not truncated and no TTL is 0.  Ends the failure of the same key. */
void stubdns__cache_store(struct stubdns__cache *cache,
                          const struct stubdns__cache_key *key,
                          const stubdns_message_t *message, uint64_t now_us);

/* Keeps that a lookup failed: for 5 s, and twice as long each time that it
 * fails again, up to 5 minutes. */
void stubdns__cache_store_failure(struct stubdns__cache *cache,
                                  const struct stubdns__cache_key *key,
                                  int error, uint64_t now_us);

/* Looks for a fresh answer, then for a failure.  The hit is valid until the
 * next call. */
enum stubdns__cache_result
stubdns__cache_find(struct stubdns__cache *cache,
                    const struct stubdns__cache_key *key, uint64_t now_us,
                    struct stubdns__cache_hit *hit);

/* Looks for an answer that may have expired, for when no server has one. */
enum stubdns__cache_result
stubdns__cache_find_stale(struct stubdns__cache *cache,
                          const struct stubdns__cache_key *key, uint64_t now_us,
                          struct stubdns__cache_hit *hit);

#endif
