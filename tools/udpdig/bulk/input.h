/* The file of names, handed out in blocks of whole lines to whoever asks next.
 * It is read as it is needed, once, from front to back: a file or a pipe. */
#ifndef UDPDIG_BULK_INPUT_H
#define UDPDIG_BULK_INPUT_H

#include <stddef.h>
#include <stdint.h>
#include <uv.h>

/* A line must fit, and whatever the system gives at once. */
#define BLOCK_SIZE 65536

struct block {
  uint64_t number;     /* counted from 0 */
  uint64_t first_line; /* its number, counted from 1 */
  size_t length;       /* of the text; every line ends with a newline */
  int is_cut;          /* its only line is longer, and has lost its end */
  char text[BLOCK_SIZE + 1];
};

struct input {
  const char *name; /* of the file, for messages */
  int descriptor;
  int is_always_ready; /* a file, not a pipe: reading does not wait */
  uv_mutex_t mutex;
  uint64_t block_count;
  uint64_t line_count;
  uint64_t offset; /* octets read */
  uint64_t size;   /* of the file, 0 where that is not known */
  int has_ended;
  int error;       /* errno number that reading ended with */
  int is_skipping; /* the rest of a line that was too long */
  size_t left;     /* octets behind the last whole line */
  char rest[BLOCK_SIZE];
};

enum input_state { INPUT_BLOCK, INPUT_WAIT, INPUT_END };

/* Opens the file `name`, "-" being stdin.  Returns 0 or an errno number; then
 * there is nothing to close. */
int input_open(struct input *input, const char *name);
void input_close(struct input *input);

/* Gives the next block; INPUT_WAIT where the pipe has nothing yet.  May be
 * called from any thread. */
enum input_state input_take(struct input *input, struct block *block);

#endif
