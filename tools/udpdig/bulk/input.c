/* Blocks of whole lines. */
#include "bulk/input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What select() and poll() always find ready. */
static int is_always_ready(mode_t mode) {
  return S_ISREG(mode) || S_ISBLK(mode) || S_ISDIR(mode);
}

int input_open(struct input *input, const char *name) {
  struct stat about;
  const int is_stdin = strcmp(name, "-") == 0;
  *input = (struct input){.name = is_stdin ? "stdin" : name};
  if (!is_stdin) input->descriptor = open(name, O_RDONLY | O_CLOEXEC);
  if (input->descriptor == -1) return errno;
  int error = fstat(input->descriptor, &about) ? errno : 0;
  if (!error && S_ISDIR(about.st_mode)) error = EISDIR;
  if (!error) error = -uv_mutex_init(&input->mutex);
  if (error) {
    if (!is_stdin) (void)close(input->descriptor);
    return error;
  }
  input->is_always_ready = is_always_ready(about.st_mode);
  if (S_ISREG(about.st_mode)) input->size = (uint64_t)about.st_size;
  return 0;
}

void input_close(struct input *input) {
  uv_mutex_destroy(&input->mutex);
  if (input->descriptor != STDIN_FILENO) (void)close(input->descriptor);
}

static int would_wait(const struct input *input) {
  struct pollfd waiting = {.fd = input->descriptor, .events = POLLIN};
  return !input->is_always_ready && poll(&waiting, 1, 0) == 0;
}

/* Reads behind what is left of the last block.  Returns 0 at the end. */
static size_t read_more(struct input *input, struct block *block) {
  memcpy(block->text, input->rest, input->left);
  block->length = input->left;
  ssize_t got;
  do
    got = read(input->descriptor, block->text + block->length,
               BLOCK_SIZE - block->length);
  while (got < 0 && errno == EINTR);
  if (got < 0) input->error = errno;
  if (got <= 0) return 0;
  block->length += (size_t)got;
  input->offset += (uint64_t)got;
  return (size_t)got;
}

/* Drops the end of a line that was too long. */
static void skip(struct input *input, struct block *block) {
  const char *const newline = memchr(block->text, '\n', block->length);
  const size_t length =
      newline ? (size_t)(newline - block->text) + 1 : block->length;
  block->length -= length;
  memmove(block->text, block->text + length, block->length);
  input->is_skipping = !newline;
}

/* Keeps what stands behind the last newline for the next block. */
static void keep_rest(struct input *input, struct block *block) {
  size_t length = block->length;
  while (length && block->text[length - 1] != '\n')
    length--;
  input->left = block->length - length;
  if (input->left == BLOCK_SIZE) { /* no line's end in all of it */
    block->is_cut = 1;
    input->is_skipping = 1;
    input->left = 0;
    block->text[block->length++] = '\n';
    return;
  }
  memcpy(input->rest, block->text + length, input->left);
  block->length = length;
}

static uint64_t count_lines(const struct block *block) {
  const char *next = block->text;
  const char *const end = block->text + block->length;
  uint64_t count = 0;
  while ((next = memchr(next, '\n', (size_t)(end - next)))) {
    count++;
    if (++next == end) break;
  }
  return count;
}

static void number_block(struct input *input, struct block *block) {
  block->number = input->block_count++;
  block->first_line = input->line_count + 1;
  input->line_count += count_lines(block);
}

/* The last line need not end with a newline. */
static enum input_state take_last(struct input *input, struct block *block) {
  input->has_ended = 1;
  if (!block->length || input->is_skipping) return INPUT_END;
  input->left = 0;
  block->text[block->length++] = '\n';
  number_block(input, block);
  return INPUT_BLOCK;
}

static enum input_state take(struct input *input, struct block *block) {
  for (;;) {
    if (input->has_ended) return INPUT_END;
    if (would_wait(input)) return INPUT_WAIT;
    block->is_cut = 0;
    if (!read_more(input, block)) return take_last(input, block);
    if (input->is_skipping) skip(input, block);
    keep_rest(input, block);
    if (!block->length) continue;
    number_block(input, block);
    return INPUT_BLOCK;
  }
}

enum input_state input_take(struct input *input, struct block *block) {
  uv_mutex_lock(&input->mutex);
  const enum input_state state = take(input, block);
  if (state != INPUT_BLOCK) block->length = 0;
  uv_mutex_unlock(&input->mutex);
  return state;
}
