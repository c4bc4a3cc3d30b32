/* One lookup for each inquiry, all begun before the loop runs. */
#include "ask.h"

#include "hosts.h"
#include "report.h"
#include "system_servers.h"

#include "stubdns.h"
#include "stubdns/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* An inquiry under way. */
struct errand {
  stubdns_lookup_t lookup;
  struct asking *asking;
  const struct inquiry *inquiry;
  struct report report;
  int is_done;
};

struct asking {
  uv_loop_t loop;
  const struct arguments *arguments;
  struct errand *errands; /* one for each inquiry */
  size_t printed_count;   /* those in front are printed */
  /* One resolver for each group; a group that asks as an earlier one does has
   * NULL in `owned` and uses that one's. */
  stubdns_resolver_t *resolvers;
  stubdns_resolver_t **used;
  enum status status;
};

static stubdns_question_t inquiry_question(const struct inquiry *inquiry) {
  return (stubdns_question_t){*inquiry->name, inquiry->type, inquiry->class_};
}

static void raise_status(struct asking *asking, enum status status) {
  if (status > asking->status) asking->status = status;
}

static void write_text(struct asking *asking, FILE *stream,
                       const struct output *output) {
  if (output->error) {
    fputs("udpdig: out of memory\n", stderr);
    raise_status(asking, STATUS_INTERNAL);
  }
  /* Whether it could be written is asked once, by check_stdout(). */
  if (output->length) (void)fwrite(output->text, 1, output->length, stream);
}

static void cancel_all(struct asking *asking) {
  for (size_t i = 0; i < asking->arguments->inquiry_count; i++)
    if (!asking->errands[i].is_done) stubdns_cancel(&asking->errands[i].lookup);
}

/* With nowhere to print to, the other replies are of no use. */
static void check_stdout(struct asking *asking) {
  if (asking->status == STATUS_OUTPUT) return;
  if (!fflush(stdout) && !ferror(stdout)) return;
  fprintf(stderr, "udpdig: the output cannot be written: %s\n",
          strerror(errno));
  asking->status = STATUS_OUTPUT;
  cancel_all(asking);
}

/* Prints what is done, up to the first inquiry that is not. */
static void print_done(struct asking *asking) {
  while (asking->printed_count < asking->arguments->inquiry_count) {
    struct errand *const errand = &asking->errands[asking->printed_count];
    if (!errand->is_done || asking->status == STATUS_OUTPUT) return;
    asking->printed_count++;
    write_text(asking, stdout, &errand->report.text);
    check_stdout(asking);
    write_text(asking, stderr, &errand->report.complaint);
    raise_status(asking, errand->report.status);
    report_release(&errand->report);
  }
}

static uint64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* `answer` is NULL where the lookup could not begin. */
static void finish(struct errand *errand, int status,
                   const stubdns_answer_t *answer) {
  const struct inquiry *const inquiry = errand->inquiry;
  const struct settings *const settings = &inquiry->group->settings;
  const stubdns_question_t question = inquiry_question(inquiry);
  const struct result result = {
      .number = (uint64_t)(errand - errand->asking->errands) + 1,
      .question = &question,
      .answer = answer,
      .status = status,
      .when_ms = now_ms(),
      .timeline = settings->timeline,
      .truncated = !settings->ignore_truncation,
  };
  errand->is_done = 1;
  report_result(&errand->report, errand->asking->arguments, inquiry, &result);
}

static void on_answer(stubdns_lookup_t *lookup, int status,
                      const stubdns_answer_t *answer) {
  struct errand *const errand = lookup->data;
  finish(errand, status, answer);
  print_done(errand->asking);
}

static stubdns_lookup_options_t lookup_options(const struct inquiry *inquiry) {
  const struct settings *const settings = &inquiry->group->settings;
  stubdns_lookup_options_t options = {
      /* As dig does, but for the cookie: a packet for each, whatever is asked.
       */
      .flags = STUBDNS_LOOKUP_SEND_SPECIAL | STUBDNS_LOOKUP_NO_COALESCE |
               STUBDNS_LOOKUP_NO_0X20 | STUBDNS_LOOKUP_NO_COOKIE,
      .class_ = inquiry->class_,
      .payload_size = (uint16_t)settings->payload_size,
      .deadline_ms = settings_deadline_ms(settings),
  };
  if (!settings->recursion) options.flags |= STUBDNS_LOOKUP_NO_RECURSION;
  if (!settings->edns) options.flags |= STUBDNS_LOOKUP_NO_EDNS;
  if (settings->dnssec_ok) options.flags |= STUBDNS_LOOKUP_DNSSEC_OK;
  if (settings->checking_disabled)
    options.flags |= STUBDNS_LOOKUP_CHECKING_DISABLED;
  if (settings->authentic_data) options.flags |= STUBDNS_LOOKUP_AUTHENTIC_DATA;
  return options;
}

static const char *sentence_of(int error) {
  return stubdns_error_name(error) ? stubdns_error_text(error)
                                   : uv_strerror(error);
}

static void begin_lookup(struct asking *asking, size_t index) {
  struct errand *const errand = &asking->errands[index];
  const struct inquiry *const inquiry = &asking->arguments->inquiries[index];
  const size_t group = (size_t)(inquiry->group - asking->arguments->groups);
  const stubdns_lookup_options_t options = lookup_options(inquiry);
  char name[STUBDNS_NAME_TEXT_SIZE];
  stubdns_name_to_text(inquiry->name, name, sizeof name, NULL);
  errand->asking = asking;
  errand->inquiry = inquiry;
  errand->lookup.data = errand;
  const int error = stubdns_lookup(asking->used[group], &errand->lookup, name,
                                   inquiry->type, &options, on_answer);
  if (error) finish(errand, error, NULL);
}

static int ask_alike(const struct group *a, const struct group *b) {
  return a->servers.first == b->servers.first &&
         a->servers.count == b->servers.count &&
         a->settings.port == b->settings.port &&
         a->settings.tries == b->settings.tries &&
         a->settings.ipv4_only == b->settings.ipv4_only &&
         a->settings.ipv6_only == b->settings.ipv6_only;
}

static int add_named_servers(stubdns_resolver_t *resolver,
                             const struct arguments *arguments,
                             const struct group *group) {
  for (size_t i = 0; i < group->servers.count; i++) {
    const struct server *const server =
        &arguments->servers[group->servers.first + i];
    for (size_t j = 0; j < server->address_count; j++) {
      const stubdns_address_t address =
          server_address(server, j, &group->settings);
      if (!server_is_allowed(&address, &group->settings)) continue;
      const int error = stubdns_resolver_add_server(resolver, &address);
      if (error) return error;
    }
  }
  return 0;
}

/* The library takes the system's servers as they are; where only some of them
 * are wanted, or another port, they are read here. */
static int wants_system_servers(const struct group *group) {
  return !group->servers.count && !group->settings.ipv4_only &&
         !group->settings.ipv6_only &&
         group->settings.port == default_settings.port;
}

static int open_resolver(struct asking *asking, size_t index) {
  const struct group *const group = &asking->arguments->groups[index];
  stubdns_resolver_t *const resolver = &asking->resolvers[index];
  const int from_system = wants_system_servers(group);
  const stubdns_resolver_options_t options = {
      .flags = from_system ? 0 : STUBDNS_NO_SYSTEM_SERVERS,
      .sends_per_server = (uint8_t)group->settings.tries,
  };
  int error = stubdns_resolver_init(&asking->loop, resolver, &options);
  if (error) return error;
  asking->used[index] = resolver;
  if (from_system) return 0;
  return group->servers.count
             ? add_named_servers(resolver, asking->arguments, group)
             : system_servers_add(resolver, &group->settings);
}

static int open_resolvers(struct asking *asking) {
  const struct arguments *const arguments = asking->arguments;
  for (size_t i = 1; i < arguments->group_count; i++) {
    for (size_t j = 1; j < i && !asking->used[i]; j++)
      if (ask_alike(&arguments->groups[i], &arguments->groups[j]))
        asking->used[i] = asking->used[j];
    const int error = asking->used[i] ? 0 : open_resolver(asking, i);
    if (error) return error;
  }
  return 0;
}

static void close_resolvers(struct asking *asking) {
  for (size_t i = 1; i < asking->arguments->group_count; i++)
    if (asking->used[i] == &asking->resolvers[i])
      stubdns_resolver_close(asking->used[i], NULL);
  uv_run(&asking->loop, UV_RUN_DEFAULT);
}

static int allocate(struct asking *asking) {
  const struct arguments *const arguments = asking->arguments;
  asking->errands = calloc(arguments->inquiry_count, sizeof *asking->errands);
  asking->resolvers = calloc(arguments->group_count, sizeof *asking->resolvers);
  asking->used = calloc(arguments->group_count, sizeof(stubdns_resolver_t *));
  return asking->errands && asking->resolvers && asking->used ? 0
                                                              : STUBDNS_ENOMEM;
}

static void release(struct asking *asking) {
  for (size_t i = 0; asking->errands && i < asking->arguments->inquiry_count;
       i++)
    report_release(&asking->errands[i].report);
  free(asking->errands);
  free(asking->resolvers);
  free(asking->used);
}

static enum status fail(int error) {
  fprintf(stderr, "udpdig: %s\n", sentence_of(error));
  return STATUS_INTERNAL;
}

static void print_command_line(struct asking *asking,
                               const struct command_line *command_line) {
  const struct group *const group = asking->arguments->inquiries[0].group;
  struct output *const text = &asking->errands[0].report.text;
  if (!group->settings.command || group->settings.short_form) return;
  if (group->settings.form != FORM_TEXT) return;
  output_format(text, "\n; <<>> udpdig %d.%d.%d <<>>", STUBDNS_VERSION_MAJOR,
                STUBDNS_VERSION_MINOR, STUBDNS_VERSION_PATCH);
  for (int i = 1; i < command_line->count; i++) {
    const char *const word = command_line->words[i];
    output_text(text, " ");
    output_printable(text, (const uint8_t *)word, strlen(word));
  }
  output_text(text, "\n");
  size_t count = 0;
  for (size_t i = 0; i < group->servers.count; i++)
    count += asking->arguments->servers[group->servers.first + i].address_count;
  if (count)
    output_format(text, "; (%zu server%s found)\n", count,
                  count == 1 ? "" : "s");
  output_text(text, ";; global options: +cmd\n");
}

static int run(struct asking *asking, const struct command_line *command_line) {
  int error = allocate(asking);
  if (!error) error = open_resolvers(asking);
  if (error) return error;
  print_command_line(asking, command_line);
  for (size_t i = 0; i < asking->arguments->inquiry_count; i++)
    begin_lookup(asking, i);
  print_done(asking);
  uv_run(&asking->loop, UV_RUN_DEFAULT);
  return 0;
}

enum status ask(struct arguments *arguments,
                const struct command_line *command_line) {
  struct asking asking = {.arguments = arguments};
  int error = uv_loop_init(&asking.loop);
  if (error) return fail(error);
  error = hosts_find(&asking.loop, arguments, NULL);
  if (!error) error = run(&asking, command_line);
  if (asking.used) close_resolvers(&asking);
  uv_loop_close(&asking.loop);
  release(&asking);
  return error ? fail(error) : asking.status;
}
