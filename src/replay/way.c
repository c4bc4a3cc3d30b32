/* What a query gets, and the packets on their way back. */
#include "replay/way.h"

#include "replay/answer.h"
#include "replay/faults.h"
#include "replay/script.h"

#include <stdlib.h>
#include <string.h>

void stubdns__way_init(struct stubdns__way *way, stubdns_replay_t *replay) {
  memset(way, 0, sizeof *way);
  way->replay = replay;
  way->dice.state = replay->faults.seed;
}

void stubdns__way_free(struct stubdns__way *way) {
  while (way->first)
    free(stubdns__way_take(way));
}

uint64_t stubdns__way_due_us(const struct stubdns__way *way) {
  return way->first ? way->first->due_us : UINT64_MAX;
}

struct stubdns__packet *stubdns__way_take(struct stubdns__way *way) {
  struct stubdns__packet *packet = way->first;
  if (!packet) return NULL;
  way->first = packet->next;
  if (!way->first) way->last = NULL;
  return packet;
}

void stubdns__way_forget(struct stubdns__way *way, const void *to) {
  struct stubdns__packet **place = &way->first;
  way->last = NULL;
  while (*place) {
    struct stubdns__packet *packet = *place;
    if (packet->to == to) {
      *place = packet->next;
      free(packet);
    } else {
      way->last = packet;
      place = &packet->next;
    }
  }
}

/* Behind every packet that is due no later; most are the last of all. */
static void enqueue(struct stubdns__way *way, struct stubdns__packet *packet) {
  struct stubdns__packet **place = &way->first;
  if (way->last && way->last->due_us <= packet->due_us)
    place = &way->last->next;
  while (*place && (*place)->due_us <= packet->due_us)
    place = &(*place)->next;
  packet->next = *place;
  *place = packet;
  if (!packet->next) way->last = packet;
}

int stubdns__way_send(struct stubdns__way *way,
                      const struct stubdns__draft *draft) {
  struct stubdns__packet *packet = malloc(sizeof *packet + draft->length);
  if (!packet) return STUBDNS_ENOMEM;
  packet->due_us = draft->due_us;
  packet->query = way->query_count;
  packet->to = draft->to;
  packet->origin = draft->origin;
  packet->error = draft->error;
  packet->is_raw = draft->is_raw;
  packet->length = draft->length;
  if (draft->length) memcpy(packet->octets, draft->octets, draft->length);
  enqueue(way, packet);
  return 0;
}

static int send_one(struct stubdns__way *way,
                    const struct stubdns__asking *asking,
                    const struct stubdns__received *query,
                    struct stubdns__draft *draft) {
  draft->to = asking->to;
  draft->origin = STUBDNS__FROM_SERVER;
  draft->is_raw = 0;
  return stubdns__faults_send(way, query, draft);
}

/* Every reply of the exchange that is of use, each after the time it took; it
 * is unmatched where there are replies, but none of use. */
static int send_recorded(struct stubdns__way *way,
                         const struct stubdns__asking *asking,
                         const struct stubdns__received *query,
                         const struct stubdns__recorded *exchange,
                         struct stubdns__draft *draft) {
  const struct stubdns__store *store = way->replay->store;
  const int has_replies = exchange->first_reply != STUBDNS__NONE;
  int is_of_use = 0;
  int error = 0;
  for (size_t i = exchange->first_reply; i != STUBDNS__NONE && !error;
       i = store->replies[i].next) {
    struct stubdns__recorded_reply *const reply = &store->replies[i];
    if (stubdns__is_useless(exchange, reply, query)) continue;
    is_of_use = 1;
    draft->due_us =
        asking->now_us + (way->replay->at_once ? 0 : reply->delay_us);
    draft->error = reply->is_refusal ? STUBDNS_EREFUSED : 0;
    draft->length = 0;
    if (!reply->is_refusal)
      draft->length =
          stubdns__write_recorded(exchange, reply, query, draft->octets);
    error = send_one(way, asking, query, draft);
  }
  if (error) return error;
  return has_replies && !is_of_use ? STUBDNS_REPLAY_UNMATCHED
                                   : STUBDNS_REPLAY_RECORDED;
}

int stubdns__way_answer(struct stubdns__way *way,
                        const struct stubdns__asking *asking,
                        const struct stubdns__received *query,
                        struct stubdns__draft *draft) {
  const struct stubdns__recorded *exchange =
      stubdns__replay_find(way->replay, &query->asked);
  int result = STUBDNS_REPLAY_UNMATCHED;
  if (exchange) result = send_recorded(way, asking, query, exchange, draft);
  if (result != STUBDNS_REPLAY_UNMATCHED) return result;
  stubdns__unmatched_add(way->replay, &query->asked.question);
  if (way->replay->unmatched_rcode == STUBDNS_REPLAY_NO_REPLY) return result;
  draft->due_us = asking->now_us;
  draft->error = 0;
  draft->length = stubdns__write_refusal(query, 0, way->replay->unmatched_rcode,
                                         draft->octets);
  const int error = send_one(way, asking, query, draft);
  return error ? error : STUBDNS_REPLAY_UNMATCHED;
}

int stubdns__way_ask(struct stubdns__way *way,
                     const struct stubdns__asking *asking) {
  struct stubdns__received query;
  unsigned rcode;
  const int result = stubdns__query_read(&query, asking->octets, asking->length,
                                         asking->is_tcp, &rcode);
  if (result == STUBDNS_REPLAY_SILENT) return result;
  struct stubdns__draft *draft = malloc(sizeof *draft);
  if (!draft) return STUBDNS_ENOMEM;
  int outcome;
  way->query_count++;
  if (result == STUBDNS_REPLAY_REJECTED) {
    draft->due_us = asking->now_us;
    draft->error = 0;
    draft->length = stubdns__write_refusal(&query, 0, rcode, draft->octets);
    outcome = send_one(way, asking, &query, draft);
    if (!outcome) outcome = result;
  } else if (way->replay->store && way->replay->store->script) {
    outcome = stubdns__script_react(way, asking, &query, draft);
  } else {
    outcome = stubdns__way_answer(way, asking, &query, draft);
  }
  free(draft);
  return outcome;
}
