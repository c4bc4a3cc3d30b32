/* Lines of the file that are under way: each with the records of its questions,
 * which wait until all are there and, in order, those of the lines before. */
#ifndef UDPDIG_BULK_LINES_H
#define UDPDIG_BULK_LINES_H

#include "arguments.h"
#include "bulk/held.h"
#include "bulk/sink.h"

#include <stdint.h>

#define LINES_MAX                                                              \
  16384 /* of one thread; in order, what a slow one holds up                   \
         */

struct line {
  struct line *next;
  uint64_t number;
  uint64_t block;
  struct arguments *arguments; /* NULL where it is a name and maybe a type */
  struct line *behind;         /* in its bin, until it is asked */
  const char *name;            /* in the block, until it is asked */
  uint16_t type;               /* behind the name, or 0 */
  uint32_t question_count;
  uint32_t pending;    /* questions without their record */
  uint8_t ends_block;  /* the last line of its block */
  struct held record;  /* of the first question */
  struct held *others; /* of the others, or NULL */
};

struct lines {
  struct held_pool pool;
  struct line *free;
  struct line_slab *slabs; /* that all lines are in */
  struct line *first;      /* waiting to be written */
  struct line *last;
  size_t count; /* that are not free */
  int in_order;
};

void lines_release(struct lines *lines);

/* A line that begins, with so many questions, none of them answered yet.
 * Returns NULL where there is no memory. */
struct line *lines_begin(struct lines *lines, uint64_t number, uint64_t block,
                         struct arguments *arguments, size_t question_count);

/* The record of a question of the line is there.  Returns 0 or
 * STUBDNS_ENOMEM. */
int lines_put(struct lines *lines, struct line *line, size_t question,
              const char *text, size_t length);

/* Every line begun has been put together as far as its questions go: where it
 * has none left it may be written. */
void lines_conclude(struct lines *lines, struct line *line);

/* Hands lines whose turn it is to the sink.  Returns whether it took any. */
int lines_write(struct lines *lines, struct sink *sink, uint64_t now_ms);

#endif
