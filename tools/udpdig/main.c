/* udpdig: dig's questions and dig's output, over UDP, on libstubdns. */
#include "ask.h"
#include "bulk/bulk.h"
#include "decode.h"
#include "help.h"
#include "preset.h"

#include "stubdns.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A socket must not come to stand where stdout is looked for.  What stands
 * there then cannot be written, so that closed output is found out. */
static void occupy_standard_streams(void) {
  for (int descriptor = 0; descriptor < 3; descriptor++) {
    if (fcntl(descriptor, F_GETFD) != -1 || errno != EBADF) continue;
    if (open("/dev/null", descriptor == 2 ? O_WRONLY : O_RDONLY) == -1) return;
  }
}

static enum status write_out(struct output *output) {
  const int written =
      fwrite(output->text, 1, output->length, stdout) == output->length &&
      fflush(stdout) == 0;
  if (written) return STATUS_ANSWERED;
  fprintf(stderr, "udpdig: the output cannot be written: %s\n",
          strerror(errno));
  return STATUS_OUTPUT;
}

static enum status print_help(int is_long) {
  struct output text = {0};
  if (is_long)
    help_print_all(&text);
  else
    help_print(&text);
  const enum status status = text.error ? STATUS_INTERNAL : write_out(&text);
  output_release(&text);
  return status;
}

static enum status print_version(void) {
  struct output text = {0};
  output_format(&text, "udpdig %d.%d.%d\n", STUBDNS_VERSION_MAJOR,
                STUBDNS_VERSION_MINOR, STUBDNS_VERSION_PATCH);
  const enum status status = text.error ? STATUS_INTERNAL : write_out(&text);
  output_release(&text);
  return status;
}

static enum status complain(const struct output *message, int error) {
  if (error != STUBDNS_EINVALID || message->error) {
    fprintf(stderr, "udpdig: %s\n", stubdns_error_text(error));
    return STATUS_INTERNAL;
  }
  fprintf(stderr, "udpdig: %.*s\n", (int)message->length, message->text);
  return STATUS_USAGE;
}

static enum status act(struct arguments *arguments,
                       const struct command_line *command_line) {
  const struct settings *const settings = &arguments->groups[0].settings;
  if (arguments->mode == MODE_ASK && settings->decode_file)
    return decode(settings);
  switch (arguments->mode) {
  case MODE_HELP:
    return print_help(0);
  case MODE_HELP_ALL:
    return print_help(1);
  case MODE_VERSION:
    return print_version();
  case MODE_BULK:
    return bulk(arguments, command_line);
  default:
    return ask(arguments, command_line);
  }
}

/* All that was printed before has been written out: see print_done(). */
static void on_interrupt(int signal_number) {
  (void)signal_number;
  _exit(STATUS_INTERRUPTED);
}

static enum status run(size_t count, const char *const *words,
                       const struct command_line *command_line) {
  struct arguments arguments;
  struct output message = {0};
  const int error = arguments_read(&arguments, count, words, &message);
  const enum status status =
      error ? complain(&message, error) : act(&arguments, command_line);
  arguments_release(&arguments);
  output_release(&message);
  return status;
}

int main(int argc, char **argv) {
  const struct command_line command_line = {argc, (const char *const *)argv};
  struct preset preset;
  occupy_standard_streams();
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
  signal(SIGINT, on_interrupt);
  const size_t count = argc > 0 ? (size_t)argc - 1 : 0;
  if (preset_read(&preset, count, command_line.words + 1)) {
    fputs("udpdig: out of memory\n", stderr);
    return STATUS_INTERNAL;
  }
  const enum status status = run(preset.count, preset.words, &command_line);
  preset_release(&preset);
  return (int)status;
}
