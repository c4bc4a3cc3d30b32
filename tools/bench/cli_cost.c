/* Runs a command and prints what it cost: microseconds of CPU, user's and
 * system's, and KiB of memory at its peak.  A program of its own, since the
 * peak begins with that of the process that forks.
 *
 * usage: bench-cli-cost WORD... */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static long microseconds(struct timeval time) {
  return time.tv_sec * 1000000 + time.tv_usec;
}

static void become(char **words) {
  const int null = open("/dev/null", O_RDWR);
  dup2(null, 1);
  dup2(null, 2);
  execvp(words[0], words);
  _exit(127);
}

int main(int argc, char **argv) {
  int status;
  struct rusage usage;
  if (argc < 2) return 1;
  const pid_t child = fork();
  if (child == 0) become(argv + 1);
  if (wait4(child, &status, 0, &usage) != child || status != 0) return 1;
  printf("%ld %ld\n",
         microseconds(usage.ru_utime) + microseconds(usage.ru_stime),
         usage.ru_maxrss);
  return 0;
}
