/* Identical questions are asked once (RFC 5452 section 5: two queries for one
 * question in flight make forging easier).  The first lookup leads: its
 * exchange is the one that runs.  Others follow it, each with a deadline of its
 * own, and end with its answer.  Where the leader ends without one, because it
 * is cancelled or its deadline comes, a follower takes the exchange over. */
#include "resolver/state.h"

#include "wire/name.h"

#include <string.h>

/* Folded name, type, class, payload size and both halves of the flags. */
#define KEY_MAX (STUBDNS_NAME_MAX + 5 * sizeof(uint16_t))

static struct stubdns__request *request_of(struct stubdns__entry *entry) {
  return STUBDNS__ITEM(entry, struct stubdns__request, entry);
}

static uint64_t hash_of(const struct stubdns__core *core,
                        const struct stubdns__request *request) {
  const uint16_t numbers[5] = {request->type, request->class_,
                               request->payload_size, (uint16_t)request->flags,
                               (uint16_t)(request->flags >> 16)};
  uint8_t key[KEY_MAX];
  for (unsigned i = 0; i < request->name_length; i++)
    key[i] = stubdns__fold(request->name[i]);
  memcpy(key + request->name_length, numbers, sizeof numbers);
  return stubdns__siphash(&core->hash_key, key,
                          request->name_length + sizeof numbers);
}

/* Whether two lookups would be sent alike, and to the same servers. */
static int is_same(const struct stubdns__request *a,
                   const struct stubdns__request *b) {
  return a->type == b->type && a->class_ == b->class_ && a->flags == b->flags &&
         a->payload_size == b->payload_size &&
         stubdns__server_list_is_same(a->servers, b->servers) &&
         a->name_length == b->name_length &&
         stubdns__octets_equal_folded(a->name, b->name, a->name_length);
}

static void follow(struct stubdns__request *request,
                   struct stubdns__request *leader) {
  request->leader = leader;
  leader->holder_count++;
}

static void lead(struct stubdns__core *core, struct stubdns__request *request,
                 uint64_t hash) {
  stubdns__table_add(&core->leaders, &request->entry, hash);
  request->leads = 1;
}

int stubdns__share_join(struct stubdns__core *core,
                        struct stubdns__request *request) {
  if (request->flags & STUBDNS_LOOKUP_NO_COALESCE || request->form) return 0;
  const uint64_t hash = hash_of(core, request);
  struct stubdns__entry *entry = stubdns__table_find(&core->leaders, hash);
  while (entry && !is_same(request_of(entry), request))
    entry = stubdns__table_find_next(entry);
  if (!entry) {
    lead(core, request, hash);
    return 0;
  }
  follow(request, request_of(entry));
  return 1;
}

void stubdns__share_retire(struct stubdns__core *core,
                           struct stubdns__request *request) {
  if (request->leads) stubdns__table_remove(&core->leaders, &request->entry);
  request->leads = 0;
}

static void take_flights(struct stubdns__request *request,
                         struct stubdns__attempt *newest) {
  for (struct stubdns__attempt *a = newest; a; a = a->older)
    stubdns__flight_of(a)->request = request;
}

/* The exchange with its attempts, the reply kept, and the capitals of the name,
 * which replies must repeat; the deadline stays each lookup's own. */
static void move_exchange(struct stubdns__request *from,
                          struct stubdns__request *to) {
  const uint64_t deadline_us = to->exchange.deadline_us;
  to->exchange = from->exchange;
  to->exchange.deadline_us = deadline_us;
  from->exchange.newest = NULL;
  memcpy(to->name, from->name, to->name_length);
  to->kept = from->kept;
  to->tail = from->tail;
  from->kept = NULL;
  from->tail = NULL;
  take_flights(to, to->exchange.newest);
  take_flights(to, stubdns__request_past(to));
}

static void move_timeline(struct stubdns__request *from,
                          struct stubdns__request *to) {
  to->marks = from->marks;
  to->mark_count = from->mark_count;
  to->event_count = from->event_count;
  to->send_count = from->send_count;
  to->begin_us = from->begin_us;
  from->marks = NULL;
}

static void move_followers(struct stubdns__request *from,
                           struct stubdns__request *to) {
  struct stubdns__link *link;
  while ((link = stubdns__list_first(&from->followers)) != NULL) {
    stubdns__list_append(&to->followers, link);
    follow(STUBDNS__ITEM(link, struct stubdns__request, link), to);
    from->holder_count--;
  }
}

/* The last to come is the heir: its deadline is mostly the latest. */
void stubdns__share_hand_over(struct stubdns__core *core,
                              struct stubdns__request *request) {
  if (stubdns__list_is_empty(&request->followers)) return;
  struct stubdns__request *const heir =
      STUBDNS__ITEM(request->followers.previous, struct stubdns__request, link);
  const uint64_t hash = request->entry.hash;
  stubdns__request_enter(core, heir,
                         (enum stubdns__request_state)request->state);
  stubdns__list_append(&request->link, &heir->link); /* in the same place */
  heir->leader = NULL;
  request->holder_count--;
  move_exchange(request, heir);
  move_timeline(request, heir);
  move_followers(request, heir);
  follow(request, heir);
  stubdns__share_retire(core, request);
  lead(core, heir, hash);
  if (heir->state != STUBDNS__REQUEST_WAITING)
    stubdns__request_wake(core, heir);
}

const struct stubdns__request *
stubdns__share_source(const struct stubdns__request *request) {
  while (request->leader)
    request = request->leader;
  return request;
}
