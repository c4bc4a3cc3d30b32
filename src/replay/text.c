/* Text in memory: statement by statement, each for one of its readers. */
#include "replay/text.h"

#include "replay/file.h"

#include <stdlib.h>
#include <string.h>

#define PATH_SIZE 4096

/* `file PATH`: relative to the folder of the text. */
static int read_file(struct stubdns__reading *text) {
  const char *const path = stubdns__words_rest(&text->words);
  char joined[PATH_SIZE];
  stubdns_problem_t problem;
  const size_t folder_length =
      text->folder && path[0] != '/' ? strlen(text->folder) : 0;
  if (!*path || !strcmp(path, "-") ||
      folder_length + 1 + strlen(path) >= sizeof joined)
    return stubdns__words_fail(&text->words, "a file's name is missing");
  size_t length = 0;
  if (folder_length) {
    memcpy(joined, text->folder, folder_length);
    joined[folder_length] = '/';
    length = folder_length + 1;
  }
  memcpy(joined + length, path, strlen(path) + 1);
  const int error =
      stubdns__file_add(text->replay, joined, STUBDNS__FILE_NO_TEXT, &problem);
  if (error && error != STUBDNS_ENOMEM)
    return stubdns__words_fail(&text->words, problem.sentence);
  return error;
}

static int read_statement(struct stubdns__reading *text) {
  static int (*const readers[])(struct stubdns__reading *, const char *) = {
      stubdns__text_fixture, stubdns__text_scenario, stubdns__text_rule,
      stubdns__text_expectation};
  const char *const word = stubdns__words_next(&text->words);
  int result = 0;
  if (!strcmp(word, "file")) return read_file(text);
  for (size_t i = 0; !result && i < sizeof readers / sizeof readers[0]; i++)
    result = readers[i](text, word);
  if (result < 0) return result;
  if (result == 0)
    return stubdns__words_fail(
        &text->words,
        "a statement is question, reply, edns, answer, authority, additional, "
        "file, scenario, servers, set, on, at or expect");
  if (*stubdns__words_rest(&text->words))
    return stubdns__words_fail(&text->words, "this goes on where it may not");
  return 0;
}

static int read_statements(struct stubdns__reading *text) {
  int result;
  while ((result = stubdns__words_next_statement(&text->words)) > 0) {
    const int error = read_statement(text);
    if (error) return error;
  }
  return result ? result : stubdns__text_end_exchange(text);
}

int stubdns_replay_add_text(stubdns_replay_t *replay, const char *text,
                            size_t length, const char *folder,
                            stubdns_problem_t *problem) {
  struct stubdns__reading reading = {.replay = replay, .folder = folder};
  reading.script = stubdns__script_need(replay);
  reading.fixture = stubdns__fixture_make();
  int error = STUBDNS_ENOMEM;
  if (reading.script && reading.fixture) {
    reading.words = (struct stubdns__words){.text = text,
                                            .length = length,
                                            .next_line = 1,
                                            .hoard = &replay->store->hoard};
    error = read_statements(&reading);
  }
  stubdns__fixture_free(reading.fixture);
  if (!error) return 0;
  problem->line = reading.words.line;
  problem->offset = reading.words.start;
  problem->sentence = reading.words.sentence ? reading.words.sentence
                                             : stubdns_error_text(error);
  return error;
}
