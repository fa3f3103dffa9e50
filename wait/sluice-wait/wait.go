package main

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/sluice-dev/sluice/wait"
	"github.com/sluice-dev/sluice/wait/target"
)

// maxLastWords bounds the termination message, in bytes. The kubelet reads 4096 of a
// container, and 12 KiB of all containers of a pod.
const maxLastWords = 2048

// say writes a line to the log.
type say = func(words ...any)

// waitOnce waits and ends. invalid says why the command line made no sense.
func waitOnce(ctx context.Context, groups []target.Group, invalid error, f *flags, log say) int {
	message, code := waitFor(ctx, groups, invalid, f, log)
	f.lastWords(message, log)
	if code == exitSilent {
		report(ctx, message, log)
	}
	if !f.fail {
		return 0
	}
	return code
}

// waitFor waits for all groups. It returns what came of it, in a sentence.
func waitFor(ctx context.Context, groups []target.Group, invalid error, f *flags, log say) (message string, code int) {
	if invalid != nil {
		message = "cannot wait, so the application starts at once: " + invalid.Error()
		log(message)
		return message, exitUsage
	}
	log("waiting at most", f.timeout)
	start := time.Now()
	err := wait.For(ctx, groups, f.timeout, func(line string) { log(line) })
	silent, timedOut := errors.AsType[*wait.TimeoutError](err)
	switch {
	case err == nil:
		message = "all that was waited for answered after " + time.Since(start).Round(time.Millisecond).String()
	case timedOut:
		message, code = "the application starts without what it needs: "+silent.Error(), exitSilent
	default:
		message = "told to stop before anything answered"
	}
	log(message)
	return message, code
}

// lastWords leaves a message for the kubelet, which shows it as the message of the
// container's end. The file is there in a container, and nowhere else.
func (f *flags) lastWords(message string, log say) {
	file, err := os.OpenFile(f.termination, os.O_WRONLY|os.O_TRUNC, 0)
	if errors.Is(err, os.ErrNotExist) {
		return
	}
	if err == nil {
		_, err = file.WriteString(message[:min(len(message), maxLastWords)])
		err = errors.Join(err, file.Close())
	}
	if err != nil {
		log("no termination message:", err)
	}
}
