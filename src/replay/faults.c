/* Faults.  The dice are rolled alike for every reply, whatever comes of it: a
 * rate that is changed does not change where the other faults happen. */
#include "replay/faults.h"

#include <string.h>

#define HEADER_LENGTH 12

/* How long a reply is held back to come behind others, and how far a forged one
 * is ahead of the true one. */
#define HELD_BACK_US 20000
#define AHEAD_US 1000

/* What happens to one reply. */
struct fate {
  int is_lost;
  int is_doubled;
  int is_held_back;
  int is_cut;
  int is_corrupt;
  int has_wrong_id;
  int is_spoofed;
  int is_error;
  uint64_t delay_us;
  uint64_t bit;
  uint16_t mask; /* of the ID; never 0 */
};

static struct fate roll(struct stubdns__dice *dice,
                        const stubdns_faults_t *faults) {
  struct fate fate = {
      .is_lost = stubdns__dice_happens(dice, faults->loss),
      .is_doubled = stubdns__dice_happens(dice, faults->duplication),
      .is_held_back = stubdns__dice_happens(dice, faults->reordering),
      .is_cut = stubdns__dice_happens(dice, faults->truncation),
      .is_corrupt = stubdns__dice_happens(dice, faults->corruption),
      .has_wrong_id = stubdns__dice_happens(dice, faults->wrong_id),
      .is_spoofed = stubdns__dice_happens(dice, faults->spoofing),
      .is_error = stubdns__dice_happens(dice, faults->error),
      .delay_us = faults->delay_us +
                  stubdns__dice_below(dice, (uint64_t)faults->jitter_us + 1),
      .bit = stubdns__dice_roll(dice),
      .mask = (uint16_t)(1 + stubdns__dice_below(dice, UINT16_MAX)),
  };
  return fate;
}

static void change_id(struct stubdns__draft *draft, uint16_t mask) {
  if (draft->length < 2) return;
  draft->octets[0] ^= (uint8_t)(mask >> 8);
  draft->octets[1] ^= (uint8_t)mask;
}

/* What stands in for the reply: an error, or no more than its header, its
 * question and TC. */
static void replace(struct stubdns__draft *draft, const struct fate *fate,
                    const stubdns_faults_t *faults,
                    const struct stubdns__received *query) {
  const unsigned rcode = faults->rcode ? faults->rcode : STUBDNS_RCODE_SERVFAIL;
  if (fate->is_error)
    draft->length = stubdns__write_refusal(query, 0, rcode, draft->octets);
  else if (fate->is_cut && !query->asked.is_tcp)
    draft->length =
        stubdns__write_refusal(query, STUBDNS_FLAG_TC, 0, draft->octets);
}

static void spoil(struct stubdns__draft *draft, const struct fate *fate) {
  if (fate->is_corrupt && draft->length) {
    const uint64_t bit = fate->bit % (draft->length * 8);
    draft->octets[bit / 8] ^= (uint8_t)(1u << bit % 8);
  }
  if (fate->has_wrong_id) change_id(draft, fate->mask);
}

/* A forger who does not see the query has to guess its ID, and does not.  What
 * he wants believed is in the last octets. */
static int send_forged(struct stubdns__way *way, struct stubdns__draft *draft,
                       const struct fate *fate) {
  const size_t last = draft->length - 1;
  if (draft->length <= HEADER_LENGTH) return 0;
  change_id(draft, fate->mask);
  draft->octets[last] ^= 0xff;
  const uint64_t due_us = draft->due_us;
  draft->due_us = due_us > AHEAD_US ? due_us - AHEAD_US : 0;
  const int error = stubdns__way_send(way, draft);
  draft->due_us = due_us;
  draft->octets[last] ^= 0xff;
  change_id(draft, fate->mask);
  return error;
}

int stubdns__faults_send(struct stubdns__way *way,
                         const struct stubdns__received *query,
                         struct stubdns__draft *draft) {
  const stubdns_faults_t *faults = &way->replay->faults;
  const struct fate fate = roll(&way->dice, faults);
  const int is_tcp = query->asked.is_tcp;
  draft->due_us += fate.delay_us;
  replace(draft, &fate, faults, query);
  if (is_tcp) return stubdns__way_send(way, draft);
  int error = fate.is_spoofed ? send_forged(way, draft, &fate) : 0;
  if (fate.is_lost || error) return error;
  if (fate.is_held_back) draft->due_us += HELD_BACK_US;
  spoil(draft, &fate);
  error = stubdns__way_send(way, draft);
  if (!error && fate.is_doubled) error = stubdns__way_send(way, draft);
  return error;
}
