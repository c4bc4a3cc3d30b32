/* How a lookup went, read off its timeline. */
#ifndef UDPDIG_COURSE_H
#define UDPDIG_COURSE_H

#include "stubdns/lookup.h"

struct course {
  uint8_t is_tcp; /* the reply came over TCP, or the last query went so */
  uint8_t was_truncated; /* a truncated reply came before */
  uint8_t cookies_off;   /* the server does not keep to cookies */
  uint8_t letters_off;   /* nor to random capitals */
};

/* `answer` may be NULL. */
struct course course_of(const stubdns_answer_t *answer);

#endif
