/* poll [RESOLV.CONF] <NAMES: a program with an event loop of its own, here
 * around poll(), that reads names and prints their A records.  libuv's loop,
 * which the resolver needs, is one descriptor and one timeout of it. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stubdns.h>

static void on_answer(stubdns_lookup_t *lookup, int status,
                      const stubdns_answer_t *answer) {
  stubdns_record_t record;
  char line[4096];
  if (status) printf(";; %s\n", stubdns_error_text(status));
  if (answer->message) {
    stubdns_records_t records =
        stubdns_message_records(answer->message, STUBDNS_SECTION_ANSWER);
    while (stubdns_records_next(&records, &record) &&
           !stubdns_record_to_text(&record, 0, line, sizeof line, NULL))
      puts(line);
  }
  free(lookup);
}

static void ask(stubdns_resolver_t *dns, char *name) {
  stubdns_lookup_t *const lookup = (stubdns_lookup_t *)malloc(sizeof *lookup);
  name[strcspn(name, "\n")] = 0;
  const int error = lookup ? stubdns_lookup(dns, lookup, name, STUBDNS_TYPE_A,
                                            NULL, on_answer)
                           : STUBDNS_ENOMEM;
  if (!error) return;
  printf(";; %s\n", stubdns_error_text(error));
  free(lookup);
}

static void read_name(stubdns_resolver_t *dns, struct pollfd *input) {
  char line[1024];
  if (fgets(line, sizeof line, stdin)) {
    ask(dns, line);
  } else {
    input->fd = -1; /* poll() passes over it */
  }
}

int main(int argc, char **argv) {
  uv_loop_t *const loop = uv_default_loop();
  stubdns_resolver_options_t options = {0};
  stubdns_resolver_t dns;
  options.resolv_conf = argc > 1 ? argv[1] : NULL; /* NULL: the system's */
  if (stubdns_resolver_init(loop, &dns, &options)) return 1;
  setvbuf(stdin, NULL, _IONBF, 0); /* what is read already poll() cannot see */
  struct pollfd events[2] = {{0, POLLIN, 0}, {uv_backend_fd(loop), POLLIN, 0}};

  /* An idle resolver does not keep libuv's loop alive. */
  while (uv_run(loop, UV_RUN_NOWAIT) || events[0].fd >= 0) {
    const int timeout = uv_loop_alive(loop) ? uv_backend_timeout(loop) : -1;
    if (poll(events, 2, timeout) > 0 && events[0].revents)
      read_name(&dns, &events[0]);
  }
  stubdns_resolver_close(&dns, NULL);
  return uv_run(loop, UV_RUN_DEFAULT);
}
