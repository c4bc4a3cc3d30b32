/* stubdns-replay: a DNS server that answers from captures, so that programs can
 * be tried and tested without a network. */
#include "program.h"

int main(int argc, char **argv) {
  struct options options;
  struct recordings recordings;
  int status = options_read(&options, argc, argv);
  if (status >= 0) return status;
  status = recordings_read(&recordings, &options);
  if (status == STATUS_SUCCESS)
    status = server_run(&recordings.replay, options.port);
  recordings_free(&recordings);
  return status;
}
