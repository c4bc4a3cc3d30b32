/* Random octets from the kernel's generator, through uv_random(): getrandom()
 * where there is one.  A portion is given out once and wiped on the way.  After
 * fork() the child throws away what it inherited, since its parent is going to
 * use the same. */
#include "uv/random.h"

#include "stubdns/error.h"

#include <pthread.h>
#include <string.h>
#include <uv.h>

/* Signals that may interrupt one call before it counts as failing. */
#define INTERRUPTIONS_MAX 16

/* Counts forks on the way to this process; written in a child, when it has one
 * thread only. */
static unsigned process;
static int watch_error;
static uv_once_t watch_once = UV_ONCE_INIT;

static void on_fork_in_child(void) {
  process++;
}

static void watch_forks(void) {
  watch_error = pthread_atfork(NULL, NULL, on_fork_in_child);
}

int stubdns__random_init(struct stubdns__random *random) {
  uv_once(&watch_once, watch_forks);
  if (watch_error) return STUBDNS_ENOMEM;
  memset(random->octets, 0, sizeof random->octets);
  random->left = 0;
  random->portion = STUBDNS__RANDOM_FIRST_SIZE;
  random->process = process;
  return 0;
}

static int fetch(struct stubdns__random *random) {
  const size_t portion = random->portion;
  uint8_t *const target =
      random->octets + sizeof random->octets - portion; /* see move() */
  int error = UV_EINTR;
  for (int i = 0; i < INTERRUPTIONS_MAX && error == UV_EINTR; i++)
    error = uv_random(NULL, NULL, target, portion, 0, NULL);
  if (error) return STUBDNS_ERANDOM;
  random->left = portion;
  random->portion = sizeof random->octets;
  random->process = process;
  return 0;
}

static size_t smaller(size_t a, size_t b) {
  return a < b ? a : b;
}

/* Moves octets: they are in one place at any time. */
static void move(struct stubdns__random *random, uint8_t *octets,
                 size_t length) {
  uint8_t *const source = random->octets + sizeof random->octets - random->left;
  memcpy(octets, source, length);
  memset(source, 0, length);
  random->left -= length;
}

int stubdns__random_take(struct stubdns__random *random, uint8_t *octets,
                         size_t length) {
  if (random->process != process) random->left = 0;
  while (length > 0) {
    if (random->left == 0 && fetch(random)) return STUBDNS_ERANDOM;
    const size_t part = smaller(length, random->left);
    move(random, octets, part);
    octets += part;
    length -= part;
  }
  return 0;
}
