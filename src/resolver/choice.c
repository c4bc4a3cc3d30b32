/* The algorithm of RFC 2782, "Weight": those with weight 0 stand first, a
 * number from 0 to the sum of the weights is drawn, and the first one whose
 * running sum reaches it is taken out. */
#include "resolver/choice.h"

static void swap(struct stubdns__choice *a, struct stubdns__choice *b) {
  const struct stubdns__choice kept = *a;
  *a = *b;
  *b = kept;
}

static int goes_before(const struct stubdns__choice *a,
                       const struct stubdns__choice *b) {
  if (a->priority != b->priority) return a->priority < b->priority;
  return a->weight == 0 && b->weight > 0;
}

static void sort(struct stubdns__choice *choices, size_t count) {
  for (size_t i = 1; i < count; i++)
    for (size_t k = i; k > 0 && goes_before(&choices[k], &choices[k - 1]); k--)
      swap(&choices[k], &choices[k - 1]);
}

static size_t count_same(const struct stubdns__choice *choices, size_t count) {
  size_t same = 1;
  while (same < count && choices[same].priority == choices[0].priority)
    same++;
  return same;
}

static uint64_t sum_weights(const struct stubdns__choice *choices,
                            size_t count) {
  uint64_t sum = 0;
  for (size_t i = 0; i < count; i++)
    sum += choices[i].weight;
  return sum;
}

/* Against the sum, below 2^32, the numbers' range is so large that they stay
 * even. */
static size_t draw(const struct stubdns__choice *choices, size_t count,
                   uint64_t random) {
  const uint64_t sum = sum_weights(choices, count);
  if (sum == 0) return random % count;
  const uint64_t drawn = random % (sum + 1);
  uint64_t running = 0;
  size_t i = 0;
  while ((running += choices[i].weight) < drawn)
    i++;
  return i;
}

/* Takes the choice at `index` to the front; the others keep their order. */
static void take(struct stubdns__choice *choices, size_t index) {
  for (; index > 0; index--)
    swap(&choices[index], &choices[index - 1]);
}

void stubdns__choices_order(struct stubdns__choice *choices, size_t count,
                            const uint64_t *random) {
  sort(choices, count);
  for (size_t begin = 0; begin < count;) {
    const size_t end = begin + count_same(choices + begin, count - begin);
    for (; begin < end; begin++)
      take(choices + begin, draw(choices + begin, end - begin, random[begin]));
  }
}
