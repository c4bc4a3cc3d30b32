/* Asking.  This runs for every question there is. */
#include "bulk/asking.h"

#include "bulk/record.h"
#include "bulk/worker.h"
#include "group_resolver.h"
#include "hosts.h"

#include "stubdns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define HELD_MAX (2 * 1024 * 1024) /* octets of records that wait */

/* Questions are asked so many at a time, that they go out in few packets'
 * calls; a small window leaves less room. */
#define BATCH 32
#define BATCH_SHARE 8

#define LOOK_AHEAD 4 /* windows */

struct question {
  stubdns_lookup_t lookup;
  struct question *next;
  struct worker *worker;
  struct line *line;
  uint32_t index; /* in the line */
  struct inquiry inquiry;
};

int asking_init(struct worker *worker) {
  const uint32_t count = worker->window.most;
  worker->questions = calloc(count, sizeof *worker->questions);
  if (!worker->questions) return STUBDNS_ENOMEM;
  for (uint32_t i = count; i-- > 0;) {
    worker->questions[i].worker = worker;
    worker->questions[i].lookup.data = &worker->questions[i];
    worker->questions[i].next = worker->free_questions;
    worker->free_questions = &worker->questions[i];
  }
  return 0;
}

static void raise_status(struct worker *worker, enum status status) {
  if (status > worker->status) worker->status = status;
}

/* The report is the record of a question of the line. */
static void put_record(struct worker *worker, struct line *line,
                       size_t question) {
  const struct report *const report = &worker->report;
  if (report->complaint.length)
    (void)fwrite(report->complaint.text, 1, report->complaint.length, stderr);
  raise_status(worker, report->status);
  const int error = lines_put(&worker->lines, line, question, report->text.text,
                              report->text.length);
  if (error || report->text.error) raise_status(worker, STATUS_INTERNAL);
}

static struct origin origin_of(const struct worker *worker,
                               const struct line *line) {
  return (struct origin){worker->run->input.name, line->number};
}

/* `answer` is NULL where no lookup could begin. */
static void finish_question(struct worker *worker, struct line *line,
                            size_t index, const struct inquiry *inquiry,
                            int status, const stubdns_answer_t *answer) {
  const struct settings *const settings = &inquiry->group->settings;
  const struct arguments *const arguments =
      line->arguments ? line->arguments : worker->run->arguments;
  const stubdns_question_t question = {*inquiry->name, inquiry->type,
                                       inquiry->class_};
  const struct origin origin = origin_of(worker, line);
  struct restored restored = {.when_ms = 0};
  if (settings->form != FORM_TEXT || settings->statistics ||
      worker->run->network.replay) {
    network_restore(&worker->run->network, answer, &restored);
    if (answer) answer = &restored.answer;
  }
  const struct result result = {
      .number = line->number,
      .question = answer ? &answer->question : &question,
      .answer = answer,
      .status = status,
      .when_ms = restored.when_ms,
      .timeline = settings->timeline,
      .truncated = !settings->ignore_truncation,
  };
  record_write(&worker->report, arguments, inquiry, &result, &origin);
  put_record(worker, line, index);
}

static void give_back(struct worker *worker, struct question *question) {
  question->next = worker->free_questions;
  worker->free_questions = question;
  worker->in_flight--;
}

/* Takes leave to send a query from the rate that all threads have together;
 * with `anyway` it is sent already.  Returns whether it may be sent. */
static int spend(struct worker *worker, int anyway) {
  struct run *const run = worker->run;
  if (!run->settings->rate) return 1;
  const uint64_t now_ns = uv_hrtime();
  uv_mutex_lock(&run->pace_mutex);
  const int allowed = anyway || pace_allows(&run->pace, now_ns);
  if (allowed) pace_spend(&run->pace, now_ns);
  uv_mutex_unlock(&run->pace_mutex);
  return allowed;
}

static void count(struct worker *worker, int status,
                  const stubdns_answer_t *answer) {
  statistics_count(&worker->statistics, status, answer);
  window_end(&worker->window, status != 0 || answer->send_count > 1);
  for (uint32_t i = 1; i < answer->send_count; i++)
    (void)spend(worker, 1);
}

static void on_answer(stubdns_lookup_t *lookup, int status,
                      const stubdns_answer_t *answer) {
  struct question *const question = lookup->data;
  struct worker *const worker = question->worker;
  struct inquiry inquiry = question->inquiry;
  struct line *const line = question->line;
  const size_t index = question->index;
  give_back(worker, question);
  if (worker->is_closing) {
    (void)lines_put(&worker->lines, line, index, NULL, 0);
    return;
  }
  count(worker, status, answer);
  inquiry.name = &answer->question.name;
  finish_question(worker, line, index, &inquiry, status, answer);
}

static void put_bad(struct worker *worker, struct line *line, size_t index,
                    const char *why, size_t length) {
  const struct origin origin = origin_of(worker, line);
  record_write_bad(&worker->report, worker->run->settings, &origin, why,
                   length);
  worker->statistics.bad_lines++;
  put_record(worker, line, index);
}

/* The name of a line cannot be asked for. */
static void put_bad_name(struct worker *worker, struct line *line, size_t index,
                         const char *name, int error) {
  struct output why = {0};
  output_quoted(&why, name, strlen(name));
  output_text(&why, ": ");
  output_text(&why, stubdns_error_text(error));
  put_bad(worker, line, index, why.text, why.length);
  output_release(&why);
}

static void put_failure(struct worker *worker, struct line *line, size_t index,
                        const struct inquiry *inquiry, const char *text,
                        int error) {
  struct inquiry failed = *inquiry;
  stubdns_name_t name;
  const int bad = stubdns_name_from_text(&name, text, strlen(text));
  if (bad || error == STUBDNS_EBADTYPE) {
    put_bad_name(worker, line, index, text, bad ? bad : error);
    return;
  }
  failed.name = &name;
  worker->statistics.questions++;
  worker->statistics.lost++;
  finish_question(worker, line, index, &failed, error, NULL);
}

/* A line may name servers of its own. */
static int choose_servers(const struct question *question,
                          stubdns_lookup_options_t *options,
                          stubdns_address_t *addresses) {
  const struct group *const group = question->inquiry.group;
  const struct arguments *const arguments = question->line->arguments;
  if (!arguments || group_wants_system_servers(group)) return 0;
  options->server_count = group_servers(arguments, group, addresses);
  options->servers = addresses;
  return options->server_count ? 0 : STUBDNS_ENOSERVER;
}

static int begin_lookup(struct worker *worker, struct question *question,
                        const char *name) {
  stubdns_address_t addresses[STUBDNS_SERVERS_MAX];
  stubdns_lookup_options_t options = worker->run->options;
  struct query_form form;
  int error = 0;
  if (question->line->arguments || question->inquiry.only)
    error = inquiry_lookup_options(&question->inquiry, &form, &options);
  if (!error) error = choose_servers(question, &options, addresses);
  if (error) return error;
  return stubdns_lookup(&worker->resolver, &question->lookup, name,
                        question->inquiry.type, &options, on_answer);
}

static void ask(struct worker *worker, const struct inquiry *inquiry,
                const char *name) {
  struct question *const question = worker->free_questions;
  struct line *const line = worker->line;
  const uint32_t index = (uint32_t)worker->next_question++;
  if (worker->next_question == line->question_count) worker->line = NULL;
  worker->free_questions = question->next;
  worker->in_flight++;
  question->line = line;
  question->index = index;
  question->inquiry = *inquiry;
  const int error = begin_lookup(worker, question, name);
  if (!error) return;
  give_back(worker, question);
  put_failure(worker, line, index, inquiry, name, error);
}

static void ask_next(struct worker *worker) {
  const struct line *const line = worker->line;
  const size_t index = worker->next_question;
  char text[STUBDNS_NAME_TEXT_SIZE];
  if (line->arguments) {
    const struct inquiry *const inquiry = &line->arguments->inquiries[index];
    inquiry_name_text(inquiry, text);
    ask(worker, inquiry, text);
    return;
  }
  struct inquiry inquiry = worker->run->inquiries[index];
  if (line->type) inquiry.type = line->type;
  ask(worker, &inquiry, line->name);
}

/* Returns NULL where there is no memory, which ends the run. */
static struct line *begin_line(struct worker *worker, uint64_t number,
                               int ends_block, struct arguments *arguments,
                               size_t question_count) {
  struct line *const line = lines_begin(
      &worker->lines, number, worker->block.number, arguments, question_count);
  if (line) {
    line->ends_block = (uint8_t)ends_block;
    return line;
  }
  raise_status(worker, STATUS_INTERNAL);
  run_steer(worker->run, COURSE_ABORT);
  return NULL;
}

static void begin_empty(struct worker *worker, uint64_t number,
                        int ends_block) {
  struct line *const line = begin_line(worker, number, ends_block, NULL, 0);
  if (line) lines_conclude(&worker->lines, line);
}

static void begin_bad(struct worker *worker, uint64_t number, int ends_block,
                      const char *why, size_t length) {
  struct line *const line = begin_line(worker, number, ends_block, NULL, 1);
  if (line) put_bad(worker, line, 0, why, length);
}

static void begin_name(struct worker *worker, uint64_t number, int ends_block) {
  const struct words *const words = &worker->words;
  const struct run *const run = worker->run;
  const size_t count = (words->type ? 1 : run->type_count) * run->server_count;
  struct line *const line = begin_line(worker, number, ends_block, NULL, count);
  if (!line) return;
  line->name = words->words[0];
  line->type = words->type;
  bins_put(&worker->bins, line, words->first_length);
}

/* Options that are about all of the run have no place in a line. */
static const char *what_is_wrong(const struct worker *worker,
                                 const struct arguments *arguments) {
  const struct settings *const all = worker->run->settings;
  if (arguments->mode != MODE_ASK)
    return "-f, -h and -V stand on the command line alone";
  for (size_t i = 0; i < arguments->group_count; i++) {
    const struct settings *const its = &arguments->groups[i].settings;
    if (its->diff) return "--diff compares names of the command line";
    if (!stubdns_address_equal(&its->local, &all->local))
      return "-b stands on the command line alone";
    if (its->journal != all->journal ||
        (its->statistics_file &&
         its->statistics_file != all->statistics_file) ||
        its->record_file != all->record_file ||
        its->replay_file != all->replay_file || its->window != all->window ||
        its->rate != all->rate || its->threads != all->threads ||
        its->first_line != all->first_line || its->unordered != all->unordered)
      return "--window, --rate, --threads, --unordered, --first-line, "
             "--resume, --stats, --record and --replay stand on the command "
             "line alone";
  }
  return NULL;
}

/* Servers that the line names as hosts are looked up, on a loop of their own:
 * the worker waits for them. */
static int find_hosts(struct worker *worker, struct arguments *arguments) {
  uv_loop_t loop;
  size_t count = 0;
  for (size_t i = 0; i < arguments->server_count; i++)
    count += !arguments->servers[i].address_count;
  if (!count) return 0;
  int error = uv_loop_init(&loop);
  if (error) return error;
  error = hosts_find(&loop, arguments, &worker->run->network, NULL);
  uv_loop_close(&loop);
  return error;
}

static int read_arguments(struct worker *worker, struct arguments *arguments,
                          struct output *message) {
  int error =
      arguments_read_line(arguments, worker->run->arguments,
                          worker->words.count, worker->words.words, message);
  if (!error) error = find_hosts(worker, arguments);
  if (error) {
    if (!message->length) output_text(message, stubdns_error_text(error));
    return error;
  }
  const char *const wrong = what_is_wrong(worker, arguments);
  if (wrong) output_text(message, wrong);
  return wrong ? STUBDNS_EINVALID : 0;
}

static void begin_arguments(struct worker *worker, uint64_t number,
                            int ends_block) {
  struct output message = {0};
  struct arguments *arguments = calloc(1, sizeof *arguments);
  if (!arguments || read_arguments(worker, arguments, &message)) {
    if (arguments) arguments_release(arguments);
    free(arguments);
    begin_bad(worker, number, ends_block, message.text, message.length);
  } else {
    struct line *const line = begin_line(worker, number, ends_block, arguments,
                                         arguments->inquiry_count);
    if (line)
      bins_put(&worker->bins, line, arguments->inquiries[0].name->length);
  }
  output_release(&message);
}

static void begin_words(struct worker *worker, uint64_t number, char *text,
                        size_t length, int ends_block) {
  const char *const why = "the line is longer than 65535 characters";
  struct words *const words = &worker->words;
  if (worker->block.is_cut) {
    begin_bad(worker, number, ends_block, why, strlen(why));
    return;
  }
  words_cut(words, text, length);
  switch (words->kind) {
  case LINE_NAME:
    begin_name(worker, number, ends_block);
    break;
  case LINE_WORDS:
    begin_arguments(worker, number, ends_block);
    break;
  case LINE_BAD:
    begin_bad(worker, number, ends_block, words->why, strlen(words->why));
    break;
  default:
    begin_empty(worker, number, ends_block);
  }
}

/* Returns 0 where the input has nothing now. */
static int take_block(struct worker *worker) {
  if (worker->is_waiting || worker->input_has_ended) return 0;
  const enum input_state state =
      input_take(&worker->run->input, &worker->block);
  worker->next = worker->block.text;
  worker->next_line = worker->block.first_line;
  if (state == INPUT_WAIT) asking_wait_for_input(worker);
  worker->input_has_ended = state == INPUT_END;
  return state == INPUT_BLOCK;
}

/* The block's next line.  Its text stays until every line of it is asked: so
 * another block comes only then. */
static int next_line(struct worker *worker) {
  struct block *const block = &worker->block;
  if (worker->next == block->text + block->length &&
      (worker->bins.count || !take_block(worker)))
    return 0;
  char *const text = worker->next;
  char *const newline =
      memchr(text, '\n', block->length - (size_t)(text - block->text));
  const uint64_t number = worker->next_line++;
  worker->next = newline + 1;
  const int ends_block = worker->next == block->text + block->length;
  if (!done_has(&worker->run->resumed, number))
    begin_words(worker, number, text, (size_t)(newline - text), ends_block);
  else if (ends_block)
    begin_empty(worker, number, ends_block);
  return 1;
}

/* So many questions may be asked now. */
static uint32_t room(const struct worker *worker) {
  const uint32_t limit = worker->window.limit;
  return worker->in_flight < limit ? limit - worker->in_flight : 0;
}

/* Too much waits to be written. */
static int is_held_up(const struct worker *worker) {
  return worker->lines.count >= LINES_MAX ||
         worker->lines.pool.octets >= HELD_MAX ||
         worker->next_line > worker->line_max;
}

/* Makes a line that has been read the one that is asked about.  In the end only
 * those are that leave a gap otherwise. */
static int next_from_bins(struct worker *worker) {
  const uint64_t patience = 2 * (uint64_t)worker->window.limit;
  worker->line = atomic_load(&worker->run->course) == COURSE_DRAIN
                     ? bins_take_gap(&worker->bins)
                     : bins_take(&worker->bins, patience);
  worker->next_question = 0;
  return worker->line != NULL;
}

static int may_begin_line(const struct worker *worker) {
  return atomic_load(&worker->run->course) == COURSE_ON && !is_held_up(worker);
}

static int is_batch(const struct worker *worker) {
  const uint32_t share = worker->window.limit / BATCH_SHARE + 1;
  return room(worker) >= (share < BATCH ? share : BATCH);
}

/* Puts together what was left of a line when the run is given up. */
static void abandon_line(struct worker *worker) {
  struct line *const line = worker->line;
  worker->line = NULL;
  while (line && worker->next_question < line->question_count)
    (void)lines_put(&worker->lines, line, worker->next_question++, NULL, 0);
}

static void abandon_all(struct worker *worker) {
  do
    abandon_line(worker);
  while (next_from_bins(worker));
}

/* Reads ahead, so that lines of one length can be asked together.  With a rate
 * that gains nothing. */
static void read_ahead(struct worker *worker) {
  const size_t most = worker->run->settings->rate
                          ? 1
                          : (size_t)LOOK_AHEAD * worker->window.limit;
  while (worker->bins.count < most && may_begin_line(worker) &&
         next_line(worker))
    continue;
}

static void ask_while_allowed(struct worker *worker) {
  while (room(worker)) {
    if (!worker->line) {
      if (!worker->bins.count) read_ahead(worker);
      if (!next_from_bins(worker)) break;
    }
    if (!spend(worker, 0)) break;
    ask_next(worker);
  }
}

static void tell_progress(struct worker *worker) {
  atomic_store_explicit(&worker->ended, worker->statistics.questions,
                        memory_order_relaxed);
  atomic_store_explicit(&worker->answered, worker->statistics.answered,
                        memory_order_relaxed);
  atomic_store_explicit(&worker->retried, worker->statistics.retried,
                        memory_order_relaxed);
}

int asking_go_on(struct worker *worker) {
  if (atomic_load(&worker->run->course) == COURSE_ABORT) {
    abandon_all(worker);
    return 0;
  }
  if (!is_batch(worker)) return 0;
  read_ahead(worker);
  ask_while_allowed(worker);
  tell_progress(worker);
  return is_held_up(worker);
}

void asking_release(struct worker *worker) {
  atomic_store(&worker->run->course, COURSE_ABORT);
  abandon_all(worker);
  free(worker->questions);
}
