/* One lookup for each inquiry, all begun before the loop runs. */
#include "ask.h"

#include "color.h"
#include "difference.h"
#include "group_resolver.h"
#include "hosts.h"
#include "idn.h"
#include "network.h"
#include "query_form.h"
#include "repeat.h"
#include "report.h"

#include "stubdns.h"
#include "stubdns/text.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* An inquiry under way. */
struct errand {
  stubdns_lookup_t lookup;
  struct asking *asking;
  const struct inquiry *inquiry;
  struct report report;
  struct repeat repeat; /* with --count */
  uv_timer_t timer;     /* until the next one */
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
  struct network network;
  struct traffic traffic;
  uv_signal_t interrupt; /* with --count */
  int has_interrupt;
  int is_interrupted;
  enum status status;
};

static stubdns_question_t inquiry_question(const struct inquiry *inquiry) {
  return (stubdns_question_t){*inquiry->name, inquiry->type, inquiry->class_};
}

static void raise_status(struct asking *asking, enum status status) {
  asking->status = status_worse(asking->status, status);
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

/* Text as a person reads it: with letters of all scripts, and colours. */
static void beautify(struct output *text, const struct settings *settings) {
  struct output nicer = {0};
  if (idn_is_wanted(settings, text->text, text->length)) {
    idn_append(&nicer, text->text, text->length);
    output_swap(text, &nicer);
  }
  output_release(&nicer);
  if (settings->short_form || settings->tabs || !color_is_wanted(settings))
    return;
  color_append(&nicer, text->text, text->length);
  output_swap(text, &nicer);
  output_release(&nicer);
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

static void question_text(const struct errand *errand, char *text,
                          size_t size) {
  size_t length;
  (void)stubdns_name_to_text(errand->inquiry->name, text, size, &length);
  text[length++] = ' ';
  (void)stubdns_type_to_text(errand->inquiry->type, text + length,
                             size - length, NULL);
}

static void print_report(struct asking *asking, struct errand *errand) {
  if (errand->inquiry->group->settings.form == FORM_TEXT)
    beautify(&errand->report.text, &errand->inquiry->group->settings);
  write_text(asking, stdout, &errand->report.text);
  check_stdout(asking);
  write_text(asking, stderr, &errand->report.complaint);
  raise_status(asking, errand->report.status);
  report_release(&errand->report);
}

/* How many inquiries are printed together, from this one on: those of one
 * question to several servers. */
static size_t batch_size(const struct asking *asking, size_t first) {
  const struct inquiry *const inquiries = asking->arguments->inquiries;
  size_t next = first + 1;
  if (!inquiries[first].group->settings.diff) return 1;
  while (next < asking->arguments->inquiry_count &&
         inquiries[next].name == inquiries[first].name &&
         inquiries[next].type == inquiries[first].type)
    next++;
  return next - first;
}

static int is_batch_done(const struct errand *errands, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (!errands[i].is_done) return 0;
  return 1;
}

/* As typed, or the address of one of the system's servers. */
static void server_text(const struct server *server, char *text, size_t size) {
  if (server->text)
    snprintf(text, size, "%s", server->text);
  else
    (void)stubdns_address_to_text(&server->addresses[0], text, size);
}

/* Compares what each server said with what the first did. */
static void print_differences(struct asking *asking, struct errand *errands,
                              size_t count) {
  struct output text = {0};
  char title[STUBDNS_NAME_TEXT_SIZE + 64];
  char first[STUBDNS_ADDRESS_TEXT_SIZE];
  char other[STUBDNS_ADDRESS_TEXT_SIZE];
  server_text(errands[0].inquiry->only, first, sizeof first);
  for (size_t i = 1; i < count; i++) {
    server_text(errands[i].inquiry->only, other, sizeof other);
    question_text(errands, title, sizeof title);
    snprintf(title + strlen(title), sizeof title - strlen(title),
             ": -%.20s +%.20s", first, other);
    if (difference_print(&text, title, &errands[0].report.text,
                         &errands[i].report.text))
      raise_status(asking, STATUS_UNEXPECTED);
  }
  for (size_t i = 0; i < count; i++) {
    output_clear(&errands[i].report.text);
    if (i == 0) output_swap(&errands[i].report.text, &text);
    print_report(asking, &errands[i]);
  }
  output_release(&text);
}

/* Prints what is done, up to the first inquiry that is not. */
static void print_done(struct asking *asking) {
  while (asking->printed_count < asking->arguments->inquiry_count) {
    struct errand *const errands = &asking->errands[asking->printed_count];
    const size_t count = batch_size(asking, asking->printed_count);
    if (asking->status == STATUS_OUTPUT) return;
    if (!is_batch_done(errands, count)) return;
    asking->printed_count += count;
    if (count > 1)
      print_differences(asking, errands, count);
    else
      print_report(asking, errands);
  }
}

/* Without +besteffort malformed content spoils the whole reply. */
static int is_spoiled(const struct settings *settings, int status,
                      const stubdns_answer_t *answer) {
  return !status && !settings->best_effort && answer->message->malformed_count;
}

/* The query as it was sent: of the recording, or of this run. */
static void add_query(struct result *result, const struct restored *restored,
                      const struct traffic *traffic) {
  const struct traffic_query *query;
  result->query = restored->query;
  result->query_length = restored->query_length;
  if (result->query || !result->answer) return;
  query = traffic_find(traffic, result->answer);
  if (!query) return;
  result->query = query->octets;
  result->query_length = query->length;
}

/* `answer` is NULL where the lookup could not begin. */
static void finish(struct errand *errand, int status,
                   const stubdns_answer_t *answer) {
  const struct inquiry *const inquiry = errand->inquiry;
  const struct settings *const settings = &inquiry->group->settings;
  const stubdns_question_t question = inquiry_question(inquiry);
  struct restored restored;
  network_restore(&errand->asking->network, answer, &restored);
  if (answer) answer = &restored.answer;
  if (settings->deterministic) restored.answer.rtt_us = 0;
  if (is_spoiled(settings, status, answer)) {
    restored.answer.message = NULL;
    status = STUBDNS_EMALFORMED;
  }
  struct result result = {
      .number = (uint64_t)(errand - errand->asking->errands) + 1,
      .question = &question,
      .answer = answer,
      .status = status,
      .when_ms = settings->deterministic ? 0 : restored.when_ms,
      .is_fixed = settings->deterministic,
      .timeline = settings->timeline,
      .truncated = !settings->ignore_truncation,
  };
  add_query(&result, &restored, &errand->asking->traffic);
  report_result(&errand->report, errand->asking->arguments, inquiry, &result);
  if (settings->count)
    repeat_note(&errand->repeat, &errand->report.text, &result);
  errand->is_done = errand->repeat.begun >= settings->count;
}

/* The lines of the errand whose turn it is, as they come. */
static void print_early(struct errand *errand) {
  struct asking *const asking = errand->asking;
  if (errand != &asking->errands[asking->printed_count]) return;
  write_text(asking, stdout, &errand->report.text);
  output_clear(&errand->report.text);
  check_stdout(asking);
}

static void on_interval(uv_timer_t *timer);

static void conclude(struct errand *errand) {
  errand->is_done = 1;
  repeat_summarise(&errand->repeat, &errand->report.text);
  uv_close((uv_handle_t *)&errand->timer, NULL);
}

/* Once more, or what all of them came to. */
static void go_on(struct errand *errand) {
  const struct settings *const settings = &errand->inquiry->group->settings;
  if (!settings->count) return;
  if (errand->is_done || errand->asking->status == STATUS_OUTPUT) {
    conclude(errand);
    return;
  }
  print_early(errand);
  uv_timer_start(&errand->timer, on_interval, settings->interval_ms, 0);
}

static void on_answer(stubdns_lookup_t *lookup, int status,
                      const stubdns_answer_t *answer) {
  struct errand *const errand = lookup->data;
  struct asking *const asking = errand->asking;
  if (asking->is_interrupted && errand->inquiry->group->settings.count) {
    errand->repeat.begun--; /* neither answered nor lost */
    conclude(errand);
  } else {
    finish(errand, status, answer);
    go_on(errand);
  }
  print_done(asking);
}

/* Ends what is asked again and again; what it came to so far is printed. */
static void on_interrupt(uv_signal_t *handle, int number) {
  struct asking *const asking = handle->data;
  (void)number;
  if (asking->is_interrupted) _exit(STATUS_INTERRUPTED);
  asking->is_interrupted = 1;
  raise_status(asking, STATUS_INTERRUPTED);
  for (size_t i = 0; i < asking->arguments->inquiry_count; i++) {
    struct errand *const errand = &asking->errands[i];
    if (errand->is_done) continue;
    if (uv_is_active((uv_handle_t *)&errand->timer))
      conclude(errand);
    else
      stubdns_cancel(&errand->lookup);
  }
  print_done(asking);
}

static void watch_interrupt(struct asking *asking) {
  for (size_t i = 0; i < asking->arguments->group_count; i++)
    asking->has_interrupt |= asking->arguments->groups[i].settings.count != 0;
  if (!asking->has_interrupt) return;
  uv_signal_init(&asking->loop, &asking->interrupt);
  asking->interrupt.data = asking;
  uv_signal_start(&asking->interrupt, on_interrupt, SIGINT);
  uv_unref((uv_handle_t *)&asking->interrupt);
}

static void begin_lookup(struct asking *asking, size_t index) {
  struct errand *const errand = &asking->errands[index];
  const struct inquiry *const inquiry = &asking->arguments->inquiries[index];
  const size_t group = (size_t)(inquiry->group - asking->arguments->groups);
  struct query_form form;
  stubdns_lookup_options_t options;
  char name[STUBDNS_NAME_TEXT_SIZE];
  inquiry_name_text(inquiry, name);
  errand->lookup.data = errand;
  errand->repeat.begun++;
  int error = inquiry_lookup_options(inquiry, &form, &options);
  if (!error)
    error = stubdns_lookup(asking->used[group], &errand->lookup, name,
                           inquiry->type, &options, on_answer);
  if (!error) return;
  finish(errand, error, NULL);
  go_on(errand);
}

static void on_interval(uv_timer_t *timer) {
  struct errand *const errand = timer->data;
  begin_lookup(errand->asking, (size_t)(errand - errand->asking->errands));
  print_done(errand->asking);
}

static int prepare(struct asking *asking, size_t index) {
  struct errand *const errand = &asking->errands[index];
  errand->asking = asking;
  errand->inquiry = &asking->arguments->inquiries[index];
  const struct settings *const settings = &errand->inquiry->group->settings;
  if (!settings->count) return 0;
  errand->timer.data = errand;
  uv_timer_init(&asking->loop, &errand->timer);
  return repeat_begin(&errand->repeat, settings->count);
}

static int open_resolvers(struct asking *asking) {
  const struct arguments *const arguments = asking->arguments;
  for (size_t i = 1; i < arguments->group_count; i++) {
    for (size_t j = 1; j < i && !asking->used[i]; j++)
      if (groups_ask_alike(&arguments->groups[i], &arguments->groups[j]))
        asking->used[i] = asking->used[j];
    if (asking->used[i]) continue;
    int error = group_open_resolver(arguments, &arguments->groups[i], 0,
                                    &asking->loop, &asking->resolvers[i]);
    if (error) return error;
    asking->used[i] = &asking->resolvers[i];
    error =
        network_join(&asking->network, &asking->traffic,
                     arguments->groups[i].settings.sent_query, asking->used[i]);
    if (error) return error;
  }
  return 0;
}

static void close_resolvers(struct asking *asking) {
  if (asking->has_interrupt) uv_close((uv_handle_t *)&asking->interrupt, NULL);
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

static void release_errand(struct errand *errand) {
  report_release(&errand->report);
  repeat_release(&errand->repeat);
}

static void release(struct asking *asking) {
  for (size_t i = 0; asking->errands && i < asking->arguments->inquiry_count;
       i++)
    release_errand(&asking->errands[i]);
  traffic_release(&asking->traffic);
  free(asking->errands);
  free(asking->resolvers);
  free(asking->used);
}

static enum status fail(int error) {
  fprintf(stderr, "udpdig: %s\n", error_sentence(error));
  return status_of_error(error);
}

static int run(struct asking *asking, const struct command_line *command_line) {
  int error = allocate(asking);
  if (!error) error = open_resolvers(asking);
  if (error) return error;
  for (size_t i = 0; i < asking->arguments->inquiry_count && !error; i++)
    error = prepare(asking, i);
  if (error) return error;
  watch_interrupt(asking);
  print_command_line(&asking->errands[0].report.text, asking->arguments,
                     command_line);
  for (size_t i = 0; i < asking->arguments->inquiry_count; i++)
    begin_lookup(asking, i);
  print_done(asking);
  uv_run(&asking->loop, UV_RUN_DEFAULT);
  return 0;
}

static enum status ask_all(struct asking *asking, struct arguments *arguments,
                           const struct command_line *command_line) {
  int error = uv_loop_init(&asking->loop);
  if (error) return fail(error);
  error = hosts_find(&asking->loop, arguments, &asking->network, NULL);
  if (!error) error = run(asking, command_line);
  if (asking->used) close_resolvers(asking);
  uv_loop_close(&asking->loop);
  return error ? fail(error) : asking->status;
}

enum status ask(struct arguments *arguments,
                const struct command_line *command_line) {
  struct asking asking = {.arguments = arguments};
  enum status status = network_open(&asking.network, arguments);
  if (status == STATUS_ANSWERED)
    status = ask_all(&asking, arguments, command_line);
  release(&asking);
  return status_worse(status, network_close(&asking.network));
}
