// A child process for each question; the answer comes through a pipe, the memory from wait4.
#include "bench/feasibility/Measure.h"
#include "bench/ProcessorTime.h"

#include "llvm/Support/ErrorHandling.h"
#include <csignal>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace wsc::bench {

namespace {
struct Cost {
  double seconds;
  uint64_t work;
};
} // namespace

/// What the child does: cost and answer go into the pipe.
[[noreturn]] static void answerInto(int pipe, llvm::function_ref<Reply()> ask, unsigned timeout) {
  rlimit limit{timeout, timeout + 1};
  setrlimit(RLIMIT_CPU, &limit);
  double start = processorSeconds();
  Reply reply = ask();
  Cost cost{reply.seconds.value_or(processorSeconds() - start), reply.work};
  bool written =
      write(pipe, &cost, sizeof cost) == ssize_t(sizeof cost) &&
      write(pipe, reply.answer.data(), reply.answer.size()) == ssize_t(reply.answer.size());
  _exit(written ? 0 : 1);
}

/// Whether the limit of processor time ended it.
static bool usedUp(int status) {
  return WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL);
}

Measurement measure(llvm::function_ref<Reply()> ask, unsigned timeout) {
  int ends[2];
  if (pipe(ends))
    llvm::report_fatal_error("no pipe");
  pid_t child = fork();
  if (child < 0)
    llvm::report_fatal_error("no process");
  if (child == 0)
    answerInto(ends[1], ask, timeout);
  close(ends[1]);

  Measurement result;
  char buffer[4096];
  Cost cost;
  if (read(ends[0], &cost, sizeof cost) == ssize_t(sizeof cost)) {
    result.seconds = cost.seconds, result.work = cost.work;
    for (ssize_t n; (n = read(ends[0], buffer, sizeof buffer)) > 0;)
      result.answer.append(buffer, n);
  }
  close(ends[0]);
  int status;
  rusage usage;
  wait4(child, &status, 0, &usage);
  result.megabytes = usage.ru_maxrss / 1024.0;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || result.answer.empty()) {
    result.finished = false;
    result.answer = usedUp(status) ? "killed" : "crashed";
    result.seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec;
  }
  return result;
}

} // namespace wsc::bench
