/* Lines and their order. */
#include "bulk/lines.h"

#include "stubdns/error.h"

#include <stdlib.h>

#define SLAB_LINES 64 /* allocated together */

struct line_slab {
  struct line_slab *next;
  struct line lines[SLAB_LINES];
};

static void release_line(struct line *line) {
  if (line->arguments) arguments_release(line->arguments);
  free(line->arguments);
  free(line->others);
}

static void release_slabs(struct line_slab *slab) {
  while (slab) {
    struct line_slab *const next = slab->next;
    free(slab);
    slab = next;
  }
}

void lines_release(struct lines *lines) {
  for (struct line *line = lines->first; line; line = line->next)
    release_line(line);
  release_slabs(lines->slabs);
  held_pool_release(&lines->pool);
  *lines = (struct lines){0};
}

static void append(struct lines *lines, struct line *line) {
  line->next = NULL;
  if (lines->last)
    lines->last->next = line;
  else
    lines->first = line;
  lines->last = line;
}

static void give_back(struct lines *lines, struct line *line) {
  line->next = lines->free;
  lines->free = line;
}

static int add_slab(struct lines *lines) {
  struct line_slab *const slab = malloc(sizeof *slab);
  if (!slab) return STUBDNS_ENOMEM;
  slab->next = lines->slabs;
  lines->slabs = slab;
  for (size_t i = 0; i < SLAB_LINES; i++)
    give_back(lines, &slab->lines[i]);
  return 0;
}

static struct line *take_free(struct lines *lines) {
  if (!lines->free && add_slab(lines)) return NULL;
  struct line *const line = lines->free;
  lines->free = line->next;
  return line;
}

struct line *lines_begin(struct lines *lines, uint64_t number, uint64_t block,
                         struct arguments *arguments, size_t question_count) {
  struct held *others = NULL;
  if (question_count > 1) {
    others = calloc(question_count - 1, sizeof *others);
    if (!others) return NULL;
  }
  struct line *const line = take_free(lines);
  if (!line) {
    free(others);
    return NULL;
  }
  *line = (struct line){.number = number,
                        .block = block,
                        .arguments = arguments,
                        .question_count = (uint32_t)question_count,
                        .pending = (uint32_t)question_count,
                        .others = others};
  lines->count++;
  if (lines->in_order) append(lines, line);
  return line;
}

static struct held *record_of(struct line *line, size_t question) {
  return question ? &line->others[question - 1] : &line->record;
}

int lines_put(struct lines *lines, struct line *line, size_t question,
              const char *text, size_t length) {
  const int error =
      held_add(&lines->pool, record_of(line, question), text, length);
  line->pending--;
  lines_conclude(lines, line);
  return error;
}

void lines_conclude(struct lines *lines, struct line *line) {
  if (!line->pending && !lines->in_order) append(lines, line);
}

static void remove_first(struct lines *lines) {
  struct line *const line = lines->first;
  lines->first = line->next;
  if (!lines->first) lines->last = NULL;
  lines->count--;
  release_line(line);
  line->arguments = NULL;
  line->others = NULL;
  give_back(lines, line);
}

static void write_line(struct lines *lines, struct sink *sink) {
  struct line *const line = lines->first;
  for (size_t i = 0; i < line->question_count || i == 0; i++)
    sink_add(sink, &lines->pool, record_of(line, i));
  sink_end_line(sink, line->number);
  sink->turn += line->ends_block;
  remove_first(lines);
}

static int may_write(const struct lines *lines, const struct sink *sink) {
  const struct line *const line = lines->first;
  if (!line || line->pending || !sink_is_ready(sink) || sink->error) return 0;
  return !lines->in_order || line->block == sink->turn;
}

int lines_write(struct lines *lines, struct sink *sink, uint64_t now_ms) {
  int any = 0;
  for (; may_write(lines, sink); any = 1) {
    write_line(lines, sink);
    if (sink->output.length >= SINK_WORTH_WRITING) sink_write(sink, now_ms);
  }
  sink_write(sink, now_ms);
  return any;
}
